"""What can be wrong with models and data: one clear error each, before any work starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polykeras as pk
from polykeras import layers, losses, ops
from polykeras.errors import ArgumentError, DtypeError, ShapeError, UnknownNameError

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
LABELS = np.arange(8) % 4
ONE_HOT = np.eye(4, dtype="float32")[LABELS]


def _model(loss: Any = "sparse_categorical_crossentropy", units: int = 4) -> pk.Sequential:
    model = pk.Sequential([pk.Input((3,), name="features"), layers.Dense(units, name="head")], name="net")
    model.compile("sgd", loss)
    return model


def _fit(model: Any, *args: Any, **kwargs: Any) -> Any:
    return model.fit(*args, verbose=0, **kwargs)


def _evaluate(model: Any, *args: Any, **kwargs: Any) -> Any:
    return model.evaluate(*args, verbose=0, **kwargs)


def _train_on_batch(model: Any, *args: Any, **kwargs: Any) -> Any:
    return model.train_on_batch(*args, **kwargs)


@pytest.fixture(params=[_fit, _evaluate, _train_on_batch], ids=["fit", "evaluate", "train_on_batch"])
def run(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """A way to hand x and y to a model."""
    found: Callable[..., Any] = request.param
    return found


def _refused(run: Callable[[], Any], error: type[Exception], message: str, model: Any) -> None:
    """`run` raises that error with that message, and `model` has made no step."""
    with pytest.raises(error) as caught:
        run()
    assert str(caught.value) == message
    assert int(model.optimizer.iterations.numpy()) == 0


# ---- shapes -------------------------------------------------------------------------------------------------------


def test_features_of_the_wrong_size(run: Callable[..., Any]) -> None:
    model = _model()
    message = (
        "Model 'net': the input 'features' (of layer 'head') expects samples of shape (3,), but x has samples of shape "
        "(5,) (whole array: (8, 5))."
    )
    _refused(lambda: run(model, np.zeros((8, 5), "float32"), LABELS), ShapeError, message, model)


def test_features_of_the_wrong_rank(run: Callable[..., Any]) -> None:
    model = _model()
    message = (
        "Model 'net': the input 'features' (of layer 'head') expects samples of shape (3,), but x has samples of shape "
        "(2, 3) (whole array: (8, 2, 3))."
    )
    _refused(lambda: run(model, np.zeros((8, 2, 3), "float32"), LABELS), ShapeError, message, model)


def test_validation_data_are_checked_before_training() -> None:
    model = _model()
    bad = (np.zeros((8, 5), "float32"), LABELS)
    message = (
        "Model 'net': the input 'features' (of layer 'head') expects samples of shape (3,), but validation_data has "
        "samples of shape (5,) (whole array: (8, 5))."
    )
    _refused(lambda: _fit(model, X, LABELS, validation_data=bad), ShapeError, message, model)


def test_predict_checks_its_input() -> None:
    with pytest.raises(ShapeError, match=r"expects samples of shape \(3,\)"):
        _model().predict(np.zeros((8, 5)))


@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (
            lambda: layers.Dense(2, name="head"),
            (8, 5),
            "Layer 'head' expects an input of rank at least 2, size 3 along axis -1, got shape (8, 5).",
        ),
        (
            lambda: layers.Conv2D(2, 3, name="conv"),
            (8, 5),
            "Layer 'conv' expects an input of rank 4, got shape (8, 5).",
        ),
        (
            lambda: layers.LSTM(2, name="rnn"),
            (8, 5),
            "Layer 'rnn' expects an input of rank 3, got shape (8, 5).",
        ),
    ],
    ids=["dense", "conv2d", "lstm"],
)
def test_a_layer_names_itself_what_it_wants_and_what_came(make: Any, shape: Any, message: str) -> None:
    layer = make()
    if isinstance(layer, layers.Dense):
        layer.build((None, 3))
    for x in (np.zeros(shape, "float32"), pk.Input(batch_shape=shape)):
        with pytest.raises(ShapeError) as caught:
            layer(x)
        assert str(caught.value) == message


def test_sample_counts_that_differ(run: Callable[..., Any]) -> None:
    model = _model()
    message = "All arrays must hold equally many samples, got x: 8, y: 5."
    _refused(lambda: run(model, X, LABELS[:5]), ShapeError, message, model)
    weight = np.ones(3, "float32")
    message = "All arrays must hold equally many samples, got x: 8, y: 8, sample_weight: 3."
    _refused(lambda: run(model, X, LABELS, sample_weight=weight), ShapeError, message, model)


def test_no_samples_and_no_batch_size() -> None:
    model = _model()
    message = "There are no samples: x has 0 rows."
    _refused(lambda: _fit(model, X[:0], LABELS[:0]), ArgumentError, message, model)
    _refused(lambda: _fit(model, X, LABELS, batch_size=0), ArgumentError, "batch_size must be at least 1, got 0.", model)


@pytest.mark.parametrize("split", [1.5, -0.1, 0.999])
def test_validation_splits_that_leave_nothing(split: float) -> None:
    with pytest.raises(ArgumentError, match="validation_split"):
        _fit(_model(), X, LABELS, validation_split=split)


# ---- targets ------------------------------------------------------------------------------------------------------


def test_one_hot_targets_for_the_sparse_loss(run: Callable[..., Any]) -> None:
    model = _model()
    message = (
        "sparse_categorical_crossentropy for output 'head' of model 'net': targets are class numbers of shape (None,), "
        "got (8, 4). One-hot targets go with categorical_crossentropy."
    )
    _refused(lambda: run(model, X, ONE_HOT), ShapeError, message, model)


def test_class_numbers_for_the_dense_loss(run: Callable[..., Any]) -> None:
    model = _model("categorical_crossentropy")
    message = (
        "categorical_crossentropy for output 'head' of model 'net': targets must have shape (None, 4), got (8,). "
        "Class numbers go with sparse_categorical_crossentropy; to_categorical makes them one-hot."
    )
    _refused(lambda: run(model, X, LABELS), ShapeError, message, model)


def test_targets_of_another_size(run: Callable[..., Any]) -> None:
    model = _model("mse")
    message = "mean_squared_error for output 'head' of model 'net': targets must have shape (None, 4), got (8, 3)."
    _refused(lambda: run(model, X, X), ShapeError, message, model)


def test_missing_targets(run: Callable[..., Any]) -> None:
    model = _model("mse")
    message = "Model 'net' was compiled with the loss 'mse', which needs targets: y is missing."
    _refused(lambda: run(model, X), ArgumentError, message, model)


def test_targets_of_one_column_may_lack_the_axis() -> None:
    model = _model("mse", units=1)
    y = X[:, 0]
    assert _evaluate(model, X, y) == pytest.approx(_evaluate(model, X, y[:, None]))


# ---- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("label", "span"), [(4, "from 0 to 4"), (-1, "from -1 to 3")])
def test_labels_out_of_range(run: Callable[..., Any], label: int, span: str) -> None:
    model = _model()
    labels = LABELS.copy()
    labels[0] = label
    message = (
        "sparse_categorical_crossentropy for output 'head' of model 'net': there are 4 classes, so labels must be from 0 "
        f"to 3; got labels {span}."
    )
    _refused(lambda: run(model, X, labels), ArgumentError, message, model)


def test_labels_of_the_ignored_class_may_be_out_of_range() -> None:
    model = _model(losses.SparseCategoricalCrossentropy(True, ignore_class=-1))
    labels = LABELS.copy()
    labels[:4] = -1
    assert np.isfinite(_evaluate(model, X, labels))


@pytest.mark.parametrize(("index", "span"), [(6, "from 0 to 6"), (-2, "from -2 to 0")])
def test_indices_out_of_the_embedding(run: Callable[..., Any], index: int, span: str) -> None:
    model = pk.Sequential([pk.Input((2,), dtype="int32"), layers.Embedding(6, 3, name="words"), layers.Flatten()])
    model.compile("sgd", "mse")
    x = np.zeros((4, 2), "int32")
    x[1, 1] = index
    message = f"Layer 'words' has 6 rows, so its indices must be from 0 to 5; x holds indices {span}."
    _refused(lambda: run(model, x, np.zeros((4, 6), "float32")), ArgumentError, message, model)
    _refused(lambda: model.predict(x), ArgumentError, message, model)


def test_indices_out_of_an_embedding_in_a_model_inside() -> None:
    inner = pk.Sequential([pk.Input((2,), dtype="int32"), layers.Embedding(6, 3, name="words")])
    a = pk.Input((2,), dtype="int32")
    model = pk.Model(a, layers.Flatten()(inner(a)))
    with pytest.raises(ArgumentError, match="Layer 'words' has 6 rows"):
        model.predict(np.array([[1, 6]]))


def test_as_ops_both_give_nan() -> None:
    table = np.ones((6, 3), "float32")
    rows = ops.convert_to_numpy(ops.take(table, np.array([0, 6, -7]), axis=0))
    np.testing.assert_array_equal(np.isnan(rows[:, 0]), [False, True, True])
    losses_ = ops.convert_to_numpy(ops.sparse_categorical_crossentropy(np.array([0, 4, -1]), X[:3, :1] * 0 + ONE_HOT[:3]))
    np.testing.assert_array_equal(np.isnan(losses_), [False, True, True])


def test_data_that_hold_no_numbers() -> None:
    model = _model()
    with pytest.raises(DtypeError, match="x must hold numbers, got an array of dtype <U1"):
        _fit(model, np.array([["a", "b", "c"]] * 8), LABELS)
    with pytest.raises(DtypeError, match="y must hold numbers"):
        _fit(model, X, np.array([None] * 8))


# ---- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: _model("meen_squared_error"), "Unknown loss 'meen_squared_error'. Did you mean 'mean_squared_error'"),
        (lambda: _model().compile("adm"), "Unknown optimizer 'adm'. Did you mean 'adam'"),
        (lambda: _model().compile("sgd", "mse", metrics=["acuracy"]), "Unknown metric 'acuracy'. Did you mean 'accuracy'"),
        (lambda: _model().compile("sgd", {"head": "msee"}), "Unknown loss 'msee'. Did you mean 'mse'"),
        (lambda: layers.Dense(1, activation="rleu"), "Unknown activation 'rleu'. Did you mean 'relu'"),
        (lambda: layers.Dense(1, kernel_initializer="glorot"), "Unknown initializer 'glorot'. Did you mean 'glorot_"),
        (lambda: layers.Dense(1, kernel_regularizer="l3"), "Unknown regularizer 'l3'. Did you mean 'l"),
        (lambda: layers.Dense(1, kernel_constraint="nonegg"), "Unknown constraint 'nonegg'. Did you mean 'nonneg'"),
    ],
)
def test_unknown_names_at_once_with_the_nearest(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        make()
    assert str(caught.value).startswith(message)
    assert " Known: " in str(caught.value)


def test_a_failed_compile_changes_nothing() -> None:
    model = _model()
    optimizer = model.optimizer
    with pytest.raises(UnknownNameError):
        model.compile("adam", "msee")
    assert model.optimizer is optimizer
    _fit(model, X, LABELS)


# ---- the rest -----------------------------------------------------------------------------------------------------


def test_training_before_compile() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)], name="raw")
    for method in (model.fit, model.evaluate, model.train_on_batch, model.test_on_batch):
        with pytest.raises(ArgumentError, match=rf"Model 'raw': call compile\(optimizer, loss\) before {method.__name__}"):
            method(X, X)


def test_nothing_to_minimise() -> None:
    model = pk.Sequential([pk.Input((3,)), layers.Dense(1)], name="idle")
    model.compile("sgd")
    with pytest.raises(ArgumentError, match="nothing to minimise"):
        _fit(model, X, X)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps_per_execution": 0}, 'steps_per_execution must be "auto" or a positive int, got 0.'),
        ({"optimizer": None}, "compile: an optimizer is needed, got None."),
        ({"optimizer": 3}, "3 is no optimizer"),
        ({"loss": 3}, "3 is no loss"),
    ],
)
def test_arguments_of_compile(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises((ArgumentError, UnknownNameError)) as caught:
        _model().compile(**{"optimizer": "sgd", "loss": "mse", **arguments})
    assert str(caught.value).startswith(message)


def test_verbosity_and_callbacks_of_the_wrong_kind() -> None:
    with pytest.raises(ArgumentError, match='verbose must be 0, 1, 2 or "auto", got 3'):
        _model().fit(X, LABELS, verbose=3)
    with pytest.raises(ArgumentError, match="callbacks: expected Callback objects, got 'early'"):
        _fit(_model(), X, LABELS, callbacks=["early"])
    with pytest.raises(ArgumentError, match="no method 'on_epoch_finish'"):
        pk.callbacks.LambdaCallback(on_epoch_finish=print)


def test_weights_of_classes_and_samples_together() -> None:
    with pytest.raises(ArgumentError, match="class_weight or sample_weight, not both"):
        _fit(_model(), X, LABELS, class_weight={0: 2.0}, sample_weight=np.ones(8))
