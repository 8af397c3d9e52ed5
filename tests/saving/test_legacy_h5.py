"""Whole models in ``.h5`` files."""

import json
import warnings

import numpy as np
import pytest

import polykeras
from polykeras import layers, saving
from polykeras.errors import ArgumentError, SavedFileError

h5py = pytest.importorskip("h5py")
X = np.linspace(-1, 1, 60, dtype="float32").reshape(5, 4, 3)
Y = np.linspace(0, 1, 10, dtype="float32").reshape(5, 2)


def trained(units=2, steps=2):
    inner = polykeras.Sequential([layers.Dense(3, name="same"), layers.BatchNormalization()])
    x = layers.Input((4, 3))
    model = polykeras.Model(x, layers.Dense(units)(layers.Bidirectional(layers.GRU(2))(layers.Dropout(0.0)(inner(x)))))
    model.compile(polykeras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    if steps:
        model.fit(X, Y, epochs=steps, verbose=0)
    return model


@pytest.mark.parametrize("steps", [0, 2])
def test_training_goes_on_with_the_same_losses(tmp_path, steps):
    model = trained(steps=steps)
    model.save(tmp_path / "a.h5")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = saving.load_model(tmp_path / "a.h5")
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    assert int(other.optimizer.iterations) == steps
    histories = [m.fit(X, Y, epochs=2, shuffle=False, verbose=0).history for m in (model, other)]
    assert histories[0] == histories[1]


def test_what_the_file_holds(tmp_path):
    model = trained()
    model.save(tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert sorted(file.attrs) == ["backend", "keras_version", "model_config", "training_config"]
        assert json.loads(file.attrs["training_config"])["optimizer_config"]["class_name"] == "Adam"
        names = [name.decode() for name in file["model_weights"].attrs["layer_names"]]
        assert names == [layer.name for layer in model.layers]
        inner = file["model_weights"][model.layers[1].name]
        assert [n.decode().split("/")[-1] for n in inner.attrs["weight_names"]] == [
            "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance",
        ]  # fmt: skip


def test_names_that_are_longer_than_an_attribute_of_hdf5(tmp_path):
    long = "a" * 900
    model = polykeras.Sequential([layers.Input((1,)), *(layers.Dense(1, name=f"{long}{i}") for i in range(120))])
    model.save(tmp_path / "a.h5")
    other = saving.load_model(tmp_path / "a.h5", compile=False)
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), other.get_weights(), strict=True))


def test_without_the_optimizer(tmp_path):
    trained().save(tmp_path / "a.h5", include_optimizer=False)
    with pytest.warns(UserWarning, match="does not say how the model was compiled"):
        assert not saving.load_model(tmp_path / "a.h5").compiled
    with pytest.raises(ArgumentError, match="unknown argument"):
        trained().save(tmp_path / "a.keras", include_optimizer=False)


def test_weights_of_another_model_change_nothing(tmp_path):
    trained().save(tmp_path / "a.h5")
    other = trained()
    other.load_weights(tmp_path / "a.h5")
    np.testing.assert_array_equal(other.predict(X), saving.load_model(tmp_path / "a.h5").predict(X))
    wider = trained(units=3, steps=0)
    before = wider.get_weights()
    with pytest.raises(SavedFileError, match=r"kernel' has shape \(4, 3\), got \(4, 2\)"):
        wider.load_weights(tmp_path / "a.h5")
    assert all(np.array_equal(a, b) for a, b in zip(before, wider.get_weights(), strict=True))
    with pytest.warns(UserWarning, match="left out"):
        wider.load_weights(tmp_path / "a.h5", skip_mismatch=True)
    assert not np.array_equal(before[0], wider.get_weights()[0])
    small = polykeras.Sequential([layers.Input((3,)), layers.Dense(3)])
    with pytest.raises(SavedFileError, match=r"weights of 3 layers .* has 1 layers with weights"):
        small.load_weights(tmp_path / "a.h5")
    with pytest.raises(ArgumentError, match="objects_to_skip"):
        small.load_weights(tmp_path / "a.h5", objects_to_skip=[small.layers[0]])


def test_files_of_something_else(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"no such thing")
    with pytest.raises(SavedFileError, match=r"is no HDF5 file"):
        saving.load_model(path)
    with h5py.File(path, "w") as file:
        file["numbers"] = [1, 2]
    with pytest.raises(SavedFileError, match="holds no model_config"):
        saving.load_model(path)
    with pytest.raises(SavedFileError, match="has no layer_names"):
        trained().load_weights(path)
    trained().save(path)
    with h5py.File(path, "a") as file:
        file.attrs["model_config"] = "{"
    with pytest.raises(SavedFileError, match="model_config is not JSON"):
        saving.load_model(path)
    trained().save(path)
    with h5py.File(path, "a") as file:
        name = next(n for n in file["model_weights"] if n.startswith("dense"))
        del file["model_weights"][name]
    with pytest.raises(SavedFileError, match="holds no weights of it"):
        saving.load_model(path)
