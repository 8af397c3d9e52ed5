"""Losses that look at more than one prediction at a time, as classes: overlaps, embeddings, sequences."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.losses.structured_functions import circle, ctc, dice, tversky
from polykeras.losses.wrapper import ClassNumberLoss, LossFunctionWrapper
from polykeras.typing import Axis, Mask, Tensor


class Dice(LossFunctionWrapper):
    """One minus twice what targets and predictions share, over what both have; Milletari et al. 2016, arXiv:1606.04797.

    The sums are over `axis`, by default over all axes, the batch included: then there is one value.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Axis = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)


class Tversky(LossFunctionWrapper):
    """As `Dice`, with factors for what is missed (`alpha`) and for what is wrong (`beta`).

    Salehi et al. 2017, arXiv:1706.05721, who give the factors the other way round.
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Axis = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)


class Circle(ClassNumberLoss):
    """Embeddings of one class near each other, those of different classes apart; Sun et al. 2020, arXiv:2002.10857.

    Targets are class numbers ``(batch,)``, predictions embeddings of length 1, ``(batch, size)``. Embeddings whose loss
    is 0 do not count in the mean.
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(circle, reduction, name, dtype, gamma=gamma, margin=margin, remove_diagonal=remove_diagonal)

    def _counted(self, y_true: Any, y_pred: Any, values: Tensor) -> Mask | None:
        return ops.greater(values, 0)


class CTC(ClassNumberLoss):
    """Connectionist temporal classification; Graves et al. 2006.

    Targets are class numbers ``(batch, longest)``, filled up with 0, the blank; predictions logits ``(batch, time,
    classes)``.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: Any = None,
    ) -> None:
        super().__init__(ctc, reduction, name, dtype)
