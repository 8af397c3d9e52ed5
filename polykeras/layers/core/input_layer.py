"""`Input`: where a graph of layers starts."""

from __future__ import annotations

from typing import Any

from polykeras import dtypes
from polykeras.errors import ArgumentError
from polykeras.graph.keras_tensor import KerasTensor
from polykeras.graph.node import Node
from polykeras.layers.layer import Layer
from polykeras.typing import Tensor


class InputLayer(Layer):
    """Makes the symbolic tensor that `Input` returns; its `output`.

    Args:
        shape: without the batch axis; None in it for sizes that may vary.
        batch_size: the size of the batch axis, if it is fixed.
        dtype: of the data; by default the default float.
        sparse, ragged: refused unless false.
        batch_shape: shape with the batch axis, instead of `shape` and `batch_size`.
        input_tensor: a symbolic tensor that becomes the input, instead of a new one.
        optional: whether None may be given in place of the data.
        name: also the name by which data are given in a dictionary.
    """

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if sparse or ragged:
            raise ArgumentError(f"Input: {'sparse' if sparse else 'ragged'} tensors are not supported.")
        if input_tensor is not None:
            if not isinstance(input_tensor, KerasTensor):
                raise ArgumentError(f"Input: tensor must be a symbolic tensor, got {type(input_tensor).__name__}.")
            batch_shape, shape, batch_size = input_tensor.shape, None, None
            dtype = dtype or input_tensor.dtype
            if dtypes.standardize(dtype) != input_tensor.dtype:
                raise ArgumentError(f"Input: dtype {dtype!r} was asked for, the tensor has {input_tensor.dtype!r}.")
        self.batch_shape = _batch_shape(shape, batch_size, batch_shape)
        super().__init__(name=name, dtype=dtypes.standardize(dtype), **kwargs)
        self.sparse = self.ragged = False
        self.optional = bool(optional)
        self.built = True
        output = KerasTensor(self.batch_shape, self.dtype) if input_tensor is None else input_tensor
        output.name = self.name
        Node(self, (), {}, output)

    def call(self, inputs: Tensor) -> Tensor:
        """The inputs."""
        return inputs

    def get_config(self) -> dict[str, Any]:
        """Shape, dtype and name."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "optional": self.optional,
            "name": self.name,
        }


def _batch_shape(shape: Any, batch_size: int | None, batch_shape: Any) -> tuple[int | None, ...]:
    if (shape is None) == (batch_shape is None):
        raise ArgumentError(f"Input: give either shape or batch_shape, got {shape!r} and {batch_shape!r}.")
    if batch_shape is not None and batch_size is not None:
        raise ArgumentError("Input: batch_shape says the batch size already; leave out batch_size.")
    given = shape if batch_shape is None else batch_shape
    if isinstance(given, int) or not hasattr(given, "__iter__"):
        raise ArgumentError(f"Input: a shape is a tuple of sizes, got {given!r}. For vectors of n numbers, write (n,).")
    sizes = tuple(given) if batch_shape is not None else (batch_size, *given)
    if not sizes or any(d is not None and (isinstance(d, bool) or not hasattr(d, "__index__") or d < 0) for d in sizes):
        raise ArgumentError(f"Input: a shape is a tuple of sizes, none negative, None where unknown; got {given!r}.")
    return tuple(None if d is None else int(d) for d in sizes)


def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> KerasTensor:
    """A symbolic tensor to call layers on. For the arguments see `InputLayer`.

    >>> Input((28, 28, 1)).shape
    (None, 28, 28, 1)
    """
    layer = InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        input_tensor=tensor,
        optional=optional,
        name=name,
    )
    symbolic: KerasTensor = layer.output
    return symbolic
