"""Sums of products: matrix products, contractions, and their special cases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from polykeras.dtypes import COMPLEX
from polykeras.errors import ArgumentError, ShapeError
from polykeras.ops import rules
from polykeras.ops.policies import SAME_OR_COMPLEX
from polykeras.ops.registry import composite, primitive
from polykeras.typing import Tensor


def _matmul_rule(x1: Any, x2: Any) -> Any:
    a, b = tuple(x1.shape), tuple(x2.shape)
    if not a or not b:
        raise ShapeError(f"matrix products need at least one axis on each side, got shapes {a} and {b}")
    left, right = (1, *a) if len(a) == 1 else a, (*b, 1) if len(b) == 1 else b
    if left[-1] != right[-2]:
        raise ShapeError(f"the last axis of {a} and the axis {'-2' if len(b) > 1 else '-1'} of {b} must be equal")
    shape = [*rules.broadcast(left[:-2], right[:-2]), left[-2], right[-1]]
    if len(a) == 1:
        del shape[-2]
    if len(b) == 1:
        del shape[-1]
    return rules.tensor(shape, x1.dtype)


@primitive(
    SAME_OR_COMPLEX,
    shape=_matmul_rule,
    samples=lambda s: [
        s(s.real(2, 3), s.real(3, 4)),
        s(s.real(5, 2, 3), s.real(3, 4)),
        s(s.real(2, 1, 2, 3), s.real(4, 3, 2)),
        s(s.real(3), s.real(3)),
        s(s.real(2, 3), s.real(3)),
        s(s.real(3), s.real(2, 3, 2)),
        s(s.real(0, 3), s.real(3, 2)),
        s(s.ints(2, 3), s.ints(3, 2)),
    ],
)
def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    """The matrix product over the last two axes, the others broadcast; a vector is a row on the left, a column on the right."""


# ---- einsum ----------------------------------------------------------------------------------------------------------


def _contract_rule(equation: str, operands: Any) -> Any:
    inputs, _, output = equation.partition("->")
    sizes: dict[str, int] = {}
    for labels, x in zip(inputs.split(","), operands, strict=True):
        for label, d in zip(labels, x.shape, strict=True):
            if sizes.setdefault(label, d) != d and 1 not in (sizes[label], d):
                raise ShapeError(f"axis {label!r} of {equation!r} has sizes {sizes[label]} and {d}")
            if sizes[label] == 1:
                sizes[label] = d
    return rules.tensor([sizes[label] for label in output], operands[0].dtype)


@primitive(
    SAME_OR_COMPLEX,
    shape=_contract_rule,
    samples=lambda s: [
        s("ij,jk->ik", [s.real(2, 3), s.real(3, 4)]),
        s("bij,bkj->bik", [s.real(2, 2, 3), s.real(2, 4, 3)]),
        s("ij->ji", [s.real(2, 3)]),
        s("ij->i", [s.real(2, 3)]),
        s("i,j,k->kij", [s.real(2), s.real(3), s.real(2)]),
    ],
)
def contract(equation: str, operands: Sequence[Tensor]) -> Tensor:
    """Einstein summation of an explicit equation: one letter an axis, no ellipsis, no letter twice in one term."""


@lru_cache(maxsize=1024)
def _canonical(subscripts: str, ranks: tuple[int, ...]) -> tuple[str, bool]:
    """The equation with an output, letters for what an ellipsis stands for, and no blanks.

    Beside it, whether a term names one letter twice, as a diagonal does.
    """
    equation = subscripts.replace(" ", "")
    left, arrow, output = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ArgumentError(f"einsum: {subscripts!r} has {len(terms)} terms for {len(ranks)} operands.")
    free = [c for c in "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA" if c not in equation]
    widest = 0
    for i, (term, rank) in enumerate(zip(terms, ranks, strict=True)):
        hidden = rank - len(term.replace("...", ""))
        if hidden < 0 or ("..." not in term and hidden):
            raise ArgumentError(
                f"einsum: the term {term!r} of {subscripts!r} does not name the {rank} axes of operand {i}."
            )
        widest = max(widest, hidden)
    hidden_labels = "".join(free[:widest])
    for i, (term, rank) in enumerate(zip(terms, ranks, strict=True)):
        hidden = rank - len(term.replace("...", ""))
        terms[i] = term.replace("...", hidden_labels[widest - hidden :])
    if arrow:
        output = output.replace("...", hidden_labels)
    else:
        letters = "".join(terms)
        output = hidden_labels + "".join(sorted(c for c in set(letters) - set(hidden_labels) if letters.count(c) == 1))
    unknown = set(output) - set("".join(terms))
    if unknown or len(set(output)) < len(output):
        raise ArgumentError(f"einsum: the output {output!r} of {subscripts!r} must name axes of the inputs, each once.")
    return f"{','.join(terms)}->{output}", any(len(set(term)) < len(term) for term in terms)


def _einsum_cases(s: Any) -> list[Any]:
    return [
        s("ij,jk->ik", s.real(2, 3), s.real(3, 4)),
        s("...ij,...j", s.real(2, 2, 3), s.real(3)),
        s("b...d,de->b...e", s.real(2, 3, 4), s.real(4, 2)),
        s("ii->i", s.real(3, 3)),
        s("ii", s.real(3, 3)),
        s("ij,ij->", s.real(2, 3), s.real(2, 3)),
    ]


@composite(SAME_OR_COMPLEX, samples=_einsum_cases)
def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    """Einstein summation, with NumPy's notation: implicit output, ellipsis and repeated letters included."""
    equation, repeats = _canonical(subscripts, tuple([len(x.shape) for x in operands]))
    if not repeats:
        return contract(equation, operands)
    values = list(operands)
    inputs, _, output = equation.partition("->")
    terms = inputs.split(",")
    for i, term in enumerate(terms):
        while len(set(term)) < len(term):
            term, values[i] = _take_diagonal(term, values[i])
        terms[i] = term
    return contract(f"{','.join(terms)}->{output}", values)


def _take_diagonal(term: str, x: Tensor) -> tuple[str, Tensor]:
    """One pair of equally labelled axes of x replaced by their diagonal, which comes last."""
    from polykeras.ops.indexing import gather
    from polykeras.ops.movement import moveaxis, reshape

    label = next(c for c in term if term.count(c) > 1)
    a, b = term.index(label), term.index(label, term.index(label) + 1)
    shape = tuple(x.shape)
    n = shape[a]
    if shape[b] != n:
        raise ShapeError(f"einsum: axis {label!r} has sizes {n} and {shape[b]}.")
    x = moveaxis(x, (a, b), (-2, -1))
    x = reshape(x, (*tuple(x.shape)[:-2], n * n))
    rest = "".join(c for i, c in enumerate(term) if i not in (a, b))
    return rest + label, gather(x, [i * (n + 1) for i in range(n)] or [0][:0], len(rest))


# ---- special cases ---------------------------------------------------------------------------------------------------


def _dot_cases(s: Any) -> list[Any]:
    return [s(s.real(3), s.real(3)), s(s.real(2, 3), s.real(3, 2)), s(s.real(2, 3), s.real(2, 3, 4)), s(s.real(2), 2.0)]


@composite(SAME_OR_COMPLEX, samples=_dot_cases)
def dot(x1: Tensor, x2: Tensor) -> Tensor:
    """NumPy's dot: the last axis of x1 with the last but one (or only) axis of x2, the others side by side."""
    from polykeras.ops.elementwise import multiply

    rank1, rank2 = len(x1.shape), len(x2.shape)
    if rank1 == 0 or rank2 == 0:
        return multiply(x1, x2)
    return tensordot(x1, x2, ((rank1 - 1,), (max(rank2 - 2, 0),)))


def _tensordot_cases(s: Any) -> list[Any]:
    return [
        s(s.real(2, 3), s.real(3, 2), axes=1),
        s(s.real(2, 3, 4), s.real(3, 4, 5)),
        s(s.real(2, 3), s.real(4), axes=0),
        s(s.real(2, 3, 4), s.real(4, 2), axes=([0, 2], [1, 0])),
    ]


@composite(SAME_OR_COMPLEX, samples=_tensordot_cases)
def tensordot(x1: Tensor, x2: Tensor, axes: Any = 2) -> Tensor:
    """Sum of products over pairs of axes: the last and first `axes` ones, or those of two lists."""
    from polykeras.ops.movement import reshape, transpose

    a, b = tuple(x1.shape), tuple(x2.shape)
    if isinstance(axes, int):
        left, right = tuple(range(len(a) - axes, len(a))), tuple(range(axes))
    else:
        left, right = rules.axes_of(axes[0], len(a)), rules.axes_of(axes[1], len(b))
    if len(left) != len(right) or any(a[i] != b[j] for i, j in zip(left, right, strict=True)):
        raise ShapeError(f"tensordot: axes {axes} of shapes {a} and {b} do not match.")
    keep1 = tuple(i for i in range(len(a)) if i not in left)
    keep2 = tuple(i for i in range(len(b)) if i not in right)
    inner = rules.size_of([a[i] for i in left])
    rows, columns = [a[i] for i in keep1], [b[i] for i in keep2]
    m1 = reshape(transpose(x1, keep1 + left), (rules.size_of(rows), inner))
    m2 = reshape(transpose(x2, right + keep2), (inner, rules.size_of(columns)))
    return reshape(matmul(m1, m2), (*rows, *columns))


@composite(SAME_OR_COMPLEX, samples=lambda s: [s(s.real(3), s.real(2)), s(s.real(2, 2), s.real(3))])
def outer(x1: Tensor, x2: Tensor) -> Tensor:
    """All products of an element of x1 with one of x2, both flattened."""
    from polykeras.ops.elementwise import multiply
    from polykeras.ops.movement import reshape

    return multiply(reshape(x1, (-1, 1)), reshape(x2, (1, -1)))


@composite(SAME_OR_COMPLEX, samples=lambda s: [s(s.real(3), s.real(3)), s(s.real(2, 3), s.real(4, 3))])
def inner(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of products over the last axis of both."""
    from polykeras.ops.elementwise import multiply

    if not len(x1.shape) or not len(x2.shape):
        return multiply(x1, x2)
    return tensordot(x1, x2, ((-1,), (-1,)))


@composite(SAME_OR_COMPLEX, samples=lambda s: [s(s.real(3), s.real(3)), s(s.real(2, 3), s.real(2, 3))])
def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    """Sum of products of all elements, both flattened; of complex ones, those of x1 conjugated."""
    from polykeras.ops.complex_numbers import conj
    from polykeras.ops.conversion import dtype
    from polykeras.ops.movement import ravel

    return matmul(ravel(conj(x1) if dtype(x1) in COMPLEX else x1), ravel(x2))
