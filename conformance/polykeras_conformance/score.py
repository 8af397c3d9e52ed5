"""The score card of a backend as data: what it is, what was run, and what came of it. `docs/score-card.md` explains it.

A card is a dictionary of plain values, as it is written to JSON.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import import_module
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import Any

SCHEMA = "polykeras-score-card/1"
COMPARISON_SCHEMA = "polykeras-score-cards/1"

PASSED, KNOWN, FAILED, SKIPPED = OUTCOMES = ("passed", "known_failures", "failed", "skipped")

LEVELS = {
    "core": "values, dtypes, shapes, edges and errors of every op; random numbers; the engine",
    "gradients": "against finite differences to second order; kinks, ties and zeros as defined",
    "compile": "the same results and gradients inside compiled functions",
    "devices": "listing and placement",
    "training": "models train along the path that they take on NumPy",
}
"""The levels of conformance, and what each is about."""


@dataclass(frozen=True)
class Result:
    """What came of one test."""

    test: str  # such as "test_values.py::test_value[exp-0-float32]"
    outcome: str  # one of OUTCOMES
    level: str
    area: str = ""  # of the op that it is about, if it is about one
    message: str = ""  # why it failed or was skipped; the reason of a known failure


def area_of(op: Any) -> str:
    """The part of the registry that an op is in: the module that declares it, below ``polykeras.ops``."""
    place = op.function.__module__.removeprefix("polykeras.ops").lstrip(".")
    return str(place.partition(".")[0].replace("_", " ")) or "other"


# ---- what the backend is ---------------------------------------------------------------------------------------------


def describe(backend: Any) -> dict[str, Any]:
    """What a card says of a backend."""
    from polykeras import plugins
    from polykeras.ops.registry import REGISTRY

    said = backend.capabilities
    spec = plugins.specs().get(backend.name)
    ops = list(REGISTRY.values())
    primitives = [op for op in ops if op.primitive]
    areas: dict[str, dict[str, int]] = {}
    for op in ops:
        counts = areas.setdefault(area_of(op), {"ops": 0, "kernels": 0, "overrides": 0})
        counts["ops"] += 1
        counts["kernels"] += op.primitive and op.name in backend.kernels
        counts["overrides"] += not op.primitive and op.name in backend.overrides
    return {
        "name": backend.name,
        "distribution": _distribution(type(backend).__module__),
        "protocol": backend.protocol,
        "versions": {name: _version(name) for name in (spec.requires if spec else ())},
        "install": spec.install if spec else "",
        "devices": list(backend.devices()),
        "dtypes": sorted(backend.dtypes),
        "levels": [level for level in LEVELS if level in said.levels],
        "gradients": "native" if said.native_gradients else "tape",
        "compiled": said.compiled,
        "ops": {
            "primitives": len(primitives),
            "kernels": sum(op.name in backend.kernels for op in primitives),
            "composites": len(ops) - len(primitives),
            "overrides": sum(not op.primitive and op.name in backend.overrides for op in ops),
        },
        "areas": areas,
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def _distribution(module: str) -> dict[str, str]:
    """Name and version of the distribution whose entry point leads to the top-level package of `module`."""
    top = module.partition(".")[0]
    for point in entry_points(group="polykeras"):
        if point.value.partition(":")[0].partition(".")[0] == top and point.dist is not None:
            return {"name": point.dist.name, "version": point.dist.version}
    return {"name": top, "version": str(getattr(import_module(top), "__version__", ""))}


# ---- what was run ----------------------------------------------------------------------------------------------------


def card(
    backend: Mapping[str, Any],
    results: Iterable[Result],
    *,
    amount: str,
    complete: bool,
    seconds: float,
    command: str,
    levels: Iterable[str],
) -> dict[str, Any]:
    """The score card.

    Args:
        backend: from `describe`.
        results: of all tests.
        amount: ``"quick"``, ``"normal"`` or ``"thorough"``.
        complete: whether all tests of the levels were run, none left out by the command line or by an interruption.
        seconds: how long it took.
        command: what to type to get this again.
        levels: those that were run.
    """
    about = dict(backend)
    area_sizes = about.pop("areas")
    found = list(results)
    totals = _count(found)
    run = [level for level in LEVELS if level in set(levels)]
    return {
        "schema": SCHEMA,
        "verdict": verdict(totals, complete),
        "backend": about,
        "run": {
            "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "seconds": round(seconds, 1),
            "amount": amount,
            "complete": complete,
            "command": command,
            "polykeras": _version("polykeras"),
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.machine()}",
            "numpy": str(getattr(sys.modules.get("numpy"), "__version__", "")) or _version("numpy"),
        },
        "totals": totals,
        "levels": [
            {
                "name": level,
                "declared": level in about["levels"],
                "run": level in run,
                **_count(r for r in found if r.level == level),
            }
            for level in LEVELS
        ],
        "areas": [
            {"name": area, **sizes, **_count(r for r in found if r.area == area)}
            for area, sizes in sorted(area_sizes.items())
        ],
        "subjects": [
            {"name": name, "about": _about(name), **_count(r for r in found if _file(r) == name and not r.area)}
            for name in sorted({_file(r) for r in found if not r.area})
        ],
        "known_failures": [_entry(r, "reason") for r in found if r.outcome == KNOWN],
        "failures": [_entry(r, "message") for r in found if r.outcome == FAILED],
        "skips": [_entry(r, "reason") for r in found if r.outcome == SKIPPED],
    }


def verdict(totals: Mapping[str, int], complete: bool) -> str:
    """``"fails"`` if anything fails; else ``"conforms"``, or ``"incomplete"`` if not all was run."""
    if totals[FAILED] or not totals[PASSED]:
        return "fails"
    return "conforms" if complete else "incomplete"


def _count(results: Iterable[Result]) -> dict[str, int]:
    outcomes = [r.outcome for r in results]
    return {outcome: outcomes.count(outcome) for outcome in OUTCOMES}


def _entry(result: Result, message: str) -> dict[str, str]:
    return {"test": result.test, "level": result.level, "area": result.area, message: result.message}


def _file(result: Result) -> str:
    return result.test.partition("::")[0].removeprefix("test_").removesuffix(".py")


def _about(name: str) -> str:
    """The first line of the documentation of a test module."""
    try:
        text = import_module(f"polykeras_conformance.test_{name}").__doc__
    except ImportError:
        text = None
    return (text or "").partition("\n")[0]
