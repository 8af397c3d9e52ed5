"""`Embedding`: numbers of words become vectors."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.adapted import Adapted
from polykeras.v1.engine.affine import AffineLayer
from polykeras.v1.engine.arguments import adopt


class Embedding(AffineLayer, Adapted, modern.Embedding):
    """Rows of a table.

    Args:
        input_dim: number of rows; the input holds ints from 0 to below it.
        output_dim: size of a row.
        init: how the table starts.
        input_length: number of words of a sample, if it is fixed.
        W_regularizer, activity_regularizer, W_constraint: penalties and projection.
        mask_zero: whether words numbered 0 do not count.
        weights: values to start with.
        dropout: the fraction of words that are dropped in training.
    """

    keeps_masks = True

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        init: Any = "uniform",
        input_length: int | None = None,
        W_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        if not {"input_shape", "batch_input_shape"} & set(kwargs):
            kwargs["input_shape"] = (input_length,)
        kwargs["input_dtype"] = "int32"
        super().__init__(
            today={"input_dim": input_dim, "output_dim": output_dim, "mask_zero": mask_zero, "word_dropout": dropout},
            **kwargs,
        )
        adopt(self, locals())

    @property
    def uses_learning_phase(self) -> bool:
        """Whether words are dropped in training."""
        return bool(self.dropout)

    def build(self, input_shape: Any) -> None:
        """Make the table."""
        self.W = self._kernel((self.input_dim, self.output_dim))
        self.built = True

    def table(self) -> Tensor:
        """The rows to look up."""
        return self.W.value

    def compute_mask(self, x: Any, mask: Any = None) -> Any:
        """Which words count."""
        return modern.Embedding.compute_mask(self, x)

    def call(self, x: Tensor, mask: Any = None) -> Tensor:
        """The rows."""
        rows = modern.Embedding.call
        return K.in_train_phase(lambda: rows(self, x, True), lambda: rows(self, x)) if self.dropout else rows(self, x)


__all__ = ["Embedding"]
