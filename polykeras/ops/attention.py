"""Attention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polykeras.errors import ShapeError
from polykeras.ops import rules
from polykeras.ops.activations import softmax
from polykeras.ops.conversion import convert_to_tensor, dtype
from polykeras.ops.elementwise import add, maximum, multiply, tanh
from polykeras.ops.indexing import where
from polykeras.ops.logic import logical_and
from polykeras.ops.movement import reshape, transpose
from polykeras.ops.policies import FLOAT
from polykeras.ops.products import matmul
from polykeras.ops.reductions import in_float32, returned
from polykeras.ops.registry import composite
from polykeras.typing import Mask, Tensor


def _cases(s: Any) -> list[Any]:
    def qkv(batch: int, t: int, m: int, heads: int, groups: int) -> list[Any]:
        return [s.real(batch, t, heads, 2), s.real(batch, m, groups, 2), s.real(batch, m, groups, 2)]

    mask = np.array([[[[True, False, True], [True, True, False]]]])
    return [
        s(*qkv(2, 2, 3, 2, 2), mask=mask),
        s(*qkv(1, 3, 3, 1, 1), s.real(1, 1, 1, 3), is_causal=True, scale=0.3),
        s(*qkv(1, 2, 3, 4, 2), attn_logits_soft_cap=1.5),
        s(*qkv(1, 2, 3, 2, 1), s.real(2, 2, 3), mask),
        s(*qkv(0, 2, 3, 1, 1)),
    ]


def check_attention(query: tuple[int, ...], key: tuple[int, ...], value: tuple[int, ...]) -> None:
    """Raise `ShapeError` unless these shapes of `dot_product_attention` fit together."""
    if not len(query) == len(key) == len(value) == 4:
        raise ShapeError(
            f"dot_product_attention: query, key and value must have rank 4, got shapes {query}, {key} and {value}."
        )
    if query[0] != key[0] or query[3] != key[3] or key[:3] != value[:3]:
        raise ShapeError(
            f"dot_product_attention: query (B, T, N, H), key (B, S, K, H) and value (B, S, K, ...) got shapes {query}, "
            f"{key} and {value}."
        )
    if key[1] == 0:
        raise ShapeError(f"dot_product_attention: there is nothing to attend to in a key of shape {key}.")
    if key[2] == 0 or query[2] % key[2]:
        raise ShapeError(f"dot_product_attention: {query[2]} heads of the query are no multiple of the key's {key[2]}.")


def check_broadcast(name: str, shape: tuple[int, ...], whole: tuple[int, ...]) -> None:
    """Raise `ShapeError` unless `shape` broadcasts to that of the logits."""
    if len(shape) > 4 or rules.broadcast(shape, whole) != whole:
        raise ShapeError(f"dot_product_attention: {name} {shape} does not broadcast to (B, N, T, S) = {whole}.")


@composite(FLOAT, samples=_cases)
def dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None = None,
    mask: Mask | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """``softmax(query · key * scale + bias) · value`` for each head: ``(B, T, N, H)``.

    Args:
        query: ``(B, T, N, H)``: batch, positions, heads, features.
        key: ``(B, S, K, H)``; `N` is a multiple of `K`, each head of the key serving as many heads of the query.
        value: ``(B, S, K, features)``.
        bias: added to the logits; broadcasts to ``(B, N, T, S)``.
        mask: where False, a position of the key takes no part; broadcasts to ``(B, N, T, S)``. A row without any True
            gives the mean of all values, and depends on nothing else. A logit of minus infinity counts as masked.
        scale: by default ``1 / sqrt(H)``.
        is_causal: position i of the query sees the positions 0 to i of the key.
        flash_attention: a wish, which changes no result: kernels that keep no logits are used where the backend has them.
        attn_logits_soft_cap: the scaled logits x become ``cap * tanh(x / cap)``.

    Half precision is computed in float32. Vaswani et al. 2017, arXiv:1706.03762.
    """
    check_attention(tuple(query.shape), tuple(key.shape), tuple(value.shape))
    batch, steps, heads, features = tuple(query.shape)
    length, groups = tuple(key.shape)[1:3]
    whole = (batch, heads, steps, length)
    together = (batch, groups, heads // groups * steps, features)
    q = reshape(transpose(in_float32(query), (0, 2, 1, 3)), together)
    q = multiply(q, 1 / math.sqrt(max(features, 1)) if scale is None else scale)
    logits = reshape(matmul(q, transpose(in_float32(key), (0, 2, 3, 1))), whole)
    if attn_logits_soft_cap is not None:
        logits = multiply(tanh(multiply(logits, 1 / attn_logits_soft_cap)), attn_logits_soft_cap)
    lowest = -0.7 * float(np.finfo(dtype(logits)).max)
    if bias is not None:
        check_broadcast("bias", tuple(bias.shape), whole)
        logits = maximum(add(logits, in_float32(bias)), lowest)
    allowed = visible(mask, is_causal, whole)
    if allowed is not None:
        logits = where(allowed, logits, lowest)
    # Another matrix product over the heads that share one head of the values.
    weights = reshape(softmax(logits), (*together[:3], length))
    mixed = matmul(weights, transpose(in_float32(value), (0, 2, 1, 3)))
    return returned(transpose(reshape(mixed, (batch, heads, steps, tuple(value.shape)[3])), (0, 2, 1, 3)), query)


def visible(mask: Any, is_causal: bool, whole: tuple[int, ...]) -> Any:
    """What `mask` and `is_causal` leave to see, broadcasting to ``(B, N, T, S)``; None for everything."""
    if mask is not None:
        check_broadcast("mask", tuple(mask.shape), whole)
    if not is_causal:
        return mask
    causal = convert_to_tensor(np.tri(whole[2], whole[3], dtype=bool))
    return causal if mask is None else logical_and(mask, causal)
