"""Fixtures that several test modules share. Test modules do not import each other."""

from __future__ import annotations

import importlib.util
import inspect
import math
import re
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from polykeras.random import set_random_seed
from polykeras.scope import backend_scope
from polykeras_conformance import tables
from polykeras_conformance.layer_cases.case import LayerCase

EXAMPLES = Path(__file__).parent.parent / "examples"

_CASES = tables.entries("polykeras_conformance.layer_cases", "CASES")


@pytest.fixture
def takes() -> Callable[..., None]:
    """A function: asserts that a callable takes the arguments of a signature, written as in a definition."""

    def form(parameter: inspect.Parameter) -> tuple[Any, ...]:
        # What callers see of a parameter. ``1`` and ``1.0`` are the same default, `True` is not; and a number for all
        # axes says the same as a tuple that repeats it.
        default = parameter.default
        while isinstance(default, tuple) and len(set(default)) == 1:
            default = default[0]
        return parameter.name, type(default) is bool, default, parameter.kind

    def check(name: str, ours: Any, signature: str, more: tuple[str, ...] = (), keywords: bool = True) -> None:
        scope: dict[str, Any] = {"inf": math.inf, "nan": math.nan}
        exec(f"def f{signature}: ...", scope)
        wanted = [p for p in inspect.signature(scope["f"]).parameters.values() if p.name != "self"]
        if not keywords:
            wanted = [p for p in wanted if p.kind is not p.VAR_KEYWORD]
        has = list(inspect.signature(ours).parameters.values())
        for mine, theirs in zip(has, wanted, strict=False):
            assert form(mine) == form(theirs), f"{name} takes {mine}, Keras 3 {theirs}: {signature}"
        assert len(has) >= len(wanted), f"{name} has no {[p.name for p in wanted[len(has) :]]}: {signature}"
        beyond = [p for p in has[len(wanted) :] if p.kind is not p.VAR_KEYWORD]
        assert tuple(p.name for p in beyond) == more
        assert all(p.default is not p.empty for p in beyond)

    return check


@pytest.fixture(params=_CASES.values(), ids=_CASES)
def layer_case(request: pytest.FixtureRequest) -> LayerCase:
    """One of a table of layers with inputs: what holds for every layer is tested on all of them."""
    case: LayerCase = request.param
    return case


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``golden`` is each question about a golden record of Keras 1.2.2: see ``tests/golden``."""
    if "golden" in metafunc.fixturenames:
        sys.path.insert(0, str(Path(__file__).parent))
        try:
            records, checks = (import_module(f"golden.{name}") for name in ("records", "checks"))
        finally:
            sys.path.pop(0)
        found = checks.pairs(records.all_records())
        metafunc.parametrize("golden", found, ids=[f"{check.__name__}-{record.id}" for check, record in found])


@dataclass(frozen=True)
class Example:
    """A script of `examples/`: a small setting of its `main`, and what must hold of the results."""

    name: str
    settings: dict[str, Any]
    holds: Callable[[dict[str, float]], bool]

    def run(self) -> dict[str, float]:
        """The results of its `main`, on the default backend."""
        spec = importlib.util.spec_from_file_location(f"examples_{self.name}", EXAMPLES / f"{self.name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        results: dict[str, float] = module.main(**self.settings)
        return results


_EXAMPLES = (
    Example("digits_convnet", {"epochs": 6}, lambda r: r["accuracy"] > 0.9),
    Example("text_classification", {"epochs": 3, "limit": 200}, lambda r: r["accuracy"] > 1.5 * r["largest_class"]),
    Example("time_series", {"epochs": 3, "hours": 1500}, lambda r: r["network"] < r["day_before"]),
    Example("transformer", {"epochs": 2, "samples": 1200}, lambda r: r["model"] < r["frequencies"]),
    Example("autoencoder", {"epochs": 8}, lambda r: r["error"] < 0.5 * r["mean_image"]),
    Example("transfer_learning", {"epochs": 6}, lambda r: r["old_digits"] > 0.9 and r["tuned"] > 0.5),
    Example("custom_layer", {"epochs": 30}, lambda r: r["accuracy"] == r["accuracy_when_loaded"] > 0.8),
    Example("custom_step", {"epochs": 4}, lambda r: r["robust_attacked"] > r["plain_attacked"] + 0.1),
    Example("gan", {"epochs": 60}, lambda r: r["after"] < 0.6 * r["before"] and r["spread"] > 0.1),
    Example("distillation", {"epochs": 10}, lambda r: r["teacher"] > r["taught"] > r["alone"] + 0.03),
    Example("sklearn_pipeline", {"epochs": 10}, lambda r: r["accuracy"] > 0.9),
)


@pytest.fixture(params=_EXAMPLES, ids=lambda example: example.name)
def example(request: pytest.FixtureRequest) -> Example:
    """One of the scripts of `examples/`."""
    found: Example = request.param
    return found


class Section:
    """A script of `examples/tutorial/`, importing from `package`: a small setting of its `main`, and what must hold."""

    def __init__(self, name: str, package: str, settings: dict[str, Any], holds: Callable[[Any], bool]) -> None:
        self.name, self.package, self.settings, self.holds = name, package, settings, holds

    def run(self) -> Any:
        """What its `main` returns."""
        source = (EXAMPLES / "tutorial" / f"{self.name}.py").read_text(encoding="utf-8")
        source = re.sub(r"(from|import) polykeras\.(?!datasets)", rf"\1 {self.package}.", source)
        scope: dict[str, Any] = {"__name__": f"tutorial_{self.name}"}
        exec(compile(source, f"{self.name}.py", "exec"), scope)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return scope["main"](**self.settings)


SHAPES = {
    "Flatten": (None, 65536), "Reshape": (None, 6, 2), "Permute": (None, 64, 10), "RepeatVector": (None, 3, 32),
    "Lambda": (None, 7), "Highway": (None, 9), "MaxoutDense": (None, 5), "Convolution1D": (None, 10, 32),
    "AtrousConvolution1D": (None, 10, 32), "Convolution2D": (None, 32, 256, 256),
    "AtrousConvolution2D": (None, 64, 252, 252), "MaxPooling1D": (None, 5, 4), "AveragePooling1D": (None, 3, 4),
    "GlobalMaxPooling1D": (None, 4), "LSTM": (None, 10), "Embedding": (32, 10, 64),
}  # fmt: skip
_SECTIONS: dict[str, tuple[dict[str, Any], Callable[[Any], bool]]] = {
    "quick_start": ({"n": 800}, lambda r: r["after"] > max(0.5, r["before"])),
    "tensors": ({}, lambda r: r == {"first": 64.0, "second": pytest.approx(63.48)}),
    "sequential": (
        {"n": 64, "size": 32},
        lambda r: (
            r["names"] in ([["loss", a, "mean_pred", "false_neg", "false_pos"] for a in ("accuracy", "acc")])
            and r["images"] == (None, 10)
            and all(math.isfinite(r[k]) for k in ("branches", "sentences", "stacked", "stateful", "encoders"))
        ),
    ),
    "functional": (
        {"n": 16, "words": 100, "width": 16, "size": 64, "frames": 3},
        lambda r: (
            r["first"] == (None, 20, 10)
            and r["headlines"] == ["aux_output_loss", "loss", "main_output_loss"]
            and math.isfinite(r["tweets"])
            and r["towers"] == (None, 192, 256, 256)
            and r["residual"] == (None, 3, 256, 256)
            and r["digits"] == (None, 1)
            and r["questions"] == [(None, 1000), (None, 1000)]
        ),
    ),
    "layers": ({}, lambda r: r == SHAPES),
    "what_a_filter_sees": ({"epochs": 3, "steps": 10, "filters": 4}, lambda r: r["gain"] > 0.1),
}


@pytest.fixture(
    params=[
        Section(name, package, *rest) for package in ("polykeras", "polykeras.v1") for name, rest in _SECTIONS.items()
    ],
    ids=lambda section: f"{section.name}-{section.package}",
)
def tutorial(request: pytest.FixtureRequest) -> Section:
    """One of the scripts of `examples/tutorial/`, with one of the two packages that they run on."""
    section: Section = request.param
    return section


@pytest.fixture
def run_page() -> Callable[..., None]:
    """A function: runs the Python blocks of a page of `docs/`, of which there are so many, one after the other."""

    def run(name: str, backend: str, blocks: int) -> None:
        text = (EXAMPLES.parent / "docs" / name).read_text(encoding="utf-8")
        found = list(re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
        assert len(found) == blocks
        names: dict[str, object] = {"__name__": "page"}
        with backend_scope(backend):
            set_random_seed(0)
            for block in found:
                line = text[: block.start(1)].count("\n")  # so that tracebacks name lines of the page
                exec(compile("\n" * line + block[1], name, "exec"), names)

    return run


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Python's own handler of Ctrl-C, which a process is started without where a shell has put it in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
