"""`EarlyStopping` and `ReduceLROnPlateau`."""

import numpy as np
import pytest

from polykeras import optimizers
from polykeras.callbacks import EarlyStopping, ReduceLROnPlateau
from polykeras.errors import ArgumentError
from polykeras.optimizers import schedules

NAN = float("nan")


@pytest.mark.parametrize(
    ("kwargs", "values", "epochs"),
    [
        ({}, [3, 2, 2, 1], 3),  # not better is not good enough
        ({}, [1, 2, 2], 2),
        ({"patience": 2}, [3, 2, 2, 1, 1, 1, 1], 6),
        ({"patience": 2}, [3, 2, 1], 3),
        ({"min_delta": 0.5}, [3, 2.6, 2.4], 2),
        ({"min_delta": -0.5}, [3, 2.4, 2.2], 3),
        ({"mode": "max"}, [1, 2, 3, 2], 4),
        ({"mode": "max", "min_delta": 0.5}, [1, 2, 2.3, 9], 3),
        ({"patience": 2, "baseline": 2.5}, [5, 4, 3, 2, 1], 5),  # better than before, if not than the baseline
        ({"patience": 1, "baseline": 2.5}, [5, 4, 4, 1], 3),
        ({"start_from_epoch": 2}, [1, 2, 3, 4, 1], 4),
        ({"patience": 1}, [NAN, NAN, NAN], 2),
        ({"patience": 2}, [NAN, 3, 2, NAN, NAN], 5),
    ],
)
def test_when_training_stops(kwargs, values, epochs, run):
    callback = EarlyStopping(**kwargs)
    model = run(callback, values)
    assert len(model.seen) == epochs
    assert callback.stopped_epoch == (epochs - 1 if model.stop_training else 0)
    assert len(run(callback, values).seen) == epochs  # and again


@pytest.mark.parametrize(
    ("values", "kwargs", "weight"),
    [
        ([3, 1, 2, 2], {"patience": 2}, 1),
        ([3, 2, 1], {"patience": 2}, 2),
        ([3, 1, 2], {"patience": 5}, 1),  # training ended by itself
        ([3, 1, 2, 4], {"start_from_epoch": 2, "patience": 5}, 2),
        ([NAN, NAN], {"patience": 1}, 0),
    ],
)
def test_the_best_weights_are_restored(values, kwargs, weight, run, capsys):
    model = run(EarlyStopping(restore_best_weights=True, verbose=1, **kwargs), values)
    assert model.weights == [weight]
    assert f"restores the weights of the best epoch, {weight + 1}." in capsys.readouterr().out
    assert run(EarlyStopping(**kwargs), values).weights == [len(model.seen) - 1]


def test_what_is_better_is_known_of_metrics(run):
    assert len(run(EarlyStopping("val_accuracy"), [1, 2, 1], "val_accuracy").seen) == 3
    assert len(run(EarlyStopping("mse"), [1, 2, 1], "mse").seen) == 2
    assert len(run(EarlyStopping("output_loss"), [1, 2, 1], "output_loss").seen) == 2
    assert len(run(EarlyStopping("fuel", mode="min"), [1, 2, 1], "fuel").seen) == 2
    with pytest.raises(ArgumentError, match="EarlyStopping: whether more or less of 'fuel' is better"):
        run(EarlyStopping("fuel"), [1, 2], "fuel")


@pytest.mark.parametrize("cls", [EarlyStopping, ReduceLROnPlateau])
def test_a_log_that_is_not_there(cls, run):
    with pytest.warns(UserWarning, match=f"{cls.__name__} watches 'val_loss', which is not among the logs: .*loss"):
        assert len(run(cls(), [1, 2], "loss").seen) == 2


# ---- learning rate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kwargs", "values", "rates"),
    [
        ({"patience": 1}, [3, 3, 2, 2, 2], [1, 0.5, 0.5, 0.25, 0.125]),
        ({"patience": 2}, [3, 3, 3, 3, 3], [1, 1, 0.5, 0.5, 0.25]),
        ({"patience": 1, "cooldown": 2}, [3, 3, 3, 3, 3, 3], [1, 0.5, 0.5, 0.25, 0.25, 0.125]),
        ({"patience": 1, "min_lr": 0.4}, [3, 3, 3, 3], [1, 0.5, 0.4, 0.4]),
        ({"patience": 1, "min_delta": 1.0}, [3, 2.5, 1.5], [1, 0.5, 0.5]),
        ({"patience": 1, "mode": "max"}, [1, 2, 2], [1, 1, 0.5]),
    ],
)
def test_the_learning_rate_on_a_plateau(kwargs, values, rates, run):
    callback = ReduceLROnPlateau(factor=0.5, **kwargs)
    for _ in range(2):
        model = run(callback, values)
        # The logs have the rate that the epoch had.
        logged = [logs["learning_rate"] for logs in model.seen]
        np.testing.assert_allclose([*logged[1:], float(model.optimizer.learning_rate)], rates, rtol=1e-6)
    assert not callback.in_cooldown() or "cooldown" in kwargs


def test_a_reduction_is_told(run, capsys):
    run(ReduceLROnPlateau(patience=1, factor=0.5, verbose=1), [1, 1])
    assert capsys.readouterr().out == "Epoch 2: ReduceLROnPlateau reduces learning_rate to 0.5.\n"


def test_several_optimizers(run):
    several = optimizers.OptimizerMap(optimizers.SGD(1.0, name="a"), {"x": optimizers.SGD(0.1, name="b")})
    model = run(ReduceLROnPlateau(patience=1, factor=0.5), [1, 1], optimizer=optimizers.MultiOptimizer(several))
    assert sorted(model.seen[0]) == ["learning_rate_a", "learning_rate_b", "val_loss"]
    np.testing.assert_allclose([float(o.learning_rate) for o in model.optimizer.optimizers], [0.05, 0.5])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: EarlyStopping(mode="up"), "EarlyStopping: mode must be 'auto', 'min' or 'max', got 'up'"),
        (lambda: ReduceLROnPlateau(factor=1.0), "factor must be below 1, got 1.0"),
        (lambda: ReduceLROnPlateau(cooling=1.0), r"unknown argument\(s\) cooling"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_a_schedule_cannot_be_reduced(run):
    optimizer = optimizers.SGD(schedules.ExponentialDecay(1.0, 10, 0.5))
    with pytest.raises(ArgumentError, match="the learning rate follows"):
        run(ReduceLROnPlateau(patience=1), [1, 1], optimizer=optimizer)
