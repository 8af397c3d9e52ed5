"""Files of events, read back by the library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polykeras import callbacks, layers, models, optimizers, utils
from polykeras.errors import ArgumentError

event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
graph_pb2 = pytest.importorskip("tensorboard.compat.proto.graph_pb2")
projector_config_pb2 = pytest.importorskip("tensorboard.plugins.projector.projector_config_pb2")
text_format = pytest.importorskip("google.protobuf.text_format")

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = X[:, :1]


def _model() -> Any:
    utils.set_random_seed(1)
    model = models.Sequential([layers.Input((3,)), layers.Dense(2, name="hidden"), layers.Dense(1, name="out")])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def _fit(model: Any, board: callbacks.TensorBoard, **options: Any) -> Any:
    return model.fit(X, Y, batch_size=2, shuffle=False, verbose=0, callbacks=[board], **{"epochs": 3, **options})


def _read(directory: Path) -> Any:
    events = event_accumulator.EventAccumulator(
        str(directory), size_guidance={"scalars": 0, "histograms": 0, "images": 0}
    )
    events.Reload()
    return events


def _scalars(directory: Path) -> dict[str, list[tuple[int, float]]]:
    events = _read(directory)
    return {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def test_scalars_of_epochs(tmp_path: Path) -> None:
    model = _model()
    board = callbacks.TensorBoard(tmp_path)
    assert not callbacks.CallbackList([board]).watches_batches(True)
    history = _fit(model, board, validation_data=(X[:4], Y[:4])).history
    train, validation = _scalars(tmp_path / "train"), _scalars(tmp_path / "validation")
    assert train.keys() == {"epoch_loss", "epoch_mae", "epoch_learning_rate"}
    for name in ("loss", "mae"):
        np.testing.assert_allclose(train[f"epoch_{name}"], list(enumerate(history[name])), rtol=1e-6)
        np.testing.assert_allclose(validation[f"epoch_{name}"], list(enumerate(history[f"val_{name}"])), rtol=1e-6)
        against_steps = validation[f"evaluation_{name}_vs_iterations"]
        np.testing.assert_allclose(against_steps, list(zip((4, 8, 12), history[f"val_{name}"])), rtol=1e-6)
    np.testing.assert_allclose(train["epoch_learning_rate"], [(0, 0.01), (1, 0.01), (2, 0.01)], rtol=1e-6)


@pytest.mark.parametrize(("freq", "steps"), [("batch", [1, 2, 3, 4, 5, 6, 7, 8]), (3, [3, 6])])
def test_scalars_of_batches(freq: Any, steps: list[int], tmp_path: Path) -> None:
    losses: list[float] = []
    keep = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: losses.append(logs["loss"]))
    board = callbacks.TensorBoard(tmp_path, update_freq=freq, write_steps_per_second=True)
    _model().fit(X, Y, batch_size=2, epochs=2, shuffle=False, verbose=0, callbacks=[board, keep])
    found = _scalars(tmp_path / "train")
    np.testing.assert_allclose(found["batch_loss"], [(step, losses[step - 1]) for step in steps], rtol=1e-6)
    assert [step for step, _ in found["batch_steps_per_second"]] == steps
    assert [step for step, rate in found["epoch_steps_per_second"] if rate > 0] == [0, 1]


def test_a_run_that_goes_on_counts_on(tmp_path: Path) -> None:
    model = _model()
    for begin in (0, 1):
        _fit(model, callbacks.TensorBoard(tmp_path, update_freq="batch"), epochs=begin + 1, initial_epoch=begin)
    assert [step for step, _ in _scalars(tmp_path / "train")["batch_loss"]] == list(range(1, 9))


def test_a_schedule_is_followed(tmp_path: Path) -> None:
    model = _model()
    model.compile(optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 4, 0.5)), "mse")
    _fit(model, callbacks.TensorBoard(tmp_path))
    rates = [rate for _, rate in _scalars(tmp_path / "train")["epoch_learning_rate"]]
    np.testing.assert_allclose(rates, [0.05, 0.025, 0.0125], rtol=1e-5)


def test_histograms_and_pictures_of_weights(tmp_path: Path) -> None:
    model = _model()
    _fit(model, callbacks.TensorBoard(tmp_path, histogram_freq=2, write_images=True))
    events = _read(tmp_path / "train")
    tags = [f"{w.path}/histogram" for w in model.weights]
    assert events.Tags()["histograms"] == tags
    for weight, tag in zip(model.weights, tags, strict=True):
        histograms = events.Histograms(tag)
        assert [h.step for h in histograms] == [0, 2]
        found, values = histograms[-1].histogram_value, weight.numpy()
        np.testing.assert_allclose(
            [found.min, found.max, found.num, found.sum, found.sum_squares],
            [values.min(), values.max(), values.size, values.sum(), np.square(values).sum()],
            rtol=1e-5,
        )
        assert sum(found.bucket) == values.size
        below = sum(n for n, limit in zip(found.bucket, found.bucket_limit, strict=True) if limit < found.max)
        assert below < values.size
    picture = events.Images(f"{model.weights[0].path}/image/0")[-1]
    assert (picture.height, picture.width) == (2, 3)


def test_pictures_of_convolution_kernels(tmp_path: Path) -> None:
    model = models.Sequential([layers.Input((6, 6, 2)), layers.Conv2D(4, (3, 5), name="conv"), layers.Flatten()])
    model.compile("sgd", "mse")
    board = callbacks.TensorBoard(tmp_path, histogram_freq=1, write_images=True)
    model.fit(np.ones((2, 6, 6, 2)), np.ones((2, 4 * 2 * 4)), verbose=0, callbacks=[board])
    events = _read(tmp_path / "train")
    tags = [tag for tag in events.Tags()["images"] if "kernel" in tag]
    assert tags == [f"{model.weights[0].path}/image/{i}" for i in range(3)]
    (picture,) = events.Images(tags[0])
    assert (picture.height, picture.width) == (3, 5)


def test_the_graph_of_layers(tmp_path: Path) -> None:
    inner = _model()
    a, b = layers.Input((3,), name="a"), layers.Input((3,), name="b")
    model = models.Model([a, b], layers.Add(name="sum")([inner(a), inner(b)]))
    model.compile("sgd", "mse")
    for wanted in (True, False):
        directory = tmp_path / str(wanted)
        model.fit([X, X], Y, verbose=0, callbacks=[callbacks.TensorBoard(directory, write_graph=wanted)])
        assert _read(directory / "train").Tags()["graph"] is wanted
    graph = graph_pb2.GraphDef.FromString(_read(tmp_path / "True" / "train").Graph().SerializeToString())
    assert {node.name: (node.op, list(node.input)) for node in graph.node} == {
        "a": ("InputLayer", []),
        "b": ("InputLayer", []),
        inner.name: ("Sequential", ["a", "b"]),
        f"{inner.name}/hidden": ("Dense", []),
        f"{inner.name}/out": ("Dense", [f"{inner.name}/hidden"]),
        "sum": ("Add", [inner.name]),
    }


def test_a_model_that_is_built_by_its_first_batch_has_a_graph(tmp_path: Path) -> None:
    model = models.Sequential([layers.Dense(1, name="late")])
    model.compile("sgd", "mse")
    _fit(model, callbacks.TensorBoard(tmp_path))
    assert [node.name for node in _read(tmp_path / "train").Graph().node] == ["late"]


def test_evaluations_of_their_own(tmp_path: Path) -> None:
    model = _model()
    loss, _ = model.evaluate(X, Y, verbose=0, callbacks=[callbacks.TensorBoard(tmp_path)])
    found = _scalars(tmp_path / "validation")["evaluation_loss_vs_iterations"]
    np.testing.assert_allclose(found, [(0, loss)], rtol=1e-6)


def test_embeddings(tmp_path: Path) -> None:
    words = layers.Embedding(5, 2, name="words")
    model = models.Sequential([layers.Input((4,), dtype="int32"), words, layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    data = np.arange(8).reshape(2, 4) % 5, np.ones((2, 1))
    for metadata in ("words.txt", {"words": "words.txt"}):
        board = callbacks.TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata=metadata)
        model.fit(*data, verbose=0, callbacks=[board])
        text = (tmp_path / "projector_config.pbtxt").read_text()
        (found,) = text_format.Parse(text, projector_config_pb2.ProjectorConfig()).embeddings
        assert (found.tensor_name, found.tensor_path, found.metadata_path) == ("words", "words.tsv", "words.txt")
        np.testing.assert_allclose(np.loadtxt(tmp_path / found.tensor_path), words.embeddings.numpy(), rtol=1e-7)
    with pytest.raises(ArgumentError, match=r"names \['letters'\], which are no embedding layers of the model; it has"):
        model.fit(*data, verbose=0, callbacks=[
            callbacks.TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"letters": "a"})
        ])  # fmt: skip
    with pytest.raises(ArgumentError, match="give a dictionary"):
        _fit(_model(), callbacks.TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata="a"))


@pytest.mark.parametrize("options", [
    {"update_freq": "step"}, {"update_freq": 0}, {"histogram_freq": -1}, {"embeddings_freq": 1.5}, {"histogram_freq": True},
])  # fmt: skip
def test_refusals(options: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match=f"TensorBoard: {next(iter(options))} must be"):
        callbacks.TensorBoard(**options)


def test_there_is_no_profiler() -> None:
    with pytest.warns(UserWarning, match=r"profile_batch=\(2, 4\) has no effect"):
        callbacks.TensorBoard(profile_batch=(2, 4))


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto", None)
    monkeypatch.delitem(sys.modules, "tensorboard.compat.proto.event_pb2", raising=False)
    with pytest.raises(ImportError, match=r"TensorBoard needs .* pip install 'polykeras\[tensorboard\]'"):
        _fit(_model(), callbacks.TensorBoard(tmp_path))
