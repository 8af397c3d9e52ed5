"""Rules of composites that some backend fuses: one node on the tape instead of the body's many.

They are used where the backend has an override of the op; elsewhere the body is followed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polykeras.gradients.elementwise import share_of_winner
from polykeras.gradients.reductions import extreme
from polykeras.gradients.table import reshaped, rule
from polykeras.ops import rules
from polykeras.ops.activation_gradients import relu_gradient, sigmoid_gradient
from polykeras.ops.activations import sigmoid
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal, greater, less, less_equal
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import add, divide, exp, maximum, multiply, negative, square, subtract
from polykeras.ops.indexing import scatter_add, where
from polykeras.ops.joining import unstack
from polykeras.ops.logic import logical_and
from polykeras.ops.reductions import amax, amin, sum_

rule("square", x=lambda out, x: lambda g: multiply(g, multiply(x, 2)))
rule("relu", x=lambda out, x: lambda g: relu_gradient(g, out))
rule("sigmoid", x=lambda out, x: lambda g: sigmoid_gradient(g, out))
rule(
    "softmax",
    x=lambda out, x, axis: lambda g: multiply(out, subtract(g, sum_(multiply(g, out), axis, True))),
)
rule(
    "log_softmax",
    x=lambda out, x, axis: lambda g: subtract(g, multiply(exp(out), sum_(g, axis, True))),
)
rule(
    "clip",
    x=lambda out, x, x_min, x_max: lambda g: multiply(g, cast(equal(out, x), dtype(g))),
    x_min=lambda out, x, x_min, x_max: lambda g: where(logical_and(less(x, x_min), less_equal(x_min, x_max)), g, 0),
    x_max=lambda out, x, x_min, x_max: lambda g: where(greater(maximum(x, x_min), x_max), g, 0),
)
rule("rsqrt", x=lambda out, x: lambda g: multiply(multiply(g, -0.5), multiply(out, square(out))))
rule("reciprocal", x=lambda out, x: lambda g: negative(multiply(g, square(out))))
rule("exp2", x=lambda out, x: lambda g: multiply(g, multiply(out, math.log(2.0))))
rule("log2", x=lambda out, x: lambda g: divide(g, multiply(x, math.log(2.0))))
rule("log10", x=lambda out, x: lambda g: divide(g, multiply(x, math.log(10.0))))
rule("softplus", x=lambda out, x: lambda g: multiply(g, sigmoid(x)))
rule("log_sigmoid", x=lambda out, x: lambda g: multiply(g, sigmoid(negative(x))))
rule("leaky_relu", x=lambda out, x, negative_slope: lambda g: where(greater(x, 0), g, multiply(g, negative_slope)))
rule("stack", x=lambda out, x, axis: lambda g: unstack(g, axis=axis))


def _silu(out: Any, x: Any) -> Any:
    def pull(g: Any) -> Any:
        s = sigmoid(x)
        return multiply(g, add(s, multiply(out, subtract(1, s))))

    return pull


rule("silu", x=_silu)


def _mean(out: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    from polykeras.ops.movement import broadcast_to, reshape

    shape = tuple(x.shape)
    kept = rules.reduced(shape, axis, True)
    count = rules.size_of(shape) / max(rules.size_of(kept), 1)
    kind = dtype(x)
    return lambda g: broadcast_to(multiply(reshape(cast(g, kind), kept), 1.0 / count if count else 0.0), shape)


rule("mean", x=_mean)


def _sparse_crossentropy(out: Any, target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    from polykeras import config
    from polykeras.ops.activations import softmax
    from polykeras.ops.elementwise import clip, divide, negative
    from polykeras.ops.indexing import one_hot
    from polykeras.ops.movement import expand_dims, reshape

    def pull(g: Any) -> Any:
        g = expand_dims(g, axis)
        labels = reshape(target, tuple(out.shape))  # without an axis of size 1
        hit = one_hot(labels, tuple(output.shape)[axis], axis, dtype(output))
        if from_logits:
            return multiply(g, subtract(softmax(output, axis), hit))
        total = sum_(output, axis, True)
        p = divide(output, total)
        inside = cast(equal(clip(p, config.epsilon(), 1 - config.epsilon()), p), dtype(p))
        by_p = negative(multiply(multiply(g, inside), divide(hit, p)))
        return divide(subtract(by_p, sum_(multiply(by_p, p), axis, True)), total)

    return pull


rule("sparse_categorical_crossentropy", output=_sparse_crossentropy)


def _reshaped_back(out: Any, x: Any, axis: Any) -> Any:
    shape = tuple(x.shape)
    return lambda g: reshaped(g, shape)


rule("squeeze", x=_reshaped_back)
rule("expand_dims", x=_reshaped_back)


def _take(out: Any, x: Any, indices: Any, axis: int | None) -> Any:
    shape = tuple(x.shape)
    if axis is None:
        return lambda g: reshaped(scatter_add(g, indices, 0, rules.size_of(shape)), shape)
    return lambda g: scatter_add(g, indices, rules.axis_of(axis, len(shape)), shape[axis])


rule("take", x=_take)


def _extreme_or_initial(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """The rule of a largest or smallest element; at a tie with `initial` the elements get half of the gradient."""

    def make(out: Any, x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
        if initial is None:
            return extreme(out, x, axis, keepdims)
        if rules.size_of(tuple(x.shape)) == 0:
            return None
        found = reduce(x, axis, keepdims)
        pull = extreme(found, x, axis, keepdims)
        return lambda g: pull(share_of_winner(out, found, g, initial))

    return make


rule("max", x=_extreme_or_initial(amax))
rule("min", x=_extreme_or_initial(amin))
