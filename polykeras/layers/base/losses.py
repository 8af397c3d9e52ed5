"""Losses that layers add to what training minimises."""

from __future__ import annotations

import weakref
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.layers.base.shapes import interpreting
from polykeras.layers.base.state import LayerState

lossy: weakref.WeakSet[LayerLosses] = weakref.WeakSet()
"""The layers that hold losses of an earlier call. Mostly none: a call need not look through its layers then."""


class LayerLosses(LayerState):
    """A layer's losses: its own penalties and those of its weights."""

    activity_regularizer: Any
    _losses: list[Any]

    def add_loss(self, loss: Any) -> None:
        """Add a scalar tensor, or several, to what training minimises; called inside `call`.

        Raises `ArgumentError` for what is no scalar tensor, and adds nothing then.
        """
        values = tree.flatten(loss)
        for value in values:
            if tuple(getattr(value, "shape", (None,))) != ():
                what = f"shape {tuple(value.shape)}" if hasattr(value, "shape") else repr(value)
                raise ArgumentError(
                    f"Layer {self.name!r}: add_loss takes scalar tensors, computed in `call`, got {what}."
                )
        if not interpreting():
            self._losses.extend(values)
            lossy.add(self)

    @property
    def losses(self) -> list[Any]:
        """What `add_loss` and activity regularizers added in the last call, and the weights' regularization."""
        found = []
        for layer in self._flatten_layers():
            found.extend(layer._losses)
        for v in self.trainable_weights:
            if v.regularizer is not None:
                found.append(v.regularizer(v.value))
        return found

    def _clear_losses(self) -> None:
        for layer in self._flatten_layers():
            layer._losses.clear()
            lossy.discard(layer)

    def _regularize(self, outputs: Any) -> None:
        """Add the penalties on the outputs, per sample."""
        for y in tree.flatten(outputs):
            if hasattr(y, "shape"):
                penalty = self.activity_regularizer(y)
                self.add_loss(penalty / max(int(y.shape[0]), 1) if len(y.shape) else penalty)
