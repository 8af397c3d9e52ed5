"""What to say of a step that cannot be compiled: which layer, which line, and what to write instead."""

from __future__ import annotations

import linecache
import sys
import sysconfig
import traceback
import warnings
from types import FrameType
from typing import Any

from polykeras.errors import PolykerasError

_OWN = __name__.partition(".")[0]
_LIBRARIES = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))


def warn_of_eager_steps(model: Any, error: BaseException) -> None:
    """Warn that the steps of `model` run one op after the other from now on, because of `error`."""
    if isinstance(error, PolykerasError):
        reason = str(error)
    else:
        reason = (
            f"a value was asked for ({type(error).__name__}). Use ops.cond, ops.where or ops.while_loop in place of "
            "Python's `if` and `while` on tensors."
        )
    warnings.warn(
        f"Model {model.name!r}: its step cannot be compiled because of {_place(error)}, and runs op by op from now on, "
        f"which is slower; compile(run_eagerly=True) says that it is meant. {reason}",
        stacklevel=_depth_of_caller(),
    )


def _place(error: BaseException) -> str:
    """The layer and the line in which `error` came up: the user's, if a line of theirs was being run."""
    layer = None
    place = "a line of it"
    for frame, number in traceback.walk_tb(error.__traceback__):
        owner = frame.f_locals.get("self")
        if frame.f_code.co_name == "call" and isinstance(getattr(owner, "name", None), str):
            layer = owner.name  # type: ignore[union-attr]
        if not _is_foreign(frame):
            name = frame.f_code.co_filename
            place = f"line {number} of {name} (`{linecache.getline(name, number).strip()}`)"
    return place if layer is None else f"layer {layer!r} in {place}"


def _is_foreign(frame: FrameType) -> bool:
    """Whether the code is the project's or a library's, not the user's."""
    module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return module == _OWN or module.startswith(f"{_OWN}_") or frame.f_code.co_filename.startswith(_LIBRARIES)


def _depth_of_caller() -> int:
    """How far up the first line of the user's is, for `warnings.warn`."""
    depth, frame = 2, sys._getframe(2)
    while _is_foreign(frame) and frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    return depth
