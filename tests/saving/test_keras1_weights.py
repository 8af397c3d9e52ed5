"""Weights that Keras 1 and the Keras of Theano wrote, in models of today: they predict the same."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

import polykeras
from polykeras import config, layers, saving
from polykeras.errors import ArgumentError, SavedFileError
from polykeras.v1 import layers as old
from polykeras.v1.models import Sequential as OldSequential

h5py = pytest.importorskip("h5py")
GOLDEN = Path(__file__).parent.parent / "golden" / "keras1"
RNG = np.random.default_rng(5)
IMAGES = RNG.normal(size=(2, 6, 5, 3)).astype("float32")  # channels last
STEPS = RNG.normal(size=(2, 7, 4)).astype("float32")


def flip_in_file(path, spatial, recorded=None):
    """Turn the kernels in a file around along the axes `spatial(array)`, as Theano's Keras would have stored them."""
    with h5py.File(path, "r+") as file:
        del file.attrs["backend"]
        if recorded:
            file.attrs["backend"] = recorded.encode()

        def turn(name, item):
            if hasattr(item, "dtype") and item.ndim >= 4:
                item[...] = np.flip(item[...], spatial(item))

        file.visititems(turn)


def old_images(ordering):
    """A model of Keras 1 with every layer whose weights depend on the ordering, or on what comes before."""
    shape = (6, 5, 3) if ordering == "tf" else (3, 6, 5)
    model = OldSequential(
        [
            old.Convolution2D(4, 3, 2, border_mode="same", dim_ordering=ordering, input_shape=shape),
            old.BatchNormalization(axis=-1 if ordering == "tf" else 1),
            old.AtrousConvolution2D(3, 2, 2, atrous_rate=(2, 1), dim_ordering=ordering),
            old.Flatten(),
            old.BatchNormalization(),
            old.Dense(5, activation="tanh"),
            old.Dense(2),
        ]
    )
    randomize(model)
    return model


def new_images():
    return polykeras.Sequential(
        [
            layers.Input((6, 5, 3)),
            layers.Conv2D(4, (3, 2), padding="same", data_format="channels_last"),
            layers.BatchNormalization(),
            layers.Conv2D(3, 2, dilation_rate=(2, 1), data_format="channels_last"),
            layers.Flatten(),
            layers.BatchNormalization(),
            layers.Dense(5, activation="tanh"),
            layers.Dense(2),
        ]
    )


def randomize(model):
    rng = np.random.default_rng(1)
    model.set_weights([np.abs(rng.normal(size=w.shape)) * 0.5 + 0.1 * (w.ndim < 2) for w in model.get_weights()])


def laid_out(ordering):
    return IMAGES if ordering == "tf" else np.moveaxis(IMAGES, -1, 1)


@pytest.mark.parametrize("ordering", ["tf", "th"])
@pytest.mark.parametrize("theano", ["", "said", "recorded"])
def test_images(tmp_path, ordering, theano):
    model, new = old_images(ordering), new_images()
    path = str(tmp_path / "old.h5")
    model.save_weights(path)
    if theano:
        spatial = (2, 3) if ordering == "th" else (0, 1)
        flip_in_file(path, lambda array: spatial, "theano" if theano == "recorded" else None)
    new.load_weights(path, original_backend="theano" if theano == "said" else None)
    np.testing.assert_allclose(new.predict(IMAGES, verbose=0), model.predict(laid_out(ordering)), rtol=1e-5, atol=1e-6)


def test_kernels_that_fit_both_orderings_are_said():
    """3 by 3 windows, 3 channels, 3 filters: only the user knows."""
    shapes = [((3, 3, 3, 3), (3, 3, 3, 3), "tf")]
    from polykeras.saving.origin import Origin

    assert Origin().guessed(shapes).ordering is None
    assert Origin(ordering="th").guessed(shapes).ordering == "th"
    assert Origin().guessed([*shapes, ((4, 3, 2, 2), (2, 2, 3, 4), "tf")]).ordering == "th"


def test_an_ordering_that_is_said(tmp_path):
    model = OldSequential([old.Convolution2D(3, 3, 3, dim_ordering="th", input_shape=(3, 6, 5))])
    new = polykeras.Sequential([layers.Input((6, 5, 3)), layers.Conv2D(3, 3, data_format="channels_last")])
    model.save_weights(str(tmp_path / "w.h5"))
    new.load_weights(tmp_path / "w.h5", original_dim_ordering="th")
    expected = np.moveaxis(model.predict(laid_out("th")), 1, -1)
    np.testing.assert_allclose(new.predict(IMAGES, verbose=0), expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(ArgumentError, match='"th" or "tf"'):
        new.load_weights(tmp_path / "w.h5", original_dim_ordering="channels_first")


CASES = {
    "conv1d": (lambda: old.Convolution1D(3, 2), lambda: layers.Conv1D(3, 2)),
    "lstm": (
        lambda: old.LSTM(3),
        lambda: layers.LSTM(3, recurrent_activation="hard_sigmoid"),
    ),
    "gru": (lambda: old.GRU(3), lambda: layers.GRU(3, recurrent_activation="hard_sigmoid", reset_after=False)),
    "simple_rnn": (lambda: old.SimpleRNN(3), lambda: layers.SimpleRNN(3)),
    "bidirectional": (
        lambda: old.Bidirectional(old.LSTM(3)),
        lambda: layers.Bidirectional(layers.LSTM(3, recurrent_activation="hard_sigmoid")),
    ),
    "time_distributed": (
        lambda: old.TimeDistributed(old.Dense(3)),
        lambda: layers.TimeDistributed(layers.Dense(3)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sequences(tmp_path, case):
    make_old, make_new = CASES[case]
    x = old.Input((7, 4))
    from polykeras.v1.models import Model

    model = Model(x, make_old()(x))
    randomize(model)
    model.save_weights(str(tmp_path / "w.h5"))
    new = polykeras.Sequential([layers.Input((7, 4)), make_new()])
    new.load_weights(tmp_path / "w.h5")
    # Keras 1's hard sigmoid has another slope: the weights are compared through a model that uses Keras 1's function
    if case in ("lstm", "gru", "bidirectional"):
        np.testing.assert_array_equal(sorted_numbers(new), sorted_numbers(model))
        swap_gate_functions(new)
    np.testing.assert_allclose(new.predict(STEPS, verbose=0), model.predict(STEPS), rtol=1e-5, atol=1e-6)


def sorted_numbers(model):
    return np.sort(np.concatenate([np.ravel(w) for w in model.get_weights()]))


def swap_gate_functions(model):
    from polykeras import ops

    def keras1(x):
        return ops.clip(0.2 * x + 0.5, 0.0, 1.0)

    layer = model.layers[-1]
    for inner in (layer.forward_layer, layer.backward_layer) if hasattr(layer, "forward_layer") else (layer,):
        inner.cell.recurrent_activation = keras1


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_convolutions_of_states_and_transposed(tmp_path, ordering):
    from polykeras.v1.models import Model

    first = ordering == "th"
    video = RNG.normal(size=(2, 3, 6, 5, 2)).astype("float32")
    x = old.Input((3, 2, 6, 5) if first else (3, 6, 5, 2))
    y = old.ConvLSTM2D(3, 2, 2, dim_ordering=ordering, border_mode="same", inner_activation="tanh")(x)
    shape = (None, 4, 12, 10) if first else (None, 12, 10, 4)
    model = Model(x, old.Deconvolution2D(4, 2, 2, shape, subsample=(2, 2), dim_ordering=ordering)(y))
    randomize(model)
    path = str(tmp_path / "w.h5")
    model.save_weights(path)
    flip_in_file(path, lambda array: (2, 3) if first else (0, 1))
    new = polykeras.Sequential(
        [
            layers.Input((3, 6, 5, 2)),
            layers.ConvLSTM2D(
                3, 2, padding="same", recurrent_activation="tanh", data_format="channels_last", activation="tanh"
            ),
            layers.Conv2DTranspose(4, 2, strides=2, data_format="channels_last"),
        ]
    )
    new.load_weights(path, original_backend="theano", original_dim_ordering=ordering)
    expected = model.predict(np.moveaxis(video, -1, 2) if first else video)
    expected = np.moveaxis(expected, 1, -1) if first else expected
    np.testing.assert_allclose(new.predict(video, verbose=0), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("data_format", ["channels_first", "channels_last"])
@pytest.mark.parametrize("name", ["cnn_vgg_th.weights.h5", "cnn_vgg_th.h5"])
def test_a_model_that_keras_1_trained(data_format, name):
    """The recorded prediction comes from the real Keras 1.2.2, with its channels first."""
    record = next(r for r in json.loads((GOLDEN / "h5.json").read_text())["records"] if r["file"] == "cnn_vgg_th.h5")
    with np.load(GOLDEN / "h5.npz") as arrays:
        x, wanted = arrays[record["x"][0]], arrays[record["pred"][0]]
    x = x[: len(wanted)]
    before = config.image_data_format()
    config.set_image_data_format(data_format)
    try:
        shape = x.shape[1:] if data_format == "channels_first" else (*x.shape[2:], x.shape[1])
        parts = [layers.Input(shape)]
        for i, filters in enumerate((6, 6, 8, 8)):
            parts += [layers.MaxPooling2D()] if i == 2 else []
            parts += [layers.Conv2D(filters, 3, activation="relu")]
        dense = [layers.Dense(16, activation="relu"), layers.Dense(5, activation="softmax")]
        model = polykeras.Sequential([*parts, layers.Flatten(), *dense])
        model.load_weights(GOLDEN / name)
        given = x if data_format == "channels_first" else np.moveaxis(x, 1, -1)
        np.testing.assert_allclose(model.predict(given, verbose=0), wanted, rtol=2e-4, atol=2e-5)
    finally:
        config.set_image_data_format(before)


def test_models_inside(tmp_path):
    """Keras 1 wrote their weights layer by layer; today those that are trained come first."""
    inner = OldSequential([old.Convolution2D(4, 3, 2, dim_ordering="th", input_shape=(3, 6, 5))])
    inner.add(old.BatchNormalization(axis=1))
    inner.add(old.Convolution2D(2, 2, 2, dim_ordering="th"))
    model = OldSequential([inner, old.Flatten(), old.Dense(2)])
    randomize(model)
    path = str(tmp_path / "w.h5")
    model.save_weights(path)
    flip_in_file(path, lambda array: (2, 3))
    parts = [
        layers.Input((6, 5, 3)),
        layers.Conv2D(4, (3, 2), data_format="channels_last"),
        layers.BatchNormalization(),
    ]
    parts.append(layers.Conv2D(2, 2, data_format="channels_last"))
    new = polykeras.Sequential(
        [layers.Input((6, 5, 3)), polykeras.Sequential(parts), layers.Flatten(), layers.Dense(2)]
    )
    new.load_weights(path, original_backend="theano")
    np.testing.assert_allclose(new.predict(IMAGES, verbose=0), model.predict(laid_out("th")), rtol=1e-5, atol=1e-6)


def test_files_of_keras_2_that_theano_wrote(tmp_path):
    """They say so, and are turned around without being told; what is saved again is not."""
    model = polykeras.Sequential([layers.Input((6, 5, 3)), layers.Conv2D(4, 3), layers.Conv2D(2, 2), layers.Flatten()])
    model.save(tmp_path / "w.h5")
    expected = model.predict(IMAGES, verbose=0)
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        file.attrs["backend"] = file["model_weights"].attrs["backend"] = "theano"
        file["model_weights"].attrs["keras_version"] = "2.0.4"

        def turn(name, item):
            if hasattr(item, "dtype") and item.ndim == 4:
                item[...] = item[...][::-1, ::-1]

        file["model_weights"].visititems(turn)
    other = saving.load_model(tmp_path / "w.h5", compile=False)
    np.testing.assert_allclose(other.predict(IMAGES, verbose=0), expected, rtol=1e-6)
    other.save(tmp_path / "again.h5")
    again = saving.load_model(tmp_path / "again.h5", compile=False)
    np.testing.assert_array_equal(again.predict(IMAGES, verbose=0), other.predict(IMAGES, verbose=0))


def test_keras_json_that_names_theano(tmp_path, monkeypatch):
    """Such a file of settings says where the old weights are from; NumPy stands in for the backend."""
    (tmp_path / "keras.json").write_text('{"backend": "theano", "image_dim_ordering": "th"}')
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    config._file.cache_clear()
    try:
        assert config.former_backend() == "theano"
        with pytest.warns(UserWarning, match="no longer made"):
            assert config.configured_backend() == "numpy"
        model, new = old_images("th"), new_images()
        path = str(tmp_path / "old.h5")
        model.save_weights(path)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            new.load_weights(path)  # polykeras wrote it: not flipped
            expected = model.predict(laid_out("th"))
            np.testing.assert_allclose(new.predict(IMAGES, verbose=0), expected, rtol=1e-5, atol=1e-6)
            flip_in_file(path, lambda array: (2, 3))
            other = new_images()
            other.load_weights(path)
        np.testing.assert_allclose(other.predict(IMAGES, verbose=0), expected, rtol=1e-5, atol=1e-6)
    finally:
        monkeypatch.undo()
        config._file.cache_clear()


def test_a_file_of_another_model_is_refused(tmp_path):
    model = old_images("th")
    model.save_weights(str(tmp_path / "w.h5"))
    other = polykeras.Sequential([layers.Input((6, 5, 3)), layers.Conv2D(4, (3, 2)), layers.Dense(1)])
    with pytest.raises(SavedFileError, match="Nothing was loaded"):
        other.load_weights(tmp_path / "w.h5")


def test_whole_models_of_keras_1_are_for_v1():
    with pytest.raises(SavedFileError, match=r"Keras 1\.2\.2.*polykeras\.v1\.models\.load_model"):
        saving.load_model(GOLDEN / "cnn_vgg_th.h5")
