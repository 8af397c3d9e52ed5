"""`Embedding`: a vector for each integer."""

from __future__ import annotations

from typing import Any

from polykeras import constraints, dtypes, initializers, ops, regularizers
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.layer import Layer
from polykeras.typing import Index, Mask, Tensor


class Embedding(Layer):
    """Rows of a table: integers ``(...)`` from 0 to ``input_dim - 1`` become vectors ``(..., output_dim)``.

    Floats are truncated to integers. On every backend, an integer from ``-input_dim`` to -1 counts from the end of the
    table, and one outside of the table gives a vector of NaN. `Model.fit`, `evaluate` and `predict` refuse both in the
    data of a model's inputs, before any work.

    Args:
        input_dim: number of rows.
        output_dim: size of the vectors.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: of the table.
        mask_zero: whether 0 marks padding, which later layers are told to skip.
    """

    input_dtype = "int32"

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        **kwargs: Any,
    ) -> None:
        # Not autocast: half precision cannot hold large integers.
        super().__init__(**{"autocast": False, **kwargs})
        self.input_dim = positive(type(self), "input_dim", input_dim)
        self.output_dim = positive(type(self), "output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.index_range = self.input_dim  # training refuses data with other indices
        self.supports_masking = mask_zero

    def build(self, input_shape: Any = None) -> None:
        """Make the table."""
        self.embeddings = self.add_weight(
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            name="embeddings",
        )

    def call(self, inputs: Index) -> Tensor:
        """The rows that the inputs name."""
        vectors = ops.take(self.embeddings.value, _indices(inputs), axis=0)
        return ops.cast(vectors, self.compute_dtype) if self.compute_dtype != self.variable_dtype else vectors

    def compute_mask(self, inputs: Index, previous_mask: Mask | None = None) -> Mask | None:
        """Where the inputs are not 0, if `mask_zero`."""
        return ops.not_equal(_indices(inputs), 0) if self.mask_zero else None

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Embedding)


def _indices(inputs: Tensor) -> Index:
    return inputs if ops.dtype(inputs) in dtypes.INTEGER else ops.cast(inputs, "int32")
