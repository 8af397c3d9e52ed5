"""`RemoteMonitor`: the logs of every epoch to a server."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import numpy as np

from polykeras.callbacks.callback import Callback, Logs
from polykeras.errors import ArgumentError

TIMEOUT_SECONDS = 10.0
"""A server that does not answer must not hold up training for longer."""


class RemoteMonitor(Callback):
    """Sends the epoch, counted from 0, and its logs as JSON to a server, by POST, after each epoch.

    A server that cannot be reached, or that answers with an error, is warned about; training goes on.

    Args:
        root: address of the server; ``http://`` or ``https://``.
        path: what follows it.
        field: name of the form's field that holds the JSON.
        headers: further headers of the request.
        send_as_json: send the JSON itself rather than a form.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Mapping[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        if not root.lower().startswith(("http://", "https://")):
            raise ArgumentError(f"RemoteMonitor: root must begin with http:// or https://, got {root!r}.")
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Send the logs."""
        text = json.dumps({"epoch": epoch, **{name: _plain(value) for name, value in (logs or {}).items()}})
        body, kind = (
            (text, "application/json")
            if self.send_as_json
            else (urlencode({self.field: text}), "application/x-www-form-urlencoded")
        )
        headers = {"Content-Type": kind, **(self.headers or {})}
        request = Request(self.root + self.path, body.encode("utf-8"), headers, method="POST")
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS):
                pass
        except (URLError, OSError) as error:
            warnings.warn(f"RemoteMonitor could not reach {self.root}: {error}", UserWarning, stacklevel=2)


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist() if isinstance(value, (np.ndarray, np.generic)) else value
