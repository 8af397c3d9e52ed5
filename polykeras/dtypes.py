"""dtype names and the one promotion table.

A dtype is a string such as ``"float32"`` everywhere in the core; adapters translate to their own objects.
Promotion follows the lattice that Keras 3 documents (it is JAX's): the result of two dtypes is their least upper
bound below. ``int*`` and ``float*`` are the *weak* dtypes of Python scalars: they adapt to the tensor they meet and
never widen it.

    bool → int* → uint8 → uint16 → uint32 → uint64 → float*
                → int8 → int16 → int32 → int64 → float* → bfloat16 | float16 → float32 → float64 → complex128
           (uintN also → the next wider int)                                  float32 → complex64 → complex128
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from polykeras.errors import DtypeError, did_you_mean

_ABOVE: dict[str, tuple[str, ...]] = {
    "bool": ("int*",),
    "int*": ("uint8", "int8"),
    "uint8": ("uint16", "int16"),
    "uint16": ("uint32", "int32"),
    "uint32": ("uint64", "int64"),
    "uint64": ("float*",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float*",),
    "float*": ("bfloat16", "float16", "complex*"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex*": ("complex64",),
    "complex64": ("complex128",),
    "complex128": (),
}

BOOL = ("bool",)
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
SIGNED = ("int8", "int16", "int32", "int64")
INTEGER = UNSIGNED + SIGNED
FLOATING = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
ALL = BOOL + INTEGER + FLOATING + COMPLEX

_floatx = "float32"


def floatx() -> str:
    """The default float dtype, ``"float32"`` unless configured."""
    return _floatx


def set_floatx(value: str) -> None:
    """Set the default float dtype: ``"float16"``, ``"bfloat16"``, ``"float32"`` or ``"float64"``."""
    global _floatx
    if value not in FLOATING:
        raise DtypeError(f"floatx must be one of {', '.join(FLOATING)}, got {value!r}.")
    _floatx = value
    result_type.cache_clear()


def is_floating(dtype: str) -> bool:
    """Whether `dtype` is a real floating type."""
    return dtype in FLOATING


def is_integer(dtype: str) -> bool:
    """Whether `dtype` is a signed or unsigned integer type (bool is not)."""
    return dtype in INTEGER


def standardize(dtype: Any) -> str:
    """The name of any spelling of a dtype: a name, a NumPy dtype or scalar type, a framework's dtype object.

    >>> standardize(float)
    'float32'
    >>> import numpy as np; standardize(np.int8)
    'int8'
    """
    if dtype is None or dtype is float:
        return _floatx
    if type(dtype) is str and dtype in _ABOVE:
        return dtype
    name = _name_of(dtype)
    if name not in ALL:
        raise DtypeError(f"Unknown dtype {dtype!r}. Known: {', '.join(ALL)}.{did_you_mean(name, ALL)}")
    return name


@lru_cache(maxsize=256)
def _name_of(dtype: Any) -> str:
    if dtype is bool:
        return "bool"
    if dtype is int:
        return "int32"
    if dtype is complex:
        return "complex64"
    if isinstance(dtype, type):  # np.float32, ml_dtypes.bfloat16
        return dtype.__name__.rstrip("_")
    # np.dtype and tf.DType carry .name; str(torch.float32) is "torch.float32".
    return str(getattr(dtype, "name", dtype)).rpartition(".")[2]


@lru_cache(maxsize=4096)
def result_type(*dtypes: str) -> str:
    """The dtype that values of these dtypes promote to; ``"int*"`` and ``"float*"`` stand for Python scalars.

    >>> result_type("int32", "float*")
    'float32'
    >>> result_type("bfloat16", "float16")
    'float32'
    """
    return strong(weak_result_type(*dtypes))


@lru_cache(maxsize=4096)
def weak_result_type(*dtypes: str) -> str:
    """As `result_type`, but a weak answer stays weak."""
    candidates = frozenset.intersection(*map(_upper_bounds, dtypes))
    # The least element: the one from which all the other common upper bounds are reached.
    return next(c for c in candidates if _upper_bounds(c) >= candidates)


def strong(dtype: str) -> str:
    """The dtype that a weak one stands for when nothing else decides."""
    return {"int*": "int32", "float*": _floatx, "complex*": "complex64"}.get(dtype, dtype)


@cache
def _upper_bounds(dtype: str) -> frozenset[str]:
    return frozenset({dtype}).union(*(_upper_bounds(d) for d in _ABOVE[dtype]))


def to_floating(dtype: str) -> str:
    """`dtype` if it is floating or complex, else the default float dtype."""
    return dtype if is_differentiable(dtype) else _floatx


def is_differentiable(dtype: str) -> bool:
    """Whether gradients pass through tensors of `dtype`: floating and complex ones."""
    return dtype in FLOATING or dtype in COMPLEX


def real_of(dtype: str) -> str:
    """The dtype of the parts and absolute values of numbers of `dtype`: itself, unless it is complex."""
    return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


def complex_of(dtype: str) -> str:
    """The complex dtype whose parts hold numbers of the real `dtype`; half precision takes complex64."""
    return "complex128" if dtype == "float64" else "complex64"


def to_accumulator(dtype: str) -> str:
    """The dtype in which a sum over values of `dtype` is kept: small integers widen to 32 bits, as in Keras 3."""
    if dtype in ("bool", "int8", "int16"):
        return "int32"
    if dtype in ("uint8", "uint16"):
        return "uint32"
    return dtype


@cache
def name_of_numpy(dtype: Any) -> str:
    """``dtype.name`` of an ndarray's dtype, which NumPy puts together anew each time, at a cost of microseconds."""
    return str(dtype.name)


@cache
def numpy_dtype(dtype: str) -> Any:
    """The NumPy dtype of that name; bfloat16 comes from ml_dtypes."""
    import numpy as np

    if dtype == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(dtype)
