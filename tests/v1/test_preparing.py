"""Sequences, texts, pictures, data sets from files, and estimators."""

import numpy as np
import pytest

from polykeras.errors import ArgumentError, SavedFileError, ShapeError
from polykeras.random import set_random_seed
from polykeras.v1.layers import Dense
from polykeras.v1.models import Sequential
from polykeras.v1.optimizers import SGD
from polykeras.v1.preprocessing.image import ImageDataGenerator, array_to_img, img_to_array, random_zoom
from polykeras.v1.preprocessing.sequence import pad_sequences, skipgrams
from polykeras.v1.preprocessing.text import one_hot
from polykeras.v1.utils.data_utils import get_file, validate_file
from polykeras.v1.wrappers.scikit_learn import KerasClassifier, KerasRegressor

PICTURES = np.random.default_rng(0).random((6, 5, 5, 3))


def test_skipgrams_are_near():
    pairs, labels = skipgrams([1, 2, 0, 3], 10, window_size=1, negative_samples=0.0, shuffle=False)
    assert pairs == [[1, 2], [2, 1]] and labels == [1, 1]
    pairs, labels = skipgrams([1, 2, 3], 10, negative_samples=1.0)
    assert len(pairs) == 12 and sum(labels) == 6


def test_hashed_words_are_the_same_everywhere():
    assert one_hot("a cat, a dog", 50) == one_hot("A CAT a dog!", 50)
    assert len(set(one_hot("a cat a dog", 50)[::2])) == 1


def test_pictures_flow_without_end():
    flow = ImageDataGenerator(dim_ordering="tf").flow(PICTURES, np.arange(6), batch_size=4, shuffle=False)
    (a, first), (b, second), (c, _) = (next(flow) for _ in range(3))
    np.testing.assert_allclose(np.concatenate([a, b]), PICTURES, rtol=1e-6)
    assert list(first) + list(second) == list(range(6))
    np.testing.assert_array_equal(a, c)


def test_normalised_by_all():
    change = ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True, dim_ordering="tf")
    change.fit(PICTURES)
    batch = next(change.flow(PICTURES, batch_size=6, shuffle=False))
    np.testing.assert_allclose(batch.mean((0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(batch.std((0, 1, 2)), 1, atol=1e-4)


def test_whitened_features_are_uncorrelated():
    change = ImageDataGenerator(zca_whitening=True, featurewise_center=True, dim_ordering="tf")
    many = np.random.default_rng(1).normal(size=(200, 2, 2, 1)) @ np.ones((1, 1)) + np.arange(4).reshape(2, 2, 1)
    change.fit(many)
    flat = next(change.flow(many, batch_size=200, shuffle=False)).reshape(200, -1)
    np.testing.assert_allclose(flat.T @ flat / 200, np.eye(4), atol=1e-3)


def test_changes_keep_shape_and_range():
    np.random.seed(0)
    change = ImageDataGenerator(
        rotation_range=30, width_shift_range=0.2, height_shift_range=0.2, shear_range=0.3, zoom_range=0.2,
        channel_shift_range=0.1, horizontal_flip=True, vertical_flip=True, dim_ordering="tf",
    )  # fmt: skip
    batch = next(change.flow(PICTURES, batch_size=6, shuffle=False))
    assert batch.shape == PICTURES.shape and not np.allclose(batch, PICTURES)
    assert batch.min() >= PICTURES.min() - 1e-6 and batch.max() <= PICTURES.max() + 1e-6
    flipped = ImageDataGenerator(dim_ordering="tf", horizontal_flip=True)
    np.random.seed(3)
    found = {tuple(flipped.random_transform(PICTURES[0]).ravel()) for _ in range(20)}
    assert found == {tuple(PICTURES[0].ravel()), tuple(PICTURES[0][:, ::-1].ravel())}


def test_folders_of_pictures(tmp_path):
    pytest.importorskip("PIL")
    for name, count in (("cat", 2), ("dog", 3)):
        (tmp_path / name).mkdir()
        for i in range(count):
            array_to_img(PICTURES[i], "tf").save(tmp_path / name / f"{i}.png")
    change = ImageDataGenerator(rescale=1 / 255, dim_ordering="tf")
    flow = change.flow_from_directory(str(tmp_path), target_size=(5, 5), batch_size=5, shuffle=False)
    x, y = next(flow)
    assert x.shape == (5, 5, 5, 3) and flow.class_indices == {"cat": 0, "dog": 1}
    np.testing.assert_array_equal(y, np.eye(2)[[0, 0, 1, 1, 1]])
    picture = PICTURES[0] - PICTURES[0].min()
    np.testing.assert_allclose(x[0], picture / picture.max(), atol=1 / 200)
    assert img_to_array(array_to_img(PICTURES[0], "tf"), "th").shape == (3, 5, 5)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: pad_sequences([[1]], padding="mid"), ArgumentError, "padding"),
        (lambda: random_zoom(PICTURES[0], (1, 2, 3)), ArgumentError, "pair"),
        (lambda: ImageDataGenerator().flow(PICTURES, [1]), ShapeError, "as many"),
        (lambda: ImageDataGenerator().flow(PICTURES[0]), ShapeError, "four axes"),
        (lambda: KerasClassifier(_classifier, batchsize=3), ArgumentError, "batchsize"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_files_are_found_and_checked(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(SavedFileError, match="nothing is downloaded") as caught:
        get_file("numbers.npz", "https://example.org/numbers.npz")
    place = tmp_path / "datasets" / "numbers.npz"
    assert str(place) in str(caught.value) and "https://example.org" in str(caught.value)
    place.parent.mkdir()
    place.write_bytes(b"abc")
    assert get_file("numbers.npz", "x", md5_hash="900150983cd24fb0d6963f7d28e17f72") == str(place)
    assert not validate_file(str(place), "0" * 32)
    with pytest.raises(SavedFileError, match="damaged"):
        get_file("numbers.npz", "x", md5_hash="0" * 32)


def _classifier(width=8):
    model = Sequential([Dense(width, input_dim=2, activation="tanh"), Dense(2, activation="softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def _quick_classifier(rate=0.5):
    model = Sequential([Dense(2, input_dim=2, activation="softmax")])
    model.compile(SGD(rate), "categorical_crossentropy", metrics=["accuracy"])
    return model


def test_estimators():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    labels = np.where(x[:, 0] > 0, "right", "left")
    classifier = KerasClassifier(_classifier, width=16, nb_epoch=60, batch_size=10, verbose=0)
    classifier.fit(x, labels)
    assert classifier.score(x, labels) > 0.85
    assert set(classifier.predict(x)) <= {"left", "right"}
    assert classifier.predict_proba(x).shape == (60, 2)
    assert classifier.get_params()["width"] == 16

    regressor = KerasRegressor(_line, nb_epoch=300, verbose=0)
    regressor.fit(x, x[:, 0])
    errors = regressor.predict(x) - x[:, 0]
    assert errors.shape == (60,) and regressor.score(x, x[:, 0]) == pytest.approx(np.mean(errors**2), rel=1e-4)
    assert regressor.score(x, x[:, 0]) < 0.2  # Keras 1 gave the loss itself


def _line():
    model = Sequential([Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    return model


def test_estimators_in_scikit_learn():
    set_random_seed(0)
    """Searching, validating and pipelines of today's scikit-learn take them."""
    pytest.importorskip("sklearn")
    from sklearn.base import clone, is_classifier, is_regressor
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = np.random.default_rng(0).normal(size=(60, 2))
    labels = np.where(x[:, 0] > 0, "right", "left")
    classifier = KerasClassifier(_quick_classifier, nb_epoch=20, batch_size=10, verbose=0)
    assert is_classifier(classifier) and is_regressor(KerasRegressor(_line))
    search = GridSearchCV(classifier, {"rate": [-1.0, 0.5], "nb_epoch": [20]}, cv=2).fit(x, labels)
    assert search.best_params_ == {"rate": 0.5, "nb_epoch": 20} and search.best_score_ > 0.8
    assert cross_val_score(classifier, x, labels, cv=2, scoring="accuracy").shape == (2,)
    assert make_pipeline(StandardScaler(), classifier).fit(x, labels).score(x, labels) > 0.8
    assert clone(KerasRegressor(_line, class_weight={0: 1.0})).get_params()["class_weight"] == {0: 1.0}
