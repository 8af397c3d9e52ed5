"""The functions of Keras 1's symbolic backend ``K`` that compute something: calls, and what NumPy makes of the same.

A case is called on placeholders, of which the sizes or only the number of axes may be known.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


@dataclass(frozen=True)
class SymbolicCase:
    """`call` of ``K`` and symbolic `inputs` gives what `expected` of the inputs gives: a tensor, or a list of them."""

    name: str
    inputs: tuple[np.ndarray, ...]
    call: Callable[..., Any]
    expected: Callable[..., Any]

    @property
    def function(self) -> str:
        """The function that it is about."""
        return self.name.partition(" ")[0]


_rng = np.random.default_rng(20)


def _real(*shape: int) -> np.ndarray:
    return _rng.normal(size=shape).astype("float32")


def _part(*shape: int) -> np.ndarray:
    return _rng.uniform(0.05, 0.95, size=shape).astype("float32")


def _ints(*shape: int, high: int = 3) -> np.ndarray:
    return _rng.integers(0, high, size=shape).astype("int32")


R, R2, P, P2, N = _real(2, 3), _real(2, 3), _part(2, 3), _part(2, 3), _ints(2, 3)
T, Z = _real(2, 3, 4), np.array([[0.0, 1.0, 0.0], [2.0, 0.0, 3.0]], "float32")
IMAGE, VOLUME = _real(2, 4, 5, 3), _real(1, 3, 4, 3, 2)
SEQUENCE = _real(2, 6, 3)


# ---- references: windows, written out --------------------------------------------------------------------------------


def _first(x: np.ndarray) -> np.ndarray:
    """From channels last to channels first."""
    return np.moveaxis(x, -1, 1)


def _last(x: np.ndarray) -> np.ndarray:
    return np.moveaxis(x, 1, -1)


def _th(kernel: np.ndarray) -> np.ndarray:
    """A kernel ``(*window, channels, filters)`` as ``(filters, channels, *window)``."""
    return np.moveaxis(kernel, (-1, -2), (0, 1))


def _same(size: int, window: int, stride: int) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def _padded(x: np.ndarray, window: Any, strides: Any, mode: str, fill: float = 0.0) -> np.ndarray:
    pads: list[tuple[int, int]] = [(0, 0)] * len(window)
    if mode == "same":
        pads = [_same(n, k, s) for n, k, s in zip(x.shape[1:-1], window, strides, strict=True)]
    elif mode == "full":
        pads = [(k - 1, k - 1) for k in window]
    return np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)


def _windows(x: np.ndarray, window: Any, strides: Any) -> np.ndarray:
    """``(samples, *positions, channels, *window)``."""
    axes = tuple(range(1, 1 + len(window)))
    every = sliding_window_view(x, window, axes)
    return every[(slice(None), *(slice(None, None, s) for s in strides))]


def _conv(x: np.ndarray, k: np.ndarray, strides: Any, mode: str = "valid", rate: int = 1) -> np.ndarray:
    if rate > 1:
        wide = np.zeros((*((n - 1) * rate + 1 for n in k.shape[:-2]), *k.shape[-2:]), k.dtype)
        wide[tuple(slice(None, None, rate) for _ in k.shape[:-2])] = k
        k = wide
    window = k.shape[:-2]
    found = _windows(_padded(x, window, strides, mode), window, strides)
    rank = len(window)
    return np.tensordot(found, np.moveaxis(k, -2, 0), (range(found.ndim - rank - 1, found.ndim), range(rank + 1)))


def _deconv(x: np.ndarray, k: np.ndarray, shape: Any, strides: Any, mode: str) -> np.ndarray:
    """The gradient of `_conv` by its input: each element puts a kernel, laid out from channels in to out, in its place."""
    window = k.shape[:2]
    target = _padded(np.zeros((x.shape[0], *shape), x.dtype), window, strides, mode)
    for i, j in itertools.product(range(x.shape[1]), range(x.shape[2])):
        rows, columns = (
            slice(i * strides[0], i * strides[0] + window[0]),
            slice(j * strides[1], j * strides[1] + window[1]),
        )
        target[:, rows, columns] += np.einsum("nc,hwcf->nhwf", x[:, i, j], k)
    if mode == "valid":
        return target
    (top, _), (left, _) = (_same(n, w, s) for n, w, s in zip(shape, window, strides, strict=False))
    return target[:, top : top + shape[0], left : left + shape[1]]


def _pool(x: np.ndarray, size: Any, strides: Any, mode: str, kind: str) -> np.ndarray:
    found = _windows(_padded(x, size, strides, mode, np.nan), size, strides)
    axes = tuple(range(found.ndim - len(size), found.ndim))
    return np.asarray((np.nanmax if kind == "max" else np.nanmean)(found, axes), x.dtype)


def _separable(x: np.ndarray, d: np.ndarray, p: np.ndarray) -> np.ndarray:
    each = [_conv(x[..., c : c + 1], d[:, :, c : c + 1], (1, 1)) for c in range(x.shape[-1])]
    return _conv(np.concatenate(each, -1), p, (1, 1))


def _log_softmax(x: np.ndarray) -> np.ndarray:
    return x - np.log(np.sum(np.exp(x), -1, keepdims=True))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _zeros_around(x: np.ndarray, *pairs: tuple[int, int]) -> np.ndarray:
    return np.pad(x, [(0, 0), *pairs, (0, 0)])


def _batch_dot(x: np.ndarray, y: np.ndarray, i: int, j: int) -> np.ndarray:
    return np.stack([np.tensordot(a, b, (i - 1, j - 1)) for a, b in zip(x, y, strict=True)])


def _rnn(x: np.ndarray, steps: Iterable[int]) -> list[np.ndarray]:
    state, outputs = np.zeros((x.shape[0], x.shape[2]), x.dtype), []
    for t in steps:
        state = np.tanh(x[:, t] + 0.5 * state)
        outputs.append(state)
    return [state, np.stack(outputs, 1), state]


def _recurrent(K: Any, x: Any, **options: Any) -> list[Any]:
    def step(now: Any, states: list[Any]) -> Any:
        new = K.tanh(now + states[0] * 0.5)
        return new, [new]

    last, outputs, states = K.rnn(step, x, [K.zeros((2, 3))], **options)
    return [last, outputs, states[0]]


def _moments(x: np.ndarray, beta: np.ndarray, gamma: np.ndarray) -> list[np.ndarray]:
    mean, variance = x.mean(0), x.var(0)
    return [(x - mean) / np.sqrt(variance + 1e-3) * gamma + beta, mean, variance]


# ---- the table -------------------------------------------------------------------------------------------------------

_UNARY: dict[str, Callable[..., Any]] = {
    "abs": np.abs, "cos": np.cos, "exp": np.exp, "sigmoid": _sigmoid, "sign": np.sign, "sin": np.sin,
    "softplus": lambda x: np.log1p(np.exp(x)), "softsign": lambda x: x / (1 + np.abs(x)), "square": np.square,
    "tanh": np.tanh, "round": np.round, "sqrt": lambda x: np.sqrt(np.maximum(x, 0)), "stop_gradient": lambda x: x,
    "hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1), "transpose": np.transpose, "flatten": np.ravel,
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1), "softmax": lambda x: np.exp(_log_softmax(x)),
    "relu": lambda x: np.maximum(x, 0), "ones_like": np.ones_like, "zeros_like": np.zeros_like, "to_dense": lambda x: x,
    "shape": np.shape, "expand_dims": lambda x: x[..., None], "argmax": lambda x: x.argmax(-1),
    "argmin": lambda x: x.argmin(-1),
}  # fmt: skip
_PAIRS: dict[str, Callable[..., Any]] = {
    "equal": np.equal, "not_equal": np.not_equal, "greater": np.greater, "greater_equal": np.greater_equal,
    "lesser": np.less, "lesser_equal": np.less_equal, "maximum": np.maximum, "minimum": np.minimum,
}  # fmt: skip
_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "max": np.max, "min": np.min, "sum": np.sum, "prod": np.prod, "mean": np.mean, "var": np.var, "std": np.std,
}  # fmt: skip

_K2, _KD, _K3, _K1 = _real(2, 3, 3, 2), _real(2, 2, 3, 2), _real(2, 2, 2, 2, 3), _real(3, 3, 2)
_PW = _real(1, 1, 6, 4)
_MASK = np.array([[1, 1, 0, 1], [1, 0, 0, 0]], bool)
_STEPS = _real(2, 4, 3)
_BLANK_LAST = np.full((1, 2, 3), 1 / 3, "float32")
_ONE = np.ones((1, 1), "int32")

Row = tuple[str, tuple[np.ndarray, ...], Callable[..., Any], Callable[..., Any]]

_ROWS: list[Row] = [
    *((name, (R,), lambda K, x, n=name: getattr(K, n)(x), f) for name, f in _UNARY.items()),
    *((name, (N, N[::-1].copy()), lambda K, x, y, n=name: getattr(K, n)(x, y), f) for name, f in _PAIRS.items()),
    *((f"{name} of all", (R,), lambda K, x, n=name: getattr(K, n)(x), f) for name, f in _REDUCTIONS.items()),
    *((f"{name} along axes", (T,), lambda K, x, n=name: getattr(K, n)(x, axis=[0, -1], keepdims=True),
       lambda x, f=f: f(x, axis=(0, -1), keepdims=True)) for name, f in _REDUCTIONS.items()),
    ("mean of truth values", (R,), lambda K, x: K.mean(K.greater(x, 0.0), axis=1), lambda x: (x > 0).mean(1)),
    ("any", (Z,), lambda K, x: K.any(x, axis=0), lambda x: np.any(x, 0).astype("uint8")),
    ("all", (Z,), lambda K, x: K.all(x, axis=1, keepdims=True), lambda x: np.all(x, 1, keepdims=True).astype("uint8")),
    ("log", (P,), lambda K, x: K.log(x), np.log),
    ("pow", (P,), lambda K, x: K.pow(x, 2.5), lambda x: x**2.5),
    ("clip", (R,), lambda K, x: K.clip(x, -0.5, 0.5), lambda x: np.clip(x, -0.5, 0.5)),
    ("clip of crossed bounds", (R,), lambda K, x: K.clip(x, 0.5, -0.5), lambda x: np.full_like(x, 0.5)),
    ("cast", (R,), lambda K, x: K.cast(x, "int32"), lambda x: x.astype("int32")),
    ("relu with a slope and a bound", (R,), lambda K, x: K.relu(x, 0.1, max_value=0.7),
     lambda x: np.where(x > 0, np.minimum(x, 0.7), 0.1 * x)),
    ("dot", (R, _real(3, 4)), lambda K, x, y: K.dot(x, y), np.dot),
    ("dot of a variable", (R,), lambda K, x: K.dot(x, K.variable(_K2[0, 0])), lambda x: x @ _K2[0, 0]),
    ("dot of three axes", (T, _real(2, 4, 3)), lambda K, x, y: K.dot(x, y), np.dot),
    ("batch_dot", (T, _real(2, 4, 5)), lambda K, x, y: K.batch_dot(x, y), np.matmul),
    ("batch_dot over axes", (T, _real(2, 5, 4)), lambda K, x, y: K.batch_dot(x, y, axes=(2, 2)),
     lambda x, y: _batch_dot(x, y, 2, 2)),
    ("batch_dot of vectors", (R, R2), lambda K, x, y: K.batch_dot(x, y, axes=1), lambda x, y: (x * y).sum(1)[:, None]),
    ("batch_dot with a variable", (T,), lambda K, x: K.batch_dot(x, K.variable(_STEPS[:, :, :2]), axes=[2, 1]),
     lambda x: np.matmul(x, _STEPS[:, :, :2])),
    ("l2_normalize", (R,), lambda K, x: K.l2_normalize(x, axis=1), lambda x: x / np.sqrt((x * x).sum(1, keepdims=True))),
    ("in_top_k", (R, N[:, 0]), lambda K, x, t: K.in_top_k(x, t, 2),
     lambda x, t: np.array([(row > row[i]).sum() < 2 for row, i in zip(x, t, strict=True)])),
    ("gather", (R, N), lambda K, x, i: K.gather(x, K.minimum(i, 1)), lambda x, i: x[np.minimum(i, 1)]),
    ("one_hot", (N,), lambda K, i: K.one_hot(i, 4), lambda i: np.eye(4, dtype="float32")[i]),
    ("arange", (R,), lambda K, x: x + K.cast(K.arange(3), "float32"), lambda x: x + np.arange(3)),
    # ---- crossentropies and normalization
    ("categorical_crossentropy", (P, P2), lambda K, p, t: K.categorical_crossentropy(p, t),
     lambda p, t: -(t * np.log(p / p.sum(-1, keepdims=True))).sum(-1)),
    ("categorical_crossentropy of logits", (R, P), lambda K, x, t: K.categorical_crossentropy(x, t, from_logits=True),
     lambda x, t: -(t * _log_softmax(x)).sum(-1)),
    ("sparse_categorical_crossentropy", (P, N[:, 0]), lambda K, p, t: K.sparse_categorical_crossentropy(p, t),
     lambda p, t: -np.log(p / p.sum(-1, keepdims=True))[np.arange(2), t]),
    ("sparse_categorical_crossentropy of logits", (R, N[:, 0]),
     lambda K, x, t: K.sparse_categorical_crossentropy(x, t, True), lambda x, t: -_log_softmax(x)[np.arange(2), t]),
    ("binary_crossentropy", (P, P2), lambda K, p, t: K.binary_crossentropy(p, t),
     lambda p, t: -t * np.log(p) - (1 - t) * np.log(1 - p)),
    ("binary_crossentropy of logits", (R, P2), lambda K, x, t: K.binary_crossentropy(x, t, from_logits=True),
     lambda x, t: -t * np.log(_sigmoid(x)) - (1 - t) * np.log(1 - _sigmoid(x))),
    ("batch_normalization", (R, R2[0], P[0], R2[1], P[1]),
     lambda K, x, m, v, b, g: K.batch_normalization(x, m, v, b, g, epsilon=0.01),
     lambda x, m, v, b, g: (x - m) / np.sqrt(v + 0.01) * g + b),
    ("normalize_batch_in_training", (R, P[0], R2[0]),
     lambda K, x, g, b: list(K.normalize_batch_in_training(x, g, b, [0])), lambda x, g, b: _moments(x, b, g)),
    # ---- shapes
    ("reshape", (R,), lambda K, x: K.reshape(x, (3, 2)), lambda x: x.reshape(3, 2)),
    ("reshape by symbolic sizes", (T,), lambda K, x: K.reshape(x, (K.shape(x)[0], -1)), lambda x: x.reshape(2, 12)),
    ("permute_dimensions", (T,), lambda K, x: K.permute_dimensions(x, (1, 2, 0)), lambda x: x.transpose(1, 2, 0)),
    ("concatenate", (R, R2), lambda K, x, y: K.concatenate([x, y]), lambda x, y: np.concatenate([x, y], -1)),
    ("concatenate of a variable", (R,), lambda K, x: K.concatenate([x, K.variable(R2)], axis=0),
     lambda x: np.concatenate([x, R2])),
    ("stack", (R, R2), lambda K, x, y: K.stack([x, y]), lambda x, y: np.stack([x, y])),
    ("squeeze", (R[:, :1],), lambda K, x: K.squeeze(x, 1), lambda x: x[:, 0]),
    ("batch_flatten", (T,), lambda K, x: K.batch_flatten(x), lambda x: x.reshape(2, 12)),
    ("repeat", (R,), lambda K, x: K.repeat(x, 4), lambda x: np.repeat(x[:, None], 4, 1)),
    ("repeat_elements", (R,), lambda K, x: K.repeat_elements(x, 2, axis=1), lambda x: np.repeat(x, 2, 1)),
    ("tile", (R,), lambda K, x: K.tile(x, [2, 3]), lambda x: np.tile(x, [2, 3])),
    ("reverse", (T,), lambda K, x: K.reverse(x, [0, 2]), lambda x: x[::-1, :, ::-1]),
    ("resize_images", (IMAGE,), lambda K, x: K.resize_images(x, 2, 3, "tf"), lambda x: x.repeat(2, 1).repeat(3, 2)),
    ("resize_images th", (_first(IMAGE),), lambda K, x: K.resize_images(x, 2, 3, "th"),
     lambda x: x.repeat(2, 2).repeat(3, 3)),
    ("resize_volumes", (VOLUME,), lambda K, x: K.resize_volumes(x, 2, 1, 3, "tf"), lambda x: x.repeat(2, 1).repeat(3, 3)),
    ("resize_volumes th", (_first(VOLUME),), lambda K, x: K.resize_volumes(x, 2, 1, 3, "th"),
     lambda x: x.repeat(2, 2).repeat(3, 4)),
    ("temporal_padding", (SEQUENCE,), lambda K, x: K.temporal_padding(x, 2), lambda x: _zeros_around(x, (2, 2))),
    ("asymmetric_temporal_padding", (SEQUENCE,), lambda K, x: K.asymmetric_temporal_padding(x, 2, 0),
     lambda x: _zeros_around(x, (2, 0))),
    ("spatial_2d_padding", (IMAGE,), lambda K, x: K.spatial_2d_padding(x, (1, 2), dim_ordering="tf"),
     lambda x: _zeros_around(x, (1, 1), (2, 2))),
    ("spatial_2d_padding th", (_first(IMAGE),), lambda K, x: K.spatial_2d_padding(x, (1, 2), dim_ordering="th"),
     lambda x: _first(_zeros_around(_last(x), (1, 1), (2, 2)))),
    ("asymmetric_spatial_2d_padding", (_first(IMAGE),),
     lambda K, x: K.asymmetric_spatial_2d_padding(x, 1, 2, 0, 3, dim_ordering="th"),
     lambda x: _first(_zeros_around(_last(x), (1, 2), (0, 3)))),
    ("spatial_3d_padding", (VOLUME,), lambda K, x: K.spatial_3d_padding(x, (1, 2, 0), dim_ordering="tf"),
     lambda x: _zeros_around(x, (1, 1), (2, 2), (0, 0))),
    # ---- convolutions and pooling
    ("conv1d", (SEQUENCE, _K1), lambda K, x, k: K.conv1d(x, k, stride=2, border_mode="same"),
     lambda x, k: _conv(x, k, (2,), "same")),
    ("conv2d", (IMAGE, _K2), lambda K, x, k: K.conv2d(x, k, (1, 2), "same", "tf"),
     lambda x, k: _conv(x, k, (1, 2), "same")),
    ("conv2d th", (_first(IMAGE), _th(_K2)), lambda K, x, k: K.conv2d(x, k, dim_ordering="th"),
     lambda x, k: _first(_conv(IMAGE, _K2, (1, 1)))),
    ("conv2d full", (IMAGE,), lambda K, x: K.conv2d(x, K.variable(_K2), border_mode="full", dim_ordering="tf"),
     lambda x: _conv(x, _K2, (1, 1), "full")),
    ("atrous_conv2d", (IMAGE, _KD), lambda K, x, k: K.atrous_conv2d(x, k, rate=2, dim_ordering="tf"),
     lambda x, k: _conv(x, k, (1, 1), rate=2)),
    ("conv3d", (VOLUME, _K3), lambda K, x, k: K.conv3d(x, k, dim_ordering="tf"), lambda x, k: _conv(x, k, (1, 1, 1))),
    ("conv3d th", (_first(VOLUME), _th(_K3)), lambda K, x, k: K.conv3d(x, k, border_mode="same", dim_ordering="th"),
     lambda x, k: _first(_conv(VOLUME, _K3, (1, 1, 1), "same"))),
    ("deconv2d", (IMAGE, _KD), lambda K, x, k: K.deconv2d(x, k, (2, 8, 10, 2), (2, 2), "same", "tf"),
     lambda x, k: _deconv(x, k, (8, 10, 2), (2, 2), "same")),
    ("deconv2d th", (_first(IMAGE), _th(_KD)), lambda K, x, k: K.deconv2d(x, k, (2, 2, 5, 6), (1, 1), "valid", "th"),
     lambda x, k: _first(_deconv(IMAGE, _KD, (5, 6, 2), (1, 1), "valid"))),
    ("separable_conv2d", (IMAGE, _KD, _PW), lambda K, x, d, p: K.separable_conv2d(x, d, p, dim_ordering="tf"),
     _separable),
    ("pool2d", (IMAGE,), lambda K, x: K.pool2d(x, (2, 3), (1, 2), "same", "tf"),
     lambda x: _pool(x, (2, 3), (1, 2), "same", "max")),
    ("pool2d th", (_first(IMAGE),), lambda K, x: K.pool2d(x, (2, 2), (2, 2), "same", "th", pool_mode="avg"),
     lambda x: _first(_pool(_last(x), (2, 2), (2, 2), "same", "avg"))),
    ("pool3d", (VOLUME,), lambda K, x: K.pool3d(x, (2, 2, 2), (1, 2, 1), dim_ordering="tf"),
     lambda x: _pool(x, (2, 2, 2), (1, 2, 1), "valid", "max")),
    ("pool3d th", (_first(VOLUME),), lambda K, x: K.pool3d(x, (2, 2, 2), dim_ordering="th", pool_mode="avg"),
     lambda x: _first(_pool(_last(x), (2, 2, 2), (1, 1, 1), "valid", "avg"))),
    # ---- loops and choices
    ("rnn", (_STEPS,), _recurrent, lambda x: _rnn(x, range(4))),
    ("rnn backwards", (_STEPS,), lambda K, x: _recurrent(K, x, go_backwards=True), lambda x: _rnn(x, [3, 2, 1, 0])),
    ("rnn with a mask", (_STEPS,), lambda K, x: _recurrent(K, x, mask=K.variable(_MASK, dtype="bool"))[0],
     lambda x: np.stack([_rnn(x[i : i + 1], np.flatnonzero(_MASK[i]))[0][0] for i in range(2)])),
    ("switch", (R, R2), lambda K, x, y: K.switch(K.greater(K.sum(x), K.sum(y)), x, y),
     lambda x, y: x if x.sum() > y.sum() else y),
    ("switch by rows", (R, R2), lambda K, x, y: K.switch(K.greater(x[:, 0], 0.0), lambda: x, lambda: y),
     lambda x, y: np.where(x[:, :1] > 0, x, y)),
    ("in_train_phase", (R,), lambda K, x: K.in_train_phase(x, x * 2.0), lambda x: x * 2),
    ("in_test_phase", (R,), lambda K, x: K.in_test_phase(x, lambda: x * 2.0), lambda x: x),
    ("learning_phase", (R,), lambda K, x: x + K.cast(K.learning_phase(), "float32"), lambda x: x),
    ("map_fn", (R,), lambda K, x: K.map_fn(lambda row: K.sum(row) * row, x), lambda x: x * x.sum(1, keepdims=True)),
    ("foldl", (R,), lambda K, x: K.foldl(lambda a, row: a * 0.5 + row, x), lambda x: x[0] * 0.5 + x[1]),
    ("foldr", (R,), lambda K, x: K.foldr(lambda a, row: a * 0.5 + row, x, K.zeros((3,))), lambda x: x[1] * 0.5 + x[0]),
    ("gradients", (R, R2), lambda K, x, y: K.gradients(K.sum(K.square(x) * y), [x, y]), lambda x, y: [2 * x * y, x * x]),
    # ---- connectionist temporal classification: two steps, one label (0), the last of three classes is the blank
    ("ctc_batch_cost", (_ONE * 0, _BLANK_LAST, _ONE * 2, _ONE), lambda K, t, p, n, m: K.ctc_batch_cost(t, p, n, m),
     lambda t, p, n, m: np.array([[-np.log(3 / 9)]])),
    ("ctc_decode", (np.eye(3, dtype="float32")[[[0, 0, 2, 1]]],),
     lambda K, p: K.ctc_decode(p, np.array([4]), greedy=True)[0][0][:, :2], lambda p: np.array([[0, 1]])),
]  # fmt: skip

CASES: dict[str, SymbolicCase] = {row[0]: SymbolicCase(*row) for row in _ROWS}


def results(K: Any, known_sizes: bool) -> dict[str, list[list[np.ndarray]]]:
    """What ``K`` computes for every case, by name: op by op, and then compiled. All cases are one function."""
    inputs: list[Any] = []
    outputs: list[Any] = []
    counts: dict[str, int] = {}
    for name, case in CASES.items():
        tensors = [
            K.placeholder(x.shape if known_sizes else None, ndim=x.ndim, dtype=x.dtype.name) for x in case.inputs
        ]
        found = _listed(case.call(K, *tensors))
        inputs += tensors
        outputs += found
        counts[name] = len(found)
    run = K.function([*inputs, K.learning_phase()], outputs)
    values = [x for case in CASES.values() for x in case.inputs]
    twice = [iter(run([*values, 0])) for _ in range(2)]
    return {name: [list(itertools.islice(got, count)) for got in twice] for name, count in counts.items()}


def check(case: SymbolicCase, found: list[list[np.ndarray]]) -> None:
    """Whether `results` for a case are what NumPy says."""
    wanted = [np.asarray(x) for x in _listed(case.expected(*case.inputs))]
    for got in found:
        for mine, theirs in zip(got, wanted, strict=True):
            assert mine.dtype.kind == theirs.dtype.kind
            assert mine.shape == theirs.shape
            np.testing.assert_allclose(mine, theirs, rtol=2e-5, atol=2e-5)


def _listed(x: Any) -> list[Any]:
    return x if isinstance(x, list) else [x]
