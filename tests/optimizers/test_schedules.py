"""Learning rate schedules against their formulas."""

import json
import math

import numpy as np
import pytest

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.optimizers import schedules
from polykeras.scope import current_backend

STEPS = (0, 1, 4, 5, 6, 10, 11, 19, 20, 21, 33, 100)


def _piecewise(step):
    return 1.0 if step <= 5 else 0.5 if step <= 20 else 0.1


def _cosine(fraction, alpha=0.0):
    return (1 - alpha) * (1 + math.cos(math.pi * fraction)) / 2 + alpha


def _warm_cosine(step):
    return 0.1 + 0.4 * step / 6 if step < 6 else 0.5 * _cosine(min(step - 6, 10) / 10, 0.2)


def _restarts(step, first=4.0, t_mul=2.0, m_mul=0.5, alpha=0.1):
    begin, length, height = 0.0, first, 1.0
    while step >= begin + length:
        begin, length, height = begin + length, length * t_mul, height * m_mul
    return 0.1 * ((1 - alpha) * height * (1 + math.cos(math.pi * (step - begin) / length)) / 2 + alpha)


CASES = [
    (schedules.ExponentialDecay(0.1, 10, 0.5), lambda s: 0.1 * 0.5 ** (s / 10)),
    (schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True), lambda s: 0.1 * 0.5 ** (s // 10)),
    (schedules.InverseTimeDecay(0.1, 10, 0.5), lambda s: 0.1 / (1 + 0.5 * s / 10)),
    (schedules.InverseTimeDecay(0.1, 10, 0.5, staircase=True), lambda s: 0.1 / (1 + 0.5 * (s // 10))),
    (schedules.PiecewiseConstantDecay([5, 20], [1.0, 0.5, 0.1]), _piecewise),
    (schedules.PolynomialDecay(0.1, 10), lambda s: 0.0999 * (1 - min(s, 10) / 10) + 0.0001),
    (schedules.PolynomialDecay(0.1, 10, 0.02, 2.0), lambda s: 0.08 * (1 - min(s, 10) / 10) ** 2 + 0.02),
    (
        schedules.PolynomialDecay(0.1, 10, 0.02, 0.5, cycle=True),
        lambda s: 0.08 * (1 - s / (10 * max(math.ceil(s / 10), 1))) ** 0.5 + 0.02,
    ),
    (schedules.CosineDecay(0.1, 20), lambda s: 0.1 * _cosine(min(s, 20) / 20)),
    (schedules.CosineDecay(0.1, 10, 0.2, warmup_target=0.5, warmup_steps=6), _warm_cosine),
    (schedules.CosineDecayRestarts(0.1, 4, 2.0, 0.5, 0.1), _restarts),
    (schedules.CosineDecayRestarts(0.1, 4, 1.0, 0.5, 0.1), lambda s: _restarts(s, t_mul=1.0)),
]


@pytest.mark.parametrize(("schedule", "formula"), CASES)
def test_values(schedule, formula):
    expected = [formula(s) for s in STEPS]
    np.testing.assert_allclose([schedule(s) for s in STEPS], expected, rtol=1e-4, atol=1e-7)
    compiled = current_backend().compile(schedule)
    found = [compiled(np.int32(s)) for s in STEPS]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)
    assert {ops.dtype(f) for f in found} == {"float32"}


@pytest.mark.parametrize(("schedule", "formula"), CASES)
def test_configurations(schedule, formula):
    data = json.loads(json.dumps(schedules.serialize(schedule)))
    assert data["module"] == "keras.optimizers.schedules"
    other = schedules.deserialize(data)
    assert type(other) is type(schedule)
    assert other.get_config() == schedule.get_config()
    assert other(7) == schedule(7)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: schedules.ExponentialDecay(0.1, 0, 0.5), "ExponentialDecay: decay_steps must be positive, got 0"),
        (lambda: schedules.InverseTimeDecay(0.1, -1, 0.5), "InverseTimeDecay: decay_steps must be positive, got -1"),
        (lambda: schedules.PolynomialDecay(0.1, 0), "PolynomialDecay: decay_steps must be positive"),
        (lambda: schedules.CosineDecay(0.1, 0), "CosineDecay: decay_steps must be positive"),
        (lambda: schedules.CosineDecay(0.1, 9, warmup_target=1.0), "warmup_target needs positive warmup_steps, got 0"),
        (lambda: schedules.CosineDecayRestarts(0.1, 9, 0.5), "t_mul must be at least 1, got 0.5"),
        (lambda: schedules.PiecewiseConstantDecay([1], [1.0]), "one more than boundaries, got 1 values for 1"),
        (lambda: schedules.PiecewiseConstantDecay([2, 1], [1, 2, 3]), r"boundaries must increase, got \[2, 1\]"),
        (lambda: schedules.LearningRateSchedule()(1), "LearningRateSchedule defines no __call__"),
        (lambda: schedules.LearningRateSchedule().get_config(), "LearningRateSchedule defines no get_config"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize("factor", [1.0, 1.5, 2.0, 3.0])
def test_a_wave_begins_exactly_where_the_one_before_ends(factor):
    schedule = schedules.CosineDecayRestarts(1.0, 16, factor, 0.5)
    begin = 0.0
    for wave in range(6):
        np.testing.assert_allclose(schedule(np.int32(begin)), 0.5**wave, rtol=1e-4)
        begin += 16 * factor**wave
