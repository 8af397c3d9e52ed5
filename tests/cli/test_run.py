"""Scripts that say ``import keras``."""

import sys

import pytest

from polykeras.cli.main import main
from polykeras.cli.run import guessed_api

OLD = """
import sys
import keras
import keras.backend as K
from keras.layers.core import Dense
from keras.models import Sequential
from keras.utils.np_utils import to_categorical

model = Sequential()
model.add(Dense(output_dim=3, input_dim=2, init="one"))
print(keras.__name__, model.count_params(), K.image_dim_ordering(), sys.argv[1:])
"""
NEW = """
import keras
from keras import layers
print(keras.__name__, keras.Sequential([keras.Input((2,)), layers.Dense(units=3)]).count_params())
"""


def test_an_old_script(tmp_path, capsys):
    script = tmp_path / "old.py"
    script.write_text(OLD)
    assert main(["run", str(script), "--epochs", "3"]) == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["polykeras.v1", "9", "tf", "['--epochs',", "'3']"]
    assert "is run as Keras 1" in captured.err
    assert sys.modules["polykeras.v1"].__spec__.name == "polykeras.v1"
    assert "keras" not in sys.modules or not sys.modules["keras"].__name__.startswith("polykeras")


def test_a_new_script(tmp_path, capsys):
    script = tmp_path / "new.py"
    script.write_text(NEW)
    assert main(["run", str(script), "--api", "v3"]) == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["polykeras", "9"] and captured.err == ""


def test_guesses():
    assert (guessed_api(OLD), guessed_api(NEW)) == ("v1", "v3")


def test_a_missing_script(capsys):
    assert main(["run", "no_such_script.py"]) != 0
    assert "no_such_script.py" in capsys.readouterr().err


def test_an_error_of_the_script_is_its_own(tmp_path):
    script = tmp_path / "bad.py"
    script.write_text("import keras\nraise KeyError('mine')\n")
    with pytest.raises(KeyError, match="mine"):
        main(["run", str(script), "--api", "v1"])
