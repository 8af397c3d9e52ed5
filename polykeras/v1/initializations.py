"""Keras 1.2.2's initializations: functions of a shape that return a variable."""

from __future__ import annotations

from typing import Any

import numpy as np

from polykeras.errors import ArgumentError, ShapeError
from polykeras.initializers.variance_scaling import compute_fans
from polykeras.v1 import backend as K
from polykeras.v1.utils.generic_utils import get_from_module
from polykeras.variable import Variable


def get_fans(shape: Any, dim_ordering: str = "th") -> tuple[float, float]:
    """``fan_in, fan_out`` of weights of this shape; kernels of images and volumes are laid out as `dim_ordering` says."""
    shape = tuple(shape)
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) in (4, 5):
        if dim_ordering == "th":
            shape = (*shape[2:], shape[1], shape[0])
        elif dim_ordering != "tf":
            raise ArgumentError(f'get_fans: dim_ordering must be "th" or "tf", got {dim_ordering!r}.')
        return compute_fans(shape)
    fan = float(np.sqrt(np.prod(shape)))
    return fan, fan


def uniform(shape: Any, scale: float = 0.05, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Between -scale and scale."""
    return K.random_uniform_variable(shape, -scale, scale, name=name)


def normal(shape: Any, scale: float = 0.05, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """With standard deviation `scale`."""
    return K.random_normal_variable(shape, 0.0, scale, name=name)


def lecun_uniform(shape: Any, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Uniform within ``sqrt(3 / fan_in)``. LeCun 1998, Efficient Backprop."""
    return uniform(shape, np.sqrt(3.0 / get_fans(shape, dim_ordering)[0]), name)


def glorot_normal(shape: Any, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Normal with variance ``2 / (fan_in + fan_out)``. Glorot and Bengio 2010."""
    return normal(shape, np.sqrt(2.0 / sum(get_fans(shape, dim_ordering))), name)


def glorot_uniform(shape: Any, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Uniform with variance ``2 / (fan_in + fan_out)``. Glorot and Bengio 2010."""
    return uniform(shape, np.sqrt(6.0 / sum(get_fans(shape, dim_ordering))), name)


def he_normal(shape: Any, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Normal with variance ``2 / fan_in``. He et al. 2015, arXiv:1502.01852."""
    return normal(shape, np.sqrt(2.0 / get_fans(shape, dim_ordering)[0]), name)


def he_uniform(shape: Any, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Uniform with variance ``2 / fan_in``. He et al. 2015, arXiv:1502.01852."""
    return uniform(shape, np.sqrt(6.0 / get_fans(shape, dim_ordering)[0]), name)


def orthogonal(shape: Any, scale: float = 1.1, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """A matrix whose singular values are all `scale`; further axes are flattened. Saxe et al. 2013."""
    flat = (shape[0], int(np.prod(shape[1:])))
    u, _, v = np.linalg.svd(K.get_value(K.random_normal_variable(flat, 0.0, 1.0)), full_matrices=False)
    q = u if u.shape == flat else v
    return K.variable(scale * q.reshape(shape), name=name)


def identity(shape: Any, scale: float = 1, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """A square matrix with `scale` on the diagonal. Raises `ShapeError` for other shapes."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeError(f"identity: weights of a square shape were wanted, got {tuple(shape)}.")
    return K.variable(scale * np.identity(shape[0]), name=name)


def zero(shape: Any, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Zeros."""
    return K.zeros(shape, name=name)


def one(shape: Any, name: str | None = None, dim_ordering: str = "th") -> Variable:
    """Ones."""
    return K.ones(shape, name=name)


_TABLE = {
    f.__name__: f
    for f in (
        uniform, normal, lecun_uniform, glorot_normal, glorot_uniform, he_normal, he_uniform, orthogonal, identity,
        zero, one,
    )
}  # fmt: skip


def get(identifier: Any, **kwargs: Any) -> Any:
    """The function that a name stands for."""
    return get_from_module(identifier, _TABLE, "initialization", kwargs=kwargs)


__all__ = [*_TABLE, "get", "get_fans"]
