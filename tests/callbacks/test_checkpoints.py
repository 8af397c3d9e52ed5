"""`ModelCheckpoint` and `BackupAndRestore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polykeras import callbacks, layers, metrics, models, optimizers, saving, utils
from polykeras.errors import ArgumentError, SavedFileError
from polykeras.scope import backend_scope

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = X[:, :1]


@pytest.fixture(autouse=True)
def numpy_backend() -> Any:
    with backend_scope("numpy"):
        yield


def _model(seed: int = 1) -> Any:
    """Everything has a state: weights, statistics, dropout, an optimizer with moments, a metric."""
    utils.set_random_seed(seed)
    model = models.Sequential([
        layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(1)
    ])  # fmt: skip
    model.compile(optimizers.Adam(0.05), "mse", metrics=[metrics.MeanAbsoluteError("mae")])
    return model


def _fit(model: Any, *own: Any, **options: Any) -> dict[str, list[float]]:
    defaults = {"batch_size": 2, "epochs": 4, "verbose": 0, "validation_data": (X, Y)}
    history: dict[str, list[float]] = model.fit(X, Y, callbacks=list(own), **{**defaults, **options}).history
    return history


def _files(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


# ---- ModelCheckpoint -------------------------------------------------------------------------------------------------


def test_a_file_for_every_epoch(tmp_path: Path) -> None:
    model = _model()
    history = _fit(model, callbacks.ModelCheckpoint(tmp_path / "in" / "{epoch:02d}-{val_loss:.3f}.keras"))
    names = [f"in/{i + 1:02d}-{loss:.3f}.keras" for i, loss in enumerate(history["val_loss"])]
    assert _files(tmp_path) == names
    again = saving.load_model(tmp_path / names[-1])
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))
    np.testing.assert_allclose(again.evaluate(X, Y, verbose=0)[0], history["val_loss"][-1], rtol=1e-6)


def test_weights_alone(tmp_path: Path) -> None:
    model = _model()
    _fit(model, callbacks.ModelCheckpoint(str(tmp_path / "a.weights.h5"), save_weights_only=True))
    other = _model(seed=2)
    other.build((None, 3))
    other.optimizer.build(other.trainable_variables)
    other.load_weights(tmp_path / "a.weights.h5")
    for ours, theirs in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_batches(tmp_path: Path) -> None:
    checkpoint = callbacks.ModelCheckpoint(tmp_path / "{epoch}_{batch}.weights.h5", save_weights_only=True, save_freq=3)
    assert callbacks.CallbackList([checkpoint]).watches_batches(True)
    assert not callbacks.CallbackList([callbacks.ModelCheckpoint("a.keras")]).watches_batches(True)
    _fit(_model(), checkpoint, epochs=3)
    assert _files(tmp_path) == [f"{name}.weights.h5" for name in ("1_3", "2_2", "3_1", "3_4")]


class Saved:
    """What is asked of a model, in place of files."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.metrics = [metrics.BinaryAccuracy("accuracy")]

    def save(self, path: Path, overwrite: bool) -> None:
        self.paths.append(path.stem)


@pytest.mark.parametrize(("options", "values", "saved"), [
    ({"save_best_only": True}, [3.0, 4.0, 2.0, 2.0, float("nan"), 1.0], ["1", "3", "6"]),
    ({"save_best_only": True, "mode": "max"}, [3.0, 4.0, 2.0], ["1", "2"]),
    ({"save_best_only": True, "initial_value_threshold": 2.5}, [3.0, 2.0, 1.0], ["2", "3"]),
    ({}, [3.0, 4.0], ["1", "2"]),
])  # fmt: skip
def test_what_is_saved(options: dict[str, Any], values: list[float], saved: list[str], tmp_path: Path) -> None:
    model, checkpoint = Saved(), callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras", **options)
    checkpoint.set_model(model)
    for epoch, value in enumerate(values):
        checkpoint.on_epoch_end(epoch, {"val_loss": value})
    assert model.paths == saved


def test_what_is_better_is_known_of_metrics(tmp_path: Path) -> None:
    model, checkpoint = Saved(), callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras", "accuracy", save_best_only=True)
    checkpoint.set_model(model)
    for epoch, value in enumerate([0.5, 0.25, 0.75]):
        checkpoint.on_epoch_end(epoch, {"accuracy": value})
    assert model.paths == ["1", "3"]


def test_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, path = Saved(), tmp_path / "a.keras"
    checkpoint = callbacks.ModelCheckpoint(path, verbose=1, save_best_only=True)
    checkpoint.set_model(model)
    for epoch, value in enumerate([3.0, 4.0, 2.0]):
        checkpoint.on_epoch_end(epoch, {"val_loss": value})
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 1: val_loss improved to 3.00000",
        f"Epoch 1: ModelCheckpoint saves to {path}",
        "Epoch 2: val_loss did not improve from 3.00000",
        "Epoch 3: val_loss improved from 3.00000 to 2.00000",
        f"Epoch 3: ModelCheckpoint saves to {path}",
    ]


def test_logs_that_do_not_fit(tmp_path: Path) -> None:
    model, checkpoint = Saved(), callbacks.ModelCheckpoint(tmp_path / "a.keras", save_best_only=True)
    checkpoint.set_model(model)
    with pytest.warns(UserWarning, match="watches 'val_loss', which is not among the logs: loss"):
        checkpoint.on_epoch_end(0, {"loss": 1.0})
    assert not model.paths
    with pytest.warns(UserWarning, match="is several numbers"):
        checkpoint.on_epoch_end(0, {"val_loss": np.ones(2)})
    assert model.paths == ["a"]


def test_checkpoint_refusals(tmp_path: Path) -> None:
    for options, message in (
        ({"filepath": "a.txt"}, "the file of a model must end in '.keras', got 'a.txt'"),
        ({"filepath": "a.h5", "save_weights_only": True}, "the file of weights must end in '.weights.h5'"),
        ({"filepath": "a.keras", "save_freq": "batch"}, "save_freq must be 'epoch' or a positive number of batches"),
        ({"filepath": "a.keras", "save_freq": 0}, "save_freq must be"),
        ({"filepath": "a.keras", "mode": "less"}, "mode must be 'auto', 'min' or 'max'"),
    ):
        with pytest.raises(ArgumentError, match=message):
            callbacks.ModelCheckpoint(**options)
    with pytest.raises(
        ArgumentError, match=r"cannot be filled in \('accuracy'\); there are epoch, loss, mae, val_loss"
    ):
        _fit(_model(), callbacks.ModelCheckpoint(tmp_path / "{accuracy}.keras"))


# ---- BackupAndRestore ------------------------------------------------------------------------------------------------


class Cut(Exception):
    """The run is cut off."""


def _cut_after(steps: int) -> Any:
    seen: list[int] = []

    def count(batch: int, logs: Any) -> None:
        seen.append(batch)
        if len(seen) == steps:
            raise Cut

    return callbacks.LambdaCallback(on_train_batch_end=count)


def _batches() -> Any:
    """A generator whose batches are never the same."""
    for i in range(100):
        yield X[i % 6 : i % 6 + 2], Y[i % 6 : i % 6 + 2] + i


class Sequence(utils.PyDataset):
    """Four batches of the arrays."""

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> Any:
        return X[2 * index : 2 * index + 2], Y[2 * index : 2 * index + 2]


DATA: dict[str, Callable[[Any, list[Any]], dict[str, list[float]]]] = {
    "arrays": lambda model, own: _fit(model, *own),
    "steps": lambda model, own: _fit(model, *own, steps_per_epoch=3),
    "in order": lambda model, own: _fit(model, *own, shuffle=False, validation_freq=2),
    "a generator": lambda model, own: (
        model.fit(_batches(), epochs=4, steps_per_epoch=4, verbose=0, callbacks=own).history
    ),
    "a PyDataset": lambda model, own: model.fit(Sequence(), epochs=4, verbose=0, callbacks=own).history,
}


@pytest.mark.parametrize("save_freq", ["epoch", 1, 3])
@pytest.mark.parametrize("fit", DATA.values(), ids=DATA)
def test_a_run_that_was_cut_off_has_the_losses_of_one_that_was_not(fit: Any, save_freq: Any, tmp_path: Path) -> None:
    whole_model = _model()
    whole = fit(whole_model, [])
    backup = callbacks.BackupAndRestore(tmp_path / "backup", save_freq)
    with pytest.raises(Cut):
        fit(_model(), [backup, _cut_after(7)])
    model = _model(seed=2)
    rest = fit(model, [callbacks.BackupAndRestore(tmp_path / "backup", save_freq)])
    assert 0 < len(rest["loss"]) < 4
    for name, values in rest.items():
        assert values == whole[name][-len(values) :], name
    for ours, theirs in zip(model.get_weights(), whole_model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not (tmp_path / "backup").exists()


def test_it_can_be_cut_off_again_and_again(tmp_path: Path) -> None:
    whole = _fit(_model())
    for steps in (6, 3, 5):
        with pytest.raises(Cut):
            _fit(_model(), callbacks.BackupAndRestore(tmp_path, 1), _cut_after(steps))
    rest = _fit(_model(), callbacks.BackupAndRestore(tmp_path, 1))
    assert rest["val_loss"] == whole["val_loss"][-1:]


def test_backups_can_be_kept(tmp_path: Path) -> None:
    model = _model()
    _fit(model, callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False, double_checkpoint=True))
    assert _files(tmp_path) == ["earlier.npz", "latest.npz"]
    other = _model(seed=2)
    assert _fit(other, callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)) == {}
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_the_backup_before_the_last(tmp_path: Path) -> None:
    whole = _fit(_model())
    with pytest.raises(Cut):
        _fit(_model(), callbacks.BackupAndRestore(tmp_path, double_checkpoint=True), _cut_after(14))
    (tmp_path / "latest.npz").write_bytes(b"damaged")
    with pytest.warns(RuntimeWarning, match="backup before the last is used: .*latest.npz cannot be read"):
        rest = _fit(_model(), callbacks.BackupAndRestore(tmp_path, double_checkpoint=True))
    assert rest["loss"] == whole["loss"][2:]


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    _fit(_model(), callbacks.BackupAndRestore(tmp_path))
    assert _files(tmp_path) == ["mine"]


def test_half_precision_is_restored(tmp_path: Path) -> None:
    def model() -> Any:
        utils.set_random_seed(1)
        made = models.Sequential([layers.Dense(2, dtype="bfloat16"), layers.Dense(1, dtype="float32")])
        made.compile("sgd", "mse")
        return made

    whole = _fit(model())
    with pytest.raises(Cut):
        _fit(model(), callbacks.BackupAndRestore(tmp_path), _cut_after(6))
    assert _fit(model(), callbacks.BackupAndRestore(tmp_path))["loss"] == whole["loss"][1:]


def test_backup_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ArgumentError, match="BackupAndRestore: save_freq must be 'epoch' or a positive number"):
        callbacks.BackupAndRestore(tmp_path, save_freq=False)
    with pytest.raises(Cut):
        _fit(_model(), callbacks.BackupAndRestore(tmp_path), _cut_after(6))
    other = models.Sequential([layers.Dense(1)])
    other.compile("sgd", "mse")
    with pytest.raises(SavedFileError, match="is of another model, or of one that was compiled otherwise"):
        _fit(other, callbacks.BackupAndRestore(tmp_path))
    assert f"goes on from the backup in {tmp_path}, at epoch 2" in capsys.readouterr().out
    (tmp_path / "latest.npz").write_bytes(b"damaged")
    with pytest.raises(SavedFileError, match="cannot be read"):
        _fit(other, callbacks.BackupAndRestore(tmp_path))
