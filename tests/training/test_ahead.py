"""Batches that are slow to read are read while the step before them runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import polykeras as keras
from polykeras.training import ahead
from polykeras.training.ahead import Ahead

THREAD = "read ahead"


@pytest.fixture(autouse=True)
def all_reading_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "SLOW_S", -1.0)


def _readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == THREAD]


def _wait_for_their_end() -> None:
    for thread in _readers():
        thread.join(5)
    assert not _readers()


def test_the_order_stays_and_one_is_read_ahead() -> None:
    numbers = iter(range(1, 20))
    source = Ahead(lambda: next(numbers, None))
    assert [source.get(True) for _ in range(10)] == list(range(1, 11))
    assert source.close() == [11]
    assert next(numbers) == 12
    _wait_for_their_end()


def test_nothing_is_read_ahead_of_the_last() -> None:
    numbers = iter(range(1, 20))
    source = Ahead(lambda: next(numbers, None))
    assert [source.get(more=i < 7) for i in range(8)] == list(range(1, 9))
    assert source.close() == []
    assert next(numbers) == 9


def test_the_end_and_errors_come_where_they_would_have_come() -> None:
    def read() -> Iterator[int]:
        yield from range(1, 7)
        raise ValueError("broken file")

    source = Ahead(read().__next__)
    assert [source.get(True) for _ in range(6)] == list(range(1, 7))
    with pytest.raises(ValueError, match="broken file"):
        source.get(True)
    source.close()
    few = iter([1, 2, 3, 4, 5, 6])
    source = Ahead(lambda: next(few, None))
    assert [source.get(True) for _ in range(7)] == [1, 2, 3, 4, 5, 6, None]
    assert source.close() == []


def test_fast_reading_needs_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    _wait_for_their_end()  # of the tests before
    monkeypatch.setattr(ahead, "SLOW_S", 10.0)
    numbers = iter(range(1, 20))
    source = Ahead(lambda: next(numbers, None))
    for _ in range(10):
        source.get(True)
    assert next(numbers) == 11 and not _readers()


def _model() -> Any:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def _batches(read: list[str]) -> Iterator[Any]:
    generator = np.random.default_rng(1)
    while True:
        read.append(threading.current_thread().name)
        yield generator.normal(size=(4, 3)), generator.normal(size=(4, 1))


def test_fit_takes_no_more_from_a_generator_than_its_steps() -> None:
    read: list[str] = []
    model = _model()
    model.fit(_batches(read), steps_per_epoch=8, epochs=2, verbose=0)
    assert len(read) == 16
    assert read.count(THREAD) == 11  # all but the trials; the first of an epoch is looked at before it begins
    _wait_for_their_end()


def test_fit_gives_the_same_with_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = []
    for slow in (-1.0, 10.0):
        monkeypatch.setattr(ahead, "SLOW_S", slow)
        keras.utils.set_random_seed(1)
        losses.append(_model().fit(_batches([]), steps_per_epoch=8, epochs=3, verbose=0).history["loss"])
    assert losses[0] == losses[1]


def test_what_was_read_and_not_used_comes_next() -> None:
    from polykeras.training.sources import IterableData

    numbers = iter((np.full((1, 1), i), np.zeros((1, 1))) for i in range(20))
    data = IterableData(numbers, steps=10)
    seen = []
    for batch in data.batches():
        seen.append(int(batch[0][0, 0]))
        if len(seen) == 6:
            break
    seen += [int(batch[0][0, 0]) for batch in data.batches()]
    assert seen == list(range(16))


def test_a_memory_mapped_array_is_read_ahead(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).normal(size=(64, 3)).astype("float32")
    np.save(tmp_path / "x.npy", values)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    started: list[str] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: (started.append(self.name), start(self))[1])

    def losses(x: Any) -> Any:
        keras.utils.set_random_seed(1)
        return _model().fit(x, values[:, :1], batch_size=4, epochs=2, verbose=0).history["loss"]

    expected = losses(values)
    assert THREAD not in started
    assert losses(mapped) == expected
    assert started.count(THREAD) == 2  # one an epoch


def test_reading_and_steps_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "SLOW_S", 1e-3)
    reading, other = [], threading.Event()

    def read() -> int:
        reading.append(time.perf_counter())
        time.sleep(0.002)
        if len(reading) == 6:
            other.set()
        return len(reading)

    source = Ahead(read)
    for _ in range(4):
        source.get(True)
    assert source.get(True) == 5
    assert other.wait(5)  # the sixth is read although nobody has asked for it yet
    source.close()
