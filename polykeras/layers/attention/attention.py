"""`Attention` and `AdditiveAttention`: means of values, weighted by how their keys fit a query."""

from __future__ import annotations

from typing import Any

from polykeras import ops, random
from polykeras.errors import ArgumentError
from polykeras.layers.attention.visibility import causal
from polykeras.layers.configuration import arguments_of, fraction, known_size
from polykeras.layers.layer import Layer
from polykeras.random.seed_generator import SeedGenerator
from polykeras.typing import Mask, Tensor
from polykeras.variable import Variable

_MODES = ("dot", "concat")


class Attention(Layer):
    """``softmax(scores) @ value``, the scores being ``query @ key.T``. Luong et al. 2015, arXiv:1508.04025.

    Called on a list: the query ``(batch, Tq, dim)``, the value ``(batch, Tv, ...)``, and, if it is not the value, the
    key ``(batch, Tv, dim)``; the outputs are ``(batch, Tq, ...)``. Masks come in a list of the same order: a value that
    its mask excludes takes no part, and where that of the query is False the outputs are 0. The key's is not looked at.

    Args:
        use_scale: whether the scores are multiplied by a trained number, `scale`.
        score_mode: ``"dot"``, or ``"concat"`` for the scores ``concat_score_weight * sum(tanh(query + key))``, with the
            scale inside of tanh.
        dropout: which fraction of the weights is dropped in training.
        seed: an int for the same drops in every run.

    >>> Attention()([ops.ones((2, 3, 4)), ops.ones((2, 5, 4))]).shape
    (2, 3, 4)
    """

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if score_mode not in _MODES:
            raise ArgumentError(f"{type(self).__name__}: score_mode must be one of {_MODES}, got {score_mode!r}.")
        self.use_scale = use_scale
        self.score_mode = score_mode
        self.dropout = fraction(type(self), "dropout", dropout)
        self.seed = seed
        if self.dropout > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self.scale: Variable | None = None

    def build(self, input_shape: Any) -> None:
        """Make `scale` and `concat_score_weight`, where they are wanted."""
        self._check("inputs", input_shape)
        if self.use_scale:
            self.scale = self.add_weight((), "ones", name="scale")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight((), "ones", name="concat_score_weight")

    def scores(self, query: Tensor, key: Tensor) -> Tensor:
        """How much each query ``(batch, Tq, dim)`` looks at each key ``(batch, Tv, dim)``: ``(batch, Tq, Tv)``."""
        if self.score_mode == "dot":
            scores = ops.matmul(query, ops.swapaxes(key, -2, -1))
            return scores if self.scale is None else ops.multiply(scores, self.scale.value)
        sums = _pairwise_sums(query, key)
        if self.scale is not None:
            sums = ops.multiply(sums, self.scale.value)
        return ops.multiply(ops.sum(ops.tanh(sums), -1), self.concat_score_weight.value)

    def call(
        self,
        inputs: list[Tensor],
        mask: list[Mask | None] | None = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """The weighted means; with `return_attention_scores` a pair, they and the weights ``(batch, Tq, Tv)``.

        With `use_causal_mask`, position i of the query sees the positions 0 to i of the value.
        """
        self._check("inputs", inputs)
        if mask is not None:
            self._check("mask", mask)
        query, value, key = (*inputs, inputs[1])[:3]
        query_mask, value_mask = (None, None) if mask is None else mask[:2]
        scores = self.scores(query, key)
        visible = None if value_mask is None else ops.expand_dims(ops.cast(value_mask, "bool"), -2)
        if use_causal_mask:
            triangle = causal(*tuple(scores.shape)[-2:])
            visible = triangle if visible is None else ops.logical_and(visible, triangle)
        if visible is not None:
            lowest = 65504.0 if ops.dtype(scores) == "float16" else 1e9
            scores = ops.where(visible, scores, ops.subtract(scores, lowest))
        weights = ops.softmax(scores)
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        outputs = ops.matmul(weights, value)
        if query_mask is not None:
            outputs = ops.where(ops.expand_dims(ops.cast(query_mask, "bool"), -1), outputs, 0.0)
        return (outputs, weights) if return_attention_scores else outputs

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Mask | None:
        """That of the query."""
        return None if previous_mask is None else previous_mask[0]

    def _check(self, what: str, given: Any) -> None:
        if not isinstance(given, (list, tuple)) or not 2 <= len(given) <= 3:
            got = f"one of shape {tuple(given.shape)}" if hasattr(given, "shape") else repr(given)
            raise ArgumentError(
                f"Layer {self.name!r}: {what} must be a list for [query, value] or [query, value, key], got {got:.200}."
            )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, Attention)


class AdditiveAttention(Attention):
    """As `Attention`, with the scores ``sum(scale * tanh(query + key))``. Bahdanau et al. 2014, arXiv:1409.0473.

    Args:
        use_scale: whether there is a trained `scale`, ``(dim,)``.
        dropout: which fraction of the weights is dropped in training.
        seed: an int for the same drops in every run.
    """

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Any) -> None:
        if "score_mode" in kwargs:
            raise ArgumentError(f"{type(self).__name__}: unknown argument(s) score_mode.")
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Make `scale`, if it is wanted."""
        self._check("inputs", input_shape)
        if self.use_scale:
            self.scale = self.add_weight((known_size(self, input_shape[0]),), "glorot_uniform", name="scale")

    def scores(self, query: Tensor, key: Tensor) -> Tensor:
        """How much each query ``(batch, Tq, dim)`` looks at each key ``(batch, Tv, dim)``: ``(batch, Tq, Tv)``."""
        terms = ops.tanh(_pairwise_sums(query, key))
        return ops.sum(terms if self.scale is None else ops.multiply(terms, self.scale.value), -1)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {name: value for name, value in super().get_config().items() if name != "score_mode"}


def _pairwise_sums(query: Tensor, key: Tensor) -> Tensor:
    """``(batch, Tq, Tv, dim)``: each query plus each key."""
    return ops.add(ops.expand_dims(query, -2), ops.expand_dims(key, -3))
