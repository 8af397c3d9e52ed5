"""`GroupQueryAttention`: heads of the query share those of key and value."""

from __future__ import annotations

import math
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.attention.projected_attention import ProjectedAttention, with_axis_of_heads
from polykeras.layers.configuration import arguments_of, known_size, positive
from polykeras.typing import Mask, Tensor


class GroupQueryAttention(ProjectedAttention):
    """As `MultiHeadAttention`, with fewer heads of key and value, each serving as many of the query.

    One head of key and value is multi-query attention, as many as of the query multi-head attention. The query is
    ``(batch, T, features)``, value and key are ``(batch, S, ...)``, the outputs are as the query. Ainslie et al. 2023,
    arXiv:2305.13245.

    Args:
        head_dim: size of each head.
        num_query_heads: heads of the query, a multiple of `num_key_value_heads`.
        num_key_value_heads: heads of key and value.
        dropout: which fraction of the weights is dropped in training.
        use_bias: whether the projections have biases.
        sliding_window: if given, positions this far apart or farther do not see each other.
        flash_attention: a wish for kernels that keep no weights, which changes no result.
        kernel_initializer, bias_initializer: how the projections' weights start.
        kernel_regularizer, bias_regularizer: penalties on the projections' weights.
        activity_regularizer: a penalty on the outputs, and on those of the projections.
        kernel_constraint, bias_constraint: what the projections' weights are projected to after each update.
        use_gate: whether what the heads give is multiplied by a sigmoid of another projection of the query.
        seed: an int for the same drops in every run.

    >>> GroupQueryAttention(3, 4, 2)(ops.ones((1, 4, 6)), ops.ones((1, 5, 6))).shape
    (1, 4, 6)
    """

    _class_in_files = "GroupedQueryAttention"  # the name that the class has inside Keras

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            dropout=dropout,
            use_bias=use_bias,
            sliding_window=sliding_window,
            flash_attention=flash_attention,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            projections_regularizer=activity_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            use_gate=use_gate,
            seed=seed,
            **kwargs,
        )
        self.head_dim = positive(type(self), "head_dim", head_dim)
        self.num_query_heads = positive(type(self), "num_query_heads", num_query_heads)
        self.num_key_value_heads = positive(type(self), "num_key_value_heads", num_key_value_heads)
        if self.num_query_heads % self.num_key_value_heads:
            raise ArgumentError(
                f"GroupQueryAttention: num_query_heads must be a multiple of num_key_value_heads, got "
                f"{num_query_heads} and {num_key_value_heads}."
            )

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:  # type: ignore[override]
        """Make the projections."""
        key_shape = value_shape if key_shape is None else key_shape
        self._check(query_shape, value_shape, key_shape)
        features = known_size(self, query_shape)
        for name, shape, heads in (
            ("query", query_shape, self.num_query_heads),
            ("key", key_shape, self.num_key_value_heads),
            ("gate", query_shape, self.num_query_heads),
            ("value", value_shape, self.num_key_value_heads),
        ):
            if name != "gate" or self.use_gate:
                activation = "sigmoid" if name == "gate" else None
                dense = self.projection(name, "btf,fnh->btnh", (None, heads, self.head_dim), "nh", shape, activation)
                setattr(self, f"_{name}_dense", dense)
        self.prepare(-1)
        heads_shape = (None, None, self.num_query_heads, self.head_dim)
        self._output_dense = self.projection("attention_output", "btnh,nhf->btf", (None, features), "f", heads_shape)

    def attend(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Mask | None, is_causal: bool, with_weights: bool
    ) -> tuple[Tensor, Tensor | None]:
        """The means of the projected values ``(batch, T, num_query_heads, head_dim)``, and perhaps their weights."""
        scale = 1.0 / math.sqrt(self.head_dim)
        if not with_weights and self.dropout == 0:
            return ops.dot_product_attention(
                query,
                key,
                value,
                mask=with_axis_of_heads(mask, 4, 1),
                scale=scale,
                is_causal=is_causal,
                flash_attention=self.flash_attention,
            ), None
        repeats = self.num_query_heads // self.num_key_value_heads
        heads = (query, ops.repeat(key, repeats, 2), ops.repeat(value, repeats, 2))
        mask = with_axis_of_heads(self.causal_too(mask, is_causal, query, key), 4, 1)
        return self.weighted(("bsnh,btnh->bnts", "bnts,bsnh->btnh"), heads, scale, mask)

    def compute_output_shape(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> tuple[Any, ...]:
        """The query's shape."""
        self._check(query_shape, value_shape, value_shape if key_shape is None else key_shape)
        return tuple(query_shape)

    def _check(self, query: Any, value: Any, key: Any) -> None:
        shapes = f"query {tuple(query)}, value {tuple(value)} and key {tuple(key)}"
        if not len(query) == len(value) == len(key) == 3:
            raise ShapeError(f"Layer {self.name!r} expects (batch, positions, features), got {shapes}.")
        if value[1] != key[1]:
            raise ShapeError(f"Layer {self.name!r}: value and key may differ in their features alone, got {shapes}.")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(
            self, GroupQueryAttention, ("flash_attention", "activity_regularizer")
        )
