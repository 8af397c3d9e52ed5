"""The default backend of a thread: what decides where host data and new tensors go.

Dispatch reads `local` on every call with host data, so it is one plain attribute: no ContextVar
(`torch.compile(fullgraph=True)` refuses those) and no function call.
"""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any

from polykeras.errors import BackendError

if TYPE_CHECKING:
    from polykeras.backend import Backend

NO_ENTRIES: dict[str, Any] = {}


class _Local(threading.local):
    """Per-thread state. The class attributes are what a new thread starts with."""

    backend: Backend | None = None  # the default backend; None until it is first needed
    host: dict[str, Any] = NO_ENTRIES  # its op entries if ndarrays are its own tensors, else empty
    stateless: dict[int, Any] | None = None  # values of variables inside a StatelessScope
    assigned: dict[int, Any] | None = None  # the variables that were assigned inside it
    reads: Any = None  # where variables that it does not name are put when they are read, if somebody asks
    autocast: str | None = None  # the dtype in which floating variables are read: set by layers of mixed precision
    logits: dict[int, tuple[Any, Any, Any]] | None = None  # what probabilities were made of: see `polykeras.logits`
    storage: Backend | None = None  # where variables made during shape inference are stored


local = _Local()


def current_backend() -> Backend:
    """The default backend of this thread. The first call loads it."""
    if local.backend is None:
        from polykeras import config, plugins

        chosen = os.environ.get("KERAS_BACKEND")
        try:
            backend = plugins.load(chosen or config.configured_backend())
        except BackendError as error:
            source = "the environment variable KERAS_BACKEND" if chosen else str(config.keras_home() / "keras.json")
            error.args = (f"{error} (The backend was chosen by {source}.)",)
            raise
        _set_process_default(backend)
    return local.backend  # type: ignore[return-value]


def set_backend(backend: str | Backend) -> None:
    """Make `backend` the default of this process, from now on. Models made before keep theirs."""
    _set_process_default(_as_backend(backend))


def _set_process_default(backend: Backend) -> None:
    # On the class, so that every thread outside a scope follows; this thread's own choice is forgotten.
    _Local.backend, _Local.host = backend, _host_entries(backend)
    local.__dict__.pop("backend", None)
    local.__dict__.pop("host", None)


def _host_entries(backend: Backend) -> dict[str, Any]:
    return backend.entries if backend.host_native else NO_ENTRIES


def _as_backend(name: str | Backend) -> Backend:
    if not isinstance(name, str):
        return name
    from polykeras import plugins

    return plugins.load(name)


class backend_scope:
    """``with backend_scope("name"):`` makes that backend this thread's default inside the block.

    Raises `UnknownBackendError`, `BrokenBackendError` or `IncompatibleBackendError` before the block starts.
    """

    __slots__ = ("_backend", "_previous")

    def __init__(self, name: str | Backend) -> None:
        self._backend = _as_backend(name)

    def __enter__(self) -> Backend:
        mine = local.__dict__
        self._previous = (mine.get("backend"), mine.get("host"))
        mine["backend"], mine["host"] = self._backend, _host_entries(self._backend)
        return self._backend

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        mine = local.__dict__
        if self._previous[0] is None:
            mine.pop("backend", None)  # `set_backend` inside the block has taken them away already
            mine.pop("host", None)
        else:
            mine["backend"], mine["host"] = self._previous
