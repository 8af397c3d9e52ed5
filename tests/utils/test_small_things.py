"""`Config`, `Progbar`, and the sources of symbolic tensors."""

from __future__ import annotations

import copy
import pickle

import pytest

from polykeras import layers, utils
from polykeras.errors import ArgumentError


def test_config_is_a_dictionary_with_attributes() -> None:
    config = utils.Config(units=3)
    config.rate, config["depth"] = 0.5, 2
    assert config.as_dict() == {"units": 3, "rate": 0.5, "depth": 2}
    assert config.to_json() == '{"units": 3, "rate": 0.5, "depth": 2}'
    assert (list(config), len(config), "rate" in config, config.get("none", 7)) == (
        ["units", "rate", "depth"],
        3,
        True,
        7,
    )
    assert (list(config.keys()), list(config.values())) == (["units", "rate", "depth"], [3, 0.5, 2])
    assert dict(config.items()) == config.as_dict()
    assert config.pop("rate") == 0.5
    del config.depth
    config.update({"a": 1}, b=2)
    assert repr(config) == "<Config {'units': 3, 'a': 1, 'b': 2}>"
    for other in (copy.deepcopy(config), pickle.loads(pickle.dumps(config))):
        assert other == config
    with pytest.raises(AttributeError, match="no entry 'zz'"):
        _ = config.zz
    with pytest.raises(AttributeError, match="no entry 'zz'"):
        del config.zz
    with pytest.raises(KeyError):
        config["zz"]


def test_a_frozen_config() -> None:
    config = utils.Config(units=3)
    config.freeze()
    assert config.frozen
    for change in (
        lambda: setattr(config, "units", 4),
        lambda: config.update(units=4),
        lambda: config.pop("units"),
        lambda: delattr(config, "units"),
    ):
        with pytest.raises(ArgumentError, match="is frozen"):
            change()
    assert pickle.loads(pickle.dumps(config)).frozen
    config.unfreeze()
    config.units = 4
    assert config.units == 4


def test_progbar_averages(capsys: pytest.CaptureFixture[str]) -> None:
    bar = utils.Progbar(4, stateful_metrics=["now"], unit_name="page")
    bar.update(1, [("loss", 1.0), ("now", 1.0)])
    bar.add(3, [("loss", 5.0), ("now", 2.0)])
    out = capsys.readouterr().out
    assert out.startswith("4 pages - ")
    assert out.endswith("/page - loss: 4.0000 - now: 2.0000\n")
    bar = utils.Progbar(None, stateless_metrics=["loss"])
    bar.update(2, [("loss", 1.0), ("now", 1.0)])
    assert capsys.readouterr().out == ""
    bar.update(4, [("loss", 2.0), ("now", 3.0)], finalize=True)
    assert "loss: 1.5000 - now: 3.0000" in capsys.readouterr().out
    utils.Progbar(1, verbose=0).update(1)
    assert capsys.readouterr().out == ""


def test_progbar_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    bar = utils.Progbar(4, width=8, interval=0)
    bar.update(1)
    bar.update(4)
    drawn = capsys.readouterr().out.split("\r\x1b[K")[1:]
    assert drawn[0].startswith(f"1/4 {'━' * 2}{'─' * 6}")
    assert drawn[-1].startswith(f"4/4 {'━' * 8} ")
    assert drawn[-1].endswith("/step\n")


def test_progbar_refusals() -> None:
    with pytest.raises(ArgumentError, match="not both"):
        utils.Progbar(1, stateful_metrics=["a"], stateless_metrics=["b"])
    with pytest.raises(ArgumentError, match="verbose must be 0, 1 or 2, got 3"):
        utils.Progbar(1, verbose=3)


def test_source_inputs() -> None:
    a, b = layers.Input((3,), name="a"), layers.Input((3,), name="b")
    joined = layers.Add()([layers.Dense(3)(b), a * 2.0, b])
    assert [x.name for x in utils.get_source_inputs(joined)] == ["b", "a"]
    assert utils.get_source_inputs(a) == [a]
    with pytest.raises(ArgumentError, match="expected a symbolic tensor, got float"):
        utils.get_source_inputs(1.0)
