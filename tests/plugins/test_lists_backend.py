"""A third party's backend, an installable distribution on plain Python lists, works without an edit to the core.

It has to be installed: ``python -m pip install --no-deps --no-build-isolation tests/plugins/polykeras_lists``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import ops, plugins

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = sorted((HERE / "polykeras_lists" / "src").rglob("*.py"))


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---- what it is ------------------------------------------------------------------------------------------------------


def test_it_is_small() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in SOURCES}
    assert 0 < sum(lines.values()) < 600, lines


def test_it_stands_on_the_core_and_numpy_alone() -> None:
    imported = {
        name
        for path in SOURCES
        for name in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
        if name not in sys.stdlib_module_names
    }
    assert imported == {"polykeras", "polykeras_lists", "numpy"}
    kernels = [path for path in SOURCES if "numpy" in path.read_text() and path.name != "backend.py"]
    assert not kernels, "NumPy is for conversion only"


def test_no_file_of_the_project_names_it() -> None:
    naming = re.compile(r"""polykeras[_-]lists|["']lists["']""")
    folders = [ROOT / name for name in ("polykeras", "backends", "conformance")]
    files = [ROOT / "pyproject.toml", *(p for folder in folders for p in folder.rglob("*.py"))]
    assert len(files) > 100
    assert not [str(p) for p in files if naming.search(p.read_text())]


# ---- how it is found -------------------------------------------------------------------------------------------------


def test_it_is_found_in_metadata_alone() -> None:
    assert "lists" in {point.name for point in entry_points(group="polykeras")}, __doc__
    code = """
import sys
from importlib.metadata import entry_points
from polykeras import plugins
assert "lists" in {point.name for point in entry_points(group="polykeras")}
print("polykeras_lists" in sys.modules)
print("lists" in plugins.names(), "polykeras_lists.backend" in sys.modules)
print(plugins.load("lists").name, "polykeras_lists.backend" in sys.modules)
"""
    assert _python(code) == "False\nTrue False\nlists True\n"


def test_its_tensors_bring_it_in() -> None:
    code = """
from polykeras import ops
from polykeras_lists.tensor import Tensor
result = ops.add(Tensor([1.0, 2.0], (2,), "float32"), [0.5, 1])
print(type(result) is Tensor, result.data, result.dtype)
"""
    assert _python(code) == "True [1.5, 3.0] float32\n"


# ---- what it does ----------------------------------------------------------------------------------------------------


def _trained(backend: str) -> tuple[dict[str, list[float]], Any]:
    """The history of a small classifier, and the classifier."""
    from polykeras import Sequential, layers, optimizers

    rng = np.random.default_rng(0)
    x = rng.normal(size=(96, 20)).astype("float32")
    y = np.argmax(x @ rng.normal(size=(20, 10)), axis=1)
    with polykeras.backend_scope(backend):
        polykeras.set_random_seed(1)
        model = Sequential([layers.Input((20,)), layers.Dense(64, "tanh"), layers.Dense(10, "softmax")])
        model.compile(optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(x, y, batch_size=16, epochs=6, validation_split=0.25, verbose=0).history
        history["predictions"] = model.predict(x[:5], verbose=0).tolist()
    return history, model


def test_a_model_trains_as_on_numpy() -> None:
    plain, _ = _trained("numpy")
    history, model = _trained("lists")
    assert history.keys() == plain.keys() >= {"loss", "accuracy", "val_loss", "predictions"}
    for name, values in history.items():
        np.testing.assert_allclose(values, plain[name], rtol=0, atol=1e-4, err_msg=name)
    assert history["loss"][-1] < 0.75 * history["loss"][0]
    assert {v.backend.name for v in model.weights} == {"lists"}


def test_a_step_takes_milliseconds() -> None:
    _, model = _trained("lists")
    x, y = np.zeros((16, 20), "float32"), np.zeros(16, "int32")
    with polykeras.backend_scope("lists"):
        model.train_on_batch(x, y)  # traced here
        fastest = min(_seconds(lambda: model.train_on_batch(x, y)) for _ in range(5))
    assert fastest < 0.25


def _seconds(f: Any) -> float:
    begin = time.perf_counter()
    f()
    return time.perf_counter() - begin


@pytest.mark.parametrize(
    ("dtype", "value", "held"),
    [
        ("float32", 0.1, float(np.float32(0.1))),
        ("float32", 1e39, np.inf),
        ("float16", 0.1, float(np.float16(0.1))),
        ("float16", -65520.0, -np.inf),
        ("float16", 65519.0, 65504.0),
        ("bfloat16", 0.1, 0.10009765625),
        ("bfloat16", 1.00390625, 1.0),
        ("bfloat16", 1.01171875, 1.015625),
        ("int8", 300, 44),
        ("uint8", -1, 255),
        ("int64", 2**63, -(2**63)),
        ("uint32", 1.75, 1),
        ("bool", 0.5, True),
    ],
)
def test_elements_are_what_the_dtype_can_hold(dtype: str, value: Any, held: Any) -> None:
    from polykeras_lists.tensor import fit

    (found,) = fit([value], dtype)
    assert found == held and type(found) is type(held)


def test_nan_survives_every_float() -> None:
    from polykeras_lists.tensor import fit

    for dtype in ("float16", "bfloat16", "float32", "float64"):
        assert np.isnan(fit([np.nan], dtype)).all()


def test_what_does_not_fit_is_refused_in_the_words_of_the_core() -> None:
    with polykeras.backend_scope("lists"):
        x = ops.ones((2, 3))
        with pytest.raises(polykeras.errors.ShapeError, match=r"matmul: the last axis of \(2, 3\)"):
            ops.matmul(x, x)


def test_it_passes_the_conformance_suite(tmp_path: Path) -> None:
    """At the levels that it declares, without known failures."""
    assert {"core", "gradients", "compile", "training"} <= set(plugins.load("lists").capabilities.levels)
    assert not [path for path in (HERE / "polykeras_lists").rglob("known_failures.toml")]
    command = [sys.executable, "-m", "pytest", "--pyargs", "polykeras_conformance", "--backend", "lists", "--quick"]
    done = subprocess.run(
        [*command, "-q", "-p", "no:cacheprovider", "--tb=short", "--maxfail=20"],
        cwd=tmp_path, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) > 1000, done.stdout[-500:]
