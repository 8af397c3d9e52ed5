"""`vectorize`: a function of scalars, or of arrays of a stated rank, as one that broadcasts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.control_flow import on_graphs, vectorized_map

_CORE = r"\(\s*(?:\w+\s*(?:,\s*\w+\s*)*)?\)"
_SIGNATURE = re.compile(rf"\s*{_CORE}\s*(?:,\s*{_CORE}\s*)*->\s*{_CORE}\s*(?:,\s*{_CORE}\s*)*")

Dimensions = list[tuple[str, ...]]


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Collection[int | str] | None = None, signature: str | None = None
) -> Callable[..., Any]:
    """`pyfunc` over the broadcast leading axes of its arguments.

    Args:
        pyfunc: takes scalar tensors, or with `signature` tensors of the ranks that it says, and returns such.
        excluded: positions, or names of keyword arguments, that are handed on as they are.
        signature: core dimensions as in NumPy's generalized universal functions, ``"(m,n),(n)->(m)"``.

    >>> vectorize(lambda a, b: a + b)([1, 2, 3, 4], 2)  # 3, 4, 5, 6
    """
    kept = set(excluded or ())
    if not all(isinstance(e, (int, str)) for e in kept):
        raise ArgumentError(f"vectorize: excluded must hold positions or names of arguments, got {excluded!r}.")
    inputs, outputs = (None, None) if signature is None else _parsed(signature)

    @on_graphs
    @wraps(pyfunc)
    def run(*args: Any, **kwargs: Any) -> Any:
        from polykeras.ops.conversion import convert_to_tensor
        from polykeras.ops.movement import broadcast_to, reshape

        mapped = [i for i in range(len(args)) if i not in kept]
        named = [n for n in kwargs if n not in kept and signature is None]
        given = [convert_to_tensor(args[i]) for i in mapped] + [convert_to_tensor(kwargs[n]) for n in named]
        cores: Dimensions = [()] * len(given) if inputs is None else inputs
        if len(cores) != len(given):
            raise ArgumentError(f"vectorize: the signature {signature!r} has {len(cores)} inputs, got {len(given)}.")
        _check_cores(given, cores, signature)
        loops = [tuple(x.shape)[: len(x.shape) - len(core)] for x, core in zip(given, cores, strict=True)]
        loop = rules.broadcast(*loops) if loops else ()

        def one(xs: list[Any]) -> Any:
            values = list(args)
            for i, x in zip(mapped, xs, strict=False):
                values[i] = x
            return pyfunc(*values, **{**kwargs, **dict(zip(named, xs[len(mapped) :], strict=True))})

        if not loop:
            result = tree.map_structure(convert_to_tensor, one(given))
        else:
            count = rules.size_of(loop)
            flat = [
                reshape(broadcast_to(x, (*loop, *_core(x, core))), (count, *_core(x, core)))
                for x, core in zip(given, cores, strict=True)
            ]
            result = tree.map_structure(
                lambda y: reshape(y, (*loop, *tuple(y.shape)[1:])), vectorized_map(one, flat)
            )
        if outputs is not None and len(tree.flatten(result)) != len(outputs):
            raise ArgumentError(
                f"vectorize: the signature {signature!r} has {len(outputs)} outputs, got {len(tree.flatten(result))}."
            )
        return result

    return run


def _core(x: Any, core: tuple[str, ...]) -> tuple[int, ...]:
    """The sizes of the core dimensions of x."""
    return tuple(x.shape)[len(x.shape) - len(core) :]


def _parsed(signature: str) -> tuple[Dimensions, Dimensions]:
    if _SIGNATURE.fullmatch(signature) is None:
        raise ArgumentError(f"vectorize: signature must look like '(m,n),(n)->(m)', got {signature!r}.")
    left, right = (
        [tuple(re.findall(r"\w+", core)) for core in re.findall(_CORE, side)] for side in signature.split("->")
    )
    return left, right


def _check_cores(given: list[Any], cores: Dimensions, signature: str | None) -> None:
    sizes: dict[str, int] = {}
    for n, (x, core) in enumerate(zip(given, cores, strict=True)):
        if len(x.shape) < len(core):
            raise ShapeError(
                f"vectorize: argument {n} needs {len(core)} dimensions for {signature!r}, got shape {tuple(x.shape)}."
            )
        for name, size in zip(core, _core(x, core), strict=True):
            if sizes.setdefault(name, size) != size:
                raise ShapeError(f"vectorize: the dimension {name!r} of {signature!r} is {sizes[name]} and {size}.")
