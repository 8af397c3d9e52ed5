"""`ReversibleEmbedding`: from integers to vectors, and from vectors to a score for each integer."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes, masking, ops
from polykeras.layers.base.biased import weight_options
from polykeras.layers.configuration import arguments_of
from polykeras.layers.core.embedding import Embedding
from polykeras.typing import Index, Mask, Tensor


class ReversibleEmbedding(Embedding):
    """An `Embedding` that, called with ``reverse=True``, multiplies vectors by the table: ``inputs @ embeddings.T``.

    Integers ``(...)`` become vectors ``(..., output_dim)``; reversed, vectors ``(..., output_dim)`` become scores
    ``(..., input_dim)``. Press and Wolf 2016, arXiv:1608.05859.

    Args:
        input_dim: number of rows.
        output_dim: size of the vectors.
        tie_weights: whether both directions use one table; otherwise there is a second, ``(output_dim, input_dim)``.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: of the table.
        mask_zero: whether 0 marks padding, which later layers are told to skip.
        reverse_dtype: in which scores are computed and given; by default the compute dtype.
        logit_soft_cap: the scores x become ``cap * tanh(x / cap)``; None: they stay.

    >>> layer = ReversibleEmbedding(10, 4)
    >>> layer(layer(ops.convert_to_tensor([[1, 2, 3]])), reverse=True).shape
    (1, 3, 10)
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.tie_weights = tie_weights
        self.reverse_dtype = None if reverse_dtype is None else dtypes.standardize(reverse_dtype)
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Any = None) -> None:
        """Make the table, or both."""
        super().build(input_shape)
        if not self.tie_weights:
            initializer = weight_options(self, "embeddings")["initializer"]
            shape = (self.output_dim, self.input_dim)
            self.reverse_embeddings = self.add_weight(shape, initializer, name="reverse_embeddings")

    def call(self, inputs: Index, reverse: bool = False) -> Tensor:
        """The vectors of the integers, or the scores of the vectors."""
        if not reverse:
            vectors = super().call(inputs)
            mask = super().compute_mask(inputs)
            if mask is not None:
                masking.set_mask(vectors, mask)
            return vectors
        kind = self.reverse_dtype or self.compute_dtype
        table = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings.value
        scores = ops.matmul(ops.cast(inputs, kind), ops.cast(table, kind))
        if self.logit_soft_cap is not None:
            scores = ops.multiply(ops.tanh(ops.divide(scores, self.logit_soft_cap)), self.logit_soft_cap)
        return scores

    def compute_mask(self, inputs: Index, previous_mask: Mask | None = None) -> Mask | None:
        """None: `call`, which knows the direction, sets the mask of vectors, and scores have none."""
        return None

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, ReversibleEmbedding)
