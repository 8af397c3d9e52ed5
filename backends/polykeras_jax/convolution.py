"""The convolution family, forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from polykeras import config
from polykeras.ops.convolution import ConvGeometry, conv_geometry
from polykeras.ops.convolution_gradients import check_result
from polykeras.ops.registry import REGISTRY
from polykeras_jax.compiled import compiled
from polykeras_jax.products import precision

_SPATIAL = {1: "W", 2: "HW", 3: "DHW"}


def configured(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` compiled, as the kernel of the op of that name; a `data_format` of None is the configured one."""
    op = REGISTRY[name]
    parameters = list(op.signature.parameters)
    data_format = parameters.index("data_format")
    run = compiled(function, *range(len(op.tensors), len(parameters)))

    def kernel(*args: Any) -> Any:
        if args[data_format] is None:
            args = (*args[:data_format], config.image_data_format(), *args[data_format + 1 :])
        return run(*args)

    return kernel


def _on_floats(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`; the op's body for integers, which XLA convolves on some devices only."""
    body: Any = REGISTRY[name].body
    return configured(name, lambda x, *rest: (function if jnp.issubdtype(x.dtype, jnp.inexact) else body)(x, *rest))


def _sized(x: Any, kernel: Any, g: ConvGeometry) -> Any:
    spatial = _SPATIAL[g.rank]
    layout = f"N{spatial}C" if g.last else f"NC{spatial}"
    return lax.conv_general_dilated(
        x,
        kernel,
        g.strides,
        g.padding,
        rhs_dilation=g.dilation,
        dimension_numbers=(layout, f"{spatial}IO", layout),
        feature_group_count=g.groups,
        precision=precision(x.dtype),
    )


def _conv(inputs: Any, kernel: Any, strides: Any, padding: Any, data_format: str, dilation_rate: Any) -> Any:
    return _sized(
        inputs, kernel, conv_geometry(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    )


def _transposed(linear: Callable[[Any], Any], shape: Sequence[int], y: Any) -> Any:
    return jax.linear_transpose(linear, jax.ShapeDtypeStruct(tuple(shape), y.dtype))(y)[0]


def _conv_input_gradient(gradient: Any, kernel: Any, shape: Any, *options: Any) -> Any:
    g = conv_geometry(tuple(shape), kernel.shape, *options)
    check_result("conv_input_gradient", gradient.shape, shape, g)
    return _transposed(lambda x: _sized(x, kernel, g), shape, gradient)


def _conv_kernel_gradient(inputs: Any, gradient: Any, shape: Any, *options: Any) -> Any:
    g = conv_geometry(inputs.shape, tuple(shape), *options)
    check_result("conv_kernel_gradient", gradient.shape, inputs.shape, g)
    return _transposed(lambda kernel: _sized(inputs, kernel, g), shape, gradient)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "conv": _conv,
    "conv_input_gradient": _conv_input_gradient,
    "conv_kernel_gradient": _conv_kernel_gradient,
}

OVERRIDES: dict[str, Callable[..., Any]] = {name: _on_floats(name, f) for name, f in _FUNCTIONS.items()}
