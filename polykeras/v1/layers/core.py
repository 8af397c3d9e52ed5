"""Layers of all sorts."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.errors import TraceError
from polykeras.interpreters import abstract
from polykeras.typing import Tensor
from polykeras.v1 import activations, regularizers
from polykeras.v1.engine.adapted import Adapted
from polykeras.v1.engine.arguments import ordering as ordering
from polykeras.v1.layers.dense import Dense, Highway, MaxoutDense, TimeDistributedDense
from polykeras.v1.layers.dropping import Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from polykeras.v1.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from polykeras.v1.utils.generic_utils import func_dump, func_load


class Masking(Adapted, modern.Masking):
    """Steps whose features all equal `mask_value` do not count, and become zeros."""

    keeps_masks = True

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(today={"mask_value": mask_value}, **kwargs)

    def compute_mask(self, input: Any, input_mask: Any = None) -> Tensor:
        """Which steps count."""
        return modern.Masking.compute_mask(self, input)


class Activation(Adapted, modern.Activation):
    """An activation function by itself."""

    keeps_masks = True

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(today={"activation": activations.get(activation)}, **kwargs)


class Lambda(Adapted, modern.Lambda):
    """Any function of a tensor.

    Args:
        function: of the input, and of `arguments`; of the mask too if it has an argument of that name.
        output_shape: of the result, without the batch axis, or a function of the input's shape. It is not needed where
            the function can run on symbolic tensors: then the shape is inferred.
        arguments: further arguments by name.
    """

    keeps_masks = True

    def __init__(
        self, function: Any, output_shape: Any = None, arguments: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(today={"function": function, "arguments": arguments}, **kwargs)
        self._output_shape = output_shape

    def call(self, x: Any, mask: Any = None) -> Any:
        """The function's value."""
        return modern.Lambda.call(self, x, mask)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Shapes and dtypes of the outputs, as inferred; where that fails, by `output_shape`."""
        try:
            return abstract.infer(self._compute, *args, **kwargs)
        except TraceError:
            if self._output_shape is None:
                raise
        self._given_shape = self._output_shape
        return super().compute_output_spec(*args, **kwargs)

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


class ActivityRegularization(Adapted, modern.ActivityRegularization):
    """The input itself, penalised by its absolute values and squares."""

    keeps_masks = True

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(today={"l1": l1, "l2": l2}, **kwargs)
        self.activity_regularizer = regularizers.L1L2Regularizer(l1, l2)


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
