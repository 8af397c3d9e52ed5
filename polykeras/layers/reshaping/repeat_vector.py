"""`RepeatVector`: a vector at every step."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class RepeatVector(Layer):
    """``(batch, n, features)`` from ``(batch, features)``, the same `n` times."""

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = positive(type(self), "n", n)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs, repeated."""
        batch_size, features = tuple(inputs.shape)
        return ops.broadcast_to(ops.expand_dims(inputs, 1), (batch_size, self.n, features))

    def get_config(self) -> dict[str, Any]:
        """The number of repetitions."""
        return super().get_config() | arguments_of(self, RepeatVector)
