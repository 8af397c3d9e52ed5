"""Complex numbers where there is no order, and Fourier transforms of what has no transform."""

from __future__ import annotations

from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras_conformance.refusals.row import refusal, x


def z(*shape: int) -> object:
    """A complex tensor."""
    return x(*shape, dtype="complex64")


ROWS = [
    *(
        refusal("complex", DtypeError, name, z(2), z(2))
        for name in ("maximum", "less", "mod", "floor_divide", "arctan2")
    ),
    *(
        refusal("complex", DtypeError, name, z(2))
        for name in ("sort", "argmax", "amin", "floor", "sign", "relu", "erf")
    ),
    refusal("complex-number", DtypeError, "maximum", x(2), 1j),
    refusal("complex", DtypeError, "bitwise_and", z(2), z(2)),
    refusal("complex", DtypeError, "make_complex", z(2), x(2)),
    refusal("complex-index", DtypeError, "gather", x(2), z(1), 0),
    refusal("complex", DtypeError, "view_as_complex", z(2, 2)),
    refusal("one-part", ShapeError, "view_as_complex", x(2, 1)),
    refusal("0-d", ShapeError, "view_as_complex", x()),
    refusal("shapes", ShapeError, "make_complex", x(2), x(3)),
    refusal("real", DtypeError, "fourier_transform", x(2), 1),
    refusal("rank", ArgumentError, "fourier_transform", z(2, 2, 2), 3),
    refusal("empty-axis", ShapeError, "fourier_transform", z(2, 0), 1),
    refusal("0-d", ShapeError, "fourier_transform", z(), 1),
    refusal("one-axis", ShapeError, "fft2", [x(3), x(3)]),
    refusal("three-parts", ArgumentError, "fft", [x(3), x(3), x(3)]),
    refusal("shapes", ShapeError, "fft", [x(3), x(2)]),
    refusal("complex", DtypeError, "rfft", z(3)),
    refusal("0-d", ShapeError, "rfft", x()),
    refusal("empty-axis", ShapeError, "rfft", x(2, 0)),
    refusal("length", ArgumentError, "rfft", x(3), 0),
    refusal("length", ShapeError, "inverse_real_fourier_transform", z(3), 7),
    refusal("shorter-than-window", ArgumentError, "stft", x(9), 4, 2, 3),
    refusal("stride", ArgumentError, "stft", x(9), 4, 0, 4),
    refusal("window", ArgumentError, "stft", x(9), 4, 2, 4, window="kaiser"),
    refusal("window-length", ShapeError, "stft", x(9), 4, 2, 4, window=[1.0, 1.0]),
    refusal("one-axis", ShapeError, "istft", [x(3), x(3)], 4, 2, 4),
    refusal("too-short", ShapeError, "extract_sequences", x(3), 4, 1),
    refusal("stride", ArgumentError, "extract_sequences", x(3), 2, 0),
    refusal("0-d", ShapeError, "extract_sequences", x(), 1, 1),
    refusal("negative", ArgumentError, "hanning", -1),
    refusal("float", ArgumentError, "bartlett", 2.5),
    refusal("several", ArgumentError, "hamming", [3, 4]),
    refusal("widths", ShapeError, "view", x(3), "float64"),
    refusal("0-d", ShapeError, "view", x(), "int8"),
]
