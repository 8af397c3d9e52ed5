"""Writes ``layout.json`` with Keras 3.15.1, see `write_with_keras.py`: what its files of weights hold of each kind of layer."""

import json
import tempfile
from pathlib import Path

import h5py
import keras

from polykeras_conformance import tables


def layout(path):
    shapes = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: shapes.update({name: item.shape} if hasattr(item, "shape") else {}))
    return shapes


found = {}
for name, case in tables.entries("polykeras_conformance.layer_cases", "CASES").items():
    x = case.symbolic(keras.layers)
    model = keras.Model(x, case.call(case.make(keras.layers), x))
    with tempfile.TemporaryDirectory() as folder:
        model.save_weights(f"{folder}/a.weights.h5")
        if shapes := layout(f"{folder}/a.weights.h5"):
            found[name] = shapes
lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(shapes)}" for name, shapes in sorted(found.items()))
Path(__file__).with_name("layout.json").write_text(f"{{\n{lines}\n}}\n")
