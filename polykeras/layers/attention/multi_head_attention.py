"""`MultiHeadAttention`: several attentions side by side."""

from __future__ import annotations

import math
from string import ascii_lowercase
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.attention.projected_attention import ProjectedAttention, with_axis_of_heads
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.core.einsum_dense import EinsumDense
from polykeras.typing import Mask, Tensor


class MultiHeadAttention(ProjectedAttention):
    """Projects query, key and value to `num_heads` heads each, attends in each head, projects the result.

    In each head: ``softmax(query @ key.T / sqrt(key_dim)) @ value``. Vaswani et al. 2017, arXiv:1706.03762. The query
    is ``(batch, T, features)``, value and key are ``(batch, S, ...)``; the outputs are ``(batch, T, features)`` or what
    `output_shape` says. There may be several axes in place of T and S.

    Args:
        num_heads: how many heads.
        key_dim: size of each head's query and key.
        value_dim: size of each head's value; by default `key_dim`.
        dropout: which fraction of the weights is dropped in training.
        use_bias: whether the projections have biases.
        output_shape: the sizes of the outputs after the axes T: an int or several; by default the query's features.
        attention_axes: the axes that are attended over; by default all but those of the batch and the features.
        sliding_window: if given, positions this far apart or farther do not see each other.
        flash_attention: a wish for kernels that keep no weights, which changes no result.
        kernel_initializer, bias_initializer: how the projections' weights start.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties on the projections' weights and outputs.
        kernel_constraint, bias_constraint: what the projections' weights are projected to after each update.
        use_gate: whether what the heads give is multiplied by a sigmoid of another projection of the query. Qiu et al.
            2025, arXiv:2505.06708.
        seed: an int for the same drops in every run.

    >>> MultiHeadAttention(2, 3)(ops.ones((1, 4, 6)), ops.ones((1, 5, 6))).shape
    (1, 4, 6)
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
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
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            use_gate=use_gate,
            seed=seed,
            **kwargs,
        )
        self.num_heads = positive(type(self), "num_heads", num_heads)
        self.key_dim = positive(type(self), "key_dim", key_dim)
        self.value_dim = self.key_dim if value_dim is None else positive(type(self), "value_dim", value_dim)
        self.attention_axes = _ints("attention_axes", attention_axes)
        self._output_sizes = _ints("output_shape", output_shape)

    @property
    def query_dense(self) -> EinsumDense:
        """The projection of the query."""
        return self._query_dense

    @property
    def key_dense(self) -> EinsumDense:
        """The projection of the key."""
        return self._key_dense

    @property
    def value_dense(self) -> EinsumDense:
        """The projection of the value."""
        return self._value_dense

    @property
    def output_dense(self) -> EinsumDense:
        """The projection of what the heads give."""
        return self._output_dense

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:  # type: ignore[override]
        """Make the projections."""
        key_shape = value_shape if key_shape is None else key_shape
        self._check(query_shape, value_shape, key_shape)
        rank = len(query_shape)
        axes = self.attention_axes or tuple(range(1, rank - 1))
        self._attended = tuple(sorted(a % rank for a in axes))
        for name, shape, size in (
            ("query", query_shape, self.key_dim),
            ("key", key_shape, self.key_dim),
            ("gate", query_shape, self.value_dim),
            ("value", value_shape, self.value_dim),
        ):
            if name != "gate" or self.use_gate:
                dense = self.projection(
                    name, *_into_heads(len(shape), (self.num_heads, size)), shape, "sigmoid" if name == "gate" else None
                )
                setattr(self, f"_{name}_dense", dense)
        self.prepare(tuple(range(-len(self._attended), 0)))
        sizes = self._output_sizes or (query_shape[-1],)
        heads = (*query_shape[:-1], self.num_heads, self.value_dim)
        self._output_dense = self.projection("attention_output", *_from_heads(rank, sizes), heads)
        self._equations = _equations(rank, self._attended)

    def attend(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Mask | None, is_causal: bool, with_weights: bool
    ) -> tuple[Tensor, Tensor | None]:
        """The means of the projected values ``(batch, T, num_heads, value_dim)``, and perhaps their weights."""
        rank = len(query.shape)
        scale = 1.0 / math.sqrt(self.key_dim)
        if rank == 4 and not with_weights and self.dropout == 0:
            mask = with_axis_of_heads(mask, 4, 1)
            return ops.dot_product_attention(
                query,
                key,
                value,
                mask=mask,
                scale=scale,
                is_causal=is_causal,
                flash_attention=self.flash_attention,
            ), None
        attended = len(self._attended)
        mask = with_axis_of_heads(self.causal_too(mask, is_causal, query, key), rank - 1 + attended, attended)
        return self.weighted(self._equations, (query, key, value), scale, mask)

    def compute_output_shape(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> tuple[Any, ...]:
        """The query's shape, with the features that the outputs have."""
        self._check(query_shape, value_shape, value_shape if key_shape is None else key_shape)
        return (*query_shape[:-1], *(self._output_sizes or query_shape[-1:]))

    def _check(self, query: Any, value: Any, key: Any) -> None:
        shapes = f"query {tuple(query)}, value {tuple(value)} and key {tuple(key)}"
        if len(query) < 3 or not len(query) == len(value) == len(key):
            raise ShapeError(f"Layer {self.name!r} expects (batch, ..., features) of one rank, got {shapes}.")
        if tuple(value[1:-1]) != tuple(key[1:-1]):
            raise ShapeError(f"Layer {self.name!r}: value and key may differ in their features alone, got {shapes}.")
        rank = len(query)
        for a in self.attention_axes or ():
            if not -rank < a < rank or a % rank in (0, rank - 1):
                raise ShapeError(
                    f"Layer {self.name!r}: attention_axes {self.attention_axes} name an axis that is not between those "
                    f"of the batch and the features of {shapes}."
                )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        given = arguments_of(self, MultiHeadAttention, ("output_shape", "flash_attention", "activity_regularizer"))
        return super().get_config() | given | {"output_shape": self._output_sizes}


def _ints(name: str, value: Any) -> tuple[int, ...] | None:
    """`value`, an int or several, as a tuple; None if there is none. Raises `ArgumentError` for anything else."""
    if value is None:
        return None
    several = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    if not several or any(isinstance(v, bool) or not hasattr(v, "__index__") for v in several):
        raise ArgumentError(f"MultiHeadAttention: {name} must be an int or several, got {value!r}.")
    return tuple(int(v) for v in several)


def _into_heads(rank: int, sizes: tuple[int, int]) -> tuple[str, tuple[int | None, ...], str]:
    """Equation, output sizes and bias axes of a projection of the features to heads."""
    free, features, heads = ascii_lowercase[: rank - 1], ascii_lowercase[rank - 1], ascii_lowercase[rank : rank + 2]
    return f"{free}{features},{features}{heads}->{free}{heads}", (*(None,) * (rank - 2), *sizes), heads


def _from_heads(rank: int, sizes: tuple[int, ...]) -> tuple[str, tuple[int | None, ...], str]:
    """Equation, output sizes and bias axes of a projection of the heads to the outputs."""
    free, heads = ascii_lowercase[: rank - 1], ascii_lowercase[rank - 1 : rank + 1]
    out = ascii_lowercase[rank + 1 : rank + 1 + len(sizes)]
    return f"{free}{heads},{heads}{out}->{free}{out}", (*(None,) * (rank - 2), *sizes), out


def _equations(rank: int, attended: tuple[int, ...]) -> tuple[str, str]:
    """Of the scores (key, query) and of the means (weights, value), for heads before the last axis.

    Scores have the axes that are not attended over, the heads, the attended ones of the query, those of the key.
    """
    query = ascii_lowercase[: rank + 1]
    key = "".join(c.upper() if i in attended else c for i, c in enumerate(query))
    stay = "".join(c for i, c in enumerate(query[:-1]) if i not in attended)
    scores = stay + "".join(query[i] for i in attended) + "".join(key[i] for i in attended)
    return f"{key},{query}->{scores}", f"{scores},{key}->{query}"
