"""`Lambda`: a function as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from polykeras import saving, tree
from polykeras.errors import ArgumentError, PolykerasError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.interpreters import abstract
from polykeras.layers.base.shapes import map_shapes, shapes_of
from polykeras.layers.core import lambda_code
from polykeras.layers.layer import Layer
from polykeras.typing import Mask


class Lambda(Layer):
    """``function(inputs, **arguments)``.

    The function has no variables of its own; for those, write a subclass of `Layer`. It may have arguments `mask` and
    `training`, which are given to it then. A model with a named, registered function can be saved and loaded; one with a
    Python lambda can be saved, but is loaded with ``safe_mode=False`` alone.

    Args:
        function: a function of one tensor, or of a structure of tensors.
        output_shape: of the outputs: without the batch axis, or a function of the shape of the inputs. Without it, the
            shape is found by running the function on symbolic tensors.
        mask: the mask of the outputs, or a function ``f(inputs, mask)`` that gives it; None: they have none.
        arguments: more arguments of the function, by name.

    >>> Lambda(lambda x: x * x)(ops.convert_to_tensor([[1.0, 2.0]])).shape
    (1, 2)
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise ArgumentError(f"Lambda: function must be a function, got {function!r}.")
        if arguments is not None and not isinstance(arguments, dict):
            raise ArgumentError(f"Lambda: arguments must be a dictionary, got {arguments!r}.")
        self.function = function
        self.arguments = dict(arguments or {})
        self.mask = mask
        self.supports_masking = mask is not None
        self._given_shape = output_shape
        try:
            names = inspect.signature(function).parameters
        except (TypeError, ValueError):  # functions written in C need not tell
            names = {}  # type: ignore[assignment]
        self._extra = [name for name in ("mask", "training") if name in names and name not in self.arguments]

    def call(self, inputs: Any, mask: Mask | None = None, training: bool = False) -> Any:
        """What the function gives."""
        known = {"mask": mask, "training": training}
        return self.function(inputs, **self.arguments, **{name: known[name] for name in self._extra})

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """`mask`, or what it gives."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Shapes and dtypes of the outputs: `output_shape` in the compute dtype, or what symbolic tensors give."""
        if self._given_shape is not None:
            shapes = self.compute_output_shape(shapes_of(args[0]))
            return map_shapes(lambda shape: KerasTensor(shape, self.compute_dtype), shapes)
        try:
            return abstract.infer(self._compute, *args, **kwargs)
        except PolykerasError as error:
            raise self._unknown_shape() from error
        except (TypeError, AttributeError, ValueError) as error:  # the function asks for a real tensor
            raise self._unknown_shape() from error

    def _unknown_shape(self) -> ArgumentError:
        return ArgumentError(
            f"Layer {self.name!r}: the function does not run on symbolic tensors, so the shape of its outputs is not "
            "known. Write it with polykeras.ops, or give Lambda its output_shape."
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """From the shape of the inputs that of the outputs."""
        given = self._given_shape
        if given is None:
            return super().compute_output_shape(input_shape)
        if callable(given):
            return given(input_shape)
        batch = tree.flatten(input_shape)[0] if tree.flatten(input_shape) else None
        return map_shapes(lambda shape: (batch, *shape), tuple(given) if _is_shape(given) else given)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments; a Python lambda as its code."""
        config = super().get_config() | {"function": _serialized(self.function)}
        if self._given_shape is not None:
            config["output_shape"] = _serialized(self._given_shape)
        if self.mask is not None:
            config["mask"] = _serialized(self.mask)
        return config | {"arguments": saving.serialize_keras_object(self.arguments)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None) -> Lambda:
        """The layer that `get_config` described; a Python lambda where `safe_mode` is off alone."""
        made = dict(config)
        for name in ("function", "output_shape", "mask", "arguments"):
            value = made.get(name)
            if lambda_code.is_described(value):
                made[name] = lambda_code.restored(value, safe_mode)
            elif value is not None and not (name == "output_shape" and _is_shape(value)):
                made[name] = saving.deserialize_keras_object(value, custom_objects)
            elif value is not None:
                made[name] = tuple(value)
        return cls(**made)


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(d is None or hasattr(d, "__index__") for d in value)


def _serialized(value: Any) -> Any:
    return lambda_code.described(value) if lambda_code.is_lambda(value) else saving.serialize_keras_object(value)
