"""What a network is made of: one method for each kind of layer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal

Pair = int | tuple[int, int]


class Steps(ABC):
    """Makes layers and calls them; images have their channels where the configuration says.

    All methods take a symbolic tensor, or a list of them, and give a symbolic tensor. `name` is the layer's; None leaves
    it to the layer.
    """

    @property
    @abstractmethod
    def channel_axis(self) -> int:
        """The axis of the channels."""

    @abstractmethod
    def input(self, shape: tuple[int | None, ...]) -> Any:
        """A new input, of a shape without the batch."""

    @abstractmethod
    def model(self, inputs: Any, outputs: Any, name: str) -> Any:
        """The model between two tensors."""

    @abstractmethod
    def convolution(
        self,
        x: Any,
        filters: int,
        size: Pair,
        strides: Pair = 1,
        padding: str = "valid",
        activation: str | None = None,
        bias: bool = True,
        name: str | None = None,
    ) -> Any:
        """A convolution of images."""

    @abstractmethod
    def separable_convolution(self, x: Any, filters: int, size: Pair, name: str | None = None) -> Any:
        """Each channel's convolution by itself, then one over the channels; padded, without a bias."""

    @abstractmethod
    def normalization(self, x: Any, name: str | None = None, epsilon: float = 1e-3, scale: bool = True) -> Any:
        """A normalization by the batch, of each channel; with `scale` there is a factor besides the offset."""

    @abstractmethod
    def activation(self, x: Any, function: str, name: str | None = None) -> Any:
        """A function of each element."""

    @abstractmethod
    def pooling(
        self,
        x: Any,
        kind: Literal["max", "average"],
        size: Pair,
        strides: Pair,
        padding: str = "valid",
        name: str | None = None,
    ) -> Any:
        """The greatest element or the mean of each window."""

    @abstractmethod
    def global_pooling(self, x: Any, kind: Literal["max", "average"], name: str | None = None) -> Any:
        """The greatest element or the mean of each channel."""

    @abstractmethod
    def zero_padding(self, x: Any, width: int, name: str | None = None) -> Any:
        """Zeros on all four sides."""

    @abstractmethod
    def flatten(self, x: Any, name: str | None = None) -> Any:
        """All elements of a sample in one axis."""

    @abstractmethod
    def dense(self, x: Any, units: int, activation: Any, name: str | None = None) -> Any:
        """A layer of units that are connected to all of the layer before."""

    @abstractmethod
    def sum(self, tensors: list[Any], name: str | None = None) -> Any:
        """The sum of tensors of one shape."""

    @abstractmethod
    def concatenation(self, tensors: list[Any], name: str | None = None) -> Any:
        """The tensors' channels one after another."""
