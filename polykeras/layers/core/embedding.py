"""`Embedding`: a vector for each integer."""

from __future__ import annotations

from typing import Any

from polykeras import constraints, dtypes, initializers, ops, random, regularizers
from polykeras.layers.base.low_rank import LowRankLayer, low_rank_property
from polykeras.layers.configuration import arguments_of, below_one, positive
from polykeras.random.seed_generator import SeedGenerator
from polykeras.typing import Index, Mask, Tensor


class Embedding(LowRankLayer):
    """Rows of a table: integers ``(...)`` from 0 to ``input_dim - 1`` become vectors ``(..., output_dim)``.

    Floats are truncated to integers. On every backend, an integer from ``-input_dim`` to -1 counts from the end of the
    table, and one outside of the table gives a vector of NaN. `Model.fit`, `evaluate` and `predict` refuse both in the
    data of a model's inputs, before any work.

    Args:
        input_dim: number of rows.
        output_dim: size of the vectors.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: of the table.
        mask_zero: whether 0 marks padding, which later layers are told to skip.
        weights: the table, an array; then the layer is built at once.
        lora_rank, lora_alpha, quantization_config: see `LowRankLayer`.
        word_dropout: by name only, and unlike in Keras 3: the fraction of rows that count as 0 in a step of training, all
            the others being divided by ``1 - word_dropout``. Gal and Ghahramani 2016, arXiv:1512.05287.
    """

    input_dtype = "int32"
    embeddings = low_rank_property("embeddings")

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        word_dropout = kwargs.pop("word_dropout", 0.0)
        # Not autocast: half precision cannot hold large integers.
        super().__init__(
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **{"autocast": False, **kwargs},
        )
        self.input_dim = positive(type(self), "input_dim", input_dim)
        self.output_dim = positive(type(self), "output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.word_dropout = below_one(type(self), "word_dropout", word_dropout)
        if self.word_dropout:
            self.seed_generator = SeedGenerator()
        self.index_range = self.input_dim  # training refuses data with other indices
        self.supports_masking = mask_zero
        if weights is not None:
            self.build()
            self.set_weights(weights if isinstance(weights, list) and len(weights) == 1 else [weights])

    def build(self, input_shape: Any = None) -> None:
        """Make the table."""
        self.add_low_rank_weight(
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            name="embeddings",
        )

    def call(self, inputs: Index, training: bool = False) -> Tensor:
        """The rows that the inputs name."""
        indices = _indices(inputs)
        vectors = ops.take(self.table(), indices, axis=0)
        if self.lora_enabled:  # the rows that are asked for, not the whole table
            a, b = self._low_rank_factors
            update = ops.multiply(ops.matmul(ops.take(a.value, indices, axis=0), b.value), self.low_rank_scale)
            vectors = ops.cast(ops.add(vectors, update), ops.dtype(vectors))
        if training and self.word_dropout:
            every = ops.ones((self.input_dim, 1), ops.dtype(vectors))
            kept = random.dropout(every, self.word_dropout, seed=self.seed_generator)
            vectors = ops.multiply(vectors, ops.take(kept, indices, axis=0))
        return ops.cast(vectors, self.compute_dtype) if self.compute_dtype != self.variable_dtype else vectors

    def table(self) -> Tensor:
        """The rows to look up, the factors of LoRA left out."""
        return self._low_rank_weight.value

    def compute_mask(self, inputs: Index, previous_mask: Mask | None = None) -> Mask | None:
        """Where the inputs are not 0, if `mask_zero`."""
        return ops.not_equal(_indices(inputs), 0) if self.mask_zero else None

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config() | arguments_of(self, Embedding, without=("weights",))
        return config | {"word_dropout": self.word_dropout} if self.word_dropout else config


def _indices(inputs: Tensor) -> Index:
    return inputs if ops.dtype(inputs) in dtypes.INTEGER else ops.cast(inputs, "int32")
