"""Data sets from small local files that are made like the published ones; the same files in Keras 3.15 give the same."""

import gzip
import hashlib
import io
import json
import os
import pickle
import tarfile

import numpy as np
import pytest

from polykeras import config, datasets
from polykeras.datasets import cifar10, cifar100, fashion_mnist, files
from polykeras.errors import ArgumentError, SavedFileError
from polykeras.v1 import datasets as old_datasets  # noqa: F401  its modules are imported below
from polykeras.v1.datasets import cifar as old_cifar
from polykeras.v1.datasets import cifar10 as old_cifar10
from polykeras.v1.datasets import imdb as old_imdb
from polykeras.v1.datasets import mnist as old_mnist
from polykeras.v1.datasets import reuters as old_reuters

RNG = np.random.default_rng(3)
TEXTS = [[1, 5, 9], [2, 2], [7, 1, 1, 3], [4], [8, 6], [3, 2, 1]]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


def lists(texts):
    array = np.empty(len(texts), object)
    array[:] = texts
    return array


def write_npz(path, **arrays):
    np.savez(path, **arrays)
    return str(path)


def as_published(monkeypatch, module, path, constant="SHA256", algorithm="sha256"):
    """The module takes the small file for the published one."""
    monkeypatch.setattr(module, constant, hashlib.new(algorithm, path.read_bytes()).hexdigest())


MODULES = ["boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist", "reuters"]


@pytest.mark.parametrize("name", MODULES)
def test_a_missing_file_is_described(home, name):
    with pytest.raises(SavedFileError, match="nothing is downloaded") as caught:
        getattr(datasets, name).load_data()
    text = str(caught.value)
    assert str(home) in text and "https://" in text and ("SHA256" in text or "MD5" in text)


@pytest.mark.parametrize("name", MODULES)
def test_another_file_is_refused(home, name):
    where = home
    for part in ("cifar-10-python.tar.gz", "cifar-100-python.tar.gz", *(f"{n}.npz" for n in MODULES)):
        (home / part).write_bytes(b"something else")
    if name == "fashion_mnist":
        where = home / "fashion-mnist"
        where.mkdir()
        for file in fashion_mnist.MD5:
            (where / file).write_bytes(b"something else")
    with pytest.raises(SavedFileError, match="checksum is") as caught:
        getattr(datasets, name).load_data()
    assert str(where) in str(caught.value) and "Get it again" in str(caught.value)


@pytest.mark.parametrize(
    ("module", "name"), [(old_mnist, "mnist.pkl.gz"), (old_imdb, "imdb_full.pkl"), (old_reuters, "reuters.pkl")]
)
def test_what_keras_1_had_is_named_too(home, module, name):
    with pytest.raises(SavedFileError, match=rf"nothing is downloaded.*Keras 1's '{name}', in the same folder"):
        module.load_data()


def test_mnist(home, monkeypatch, tmp_path):
    x, y = RNG.integers(0, 256, (3, 28, 28), "uint8"), np.arange(3, dtype="uint8")
    path = write_npz(tmp_path / "own.npz", x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    (train, labels), (test, _) = datasets.mnist.load_data(path)
    np.testing.assert_array_equal(train, x)
    assert labels.tolist() == [0, 1, 2] and test.shape == (1, 28, 28)
    os.replace(path, home / "mnist.npz")
    as_published(monkeypatch, datasets.mnist, home / "mnist.npz")
    np.testing.assert_array_equal(datasets.mnist.load_data()[0][0], x)
    np.testing.assert_array_equal(old_mnist.load_data()[0][0], x)
    with gzip.open(home / "mnist.pkl.gz", "wb") as file:  # what Keras 1 had downloaded comes first
        pickle.dump(((x[::-1], y), (x[:2], y[:2])), file, protocol=2)
    np.testing.assert_array_equal(old_mnist.load_data()[0][0], x[::-1])


def test_fashion_mnist(home, monkeypatch):
    folder = home / "fashion-mnist"
    folder.mkdir()
    x, y = RNG.integers(0, 256, (2, 28, 28), "uint8"), np.array([9, 4], "uint8")
    for part in ("train", "t10k"):
        for kind, head, numbers in (("images-idx3", 16, x), ("labels-idx1", 8, y)):
            (folder / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(bytes(head) + numbers.tobytes()))
    published = {n: hashlib.md5((folder / n).read_bytes()).hexdigest() for n in fashion_mnist.MD5}
    monkeypatch.setattr(fashion_mnist, "MD5", published)
    (train, labels), (test, _) = datasets.fashion_mnist.load_data()
    np.testing.assert_array_equal(train, x)
    assert labels.tolist() == [9, 4] and test.shape == (2, 28, 28)


def write_cifar(folder, name, keys):
    """A file as in the archives: a pickle of Python 2 with bytes as keys."""
    content = {b"data": RNG.integers(0, 256, (2, 3072), "uint8"), **{k: [1, 3] for k in keys}}
    (folder / name).write_bytes(pickle.dumps(content, protocol=2))
    return content[b"data"].reshape(2, 3, 32, 32)


@pytest.mark.parametrize(
    "packed", ["cifar-10-python.tar.gz", "cifar-10-batches-py.tar.gz", "cifar-10-batches-py-target", ""]
)
def test_cifar10(home, tmp_path, monkeypatch, packed):
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    images = [write_cifar(folder, n, [b"labels"]) for n in (*cifar10.PHOTOGRAPHS.train, "test_batch")]
    if packed:
        with tarfile.open(home / packed, "w:gz") as archive:
            archive.add(folder, folder.name)
        published = hashlib.sha256((home / packed).read_bytes()).hexdigest()
        monkeypatch.setattr(cifar10, "PHOTOGRAPHS", replaced(cifar10.PHOTOGRAPHS, published))
    else:
        os.replace(folder, home / folder.name)
    (x, y), (_, y_test) = datasets.cifar10.load_data()
    assert x.shape == (10, 32, 32, 3) and x.dtype == "uint8" and y.dtype == "uint8"
    np.testing.assert_array_equal(x, np.concatenate(images[:5]).transpose(0, 2, 3, 1))
    assert y.tolist() == [[1], [3]] * 5 and y_test.shape == (2, 1)
    before = config.image_data_format()
    config.set_image_data_format("channels_first")
    try:
        np.testing.assert_array_equal(old_cifar10.load_data()[1][0], images[5])
    finally:
        config.set_image_data_format(before)


def replaced(photographs, hash):
    from dataclasses import replace

    return replace(photographs, hash=hash)


def test_cifar100(home):
    folder = home / "cifar-100-python"
    folder.mkdir()
    for name in ("train", "test"):
        images = write_cifar(folder, name, [b"fine_labels", b"coarse_labels"])
    assert datasets.cifar100.load_data("coarse")[0][1].tolist() == [[1], [3]]
    np.testing.assert_array_equal(datasets.cifar100.load_data()[1][0], images.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(old_cifar.load_batch(str(folder / "test"), "fine_labels")[0], images)
    with pytest.raises(ArgumentError, match='"fine" or "coarse"'):
        datasets.cifar100.load_data("medium")
    (folder / "test").unlink()
    with pytest.raises(SavedFileError, match="unpack the archive again"):
        cifar100.load_data()


def test_imdb(home, tmp_path, monkeypatch):
    half = lists(TEXTS[:3]), np.array([0, 1, 0])
    other = lists(TEXTS[3:]), np.array([1, 1, 0])
    path = tmp_path / "own.npz"
    write_npz(path, x_train=half[0], y_train=half[1], x_test=other[0], y_test=other[1])
    (x, y), (x_test, _) = datasets.imdb.load_data(str(path), start_char=None, index_from=0, num_words=99)
    assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == [([1, 5, 9], 0), ([2, 2], 1), ([7, 1, 1, 3], 0)]
    assert sorted(x_test.tolist()) == sorted(TEXTS[3:])
    (x, _), _ = datasets.imdb.load_data(str(path), num_words=9, skip_top=5, maxlen=5)
    assert sorted(x.tolist()) == [[2, 2, 8, 2], [2, 5, 5]]  # 1 for the start is below 5, so is out; 12 is above
    (x, _), _ = datasets.imdb.load_data(str(path), nb_words=9, oov_char=None)
    assert sorted(x.tolist()) == [[1, 4, 4, 6], [1, 4, 8], [1, 5, 5]]
    with pytest.raises(ArgumentError, match="the shortest has 3"):
        datasets.imdb.load_data(str(path), maxlen=2)
    with pytest.raises(ArgumentError, match="words"):
        datasets.imdb.load_data(str(path), words=3)
    pickled = ([TEXTS[:3], [0, 1, 0]], [TEXTS[3:], [1, 1, 0]])
    (home / "imdb_full.pkl").write_bytes(pickle.dumps(pickled, protocol=2))
    with pytest.raises(SavedFileError, match="MD5"):
        old_imdb.load_data()
    as_published(monkeypatch, old_imdb, home / "imdb_full.pkl", "MD5", "md5")
    (x, y), (x_test, _) = old_imdb.load_data(nb_words=99, start_char=None, index_from=0)
    assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == [([1, 5, 9], 0), ([2, 2], 1), ([7, 1, 1, 3], 0)]
    assert len(old_imdb.load_data(str(path))[1][0]) == 3


def test_reuters(home, tmp_path):
    path = write_npz(tmp_path / "own.npz", x=lists(TEXTS), y=np.arange(6))
    (x, y), (x_test, y_test) = datasets.reuters.load_data(
        path, test_split=0.5, num_words=99, start_char=None, index_from=0
    )
    assert len(x) == len(x_test) == 3
    assert [TEXTS[i] for i in [*y, *y_test]] == [*x, *x_test] and [*y, *y_test] != list(range(6))
    assert datasets.reuters.get_label_names()[3] == "earn" and len(datasets.reuters.get_label_names()) == 46
    (home / "reuters.pkl").write_bytes(pickle.dumps([TEXTS, list(range(6))], protocol=2))
    (old, labels), _ = old_reuters.load_data(nb_words=99, start_char=None, index_from=0, test_split=0.5)
    assert old == x.tolist() and labels.tolist() == y.tolist()


def test_indices_of_words(home, monkeypatch):
    text = json.dumps({"film": 1, "good": 2})
    for module, old in ((datasets.imdb, old_imdb), (datasets.reuters, old_reuters)):
        place = home / module.INDEX
        with pytest.raises(SavedFileError, match=module.INDEX):
            old.get_word_index()
        place.write_text(text)
        with pytest.raises(SavedFileError, match="checksum"):
            module.get_word_index()
        as_published(monkeypatch, module, place, "INDEX_MD5", "md5")
        assert module.get_word_index() == old.get_word_index() == {"film": 1, "good": 2}
    (home / "reuters_word_index.pkl").write_bytes(pickle.dumps({"news": 1}, protocol=2))
    assert old_reuters.get_word_index() == {"news": 1}


def test_houses(tmp_path):
    x, y = RNG.normal(size=(700, 2)), np.arange(700.0)
    path = write_npz(tmp_path / "own.npz", x=x, y=y)
    (x_train, y_train), (x_test, y_test) = datasets.boston_housing.load_data(path)
    assert x_train.shape == (560, 2) and sorted([*y_train, *y_test]) == y.tolist() and y_train[0] != 0
    np.testing.assert_array_equal(x_test, x[y_test.astype(int)])
    small = datasets.california_housing.load_data("small", path, test_split=0)
    assert small[0][0].shape == (600, 2) and small[1][0].shape == (0, 2)
    with pytest.raises(ArgumentError, match="test_split"):
        datasets.boston_housing.load_data(path, test_split=1)
    with pytest.raises(ArgumentError, match='"small" or "large"'):
        datasets.california_housing.load_data("huge")


class Harmful:
    def __reduce__(self):
        return os.system, ("echo harm",)


def test_files_cannot_run_anything(home, tmp_path):
    with gzip.open(home / "mnist.pkl.gz", "wb") as file:
        pickle.dump(Harmful(), file)
    with pytest.raises(SavedFileError, match="system, which no data set has"):
        old_mnist.load_data()
    path = write_npz(tmp_path / "own.npz", x=lists([[1], Harmful()]), y=np.zeros(2))
    with pytest.raises(SavedFileError, match="system, which no data set has"):
        datasets.reuters.load_data(path)
    with pytest.raises(SavedFileError, match="damaged"):
        files.unpickled(io.BytesIO(b"\x80\x02nonsense"), "x.pkl")
    (tmp_path / "own.npz").write_bytes(b"PK")
    with pytest.raises(SavedFileError, match=r"no \.npz file"):
        datasets.mnist.load_data(path)
