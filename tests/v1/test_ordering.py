"""Where the ordering of images is configured: the file, the environment before it, a call before both."""

import json

import pytest

from polykeras import config
from polykeras.errors import ArgumentError
from polykeras.v1 import backend as K

VARIABLES = ("KERAS_IMAGE_DATA_FORMAT", "KERAS_IMAGE_DIM_ORDERING")


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Writes a config file and sets variables, as a process finds them when it starts."""
    before = config.image_data_format()
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    def start(file, **variables):
        (tmp_path / "keras.json").write_text(json.dumps(file))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        config._file.cache_clear()
        config._settings.pop("image_data_format")

    yield start
    monkeypatch.undo()
    config._file.cache_clear()
    config.set_image_data_format(before)


@pytest.mark.parametrize(
    ("file", "variables", "expected"),
    [
        ({}, {}, "tf"),
        ({"image_dim_ordering": "th"}, {}, "th"),
        ({"image_data_format": "channels_first"}, {}, "th"),
        ({"image_dim_ordering": "th", "image_data_format": "channels_last"}, {}, "tf"),
        ({"image_dim_ordering": "th"}, {"KERAS_IMAGE_DIM_ORDERING": "tf"}, "tf"),
        ({}, {"KERAS_IMAGE_DATA_FORMAT": "channels_first"}, "th"),
        ({}, {"KERAS_IMAGE_DIM_ORDERING": "th"}, "th"),
    ],
)
def test_what_is_configured(configured, file, variables, expected):
    configured(file, **variables)
    assert K.image_dim_ordering() == expected
    assert config.image_data_format() == {"tf": "channels_last", "th": "channels_first"}[expected]


def test_a_call_comes_first(configured):
    configured({"image_dim_ordering": "tf"}, KERAS_IMAGE_DIM_ORDERING="tf")
    K.set_image_dim_ordering("th")
    assert config.image_data_format() == "channels_first"


def test_another_word_is_refused_with_its_place(configured):
    configured({"image_dim_ordering": "theano"})
    with pytest.raises(ArgumentError, match=r"image_dim_ordering in .*keras\.json must be one of .*'theano'"):
        K.image_dim_ordering()
    configured_format = {"KERAS_IMAGE_DATA_FORMAT": "NCHW"}
    config._settings["image_data_format"] = "channels_last"
    configured({}, **configured_format)
    with pytest.raises(ArgumentError, match="variable KERAS_IMAGE_DATA_FORMAT must be one of"):
        config.image_data_format()
    config._settings["image_data_format"] = "channels_last"
