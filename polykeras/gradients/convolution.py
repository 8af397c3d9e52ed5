"""Rules of the convolution family: three ops, each linear in two arguments, whose gradients are again among the three.

A composite that calls them needs no rule of its own. They serve where a backend fuses these ops.
"""

from __future__ import annotations

from typing import Any

from polykeras.gradients.table import rule
from polykeras.ops.convolution import conv
from polykeras.ops.convolution_gradients import conv_input_gradient, conv_kernel_gradient


def _inputs(out: Any, inputs: Any, kernel: Any, *options: Any) -> Any:
    shape = tuple(inputs.shape)
    return lambda g: conv_input_gradient(g, kernel, shape, *options)


def _kernel(out: Any, inputs: Any, kernel: Any, *options: Any) -> Any:
    shape = tuple(kernel.shape)
    return lambda g: conv_kernel_gradient(inputs, g, shape, *options)


rule("conv", inputs=_inputs, kernel=_kernel)


def _gradient_of_inputs(out: Any, gradient: Any, kernel: Any, shape: Any, *options: Any) -> Any:
    return lambda g: conv(g, kernel, *options)


def _kernel_of_inputs(out: Any, gradient: Any, kernel: Any, shape: Any, *options: Any) -> Any:
    shape = tuple(kernel.shape)
    return lambda g: conv_kernel_gradient(g, gradient, shape, *options)


rule("conv_input_gradient", gradient=_gradient_of_inputs, kernel=_kernel_of_inputs)


def _inputs_of_kernel(out: Any, inputs: Any, gradient: Any, shape: Any, *options: Any) -> Any:
    shape = tuple(inputs.shape)
    return lambda g: conv_input_gradient(gradient, g, shape, *options)


def _gradient_of_kernel(out: Any, inputs: Any, gradient: Any, shape: Any, *options: Any) -> Any:
    return lambda g: conv(inputs, g, *options)


rule("conv_kernel_gradient", inputs=_inputs_of_kernel, gradient=_gradient_of_kernel)
