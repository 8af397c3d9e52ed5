"""`EinsumDense`: a dense layer whose sums an einsum equation says."""

from __future__ import annotations

import re
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.initializers.variance_scaling import VarianceScaling
from polykeras.layers.base.biased import BiasedLayer, keep_weight_options, weight_options
from polykeras.layers.base.low_rank import LowRankLayer, low_rank_property
from polykeras.layers.configuration import arguments_of
from polykeras.layers.input_spec import InputSpec
from polykeras.typing import Tensor
from polykeras.variable import Variable

_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


class EinsumDense(BiasedLayer, LowRankLayer):
    """``activation(einsum(equation, inputs, kernel) + bias)``.

    Args:
        equation: ``"inputs,kernel->outputs"``, a letter for each axis. ``...`` before the letters of the inputs and the
            outputs, or after both, stands for any axes that stay.
        output_shape: the sizes of the outputs without the batch axis and the axes of ``...``: an int, or several, None
            where the size is that of the inputs.
        activation: a name or a function of tensors; None for none.
        bias_axes: the letters of the outputs along which there is a bias; None: there is none.
        kernel_initializer, bias_initializer: how the weights start. Those that scale by the fan count as inputs the
            letters of the kernel that are summed over.
        kernel_regularizer, bias_regularizer, kernel_constraint, bias_constraint: penalties and projections.
        lora_rank, lora_alpha, quantization_config: see `LowRankLayer`.
        gptq_unpacked_column_size: only None. Layers are not quantized here.

    >>> EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de")(ops.ones((4, 5, 6))).shape
    (4, 5, 2, 3)
    """

    kernel = low_rank_property("kernel")

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        gptq_unpacked_column_size: int | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            activation=activation,
            use_bias=bias_axes is not None,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            bias_constraint=bias_constraint,
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **kwargs,
        )
        if gptq_unpacked_column_size is not None:
            raise ArgumentError("EinsumDense: layers are not quantized here, gptq_unpacked_column_size must be None.")
        self.equation = equation
        self.bias_axes = bias_axes
        self._letters = _Letters(equation, bias_axes)
        self.partial_output_shape = tuple(output_shape) if isinstance(output_shape, (list, tuple)) else (output_shape,)
        if any(
            d is not None and (isinstance(d, bool) or not hasattr(d, "__index__")) for d in self.partial_output_shape
        ):
            raise ArgumentError(f"EinsumDense: output_shape is an int or several, got {output_shape!r}.")
        keep_weight_options(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)

    def build(self, input_shape: Any) -> None:
        """Make the kernel and the bias."""
        sizes = self._letters.sizes(tuple(input_shape), self.partial_output_shape)
        options = weight_options(self, "kernel")
        initializer = options["initializer"]
        if isinstance(initializer, VarianceScaling) and initializer.input_axes is None:
            options["initializer"] = type(initializer).from_config(
                initializer.get_config()
                | {
                    "seed": initializer.seed,
                    "input_axes": [i for i, c in enumerate(self._letters.kernel) if c not in self._letters.outputs],
                    "output_axes": [i for i, c in enumerate(self._letters.kernel) if c in self._letters.outputs],
                }
            )
        self.add_low_rank_weight(tuple(sizes[c] for c in self._letters.kernel), **options, name="kernel")
        self.bias: Variable | None = None
        if self.use_bias:
            elided = len(input_shape) - len(self._letters.inputs) if not self._letters.leading else 0
            shape = (*(sizes[c] if c else 1 for c in self._letters.bias), *(1,) * elided)
            self.bias = self.add_weight(shape, **weight_options(self, "bias"), name="bias")
        self.input_spec = InputSpec(ndim=len(input_shape))

    def call(self, inputs: Tensor) -> Tensor:
        """The sums."""
        return self.finish(ops.einsum(self.equation, inputs, self.low_rank_value()))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        given = arguments_of(self, EinsumDense, without=("output_shape", "gptq_unpacked_column_size"))
        return super().get_config() | given | {"output_shape": self.partial_output_shape}


class _Letters:
    """The parts of an equation of `EinsumDense`. Raises `ArgumentError` for one that does not hold together."""

    def __init__(self, equation: str, bias_axes: str | None) -> None:
        found = _EQUATION.fullmatch(equation.replace(" ", "")) if isinstance(equation, str) else None
        before, inputs, after, kernel, out_before, outputs, out_after = found.groups() if found else (None,) * 7
        if not found or (before and after) or bool(before) != bool(out_before) or bool(after) != bool(out_after):
            raise ArgumentError(
                f"EinsumDense: equation must be of the form 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...', "
                f"got {equation!r}."
            )
        self.inputs, self.kernel, self.outputs = str(inputs), str(kernel), str(outputs)
        self.leading, self.ellipsis = bool(before), bool(before or after)
        for c in self.outputs:
            if c not in self.inputs and c not in self.kernel:
                raise ArgumentError(
                    f"EinsumDense: {c!r} is in the outputs of {equation!r}, but in neither inputs nor kernel."
                )
        for c in self.kernel:
            if c not in self.inputs and c not in self.outputs:
                raise ArgumentError(
                    f"EinsumDense: {c!r} is in the kernel of {equation!r}, but in neither inputs nor outputs: its size "
                    "would not be known."
                )
        for c in bias_axes or "":
            if c not in self.outputs:
                raise ArgumentError(f"EinsumDense: bias_axes {bias_axes!r} has {c!r}, the outputs are {outputs!r}.")
        # From the first letter that has a bias on; along others between them it is shared.
        first = min((self.outputs.index(c) for c in bias_axes or ""), default=len(self.outputs))
        self.bias = [c if c in (bias_axes or "") else "" for c in self.outputs[first:]]

    def sizes(self, input_shape: tuple[Any, ...], partial: tuple[Any, ...]) -> dict[str, int]:
        """The size of each letter that kernel or bias have. Raises `ShapeError` if it is not known, or not one."""
        elided = len(input_shape) - len(self.inputs)
        if elided < 0 or (elided and not self.ellipsis):
            raise ShapeError(f"the equation's inputs {self.inputs!r} do not fit an input of shape {input_shape}.")
        if self.leading:
            given, stays = input_shape[elided:], input_shape[: max(elided, 1)]
            output = (*stays, *partial)[elided:]
        else:
            given, output = input_shape[: len(self.inputs)], (input_shape[0], *partial)
        if len(output) != len(self.outputs):
            raise ShapeError(
                f"output_shape {partial} does not say the sizes of the equation's outputs {self.outputs!r} for an "
                f"input of shape {input_shape}; leave out the batch axis and the axes of '...'."
            )
        known = dict(zip(self.inputs, given, strict=True))
        for c, size in zip(self.outputs, output, strict=True):
            if size is not None:
                if known.get(c, size) not in (None, size):
                    raise ShapeError(f"{c!r} has the size {known[c]} in the input {input_shape}, {size} in the output.")
                known[c] = size
        for c in (*self.kernel, *filter(None, self.bias)):
            if known.get(c) is None:
                raise ShapeError(
                    f"the size of {c!r} is not known from the input {input_shape} and output_shape {partial}; it is "
                    "needed to make the weights."
                )
        return known
