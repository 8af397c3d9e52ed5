"""`TimeDistributed`: a layer at every step of a sequence."""

from __future__ import annotations

from typing import Any

from polykeras import ops, tree
from polykeras.errors import ShapeError
from polykeras.layers.base.call_signature import signature_of
from polykeras.layers.core.wrapper import Wrapper
from polykeras.typing import Mask, Tensor


class TimeDistributed(Wrapper):
    """Applies a layer to each step of ``(batch, steps, ...)``, with the same weights.

    The steps of all samples are handed over as one batch of ``batch * steps``, which costs one call whatever the number
    of steps. A layer that looks at its whole batch, such as `BatchNormalization` in training, therefore sees all steps.
    A layer that takes a mask gets that of the steps, ``(batch * steps, ...)``.

    Args:
        layer: the layer, or a model.
        kwargs: those of `Layer`.
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any = None) -> None:
        """Build the layer for one step. Raises `ShapeError` for fewer than three axes."""
        super().build(self._shape_of_step(input_shape))

    def _shape_of_step(self, shape: Any) -> tuple[Any, ...]:
        if len(shape) < 3:
            raise ShapeError(
                f"Layer {self.name!r} needs inputs with at least three axes, (batch, steps, ...), got {tuple(shape)}."
            )
        return (shape[0], *shape[2:])

    def call(self, inputs: Tensor, training: bool = False, mask: Mask | None = None) -> Any:
        """The layer's outputs for all steps, ``(batch, steps, ...)``."""
        self._shape_of_step(inputs.shape)
        both = tuple(int(n) for n in inputs.shape[:2])
        signature, options = signature_of(type(self.layer)), {}
        if mask is not None:
            if tuple(mask.shape[:2]) != both:
                raise ShapeError(
                    f"Layer {self.name!r}: the mask must begin with the batch and the steps of the inputs, {both}, got "
                    f"shape {tuple(mask.shape)}."
                )
            if signature.mask is not None:
                options["mask"] = _join(mask, both)
        if "training" in signature.names:
            options["training"] = training
        outputs = self.layer(_join(inputs, both), **options)
        return tree.map_structure(lambda y: ops.reshape(y, (*both, *y.shape[1:])), outputs)

    def compute_mask(self, inputs: Tensor, previous_mask: Mask | None = None) -> Mask | None:
        """The mask of the inputs."""
        return previous_mask


def _join(x: Tensor, both: tuple[int, ...]) -> Tensor:
    """``(batch, steps, ...)`` as ``(batch * steps, ...)``."""
    return ops.reshape(x, (both[0] * both[1], *x.shape[2:]))
