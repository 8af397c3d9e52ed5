"""Windows, pooling, normalisation, attention, activations and losses."""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from polykeras import config
from polykeras.ops import rules
from polykeras.ops.attention import check_attention, check_broadcast
from polykeras.ops.pooling import pool_geometry
from polykeras_torch.convolution import channels_back, channels_first, kept, padded, same_on_both_sides
from polykeras_torch.indexing import REFUSED, Ints
from polykeras_torch.native import SIGNED, Kernel, body, constant, on_bits, refuse, values_at_hand

# ---- windows ---------------------------------------------------------------------------------------------------------


def _sliding_windows(x: Any, axes: Ints, sizes: Ints, strides: Ints, dilations: Ints) -> Any:
    """A view of all windows: no element is copied."""
    if min(*sizes, *strides, *dilations, 1) < 1:
        refuse("sliding_windows", x, axes, sizes, strides, dilations)  # raises
    axes = [a % x.ndim for a in axes]
    for axis, size, stride, dilation in zip(axes, sizes, strides, dilations, strict=True):
        x = x.unfold(axis, (size - 1) * dilation + 1, stride)
        if dilation != 1:
            x = x[..., ::dilation]
    return x


def _overlap_add(x: Any, shape: Ints, axes: Ints, sizes: Ints, strides: Ints, dilations: Ints) -> Any:
    if x.dtype in SIGNED:
        return on_bits(lambda bits: _overlap_add(bits, shape, axes, sizes, strides, dilations), x)
    result = x.new_zeros(tuple(shape))
    # One addition per position within the window, over all windows at once: windows overlap, positions do not.
    for position in itertools.product(*map(range, sizes)):
        target = [slice(None)] * len(shape)
        for a, p, stride, dilation in zip(axes, position, strides, dilations, strict=True):
            begin = p * dilation
            target[a] = slice(begin, begin + (x.shape[a] - 1) * stride + 1, stride)
        result[tuple(target)] += x[(..., *position)]
    return result


KERNELS: dict[str, Kernel] = {"sliding_windows": _sliding_windows, "overlap_add": _overlap_add}

# ---- pooling ---------------------------------------------------------------------------------------------------------

_pool_geometry = kept(pool_geometry)
_MAX_POOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
_AVERAGE_POOL: dict[int, Kernel] = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


def _max_pool(inputs: Any, pool_size: Any, strides: Any, padding: Any, data_format: Any) -> Any:
    data_format = data_format or config.image_data_format()
    g = _pool_geometry(inputs.shape, pool_size, strides, padding, data_format)
    if not inputs.is_floating_point():
        return body("max_pool")(inputs, pool_size, strides, padding, data_format)
    x = channels_first(inputs, g.last)
    if any(pair != (0, 0) for pair in g.padding):
        x = padded(x, g.padding, float("-inf"))
    return channels_back(_MAX_POOL[g.rank](x, g.size, g.strides), g.last)


def _average_pool(inputs: Any, pool_size: Any, strides: Any, padding: Any, data_format: Any) -> Any:
    data_format = data_format or config.image_data_format()
    g = _pool_geometry(inputs.shape, pool_size, strides, padding, data_format)
    wide = inputs.to(torch.float32) if inputs.dtype.itemsize == 2 else inputs
    x = channels_first(wide, g.last)
    pool = _AVERAGE_POOL[g.rank]
    if same_on_both_sides(g.padding):
        around = tuple(before for before, _ in g.padding)
        y = pool(x, g.size, g.strides, around, count_include_pad=False)
    else:
        inside = pool(padded(x.new_ones((1, 1, *x.shape[2:])), g.padding, 0), g.size, g.strides)  # share of a window
        y = pool(padded(x, g.padding, 0), g.size, g.strides) / inside
    return channels_back(y, g.last).to(inputs.dtype)


# ---- normalisation ---------------------------------------------------------------------------------------------------


def _over_last_axes(name: str, native: Kernel) -> Kernel:
    """PyTorch normalises over the last axes, with weights of exactly their sizes; the body does the rest."""

    def kernel(x: Any, *args: Any) -> Any:
        *weights, axis, epsilon = args[: 3 if name == "rms_normalization" else 4]
        axes = sorted(rules.axes_of(axis, x.ndim))
        sizes = x.shape[x.ndim - len(axes) :]
        last = axes == list(range(x.ndim - len(axes), x.ndim)) and all(w is None or w.shape == sizes for w in weights)
        if not axes or not last or args[-1] is True:  # the last argument of one of the two is rms_scaling
            return body(name)(x, *args)
        return native(x, sizes, *weights, config.epsilon() if epsilon is None else epsilon)

    return kernel


def _batch_normalization(x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: float) -> Any:
    """One pass over x. PyTorch's own gives no gradient by mean and variance."""
    inverse = torch.rsqrt(variance + epsilon) if scale is None else torch.rsqrt(variance + epsilon) * scale
    shift = -mean * inverse if offset is None else offset - mean * inverse
    shape = [-1 if i == rules.axis_of(axis, x.ndim) else 1 for i in range(x.ndim)]
    return torch.addcmul(shift.reshape(shape), x, inverse.reshape(shape))


# ---- attention -------------------------------------------------------------------------------------------------------


def _attend(q: Any, k: Any, v: Any, *options: Any) -> Any:
    mask, causal, scale = options
    grouped = q.shape[1] != k.shape[1]
    return F.scaled_dot_product_attention(q, k, v, mask, 0.0, causal, scale=scale, enable_gqa=grouped)


class _Attention(torch.autograd.Function):
    """Attention that can be differentiated twice, which PyTorch's kernels without logits cannot."""

    @staticmethod
    def forward(ctx: Any, q: Any, k: Any, v: Any, mask: Any, *options: Any) -> Any:
        with torch.enable_grad():
            inner = [x.detach().requires_grad_(True) for x in (q, k, v)]
            y = _attend(*inner, mask, *options)
        ctx.save_for_backward(q, k, v, mask)
        ctx.inner, ctx.options = (y, inner), options
        return y.detach()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        y, xs = ctx.inner
        if torch.is_grad_enabled():  # to be differentiated in turn
            *xs, mask = ctx.saved_tensors
            xs = [x if x.requires_grad else x.detach().requires_grad_(True) for x in xs]
            with sdpa_kernel(SDPBackend.MATH):
                y = _attend(*xs, mask, *ctx.options)
        return (*torch.autograd.grad(y, xs, g, True, torch.is_grad_enabled()), None, None, None)


def _dot_product_attention(query: Any, key: Any, value: Any, bias: Any, mask: Any, *options: Any) -> Any:
    scale, is_causal, _, cap = options
    check_attention(query.shape, key.shape, value.shape)
    batch, steps, heads = query.shape[:3]
    length = key.shape[1]
    if cap is not None or not (query.numel() and key.numel()):
        return body("dot_product_attention")(query, key, value, bias, mask, *options)
    q, k, v = (x.transpose(1, 2) for x in (query, key, value))
    added = None
    if bias is not None or mask is not None:
        whole = (batch, heads, steps, length)
        for name, x in (("bias", bias), ("mask", mask)):
            check_broadcast(name, () if x is None else tuple(x.shape), whole)
        added = constant(0.0, query) if bias is None else bias
        if mask is not None:
            added = torch.where(mask, added, constant(float("-inf"), query))
        if is_causal:
            seen = torch.ones((steps, length), dtype=torch.bool, device=query.device).tril()
            added = torch.where(seen, added, constant(float("-inf"), query))
        added, is_causal = added.expand(whole), False
    followed = torch.is_grad_enabled() and any(x.requires_grad for x in (q, k, v))
    plain = not followed or torch.compiler.is_compiling() or (added is not None and added.requires_grad)
    y = (_attend if plain else _Attention.apply)(q, k, v, added, is_causal, scale)
    if added is not None:
        dark = (added == float("-inf")).all(-1, keepdim=True)
        if not values_at_hand(dark) or bool(dark.any()):  # PyTorch gives 0 for what sees nothing
            y = torch.where(dark, v.mean(2, keepdim=True).repeat_interleave(heads // k.shape[1], 1), y)
    return y.transpose(1, 2)


# ---- activations -----------------------------------------------------------------------------------------------------

_TANH = torch.ops.aten.tanh_backward.default  # of complex numbers, the conjugate of what the table's rules want
_LINEAR_FROM = 40
"""From here on ``log(1 + exp(x))`` is x, in every dtype."""


def _relu(x: Any) -> Any:
    return x if x.dtype in SIGNED else torch.relu(x)


def _softmax_like(name: str, native: Kernel) -> Kernel:
    def kernel(x: Any, axis: Any) -> Any:
        # PyTorch takes an axis without elements, and an axis of a 0-d tensor.
        return native(x, axis) if type(axis) is int and x.ndim and x.shape[axis] else body(name)(x, axis)

    return kernel


_NO_CLASS = -(2**63)
"""PyTorch leaves one class out of a loss, of our choice: none."""


def _sparse_crossentropy(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    rank = output.ndim
    axis = rules.axis_of(axis, rank)
    if target.ndim == rank and target.shape[axis] == 1:
        target = target.squeeze(axis)
    if target.shape != output.shape[:axis] + output.shape[axis + 1 :]:
        return body("sparse_categorical_crossentropy")(target, output, from_logits, axis)  # raises
    classes = target.to(torch.int64)
    if from_logits:
        logarithms = torch.log_softmax(output, axis)
    else:
        eps = config.epsilon()
        logarithms = torch.log(torch.clamp(output / torch.sum(output, axis, True), eps, 1 - eps))
    if axis == min(rank - 1, 1) and values_at_hand(output):
        try:
            return F.nll_loss(logarithms, classes, reduction="none", ignore_index=_NO_CLASS)
        except REFUSED:  # a class that is not there
            pass
    valid = (classes >= 0) & (classes < output.shape[axis])
    picked = torch.gather(logarithms, axis, torch.where(valid, classes, 0).unsqueeze(axis)).squeeze(axis)
    return torch.where(valid, -picked, constant(float("nan"), output))


def _softmax_crossentropy(target: Any, logits: Any, axis: int) -> Any:
    if target.shape != logits.shape:
        return body("softmax_crossentropy")(target, logits, axis)  # raises
    scores = torch.log_softmax(logits, axis).clamp(math.log(config.epsilon()), math.log1p(-config.epsilon()))
    return torch.sum(target * scores, axis).neg()


def _binary_crossentropy(target: Any, output: Any, from_logits: bool) -> Any:
    if not from_logits or target.shape != output.shape:
        return body("binary_crossentropy")(target, output, from_logits)
    return F.binary_cross_entropy_with_logits(output, target, reduction="none")


def _clip(x: Any, low: Any, high: Any) -> Any:
    if type(low) is type(high) and x.is_floating_point():
        return torch.clamp(x, low, high)
    return body("clip")(x, low, high)


OVERRIDES: dict[str, Kernel] = {
    "clip": _clip,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
    "relu": _relu,
    "sigmoid": torch.sigmoid,
    "relu_gradient": lambda g, y: torch.ops.aten.threshold_backward.default(g, y, 0),
    "sigmoid_gradient": torch.ops.aten.sigmoid_backward.default,
    "tanh_gradient": lambda g, y: (_TANH if y.is_floating_point() else body("tanh_gradient"))(g, y),
    "softplus": lambda x: F.softplus(x, 1, _LINEAR_FROM),
    "log_sigmoid": F.logsigmoid,
    "silu": F.silu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": torch.selu,
    "celu": torch.celu,
    "gelu": lambda x, approximate: F.gelu(x, approximate="tanh" if approximate else "none"),
    "softmax": _softmax_like("softmax", torch.softmax),
    "log_softmax": _softmax_like("log_softmax", torch.log_softmax),
    "sparse_categorical_crossentropy": _sparse_crossentropy,
    "binary_crossentropy": _binary_crossentropy,
    "softmax_crossentropy": _softmax_crossentropy,
    "batch_normalization": _batch_normalization,
    "layer_normalization": _over_last_axes("layer_normalization", F.layer_norm),
    "rms_normalization": _over_last_axes("rms_normalization", F.rms_norm),
    "dot_product_attention": _dot_product_attention,
}
