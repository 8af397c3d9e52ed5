"""Python's operators on the tensors of interpreters, each the op of that name."""

from __future__ import annotations

from typing import Any


def _op(name: str) -> Any:
    from polykeras.ops.registry import REGISTRY

    return REGISTRY[name].call


def _binary(name: str, swap: bool = False) -> Any:
    def method(self: Any, other: Any) -> Any:
        return _op(name)(other, self) if swap else _op(name)(self, other)

    return method


def _unary(name: str) -> Any:
    return lambda self: _op(name)(self)


class TensorOperators:
    """Mixin: arithmetic, comparison and indexing. Needs ``shape`` and ``dtype``."""

    __slots__ = ()
    __array_priority__ = 1000  # an ndarray on the left leaves the operation to us
    __array_ufunc__ = None

    shape: Any
    dtype: Any

    __add__, __radd__ = _binary("add"), _binary("add", swap=True)
    __sub__, __rsub__ = _binary("subtract"), _binary("subtract", swap=True)
    __mul__, __rmul__ = _binary("multiply"), _binary("multiply", swap=True)
    __truediv__, __rtruediv__ = _binary("divide"), _binary("divide", swap=True)
    __floordiv__, __rfloordiv__ = _binary("floor_divide"), _binary("floor_divide", swap=True)
    __mod__, __rmod__ = _binary("mod"), _binary("mod", swap=True)
    __pow__, __rpow__ = _binary("power"), _binary("power", swap=True)
    __matmul__, __rmatmul__ = _binary("matmul"), _binary("matmul", swap=True)
    __and__, __rand__ = _binary("bitwise_and"), _binary("bitwise_and", swap=True)
    __or__, __ror__ = _binary("bitwise_or"), _binary("bitwise_or", swap=True)
    __xor__, __rxor__ = _binary("bitwise_xor"), _binary("bitwise_xor", swap=True)
    __lshift__, __rlshift__ = _binary("left_shift"), _binary("left_shift", swap=True)
    __rshift__, __rrshift__ = _binary("right_shift"), _binary("right_shift", swap=True)
    __lt__, __le__ = _binary("less"), _binary("less_equal")
    __gt__, __ge__ = _binary("greater"), _binary("greater_equal")
    __eq__, __ne__ = _binary("equal"), _binary("not_equal")  # type: ignore[assignment]
    __hash__ = object.__hash__
    __neg__, __abs__, __invert__ = _unary("negative"), _unary("abs"), _unary("bitwise_invert")
    __getitem__ = _binary("get_item")

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        n = 1
        for d in self.shape:
            n *= d
        return n

    @property
    def T(self) -> Any:
        """The axes reversed."""
        return _op("transpose")(self)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return int(self.shape[0])

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))
