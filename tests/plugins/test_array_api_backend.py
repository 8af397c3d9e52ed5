"""A backend on a foreign library, the Python array API standard, is a plugin like others: no edit to the core.

It has to be installed: ``python -m pip install --no-deps --no-build-isolation examples/plugins/polykeras_array_api``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import ops, plugins
from polykeras.errors import DtypeError

NAME = "array_api_strict"
ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "examples" / "plugins" / "polykeras_array_api"
SOURCES = sorted((PLUGIN / "src").rglob("*.py"))


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---- what it is ------------------------------------------------------------------------------------------------------


def test_it_is_small() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in SOURCES}
    assert 0 < sum(lines.values()) < 600, lines


def test_a_framework_is_named_at_the_door_only() -> None:
    naming = re.compile(r"(?<![a-z])(torch|jax|tensorflow|cupy|dask|array_api_strict)(?![a-z])")
    assert [path.name for path in SOURCES if naming.search(path.read_text())] == ["__init__.py"]


def test_no_file_of_the_project_names_it() -> None:
    folders = [ROOT / name for name in ("polykeras", "backends", "conformance")]
    files = [ROOT / "pyproject.toml", *(p for folder in folders for p in folder.rglob("*.py"))]
    assert len(files) > 100
    assert not [str(p) for p in files if re.search(r"array[_-]api[_-](strict|compat|torch)", p.read_text())]


# ---- how it is found -------------------------------------------------------------------------------------------------


def test_it_is_found_in_metadata_alone() -> None:
    assert {NAME, "array_api_torch"} <= {point.name for point in entry_points(group="polykeras")}, __doc__
    code = f"""
import sys
from polykeras import plugins
there = lambda: [m in sys.modules for m in ("array_api_strict", "array_api_compat", "torch", "polykeras_array_api.backend")]
print({{"{NAME}", "array_api_torch"}} <= set(plugins.names()), *there())
print(plugins.load("{NAME}").name, *there())
"""
    assert _python(code) == f"True False False False False\n{NAME} True True False True\n"


# ---- what it does ----------------------------------------------------------------------------------------------------


def _trained(backend: str) -> tuple[dict[str, list[float]], Any]:
    """The history of a small convolutional network with dropout, and the network."""
    from polykeras import Sequential, layers, optimizers

    rng = np.random.default_rng(0)
    x = rng.normal(size=(96, 6, 6, 1)).astype("float32")
    y = np.argmax(x.reshape(96, 36) @ rng.normal(size=(36, 4)), axis=1)
    with polykeras.backend_scope(backend):
        polykeras.set_random_seed(1)
        polykeras.config.set_portable_random(True)
        try:
            model = Sequential(
                [
                    layers.Input((6, 6, 1)),
                    layers.Conv2D(8, 3, activation="tanh"),
                    layers.MaxPooling2D(2),
                    layers.Flatten(),
                    layers.Dropout(0.1),
                    layers.Dense(4, "softmax"),
                ]
            )
            model.compile(optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
            history = model.fit(x, y, batch_size=16, epochs=6, validation_split=0.25, verbose=0).history
            history["predictions"] = model.predict(x[:5], verbose=0).tolist()
        finally:
            polykeras.config.set_portable_random(False)
    return history, model


def test_a_model_trains_as_on_numpy() -> None:
    plain, _ = _trained("numpy")
    history, model = _trained(NAME)
    assert history.keys() == plain.keys() >= {"loss", "accuracy", "val_loss", "predictions"}
    for name, values in history.items():
        np.testing.assert_allclose(values, plain[name], rtol=0, atol=1e-4, err_msg=name)
    assert np.all(np.diff(history["loss"]) < 0) and history["loss"][-1] < 0.8 * history["loss"][0]
    assert {v.backend.name for v in model.weights} == {NAME}
    assert type(model.weights[0].value.array).__module__.startswith("array_api_strict")


def test_gradients_come_from_the_tape() -> None:
    backend = plugins.load(NAME)
    assert not backend.capabilities.native_gradients
    assert "value_and_grad" not in vars(type(backend)) and "vjp" not in vars(type(backend))
    with polykeras.backend_scope(NAME):
        x = ops.convert_to_tensor([1.0, 2.0])
        slope = ops.grad(lambda x: ops.sum(ops.grad(lambda x: ops.sum(ops.power(x, 3.0)))(x)))(x)
    assert backend.to_numpy(slope).tolist() == [6.0, 12.0]


def test_arrays_of_the_library_come_in_as_host_data() -> None:
    import array_api_strict as xp

    array = xp.asarray([1.0, 2.0], dtype=xp.float32)
    with polykeras.backend_scope(NAME):
        x = ops.add(ops.convert_to_tensor(array), array)
    assert x.dtype == "float32" and isinstance(x.array, type(array)) and ops.convert_to_numpy(x).tolist() == [2.0, 4.0]


def test_a_dtype_that_the_standard_lacks_is_refused_clearly() -> None:
    with polykeras.backend_scope(NAME), pytest.raises(DtypeError, match=f"{NAME}.*float16.*it holds.*float32"):
        ops.zeros((2,), "float16")


def test_what_does_not_fit_is_refused_in_the_words_of_the_core() -> None:
    with polykeras.backend_scope(NAME):
        x = ops.ones((2, 3))
        with pytest.raises(polykeras.errors.ShapeError, match=r"matmul: the last axis of \(2, 3\)"):
            ops.matmul(x, x)


def test_a_slice_may_leave_sizes_open() -> None:
    with polykeras.backend_scope(NAME):
        x = ops.slice(ops.reshape(ops.arange(12), (3, 4)), [1, 9], (2, -1))
    assert ops.convert_to_numpy(x).tolist() == [[4, 5, 6, 7], [8, 9, 10, 11]]


def test_many_rows_of_one_id_are_added_pair_by_pair() -> None:
    rng = np.random.default_rng(0)
    rows, ids = rng.normal(size=(500, 3)).astype("float32"), rng.integers(-3, 9, size=500)
    expected = np.zeros((7, 3))
    np.add.at(expected, np.where(ids < 0, ids + 7, ids)[ids < 7], rows[ids < 7].astype("float64"))
    with polykeras.backend_scope(NAME):
        found = ops.convert_to_numpy(ops.scatter_add(rows, ids, 0, 7))
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6)


def test_its_score_card(tmp_path: Path) -> None:
    """It conforms at all levels, without known failures, and the page says so."""
    assert not list(PLUGIN.rglob("known_failures.toml"))
    reports = [argument for suffix in ("json", "html") for argument in ("--report", f"card.{suffix}")]
    done = subprocess.run(
        [sys.executable, "-m", "polykeras", "conformance", NAME, *reports, "-q", "-p", "no:cacheprovider", "--tb=short"],
        cwd=tmp_path, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    card = json.loads((tmp_path / "card.json").read_text())
    assert card["verdict"] == "conforms" and card["totals"]["passed"] > 5000, card["totals"]
    assert not card["known_failures"] and not card["failures"]
    levels = [level["name"] for level in card["levels"] if level["declared"] and level["run"] and level["passed"]]
    assert levels == ["core", "gradients", "compile", "devices", "training"]
    about = card["backend"]
    assert (
        about["name"] == NAME and about["gradients"] == "tape" and about["devices"] == ["cpu:0", "device:1", "device:2"]
    )
    assert about["distribution"]["name"] == "polykeras-array-api" and "array-api-strict" in about["versions"]
    page = (tmp_path / "card.html").read_text()
    assert NAME in page and "Conforms" in page and "known failures" not in page.lower().split("conforms")[0]
