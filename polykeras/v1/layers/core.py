"""Layers of all sorts."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.random import SeedGenerator
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1 import regularizers
from polykeras.v1.engine.affine import AffineLayer, plus, with_input
from polykeras.v1.engine.arguments import adopt
from polykeras.v1.engine.base_layer import InputSpec, Layer
from polykeras.v1.utils.generic_utils import func_dump, func_load


class Masking(Layer):
    """Steps whose features all equal `mask_value` do not count, and become zeros."""

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        adopt(self, locals())
        self.supports_masking = True

    def compute_mask(self, input: Any, input_mask: Any = None) -> Tensor:
        """Which steps count."""
        return ops.any(K.not_equal(input, self.mask_value), -1)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The steps that count; zeros for the others."""
        return x * K.cast(ops.any(K.not_equal(x, self.mask_value), -1, True), K.dtype(x))


class Dropout(Layer):
    """In training a fraction `p` of the elements becomes 0, and the others are divided by ``1 - p``."""

    uses_learning_phase = True

    def __init__(self, p: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= p < 1:
            raise ArgumentError(f"{type(self).__name__}: p must be from 0 to below 1, got {p!r}.")
        adopt(self, locals())
        self._generator = None if seed is None else SeedGenerator(seed)
        self.supports_masking = True

    def _noise_shape(self, x: Tensor) -> Any:
        return self.noise_shape

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """`x`, in training with elements dropped."""
        if not self.p:
            return x
        return K.in_train_phase(lambda: K.dropout(x, self.p, self._noise_shape(x), self._generator), x)


class _SpatialDropout(Dropout):
    """Dropout of whole channels."""

    dim_ordering = "tf"

    def _noise_shape(self, x: Tensor) -> tuple[int, ...]:
        shape = tuple(x.shape)
        last = self.dim_ordering == "tf"
        ones = (1,) * (len(shape) - 2)
        return (shape[0], *ones, shape[-1]) if last else (shape[0], shape[1], *ones)


class SpatialDropout1D(_SpatialDropout):
    """Dropout of whole features of ``(samples, steps, features)``."""

    def __init__(self, p: float, **kwargs: Any) -> None:
        super().__init__(p, **kwargs)


class SpatialDropout2D(_SpatialDropout):
    """Dropout of whole channels of images."""

    def __init__(self, p: float, dim_ordering: str = "default", **kwargs: Any) -> None:
        super().__init__(p, **kwargs)
        self.dim_ordering = ordering(dim_ordering)


class SpatialDropout3D(SpatialDropout2D):
    """Dropout of whole channels of volumes."""


def ordering(dim_ordering: str) -> str:
    """``"th"`` or ``"tf"``; ``"default"`` is the one that is set. Raises `ArgumentError` for anything else."""
    K.common.layout(dim_ordering)
    return K.image_dim_ordering() if dim_ordering == "default" else dim_ordering


class Activation(Layer):
    """An activation function by itself."""

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        adopt(self, locals())
        self.supports_masking = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The function's value."""
        return self.activation(x)


class Reshape(Layer):
    """Samples of another shape; one size may be -1."""

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def build(self, input_shape: Any) -> None:
        """Check that the numbers of elements agree."""
        sizes = tuple(input_shape)[1:]
        if None not in sizes:
            given, wanted = int(np.prod(sizes)), int(np.prod([d for d in self.target_shape if d != -1]))
            if self.target_shape.count(-1) > 1 or (
                given % max(wanted, 1) if -1 in self.target_shape else given != wanted
            ):
                raise ShapeError(f"Reshape {self.name!r}: samples of shape {sizes} cannot become {self.target_shape}.")
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The same elements."""
        return K.reshape(x, (x.shape[0], *self.target_shape))


class Permute(Layer):
    """The axes of samples, counted from 1, in another order."""

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ArgumentError(f"Permute: dims must name the axes from 1 on, each once, got {self.dims}.")
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The permuted samples."""
        return K.permute_dimensions(x, (0, *self.dims))


class Flatten(Layer):
    """Samples as vectors."""

    def build(self, input_shape: Any) -> None:
        """Raise `ShapeError` unless all sizes are known."""
        if len(input_shape) < 3:
            raise ShapeError(
                f"Flatten {self.name!r}: samples of at least 2 axes were wanted, got {tuple(input_shape)}."
            )
        if None in tuple(input_shape)[1:]:
            raise ShapeError(
                f"Flatten {self.name!r}: the shape of the samples, {tuple(input_shape)[1:]}, is not fully known. Give the "
                "first layer a complete input_shape, or, if it is an Embedding, input_length."
            )
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """All but the first axis on one."""
        return K.batch_flatten(x)


class RepeatVector(Layer):
    """``(samples, features)`` n times, as steps."""

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """``(samples, n, features)``."""
        return K.repeat(x, self.n)


class Lambda(Layer):
    """Any function of a tensor.

    Args:
        function: of the input, and of `arguments`; of the mask too if it has an argument of that name.
        output_shape: not needed; shapes are inferred.
        arguments: further arguments by name.
    """

    def __init__(
        self, function: Any, output_shape: Any = None, arguments: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.function, self.arguments, self._output_shape = function, arguments or {}, output_shape
        self.supports_masking = True

    def call(self, x: Any, mask: Any = None) -> Any:
        """The function's value."""
        arguments = dict(self.arguments)
        if "mask" in inspect.signature(self.function).parameters:
            arguments["mask"] = mask
        return self.function(x, **arguments)

    def get_config(self) -> dict[str, Any]:
        """The function as the name that it can be imported by."""
        config = super().get_config() | {"arguments": self.arguments, "function_type": "function"}
        config["function"] = func_dump(self.function)[0]
        shape = self._output_shape
        return config | {"output_shape": func_dump(shape)[0] if callable(shape) else shape}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Lambda:
        """The layer; its function must be a custom object. Code in a configuration is refused."""
        config = dict(config)
        for key in ("function_type", "output_shape_type", "output_shape"):
            config.pop(key, None)
        return cls(**{**config, "function": func_load(config["function"])})


class Dense(AffineLayer):
    """``activation(x W + b)``.

    Args:
        output_dim: number of outputs.
        init: how `W` starts.
        activation: a name or a function.
        weights: values to start with.
        W_regularizer, b_regularizer, activity_regularizer: penalties.
        W_constraint, b_constraint: what the weights are projected to.
        bias: whether there is a `b`.
        input_dim: number of inputs, for the first layer of a model.
    """

    def __init__(
        self,
        output_dim: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**with_input(kwargs, input_dim))
        adopt(self, locals())

    def build(self, input_shape: Any) -> None:
        """Make `W` and `b`."""
        self.input_dim = self._known(input_shape)
        self.W = self._kernel((self.input_dim, self.output_dim))
        self.b = self._bias((self.output_dim,))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The outputs."""
        return self.activation(plus(K.dot(x, self.W), self.b))


class TimeDistributedDense(Dense):
    """`Dense` at each step of ``(samples, steps, features)``. For the arguments see `Dense`."""

    def __init__(
        self,
        output_dim: int,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        input_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        AffineLayer.__init__(self, **with_input(kwargs, input_length, input_dim))
        adopt(self, locals())
        self.supports_masking = True
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Make `W` and `b`."""
        given = self.input_dim
        super().build(input_shape)
        self.input_dim = given


class ActivityRegularization(Layer):
    """The input itself, penalised by its absolute values and squares."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.l1, self.l2 = l1, l2
        self.supports_masking = True
        self.activity_regularizer = regularizers.L1L2Regularizer(l1, l2)


class MaxoutDense(AffineLayer):
    """The largest of `nb_feature` linear functions. For the other arguments see `Dense`. Goodfellow et al. 2013."""

    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: Any = "glorot_uniform",
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**with_input(kwargs, input_dim))
        adopt(self, locals())
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make `W` and `b`."""
        self.W = self._kernel((self.nb_feature, self._known(input_shape), self.output_dim))
        self.b = self._bias((self.nb_feature, self.output_dim))
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The largest function's value."""
        return K.max(plus(K.dot(x, self.W), self.b), axis=1)


class Highway(AffineLayer):
    """``t * activation(x W + b) + (1 - t) * x`` with a gate t of its own. Srivastava et al. 2015, arXiv:1505.00387.

    For the arguments see `Dense`; `transform_bias` is what the gate's bias starts with.
    """

    def __init__(
        self,
        init: Any = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **kwargs: Any,
    ) -> None:
        self._transform_bias = float(kwargs.pop("transform_bias", 1.0))
        super().__init__(**with_input(kwargs, input_dim))
        adopt(self, locals())
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make the weights of the function and of the gate."""
        n = self._known(input_shape)
        self.W = self._kernel((n, n))
        self.W_carry = self.add_weight((n, n), self.init, name=f"{self.name}_W_carry")
        self.b, self.b_carry = self._bias((n,)), None
        if self.bias:
            start = self._transform_bias

            def full(shape: Any, name: str | None = None) -> Any:
                return K.variable(np.full(shape, start), name=name)

            self.b_carry = self.add_weight((n,), full, name=f"{self.name}_b_carry")
        self.built = True

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The mixture of the function's value and the input."""
        gate = K.sigmoid(plus(K.dot(x, self.W_carry), self.b_carry))
        return self.activation(plus(K.dot(x, self.W), self.b)) * gate + (1 - gate) * x


__all__ = [
    "Activation",
    "ActivityRegularization",
    "Dense",
    "Dropout",
    "Flatten",
    "Highway",
    "Lambda",
    "Masking",
    "MaxoutDense",
    "Permute",
    "RepeatVector",
    "Reshape",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "TimeDistributedDense",
]
