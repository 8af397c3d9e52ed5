"""`Discretization`: numbers as the bins that they lie in."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.base.shapes import interpreting
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.layer import Layer
from polykeras.layers.preprocessing.batches import batches_of
from polykeras.layers.preprocessing.category_encoding import MODES, check_mode, encoded
from polykeras.layers.preprocessing.quantiles import boundaries_of, merged, summary_of
from polykeras.typing import Tensor


class Discretization(Layer):
    """The number of the bin that each input lies in: 0 below the first boundary, 1 from there up to the second, ...

    Args:
        bin_boundaries: the boundaries, in order.
        num_bins: how many bins of equally many data `adapt` is to find, in place of `bin_boundaries`.
        epsilon: how far from equal: a share of the data.
        output_mode: ``"int"`` for int32 numbers; or ``"one_hot"``, ``"multi_hot"``, ``"count"`` as for `CategoryEncoding`.
        sparse: only False.

    >>> Discretization([0.0, 1.0, 2.0])(np.array([[-1.5, 1.0, 3.4, 0.5]])).tolist()
    [[0, 2, 3, 1]]
    """

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(dtype=dtype, name=name, **kwargs)
        check_mode(type(self), output_mode, ("int", *MODES), sparse)
        if (num_bins is None) == (bin_boundaries is None):
            raise ArgumentError(
                f"Discretization: give bin_boundaries or num_bins, one of them, got {bin_boundaries!r} and {num_bins!r}."
            )
        self.num_bins = None if num_bins is None else positive(type(self), "num_bins", num_bins)
        self.bin_boundaries = None if bin_boundaries is None else _in_order(bin_boundaries)
        if not 0 < epsilon <= 1:
            raise ArgumentError(f"Discretization: epsilon must be above 0 and at most 1, got {epsilon!r}.")
        self.epsilon = epsilon
        self.output_mode = output_mode
        self.sparse = sparse
        self.reset_state()

    def reset_state(self) -> None:
        """Forget the data seen so far."""
        self.summary = np.zeros((2, 0), "float32")

    def update_state(self, data: Any) -> None:
        """Take data into account; `finalize_state` follows when all are in."""
        (batch,) = batches_of(self, data if hasattr(data, "shape") else np.asarray(data))
        self.summary = merged(summary_of(batch, self.epsilon), self.summary, self.epsilon)

    def finalize_state(self) -> None:
        """Set the boundaries from the data seen."""
        if self.num_bins is not None:
            self.bin_boundaries = boundaries_of(self.summary, self.num_bins)

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Find the boundaries for `data`: an array, a tensor, or batches of them, of which the first `steps` count.

        Raises `ArgumentError` if the boundaries were given to the layer, or there are no data.
        """
        if self.num_bins is None:
            raise ArgumentError(f"Layer {self.name!r} has given bin_boundaries: make it with num_bins to adapt it.")
        self.reset_state()
        for batch in batches_of(self, data, steps):
            self.update_state(batch)
        if not self.summary.size:
            raise ArgumentError(f"Layer {self.name!r}: adapt needs data, got only empty batches.")
        self.finalize_state()

    def call(self, inputs: Tensor) -> Tensor:
        """The bins' numbers, or vectors for them."""
        boundaries: Any = self.bin_boundaries
        if boundaries is None:
            if not interpreting():
                raise ArgumentError(
                    f"Layer {self.name!r} has no bin boundaries yet: call adapt first, or give it bin_boundaries."
                )
            boundaries = [0.0] * ((self.num_bins or 1) - 1)  # of the shape only the count is asked
        bins = ops.digitize(inputs, np.asarray(boundaries, "float32"))
        if self.output_mode == "int":
            return ops.cast(bins, "int32")
        return encoded(bins, self.output_mode, len(boundaries) + 1, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, and the boundaries that `adapt` found."""
        config = super().get_config() | arguments_of(self, Discretization, without=("dtype",))
        del config["trainable"]  # Keras's constructor does not take it
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Discretization:
        """The layer that `get_config` described."""
        found = config.get("bin_boundaries")
        if found is None or config.get("num_bins") is None:
            return cls(**config)
        layer = cls(**{**config, "bin_boundaries": None})
        layer.bin_boundaries = _in_order(found)
        return layer


def _in_order(boundaries: Any) -> list[float]:
    found = [float(b) for b in boundaries]
    if any(not a <= b for a, b in pairwise(found)):
        raise ArgumentError(f"Discretization: bin_boundaries must be in increasing order, got {found}.")
    return found
