"""Branches and loops in a graph, gradients of one's own. Leaves that are no tensors (None) stay outside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from polykeras import tree
from polykeras.errors import TraceError
from polykeras.gradients.applied import pulled_back
from polykeras.ops.conversion import convert_to_tensor
from polykeras.ops.registry import REGISTRY
from polykeras.scope import backend_scope


class Skeleton:
    """A tree without its tensors: takes their list and puts the tree together again."""

    def __init__(self, structure: Any, what: str) -> None:
        self._leaves, self._treedef = tree.flatten_with_treedef(structure)
        self._places = [i for i, leaf in enumerate(self._leaves) if leaf is not None]
        self.tensors = [as_tensor(self._leaves[i], what) for i in self._places]
        self._leaves = [None] * len(self._leaves)

    def fill(self, tensors: Sequence[Any]) -> Any:
        """The tree with these tensors."""
        leaves = list(self._leaves)
        for i, x in zip(self._places, tensors, strict=True):
            leaves[i] = x
        return tree.unflatten(self._treedef, leaves)

    def matches(self, other: Skeleton) -> bool:
        """Whether both trees nest alike and have tensors in the same places."""
        return self._treedef == other._treedef and self._places == other._places


def as_tensor(leaf: Any, what: str) -> Any:
    """A leaf of what a branch or loop body returned as a tensor of this backend."""
    x = convert_to_tensor(leaf)
    if not isinstance(x, (tf.Tensor, tf.Variable, np.ndarray, np.generic)):
        raise TraceError(
            f"{what} in a TensorFlow graph must return tensors of that graph, got {type(x).__name__}. "
            "To differentiate through it, use the gradients of ops, which are TensorFlow's own there."
        )
    return tf.convert_to_tensor(x)


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """See `polykeras.backend.Backend.cond`."""
    skeletons: list[Skeleton] = []

    def branch(f: Callable[[], Any]) -> Callable[[], list[Any]]:
        def run() -> list[Any]:
            skeletons.append(Skeleton(f(), "a branch of ops.cond"))
            if not skeletons[0].matches(skeletons[-1]):
                raise TraceError("The two branches of ops.cond return different structures.")
            return skeletons[-1].tensors

        return run

    tensors = tf.cond(pred, branch(true_fn), branch(false_fn))
    return skeletons[0].fill(tensors)


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...], maximum_iterations: int | None
) -> tuple[Any, ...]:
    """See `polykeras.backend.Backend.while_loop`."""
    start = Skeleton(tuple(loop_vars), "ops.while_loop")

    def step(*tensors: Any) -> list[Any]:
        return _same_kind(start, tuple(body(*start.fill(tensors))), "the body of ops.while_loop")

    tensors = tf.while_loop(
        lambda *tensors: cond(*start.fill(tensors)), step, start.tensors, maximum_iterations=maximum_iterations
    )
    result: tuple[Any, ...] = start.fill(tensors)
    return result


def _same_kind(start: Skeleton, structure: Any, what: str) -> list[Any]:
    found = Skeleton(structure, what)
    if not start.matches(found):
        raise TraceError(f"{what} must return the structure that it gets.")
    return found.tensors


def scan(
    f: Callable[[Any, Any], tuple[Any, Any]], init: Any, xs: Any, length: int, reverse: bool, inline: bool
) -> tuple[Any, Any]:
    """See `polykeras.backend.Backend.scan`. `length` is at least 1.

    What y is must be known before the loop is built, so `f` is traced apart. The loop calls that trace, or if `inline`
    traces `f` once more: XLA does not find the constants in the gradient of a function called in a loop.
    """
    carries, slices = Skeleton(init, "ops.scan"), Skeleton(xs, "ops.scan")
    found: list[Skeleton] = []

    def step(carry: list[Any], x: list[Any]) -> tuple[list[Any], list[Any]]:
        carry, y = f(carries.fill(carry), slices.fill(x))
        found.append(Skeleton(y, "the body of ops.scan"))
        return _same_kind(carries, carry, "the body of ops.scan"), found[-1].tensors

    traced = tf.function(step, autograph=False).get_concrete_function(
        [tf.TensorSpec(c.shape, c.dtype) for c in carries.tensors],
        [tf.TensorSpec(x.shape[1:], x.dtype) for x in slices.tensors],
    )
    inputs = [tf.TensorArray(x.dtype, length, element_shape=x.shape[1:]).unstack(x) for x in slices.tensors]
    outputs = [tf.TensorArray(y.dtype, length, element_shape=y.shape) for y in found[0].tensors]
    width = len(carries.tensors)
    run = step if inline else traced

    def body(i: Any, *state: Any) -> tuple[Any, ...]:
        at = length - 1 - i if reverse else i
        carry, ys = run(list(state[:width]), [x.read(at) for x in inputs])
        written = [array.write(at, y) for array, y in zip(state[width:], ys, strict=True)]
        return (i + 1, *carry, *written)

    start = (tf.constant(0), *carries.tensors, *outputs)
    _, *state = tf.while_loop(lambda i, *_: i < length, body, start, maximum_iterations=length)
    return carries.fill(state[:width]), found[0].fill([array.stack() for array in state[width:]])


def vectorized_map(f: Callable[[Any], Any], xs: Any) -> Any:
    """See `polykeras.backend.Backend.vectorized_map`."""
    slices = Skeleton(xs, "ops.vectorized_map")
    found: list[Skeleton] = []

    def run(tensors: list[Any]) -> list[Any]:
        found.append(Skeleton(f(slices.fill(tensors)), "the function of ops.vectorized_map"))
        return found[-1].tensors

    tensors = tf.vectorized_map(run, slices.tensors)
    return found[-1].fill(tensors)


def custom_gradient(f: Callable[..., Any], xs: Sequence[Any]) -> Any:
    """See `polykeras.backend.Backend.custom_gradient`."""
    found: list[Skeleton] = []

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def run(*xs: Any) -> Any:
        outputs, pullback = f(*xs)
        found.append(Skeleton(outputs, "the function of ops.custom_gradient"))
        skeleton = found[-1]

        def pull(*cotangents: Any) -> list[Any]:
            grads = pullback(skeleton.fill(cotangents))
            return [tf.zeros_like(x) if g is None else g for g, x in zip(grads, xs, strict=True)]

        return skeleton.tensors, pull

    tensors = run(*xs)
    return found[-1].fill(tensors)


def by_rule(name: str, kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel of the op `name` whose gradient is that of the core's table: TensorFlow's own may not know all shapes, be
    infinite where singular values are equal, or wrong."""

    def run(*args: Any) -> Any:
        op = REGISTRY[name]
        places = [p.index for p in op.tensors]
        final: list[Any] = []

        def ruled(*xs: Any) -> Any:
            given = list(args)
            for i, x in zip(places, xs, strict=True):
                given[i] = x

            def pull(g: Any) -> list[Any]:
                # What the rule reads is the result as it was handed out, which depends on xs by this rule in its turn.
                with backend_scope("tensorflow"):
                    return list(_conj(pulled_back(op, final[0], given, _conj(g))))

            return kernel(*given), pull

        final.append(custom_gradient(ruled, [args[i] for i in places]))
        return final[0]

    return run


def _conj(gs: Any) -> Any:
    """Gradients of complex tensors as the rules have them, from TensorFlow's, or back."""
    return tree.map_structure(lambda g: tf.math.conj(g) if g.dtype.is_complex else g, gs)
