"""Where new tensors are made.

JAX moves an array freely to where it is computed with, unless it is *committed* to a device. A tensor made inside a
`device_scope` is committed, so that what is computed from it later stays there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax


class _Local(threading.local):
    device: Any = None  # of the innermost scope


_local = _Local()


@contextmanager
def on(device: Any) -> Iterator[None]:
    """New tensors of this thread are made on, and held to, `device` inside this scope."""
    before = _local.device
    _local.device = device
    try:
        with jax.default_device(device):
            yield
    finally:
        _local.device = before


def place(x: Any) -> Any:
    """`x`, a new tensor, held to the device of the scope if there is one."""
    if _local.device is None or isinstance(x, jax.core.Tracer):
        return x
    return jax.device_put(x, _local.device)


def placed(make: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel `make`, which makes a tensor from nothing, with its result put in place."""
    return lambda *args: place(make(*args))
