"""`AdamW`."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.optimizers.adam import Adam
from polykeras.optimizers.shared_arguments import with_shared_arguments


class AdamW(Adam):
    """`Adam` with weight decay that does not pass through its averages; Loshchilov and Hutter 2017, arXiv:1711.05101.

    Before Adam's step, ``w = w - learning_rate * weight_decay * w``. The arguments are those of `Adam`; `weight_decay`
    must not be None.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **shared: Any,
    ) -> None:
        if weight_decay is None:
            raise ArgumentError("AdamW: weight_decay must be a number, got None; Adam is the one without it.")
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, **shared)
