"""`SpectralNormalization`: the largest singular value of a layer's weight is kept at 1."""

from __future__ import annotations

from typing import Any

from polykeras import initializers, ops
from polykeras.errors import ArgumentError
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.core.wrapper import Wrapper
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor
from polykeras.variable import Variable


class SpectralNormalization(Wrapper):
    """Divides the weight of the layer inside by its largest singular value at every call in training.

    The weight is `kernel` or `embeddings`, taken as a matrix ``(-1, its last axis)``. Its largest singular value is
    estimated by power iteration, from the vector where the call before stopped. The divided weight is stored in place
    of the former, and the gradient is that of the divided weight; a weight of zeros stays. Miyato et al. 2018,
    arXiv:1802.05957.

    Args:
        layer: the layer inside.
        power_iterations: how many at each call.

    >>> SpectralNormalization(layers.Dense(3))(ops.ones((2, 4)), training=True).shape
    (2, 3)
    """

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = positive(type(self), "power_iterations", power_iterations)

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside, and make the vector of the power iteration."""
        super().build(input_shape)
        found = getattr(self.layer, "kernel", getattr(self.layer, "embeddings", None))
        if not isinstance(found, Variable):
            raise ArgumentError(
                f"Layer {self.name!r}: {type(self.layer).__name__} has no kernel and no embeddings that could be "
                "normalised" + (", but a sum of LoRA factors." if found is not None else ".")
            )
        self.kernel = found
        self.vector_u = self.add_weight(
            (1, found.shape[-1]),
            initializers.TruncatedNormal(stddev=0.02),
            found.dtype,
            trainable=False,
            autocast=False,
            name="vector_u",
        )
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """What the layer inside gives."""
        if training:
            weight = self.kernel._read()
            vector, normalized = self.normalized_weights()
            nothing = ops.all(ops.equal(weight, 0))
            self.vector_u.assign(ops.where(nothing, self.vector_u.value, vector))
            # The value is that of the divided weight, its gradient goes to the weight unchanged.
            change = ops.stop_gradient(ops.where(nothing, 0.0, ops.subtract(normalized, weight)))
            self.kernel.assign(ops.add(weight, change))
        return ops.cast(self.layer(inputs), ops.dtype(inputs))

    def normalized_weights(self) -> tuple[Tensor, Tensor]:
        """The vector after the power iteration, and the weight divided by the singular value that it gives."""
        weight = self.kernel._read()
        matrix = ops.reshape(weight, (-1, self.kernel.shape[-1]))
        vector = self.vector_u.value
        for _ in range(self.power_iterations):
            other = ops.normalize(ops.matmul(vector, ops.transpose(matrix)), None)
            vector = ops.normalize(ops.matmul(other, matrix), None)
        size = ops.matmul(ops.matmul(other, matrix), ops.transpose(vector))
        return vector, ops.divide(weight, ops.reshape(size, ()))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, SpectralNormalization, without=("layer",))
