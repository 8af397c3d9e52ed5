"""Classes as vectors."""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import composite
from polykeras.typing import Index


def _cases(s: Any) -> list[Any]:
    return [s([0, 4], 5), s([[0, 4], [1, 1]], 5), s([[0, 4], [1, -1]], 5, axis=0, dtype="int32"), s(2, 4)]


@composite(KEEP, samples=_cases, differentiable=False, exact=True)
def multi_hot(
    inputs: Index, num_classes: int | None = None, axis: int = -1, dtype: str | None = None, sparse: bool = False
) -> Any:
    """One where a class is among those of its row, zero elsewhere.

    A vector is one row, a scalar a row of one class. Of several axes, the second one once `axis`, of size
    `num_classes`, has been added runs over the classes of a row (the third, if `axis` is the second): it is the second
    one of `inputs`, if `axis` is the last. A class that is negative or not below `num_classes` gives zeros only.

    Raises:
        ArgumentError: `num_classes` is missing or negative, there is no such axis, or `sparse` is asked for.
    """
    from polykeras.ops import rules
    from polykeras.ops.indexing import one_hot
    from polykeras.ops.reductions import max_

    if num_classes is None:
        raise ArgumentError("multi_hot: num_classes must be given.")
    if sparse:
        raise ArgumentError("multi_hot: sparse=True is not supported; use the dense form.")
    each = one_hot(inputs, num_classes, axis, dtype)
    rank = len(inputs.shape)
    if not rank:
        return each
    classes = rules.axis_of(axis, rank + 1)
    over = 1 - classes if rank == 1 else 1 if classes != 1 else 2
    return max_(each, over, initial=0)
