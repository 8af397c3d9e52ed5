"""Fourier transforms along the last axes, whole and of short overlapping windows.

The three primitives work on complex tensors. The functions of Keras's names take complex numbers as a tuple of a real and
an imaginary part and return such tuples; given one complex tensor in place of a tuple, they return one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.ops import rules
from polykeras.ops.complex_numbers import PARTS, imag, make_complex, real
from polykeras.ops.hosting import on_host
from polykeras.ops.policies import FLOAT, Policy
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _only_complex(dtype: str) -> str:
    if dtype not in dtypes.COMPLEX:
        raise DtypeError(f"expected complex numbers, got {dtype}")
    return dtype


ONLY_COMPLEX = Policy("only complex", _only_complex)
"""Promote; anything real is refused."""


def _transform_rule(x: Any, rank: int, inverse: bool = False) -> Any:
    if rank not in (1, 2):
        raise ArgumentError(f"rank must be 1 or 2, got {rank}")
    if len(x.shape) < rank or 0 in x.shape[-rank:]:
        raise ShapeError(f"expected {rank} last axes with elements, got shape {tuple(x.shape)}")
    return rules.tensor(x.shape, x.dtype)


def _halved_rule(x: Any) -> Any:
    if not x.shape or not x.shape[-1]:
        raise ShapeError(f"expected a last axis with elements, got shape {tuple(x.shape)}")
    return rules.tensor((*x.shape[:-1], x.shape[-1] // 2 + 1), dtypes.complex_of(x.dtype))


def _doubled_rule(x: Any, length: int) -> Any:
    if length < 1:
        raise ArgumentError(f"the length must be positive, got {length}")
    if not x.shape or x.shape[-1] != length // 2 + 1:
        raise ShapeError(
            f"length {length} needs {length // 2 + 1} elements along the last axis, got shape {tuple(x.shape)}"
        )
    return rules.tensor((*x.shape[:-1], length), dtypes.real_of(x.dtype))


def _transform_cases(s: Any) -> list[Any]:
    return [
        s(s.complex(2, 4), 1),
        s(s.complex(2, 3, 4), 2, inverse=True),
        s(s.complex(5), 1, inverse=True),
        s(s.complex(0, 3), 1),
    ]


@primitive(ONLY_COMPLEX, shape=_transform_rule, samples=_transform_cases, host=on_host("fourier_transform"))
def fourier_transform(x: Tensor, rank: int, inverse: bool = False) -> Tensor:
    """The discrete Fourier transform over the last `rank` axes, 1 or 2: ``y[k] = Σ x[j] exp(-2πi jk/n)``.

    The inverse has the other sign, and is divided by the number of elements.
    """


@primitive(
    PARTS,
    shape=_halved_rule,
    samples=lambda s: [s(s.real(2, 4)), s(s.real(5)), s(s.real(0, 2)), s(s.real(1))],
    host=on_host("real_fourier_transform"),
)
def real_fourier_transform(x: Tensor) -> Tensor:
    """The transform of a real signal along the last axis: its first ``n // 2 + 1`` elements, which determine the others."""


@primitive(
    ONLY_COMPLEX,
    shape=_doubled_rule,
    samples=lambda s: [s(s.complex(2, 3), 4), s(s.complex(3), 5), s(s.complex(1), 1)],
    host=on_host("inverse_real_fourier_transform"),
)
def inverse_real_fourier_transform(x: Tensor, length: int) -> Tensor:
    """The real signal of that length with the transform x along the last axis.

    Imaginary parts at frequency 0, and at half the length if it is even, are not read: a real signal has none there.
    """


# ---- complex numbers as tuples ---------------------------------------------------------------------------------------


def _joined(x: Sequence[Tensor]) -> Tensor:
    """One complex tensor from a real and an imaginary part."""
    if len(x) != 2:
        raise ArgumentError(f"x must be a tuple of real and imaginary part, got {len(x)} tensors")
    if tuple(x[0].shape) != tuple(x[1].shape):
        raise ShapeError(
            f"real and imaginary part must have one shape, got {tuple(x[0].shape)} and {tuple(x[1].shape)}"
        )
    return make_complex(*x)


def _parted(z: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
    """Real and imaginary part, in the dtype of `like`."""
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype

    return cast(real(z), dtype(like)), cast(imag(z), dtype(like))


def takes_complex(on_complex: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates an op whose first argument is a tuple of parts: one complex tensor is handed to `on_complex` instead."""

    def decorate(op: Callable[..., Any]) -> Callable[..., Any]:
        name = op.op.name  # type: ignore[attr-defined]

        @wraps(op)
        def run(x: Any, *args: Any, **kwargs: Any) -> Any:
            from polykeras.ops.conversion import dtype

            if isinstance(x, (tuple, list)):
                return op(x, *args, **kwargs)
            if dtype(x) not in dtypes.COMPLEX:
                raise ArgumentError(
                    f"{name}: x must be a complex tensor, or a tuple of real and imaginary part; got one of {dtype(x)}."
                )
            return on_complex(x, *args, **kwargs)

        return run

    return decorate


def _pair(*shape: int) -> Callable[[Any], list[Any]]:
    return lambda s: [s([s.real(*shape), s.real(*shape)])]


def _fft(x: Tensor) -> Tensor:
    return fourier_transform(x, 1)


@takes_complex(_fft)
@composite(FLOAT, samples=_pair(2, 4))
def fft(x: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The Fourier transform along the last axis, as real and imaginary part.

    Args:
        x: a tuple of real and imaginary part, real tensors of one shape; or one complex tensor, as then is the result.

    Raises:
        ShapeError: the parts differ in shape, or the axis is empty.
    """
    return _parted(_fft(_joined(x)), x[0])


def _fft2(x: Tensor) -> Tensor:
    return fourier_transform(x, 2)


@takes_complex(_fft2)
@composite(FLOAT, samples=_pair(2, 3))
def fft2(x: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The Fourier transform over the last two axes; arguments and result as those of `fft`."""
    return _parted(_fft2(_joined(x)), x[0])


def _ifft2(x: Tensor) -> Tensor:
    return fourier_transform(x, 2, True)


@takes_complex(_ifft2)
@composite(FLOAT, samples=_pair(2, 3))
def ifft2(x: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The inverse of `fft2`."""
    return _parted(_ifft2(_joined(x)), x[0])


def _resized(x: Tensor, size: int) -> Tensor:
    """x cut off, or with zeros appended, along the last axis."""
    from polykeras.ops.movement import pad_constant

    missing = size - x.shape[-1]
    if missing > 0:
        return pad_constant(x, ((0, 0),) * (len(x.shape) - 1) + ((0, missing),), 0)
    return x[..., :size] if missing else x


def _checked_length(fft_length: int | None, default: int) -> int:
    if fft_length is not None and fft_length < 1:
        raise ArgumentError(f"fft_length must be positive, got {fft_length}")
    return default if fft_length is None else fft_length


def _last(x: Tensor) -> int:
    if not len(x.shape):
        raise ShapeError("expected a last axis, got a 0-d tensor")
    return int(x.shape[-1])


@composite(FLOAT, samples=lambda s: [s(s.real(2, 5)), s(s.real(5), 3), s(s.real(3), fft_length=4)])
def rfft(x: Tensor, fft_length: int | None = None) -> tuple[Tensor, Tensor]:
    """The transform of a real signal along the last axis: its first ``fft_length // 2 + 1`` elements, as two parts.

    The signal is cut off, or continued with zeros, to `fft_length`, by default its own length.
    """
    length = _checked_length(fft_length, _last(x))
    return _parted(real_fourier_transform(_resized(x, length)), x)


def _irfft(x: Tensor, fft_length: int | None = None) -> Tensor:
    length = _checked_length(fft_length, max(2 * (_last(x) - 1), 1))
    return inverse_real_fourier_transform(_resized(x, length // 2 + 1), length)


@takes_complex(_irfft)
@composite(FLOAT, samples=lambda s: [*_pair(2, 4)(s), s([s.real(4), s.real(4)], 5), s([s.real(2), s.real(2)], 7)])
def irfft(x: Sequence[Tensor], fft_length: int | None = None) -> Tensor:
    """The inverse of `rfft`: a real signal of length `fft_length`, by default twice that of x less two.

    Args:
        x: a tuple of real and imaginary part, or one complex tensor; cut off, or continued with zeros, to
            ``fft_length // 2 + 1``. The imaginary parts where a real signal has none are not read.
        fft_length: needed to get an odd length back.
    """
    from polykeras.ops.casting import cast
    from polykeras.ops.conversion import dtype

    return cast(_irfft(_joined(x), fft_length), dtype(x[0]))
