"""Scripts that say ``import keras``."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from polykeras.cli.main import main
from polykeras.cli.run import guessed_api, split_arguments
from polykeras.errors import ArgumentError

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
FAKE_KERAS = """
import os, pathlib
pathlib.Path(os.environ["KERAS_HOME"], "keras.json").write_text("{}")
__version__ = "the real one"
"""


def written(folder, name, text):
    path = folder / name
    path.write_text(text)
    return str(path)


def test_an_old_script(tmp_path, capsys):
    assert main(["run", written(tmp_path, "old.py", OLD), "--epochs", "3"]) == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["polykeras.v1", "9", "tf", "['--epochs',", "'3']"]
    assert "is run as Keras 1" in captured.err
    assert sys.modules["polykeras.v1"].__spec__.name == "polykeras.v1"
    assert "keras" not in sys.modules or not sys.modules["keras"].__name__.startswith("polykeras")


def test_a_new_script(tmp_path, capsys):
    assert main(["run", written(tmp_path, "new.py", NEW), "--api", "v3"]) == 0
    captured = capsys.readouterr()
    assert captured.out.split() == ["polykeras", "9"] and captured.err == ""


def test_guesses():
    assert (guessed_api(OLD), guessed_api(NEW)) == ("v1", "v3")
    assert guessed_api("from keras.layers.core import Dense\nfit(x, y)") == "v1"
    assert guessed_api("from keras.layers import Dense\nfit(x, y, epochs=3)") == "v3"


def test_whose_arguments_they_are(tmp_path, capsys):
    assert split_arguments(["a", "--api=v1", "-h", "--back", "2", "--backend", "numpy", "--", "--api", "x"]) == (
        {"api": "v1", "backend": "numpy"},
        ["a", "-h", "--back", "2", "--api", "x"],
    )
    with pytest.raises(ArgumentError, match="after a '--'"):
        split_arguments(["--backend"])
    with pytest.raises(ArgumentError, match="one of v1, v3"):
        split_arguments(["--api", "v2"])
    script = written(tmp_path, "s.py", "import sys\nprint(sys.argv[1:])")
    for words in (["--api", "v1", script, "--help", "--version"], [script, "--help", "--version", "--api", "v1"]):
        assert main(["run", *words]) == 0
        assert capsys.readouterr().out.strip() == "['--help', '--version']"


def test_modules_beside_the_script(tmp_path, capsys):
    beside = "import keras\nfrom keras.layers import Dense\nwhat = Dense.__module__.rpartition('.')[0]\n"
    written(tmp_path, "beside_the_script.py", beside)
    script = written(tmp_path, "s.py", "import beside_the_script as b\nprint(b.keras.__name__, b.what)\n")
    path = list(sys.path)
    try:
        assert main(["run", script, "--api", "v1"]) == 0
    finally:
        sys.modules.pop("beside_the_script", None)
    assert capsys.readouterr().out.split() == ["polykeras.v1", "polykeras.v1.layers"]
    assert sys.path == path


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("from keras.src import layers", "keras.src is private to Keras"),
        ("import keras._tf_keras.keras", "keras._tf_keras is private to Keras"),
        ("import keras.nothing", "polykeras.v1, which stands for keras in this run, has no such module"),
        ("from keras.layers import Dnse", "cannot import name 'Dnse'"),
    ],
)
def test_modules_that_are_not_there(tmp_path, statement, message):
    with pytest.raises(ImportError, match=message):
        main(["run", written(tmp_path, "s.py", statement), "--api", "v1"])


@pytest.mark.parametrize(
    "statement",
    [
        "from tensorflow.keras.layers import Dense",
        "import tensorflow.keras as keras",
        "from tensorflow import keras",
        "from tensorflow.python import (data, keras)",
        "import tensorflow as tf\nmodel = tf.keras.Sequential()",
    ],
)
def test_another_frameworks_keras_is_refused_before_the_run(tmp_path, capsys, statement):
    script = written(tmp_path, "s.py", f"print('started')\n{statement}\n")
    assert main(["run", script, "--api", "v3"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and "line" in captured.err and "import keras" in captured.err


def test_comments_on_it_are_not(tmp_path, capsys):
    script = written(tmp_path, "s.py", "# not tf.keras, and not from tensorflow import keras\nprint('tf.keras')")
    assert main(["run", script, "--api", "v3"]) == 0
    assert capsys.readouterr().out == "tf.keras\n"


def test_a_missing_script(capsys):
    assert main(["run", "no_such_script.py"]) == 1
    assert "no_such_script.py" in capsys.readouterr().err


def test_an_error_of_the_script_is_its_own(tmp_path):
    with pytest.raises(KeyError, match="mine"):
        main(["run", written(tmp_path, "bad.py", "import keras\nraise KeyError('mine')\n"), "--api", "v1"])


def process(*words, home, path=()):
    """`polykeras run` as a user starts it."""
    known = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    root = Path(__file__).parents[2]
    paths = [*map(str, path), str(root), str(root / "backends"), os.environ.get("PYTHONPATH", "")]
    env = {**known, "KERAS_HOME": str(home), "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, env=env, timeout=120)


def test_tracebacks_and_exit_codes(tmp_path):
    script = written(tmp_path, "bad.py", "from keras.layers import Dense\nDense(3, nosuch=1)\n")
    done = process("-m", "polykeras", "run", script, "--api", "v1", home=tmp_path)
    assert done.returncode == 1
    assert 'bad.py", line 2' in done.stderr and "Dense(3, nosuch=1)" in done.stderr and "ArgumentError" in done.stderr
    script = written(tmp_path, "leaves.py", "import keras, sys\nsys.exit(7)\n")
    assert process("-m", "polykeras", "run", script, "--api", "v1", home=tmp_path).returncode == 7


def test_an_installed_keras_is_left_alone(tmp_path):
    """Not imported, nor its settings touched, in the run; and imported as ever without it."""
    packages, home = tmp_path / "packages", tmp_path / "home"
    (packages / "keras").mkdir(parents=True)
    home.mkdir()
    (packages / "keras" / "__init__.py").write_text(FAKE_KERAS)
    script = written(tmp_path, "s.py", "import keras\nprint(keras.__version__, keras.__name__)\n")
    run = process("-m", "polykeras", "run", script, "--api", "v1", home=home, path=[packages])
    assert run.stdout.split() == ["1.2.2", "polykeras.v1"] and not (home / "keras.json").exists()
    plain = process(script, home=home, path=[packages])
    assert plain.stdout.split() == ["the", "real", "one", "keras"]


def test_what_was_imported_before_comes_back(tmp_path, monkeypatch):
    import types

    real = types.ModuleType("keras")
    monkeypatch.setitem(sys.modules, "keras", real)
    monkeypatch.setitem(sys.modules, "keras.layers", real)
    assert main(["run", written(tmp_path, "s.py", "import keras.layers.core"), "--api", "v1"]) == 0
    assert sys.modules["keras"] is sys.modules["keras.layers"] is real and "keras.layers.core" not in sys.modules


def test_what_a_script_pickles_is_read_without_it(tmp_path):
    text = f"""
import pickle
from keras.layers import Dense
from keras.models import Sequential

class Mine:
    number = 3

assert __name__ == "__main__" and pickle.loads(pickle.dumps(Mine())).number == 3
model = Sequential([Dense(3, input_dim=2)])
open({str(tmp_path / "model.pickle")!r}, "wb").write(pickle.dumps(model.get_weights()))
open({str(tmp_path / "class.pickle")!r}, "wb").write(pickle.dumps(Dense))
"""
    assert main(["run", written(tmp_path, "s.py", text), "--api", "v1"]) == 0
    from polykeras.v1.layers import Dense

    assert pickle.loads((tmp_path / "class.pickle").read_bytes()) is Dense
    assert [w.shape for w in pickle.loads((tmp_path / "model.pickle").read_bytes())] == [(2, 3), (3,)]
