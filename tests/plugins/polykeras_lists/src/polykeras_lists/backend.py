"""The engine, and the kernels of the primitives: they compute elements, shape and dtype are what the op's rule says."""

from __future__ import annotations

from cmath import rect
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from itertools import accumulate
from math import inf, nan, prod, tau
from operator import mul
from typing import Any

import numpy as np

from polykeras import dtypes
from polykeras.backend import Backend, Capabilities
from polykeras.ops import rules
from polykeras.ops.registry import REGISTRY
from polykeras_lists.elementwise import ELEMENTWISE, over
from polykeras_lists.tensor import DTYPES, Tensor, arranged, fit, picked, positions, spread, steps_of, view

BATCH = "PONMLKJIHGFEDCBA"  # labels of the axes before a matrix's own
UNREAD = {  # what `gather` finds out of range
    "bool": False, **{f"int{n}": -1 << n - 1 for n in (8, 16, 32, 64)},
    **dict.fromkeys(dtypes.UNSIGNED, -1), **dict.fromkeys(dtypes.FLOATING, nan), **dict.fromkeys(dtypes.COMPLEX, nan),
}  # fmt: skip


def _chunks(data: list[Any], size: int, count: int) -> list[list[Any]]:
    return [data[i * size : (i + 1) * size] for i in range(count)]


def _lanes(x: Tensor, axis: Any) -> list[list[Any]]:
    """The elements along `axis`, a list for each place among the other axes."""
    axes = rules.axes_of(axis, len(x.shape))
    others = [a for a in range(len(x.shape)) if a not in axes]
    data = arranged(x.data, x.shape, [*others, *axes])
    return _chunks(data, prod(x.shape[a] for a in axes), prod(x.shape[a] for a in others))


def _reduction(f: Callable[[list[Any]], Any]) -> Callable[..., list[Any]]:
    return lambda out, x, axis, keepdims: list(map(f, _lanes(x, axis)))


def _along(f: Callable[[list[Any]], Iterable[Any]]) -> Callable[..., list[Any]]:
    """`f` turns the elements along an axis into as many others."""

    def elements(out: Any, x: Tensor, axis: int) -> list[Any]:
        lanes = _lanes(Tensor(list(range(len(x.data))), x.shape, x.dtype), axis)
        return _summed(out, [p for lane in lanes for p in lane], [v for lane in lanes for v in f(picked(x.data, lane))])

    return elements


def _by_size(pick: Callable[..., Any], nan_is_large: bool = True) -> Callable[[list[Any]], Any]:
    """What `pick` makes of the positions in a list, compared by the elements there."""
    return lambda lane: pick(range(len(lane)), key=lambda i: ((lane[i] != lane[i]) is nan_is_large, lane[i]))


def _contract(out: Any, equation: str, operands: Sequence[Tensor]) -> list[Any]:
    """Each element sums, over the labels that the output lacks, products of a lane of every operand."""
    inputs, _, output = equation.partition("->")
    terms = list(zip(inputs.split(","), operands))
    sizes = dict(zip(output, out.shape))
    for label, d in ((label, d) for term, x in terms for label, d in zip(term, x.shape)):
        sizes[label] = d if sizes.get(label, 1) == 1 else sizes[label]
    inner = [label for label in sizes if label not in output]
    factors = []
    for term, x in terms:
        own = [label for label in output if label in term]
        steps = {label: step * (d > 1) for label, d, step in zip(term, x.shape, steps_of(x.shape))}
        data = view(x.data, [sizes[c] for c in own + inner], [steps.get(c, 0) for c in own + inner])
        lanes = _chunks(data, prod(sizes[c] for c in inner), prod(sizes[c] for c in own))
        steps = dict(zip(own, steps_of([sizes[c] for c in own])))
        factors.append(view(lanes, out.shape, [steps.get(c, 0) for c in output]))
    if len(factors) == 2:
        return [sum(map(mul, a, b)) for a, b in zip(*factors)]
    return [sum(reduce(partial(map, mul), rows)) for rows in zip(*factors)]


def _matmul(out: Any, x1: Tensor, x2: Tensor) -> list[Any]:
    rank1, rank2 = len(x1.shape), len(x2.shape)
    left, right = BATCH[18 - rank1 :] + "ij"[-rank1:], BATCH[18 - rank2 :] + "jk"[:rank2]
    output = max(left[:-2], right[:-2], key=len) + "i" * (rank1 > 1) + "k" * (rank2 > 1)
    return _contract(out, f"{left},{right}->{output}", [x1, x2])


def _concatenate(out: Any, xs: Sequence[Tensor], axis: int) -> list[Any]:
    rows = zip(*(_chunks(x.data, prod(x.shape[axis:]), prod(x.shape[:axis])) for x in xs))
    return [v for row in rows for piece in row for v in piece]


def _put(data: list[Any], x: Tensor, steps: tuple[int, ...], offset: int) -> list[Any]:
    """`data` with the elements of `x` in the place of a view."""
    new = dict(zip(positions(x.shape, steps, offset), x.data))
    return [new.get(i, v) for i, v in enumerate(data)]


def _summed(out: Any, where: Iterable[int], values: list[Any]) -> list[Any]:
    """Zeros to which `values` are added at the positions `where`; just behind the end is nowhere."""
    result = [0] * (prod(out.shape) + 1)
    for p, v in zip(where, values):
        result[p] += v
    return result[:-1]


def _dft(lane: Sequence[Any], sign: int) -> list[complex]:
    n = len(lane)
    roots = [rect(1.0, sign * tau * k / n) for k in range(n)]
    return [sum(v * roots[j * k % n] for j, v in enumerate(lane)) for k in range(n)]


def _fourier(out: Any, x: Tensor, rank: int, inverse: bool) -> list[Any]:
    for axis in range(-rank, 0):
        n = x.shape[axis]
        one = _along(lambda lane: [v / n for v in _dft(lane, 1)] if inverse else _dft(lane, -1))  # noqa: B023
        x = Tensor(one(x, x, axis), x.shape, x.dtype)
    return x.data


def _mirrored(lane: Sequence[Any], k: int, n: int) -> Any:
    """Element k of n of the transform of a real signal, of which the first half is there."""
    place = min(k, n - k)
    found = lane[place] if place < len(lane) else 0
    return found if k == place else complex(found).conjugate()


def _largest(out: Any, x: Tensor, ids: Tensor, size: int) -> list[Any]:
    """The largest of what is sent to each place, NaN if it is among that."""
    low = {"bool": False, **dict.fromkeys(dtypes.FLOATING, -inf), **dict.fromkeys(dtypes.UNSIGNED, 0)}
    result = [low.get(out.dtype, UNREAD[out.dtype])] * (prod(out.shape) + 1)
    for p, v in zip(_slots(out.shape, 0, ids.data), x.data):
        result[p] = v if v > result[p] or v != v else result[p]
    return result[:-1]


def _memory(x: Tensor) -> np.ndarray:
    return np.array(x.data, dtypes.numpy_dtype(x.dtype)).reshape(x.shape)


def _block(shape: Any, start: Any, stop: Any = None, step: Any = None) -> tuple[tuple[int, ...], int]:
    """Steps and offset of a slice of a tensor of `shape`."""
    steps = steps_of(shape)
    return tuple(map(mul, steps, step or [1] * len(steps))), sum(map(mul, steps, start))


def _inside(outer: Sequence[int], start: Tensor, shape: Sequence[int]) -> tuple[tuple[int, ...], int]:
    return _block(outer, [min(max(s, 0), d - n) for s, d, n in zip(start.data, outer, shape)])


def _windows(shape: Any, axes: Any, sizes: Any, strides: Any, dilations: Any) -> tuple[int, ...]:
    """Steps of all windows of a tensor of `shape`."""
    steps = steps_of(shape)
    inner = [steps[a] * dilation for a, dilation in zip(axes, dilations)]
    for a, stride in zip(axes, strides):
        steps[a] *= stride
    return (*steps, *inner)


def _slots(shape: Sequence[int], axis: int, indices: Iterable[int]) -> list[int]:
    """The positions of the slices at `indices` along `axis`; just behind the end for an index out of range."""
    axis, end = axis % len(shape), prod(shape)
    n, size = shape[axis], prod(shape[axis + 1 :])
    rows = [outer * n + i % n if -n <= i < n else None for outer in range(prod(shape[:axis])) for i in indices]
    return [end if row is None else row * size + j for row in rows for j in range(size)]


REAL = {*dtypes.INTEGER, *dtypes.FLOATING}
argmax, argmin = _by_size(max), _by_size(min, nan_is_large=False)
ELEMENTS: dict[str, Callable[..., list[Any]]] = {
    **ELEMENTWISE,
    **{f.__name__: _reduction(f) for f in (sum, any, all)},
    "product": _reduction(prod),
    "argmax": _reduction(argmax),
    "argmin": _reduction(argmin),
    "amax": _reduction(lambda lane: lane[argmax(lane)]),
    "amin": _reduction(lambda lane: lane[argmin(lane)]),
    "argsort": _along(_by_size(sorted)),
    "cumulative_sum": _along(accumulate),
    "cumulative_prod": _along(lambda lane: accumulate(lane, mul)),
    "matmul": _matmul,
    "contract": _contract,
    **dict.fromkeys(("reshape", "stop_gradient"), lambda out, x, *how: x.data),
    "cast": lambda out, x, dtype: [v.real for v in x.data] if out.dtype in REAL else x.data,
    "real": lambda out, x: [v.real for v in x.data],
    "imag": lambda out, x: [v.imag for v in x.data],
    "conj": lambda out, x: [v.conjugate() for v in x.data],
    "make_complex": over(complex),
    "fourier_transform": _fourier,
    "real_fourier_transform": lambda out, x: [v for lane in _lanes(x, -1) for v in _dft(lane, -1)[: out.shape[-1]]],
    "inverse_real_fourier_transform": lambda out, x, n: [
        v.real / n for lane in _lanes(x, -1) for v in _dft([_mirrored(lane, k, n) for k in range(n)], 1)
    ],
    **dict.fromkeys(("fill", "fill_like"), lambda out, like, value, dtype: [value] * prod(out.shape)),
    "view": lambda out, x, dtype: _memory(x).view(dtypes.numpy_dtype(dtype)).ravel().tolist(),
    "range": lambda out, start, stop, step, dtype: [start + i * step for i in range(out.shape[0])],
    "transpose": lambda out, x, axes: arranged(x.data, x.shape, axes or range(len(x.shape))[::-1]),
    "broadcast_to": lambda out, x, shape: spread(x, out.shape),
    "concatenate": _concatenate,
    "reverse": lambda out, x, axes: reduce(
        lambda data, a: picked(data, _slots(x.shape, a, range(-1, -1 - x.shape[a], -1))), axes, x.data
    ),
    "pad_constant": lambda out, x, pad, v: _put([v] * prod(out.shape), x, *_block(out.shape, [a for a, _ in pad])),
    "strided_slice": lambda out, x, *how: view(x.data, out.shape, *_block(x.shape, *how)),
    "strided_unslice": lambda out, x, *how: _summed(out, positions(x.shape, *_block(*how)), x.data),
    "slice": lambda out, x, start, shape: view(x.data, out.shape, *_inside(x.shape, start, out.shape)),
    "slice_update": lambda out, x, start, new: _put(x.data, new, *_inside(x.shape, start, new.shape)),
    "gather": lambda out, x, ids, axis: picked([*x.data, UNREAD[x.dtype]], _slots(x.shape, axis, ids.data)),
    "scatter_add": lambda out, x, ids, axis, size: _summed(out, _slots(out.shape, axis, ids.data), x.data),
    "scatter_max": _largest,
    "sliding_windows": lambda out, x, *how: view(x.data, out.shape, _windows(x.shape, *how)),
    "overlap_add": lambda out, x, *how: _summed(out, positions(x.shape, _windows(*how)), x.data),
}


def _kernel(name: str) -> Callable[..., Tensor]:
    rule: Any = REGISTRY[name].shape

    def kernel(*args: Any) -> Tensor:
        out = rule(*args)  # refuses what does not fit
        return Tensor(fit(ELEMENTS[name](out, *args), out.dtype), out.shape, out.dtype)

    return kernel


class ListBackend(Backend):
    """Tensors are flat Python lists. Arithmetic is Python's, each result rounded to what its dtype holds."""

    name = "lists"
    tensor_types = (Tensor,)
    dtypes = DTYPES
    kernels = {name: _kernel(name) for name in ELEMENTS}
    capabilities = Capabilities(levels=("core", "gradients", "compile", "devices", "training"), slow=True)

    def convert(self, value: Any, dtype: str) -> Tensor:
        """A new tensor."""
        array = np.asarray(value)
        return Tensor(fit(array.ravel().tolist(), dtype), array.shape, dtype)

    def to_numpy(self, x: Tensor) -> np.ndarray:
        """A new array."""
        return _memory(x)
