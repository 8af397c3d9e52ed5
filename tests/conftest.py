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

import numpy as np
import pytest

from polykeras import config
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
    """``golden`` is each question about a golden record of Keras 1.2.2: see ``tests/golden``.

    ``written`` is each check of ``tests/written``, of what users wrote for Keras 1.
    """
    if "golden" in metafunc.fixturenames:
        records, checks = _shared("golden.records"), _shared("golden.checks")
        found = checks.pairs(records.all_records())
        metafunc.parametrize("golden", found, ids=[f"{check.__name__}-{record.id}" for check, record in found])
    if "written" in metafunc.fixturenames:
        written = _shared("written.keras1").CHECKS
        metafunc.parametrize("written", written, ids=[check.__name__ for check in written])


def _shared(name: str) -> Any:
    """A module that test modules share."""
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        return import_module(name)
    finally:
        sys.path.pop(0)


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
    """A script of `examples/tutorial/`, importing from `package`: how it is made smaller, and what must hold in the end."""

    def __init__(
        self, name: str, package: str, smaller: dict[str, str], holds: Callable[[dict[str, Any]], Any]
    ) -> None:
        self.name, self.package, self.smaller, self.holds = name, package, smaller, holds

    def check(self) -> None:
        """Run it on the default backend."""
        source = (EXAMPLES / "tutorial" / f"{self.name}.py").read_text(encoding="utf-8")
        for written, instead in self.smaller.items():
            assert written in source
            source = source.replace(written, instead)
        source = re.sub(r"\bpolykeras\.(?!datasets)", f"{self.package}.", source)
        names: dict[str, Any] = {"__name__": f"tutorial_{self.name}"}
        before = config.image_data_format()
        set_random_seed(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                exec(compile(source, f"{self.name}.py", "exec"), names)
                assert self.holds(names), names
        finally:
            config.set_image_data_format(before)


def _losses(*histories: Any) -> bool:
    """Whether these histories of `fit` hold finite losses."""
    return all(math.isfinite(value) for h in histories for name, values in h.history.items() for value in values)


_SECTIONS: dict[str, tuple[dict[str, str], Callable[[dict[str, Any]], Any]]] = {
    "quick_start": (
        {},
        lambda r: (
            r["loss_and_metrics"] < 0.8 * math.log(10)
            and np.array_equal(r["classes"], r["proba"].argmax(-1))
            and np.mean(r["classes"] == r["Y_test"].argmax(-1)) > 0.4
        ),
    ),
    "concepts": (
        {},
        lambda r: (
            r["sum0"].tolist() == [4, 6]
            and r["sum1"].tolist() == [3, 7]
            and (r["first"], r["second"]) == (64.0, pytest.approx(63.48))
        ),
    ),
    "sequential": (
        {
            "(1000, 784)": "(64, 784)",
            "(1000, 1)": "(64, 1)",
            "size=1000)": "size=64)",
            "(1000, timesteps": "(64, timesteps",
            "(1000, nb_classes": "(64, nb_classes",
            "100, 100": "32, 32",
            "nb_epoch=10": "nb_epoch=1",
            "nb_epoch=5": "nb_epoch=1",
        },
        lambda r: (
            r["merged_shapes"]
            == {"dot": (None, 1), "cos": (None, 1, 1), "concat": (None, 64)}
            | dict.fromkeys(("sum", "mul", "ave"), (None, 32))
            and r["difference"].output_shape == (None, 32)
            and {"loss", "mean_pred", "false_neg", "false_pos"} < set(r["measured"])
            and r["perceptron_score"][1] > 0.3
            and _losses(*(r[k] for k in ("single_input", "multi_input", "images", "stacked", "stateful", "encoded")))
            and {"loss", "val_loss"} < set(r["encoded"].history)
            and len(r["sentences_score"]) == len(r["binary_score"]) == 2
        ),
    ),
    "functional": (
        {
            "nb_epoch=50": "nb_epoch=2",
            "nb_epoch=10)": "nb_epoch=1)",
            "10000": "100",
            "=512": "=16",
            "(2, 32, 140": "(2, 8, 140",
            "(32, 1)": "(8, 1)",
            "224": "64",
            "(100, 3, ": "(3, 3, ",
        },
        lambda r: (
            r["processed_sequences"].shape == (None, 20, 10)
            and _losses(r["connected"], r["by_position"], r["by_name"], r["tweets"])
            and set(r["by_name"].history) == {"loss", "main_output_loss", "aux_output_loss"}
            and (r["inception"].shape, r["z"].shape) == ((None, 192, 256, 256), (None, 3, 256, 256))
            and r["same_digits"].shape == (4, 1)
            and (r["vqa_model"].output_shape, r["video_qa_model"].output_shape) == ((None, 1000), (None, 1000))
        ),
    ),
    # These say themselves what must hold.
    "core_layers": ({}, lambda r: r["penalised"] > 0),
    "convolutional_layers": ({}, lambda r: (r["sequences"].shape, r["with_holes"].shape) == ((2, 10, 32), (2, 10, 32))),
    "pooling_layers": ({}, lambda r: r["overall"].shape == (1, 2)),
    "recurrent_layers": ({}, lambda r: all(v[-1] < 0.9 * v[0] for v in r["losses"].values())),
    "embedding_layer": ({}, lambda r: r["losses"][-1] < 0.8 * r["losses"][0]),
    "what_a_filter_sees": ({}, lambda r: r["main"](epochs=3, steps=10, filters=4)["gain"] > 0.1),
}


def _sections() -> list[Section]:
    packages = ("polykeras", "polykeras.v1")
    return [Section(name, package, *rest) for package in packages for name, rest in _SECTIONS.items()]


@pytest.fixture(params=_sections(), ids=lambda section: f"{section.name}-{section.package}")
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
