"""`Memory`: what a backend says of tensors that are memory, so that recorded programs can use it again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any


class Memory(ABC):
    """For a backend whose kernels can write their results into memory that is there already.

    A *plain* tensor is one whose elements lie one after the other, as in a new one.
    """

    chunk: int = 1 << 16
    """Long chains of elementwise calls go over pieces of so many bytes, which stay in the processor's cache."""

    @abstractmethod
    def is_plain(self, x: Any) -> bool:
        """Whether `x` is plain."""

    @abstractmethod
    def shares(self, x: Any, y: Any) -> bool:
        """Whether the two may have elements in common."""

    @abstractmethod
    def size(self, shape: Sequence[int], dtype: Any) -> int:
        """The bytes of a plain tensor."""

    @abstractmethod
    def zeros(self, count: int, dtype: Any) -> Any:
        """A new tensor of shape ``(count,)``."""

    @abstractmethod
    def block(self, size: int) -> Any:
        """New memory of so many bytes."""

    @abstractmethod
    def placed(self, block: Any, shape: Sequence[int], dtype: Any) -> Any:
        """A plain tensor at the beginning of a block."""

    @abstractmethod
    def piece(self, flat: Any, start: int, shape: Sequence[int]) -> Any:
        """The elements of a tensor of one axis from `start` on, as a plain tensor of that shape: a view."""

    @abstractmethod
    def copied(self, x: Any) -> Any:
        """`x` in memory of its own."""

    @abstractmethod
    def lent(self, x: Any) -> Any:
        """Another object with the same elements, unless `x` has memory of its own.

        A program writes into the state that it gave out only if it gets the very same objects back. So one that is
        lent stays as it is.
        """

    copy: Callable[[Any, Any], None]
    """``copy(out, x)`` writes `x` into `out`."""

    @abstractmethod
    def elementwise(self, function: Callable[..., Any]) -> bool:
        """Whether each element of the result depends on one element of each tensor, which the result may replace."""

    @abstractmethod
    def into(
        self, function: Callable[..., Any], args: Sequence[Any], out: Any, dtype: Any
    ) -> tuple[Callable[..., Any], Sequence[Any]] | None:
        """The call that writes ``function(*args)`` into `out`, a plain tensor of `dtype`; None if there is none.

        `out`, and those of `args` that are tensors, are names; they go into the call as they are, or in a `Keyword`.
        """
