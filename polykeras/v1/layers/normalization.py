"""`BatchNormalization`."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.errors import ArgumentError
from polykeras.layers.configuration import known_size
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1 import initializations
from polykeras.v1.engine.adapted import Adapted
from polykeras.v1.engine.arguments import adopt

_STATISTICS = {0: "moving", 1: "sample", 2: "batch"}


class BatchNormalization(Adapted, modern.BatchNormalization):
    """Mean 0 and variance 1, times `gamma` plus `beta`. Ioffe and Szegedy 2015, arXiv:1502.03167.

    Args:
        epsilon: added to variances.
        mode: 0: by the batch in training, by running averages in testing; 1: sample by sample; 2: always by the batch.
        axis: of the features.
        momentum: of the running averages.
        weights: values to start with.
        beta_init, gamma_init, gamma_regularizer, beta_regularizer: of the two weights.
    """

    keeps_masks = True

    def __init__(
        self,
        epsilon: float = 1e-3,
        mode: int = 0,
        axis: int = -1,
        momentum: float = 0.99,
        weights: Any = None,
        beta_init: Any = "zero",
        gamma_init: Any = "one",
        gamma_regularizer: Any = None,
        beta_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        if mode not in _STATISTICS:
            raise ArgumentError(f"BatchNormalization: mode must be 0, 1 or 2, got {mode!r}.")
        super().__init__(
            today={"axis": axis, "momentum": momentum, "epsilon": epsilon, "statistics": _STATISTICS[mode]}, **kwargs
        )
        adopt(self, locals())
        self.beta_init = initializations.get(beta_init)  # `adopt` takes it for a number
        self.uses_learning_phase = mode == 0

    def build(self, input_shape: Any) -> None:
        """Make the weights and the running averages; that of the variances is called `running_std`, as in Keras 1."""
        shape = (known_size(self, input_shape, self.axis),)
        self.gamma = self.add_weight(
            shape, self.gamma_init, name=f"{self.name}_gamma", regularizer=self.gamma_regularizer
        )
        self.beta = self.add_weight(shape, self.beta_init, name=f"{self.name}_beta", regularizer=self.beta_regularizer)
        self.running_mean = self.add_weight(shape, "zero", name=f"{self.name}_running_mean", trainable=False)
        self.running_std = self.add_weight(shape, "one", name=f"{self.name}_running_std", trainable=False)
        self.moving_mean, self.moving_variance = self.running_mean, self.running_std
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The normalized input; in training by the batch, also what a mask excludes."""
        normalized = modern.BatchNormalization.call
        if self.mode:
            return normalized(self, x)
        return K.in_train_phase(lambda: normalized(self, x, True), lambda: normalized(self, x, False))

    def goes_by_batch(self, training: bool) -> bool:
        """Whether mean and variance are those of the batch: in Keras 1 also in a layer that is not trainable."""
        return training or self.mode == 2

    def move_average(self, average: Any, batch: Tensor, momentum: float) -> None:
        """Hand out the update."""
        self.add_update([K.moving_average_update(average, batch, momentum)])


__all__ = ["BatchNormalization"]
