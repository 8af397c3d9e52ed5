"""`BatchNormalization`."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.engine.base_layer import Layer


class BatchNormalization(Layer):
    """Mean 0 and variance 1, times `gamma` plus `beta`. Ioffe and Szegedy 2015, arXiv:1502.03167.

    Args:
        epsilon: added to variances.
        mode: 0: by the batch in training, by running averages in testing; 1: sample by sample; 2: always by the batch.
        axis: of the features.
        momentum: of the running averages.
        weights: values to start with.
        beta_init, gamma_init, gamma_regularizer, beta_regularizer: of the two weights.
    """

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
        super().__init__(**kwargs)
        if mode not in (0, 1, 2):
            raise ArgumentError(f"BatchNormalization: mode must be 0, 1 or 2, got {mode!r}.")
        adopt(self, locals())
        from polykeras.v1 import initializations

        self.beta_init = initializations.get(beta_init)
        self.uses_learning_phase = mode == 0
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make the weights and the running averages."""
        shape = (input_shape[self.axis],)
        self.gamma = self.add_weight(
            shape, self.gamma_init, name=f"{self.name}_gamma", regularizer=self.gamma_regularizer
        )
        self.beta = self.add_weight(shape, self.beta_init, name=f"{self.name}_beta", regularizer=self.beta_regularizer)
        self.running_mean = self.add_weight(shape, "zero", name=f"{self.name}_running_mean", trainable=False)
        self.running_std = self.add_weight(shape, "one", name=f"{self.name}_running_std", trainable=False)
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The normalized input."""
        if self.mode == 1:
            center = K.mean(x, axis=-1, keepdims=True)
            spread = K.sqrt(K.var(x, axis=-1, keepdims=True) + self.epsilon)
            return self.gamma.value * (x - center) / (spread + self.epsilon) + self.beta.value
        axes = [i for i in range(len(x.shape)) if i != self.axis % len(x.shape)]
        return K.in_train_phase(lambda: self._by_batch(x, axes), lambda: self._tested(x, axes))

    def _by_batch(self, x: Tensor, axes: list[int]) -> Tensor:
        normed, mean, variance = K.normalize_batch_in_training(x, self.gamma, self.beta, axes, self.epsilon)
        if self.mode == 0:
            self.add_update(
                [
                    K.moving_average_update(self.running_mean, mean, self.momentum),
                    K.moving_average_update(self.running_std, variance, self.momentum),
                ]
            )
        return normed

    def _tested(self, x: Tensor, axes: list[int]) -> Tensor:
        if self.mode == 2:
            return self._by_batch(x, axes)
        shape = tuple(1 if i in axes else d for i, d in enumerate(x.shape))
        weights = (self.running_mean, self.running_std, self.beta, self.gamma)
        mean, variance, beta, gamma = (K.reshape(v, shape) for v in weights)
        return K.batch_normalization(x, mean, variance, beta, gamma, self.epsilon)


__all__ = ["BatchNormalization"]
