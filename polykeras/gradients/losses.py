"""Rules of the cross-entropies, for backends that fuse them. That of class numbers is with the other fused ops."""

from __future__ import annotations

import math
from typing import Any

from polykeras import config
from polykeras.gradients.table import rule
from polykeras.ops.activations import log_softmax, sigmoid, softmax
from polykeras.ops.casting import cast
from polykeras.ops.comparison import equal
from polykeras.ops.conversion import dtype
from polykeras.ops.elementwise import clip, divide, log, multiply, negative, subtract
from polykeras.ops.movement import expand_dims
from polykeras.ops.reductions import sum_


def _clipped(p: Any) -> tuple[Any, Any]:
    """Probabilities kept from 0 and 1, and a factor that is 0 where that changed them."""
    inside = clip(p, config.epsilon(), 1 - config.epsilon())
    return inside, cast(equal(inside, p), dtype(p))


def _binary_by_output(out: Any, target: Any, output: Any, from_logits: bool) -> Any:
    def pull(g: Any) -> Any:
        if from_logits:
            return multiply(g, subtract(sigmoid(output), target))
        p, factor = _clipped(output)
        slope = subtract(divide(subtract(1, target), subtract(1, p)), divide(target, p))
        return multiply(multiply(g, factor), slope)

    return pull


def _binary_by_target(out: Any, target: Any, output: Any, from_logits: bool) -> Any:
    def pull(g: Any) -> Any:
        if from_logits:
            return negative(multiply(g, output))
        p, _ = _clipped(output)
        return multiply(g, subtract(log(subtract(1, p)), log(p)))

    return pull


rule("binary_crossentropy", output=_binary_by_output, target=_binary_by_target)


def _categorical_by_output(out: Any, target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    def pull(g: Any) -> Any:
        g = expand_dims(g, axis)
        if from_logits:
            return multiply(g, subtract(multiply(softmax(output, axis), sum_(target, axis, True)), target))
        total = sum_(output, axis, True)
        share = divide(output, total)
        p, factor = _clipped(share)
        by_share = negative(multiply(multiply(g, factor), divide(target, p)))
        return divide(subtract(by_share, sum_(multiply(by_share, share), axis, True)), total)

    return pull


def _categorical_by_target(out: Any, target: Any, output: Any, from_logits: bool, axis: int) -> Any:
    def pull(g: Any) -> Any:
        if from_logits:
            scores = log_softmax(output, axis)
        else:
            scores = log(_clipped(divide(output, sum_(output, axis, True)))[0])
        return negative(multiply(expand_dims(g, axis), scores))

    return pull


def _softmax_by_logits(out: Any, target: Any, logits: Any, axis: int) -> Any:
    def pull(g: Any) -> Any:
        shares = softmax(logits, axis)
        counted = multiply(target, _clipped(shares)[1])
        return multiply(expand_dims(g, axis), subtract(multiply(shares, sum_(counted, axis, True)), counted))

    return pull


def _softmax_by_target(out: Any, target: Any, logits: Any, axis: int) -> Any:
    lowest, highest = math.log(config.epsilon()), math.log1p(-config.epsilon())
    return lambda g: negative(multiply(expand_dims(g, axis), clip(log_softmax(logits, axis), lowest, highest)))


rule("softmax_crossentropy", logits=_softmax_by_logits, target=_softmax_by_target)
rule("categorical_crossentropy", output=_categorical_by_output, target=_categorical_by_target)
