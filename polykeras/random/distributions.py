"""Tensors drawn from distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.random.keys import key_for
from polykeras.random.seed_generator import draw_key
from polykeras.typing import Shape, Tensor


def _ops() -> Any:
    from polykeras import ops

    return ops


def uniform(shape: Shape, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None) -> Tensor:
    """Floats uniform on [minval, maxval)."""
    ops = _ops()
    u = ops.random_uniform(draw_key(seed), tuple(shape), dtypes.standardize(dtype))
    return u if (minval, maxval) == (0.0, 1.0) else ops.add(ops.multiply(u, maxval - minval), minval)


def normal(shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Tensor:
    """Floats from a normal distribution."""
    ops = _ops()
    z = ops.random_normal(draw_key(seed), tuple(shape), dtypes.standardize(dtype))
    return z if (mean, stddev) == (0.0, 1.0) else ops.add(ops.multiply(z, stddev), mean)


def truncated_normal(
    shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Tensor:
    """Normal, conditioned on lying within two standard deviations of the mean (by inversion of the distribution)."""
    ops = _ops()
    bound = math.erf(math.sqrt(2.0))  # P(|z| < 2)
    kind = dtypes.standardize(dtype)
    working = "float64" if kind == "float64" else "float32"
    u = ops.random_uniform(draw_key(seed), tuple(shape), working)
    # The largest float32 below 1 maps to just inside; erfinv never sees ±1.
    z = ops.multiply(ops.erfinv(ops.multiply(ops.subtract(ops.multiply(u, 2.0), 1.0), bound)), math.sqrt(2.0))
    return ops.cast(ops.add(ops.multiply(ops.clip(z, -2.0, 2.0), stddev), mean), kind)


def randint(shape: Shape, minval: int, maxval: int, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Integers uniform on [minval, maxval); for a choice as good as even, the span must be far below 2**53.

    Raises `DtypeError` unless `dtype` is an integer type, and `ArgumentError` if the range is empty.
    """
    ops = _ops()
    if not dtypes.is_integer(dtypes.standardize(dtype)):
        raise DtypeError(f"randint: dtype must be an integer type, got {dtypes.standardize(dtype)}.")
    if maxval <= minval:
        raise ArgumentError(f"randint: maxval must be above minval, got {minval} and {maxval}.")
    working = "float32" if maxval - minval < 2**16 else "float64"
    u = ops.random_uniform(draw_key(seed), tuple(shape), working)
    offset = ops.minimum(ops.floor(ops.multiply(u, float(maxval - minval))), float(maxval - minval - 1))
    return ops.cast(ops.add(ops.cast(offset, "int64"), minval), dtypes.standardize(dtype))


def dropout(inputs: Tensor, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Any = None) -> Tensor:
    """`inputs` with a fraction `rate` of the elements set to 0 and the others divided by ``1 - rate``.

    `noise_shape` broadcasts to the shape of `inputs`; where it is 1, one draw is shared; None means the size there.
    """
    ops = _ops()
    shape = tuple(inputs.shape)
    if noise_shape is not None:
        shape = tuple(d if n is None else int(n) for n, d in zip(noise_shape, shape, strict=True))
    if rate >= 1:
        return ops.zeros_like(inputs)
    kind = ops.dtype(inputs)
    u = ops.random_uniform(key_for(seed, inputs), shape, "float32" if kind == "float64" else kind)
    kept = ops.multiply(ops.cast(ops.greater_equal(u, rate), kind), 1.0 / (1.0 - rate))
    return ops.multiply(inputs, kept)


def categorical(logits: Tensor, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Tensor:
    """Class numbers ``(batch, num_samples)`` drawn with probabilities softmax(logits), logits ``(batch, classes)``.

    By the largest of logits plus Gumbel noise (Gumbel 1954).
    """
    ops = _ops()
    logits = ops.convert_to_tensor(logits)
    if len(logits.shape) != 2:
        raise ShapeError(f"categorical: logits must have shape (batch, classes), got {tuple(logits.shape)}.")
    batch, classes = tuple(logits.shape)
    u = ops.random_uniform(key_for(seed, logits), (batch, num_samples, classes), "float32")
    tiny = 2.0**-25
    noise = ops.negative(ops.log(ops.negative(ops.log(ops.add(u, tiny)))))
    return ops.cast(ops.argmax(ops.add(ops.expand_dims(ops.cast(logits, "float32"), 1), noise), -1), dtype)


def shuffle(x: Tensor, axis: int = 0, seed: Any = None) -> Tensor:
    """The slices of x along `axis` in random order."""
    ops = _ops()
    x = ops.convert_to_tensor(x)
    order = ops.argsort(ops.random_uniform(key_for(seed, x), (tuple(x.shape)[axis],), "float32"))
    return ops.take(x, order, axis=axis)
