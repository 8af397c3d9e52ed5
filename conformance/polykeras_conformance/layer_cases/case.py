"""`LayerCase`: a row of the table of layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

IMAGE, SEQUENCE, VOLUME = (2, 6, 5, 4), (3, 5, 4), (2, 3, 4, 3, 2)
"""Shapes that many cases share: batches of pictures with the channels last, of sequences, of volumes."""
TIME = (0, 1)
"""`LayerCase.unknown` of sequences whose length is not known either."""


@dataclass(frozen=True)
class LayerCase:
    """A layer and inputs for it. `make` gets the module `polykeras.layers`."""

    make: Callable[[Any], Any]
    shapes: tuple[tuple[int, ...], ...]
    unknown: tuple[int, ...] = (0,)  # axes whose size the symbolic input does not say
    integers: int | None = None  # the inputs are integers below this
    apart: bool = False  # the inputs are arguments of their own, not a list

    def inputs(self) -> Any:
        """The arrays: one, or a list."""
        rng = np.random.default_rng(7)
        if self.integers is not None:
            return rng.integers(0, self.integers, self.shapes[0]).astype("int32")
        arrays = [rng.normal(size=s).astype("float32") for s in self.shapes]
        return arrays[0] if len(arrays) == 1 else arrays

    def arguments(self, inputs: Any) -> tuple[Any, ...]:
        """`inputs`, arrays or whatever stands for them, as the layer's arguments."""
        return tuple(inputs) if self.apart else (inputs,)

    def call(self, layer: Any, inputs: Any, **options: Any) -> Any:
        """What the layer gives for them."""
        return layer(*self.arguments(inputs), **options)

    def symbolic(self, layers: Any) -> Any:
        """Symbolic tensors for the inputs."""
        dtype = "float32" if self.integers is None else "int32"
        known = [tuple(None if i in self.unknown else d for i, d in enumerate(s)) for s in self.shapes]
        tensors = [layers.Input(batch_shape=s, dtype=dtype) for s in known]
        return tensors[0] if len(tensors) == 1 else tensors

    def weights(self, layer: Any) -> list[np.ndarray]:
        """Weights for the built `layer`, the same on every backend. All positive: some are variances."""
        rng = np.random.default_rng(11)
        return [rng.uniform(0.1, 0.9, v.shape).astype("float32") / max(len(v.shape), 1) for v in layer.weights]
