"""`Merge`: several tensors become one."""

from __future__ import annotations

import inspect
from functools import reduce
from typing import Any

from polykeras import layers as modern
from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.base_layer import Layer
from polykeras.v1.utils.generic_utils import func_dump, func_load

TODAYS = {"sum": modern.Add, "mul": modern.Multiply, "ave": modern.Average}
"""Today's layers that do the same. Its `Maximum` leaves out what masks exclude, its `Dot` multiplies images otherwise."""
ELEMENTWISE = ("sum", "mul", "max", "ave")
MODES = (*ELEMENTWISE, "concat", "dot", "cos")


class Merge(Layer):
    """Merge the tensors of a list, or the outputs of several layers or models.

    Args:
        layers: layers or models, at least two, whose outputs are merged at once; without them the layer is called.
        mode: ``"sum"``, ``"mul"``, ``"concat"``, ``"ave"``, ``"cos"``, ``"dot"``, ``"max"``, or a function of the list.
        concat_axis: for ``"concat"``.
        dot_axes: for ``"dot"`` and ``"cos"``: an axis, or one of each of the two tensors.
        output_shape, output_mask: of a function; shapes are inferred where they are not given.
        arguments: further arguments of a function.
        node_indices, tensor_indices: which outputs of the layers are meant.

    Raises `ArgumentError` for an unknown mode or too few tensors, `ShapeError` for shapes that do not fit together.
    """

    def __init__(
        self,
        layers: Any = None,
        mode: Any = "sum",
        concat_axis: int = -1,
        dot_axes: Any = -1,
        output_shape: Any = None,
        output_mask: Any = None,
        arguments: dict[str, Any] | None = None,
        node_indices: Any = None,
        tensor_indices: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if "dot_axis" in kwargs:  # as some texts spell it
            dot_axes = kwargs.pop("dot_axis")
        super().__init__(name=name, **kwargs)
        if not callable(mode) and mode not in MODES:
            raise ArgumentError(f"Merge: mode must be a function or one of {', '.join(MODES)}, got {mode!r}.")
        self.mode, self.concat_axis, self.dot_axes = mode, concat_axis, dot_axes
        self._output_shape, self._output_mask = output_shape, output_mask
        self.arguments = arguments or {}
        self.supports_masking = True
        if mode in TODAYS:
            self._today: Any = TODAYS[mode]()
        elif mode == "concat":
            self._today = modern.Concatenate(concat_axis)
        self._branches = tuple(layers or ())
        if layers:
            if not isinstance(layers, (list, tuple)) or len(layers) < 2:
                raise ArgumentError(f"Merge: a list of at least two layers was wanted, got {layers!r}.")
            picks = zip(layers, node_indices or [0] * len(layers), tensor_indices or [0] * len(layers), strict=True)
            self([_output_of(layer, node, tensor) for layer, node, tensor in picks])

    _unwalked_attributes = Layer._unwalked_attributes | {"_branches", "_today"}

    @property
    def layers(self) -> list[Any]:
        """The layers or models whose outputs are merged."""
        return list(self._branches)

    def build(self, input_shape: Any) -> None:
        """Check that the shapes fit together."""
        if not isinstance(input_shape, (list, tuple)) or not all(isinstance(s, (list, tuple)) for s in input_shape):
            raise ArgumentError(f"Merge: a list of tensors was wanted, got one of shape {input_shape}.")
        shapes = [tuple(s) for s in input_shape]
        if len(shapes) < 2:
            raise ArgumentError(f"Merge: at least two tensors were wanted, got {len(shapes)}.")
        if self.mode in ELEMENTWISE:
            if any(len(s) != len(shapes[0]) or s[1:] != shapes[0][1:] for s in shapes):
                raise ShapeError(f"Merge: mode {self.mode!r} needs tensors of one shape, got {shapes}.")
        elif self.mode == "concat":
            axis = self.concat_axis % len(shapes[0])
            rest = {tuple(d for i, d in enumerate(s) if i not in (0, axis)) for s in shapes}
            if len(rest) > 1 or len({len(s) for s in shapes}) > 1:
                raise ShapeError(
                    f"Merge: to be concatenated along axis {axis}, tensors must agree in the others, got {shapes}."
                )
        elif self.mode in ("dot", "cos"):
            if len(shapes) != 2:
                raise ArgumentError(f"Merge: mode {self.mode!r} takes two tensors, got {len(shapes)}.")
            a, b = self._axes_of(*shapes)
            if shapes[0][a] != shapes[1][b]:
                raise ShapeError(f"Merge: axes {a} and {b} of {shapes} differ in size, they cannot be multiplied out.")
        self.built = True

    def _axes_of(self, first: Any, second: Any) -> tuple[int, int]:
        axes = self.dot_axes
        a, b = (axes, axes) if isinstance(axes, int) else axes
        return a % len(first), b % len(second)

    def call(self, inputs: Any, mask: Any = None) -> Tensor:
        """The merged tensor."""
        if callable(self.mode):
            arguments = dict(self.arguments)
            if "mask" in inspect.signature(self.mode).parameters:
                arguments["mask"] = mask
            return self.mode(inputs, **arguments)
        if self.mode == "max":
            return reduce(ops.maximum, inputs)
        if self.mode not in ("dot", "cos"):
            return self._today.call(inputs)
        x, y = inputs
        axes = self._axes_of(x.shape, y.shape)
        product = K.batch_dot(x, y, axes)
        if self.mode == "dot":
            return product
        norms = K.sqrt(K.batch_dot(x, x, (axes[0],) * 2) * K.batch_dot(y, y, (axes[1],) * 2))
        return K.expand_dims(product / K.maximum(norms, K.epsilon()), 1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where all tensors count; of concatenated ones, the masks one after the other."""
        if callable(self.mode):
            return self._output_mask(mask) if callable(self._output_mask) else self._output_mask
        if mask is None or all(m is None for m in mask) or self.mode in ("dot", "cos"):
            return None
        if self.mode in ELEMENTWISE:
            return reduce(ops.logical_and, [K.cast(m, "bool") for m in mask if m is not None])
        parts = []
        for x, m in zip(inputs, mask, strict=True):
            whole = K.cast(K.ones_like(x), "bool")
            if m is not None:
                m = K.cast(m, "bool")
                rank = len(x.shape) - len(m.shape)
                for _ in range(rank):
                    m = K.expand_dims(m)
                whole = ops.logical_and(m, whole)
            parts.append(whole)
        return ops.all(ops.concatenate(parts, self.concat_axis), -1)

    def as_model(self) -> Any:
        """The merged layers or models as one model of today, from their inputs to the merged tensor."""
        from polykeras.models import Functional
        from polykeras.v1.engine.nodes import get_source_inputs

        if not self._branches:
            raise ArgumentError(f"Merge {self.name!r}: the first layer of a model must say which layers it merges.")
        inputs = get_source_inputs([self.output])
        branches = [x for branch in self._branches for x in (getattr(branch, "inputs", None) or [])]
        order = [*branches, *(x for x in inputs if not any(x is b for b in branches))]
        unique = list({id(x): x for x in order}.values())
        model = Functional(inputs=unique, outputs=self.output, name=self.name)
        model._declared_input_shape = [x.shape for x in unique]
        return model

    def get_config(self) -> dict[str, Any]:
        """Functions are written as the name they can be imported by."""
        config: dict[str, Any] = {"name": self.name}
        for key, value in (
            ("mode", self.mode),
            ("output_shape", self._output_shape),
            ("output_mask", self._output_mask),
        ):
            config[key] = func_dump(value)[0] if callable(value) else value
            config[f"{key}_type"] = "function" if callable(value) else "raw"
        return config | {
            "concat_axis": self.concat_axis,
            "dot_axes": self.dot_axes,
            "arguments": self.arguments,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Merge:
        """The layer that `get_config` described. Code in a configuration is refused; functions are custom objects."""
        config = dict(config)
        for key in ("mode", "output_shape", "output_mask"):
            if config.pop(f"{key}_type", "raw") in ("function", "lambda"):
                config[key] = func_load(config[key])
        return cls(**config)


def _output_of(layer: Any, node_index: int, tensor_index: int) -> Any:
    from polykeras.models import Model

    if isinstance(layer, Model):
        outputs: Any = layer.outputs
        return outputs[tensor_index]
    return layer.inbound_nodes[node_index].output_tensors[tensor_index]


def merge(
    inputs: Any,
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: dict[str, Any] | None = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """Merge symbolic tensors; with layers in place of tensors, the `Merge` layer of their outputs."""
    if not isinstance(inputs, (list, tuple)):
        raise ArgumentError(f"merge: a list of tensors was wanted, got {inputs!r}.")
    options = {
        "mode": mode, "concat_axis": concat_axis, "dot_axes": dot_axes, "output_shape": output_shape,
        "output_mask": output_mask, "arguments": arguments, "name": name, **kwargs,
    }  # fmt: skip
    if all(hasattr(x, "shape") for x in inputs):
        return Merge(**options)(list(inputs))
    return Merge(layers=list(inputs), **options)
