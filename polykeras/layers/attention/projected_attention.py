"""What the attention layers share that project query, key and value to several heads."""

from __future__ import annotations

from typing import Any

from polykeras import config, constraints, initializers, masking, ops, regularizers
from polykeras.errors import ArgumentError
from polykeras.layers.activations.softmax import Softmax
from polykeras.layers.attention.visibility import both, causal, checked_window, window
from polykeras.layers.configuration import fraction
from polykeras.layers.core.einsum_dense import EinsumDense
from polykeras.layers.layer import Layer
from polykeras.layers.regularization.dropout import Dropout
from polykeras.typing import Mask, Tensor


class ProjectedAttention(Layer):
    """Projects query, key and value to heads, attends in each, and projects what all heads give to one output.

    A subclass makes the projections with `projection` in `build`, under the names ``_query_dense``, ``_key_dense``,
    ``_value_dense``, ``_output_dense`` and, if `use_gate`, ``_gate_dense``; it calls `prepare` there too, and says in
    `attend` how its heads attend.
    """

    _query_dense: EinsumDense
    _key_dense: EinsumDense
    _value_dense: EinsumDense
    _output_dense: EinsumDense
    _gate_dense: EinsumDense

    def __init__(
        self,
        *,
        dropout: float,
        use_bias: bool,
        sliding_window: int | None,
        flash_attention: bool | None,
        kernel_initializer: Any,
        bias_initializer: Any,
        kernel_regularizer: Any,
        bias_regularizer: Any,
        projections_regularizer: Any,
        kernel_constraint: Any,
        bias_constraint: Any,
        use_gate: bool,
        seed: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.dropout = fraction(type(self), "dropout", dropout)
        self.use_bias = use_bias
        self.sliding_window = checked_window(type(self), sliding_window)
        self.flash_attention = flash_attention or config.is_flash_attention_enabled()
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.projections_regularizer = regularizers.get(projections_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.use_gate = use_gate
        self.seed = seed
        self.supports_masking = True
        if self.flash_attention and self.dropout > 0:
            raise ArgumentError(
                f"{type(self).__name__}: flash attention keeps no weights to drop; set dropout=0 or flash_attention=None."
            )

    def projection(
        self, name: str, equation: str, sizes: Any, bias_axes: str, input_shape: Any, activation: Any = None
    ) -> EinsumDense:
        """A built `EinsumDense` with the options that all projections of the layer have."""
        dense = EinsumDense(
            equation,
            output_shape=sizes,
            activation=activation,
            bias_axes=bias_axes if self.use_bias else None,
            # Of its own: without a seed of the user's, no two projections start alike.
            kernel_initializer=_fresh(self.kernel_initializer),
            bias_initializer=_fresh(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            activity_regularizer=self.projections_regularizer,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
            dtype=self.dtype_policy,
            name=name,
        )
        dense.supports_masking = True  # masks are seen to here; a projection need not warn of them
        dense.build(input_shape)
        return dense

    def prepare(self, softmax_axes: Any) -> None:
        """Make what weights are computed with where the fused operation cannot serve."""
        self._softmax = Softmax(softmax_axes, dtype=self.dtype_policy)
        self._dropout_layer = Dropout(self.dropout, dtype=self.dtype_policy, seed=self.seed)

    def attend(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Mask | None, is_causal: bool, with_weights: bool
    ) -> tuple[Tensor, Tensor | None]:
        """The means of the projected values, and their weights if these are wanted or were needed on the way."""
        raise ArgumentError(f"{type(self).__name__} defines no attend(...).")

    def call(
        self,
        query: Tensor,
        value: Tensor,
        key: Tensor | None = None,
        query_mask: Mask | None = None,
        value_mask: Mask | None = None,
        key_mask: Mask | None = None,
        attention_mask: Mask | None = None,
        return_attention_scores: bool = False,
        training: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """The outputs, one for each position of the query; with `return_attention_scores`, a pair with the weights.

        Args:
            query: ``(batch, T, features)``.
            value: ``(batch, S, features)``.
            key: ``(batch, S, features)``; by default the value.
            query_mask: ``(batch, T)``; by default the mask that the query carries, as with the other two.
            value_mask: ``(batch, S)``.
            key_mask: ``(batch, S)``.
            attention_mask: ``(batch, T, S)``, which positions of the key each of the query sees, or with an axis of the
                heads after the first; it broadcasts.
            return_attention_scores: whether to return the weights too.
            training: whether weights are dropped.
            use_causal_mask: whether position i of the query sees the positions 0 to i of the key alone.

        A position takes part where all masks say so.
        """
        if return_attention_scores and self.flash_attention:
            raise ArgumentError(
                f"Layer {self.name!r}: flash attention keeps no weights to return; leave flash_attention at None."
            )
        mask = None if attention_mask is None else ops.cast(attention_mask, "bool")
        if query_mask is not None:
            mask = both(mask, ops.expand_dims(ops.cast(query_mask, "bool"), -1))
        for given in (value_mask, key_mask):
            if given is not None:
                mask = both(mask, ops.expand_dims(ops.cast(given, "bool"), -2))
        if self.sliding_window is not None:
            mask = both(mask, window(query.shape[1], value.shape[1], self.sliding_window))
        heads = self._query_dense(query), self._key_dense(value if key is None else key), self._value_dense(value)
        gate = self._gate_dense(query) if self.use_gate else None
        outputs, weights = self.attend(*heads, mask, use_causal_mask, return_attention_scores)
        outputs = self._output_dense(outputs if gate is None else ops.multiply(outputs, gate))
        if query_mask is not None:
            masking.set_mask(outputs, query_mask)
        return (outputs, weights) if return_attention_scores else outputs

    def weighted(
        self, equations: tuple[str, str], heads: tuple[Tensor, Tensor, Tensor], scale: float, mask: Mask | None
    ) -> tuple[Tensor, Tensor]:
        """The means of the values and their weights, computed one after the other; weights are dropped in training."""
        query, key, value = heads
        weights = self._softmax(ops.einsum(equations[0], key, ops.multiply(query, scale)), mask=mask)
        used = self._dropout_layer(weights) if self.dropout > 0 else weights
        return ops.einsum(equations[1], used, value), weights

    def causal_too(self, mask: Mask | None, is_causal: bool, query: Tensor, key: Tensor) -> Mask | None:
        """`mask`, and, if `is_causal`, nothing of what comes later."""
        return both(mask, causal(query.shape[1], key.shape[1])) if is_causal else mask

    def get_config(self) -> dict[str, Any]:
        """What every layer has."""
        own = {"activity_regularizer": regularizers.serialize(self.projections_regularizer)}
        return super().get_config() | own


def with_axis_of_heads(mask: Mask | None, rank: int, attended: int) -> Mask | None:
    """A mask over `attended` axes of the query, then those of the key, with the axes before them that `rank` asks for."""
    while mask is not None and len(mask.shape) < rank:
        mask = ops.expand_dims(mask, max(-2 * attended - 1, -len(mask.shape) - 1))
    return mask


def _fresh(initializer: Any) -> Any:
    return (
        type(initializer).from_config(initializer.get_config()) if hasattr(initializer, "get_config") else initializer
    )
