"""Names of Keras's top level, `config`, `backend` and `mixed_precision`."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import backend, config, layers, mixed_precision, models, ops
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.scope import backend_scope

X = np.ones((8, 3), "float32")


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    """Settings as they were, on NumPy."""
    before = dict(config._settings)
    with backend_scope("numpy"):
        yield
    config._settings.clear()
    config._settings.update(before)


def compiled() -> Any:
    """A model to train."""
    model = models.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_version() -> None:
    assert pk.version() == pk.__version__


def test_dtypes_of_the_backend_module() -> None:
    assert backend.standardize_dtype(None) == backend.floatx() == "float32"
    assert backend.standardize_dtype(int) == "int32"
    assert (backend.is_float_dtype("bfloat16"), backend.is_float_dtype("int8")) == (True, False)
    assert (backend.is_int_dtype("uint8"), backend.is_int_dtype("bool")) == (True, False)
    assert backend.result_type("int32", float) == backend.result_type() == "float32"
    assert backend.result_type("float16", int) == "float16"
    assert backend.is_keras_tensor(layers.Input((2,))) and not backend.is_keras_tensor(X)
    assert (backend.backend(), backend.epsilon(), backend.image_data_format()) == ("numpy", 1e-7, "channels_last")
    with pytest.raises(DtypeError, match="Unknown dtype 'flaot32'"):
        backend.is_float_dtype("flaot32")
    with pytest.raises(AttributeError, match="no attribute 'place_holder'"):
        _ = backend.place_holder
    assert backend.placeholder((2,)).shape == (2,)  # Keras 1's functions are there too


def test_names_are_counted_until_the_session_is_cleared() -> None:
    backend.clear_session()
    assert [layers.Dense(1).name for _ in range(2)] == ["dense", "dense_1"]
    assert backend.get_uid("dense") == 3
    assert layers.Dense(1).name == "dense_3"
    backend.clear_session(free_memory=False)
    assert layers.Dense(1).name == "dense"


def test_older_names_of_policies() -> None:
    before = mixed_precision.global_policy()
    mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        assert config.dtype_policy() == mixed_precision.Policy("mixed_bfloat16") == mixed_precision.dtype_policy()
    finally:
        mixed_precision.set_dtype_policy(before)


def test_limits_on_epochs_and_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    model = compiled()
    config.set_max_epochs(2)
    config.set_max_steps_per_epoch(3)
    steps: list[int] = []
    count = pk.callbacks.LambdaCallback(on_train_batch_end=lambda step, logs: steps.append(step))
    with pytest.warns(UserWarning, match="allows only"):
        history = model.fit(X, X[:, :1], batch_size=1, epochs=5, verbose=0, callbacks=[count])
    assert (history.epoch, steps) == ([0, 1], [0, 1, 2] * 2)
    with pytest.warns(UserWarning, match="allows only 3 steps"):
        assert model.predict(X, batch_size=1, verbose=0).shape == (3, 1)
    with pytest.warns(UserWarning, match="allows only 3 steps"):
        model.evaluate(X, X[:, :1], batch_size=1, verbose=0)
    config.set_max_epochs(None)
    config.set_max_steps_per_epoch(None)
    assert len(model.fit(X, X[:, :1], epochs=3, verbose=0).epoch) == 3
    config._settings.clear()
    monkeypatch.setenv("KERAS_MAX_EPOCHS", "4")
    assert (config.max_epochs(), config.max_steps_per_epoch()) == (4, None)
    monkeypatch.setenv("KERAS_MAX_EPOCHS", "some")
    with pytest.raises(ArgumentError, match="KERAS_MAX_EPOCHS must be a positive int, got 'some'"):
        config.max_epochs()
    with pytest.raises(ArgumentError, match="max_epochs must be a positive int"):
        config.set_max_epochs(0)


def test_fewer_steps_than_the_limit_are_not_touched() -> None:
    config.set_max_steps_per_epoch(30)
    model = compiled()
    assert model.predict(X, batch_size=1, verbose=0).shape == (8, 1)
    assert len(model.fit([(X, X[:, :1])].__iter__(), steps_per_epoch=1, epochs=1, verbose=0).epoch) == 1


def test_messages_go_to_the_log(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    model = compiled()
    model.fit(X, X[:, :1], epochs=1, verbose=2)
    assert "Epoch 1/1" in capsys.readouterr().out
    config.disable_interactive_logging()
    assert not config.is_interactive_logging_enabled()
    with caplog.at_level(logging.INFO, "polykeras"):
        model.fit(X, X[:, :1], epochs=1, verbose=1)
    assert capsys.readouterr().out == ""
    assert "Epoch 1/1" in caplog.text
    config.enable_interactive_logging()
    assert config.is_interactive_logging_enabled()


def test_flash_attention_is_a_wish() -> None:
    assert config.is_flash_attention_enabled() is None
    config.enable_flash_attention()
    assert config.is_flash_attention_enabled() is True
    config.disable_flash_attention()
    assert config.is_flash_attention_enabled() is False


def test_saved_code_is_never_run() -> None:
    with pytest.warns(UserWarning, match="never runs code that a file holds"):
        config.enable_unsafe_deserialization()


def test_name_scope() -> None:
    with pk.name_scope("block"), pk.name_scope("inner"):
        layer = layers.Dense(1, name="d")
        layer.build((None, 2))
    assert [v.path for v in layer.weights] == ["block/inner/d/kernel", "block/inner/d/bias"]
    other = layers.Dense(1, name="d")
    other.build((None, 2))
    assert other.path == "d"
    with pytest.raises(ArgumentError, match="without a slash, got 'a/b'"):
        pk.name_scope("a/b")


class Shifted(pk.Operation):
    """Adds a number."""

    def __init__(self, by: float, name: str | None = None) -> None:
        super().__init__(name)
        self.by = by

    def call(self, x: Any) -> Any:
        """The sum."""
        return ops.add(x, self.by)


def test_operations_run_or_are_recorded() -> None:
    shifted = Shifted(2.0, name="shifted")
    np.testing.assert_array_equal(shifted(X), X + 2)
    x = layers.Input((3,))
    model = models.Model(x, shifted(x))
    np.testing.assert_array_equal(model.predict(X, verbose=0), X + 2)
    assert shifted.output.shape == (None, 3)
    assert Shifted.from_config(shifted.get_config()).by == 2.0
    assert shifted.symbolic_call(x).shape == (None, 3)
    with pytest.raises(ArgumentError, match=r"Operation defines no call\(self"):
        pk.Operation()(X)
    with pytest.raises(ShapeError, match="Shifted 'shifted': add"):
        shifted.by = X
        shifted(layers.Input((4,)))


def test_functions_run_the_graph_between_symbolic_tensors() -> None:
    x, y = pk.KerasTensor((None, 3), name="x"), pk.KerasTensor((None, 3))
    function = pk.Function([x, y], {"sum": ops.add(x, y), "first": ops.square(x)}, name="f")
    out = function([X, X])
    np.testing.assert_array_equal(out["sum"], 2 * X)
    assert function.compute_output_shape([(5, 3), (5, 3)]) == {"first": (5, 3), "sum": (5, 3)}
    assert pk.Function(x, ops.sum(x, axis=1)).compute_output_shape((5, 3)) == (5,)
    again = function([layers.Input((3,)), layers.Input((3,))])
    assert backend.is_keras_tensor(again["sum"])
    with pytest.raises(ArgumentError, match=r"'f' has 2 input\(s\), got 1"):
        function(X)
    with pytest.raises(ShapeError, match=r"'f': the input 'x' expects shape \(None, 3\), got \(3,\)"):
        function([X[0], X])
    with pytest.raises(ArgumentError, match="disconnected"):
        pk.Function(x, ops.add(x, y))


def test_the_protocol_page_stays_light() -> None:
    code = "import sys, polykeras.backend; sys.exit('polykeras.config' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
