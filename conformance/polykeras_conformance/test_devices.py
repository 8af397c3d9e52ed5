"""Devices: what there is, and where tensors are made."""

from __future__ import annotations

import re

import pytest

import polykeras
from polykeras import Variable, ops
from polykeras.backend import Backend
from polykeras.errors import ArgumentError

pytestmark = pytest.mark.level("devices")


def test_listing(backend: Backend) -> None:
    """Names of a kind and a number, each once, a CPU among them; new tensors lie on the first."""
    names = backend.devices()
    assert names == polykeras.devices() and len(set(names)) == len(names) > 0
    assert all(re.fullmatch(r"[a-z]+:\d+", name) for name in names), names
    assert "cpu:0" in names
    for x in (backend.convert([1.0], "float32"), ops.zeros((2,)), ops.arange(3), Variable(1.0).value):
        assert backend.device_of(x) == names[0]


def test_placement(backend: Backend) -> None:
    """Inside a device's scope, tensors and variables are made on it, and results of ops on them lie there."""
    for name in backend.devices():
        with polykeras.device(name):
            variable = Variable([1.0, 2.0])
            x = ops.convert_to_tensor([1.0, 2.0])
            made = {"convert": x, "fill": ops.ones((2,)), "range": ops.arange(2), "variable": variable.value,
                    "result": ops.exp(x), "key": ops.random_uniform(ops.convert_to_tensor([1, 2]), (2,), "float32")}
        made["afterwards"] = ops.add(x, 1.0)
        for how, tensor in made.items():
            assert backend.device_of(tensor) == name, f"{how}: made on {backend.device_of(tensor)}, not {name}"
        assert ops.convert_to_numpy(ops.add(variable, x)).tolist() == [2.0, 4.0]


def test_scope_ends(backend: Backend) -> None:
    """After the block, also after one that fails, the default device is the default again."""
    default = backend.devices()[0]
    for name in backend.devices():
        with pytest.raises(ZeroDivisionError), polykeras.device(name), polykeras.device(default):
            raise ZeroDivisionError
        assert backend.device_of(ops.zeros((1,))) == default


def test_unknown(backend: Backend) -> None:
    """A name that is not listed is refused, and the message lists what there is."""
    for name in ("gpu:99", "cpu", "", "no such thing", "cpu:0 "):
        with pytest.raises(ArgumentError, match="cpu:0"), polykeras.device(name):
            raise AssertionError(f"device({name!r}) was accepted")
