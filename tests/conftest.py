"""Fixtures that several test modules share. Test modules do not import each other."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest


@dataclass(frozen=True)
class LayerCase:
    """A layer and inputs for it. `make` gets the module `polykeras.layers`."""

    make: Callable[[Any], Any]
    shapes: tuple[tuple[int, ...], ...]
    unknown: tuple[int, ...] = (0,)  # axes whose size the symbolic input does not say
    integers: int | None = None  # the inputs are integers below this

    def inputs(self) -> Any:
        """The arrays: one, or a list."""
        rng = np.random.default_rng(7)
        if self.integers is not None:
            return rng.integers(0, self.integers, self.shapes[0]).astype("int32")
        arrays = [rng.normal(size=s).astype("float32") for s in self.shapes]
        return arrays[0] if len(arrays) == 1 else arrays

    def symbolic(self, layers: Any) -> Any:
        """Symbolic tensors for the inputs."""
        dtype = "float32" if self.integers is None else "int32"
        known = [tuple(None if i in self.unknown else d for i, d in enumerate(s)) for s in self.shapes]
        tensors = [layers.Input(batch_shape=s, dtype=dtype) for s in known]
        return tensors[0] if len(tensors) == 1 else tensors

    def weights(self, layer: Any) -> list[np.ndarray]:
        """Weights for the built `layer`, the same on every backend. All positive: some are variances."""
        rng = np.random.default_rng(11)
        return [rng.uniform(0.1, 0.9, v.shape).astype("float32") / max(len(v.shape), 1) for v in layer.weights]


_IMAGE, _SEQUENCE, _TIME = (2, 6, 5, 4), (3, 5, 4), (0, 1)

LAYER_CASES = {
    "dense": LayerCase(lambda L: L.Dense(3, "tanh"), ((4, 5),)),
    "dense-of-sequences": LayerCase(lambda L: L.Dense(3, use_bias=False), (_SEQUENCE,), _TIME),
    "activation": LayerCase(lambda L: L.Activation("sigmoid"), ((4, 5),)),
    "embedding": LayerCase(lambda L: L.Embedding(10, 3), ((4, 6),), _TIME, 10),
    "masking": LayerCase(lambda L: L.Masking(), (_SEQUENCE,), _TIME),
    "identity": LayerCase(lambda L: L.Identity(), (_SEQUENCE,), _TIME),
    "conv1d": LayerCase(lambda L: L.Conv1D(6, 3, strides=2, padding="same", activation="tanh"), (_SEQUENCE,), _TIME),
    "conv1d-causal": LayerCase(lambda L: L.Conv1D(6, 2, padding="causal", dilation_rate=2), (_SEQUENCE,), _TIME),
    "conv2d": LayerCase(lambda L: L.Conv2D(6, (3, 2), activation="relu"), (_IMAGE,), (0, 1, 2)),
    "conv2d-groups": LayerCase(lambda L: L.Conv2D(6, 3, 2, "same", groups=2, use_bias=False), (_IMAGE,), (0, 1)),
    "conv2d-first": LayerCase(
        lambda L: L.Conv2D(6, 3, padding="same", data_format="channels_first", dilation_rate=2), ((2, 4, 6, 5),)
    ),
    "max-pooling1d": LayerCase(lambda L: L.MaxPooling1D(2), (_SEQUENCE,), _TIME),
    "max-pooling2d": LayerCase(lambda L: L.MaxPooling2D((3, 2), 2, "same"), (_IMAGE,), (0, 1, 2)),
    "average-pooling1d": LayerCase(lambda L: L.AveragePooling1D(3, 1, "same"), (_SEQUENCE,), _TIME),
    "average-pooling2d": LayerCase(lambda L: L.AveragePooling2D(2, data_format="channels_first"), ((2, 4, 6, 5),)),
    "global-max-pooling1d": LayerCase(lambda L: L.GlobalMaxPooling1D(keepdims=True), (_SEQUENCE,), _TIME),
    "global-max-pooling2d": LayerCase(lambda L: L.GlobalMaxPooling2D("channels_first"), ((2, 4, 6, 5),)),
    "global-average-pooling1d": LayerCase(lambda L: L.GlobalAveragePooling1D(), (_SEQUENCE,), _TIME),
    "global-average-pooling2d": LayerCase(lambda L: L.GlobalAveragePooling2D(keepdims=True), (_IMAGE,), (0, 1, 2)),
    "batch-normalization": LayerCase(lambda L: L.BatchNormalization(), (_IMAGE,), (0, 1)),
    "batch-normalization-axis-1": LayerCase(lambda L: L.BatchNormalization(1, 0.8, 0.1, scale=False), (_SEQUENCE,)),
    "dropout": LayerCase(lambda L: L.Dropout(0.4, seed=3), ((4, 5),)),
    "flatten": LayerCase(lambda L: L.Flatten(), (_IMAGE,)),
    "flatten-first": LayerCase(lambda L: L.Flatten("channels_first"), (_IMAGE,)),
    "reshape": LayerCase(lambda L: L.Reshape((2, -1)), ((3, 4, 5),)),
    "permute": LayerCase(lambda L: L.Permute((3, 1, 2)), (_IMAGE,), (0, 2)),
    "repeat-vector": LayerCase(lambda L: L.RepeatVector(3), ((4, 5),)),
    "lstm": LayerCase(lambda L: L.LSTM(3), (_SEQUENCE,), _TIME),
    "lstm-sequences": LayerCase(
        lambda L: L.LSTM(3, return_sequences=True, return_state=True, go_backwards=True, unit_forget_bias=False),
        (_SEQUENCE,),
        _TIME,
    ),
    "lstm-unrolled": LayerCase(lambda L: L.LSTM(2, "relu", "hard_sigmoid", use_bias=False, unroll=True), (_SEQUENCE,)),
    "gru": LayerCase(lambda L: L.GRU(3, return_sequences=True), (_SEQUENCE,), _TIME),
    "gru-reset-before": LayerCase(lambda L: L.GRU(3, reset_after=False), (_SEQUENCE,), _TIME),
    "simple-rnn": LayerCase(lambda L: L.SimpleRNN(3, return_state=True), (_SEQUENCE,), _TIME),
    "rnn": LayerCase(lambda L: L.RNN(L.LSTMCell(3), return_sequences=True), (_SEQUENCE,), _TIME),
    "add": LayerCase(lambda L: L.Add(), ((2, 3, 4), (2, 4), (2, 1, 4))),
    "subtract": LayerCase(lambda L: L.Subtract(), ((2, 3), (2, 3))),
    "multiply": LayerCase(lambda L: L.Multiply(), ((2, 3), (2, 3), (2, 3))),
    "average": LayerCase(lambda L: L.Average(), ((2, 3), (2, 3), (2, 1))),
    "maximum": LayerCase(lambda L: L.Maximum(), ((2, 3), (2, 3))),
    "minimum": LayerCase(lambda L: L.Minimum(), ((2, 3), (2, 3))),
    "concatenate": LayerCase(lambda L: L.Concatenate(1), ((2, 3, 4), (2, 1, 4)), _TIME),
}


@pytest.fixture
def takes() -> Callable[..., None]:
    """A function: asserts that a callable takes the arguments of a signature, written as in a definition."""

    def form(parameter: inspect.Parameter) -> tuple[Any, ...]:
        # What callers see of a parameter. ``1`` and ``1.0`` are the same default, `True` is not.
        default = parameter.default
        return parameter.name, type(default) is bool, default, parameter.kind

    def check(name: str, ours: Any, signature: str, more: tuple[str, ...] = (), keywords: bool = True) -> None:
        scope: dict[str, Any] = {"inf": math.inf, "nan": math.nan}
        exec(f"def f{signature}: ...", scope)
        wanted = [p for p in inspect.signature(scope["f"]).parameters.values() if p.name != "self"]
        if not keywords:
            wanted = [p for p in wanted if p.kind is not p.VAR_KEYWORD]
        has = list(inspect.signature(ours).parameters.values())
        for mine, theirs in zip(has, wanted, strict=False):
            assert form(mine) == form(theirs), f"{name} takes {mine}, Keras 3 {theirs}: {signature}"
        assert len(has) >= len(wanted), f"{name} has no {[p.name for p in wanted[len(has) :]]}: {signature}"
        beyond = has[len(wanted) :]
        assert tuple(p.name for p in beyond) == more
        assert all(p.default is not p.empty for p in beyond)

    return check


@pytest.fixture(params=LAYER_CASES.values(), ids=LAYER_CASES)
def layer_case(request: pytest.FixtureRequest) -> LayerCase:
    """One of a table of layers with inputs: what holds for every layer is tested on all of them."""
    case: LayerCase = request.param
    return case
