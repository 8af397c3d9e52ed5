"""`CategoryEncoding`: integers as vectors of zeros and ones, or counts."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError, ShapeError
from polykeras.layers.configuration import arguments_of, positive
from polykeras.layers.layer import Layer
from polykeras.typing import Index, Tensor

MODES = ("one_hot", "multi_hot", "count")


def check_mode(layer: type, output_mode: Any, modes: tuple[str, ...], sparse: bool) -> None:
    """Raise `ArgumentError`, naming the layer, for an unknown `output_mode`, and for sparse results."""
    if output_mode not in modes:
        raise ArgumentError(f"{layer.__name__}: output_mode must be one of {', '.join(modes)}, got {output_mode!r}.")
    if sparse:
        raise ArgumentError(f"{layer.__name__}: sparse=True is not supported; use the dense form.")


def encoded(inputs: Index, mode: str, depth: int, dtype: str, weights: Tensor | None = None) -> Tensor:
    """Integers as vectors of length `depth` along a new last axis; an integer out of range gives zeros.

    Args:
        inputs: ``(..., n)``, or one integer.
        mode: ``"one_hot"``: a vector for each integer, a last axis of size 1 taken off a batch before; ``"multi_hot"``:
            one for each row of n, with ones for all that occur in it; ``"count"``: likewise with how often they do.
        depth: how many integers there are.
        dtype: of the result.
        weights: of the inputs' shape: what each counts; None for 1.
    """
    if not len(inputs.shape):
        inputs = ops.expand_dims(inputs, 0)
    shape = tuple(inputs.shape)
    if mode == "one_hot":
        return ops.one_hot(ops.squeeze(inputs, -1) if len(shape) > 1 and shape[-1] == 1 else inputs, depth, dtype=dtype)
    each = ops.one_hot(inputs, depth, dtype=dtype)
    if mode == "multi_hot":
        return ops.max(each, axis=-2, initial=0)
    if weights is not None:
        each = ops.multiply(each, ops.expand_dims(ops.cast(weights, dtype), -1))
    return ops.sum(each, axis=-2)


class CategoryEncoding(Layer):
    """Integers from 0 to ``num_tokens - 1`` as vectors. Others give zeros.

    Args:
        num_tokens: how many integers there are.
        output_mode: ``"one_hot"``: each integer becomes a vector with a single one, ``(..., num_tokens)``; a last axis
            of size 1 of a batch is taken off before. ``"multi_hot"``: a row of integers, along the last axis, becomes one
            vector with ones for all that occur in it. ``"count"``: likewise, with how often they occur.
        sparse: only False.
    """

    input_dtype = "int32"

    def __init__(
        self, num_tokens: int | None = None, output_mode: str = "multi_hot", sparse: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        cls = type(self)
        self.output_mode = "multi_hot" if output_mode == "binary" else output_mode  # its former name
        check_mode(cls, self.output_mode, MODES, sparse)
        if num_tokens is None:
            raise ArgumentError(f"{cls.__name__}: num_tokens must be given.")
        self.num_tokens = positive(cls, "num_tokens", num_tokens)
        self.sparse = sparse

    def call(self, inputs: Index, count_weights: Tensor | None = None) -> Tensor:
        """The vectors. `count_weights`, of the inputs' shape, is what each counts with ``output_mode="count"``."""
        if count_weights is not None:
            if self.output_mode != "count":
                raise ArgumentError(
                    f"Layer {self.name!r}: count_weights go with output_mode='count' only, not {self.output_mode!r}."
                )
            if tuple(count_weights.shape) != tuple(inputs.shape):
                raise ShapeError(
                    f"Layer {self.name!r}: count_weights must have the shape {tuple(inputs.shape)} of the inputs, got "
                    f"{tuple(count_weights.shape)}."
                )
        return encoded(ops.cast(inputs, "int32"), self.output_mode, self.num_tokens, self.compute_dtype, count_weights)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return super().get_config() | arguments_of(self, CategoryEncoding)
