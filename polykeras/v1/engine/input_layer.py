"""`Input`: where a graph of layers starts."""

from __future__ import annotations

from typing import Any

from polykeras import layers as modern
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.base_layer import Layer


class InputLayer(Layer, modern.InputLayer):
    """The layer that makes an input.

    Args:
        input_shape, batch_input_shape: without and with the batch axis.
        input_dtype: of the data.
        input_tensor: a symbolic tensor that becomes the input.
        sparse: refused unless False.
        name: also the name by which data are given in a dictionary.
    """

    def __init__(
        self,
        input_shape: Any = None,
        batch_input_shape: Any = None,
        input_dtype: Any = None,
        input_tensor: KerasTensor | None = None,
        sparse: bool = False,
        name: str | None = None,
    ) -> None:
        if input_shape is not None and batch_input_shape is not None:
            raise ArgumentError("InputLayer: give input_shape or batch_input_shape, not both.")
        if input_tensor is None and input_shape is None and batch_input_shape is None:
            raise ArgumentError("InputLayer: give input_shape or batch_input_shape.")
        shape = batch_input_shape if input_shape is None else (None, *input_shape)
        name = name or f"input_{K.get_uid('input')}"
        dtype = input_dtype or (K.floatx() if input_tensor is None else input_tensor.dtype)
        modern.InputLayer.__init__(
            self, batch_shape=shape, dtype=dtype, sparse=sparse, input_tensor=input_tensor, name=name
        )
        self.batch_input_shape, self.input_dtype = self.batch_shape, dtype

    def get_config(self) -> dict[str, Any]:
        """Shape, dtype and name."""
        return {
            "batch_input_shape": list(self.batch_input_shape),
            "input_dtype": self.input_dtype,
            "sparse": False,
            "name": self.name,
        }


def Input(
    shape: Any = None,
    batch_shape: Any = None,
    name: str | None = None,
    dtype: str = "float32",
    sparse: bool = False,
    tensor: KerasTensor | None = None,
) -> KerasTensor:
    """A symbolic tensor to call layers on. Give `shape`, without the batch axis, or `batch_shape`."""
    if shape is None and batch_shape is None and tensor is None:
        raise ArgumentError("Input: give shape or batch_shape. A shape is a tuple that does not include the batch.")
    layer = InputLayer(None if batch_shape is not None else shape, batch_shape, dtype, tensor, sparse, name)
    symbolic: KerasTensor = layer.output
    return symbolic
