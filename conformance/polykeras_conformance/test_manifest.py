"""What the adapter says of itself."""

from __future__ import annotations

import pytest

from polykeras import dtypes, plugins
from polykeras.backend import PROTOCOL, Backend
from polykeras.ops.registry import REGISTRY
from polykeras_conformance.plugin import LEVELS

pytestmark = pytest.mark.level("core")


def test_kernels(backend: Backend) -> None:
    """Every primitive has a kernel, unless it runs on the host without; overrides are of composites."""
    assert backend.protocol == PROTOCOL
    primitives = {op.name for op in REGISTRY.values() if op.primitive}
    wanted = {name for name in primitives if REGISTRY[name].host is None}
    assert wanted <= set(backend.kernels), sorted(wanted - set(backend.kernels))
    assert set(backend.overrides) <= set(REGISTRY) - primitives, sorted(set(backend.overrides) & primitives)


def test_dtypes(backend: Backend) -> None:
    """Names are the core's, objects are the backend's own, one to one; what a model needs is there."""
    assert set(backend.dtypes) <= set(dtypes.ALL)
    assert {"bool", "int32", "float32"} <= set(backend.dtypes)
    assert len(set(backend.dtypes.values())) == len(backend.dtypes)
    for name, native in backend.dtypes.items():
        assert dtypes.standardize(native) == name, f"{native!r} is not recognised as {name}"


def test_levels(backend: Backend) -> None:
    """The levels it declares exist."""
    assert set(backend.capabilities.levels) <= set(LEVELS)
    assert "core" in backend.capabilities.levels


def test_listed(backend: Backend) -> None:
    """It is found under its name, without importing what it needs."""
    spec = plugins.specs()[backend.name]
    assert spec.modules and spec.install


def test_known_failures_name_tests(unmatched_known_failures: list[str]) -> None:
    """Every entry of the adapter's list of known failures names a test of the suite."""
    assert not unmatched_known_failures
