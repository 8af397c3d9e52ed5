"""A Python lambda as text and back, in the form in which Keras writes it."""

from __future__ import annotations

import base64
import builtins
import marshal
import types
from typing import Any

from polykeras.errors import ArgumentError
from polykeras.saving.safe_mode import in_safe_mode


def is_lambda(value: Any) -> bool:
    """Whether `value` is a function without a name."""
    return isinstance(value, types.LambdaType) and value.__name__ == "<lambda>"


def described(function: types.FunctionType) -> dict[str, Any]:
    """The code of `function`, its defaults and what it closes over."""
    cells = function.__closure__
    return {
        "class_name": "__lambda__",
        "config": {
            "code": base64.encodebytes(marshal.dumps(function.__code__)).decode("ascii"),
            "defaults": function.__defaults__,
            "closure": None if cells is None else tuple(c.cell_contents for c in cells),
        },
    }


def is_described(value: Any) -> bool:
    """Whether `value` is what `described` gives."""
    return isinstance(value, dict) and value.get("class_name") == "__lambda__"


def restored(value: Any, safe_mode: bool | None = None) -> types.FunctionType:
    """The function that `described` described. It sees Python's builtins, and no module's names.

    Raises `ArgumentError` in safe mode, which is everywhere but where ``safe_mode=False`` was asked for, and for code of
    another version of Python.
    """
    if in_safe_mode() if safe_mode is None else safe_mode:
        raise ArgumentError(
            "Lambda: the saved layer's function is a Python lambda. Loading it would run code that comes with the data, "
            "which is refused. If you trust their source, load with safe_mode=False."
        )
    inner = value["config"]
    try:
        code = marshal.loads(base64.decodebytes(inner["code"].encode("ascii")))
        cells = None if inner["closure"] is None else tuple(types.CellType(v) for v in inner["closure"])
        defaults = None if inner["defaults"] is None else tuple(inner["defaults"])
        return types.FunctionType(code, {"__builtins__": builtins}, "<lambda>", defaults, cells)
    except (ValueError, TypeError, EOFError) as error:
        raise ArgumentError(
            f"Lambda: the saved function cannot be read: {error}. Its code belongs to the version of Python that wrote "
            "it; write a layer or a named function in its place."
        ) from error
