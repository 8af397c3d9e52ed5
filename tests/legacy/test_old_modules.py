"""Modules of Keras 1 that have another place today, or none: what they held works with today's models."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from polykeras.layers import Dense, Flatten
from polykeras.models import Sequential
from polykeras.optimizers import Adam

NAMES = {
    "preprocessing.image": ("ImageDataGenerator", "random_rotation", "flip_axis", "array_to_img", "load_img"),
    "preprocessing.sequence": ("pad_sequences", "make_sampling_table", "skipgrams"),
    "preprocessing.text": ("Tokenizer", "text_to_word_sequence", "one_hot"),
    "wrappers.scikit_learn": ("KerasClassifier", "KerasRegressor"),
    "utils.visualize_util": ("plot", "model_to_dot"),
    "utils.layer_utils": ("print_summary", "convert_all_kernels_in_model"),
    "utils.generic_utils": ("Progbar", "custom_object_scope", "get_from_module"),
    "utils.io_utils": ("HDF5Matrix", "ask_to_proceed_with_overwrite"),
    "utils.data_utils": ("get_file",),
    "utils.np_utils": ("to_categorical", "normalize"),
}


@pytest.fixture(autouse=True)
def no_word_of_old_spellings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, names in NAMES.items() for n in names])
def test_the_name_is_there(module: str, name: str) -> None:
    assert callable(getattr(import_module(f"polykeras.{module}"), name))
    with pytest.raises(AttributeError, match="no_such_name"):
        assert import_module(f"polykeras.{module}").no_such_name


def _labelled(rows: int) -> tuple[Any, Any]:
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 2, rows)
    x = generator.normal(size=(rows, 8, 8, 1)) * 0.1
    x[labels == 1, :, :4] += 1.0
    return x.astype("float32"), labels


def _model() -> Any:
    model = Sequential()
    model.add(Flatten(input_shape=(8, 8, 1)))
    model.add(Dense(output_dim=2, activation="softmax"))
    model.compile(optimizer=Adam(lr=0.02), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_changed_pictures_train_a_model_of_today() -> None:
    from polykeras.preprocessing.image import ImageDataGenerator

    x, labels = _labelled(64)
    pictures = ImageDataGenerator(vertical_flip=True, width_shift_range=0.1)
    model = _model()
    history = model.fit_generator(pictures.flow(x, labels, batch_size=16), samples_per_epoch=64, nb_epoch=20, verbose=0)
    assert history.history["accuracy"][-1] > 0.95


def test_a_wrapper_of_a_function_that_builds_a_model_of_today() -> None:
    from polykeras.wrappers.scikit_learn import KerasClassifier

    x, labels = _labelled(64)
    classifier = KerasClassifier(build_fn=_model, nb_epoch=20, verbose=0)
    classifier.fit(x, labels)
    assert (classifier.predict(x) == labels).mean() > 0.95
    assert classifier.predict_proba(x).shape == (64, 2)
    assert classifier.score(x, labels) > 0.95


def test_words_are_counted_with_todays_layers() -> None:
    from polykeras.preprocessing.text import Tokenizer

    tokenizer = Tokenizer(nb_words=5)
    tokenizer.fit_on_texts(["to be or not to be", "to do"])
    matrix = tokenizer.texts_to_matrix(["to be to"], mode="count")
    model = Sequential([Dense(1, input_dim=5)])
    assert model.predict(matrix, verbose=0).shape == (1, 1)
    assert sorted(matrix[0].tolist()) == [0, 0, 0, 1, 2]


def test_the_learning_rate_of_an_optimizer_by_its_old_name() -> None:
    model = _model()
    from polykeras import backend as K

    assert float(K.get_value(model.optimizer.lr)) == pytest.approx(0.02)
    K.set_value(model.optimizer.lr, 0.5)
    assert float(model.optimizer.learning_rate) == 0.5
    model.optimizer.lr = 0.0
    x, labels = _labelled(8)
    before = model.get_weights()
    model.train_on_batch(x, labels)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
