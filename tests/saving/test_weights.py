"""Files of weights: written whole or not at all, loaded whole or not at all."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

import polykeras
from polykeras import layers, saving
from polykeras.errors import ArgumentError, SavedFileError

h5py = pytest.importorskip("h5py")
DATA = Path(__file__).parent / "data"
X = np.linspace(-1, 1, 24, dtype="float32").reshape(6, 4)
Y = np.linspace(0, 1, 12, dtype="float32").reshape(6, 2)


def small(*units, compiled=False):
    model = polykeras.Sequential([layers.Input((4,)), *(layers.Dense(n) for n in units)])
    if compiled:
        model.compile("adam", "mse")
        model.fit(X, Y, verbose=0)
    return model


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a.get_weights(), b.get_weights(), strict=True))


def test_weights_and_the_state_of_the_optimizer_come_back(tmp_path):
    first, second = small(3, 2, compiled=True), small(3, 2, compiled=True)
    first.save_weights(tmp_path / "a.weights.h5")
    second.load_weights(tmp_path / "a.weights.h5")
    assert same(first, second)
    for a, b in zip(first.optimizer.variables, second.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    assert [p.name for p in tmp_path.iterdir()] == ["a.weights.h5"]


def test_an_optimizer_that_is_not_built_starts_anew(tmp_path):
    small(3, 2, compiled=True).save_weights(tmp_path / "a.weights.h5")
    model = small(3, 2)
    model.compile("adam", "mse")
    with pytest.warns(UserWarning, match=r"adam.*10 variables.*has 2"):
        model.load_weights(tmp_path / "a.weights.h5")
    assert int(model.optimizer.iterations) == 0


def test_the_dtype_of_a_variable_stays_and_bfloat16_is_written(tmp_path):
    model = polykeras.Sequential([layers.Input((4,)), layers.Dense(2, dtype="bfloat16")])
    model.save_weights(tmp_path / "a.weights.h5")
    with h5py.File(tmp_path / "a.weights.h5") as file:
        assert file["layers/dense/vars/0"].attrs["dtype"] == "bfloat16"
    other = polykeras.Sequential([layers.Input((4,)), layers.Dense(2, dtype="bfloat16")])
    other.load_weights(tmp_path / "a.weights.h5")
    assert same(model, other)
    assert other.weights[0].dtype == "bfloat16"


def test_pieces_of_a_largest_size(tmp_path):
    model = small(30, 30, 2)
    index = tmp_path / "a.weights.json"
    model.save_weights(index, max_shard_size=4000 / 2**30)
    pieces = sorted(p.name for p in tmp_path.iterdir())
    assert pieces == ["a.weights.json", "a_00000.weights.h5", "a_00001.weights.h5"]
    content = json.loads(index.read_text())
    assert content["metadata"]["total_size"] == 4 * model.count_params()
    assert content["weight_map"]["/layers/dense_2/vars"] == ["a_00001.weights.h5"]
    other = small(30, 30, 2)
    other.load_weights(index)
    assert same(model, other)


def test_pieces_that_are_too_small_or_missing(tmp_path):
    model = small(30, 30, 2)
    index = tmp_path / "a.weights.json"
    with pytest.raises(ArgumentError, match=r"'0' of layers/dense_1 takes 3600 bytes.*max_shard_size"):
        model.save_weights(index, max_shard_size=1000 / 2**30)
    assert list(tmp_path.iterdir()) == []
    model.save_weights(index, max_shard_size=4000 / 2**30)
    (tmp_path / "a_00001.weights.h5").unlink()
    with pytest.raises(SavedFileError, match=r"a_00001.weights.h5.*copy all 2"):
        model.load_weights(index)
    index.write_text(json.dumps({"weight_map": {"/vars": "../a.weights.h5"}}))
    with pytest.raises(SavedFileError, match="does not lie beside it"):
        model.load_weights(index)
    index.write_text("[]")
    with pytest.raises(SavedFileError, match="no index of weights"):
        model.load_weights(index)


# ---- files that do not fit ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ((3, 5), r"layers/dense_1: .*dense\w*/kernel' has shape \(3, 5\), got \(3, 2\)"),
        ((3, 2, 2), r"layers/dense_2: the file has no values for 'dense"),
        ((3,), r"layers/dense_1: only in the file"),
    ],
)
def test_a_file_of_another_model_changes_nothing(tmp_path, units, message):
    small(3, 2).save_weights(tmp_path / "a.weights.h5")
    model = small(*units)
    before = model.get_weights()
    with pytest.raises(SavedFileError, match=message) as caught:
        model.load_weights(tmp_path / "a.weights.h5")
    assert "Nothing was loaded" in str(caught.value)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    with pytest.warns(UserWarning, match=message):
        model.load_weights(tmp_path / "a.weights.h5", skip_mismatch=True)
    assert not np.array_equal(before[0], model.get_weights()[0])


def test_skipped_objects_keep_their_weights(tmp_path):
    first, second = small(3, 2), small(3, 5)
    first.save_weights(tmp_path / "a.weights.h5")
    saving.load_weights(second, tmp_path / "a.weights.h5", objects_to_skip=[second.layers[1]])
    np.testing.assert_array_equal(first.get_weights()[0], second.get_weights()[0])
    saving.save_weights(first, tmp_path / "b.weights.h5", objects_to_skip=[first.layers[0]])
    with h5py.File(tmp_path / "b.weights.h5") as file:
        assert list(file["layers"]) == ["dense_1"]


def test_a_model_that_is_not_compiled_ignores_the_optimizer(tmp_path):
    first, second = small(2, compiled=True), small(2)
    first.save_weights(tmp_path / "a.weights.h5")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        second.load_weights(tmp_path / "a.weights.h5")
    assert same(first, second)


def test_an_own_way_to_load_is_undone_too(tmp_path):
    class Own(layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight((3,), "zeros", name="w")

        def call(self, x):
            return x

        def load_own_variables(self, store):
            self.w.assign(store["0"] + 1)
            if float(store["0"][0]) == 7:
                raise ValueError("seven is refused")

    def make(value):
        model = polykeras.Sequential([layers.Input((4,)), Own(), layers.Dense(1)])
        model.layers[0].w.assign(np.full(3, value))
        return model

    make(1).save_weights(tmp_path / "good.weights.h5")
    make(7).save_weights(tmp_path / "bad.weights.h5")
    model = make(0)
    model.load_weights(tmp_path / "good.weights.h5")
    assert model.layers[0].w.numpy().tolist() == [2, 2, 2]
    before = model.get_weights()
    with pytest.raises(SavedFileError, match="layers/own: seven is refused"):
        model.load_weights(tmp_path / "bad.weights.h5")
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


# ---- files that are none ------------------------------------------------------------------------------------------


def test_wrong_names_and_models_without_weights(tmp_path):
    model = small(2)
    with pytest.raises(ArgumentError, match=r"must end in '.weights.h5', got"):
        model.save_weights(tmp_path / "a.h5")
    with pytest.raises(ArgumentError, match=r"must end in '.weights.json', since max_shard_size"):
        model.save_weights(tmp_path / "a.weights.h5", max_shard_size=1)
    with pytest.raises(ArgumentError, match=r"'.weights.json', '.keras' or '.h5', got"):
        model.load_weights(tmp_path / "a.ckpt")
    with pytest.raises(SavedFileError, match=r"there is no folder .*nowhere"):
        model.save_weights(tmp_path / "nowhere" / "a.weights.h5")
    with pytest.raises(SavedFileError, match=r"there is no folder .*nowhere"):
        model.load_weights(tmp_path / "nowhere" / "a.weights.h5")
    model.save_weights(tmp_path / "first.weights.h5")
    with pytest.raises(SavedFileError, match=r"does not exist. Did you mean 'first.weights.h5'"):
        model.load_weights(tmp_path / "frist.weights.h5")
    unbuilt = polykeras.Sequential([layers.Dense(2)])
    for act in (unbuilt.save_weights, unbuilt.load_weights):
        with pytest.raises(ArgumentError, match="not built yet"):
            act(tmp_path / "first.weights.h5")


@pytest.mark.parametrize("content", [b"", b"no such thing", None])
def test_damaged_files(tmp_path, content):
    model = small(3, 2)
    path = tmp_path / "a.weights.h5"
    model.save_weights(path)
    path.write_bytes(path.read_bytes()[:-2000] if content is None else content)
    with pytest.raises(SavedFileError, match=r"a.weights.h5 is no HDF5 file, or a part of it is missing"):
        model.load_weights(path)


def test_links_and_arrays_in_other_files_are_refused(tmp_path):
    model = small(2)
    path = tmp_path / "a.weights.h5"
    model.save_weights(path)
    with h5py.File(path, "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink("other.h5", "/secret")
    with pytest.raises(SavedFileError, match="a link to elsewhere"):
        model.load_weights(path)
    (tmp_path / "raw").write_bytes(b"\0" * 32)
    with h5py.File(path, "a") as file:
        del file["layers/dense/vars/0"]
        external = [(str(tmp_path / "raw"), 0, 32)]
        file["layers/dense/vars"].create_dataset("0", (4, 2), "float32", external=external)
    with pytest.raises(SavedFileError, match="kept in another file"):
        model.load_weights(path)
    with h5py.File(path, "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", (10**6, 10**6), "float32", chunks=(1000, 1000))
    with pytest.raises(SavedFileError, match="far more than are stored"):
        model.load_weights(path)


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    model = small(2)
    path = tmp_path / "a.weights.h5"
    model.save_weights(path)
    before = path.read_bytes()

    def fail(store):
        raise RuntimeError("out of luck")

    monkeypatch.setattr(model.layers[0], "save_own_variables", fail)
    with pytest.raises(RuntimeError, match="out of luck"):
        model.save_weights(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_overwriting_is_asked_for(tmp_path, monkeypatch):
    model, other = small(2), small(2)
    path = tmp_path / "a.weights.h5"
    model.save_weights(path, overwrite=False)
    before = path.read_bytes()
    answers = iter(["what", "n", "y"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    other.save_weights(path, overwrite=False)
    assert path.read_bytes() == before
    other.save_weights(path, overwrite=False)
    model.load_weights(path)
    assert same(model, other)

    def nobody(prompt):
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(SavedFileError, match="overwrite=True"):
        model.save_weights(path, overwrite=False)
