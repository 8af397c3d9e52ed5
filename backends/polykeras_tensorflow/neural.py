"""Windows, pooling, activations and losses.

TensorFlow pools channels-last on the CPU only, so channels-first tensors are transposed on the way in and out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf

from polykeras.ops.pooling import pool_geometry
from polykeras_tensorflow.control_flow import custom_gradient
from polykeras_tensorflow.convolution import fits, to_channels_first, to_channels_last
from polykeras_tensorflow.indexing import as_index, known_values, missing, scatter_add
from polykeras_tensorflow.native import FLOATS, constant, ints, number, rank_of, raw, rule, run_body

Kernel = Callable[..., Any]
Ints = Sequence[int]

# ---- windows ---------------------------------------------------------------------------------------------------------


def _sliding_windows(x: Any, axes: Ints, sizes: Ints, strides: Ints, dilations: Ints) -> Any:
    rank = rank_of(x)
    shape = rule("sliding_windows", x, axes, sizes, strides, dilations).shape
    axes = [a % rank for a in axes]
    # One gather an axis puts the elements of a window behind the axis that counts the windows.
    for i in sorted(range(len(axes)), key=lambda i: -axes[i]):
        x = raw.GatherV2(x, _window_positions(shape[axes[i]], sizes[i], strides[i], dilations[i]), axes[i])
    return raw.Transpose(x, ints(_windows_last(rank, axes)))


def _windows_last(rank: int, axes: Ints) -> tuple[int, ...]:
    """The permutation that takes the axes of the windows' elements, now behind each of `axes`, to the end."""
    place = {a: a + sum(b < a for b in axes) for a in range(rank)}
    return (*(place[a] for a in range(rank)), *(place[a] + 1 for a in axes))


@lru_cache(maxsize=1024)
def _window_positions(count: int, size: int, stride: int, dilation: int) -> Any:
    return constant(np.arange(count)[:, None] * stride + np.arange(size) * dilation)


def _overlap_add(x: Any, shape: Ints, axes: Ints, sizes: Ints, strides: Ints, dilations: Ints) -> Any:
    rank = len(shape)
    axes = [a % rank for a in axes]
    wide = tuple(x.shape)
    rule("overlap_add", x, shape, axes, sizes, strides, dilations)  # raises
    order = _windows_last(rank, axes)
    x = raw.Transpose(x, ints(tuple(map(order.index, range(len(order))))))
    for i in sorted(range(len(axes)), key=lambda i: axes[i]):  # one scatter an axis undoes the gather of the windows
        places = _window_positions(wide[axes[i]], sizes[i], strides[i], dilations[i])
        x = scatter_add(x, places, axes[i], shape[axes[i]])
    return x


# ---- pooling ---------------------------------------------------------------------------------------------------------

_POOL_3D_DTYPES = (tf.float32, tf.bfloat16)


def _pool(name: str, op2: Kernel, op3: Kernel) -> Kernel:
    def kernel(inputs: Any, pool_size: Any, strides: Any, padding: Any, data_format: Any) -> Any:
        shape = tuple(inputs.shape)
        g = pool_geometry(shape, pool_size, strides, padding, data_format)
        native = inputs.dtype in (_POOL_3D_DTYPES if g.rank == 3 else FLOATS) and isinstance(padding, str)
        if not native or not fits(shape[1:-1] if g.last else shape[2:], g, g.size):
            return run_body(name, inputs, pool_size, strides, padding, data_format)
        x = inputs if g.last else to_channels_last(inputs, g.rank)
        size, steps = [1, *g.size, 1], [1, *g.strides, 1]
        if g.rank == 1:  # a picture one pixel high
            x = tf.expand_dims(x, 1)
            size.insert(1, 1)
            steps.insert(1, 1)
        y = (op3 if g.rank == 3 else op2)(x, size, steps, padding.upper())
        if g.rank == 1:
            y = tf.squeeze(y, 1)
        return y if g.last else to_channels_first(y, g.rank)

    return kernel


def _corrected(op: Kernel) -> Kernel:
    """A largest-of-window op with NaN for a window that holds NaN, and -inf for one that holds nothing else.

    TensorFlow's overlooks NaN, and answers the lowest finite number in place of -inf. A correction is added to it, only
    if there are such elements; it has no gradient.
    """

    def kernel(x: Any, *args: Any) -> Any:
        y = op(x, *args)
        minus_infinity = number(float("-inf"), x.dtype)

        def corrected() -> Any:
            rank = raw.Cast(raw.Greater(x, minus_infinity), tf.float32)
            rank = op(raw.SelectV2(raw.NotEqual(x, x), number(2, tf.float32), rank), *args)
            right = raw.SelectV2(raw.Equal(rank, 0), minus_infinity, missing(x.dtype))
            correction = raw.SelectV2(raw.Equal(rank, 1), raw.ZerosLike(y), right)
            return raw.AddV2(y, raw.StopGradient(correction))

        ordinary = raw.Greater(raw.Min(x, ints(tuple(range(rank_of(x)))), False), minus_infinity)
        if tf.executing_eagerly():
            return y if ordinary else corrected()
        return custom_gradient(lambda y: (tf.cond(ordinary, lambda: y, corrected), lambda g: [g]), [y])

    return kernel


# ---- activations and losses ------------------------------------------------------------------------------------------


def _elu(x: Any, alpha: float) -> Any:
    return raw.Elu(x) if alpha == 1 else run_body("elu", x, alpha)


def _leaky_relu(x: Any, negative_slope: float) -> Any:
    if x.dtype is tf.float64:  # TensorFlow would round the slope to float32
        return run_body("leaky_relu", x, negative_slope)
    return raw.LeakyRelu(x, negative_slope)


def _along_one_axis(name: str, op: Kernel) -> Kernel:
    """softmax or log_softmax, which TensorFlow has along the last axis; several axes go through the body."""

    def kernel(x: Any, axis: Any) -> Any:
        rank = rank_of(x)
        if isinstance(axis, (tuple, list)) and len(axis) == 1:
            axis = axis[0]
        if not isinstance(axis, int) or not -rank <= axis < rank or x.shape[axis] == 0:
            return run_body(name, x, axis)  # which refuses what it should
        if axis in (-1, rank - 1):
            return op(x)
        order = list(range(rank))
        order[axis], order[-1] = order[-1], order[axis]
        return raw.Transpose(op(raw.Transpose(x, ints(order))), ints(order))

    return kernel


def _sparse_cross_entropy(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    rank = rank_of(output)
    labels = target
    if from_logits and rank > 1 and axis in (-1, rank - 1):
        if rank_of(labels) == rank and labels.shape[-1] == 1:
            labels = tf.squeeze(labels, -1)
        known = output.shape[-1] and (rank == 2 or output.shape.is_fully_defined())
        if known and labels.shape == output.shape[:-1]:
            return _fused_cross_entropy(labels, output)
    return run_body("sparse_categorical_crossentropy", target, output, from_logits, axis)


def _categorical_cross_entropy(target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    if from_logits and rank_of(output) == 2 and axis in (-1, 1) and target.shape == output.shape and output.shape[1]:
        return raw.SoftmaxCrossEntropyWithLogits(output, target)[0]
    return run_body("categorical_crossentropy", target, output, from_logits, axis)


def _fused_cross_entropy(labels: Any, logits: Any) -> Any:
    classes = logits.shape[-1]
    labels = raw.Reshape(as_index(labels), ints((-1,)))
    values = known_values(labels)
    good = None
    if values is None or values.min(initial=0) < 0 or values.max(initial=0) >= classes:
        good = raw.LogicalAnd(raw.Less(labels, classes), raw.GreaterEqual(labels, 0))
        labels = raw.SelectV2(good, labels, number(0, labels.dtype))
    shape = tuple(logits.shape)
    if len(shape) > 2:
        logits = raw.Reshape(logits, ints((-1, classes)))
    loss = raw.SparseSoftmaxCrossEntropyWithLogits(logits, labels)[0]
    if good is not None:
        loss = raw.SelectV2(good, loss, missing(logits.dtype))
    return raw.Reshape(loss, ints(shape[:-1])) if len(shape) > 2 else loss


KERNELS: dict[str, Kernel] = {"sliding_windows": _sliding_windows, "overlap_add": _overlap_add}

OVERRIDES: dict[str, Kernel] = {
    "max_pool": _pool("max_pool", _corrected(raw.MaxPool), _corrected(raw.MaxPool3D)),
    "average_pool": _pool("average_pool", raw.AvgPool, raw.AvgPool3D),
    "relu": raw.Relu,
    "relu6": raw.Relu6,
    "sigmoid": raw.Sigmoid,
    "softplus": raw.Softplus,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "softmax": _along_one_axis("softmax", raw.Softmax),
    "log_softmax": _along_one_axis("log_softmax", raw.LogSoftmax),
    "sparse_categorical_crossentropy": _sparse_cross_entropy,
    "categorical_crossentropy": _categorical_cross_entropy,
}
