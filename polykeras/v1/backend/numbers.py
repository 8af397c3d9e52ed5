"""Elementwise functions, comparisons, reductions and activations of the symbolic backend."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes, ops
from polykeras.ops.control_flow import on_graphs
from polykeras.typing import Tensor
from polykeras.v1.backend import common
from polykeras.v1.backend.spelling import Function, spelled

# ---- today's ops: by the same name, and with Keras 1's names for their arguments --------------------------------

abs: Function = ops.abs
cast: Function = ops.cast
cos: Function = ops.cos
elu: Function = ops.elu
exp: Function = ops.exp
log: Function = ops.log
max: Function = ops.max
min: Function = ops.min
prod: Function = ops.prod
round: Function = ops.round
sigmoid: Function = ops.sigmoid
sign: Function = ops.sign
sin: Function = ops.sin
softmax: Function = ops.softmax
softplus: Function = ops.softplus
softsign: Function = ops.softsign
square: Function = ops.square
std: Function = ops.std
sum: Function = ops.sum
tanh: Function = ops.tanh
var: Function = ops.var

argmax = spelled(ops.argmax, "Where the largest element is.", x=..., axis=-1)
argmin = spelled(ops.argmin, "Where the smallest element is.", x=..., axis=-1)
dot = spelled(ops.dot, "The last axis of `x` times the last but one of `y`.", x=..., y=...)
equal = spelled(ops.equal, "Where the two are equal.", x=..., y=...)
greater = spelled(ops.greater, "Where `x` is above `y`.", x=..., y=...)
greater_equal = spelled(ops.greater_equal, "Where `x` is not below `y`.", x=..., y=...)
lesser = spelled(ops.less, "Where `x` is below `y`.", x=..., y=...)
lesser_equal = spelled(ops.less_equal, "Where `x` is not above `y`.", x=..., y=...)
maximum = spelled(ops.maximum, "The larger of each pair.", x=..., y=...)
minimum = spelled(ops.minimum, "The smaller of each pair.", x=..., y=...)
not_equal = spelled(ops.not_equal, "Where the two differ.", x=..., y=...)
pow = spelled(ops.power, "`x` to the power of `a`.", x=..., a=...)

# ---- with a meaning of their own ---------------------------------------------------------------------------------


def sqrt(x: Tensor) -> Tensor:
    """The square root; 0 for negative numbers."""
    return ops.sqrt(ops.maximum(x, 0.0))


def clip(x: Tensor, min_value: Any, max_value: Any) -> Tensor:
    """`x` kept between two numbers; of bounds in the wrong order the lower one holds."""
    if max_value is not None and min_value is not None and not hasattr(max_value, "shape") and max_value < min_value:
        max_value = min_value
    return ops.clip(x, min_value, max_value)


def mean(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The mean along the axes; of truth values the fraction that is true."""
    kind = ops.dtype(x)
    return ops.mean(ops.cast(x, common.floatx()) if not dtypes.is_floating(kind) else x, axis, keepdims)


def any(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """1 where any element is not 0, as uint8."""
    return ops.cast(ops.any(ops.cast(x, "bool"), axis, keepdims), "uint8")


def all(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """1 where no element is 0, as uint8."""
    return ops.cast(ops.all(ops.cast(x, "bool"), axis, keepdims), "uint8")


# ---- products --------------------------------------------------------------------------------------------------


@on_graphs
def batch_dot(x: Tensor, y: Tensor, axes: Any = None) -> Tensor:
    """The product over one axis of each, sample by sample; at least two axes remain.

    `axes`: one axis of `x` and one of `y`, or the same of both; by default the last and the last but one.
    """
    nx, ny = len(x.shape), len(y.shape)
    if axes is None:
        axes = (nx - 1, ny - 2 if ny > 2 else 1)
    first, second = (axes, axes) if isinstance(axes, int) else axes
    first, second = first % nx, second % ny
    if nx > 3 and ny > 3:
        x = x if first == nx - 1 else ops.swapaxes(x, -1, -2)
        y = ops.swapaxes(y, -1, -2) if second == ny - 1 else y
        return ops.matmul(x, y)
    x = ops.moveaxis(x, first, -1)
    y = ops.moveaxis(y, second, 1)
    batch, n = x.shape[0], x.shape[-1]
    left, right = tuple(x.shape)[1:-1], tuple(y.shape)[2:]
    product = ops.matmul(ops.reshape(x, (batch, _size(left), n)), ops.reshape(y, (batch, n, _size(right))))
    return ops.reshape(product, (batch, *left, *right) if left or right else (batch, 1))


def _size(shape: Any) -> int:
    n = 1
    for d in shape:
        n *= d
    return n


def l2_normalize(x: Tensor, axis: Any) -> Tensor:
    """`x` over its Euclidean norm along the axis; zeros stay zeros."""
    return ops.multiply(x, ops.rsqrt(ops.maximum(sum(ops.square(x), axis, True), 1e-12)))


def in_top_k(predictions: Tensor, targets: Tensor, k: int) -> Tensor:
    """Whether each row's target is among its k largest predictions."""
    return ops.in_top_k(ops.cast(targets, "int32"), predictions, k)


# ---- activations and crossentropies ----------------------------------------------------------------------------


def relu(x: Tensor, alpha: Any = 0.0, max_value: float | None = None) -> Tensor:
    """`x` where it is positive, at most `max_value`; below 0 `alpha` times `x`."""
    positive = ops.relu(x)
    if max_value is not None:
        positive = ops.minimum(positive, max_value)
    if hasattr(alpha, "shape") or alpha:
        return ops.subtract(positive, ops.multiply(alpha, ops.relu(ops.negative(x))))
    return positive


def hard_sigmoid(x: Tensor) -> Tensor:
    """``0.2 x + 0.5`` between 0 and 1."""
    return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0.0, 1.0)


def _clipped(p: Tensor) -> Tensor:
    epsilon = common.epsilon()
    return ops.clip(p, epsilon, 1.0 - epsilon)


@on_graphs
def categorical_crossentropy(output: Tensor, target: Tensor, from_logits: bool = False) -> Tensor:
    """Of predictions, which are divided by their sum, or logits, along the last axis."""
    if from_logits:
        logs = ops.log_softmax(output)
    else:
        logs = ops.log(_clipped(ops.divide(output, ops.sum(output, -1, True))))
    return ops.negative(ops.sum(ops.multiply(target, logs), -1))


@on_graphs
def sparse_categorical_crossentropy(output: Tensor, target: Tensor, from_logits: bool = False) -> Tensor:
    """With class numbers as targets; shaped like the predictions without their last axis."""
    logits = output if from_logits else ops.log(_clipped(output))
    classes = logits.shape[-1]
    logs = ops.reshape(ops.log_softmax(logits), (-1, classes))
    index = ops.reshape(ops.cast(target, "int32"), (-1, 1))
    picked = ops.negative(ops.take_along_axis(logs, index, axis=1))
    return ops.reshape(picked, tuple(output.shape)[:-1])


def binary_crossentropy(output: Tensor, target: Tensor, from_logits: bool = False) -> Tensor:
    """Of each element."""
    if not from_logits:
        p = _clipped(output)
        output = ops.log(ops.divide(p, ops.subtract(1.0, p)))
    # max(x, 0) - x z + log(1 + exp(-|x|)) does not overflow
    return ops.add(
        ops.subtract(ops.relu(output), ops.multiply(output, target)),
        ops.log1p(ops.exp(ops.negative(ops.abs(output)))),
    )


# ---- normalization ---------------------------------------------------------------------------------------------


def batch_normalization(
    x: Tensor, mean: Tensor, var: Tensor, beta: Tensor, gamma: Tensor, epsilon: float = 1e-3
) -> Tensor:
    """``(x - mean) / sqrt(var + epsilon) * gamma + beta``."""
    scale = ops.multiply(ops.rsqrt(ops.add(var, epsilon)), gamma)
    return ops.add(ops.multiply(ops.subtract(x, mean), scale), beta)


@on_graphs
def normalize_batch_in_training(
    x: Tensor, gamma: Tensor, beta: Tensor, reduction_axes: Any, epsilon: float = 1e-3
) -> tuple[Tensor, Tensor, Tensor]:
    """``normalized, mean, variance`` of a batch over these axes."""
    axes = tuple(reduction_axes)
    center, spread = ops.moments(x, axes)
    shape = tuple(1 if i in axes else d for i, d in enumerate(x.shape))
    a, b, c, d = (ops.reshape(v, shape) for v in (center, spread, beta, gamma))
    return batch_normalization(x, a, b, c, d, epsilon), center, spread


__all__ = [
    "abs", "all", "any", "argmax", "argmin", "batch_dot", "batch_normalization", "binary_crossentropy", "cast",
    "categorical_crossentropy", "clip", "cos", "dot", "elu", "equal", "exp", "greater", "greater_equal",
    "hard_sigmoid", "in_top_k", "l2_normalize", "lesser", "lesser_equal", "log", "max", "maximum", "mean", "min",
    "minimum", "normalize_batch_in_training", "not_equal", "pow", "prod", "relu", "round", "sigmoid", "sign", "sin",
    "softmax", "softplus", "softsign", "sparse_categorical_crossentropy", "sqrt", "square", "std", "sum", "tanh",
    "var",
]  # fmt: skip
