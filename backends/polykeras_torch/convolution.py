"""The convolution family, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch

from polykeras import config
from polykeras.ops.convolution import ConvGeometry, conv_geometry
from polykeras.ops.convolution_gradients import check_result
from polykeras_torch.native import Kernel, body

# ---- layout and padding, also of pooling -----------------------------------------------------------------------------


def channels_first(x: Any, last: bool) -> Any:
    """PyTorch's layout, as a view: in memory it stays what PyTorch calls channels_last."""
    return x.permute(0, x.ndim - 1, *range(1, x.ndim - 1)) if last else x


def channels_back(y: Any, last: bool) -> Any:
    """The inverse of `channels_first`."""
    return y.permute(0, *range(2, y.ndim), 1) if last else y


def padded(x: Any, padding: Sequence[tuple[int, int]], value: float) -> Any:
    """`x` with `value` around its spatial axes, the last ones."""
    return torch.constant_pad_nd(x, [n for pair in reversed(padding) for n in pair], value)


def same_on_both_sides(padding: Sequence[tuple[int, int]]) -> bool:
    """Whether PyTorch's own padding can do it."""
    return all(before == after for before, after in padding)


def kept(geometry: Kernel) -> Kernel:
    """`geometry` with its latest answers kept, since the same layers run over and over."""
    known = lru_cache(maxsize=1024)(geometry)

    def find(*args: Any) -> Any:
        try:
            return (geometry if torch.compiler.is_compiling() else known)(*args)
        except TypeError:  # a list among them
            return geometry(*args)

    return find


_geometry = kept(conv_geometry)

# ---- convolution and its gradients -----------------------------------------------------------------------------------

_CONV = {1: torch.conv1d, 2: torch.conv2d, 3: torch.conv3d}
_TRANSPOSED = {1: torch.conv_transpose1d, 2: torch.conv_transpose2d, 3: torch.conv_transpose3d}


def _sizes(shape: Any, kernel: Any, options: Sequence[Any]) -> ConvGeometry:
    strides, padding, data_format, dilation = options
    found = _geometry(
        tuple(shape), tuple(kernel), strides, padding, data_format or config.image_data_format(), dilation
    )
    return found  # type: ignore[no-any-return]


def _around(g: ConvGeometry) -> tuple[int, ...] | None:
    """PyTorch's own padding; None where it has to be done beforehand."""
    return tuple(before for before, _ in g.padding) if same_on_both_sides(g.padding) else None


def _filters_first(kernel: Any, g: ConvGeometry) -> Any:
    return kernel.permute(g.rank + 1, g.rank, *range(g.rank))


def _conv(inputs: Any, kernel: Any, *options: Any) -> Any:
    g = _sizes(inputs.shape, kernel.shape, options)
    if not inputs.is_floating_point():
        return body("conv")(inputs, kernel, *options)
    x, around = channels_first(inputs, g.last), _around(g)
    if around is None:
        x, around = padded(x, g.padding, 0), (0,) * g.rank
    y = _CONV[g.rank](x, _filters_first(kernel, g), None, g.strides, around, g.dilation, g.groups)
    return channels_back(y, g.last)


def _conv_input_gradient(gradient: Any, kernel: Any, shape: Any, *options: Any) -> Any:
    g = _sizes(shape, kernel.shape, options)
    check_result("conv_input_gradient", gradient.shape, shape, g)
    if not gradient.is_floating_point() or not gradient.numel():
        return body("conv_input_gradient")(gradient, kernel, shape, *options)
    spatial, around, start = tuple(shape[1:-1] if g.last else shape[2:]), _around(g), (0,) * g.rank
    whole = spatial
    if around is None:
        start, around = tuple(before for before, _ in g.padding), (0,) * g.rank
        whole = tuple(d + before + after for d, (before, after) in zip(spatial, g.padding))
    y, weights = channels_first(gradient, g.last), _filters_first(kernel, g)
    reach = [(d - 1) * s + (n - 1) * apart + 1 for d, s, n, apart in zip(y.shape[2:], g.strides, g.window, g.dilation)]
    beyond = [d + 2 * p - r for d, p, r in zip(whole, around, reach)]  # what no window covers, less than a stride
    x = _TRANSPOSED[g.rank](y, weights, None, g.strides, around, beyond, g.groups, g.dilation)
    if whole != spatial:
        x = x[(slice(None), slice(None), *(slice(b, b + d) for b, d in zip(start, spatial)))]
    return channels_back(x, g.last)


def _conv_kernel_gradient(inputs: Any, gradient: Any, shape: Any, *options: Any) -> Any:
    g = _sizes(inputs.shape, shape, options)
    check_result("conv_kernel_gradient", gradient.shape, inputs.shape, g)
    if not inputs.is_floating_point() or not gradient.numel():
        return body("conv_kernel_gradient")(inputs, gradient, shape, *options)
    x, around = channels_first(inputs, g.last), _around(g)
    if around is None:
        x, around = padded(x, g.padding, 0), (0,) * g.rank
    weights = inputs.new_empty(1).expand(g.filters, g.channels // g.groups, *g.window)  # read for its shape only
    rest = (None, g.strides, around, g.dilation, False, (0,) * g.rank, g.groups, [False, True, False])
    weights = torch.ops.aten.convolution_backward(channels_first(gradient, g.last), x, weights, *rest)[1]
    return weights.permute(*range(2, g.rank + 2), 1, 0)


OVERRIDES: dict[str, Kernel] = {
    "conv": _conv,
    "conv_input_gradient": _conv_input_gradient,
    "conv_kernel_gradient": _conv_kernel_gradient,
}
