"""The engine: conversion, devices, and JAX's own transformations.

Loading it switches JAX's 64-bit types on, for the whole process, because a polykeras dtype means the same on every
backend. Nothing becomes 64-bit by accident: the core names the dtype of whatever it makes, and Python numbers stay
weak.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from polykeras import tree
from polykeras.backend import Backend, Capabilities, kernel_tables
from polykeras.dtypes import ALL, numpy_dtype
from polykeras.errors import ArgumentError, ShapeError, TraceError
from polykeras.scope import backend_scope
from polykeras_jax import placement
from polykeras_jax.compiled import compiled
from polykeras_jax.placement import place
from polykeras_jax.structures import conjugate, take_apart, tensor, tensors_like

_identity = compiled(lambda x: x)
_copy = compiled(jnp.copy)
_row = compiled(lambda x, i: lax.dynamic_index_in_dim(x, i, 0, keepdims=False))

_EAGER_STEPS = 512  # a scan up to this length, outside a trace, runs in Python: compiling it would take longer


class JaxBackend(Backend):
    """`jax.Array`s, concrete or traced."""

    name = "jax"
    tensor_types = (jax.Array, jax.core.Tracer)
    dtypes = {name: numpy_dtype(name) for name in ALL}
    kernels, overrides = kernel_tables("polykeras_jax")
    capabilities = Capabilities(scalars=True, native_gradients=True, compiled="jit", loops=True)
    untraceable = (*Backend.untraceable, jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError)

    def __init__(self) -> None:
        jax.config.update("jax_enable_x64", True)
        # `compile` is told what may be reused, not what can be; JAX warns of each buffer that it cannot reuse.
        warnings.filterwarnings("ignore", message="Some donated buffers were not usable")

    # ---- tensors -------------------------------------------------------------------------------------------------

    def convert(self, value: Any, dtype: str) -> Any:
        """A tensor on the default device. JAX may keep using the host memory it is given, so it is given a copy."""
        private = np.array(value, self.dtypes[dtype])
        made = _identity(private)  # cheaper than jnp.asarray; but within a trace some releases hand the ndarray back
        return place(made if isinstance(made, jax.Array) else jnp.asarray(private))

    def to_numpy(self, x: Any) -> np.ndarray:
        """A copy: a view would show whatever is put into the memory once the tensor has been donated."""
        try:
            return np.array(x)
        except jax.errors.TracerArrayConversionError:
            raise TraceError(
                "The value of a tensor was asked for while JAX is tracing a function, where tensors have only shapes. "
                "Return it from the function, or use ops.cond, ops.where or ops.while_loop to decide on it."
            ) from None

    def shape(self, x: Any) -> tuple[int, ...]:
        """JAX's shape is a tuple already."""
        shape: tuple[int, ...] = x.shape
        return shape

    def allocate(self, value: Any) -> Any:
        """A copy, since a variable's memory may be donated to a step."""
        return place(_copy(value))

    def stop_gradient(self, x: Any) -> Any:
        """`x` as a constant for differentiation."""
        return lax.stop_gradient(x)

    def suits_loops(self, model: Any) -> bool:
        """Not where windows are convolved on a CPU: a convolution's gradient inside a scan is 30 times slower there."""
        return jax.default_backend() != "cpu" or not any(
            hasattr(layer, "kernel_size") for layer in model._flatten_layers()
        )

    def synchronize(self, x: Any) -> None:
        """Wait for all arrays of the tree."""
        jax.block_until_ready([leaf for leaf in tree.flatten(x) if isinstance(leaf, jax.Array)])

    # ---- devices -------------------------------------------------------------------------------------------------

    @cached_property
    def _devices(self) -> dict[str, Any]:
        platforms = [jax.local_devices()]
        with suppress(RuntimeError):  # the user has restricted JAX to other platforms
            platforms.append(jax.local_devices(backend="cpu"))
        return {f"{d.platform}:{i}": d for devices in platforms for i, d in enumerate(devices)}

    def devices(self) -> list[str]:
        """This process's devices of JAX's default platform, then the CPU's."""
        return list(self._devices)

    def device_of(self, x: Any) -> str:
        """Where the array lies; of a traced one, or one spread over several devices, the first that it may lie on."""
        if isinstance(x, jax.core.Tracer):
            return self.devices()[0]
        found = x.devices()
        return next((name for name, device in self._devices.items() if device in found), self.devices()[0])

    @contextmanager
    def device_scope(self, device: str) -> Iterator[None]:
        """New tensors of this thread lie on `device`, and stay there."""
        if device not in self._devices:
            raise ArgumentError(f"backend {self.name!r} has no device {device!r}; it has {self.devices()}.")
        with placement.on(self._devices[device]):
            yield

    # ---- gradients -----------------------------------------------------------------------------------------------

    def value_and_grad(self, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
        """JAX's own reverse mode."""

        def run(xs: Sequence[Any], *rest: Any) -> Any:
            rebuild: Callable[[list[Any]], Any] = list

            def split(xs: list[Any]) -> tuple[Any, list[Any]]:
                nonlocal rebuild
                result = f(xs, *rest)
                value, aux = result if has_aux else (result, None)
                if jnp.shape(value) != ():
                    raise ShapeError(f"value_and_grad needs a function with a scalar value, got shape {value.shape}.")
                tensors, rebuild = take_apart(aux)
                return tensor(value), tensors

            with backend_scope(self):
                (value, tensors), grads = jax.value_and_grad(split, has_aux=True)(list(xs))
            return ((value, rebuild(tensors)) if has_aux else value), list(map(conjugate, grads))

        return run

    def vjp(self, f: Callable[..., Any], xs: Sequence[Any]) -> tuple[Any, Callable[[Any], list[Any]]]:
        """JAX's own. Outputs that are not floating are constants: their cotangents are ignored."""
        smooth: list[bool] = []  # for each tensor of the result, whether it is differentiable
        rebuild: Callable[[list[Any]], Any] = list

        def split(*xs: Any) -> tuple[list[Any], list[Any]]:
            nonlocal rebuild
            tensors, rebuild = take_apart(f(*xs))
            smooth[:] = [bool(jnp.issubdtype(t.dtype, jnp.inexact)) for t in tensors]
            return [t for t, s in zip(tensors, smooth) if s], [t for t, s in zip(tensors, smooth) if not s]

        with backend_scope(self):
            followed, pull, constant = jax.vjp(split, *xs, has_aux=True)
        sources = {True: iter(followed), False: iter(constant)}

        def pullback(cotangents: Any) -> list[Any]:
            given = [c for c in tree.flatten(cotangents) if c is not None]
            wanted = [c for c, s in zip(given, smooth, strict=True) if s]
            return list(
                map(
                    conjugate, pull([conjugate(jnp.asarray(c, t.dtype)) for c, t in zip(wanted, followed, strict=True)])
                )
            )

        return rebuild([next(sources[s]) for s in smooth]), pullback

    def jvp(self, f: Callable[..., Any], xs: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, list[Any]]:
        """JAX's own forward mode."""
        rebuild: Callable[[list[Any]], Any] = list

        def flat(*xs: Any) -> list[Any]:
            nonlocal rebuild
            found, rebuild = take_apart(f(*xs))
            return found

        with backend_scope(self):
            followed, out_tangents = jax.jvp(flat, list(xs), list(tangents))
        return rebuild(followed), [
            jnp.zeros_like(y) if t.dtype == jax.dtypes.float0 else t for y, t in zip(followed, out_tangents)
        ]

    def custom_gradient(self, f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        """By `jax.custom_gradient`."""
        rebuild: Callable[[list[Any]], Any] = list

        @jax.custom_gradient  # type: ignore[untyped-decorator]
        def run(*xs: Any) -> Any:
            nonlocal rebuild
            outputs, pullback = f(*xs)
            found, rebuild = take_apart(outputs)
            again = rebuild

            def pull(cotangents: list[Any]) -> tuple[Any, ...]:
                grads = pullback(again(list(map(conjugate, cotangents))))
                return tuple(
                    jnp.zeros_like(x) if g is None else conjugate(tensor(g)) for g, x in zip(grads, xs, strict=True)
                )

            return found, pull

        found = run(*xs)
        return rebuild(found)

    def fence(self, xs: list[Any]) -> list[Any]:
        """By `jax.lax.optimization_barrier`."""
        return list(jax.lax.optimization_barrier(list(xs)))

    # ---- control flow: in Python while values are at hand, structured in a trace -----------------------------------

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """A Python `if`, or `lax.cond`."""
        taken = _concrete_bool(pred)
        if taken is not None:
            return true_fn() if taken else false_fn()
        rebuilds: list[Callable[[list[Any]], Any]] = []

        def branch(f: Callable[[], Any]) -> Callable[[], list[Any]]:
            def run() -> list[Any]:
                tensors, rebuild = take_apart(f())
                rebuilds.append(rebuild)
                return tensors

            return run

        tensors = lax.cond(pred, branch(true_fn), branch(false_fn))
        return rebuilds[0](tensors)

    def while_loop(
        self,
        cond: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: tuple[Any, ...],
        maximum_iterations: int | None = None,
    ) -> Any:
        """A Python `while`; in a trace `lax.while_loop`, or where the rounds are bounded a scan, which has gradients."""
        rounds = 0
        while rounds != maximum_iterations and (again := _concrete_bool(cond(*loop_vars))) is not None:
            if not again:
                return loop_vars
            loop_vars = tuple(body(*loop_vars))
            rounds += 1
        if rounds == maximum_iterations:
            return loop_vars
        start, rebuild = take_apart(loop_vars)

        def going(tensors: list[Any]) -> Any:
            return tensor(cond(*rebuild(tensors)))

        def step(tensors: list[Any]) -> list[Any]:
            return tensors_like(start, tuple(body(*rebuild(tensors))))

        if maximum_iterations is None:
            return rebuild(lax.while_loop(going, step, start))

        def round_(tensors: list[Any], _: Any) -> tuple[list[Any], None]:
            return lax.cond(going(tensors), step, lambda tensors: tensors, tensors), None

        return rebuild(lax.scan(round_, start, length=maximum_iterations - rounds)[0])

    def scan(
        self, f: Callable[[Any, Any], tuple[Any, Any]], init: Any, xs: Any, length: int, reverse: bool = False
    ) -> Any:
        """`lax.scan`; outside a trace, short ones in Python, since JAX would compile `f` anew at every call."""
        if 0 < length <= _EAGER_STEPS and not self._tracing():
            return _eager_scan(f, init, xs, length, reverse)
        start, rebuild_carry = take_apart(init)
        rows, rebuild_x = take_apart(xs)
        rebuild_y: Callable[[list[Any]], Any] = list

        def step(carry: list[Any], x: list[Any]) -> tuple[list[Any], list[Any]]:
            nonlocal rebuild_y
            carried, y = f(rebuild_carry(carry), rebuild_x(x))
            tensors, rebuild_y = take_apart(y)
            return tensors_like(start, carried), tensors

        carry, ys = lax.scan(step, start, rows, length=length, reverse=reverse)
        return rebuild_carry(carry), rebuild_y(ys)

    def vectorized_map(self, f: Callable[[Any], Any], xs: Any) -> Any:
        """`jax.vmap`."""
        rows, rebuild_x = take_apart(xs)
        rebuild_y: Callable[[list[Any]], Any] = list

        def one(x: list[Any]) -> list[Any]:
            nonlocal rebuild_y
            tensors, rebuild_y = take_apart(f(rebuild_x(x)))
            return tensors

        ys = jax.vmap(one)(rows)  # sets rebuild_y
        return rebuild_y(ys)

    def _tracing(self) -> bool:
        """Whether what is computed now is being compiled: then even a constant has no value."""
        return isinstance(self.kernels["fill"]((), 0, "int32"), jax.core.Tracer)

    # ---- compilation ---------------------------------------------------------------------------------------------

    def compile(
        self, step: Callable[..., Any], *, donate: Sequence[int] = (), alike: Any = (), jit: bool | str = "auto"
    ) -> Callable[..., Any]:
        """`jax.jit`. Arguments are trees of tensors, ndarrays and numbers; a number becomes an int32 or default float
        tensor, so that a new value does not compile the step anew. Anything else among them is refused.

        XLA may use the memory of an ndarray in place, while the step runs and in its results, so ndarrays are copied,
        unless they are donated.
        """

        def run(*args: Any) -> Any:
            with backend_scope(self):
                return step(*args)

        if jit is False:
            return run

        def traced(*args: Any) -> Any:
            return jax.tree.map(tensor, run(*jax.tree.map(tensor, args)))

        jitted = jax.jit(traced, donate_argnums=tuple(donate))
        donated = frozenset(donate)

        def call(*args: Any) -> Any:
            return jitted(*[a if i in donated else _own(a) for i, a in enumerate(args)])

        return call


def _own(arg: Any) -> Any:
    """`arg`, a tree, with copies of the ndarrays in it."""
    if type(arg) is tuple and all(
        type(part) is np.ndarray for part in arg
    ):  # most batches; a tree walk costs 9 µs more
        return tuple([part.copy() for part in arg])
    if any(issubclass(kind, np.ndarray) for kind in {*map(type, jax.tree.leaves(arg))}):  # few kinds, many leaves
        return jax.tree.map(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, arg)
    return arg


def _concrete_bool(value: Any) -> bool | None:
    """The truth of a scalar, None if it is being traced."""
    try:
        return bool(value)
    except jax.errors.TracerBoolConversionError:
        return None


def _eager_scan(f: Callable[..., Any], carry: Any, xs: Any, length: int, reverse: bool) -> Any:
    rows, rebuild = take_apart(xs)
    results: list[Any] = [None] * length
    for i in reversed(range(length)) if reverse else range(length):
        carry, results[i] = f(carry, rebuild([_row(x, i) for x in rows]))
    stacked = [take_apart(y) for y in results]
    return carry, stacked[0][1]([jnp.stack(column) for column in zip(*(tensors for tensors, _ in stacked))])
