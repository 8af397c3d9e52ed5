"""Finding and loading backends.

Names come from package metadata (entry-point group ``polykeras``), so listing them imports nothing. A plugin is a
light module with a hook implementation; the framework is imported when one of its backends is first used:

    from polykeras import hookimpl, BackendSpec

    @hookimpl
    def polykeras_backends():
        return [BackendSpec(name="mine", load=lambda: ..., modules=("mylib",), requires=("mylib",))]

The bundled adapters enter by the same door. ``POLYKERAS_DISABLE_PLUGIN_AUTOLOAD=1`` switches discovery off; what was
registered with `register` is still there.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import cache
from types import ModuleType
from typing import Any

import pluggy

from polykeras.backend import PROTOCOL, Backend, BackendSpec
from polykeras.errors import (
    BrokenBackendError,
    IncompatibleBackendError,
    MissingKernelError,
    UnknownBackendError,
    did_you_mean,
    near,
)

GROUP = "polykeras"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


class Hooks:
    """The hooks that a plugin can implement."""

    @hookspec
    def polykeras_backends(self) -> list[BackendSpec]:  # type: ignore[empty-body]
        """The backends that this plugin provides. Called when one is looked for; must not import a framework."""


_lock = threading.RLock()
_loaded: dict[str, Backend] = {}
_failures: dict[str, str] = {}  # entry points that did not import, and why


@cache
def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    return manager


@cache
def _entry_points() -> dict[str, Any]:
    """Entry points by name, from metadata alone."""
    if os.environ.get("POLYKERAS_DISABLE_PLUGIN_AUTOLOAD"):
        return {}
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def register(plugin: ModuleType | object) -> None:
    """Add a plugin (a module or object with hook implementations) by hand, without an entry point."""
    with _lock:
        _manager().register(plugin)


def unregister(plugin: ModuleType | object) -> None:
    """Take back `register`. Backends of it that were loaded are forgotten."""
    with _lock:
        names = [spec.name for spec in _specs_of(plugin)]
        _manager().unregister(plugin)
        for name in names:
            backend = _loaded.pop(name, None)
            if backend is not None:
                from polykeras.ops import dispatch, registry

                registry.detach(backend)
                for cls in [c for c, owner in dispatch.OWNERS.items() if owner is backend]:
                    del dispatch.OWNERS[cls]


def _specs_of(plugin: Any) -> list[BackendSpec]:
    return list(plugin.polykeras_backends()) if hasattr(plugin, "polykeras_backends") else []


def _import_entry_point(name: str) -> None:
    """Import the plugin behind one entry point and register it; a failure is kept for messages."""
    manager = _manager()
    if manager.has_plugin(name) or name in _failures:
        return
    try:
        plugin = _entry_points()[name].load()
        if not manager.is_registered(plugin):  # a plugin with several backends has an entry point for each
            manager.register(plugin, name=name)
    except Exception as error:
        _failures[name] = f"{type(error).__name__}: {error}"


def specs() -> dict[str, BackendSpec]:
    """All backends that can be found, by name. Imports the plugins' light modules, not the frameworks."""
    with _lock:
        for name in _entry_points():
            _import_entry_point(name)
        return {spec.name: spec for found in _manager().hook.polykeras_backends() for spec in found}


def names() -> list[str]:
    """Names of the backends that are installed."""
    return sorted({*_entry_points(), *specs()} - set(_failures))


def failures() -> dict[str, str]:
    """Plugins that could not be imported, with the reason."""
    specs()
    return dict(_failures)


def loaded() -> dict[str, Backend]:
    """Backends that are in use in this process."""
    return dict(_loaded)


def load(name: str) -> Backend:
    """The backend of that name; its framework is imported at the first call.

    Raises:
        UnknownBackendError: no plugin has that name.
        BrokenBackendError: the plugin or its framework does not import.
        IncompatibleBackendError: it was written for another version of the protocol.
        MissingKernelError: it lacks kernels for primitives.
    """
    backend = _loaded.get(name)
    if backend is not None:
        return backend
    with _lock:
        if name in _loaded:
            return _loaded[name]
        spec = _find(name)
        try:
            backend = spec.load()
        except ImportError as error:
            hint = f" To install it: {spec.install}." if spec.install else ""
            raise BrokenBackendError(
                f"Backend {name!r} is installed as a plugin, but what it needs does not import: "
                f"{type(error).__name__}: {error}.{hint}"
            ) from error
        except Exception as error:
            raise BrokenBackendError(
                f"Backend {name!r} failed while it was loaded: {type(error).__name__}: {error}."
            ) from error
        _admit(name, backend)
        _loaded[name] = backend
        return backend


def _find(name: str) -> BackendSpec:
    if name in _entry_points():
        _import_entry_point(name)
        if name in _failures:
            raise BrokenBackendError(f"The plugin of backend {name!r} does not import: {_failures[name]}.")
    for found in _manager().hook.polykeras_backends():
        for spec in found:
            if spec.name == name:
                return spec
    known = specs()
    if name in known:
        return known[name]
    lines = [
        f"There is no backend named {name!r}.{did_you_mean(name, known)} Installed: {', '.join(sorted(known)) or 'none'}."
    ]
    lines += [f"What {n!r} needs is installed by: {known[n].install}." for n in near(name, known) if known[n].install]
    lines += [f"The plugin {n!r} is installed but broken: {why}." for n, why in _failures.items()]
    lines.append(
        "A backend is a package with an entry point in the group 'polykeras'; `polykeras backends` shows what there is."
    )
    raise UnknownBackendError(" ".join(lines))


def _admit(name: str, backend: Any) -> None:
    """Check that the backend can do what the protocol asks, then give it its place in dispatch."""
    from polykeras import config
    from polykeras import ops as ops  # declares them
    from polykeras.ops import dispatch, registry

    if not isinstance(backend, Backend):
        raise BrokenBackendError(f"Backend {name!r}: its plugin loads {backend!r:.60}, no polykeras.backend.Backend.")
    if backend.protocol != PROTOCOL:
        raise IncompatibleBackendError(
            f"Backend {name!r} speaks version {backend.protocol} of the backend protocol, this polykeras speaks "
            f"version {PROTOCOL}. Install a version of the plugin made for it, or another polykeras."
        )
    wanted = {op.name for op in registry.REGISTRY.values() if op.primitive and op.host is None}
    missing = sorted(wanted - set(backend.kernels))
    if missing:
        raise MissingKernelError(f"Backend {name!r} lacks kernels for {len(missing)} primitives: {', '.join(missing)}.")
    unknown = sorted((set(backend.kernels) | set(backend.overrides)) - set(registry.REGISTRY))
    if unknown:
        raise MissingKernelError(
            f"Backend {name!r} has kernels for ops that do not exist: {', '.join(unknown)}."
            f"{did_you_mean(unknown[0], registry.REGISTRY)}"
        )
    config.floatx()  # reads the config file, before the first tensor is made
    backend.entries = {}
    registry.attach(backend)
    for cls in backend.tensor_types:
        if not backend.host_native:
            dispatch.OWNERS[cls] = backend


def reinstall(op_names: list[str]) -> None:
    """Ask every loaded backend again what runs these ops; for a setting that changes the answer."""
    from polykeras.ops import registry

    for name in op_names:
        registry.reinstall(registry.REGISTRY[name])


def backend_of_type(cls: type) -> Backend | None:
    """The backend whose tensors are instances of `cls`, loaded if its framework is what `cls` comes from."""
    for backend in list(_loaded.values()):
        if not backend.host_native and backend.is_tensor_type(cls):
            return backend
    module = cls.__module__.partition(".")[0]
    if module in ("builtins", "numpy") or module not in sys.modules:
        return None
    for spec in specs().values():
        if module in spec.modules and spec.name not in _loaded:
            backend = load(spec.name)
            if backend.is_tensor_type(cls):
                return backend
    return None
