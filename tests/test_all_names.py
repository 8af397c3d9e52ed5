"""All names of Keras 3's modelling surface are here, but those named below with the reason; and those of its helpers.

`tests/reference/keras3_names.json` lists what Keras 3.15 exports in ten modules, `keras3_utils_models.json` the signatures of
those modules that have no test of signatures of their own.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "reference"
NAMES: dict[str, list[str]] = json.loads((FOLDER / "keras3_names.json").read_text())
SIGNATURES: dict[str, dict[str, Any]] = json.loads((FOLDER / "keras3_utils_models.json").read_text())

EXCLUDED: dict[str, str] = {
    **dict.fromkeys(
        (
            "keras.layers.AugMix",
            "keras.layers.AutoContrast",
            "keras.layers.ContrastLimitedAdaptiveHistogramEqualization",
            "keras.layers.CutMix",
            "keras.layers.Equalization",
            "keras.layers.MaxNumBoundingBoxes",
            "keras.layers.MixUp",
            "keras.layers.RandAugment",
            "keras.layers.RandomBrightness",
            "keras.layers.RandomColorDegeneration",
            "keras.layers.RandomColorJitter",
            "keras.layers.RandomContrast",
            "keras.layers.RandomCrop",
            "keras.layers.RandomElasticTransform",
            "keras.layers.RandomErasing",
            "keras.layers.RandomFlip",
            "keras.layers.RandomGaussianBlur",
            "keras.layers.RandomGrayscale",
            "keras.layers.RandomHue",
            "keras.layers.RandomInvert",
            "keras.layers.RandomPerspective",
            "keras.layers.RandomPosterization",
            "keras.layers.RandomRotation",
            "keras.layers.RandomSaturation",
            "keras.layers.RandomSharpness",
            "keras.layers.RandomShear",
            "keras.layers.RandomTranslation",
            "keras.layers.RandomZoom",
            "keras.layers.Solarization",
        ),
        "image augmentation",
    ),
    **dict.fromkeys(
        (
            "keras.layers.HashedCrossing",
            "keras.layers.Hashing",
            "keras.layers.IntegerLookup",
            "keras.layers.StringLookup",
            "keras.layers.TextVectorization",
        ),
        "preprocessing of text, and look-up of its words",
    ),
    **dict.fromkeys(
        (
            "keras.layers.FlaxLayer",
            "keras.layers.JaxLayer",
            "keras.layers.TFSMLayer",
            "keras.layers.TorchModuleWrapper",
        ),
        "wraps what belongs to one framework",
    ),
    "keras.callbacks.OrbaxCheckpoint": "files of one framework",
}

EXCLUDED_HELPERS: dict[str, str] = {
    "keras.utils.FeatureSpace": "builds on layers that look up text",
    **dict.fromkeys(
        (
            "keras.preprocessing.image_dataset_from_directory",
            "keras.preprocessing.text_dataset_from_directory",
            "keras.utils.audio_dataset_from_directory",
            "keras.utils.image_dataset_from_directory",
            "keras.utils.text_dataset_from_directory",
        ),
        "reads directories into the data sets of one framework",
    ),
    **dict.fromkeys(
        (
            "keras.config.disable_traceback_filtering",
            "keras.config.enable_traceback_filtering",
            "keras.config.is_traceback_filtering_enabled",
        ),
        "tracebacks are never filtered",
    ),
    "keras.config.is_nnx_enabled": "of one framework",
}

METHODS_EXCLUDED: dict[str, str] = {
    **dict.fromkeys(
        ("get_quantization_layer_structure", "quantize", "quantized_build", "quantized_call"), "quantization"
    ),
    **dict.fromkeys(
        ("make_predict_function", "make_test_function", "make_train_function"), "the training loop compiles the steps"
    ),
    **dict.fromkeys(
        ("compute_loss_and_updates", "jax_state_sync", "stateless_compute_loss"), "inner workings of a backend"
    ),
    **dict.fromkeys(("get_state_tree", "set_state_tree"), "state is handed over as lists, see stateless_call"),
    "export": "files of other tools",
}

BEYOND = {"keras.utils.deserialize_keras_object": ("home",)}
"""Arguments that Keras 3 does not have, in place of its ``**kwargs``."""


def _ours(full: str) -> Any:
    module, _, name = full.rpartition(".")
    return getattr(import_module(module.replace("keras", "polykeras", 1)), name, None)


@pytest.mark.parametrize("module", NAMES)
def test_every_name_is_there_but_those_excluded(module: str) -> None:
    missing = {full for name in NAMES[module] if _ours(full := f"{module}.{name}") is None}
    assert missing == {full for full in EXCLUDED if full.startswith(f"{module}.")}
    exported = import_module(module.replace("keras", "polykeras", 1)).__all__
    assert {name for name in NAMES[module] if f"{module}.{name}" not in missing} <= set(exported)


def test_the_reference_is_whole() -> None:
    """The numbers of names that Keras 3.15 has: the test above must not pass because the list has shrunk."""
    assert {module.removeprefix("keras."): len(names) for module, names in NAMES.items()} == {
        "layers": 175, "losses": 48, "metrics": 72, "optimizers": 21, "initializers": 39, "regularizers": 12,
        "constraints": 12, "activations": 35, "callbacks": 16, "models": 6,
    }  # fmt: skip
    assert len(EXCLUDED) == 39


@pytest.mark.parametrize("full", [f"{module}.{name}" for module, names in SIGNATURES.items() for name in names])
def test_signatures(full: str, takes: Callable[..., None]) -> None:
    module, _, name = full.rpartition(".")
    ours, entry = _ours(full), SIGNATURES[module][name]
    if full in EXCLUDED_HELPERS:
        assert ours is None, f"{full} is there: take it off the list of what is excluded"
        return
    is_class = isinstance(entry, dict)
    assert inspect.isclass(ours) == is_class
    takes(full, ours, entry["signature"] if is_class else entry, BEYOND.get(full, ()), keywords=full not in BEYOND)
    missing = {method for method in (entry["methods"] if is_class else ()) if not hasattr(ours, method)}
    assert missing == (METHODS_EXCLUDED.keys() if module == "keras.models" and is_class else set())
