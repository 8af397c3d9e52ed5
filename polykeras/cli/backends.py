"""``polykeras backends``."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from polykeras import plugins
from polykeras.errors import BackendError


def _versions(requires: tuple[str, ...]) -> str:
    found = []
    for distribution in requires:
        try:
            found.append(f"{distribution} {version(distribution)}")
        except PackageNotFoundError:
            found.append(f"{distribution} missing")
    return ", ".join(found)


def _capabilities(backend: Any) -> str:
    said = backend.capabilities
    gradients = "native" if said.native_gradients else "tape"
    return f"gradients {gradients}, compiles {said.compiled}, levels {', '.join(said.levels)}"


def list_backends() -> int:
    """Print a table of all backends; returns 0, or 1 if none works."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Backends", title_justify="left", show_lines=True)
    for column in ("Name", "Versions", "Devices", "Capabilities, or what to do"):
        table.add_column(column, overflow="fold")
    working = 0
    for name, spec in sorted(plugins.specs().items()):
        versions = _versions(spec.requires)
        try:
            backend = plugins.load(name)
        except BackendError as error:
            missing = "missing" in versions
            what_to_do = f"not installed: {spec.install}" if missing and spec.install else str(error)
            table.add_row(name, versions, "-", escape(what_to_do))  # brackets are no markup here
            continue
        working += 1
        table.add_row(name, versions, ", ".join(backend.devices()), _capabilities(backend))
    for name, why in sorted(plugins.failures().items()):
        table.add_row(name, "?", "-", escape(f"the plugin does not import: {why}"))
    console = Console()
    console.print(table)
    from polykeras import config

    console.print(
        f"Default: {config.backend()}  (KERAS_BACKEND, or {config.keras_home() / 'keras.json'})", highlight=False
    )
    return 0 if working else 1
