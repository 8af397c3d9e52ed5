"""Einstein summation by matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

Term = tuple[str, Any]  # labels of the axes, and the array


class Products:
    """Kernels on arrays of the namespace `xp`, by the names of the primitives."""

    xp: Any

    def contract(self, equation: str, operands: Sequence[Any]) -> Any:
        inputs, _, output = equation.partition("->")
        terms = [self._squeezed(term) for term in zip(inputs.split(","), operands)]
        sizes = {label: d for labels, x in terms for label, d in zip(labels, x.shape)}
        while len(terms) > 1:
            kept = output + "".join(labels for labels, _ in terms[2:])
            terms[:2] = [self._product(terms[0], terms[1], kept)]
        labels, x = self._summed(terms[0], output)
        x = self.xp.permute_dims(x, tuple(labels.index(label) for label in output if label in labels))
        return self.xp.reshape(x, tuple(sizes.get(label, 1) for label in output))

    def _squeezed(self, term: Term) -> Term:
        """Without axes of size 1: what is left of them broadcasts by itself."""
        labels, x = term
        wide = [(label, d) for label, d in zip(labels, x.shape) if d != 1]
        return "".join(label for label, _ in wide), self.xp.reshape(x, tuple(d for _, d in wide))

    def _summed(self, term: Term, kept: str) -> Term:
        """Without the axes that nobody needs any more."""
        labels, x = term
        axes = tuple(i for i, label in enumerate(labels) if label not in kept)
        if axes:
            x = self.xp.sum(x, axis=axes, dtype=x.dtype)
        return "".join(label for label in labels if label in kept), x

    def _product(self, left: Term, right: Term, kept: str) -> Term:
        """Of two terms; their common axes that are not `kept` are summed over."""
        (a, x), (b, y) = self._summed(left, kept + right[0]), self._summed(right, kept + left[0])
        batch, inner = "", ""
        for label in a:
            if label in b:
                batch, inner = (batch + label, inner) if label in kept else (batch, inner + label)
        rows, columns = ("".join(label for label in labels if label not in batch + inner) for labels in (a, b))
        sizes = {**dict(zip(a, x.shape)), **dict(zip(b, y.shape))}
        x = self._grouped(a, x, [batch, rows, inner])
        y = self._grouped(b, y, [batch, inner, columns])
        labels = batch + rows + columns
        return labels, self.xp.reshape(self.xp.matmul(x, y), tuple(sizes[label] for label in labels))

    def _grouped(self, labels: str, x: Any, groups: Sequence[str]) -> Any:
        """One axis for each group of labels."""
        sizes = dict(zip(labels, x.shape))
        x = self.xp.permute_dims(x, tuple(labels.index(label) for label in "".join(groups)))
        return self.xp.reshape(x, tuple(prod(sizes[label] for label in group) for group in groups))
