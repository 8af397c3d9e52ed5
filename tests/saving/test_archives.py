"""``.keras`` archives and folders: whole models there and back, and files that are none."""

import json
import shutil
import warnings
import zipfile

import numpy as np
import pytest

import polykeras
from polykeras import layers, saving
from polykeras.errors import ArgumentError, SavedFileError, UnknownNameError

pytest.importorskip("h5py")
X = np.linspace(-1, 1, 24, dtype="float32").reshape(6, 4)
Y = np.linspace(0, 1, 12, dtype="float32").reshape(6, 2)


def trained(optimizer="adam", steps=2):
    model = polykeras.Sequential([layers.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(2)])
    model.compile(optimizer, "mse", metrics=["mae"])
    if steps:
        model.fit(X, Y, batch_size=6, epochs=steps, verbose=0)
    return model


def rewritten(path, **members):
    """Replace members of the archive; None takes one away."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content |= {name.replace("__", "."): value for name, value in members.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in content.items():
            if value is not None:
                archive.writestr(name, value)


@pytest.mark.parametrize("zipped", [None, False])
def test_training_goes_on_with_the_same_losses(tmp_path, zipped):
    model = trained()
    path = tmp_path / ("model.keras" if zipped is None else "model")
    for _ in range(2):  # the second time over the first
        model.save(path, zipped=zipped)
    other = saving.load_model(path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert int(other.optimizer.iterations) == 2
    np.testing.assert_array_equal(model.predict(X), other.predict(X))
    histories = [m.fit(X, Y, epochs=3, shuffle=False, verbose=0).history for m in (model, other)]
    assert histories[0] == histories[1]
    assert sorted(histories[0]) == ["loss", "mae"]


def test_what_an_archive_holds(tmp_path):
    trained().save(tmp_path / "a.keras")
    with zipfile.ZipFile(tmp_path / "a.keras") as archive:
        assert archive.namelist() == ["config.json", "metadata.json", "model.weights.h5"]
        assert json.loads(archive.read("metadata.json"))["keras_version"].startswith("3.")
        config = json.loads(archive.read("config.json"))
    assert config["class_name"] == "Sequential"
    assert config["compile_config"]["loss"] == "mse"


@pytest.mark.parametrize("compile", [True, False])
def test_an_optimizer_that_made_no_step_makes_its_first(tmp_path, compile):
    model = trained(polykeras.optimizers.SGD(0.25, momentum=0.9), steps=0)
    model.save(tmp_path / "a.keras")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = polykeras.models.load_model(tmp_path / "a.keras", compile=compile)
    assert other.compiled == compile
    if compile:
        assert float(other.optimizer.learning_rate) == 0.25
        losses = [m.fit(X, Y, shuffle=False, verbose=0).history["loss"] for m in (model, other)]
        assert losses[0] == losses[1]


class Words(layers.Layer):
    """A layer with a file of its own."""

    def __init__(self, words=(), **kwargs):
        super().__init__(**kwargs)
        self.words = list(words)

    def call(self, x):
        return x

    def save_assets(self, folder):
        with open(f"{folder}/words.txt", "w") as file:
            file.write("\n".join(self.words))

    def load_assets(self, folder):
        with open(f"{folder}/words.txt") as file:
            self.words = file.read().split("\n")


@pytest.mark.parametrize("zipped", [True, False])
def test_files_of_layers(tmp_path, zipped):
    model = polykeras.Sequential([layers.Input((4,)), Words(["one", "two"])])
    path = tmp_path / "a.keras"
    model.save(path, zipped=zipped)
    if zipped:
        assert "assets/layers/words/words.txt" in zipfile.ZipFile(path).namelist()
    assert saving.load_model(path, {"Words": Words}).layers[0].words == ["one", "two"]


@pytest.mark.parametrize(
    "name", ["assets/../../evil.txt", "assets/layers/words/..\\..\\evil.txt", "assets/c:/evil.txt"]
)
def test_files_that_would_be_written_elsewhere_are_refused(tmp_path, name):
    polykeras.Sequential([layers.Input((4,)), Words(["one"])]).save(tmp_path / "a.keras")
    with zipfile.ZipFile(tmp_path / "a.keras", "a") as archive:
        archive.writestr(name, "evil")
    with pytest.raises(SavedFileError, match="would be written elsewhere"):
        saving.load_model(tmp_path / "a.keras", {"Words": Words})


def test_classes_that_are_not_known(tmp_path):
    polykeras.Sequential([layers.Input((4,)), Words()]).save(tmp_path / "a.keras")
    with pytest.raises(UnknownNameError, match=r"Unknown class 'Words'.*register_keras_serializable.*custom_objects"):
        saving.load_model(tmp_path / "a.keras")
    trained().save(tmp_path / "b.keras")
    with zipfile.ZipFile(tmp_path / "b.keras") as archive:
        config = archive.read("config.json").replace(b'"class_name": "Dense"', b'"class_name": "Dens"')
    rewritten(tmp_path / "b.keras", config__json=config)
    with pytest.raises(UnknownNameError, match=r"Unknown class 'Dens'.*Did you mean 'Dense'"):
        saving.load_model(tmp_path / "b.keras")


def test_code_is_run_only_if_asked_for(tmp_path):
    model = polykeras.Sequential([layers.Input((4,)), layers.Lambda(lambda x: x * 2, output_shape=(4,))])
    model.save(tmp_path / "a.keras")
    with pytest.raises(ArgumentError, match="safe_mode"):
        saving.load_model(tmp_path / "a.keras")
    np.testing.assert_array_equal(saving.load_model(tmp_path / "a.keras", safe_mode=False).predict(X), X * 2)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"model__weights__h5": None}, r"holds no model.weights.h5, so it is no whole model; it holds \['config.json'"),
        ({"config__json": None}, "holds no config.json"),
        ({"config__json": b"{"}, "config.json is not JSON"),
        ({"config__json": b"[]"}, "describes no model, it has no class_name"),
        (
            {"config__json": b'{"module": "keras.layers", "class_name": "Dense", "config": {"units": 1}}'},
            "describes no model but Dense",
        ),
        ({"model__weights__h5": b"no such thing"}, r"model.weights.h5\) is no HDF5 file"),
    ],
)
def test_archives_that_lack_something(tmp_path, members, message):
    trained().save(tmp_path / "a.keras")
    rewritten(tmp_path / "a.keras", **members)
    with pytest.raises(SavedFileError, match=message):
        saving.load_model(tmp_path / "a.keras")


def test_files_that_are_no_archives(tmp_path):
    path = tmp_path / "a.keras"
    trained().save(path)
    whole = path.read_bytes()
    for damaged in (whole[:-100], whole[: len(whole) // 2], b"", b"no such thing"):
        path.write_bytes(damaged)
        with pytest.raises(SavedFileError, match=r"a.keras is no .keras archive, or a part of it is missing"):
            saving.load_model(path)
    at = whole.index(b"\x89HDF") + 100
    path.write_bytes(whole[:at] + b"damage" + whole[at + 6 :])
    with pytest.raises(SavedFileError, match=r"a.keras is damaged: Bad CRC-32"):
        saving.load_model(path)


def test_wrong_names(tmp_path):
    model = trained()
    with pytest.raises(ArgumentError, match=r"must end in '.keras'"):
        model.save(tmp_path / "a.pb")
    with pytest.raises(ArgumentError, match=r"unknown argument.*format"):
        model.save(tmp_path / "a.keras", format="tf")
    with pytest.raises(ArgumentError, match=r"must end in '.keras'"):
        saving.load_model(tmp_path / "a.pb")
    with pytest.raises(SavedFileError, match=r"a.keras does not exist"):
        saving.load_model(tmp_path / "a.keras")
    with pytest.raises(SavedFileError, match="there is no folder"):
        model.save(tmp_path / "nowhere" / "a.keras")
    with pytest.raises(SavedFileError, match=r"holds no config.json"):
        saving.load_model(tmp_path)


def test_folders_of_something_else_are_kept(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(SavedFileError, match="no folder of a saved model"):
        trained().save(tmp_path / "mine", zipped=False)
    with pytest.raises(SavedFileError, match="it is a folder"):
        shutil.copytree(tmp_path / "mine", tmp_path / "b.keras")
        trained().save(tmp_path / "b.keras")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_a_layer_that_cannot_be_described_is_told_before_anything_is_written(tmp_path):
    path = tmp_path / "a.keras"
    trained().save(path)
    before = path.read_bytes()
    model = polykeras.Sequential([layers.Input((4,)), layers.Dense(2, activation=lambda x: x)])
    with pytest.raises(ArgumentError, match="cannot be saved"):
        model.save(path)
    assert path.read_bytes() == before


def test_a_loss_that_cannot_be_described_does_not_keep_the_weights_from_being_saved(tmp_path):
    model = trained()
    model.compile("adam", lambda y_true, y_pred: polykeras.ops.mean(y_pred, -1))
    model.fit(X, Y, verbose=0)
    with pytest.warns(UserWarning, match=r"compile it anew after loading. <function .*<lambda>.* cannot be saved"):
        model.save(tmp_path / "a.keras")
    other = saving.load_model(tmp_path / "a.keras")
    assert not other.compiled
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


class Noted(polykeras.Model):
    """A subclassed model on a structure of inputs."""

    def __init__(self, units=2, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.parts = [layers.Dense(units), {"norm": layers.BatchNormalization()}]
        self.out = layers.Dense(2)

    def call(self, x, training=None):
        return self.out(self.parts[1]["norm"](self.parts[0](x["a"]) + x["b"][0], training=training))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_a_subclassed_model_is_built_for_the_shapes_that_it_was_called_on(tmp_path, ending):
    x = {"a": X, "b": [X[:, :3]]}
    model = Noted(3)
    model.compile(polykeras.optimizers.Adam(), "mse")
    model.fit(x, Y, verbose=0)
    if ending == "h5":
        with pytest.raises(ArgumentError, match=r"Noted.*'.h5' .* '.keras'"):
            model.save(tmp_path / "a.h5")
        return
    model.save(tmp_path / "a.keras")
    other = saving.load_model(tmp_path / "a.keras", {"Noted": Noted})
    np.testing.assert_array_equal(model.predict(x), other.predict(x))
    losses = [m.fit(x, Y, epochs=2, shuffle=False, verbose=0).history["loss"] for m in (model, other)]
    assert losses[0] == losses[1]
