"""Data of frameworks, and of tables and `PyDataset`, train a model on any backend as the arrays do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, ops, optimizers, plugins
from polykeras.scope import backend_scope
from polykeras.utils import PyDataset

BACKENDS = sorted(set(plugins.names()) - {"lists"})
X = np.random.default_rng(0).normal(size=(10, 3)).astype("float32")
Y = X.sum(-1, keepdims=True)


def _loader() -> Any:
    data = pytest.importorskip("torch.utils.data")
    tensors = [pytest.importorskip("torch").from_numpy(a) for a in (X, Y)]
    return data.DataLoader(data.TensorDataset(*tensors), batch_size=4)


def _loader_of_unknown_length() -> Any:
    data = pytest.importorskip("torch.utils.data")

    class Samples(data.IterableDataset):  # type: ignore[name-defined,misc]
        def __iter__(self) -> Any:
            return zip(X, Y, strict=True)

    return data.DataLoader(Samples(), batch_size=4)


def _pipeline() -> Any:
    tensorflow = pytest.importorskip("tensorflow")
    return tensorflow.data.Dataset.from_tensor_slices((X, Y)).batch(4)


def _pipeline_of_unknown_length() -> Any:
    return _pipeline().filter(lambda x, y: True)


class _Parts(PyDataset):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        return X[4 * index : 4 * index + 4], Y[4 * index : 4 * index + 4]


def _table() -> Any:
    return pytest.importorskip("pandas").DataFrame(X)


def _fit(backend: str, *data: Any) -> list[float]:
    with backend_scope(backend):
        pk.set_random_seed(0)
        model = pk.Sequential([pk.Input((3,)), layers.Dense(1)])
        model.compile(optimizers.SGD(0.1), "mse")
        losses = model.fit(*data, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"]
        assert model.predict(data[0], verbose=0).shape == (10, 1)
        return losses


SOURCES: dict[str, Callable[[], Any]] = {
    "data loader": _loader,
    "data loader of unknown length": _loader_of_unknown_length,
    "pipeline": _pipeline,
    "pipeline of unknown length": _pipeline_of_unknown_length,
    "workers": lambda: _Parts(workers=2),
    "table": _table,
}


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_source_on_every_backend(backend: str) -> None:
    expected = _fit(backend, X, Y)
    for name, make in SOURCES.items():
        data = (make(), Y) if name == "table" else (make(),)
        np.testing.assert_allclose(_fit(backend, *data), expected, rtol=1e-5, err_msg=name)


@pytest.mark.parametrize("owner", BACKENDS)
def test_tensors_of_every_backend_train_models_of_every_other(owner: str) -> None:
    with backend_scope(owner):
        x, y = ops.convert_to_tensor(X), ops.convert_to_tensor(Y)
    expected = _fit("numpy", X, Y)
    for backend in BACKENDS:
        np.testing.assert_allclose(_fit(backend, x, y), expected, rtol=1e-5, err_msg=backend)
