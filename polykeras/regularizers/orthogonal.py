"""`OrthogonalRegularizer`."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.regularizers.regularizer import Regularizer, checked
from polykeras.typing import Tensor


class OrthogonalRegularizer(Regularizer):
    """Wants the rows (or columns) of a matrix orthogonal: `factor` times the mean |cosine| between two of them."""

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise ArgumentError(f"OrthogonalRegularizer: mode must be 'rows' or 'columns', got {mode!r}.")
        self.factor = checked(OrthogonalRegularizer, "factor", factor, 0.01)
        self.mode = mode

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty. Raises `ShapeError` unless x is a matrix."""
        if len(x.shape) != 2:
            raise ShapeError(f"OrthogonalRegularizer takes matrices, got shape {tuple(x.shape)}.")
        rows = x if self.mode == "rows" else ops.transpose(x)
        # The smallest norm that is not taken for zero is Keras's.
        norms = ops.sqrt(ops.maximum(ops.sum(ops.square(rows), axis=1, keepdims=True), 1e-12))
        rows = ops.divide(rows, norms)
        count = int(rows.shape[0])
        others = ops.subtract(1.0, ops.eye(count, dtype=ops.dtype(rows)))
        cosines = ops.multiply(ops.matmul(rows, ops.transpose(rows)), others)
        pairs = max(count * (count - 1), 1)  # each pair is in `cosines` twice
        return ops.multiply(ops.sum(ops.abs(cosines)), self.factor / pairs)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"factor": self.factor, "mode": self.mode}
