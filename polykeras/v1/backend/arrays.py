"""Creating, shaping, padding and picking: the symbolic backend's functions that move numbers about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras import ops
from polykeras.errors import ArgumentError, PolykerasError, ShapeError
from polykeras.graph.keras_tensor import GRAPH, KerasTensor
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation
from polykeras.interpreters import abstract
from polykeras.ops.control_flow import on_graphs
from polykeras.random import distributions, host_generator
from polykeras.typing import Tensor
from polykeras.v1.backend import common
from polykeras.v1.backend.common import layout
from polykeras.v1.backend.spelling import spelled
from polykeras.v1.backend.variables import SymbolicVariable, running, variable


def placeholder(
    shape: Any = None, ndim: int | None = None, dtype: str | None = None, sparse: bool = False, name: str | None = None
) -> KerasTensor:
    """A symbolic tensor that a function is given a value for. Sparse ones are refused."""
    if sparse:
        raise ArgumentError("placeholder: sparse tensors are not supported.")
    if shape is None:
        if not ndim:
            raise ArgumentError("placeholder: give shape or ndim.")
        shape = (None,) * ndim
    return KerasTensor(shape, dtype or common.floatx(), name or common.unique("placeholder"))


def is_sparse(tensor: Any) -> bool:
    """False: there are no sparse tensors."""
    return False


def to_dense(tensor: Tensor) -> Tensor:
    """`tensor`: it is dense."""
    return tensor


def ones(shape: Any, dtype: str | None = None, name: str | None = None) -> SymbolicVariable:
    """A variable of ones."""
    return variable(np.ones(shape), dtype, name)


def zeros(shape: Any, dtype: str | None = None, name: str | None = None) -> SymbolicVariable:
    """A variable of zeros."""
    return variable(np.zeros(shape), dtype, name)


def eye(size: int, dtype: str | None = None, name: str | None = None) -> SymbolicVariable:
    """A variable with ones on its diagonal."""
    return variable(np.eye(size), dtype, name)


def ones_like(x: Tensor, dtype: str | None = None, name: str | None = None) -> Tensor:
    """Ones of the shape of `x`."""
    return ops.ones_like(x, dtype)


def zeros_like(x: Tensor, dtype: str | None = None, name: str | None = None) -> Tensor:
    """Zeros of the shape of `x`."""
    return ops.zeros_like(x, dtype)


def arange(start: int, stop: int | None = None, step: int = 1, dtype: str = "int32") -> Tensor:
    """Numbers from `start` to before `stop`; from 0 to before `start` without it."""
    if stop is None:
        start, stop = 0, start
    return ops.arange(start, stop, step, dtype)


# ---- what is known of a tensor ---------------------------------------------------------------------------------


class _Size(Operation):
    """A size that is not known before a step runs; it is a Python int then, also in one that is compiled."""

    def __init__(self, axis: int) -> None:
        super().__init__(common.unique("size"))
        self.axis = axis

    def __call__(self, x: Any) -> int:
        return int(x.shape[self.axis])


def shape(x: Tensor) -> tuple[Any, ...]:
    """The sizes; a symbolic integer where one is not known before a step runs, to be used in other shapes."""
    sizes: list[Any] = list(ops.shape(x))
    for axis, size in enumerate(sizes):
        if size is None:
            sizes[axis] = KerasTensor((), "int32")
            Node(_Size(axis), (x,), {}, sizes[axis])
    return tuple(sizes)


def int_shape(x: Tensor) -> tuple[int | None, ...]:
    """The sizes; None where one is not known before a step runs."""
    return tuple(ops.shape(x))


get_variable_shape = int_shape


def ndim(x: Tensor) -> int:
    """Number of axes."""
    return len(x.shape)


def dtype(x: Tensor) -> str:
    """The name of the dtype."""
    return str(ops.dtype(x))


def count_params(x: Tensor) -> int:
    """Number of elements. Raises `ShapeError` if a size is not known."""
    if None in tuple(x.shape):
        raise ShapeError(f"count_params: not all sizes of the tensor are known: {tuple(x.shape)}.")
    return int(np.prod(x.shape))


# ---- random numbers --------------------------------------------------------------------------------------------


class _Draw(Operation):
    """A node that draws anew each time it runs."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        super().__init__(common.unique("random"))
        self.draw = draw

    def __call__(self, shape: Any) -> Any:
        return self.draw(shape)


def _drawn(shape: Any, kind: str, draw: Callable[[Any], Any]) -> Tensor:
    shape = tuple(shape)
    if running():
        return draw(shape)
    tensor = KerasTensor(_known(shape), kind)
    Node(_Draw(draw), (shape,), {}, tensor)
    return tensor


def _known(shape: Any) -> tuple[int | None, ...]:
    """A shape with None in place of symbolic sizes, and of -1."""
    return tuple(None if type(d) is KerasTensor or d is None or d == -1 else int(d) for d in shape)


def random_normal(
    shape: Any, mean: float = 0.0, std: float = 1.0, dtype: str | None = None, seed: Any = None
) -> Tensor:
    """Numbers from a normal distribution, new ones each time."""
    kind = dtype or common.floatx()
    return _drawn(shape, kind, lambda shape: distributions.normal(shape, mean, std, kind, seed))


def random_uniform(
    shape: Any, low: float = 0.0, high: float = 1.0, dtype: str | None = None, seed: Any = None
) -> Tensor:
    """Uniform numbers, new ones each time."""
    kind = dtype or common.floatx()
    return _drawn(shape, kind, lambda shape: distributions.uniform(shape, low, high, kind, seed))


def random_binomial(shape: Any, p: float = 0.0, dtype: str | None = None, seed: Any = None) -> Tensor:
    """1 with probability `p`, else 0, new ones each time."""
    kind = dtype or common.floatx()

    def draw(shape: Any) -> Tensor:
        return ops.cast(ops.less(distributions.uniform(shape, 0.0, 1.0, None, seed), p), kind)

    return _drawn(shape, kind, draw)


def _generator(seed: int | None) -> np.random.Generator:
    from polykeras.random.host import next_seed

    return host_generator(next_seed() if seed is None else seed, 2)


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: str | None = None, name: str | None = None, seed: int | None = None
) -> SymbolicVariable:
    """A variable that starts with uniform numbers."""
    return variable(_generator(seed).uniform(low, high, tuple(shape)), dtype, name)


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: str | None = None, name: str | None = None, seed: int | None = None
) -> SymbolicVariable:
    """A variable that starts with normal numbers."""
    return variable(_generator(seed).normal(mean, scale, tuple(shape)), dtype, name)


@on_graphs
def dropout(x: Tensor, level: float, noise_shape: Any = None, seed: Any = None) -> Tensor:
    """`x` with a fraction `level` of the elements set to 0 and the others divided by ``1 - level``."""
    return distributions.dropout(x, level, noise_shape, seed)


# ---- shapes ----------------------------------------------------------------------------------------------------

expand_dims = spelled(ops.expand_dims, "A new axis of size 1.", x=..., dim=-1)
permute_dimensions = spelled(ops.transpose, "The axes in another order.", x=..., pattern=...)
repeat_elements = spelled(ops.repeat, "Each slice along the axis `rep` times in a row.", x=..., rep=..., axis=...)
reverse = spelled(ops.flip, "In the opposite order along the axes.", x=..., axes=...)
squeeze = spelled(ops.squeeze, "Without an axis of size 1.", x=..., axis=...)
tile = spelled(ops.tile, "The whole several times along each axis.", x=..., n=...)
transpose = spelled(ops.transpose, "The axes reversed.", x=...)


def reshape(x: Tensor, shape: Any) -> Tensor:
    """The same elements in another shape; one size may be -1 or None: what is left. Sizes may be those of `shape`."""
    shape = tuple(-1 if d is None else d for d in shape)
    if type(x) is KerasTensor:
        symbolic = any(type(d) is KerasTensor for d in shape)
        if symbolic or (None in x.shape and _splits_unknown(x, shape)):
            return GRAPH.record(ops.reshape, (x, shape), {}, KerasTensor(_known(shape), x.dtype))
    return ops.reshape(x, shape)


def _splits_unknown(x: KerasTensor, shape: tuple[int, ...]) -> bool:
    """Whether it depends on sizes that are not known if `x` can have that shape."""
    try:
        abstract.infer(lambda x: ops.reshape(x, shape), x)
    except PolykerasError:
        return True
    return False


def concatenate(tensors: Any, axis: int = -1) -> Tensor:
    """Joined along an axis; of different dtypes the first's counts for masks."""
    return ops.concatenate(list(tensors), axis)


def stack(x: Any) -> Tensor:
    """Tensors on a new first axis."""
    return ops.stack(list(x), 0)


def flatten(x: Tensor) -> Tensor:
    """All on one axis."""
    return ops.reshape(x, (-1,))


@on_graphs
def batch_flatten(x: Tensor) -> Tensor:
    """All but the first axis on one."""
    return ops.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


def repeat(x: Tensor, n: int) -> Tensor:
    """``(samples, features)`` n times, on a new axis in the middle."""
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def gather(reference: Tensor, indices: Tensor) -> Tensor:
    """Rows of `reference`."""
    return ops.take(reference, ops.cast(indices, "int32"), axis=0)


def one_hot(indices: Tensor, nb_classes: int) -> Tensor:
    """Class numbers as rows with a 1."""
    return ops.one_hot(ops.cast(indices, "int32"), nb_classes)


def _spatial(dim_ordering: str, rank: int) -> range:
    return range(1, rank + 1) if layout(dim_ordering) == "channels_last" else range(2, rank + 2)


def resize_images(X: Tensor, height_factor: int, width_factor: int, dim_ordering: str) -> Tensor:
    """Each pixel so many times."""
    return _enlarged(X, (height_factor, width_factor), dim_ordering)


def resize_volumes(X: Tensor, depth_factor: int, height_factor: int, width_factor: int, dim_ordering: str) -> Tensor:
    """Each voxel so many times."""
    return _enlarged(X, (depth_factor, height_factor, width_factor), dim_ordering)


def _enlarged(x: Tensor, factors: tuple[int, ...], dim_ordering: str) -> Tensor:
    for axis, factor in zip(_spatial(dim_ordering, len(factors)), factors, strict=True):
        x = ops.repeat(x, factor, axis=axis)
    return x


def _padded(x: Tensor, pairs: Any, axes: Any) -> Tensor:
    width = dict(zip(axes, pairs, strict=True))
    return ops.pad(x, tuple(width.get(i, (0, 0)) for i in range(len(x.shape))))


def temporal_padding(x: Tensor, padding: int = 1) -> Tensor:
    """Zeros at both ends of the middle axis."""
    return _padded(x, [(padding, padding)], [1])


def asymmetric_temporal_padding(x: Tensor, left_pad: int = 1, right_pad: int = 1) -> Tensor:
    """Zeros at the ends of the middle axis."""
    return _padded(x, [(left_pad, right_pad)], [1])


def spatial_2d_padding(x: Tensor, padding: Any = (1, 1), dim_ordering: str = "default") -> Tensor:
    """Zeros around images."""
    return _padded(x, [(p, p) for p in padding], _spatial(dim_ordering, 2))


def asymmetric_spatial_2d_padding(
    x: Tensor,
    top_pad: int = 1,
    bottom_pad: int = 1,
    left_pad: int = 1,
    right_pad: int = 1,
    dim_ordering: str = "default",
) -> Tensor:
    """Zeros around images, each side by itself."""
    return _padded(x, [(top_pad, bottom_pad), (left_pad, right_pad)], _spatial(dim_ordering, 2))


def spatial_3d_padding(x: Tensor, padding: Any = (1, 1, 1), dim_ordering: str = "default") -> Tensor:
    """Zeros around volumes."""
    return _padded(x, [(p, p) for p in padding], _spatial(dim_ordering, 3))


class _Print(Operation):
    """A node that prints a value."""

    def __init__(self, message: str) -> None:
        super().__init__(common.unique("print"))
        self.message = message

    def __call__(self, x: Any) -> Any:
        print(f"{self.message}{ops.convert_to_numpy(x)}")
        return x


def print_tensor(x: Tensor, message: str = "") -> Tensor:
    """`x`, whose value is printed after `message` when it is computed: a function that does so runs op by op.

    In a layer's `call`, where a step may be compiled, what is known of it is printed.
    """
    if type(x) is KerasTensor or (isinstance(x, SymbolicVariable) and not running()):
        tensor = KerasTensor(x.shape, x.dtype)
        Node(_Print(message), (x.symbolic() if isinstance(x, SymbolicVariable) else x,), {}, tensor)
        return tensor
    print(f"{message}{x}")
    return x


__all__ = [
    "arange", "asymmetric_spatial_2d_padding", "asymmetric_temporal_padding", "batch_flatten", "concatenate",
    "count_params", "dropout", "dtype", "expand_dims", "eye", "flatten", "gather", "get_variable_shape", "int_shape",
    "is_sparse", "ndim", "one_hot", "ones", "ones_like", "permute_dimensions", "placeholder", "print_tensor",
    "random_binomial", "random_normal", "random_normal_variable", "random_uniform", "random_uniform_variable",
    "repeat", "repeat_elements", "reshape", "resize_images", "resize_volumes", "reverse", "shape",
    "spatial_2d_padding", "spatial_3d_padding", "squeeze", "stack", "temporal_padding", "tile", "to_dense",
    "transpose", "zeros", "zeros_like",
]  # fmt: skip
