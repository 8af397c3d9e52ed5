"""`rearrange` reads the notation of einops, says what it cannot read, and works on symbolic and traced tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras.errors import ArgumentError, ShapeError

X = np.arange(2 * 4 * 6 * 3).reshape(2, 4, 6, 3)


@pytest.mark.parametrize(
    ("pattern", "sizes", "expected"),
    [
        ("b h w c -> b c h w", {}, X.transpose(0, 3, 1, 2)),
        ("b h w c -> (b h) w c", {}, X.reshape(8, 6, 3)),
        ("b h w c -> h (b w) c", {}, X.transpose(1, 0, 2, 3).reshape(4, 12, 3)),
        ("b h w c -> b (c h w)", {}, X.transpose(0, 3, 1, 2).reshape(2, 72)),
        (
            "b (h h1) (w w1) c -> b h w (c h1 w1)",
            {"h1": 2, "w1": 2},
            X.reshape(2, 2, 2, 3, 2, 3).transpose(0, 1, 3, 5, 2, 4).reshape(2, 2, 3, 12),
        ),
        ("b ... c -> c ... b", {}, X.transpose(3, 1, 2, 0)),
        ("b h w c->1 b (h w c) 1", {}, X.reshape(1, 2, 72, 1)),
        ("(b one) h w c -> b one h w c", {"b": 2, "one": 1}, X[:, None]),
        ("... -> ...", {}, X),
    ],
)
def test_rearranged(pattern: str, sizes: dict[str, int], expected: Any) -> None:
    found = pk.ops.convert_to_numpy(pk.ops.rearrange(X, pattern, **sizes))
    assert found.shape == expected.shape and (found == expected).all()


@pytest.mark.parametrize(
    ("pattern", "sizes", "error", "says"),
    [
        ("b h w c", {}, ArgumentError, "'->'"),
        ("b h w c -> b h w", {}, ArgumentError, "the same axes"),
        ("b h w -> b h w", {}, ShapeError, "does not name the axes"),
        ("b b w c -> b w c", {}, ArgumentError, "twice"),
        ("(b h w c -> b", {}, ArgumentError, "not closed"),
        ("b h w) c -> b h w c", {}, ArgumentError, "wrong place"),
        ("b h w c -> b+h w c", {}, ArgumentError, "cannot read"),
        ("b (h1 h) w c -> b h1 h w c", {}, ArgumentError, "all but one"),
        ("b (h1 h) w c -> b h1 h w c", {"h1": 3}, ShapeError, "multiple of 3"),
        ("b h w c -> b h w c", {"h": 5}, ShapeError, "axis of 5, not of 4"),
        ("b h w c -> b h w c", {"d": 5}, ArgumentError, "no axes"),
        ("1 h w c -> h w c", {}, ShapeError, "axis of 1, not of 2"),
    ],
)
def test_refused(pattern: str, sizes: dict[str, int], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match="rearrange: .*" + says.replace("'", ".")):
        pk.ops.rearrange(X, pattern, **sizes)


def test_gradient() -> None:
    def f(x: Any) -> Any:
        return pk.ops.sum(pk.ops.rearrange(x, "a b -> b a") * np.arange(6.0, dtype="float32").reshape(3, 2))

    found = pk.ops.convert_to_numpy(pk.ops.grad(f)(pk.ops.ones((2, 3))))
    assert (found == np.arange(6.0).reshape(3, 2).T).all()


def test_meshgrid() -> None:
    x, y = np.arange(2), np.arange(3.0)
    for indexing in ("xy", "ij"):
        found = [pk.ops.convert_to_numpy(g) for g in pk.ops.meshgrid(x, y, indexing=indexing)]
        for mine, theirs in zip(found, np.meshgrid(x, y, indexing=indexing), strict=True):
            assert mine.dtype == theirs.dtype and mine.shape == theirs.shape and (mine == theirs).all()
    assert pk.ops.meshgrid() == []
