"""Between host data and tensors, and questions about a tensor. Not ops: they do not run on a backend."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.ops import dispatch
from polykeras.ops.dispatch import HOST, VARIABLE, host_array, owner_of, weak_dtype_of
from polykeras.scope import current_backend
from polykeras.typing import Tensor


def convert_to_tensor(x: Tensor, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None) -> Tensor:
    """A tensor with the values of `x`.

    Host data go to the default backend: lists of ints become int32, of floats the default float; ndarrays keep their
    dtype. A tensor stays where it is. With `dtype`, the result is cast to it.
    """
    import numpy as np

    from polykeras.ops.casting import cast, integers_of

    owner = owner_of(x)
    if owner is VARIABLE:
        x = x.value
        owner = owner_of(x)
    if owner is HOST:
        if type(x) not in dispatch.PYTHON_SCALARS:
            x = host_array("convert_to_tensor", "x", x)
            if owner_of(x) is not HOST:
                return x if dtype is None else cast(x, dtype)
        own = dtypes.strong(weak_dtype_of(x))
        target = own if dtype is None else dtypes.standardize(dtype)
        if target in dtypes.INTEGER and own in dtypes.FLOATING:
            x = integers_of(np.asarray(x), target)
        return current_backend().convert(x, target)
    return x if dtype is None or owner.dtype_name(x) == dtypes.standardize(dtype) else cast(x, dtype)


def array(x: Tensor, dtype: Any = None) -> Tensor:
    """`convert_to_tensor` by NumPy's name."""
    return convert_to_tensor(x, dtype)


def convert_to_numpy(x: Tensor) -> Any:
    """`x` as an ndarray. Raises `TraceError` for a tensor that has no value yet."""
    import numpy as np

    owner = owner_of(x)
    if owner is VARIABLE:
        x = x.value
        owner = owner_of(x)
    return np.asarray(x) if owner is HOST else owner.to_numpy(x)


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor of some backend, symbolic ones included."""
    from polykeras.errors import DtypeError

    try:
        owner = owner_of(x)
    except DtypeError:
        return False
    if owner is HOST:
        return current_backend().host_native and current_backend().is_tensor_type(type(x))
    return owner is not VARIABLE


def shape(x: Tensor) -> tuple[int | None, ...]:
    """The shape of `x`; sizes that are not known yet are None."""
    import numpy as np

    owner = owner_of(x)
    if owner is VARIABLE:
        return tuple(x.shape)
    return tuple(np.shape(x)) if owner is HOST else owner.shape(x)


def ndim(x: Tensor) -> int:
    """Number of axes."""
    return len(shape(x))


def size(x: Tensor) -> int:
    """Number of elements."""
    from polykeras.ops.rules import size_of

    return size_of(shape(x))  # type: ignore[arg-type]


def dtype(x: Tensor) -> str:
    """The dtype of `x` by name; of Python numbers, the one they would become."""
    if owner_of(x) is VARIABLE:
        return str(x.dtype)
    if isinstance(x, (list, tuple, range)):
        x = host_array("dtype", "x", x)
    return dtypes.strong(weak_dtype_of(x))
