"""Files of weights hold of each kind of layer what those of Keras 3.15.1 hold (``data/write_layout_with_keras.py``)."""

import json
from pathlib import Path

import pytest

import polykeras
from polykeras import layers
from polykeras_conformance import tables

h5py = pytest.importorskip("h5py")
CASES = tables.entries("polykeras_conformance.layer_cases", "CASES")
LAYOUT = json.loads((Path(__file__).parent / "data" / "layout.json").read_text())


@pytest.mark.parametrize("name", sorted(LAYOUT))
def test_layout(tmp_path, name):
    case = CASES[name]
    x = case.symbolic(layers)
    polykeras.Model(x, case.call(case.make(layers), x)).save_weights(tmp_path / "a.weights.h5")
    with h5py.File(tmp_path / "a.weights.h5") as file:
        shapes = {}
        file.visititems(lambda path, item: shapes.update({path: list(item.shape)} if hasattr(item, "shape") else {}))
    assert shapes == LAYOUT[name]
