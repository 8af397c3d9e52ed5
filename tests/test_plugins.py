"""Finding, choosing and refusing backends."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polykeras
from polykeras import BackendSpec, Variable, config, hookimpl, ops, plugins
from polykeras.backend import PROTOCOL, Backend
from polykeras.errors import (
    BackendError,
    BrokenBackendError,
    IncompatibleBackendError,
    MissingKernelError,
    UnknownBackendError,
)

NUMPY = plugins.load("numpy")


class Twin(type(NUMPY)):  # type: ignore[misc]
    """The NumPy backend under another name."""

    name = "twin"


class Plugin:
    """A plugin with one backend."""

    def __init__(self, load: Callable[[], Backend], name: str = "twin", install: str = "") -> None:
        self.spec = BackendSpec(name=name, load=load, install=install)

    @hookimpl
    def polykeras_backends(self) -> list[BackendSpec]:
        """The backend."""
        return [self.spec]


Register = Callable[..., Plugin]


@pytest.fixture
def register() -> Iterator[Register]:
    """Registers a plugin made of the arguments, until the end of the test."""
    added = []

    def add(*args: Any, **kwargs: Any) -> Plugin:
        added.append(Plugin(*args, **kwargs))
        plugins.register(added[-1])
        return added[-1]

    yield add
    for plugin in added:
        plugins.unregister(plugin)


@pytest.fixture
def default() -> Iterator[str]:
    """The name of the default backend, which is the default again after the test."""
    name = config.backend()
    yield name
    config.set_backend(name)


# ---- names -----------------------------------------------------------------------------------------------------------


def test_an_unknown_name_lists_what_there_is_and_the_nearest_spelling(register: Register) -> None:
    register(Twin)
    with pytest.raises(UnknownBackendError, match="no backend named 'nunpy'") as caught:
        plugins.load("nunpy")
    message = str(caught.value)
    assert "Did you mean 'numpy'?" in message
    listed = message.partition("Installed: ")[2].partition(".")[0].split(", ")
    assert {"numpy", "twin"} <= set(listed) and listed == sorted(listed)
    assert "entry point in the group 'polykeras'" in message and "polykeras backends" in message


def test_an_unknown_name_is_refused_wherever_it_is_given() -> None:
    for choose in (config.set_backend, polykeras.backend_scope, plugins.load):
        with pytest.raises(ValueError, match="no backend named 'torhc'"):
            choose("torhc")


def test_a_plugin_is_registered_and_taken_back_by_hand() -> None:
    plugin = Plugin(Twin)
    plugins.register(plugin)
    assert "twin" in plugins.names() and "twin" in plugins.specs() and "twin" not in plugins.loaded()
    with polykeras.backend_scope("twin") as backend:
        assert config.backend() == "twin" and plugins.loaded()["twin"] is backend is plugins.load("twin")
        assert ops.add([1, 2], 1).tolist() == [2, 3]
    plugins.unregister(plugin)
    assert "twin" not in plugins.names() and "twin" not in plugins.loaded()
    with pytest.raises(UnknownBackendError, match="twin"):
        plugins.load("twin")


def test_a_backend_is_loaded_once(register: Register) -> None:
    made: list[Backend] = []

    def load() -> Backend:
        made.append(Twin())
        return made[-1]

    register(load)
    threads = [threading.Thread(target=plugins.load, args=("twin",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and plugins.load("twin") is made[0]


# ---- plugins that do not work ----------------------------------------------------------------------------------------


def _import_what_is_not_there() -> Backend:
    raise ImportError("No module named 'quark'", name="quark")


def _fail() -> Backend:
    raise OSError("the driver is too old")


class Foreign(Twin):
    protocol = PROTOCOL + 1


class Incomplete(Twin):
    kernels = {name: kernel for name, kernel in NUMPY.kernels.items() if name not in ("erfinv", "matmul")}


class Misspelt(Twin):
    kernels = {**NUMPY.kernels, "sofmax": np.add}


class Outdated(Twin):
    overrides = {**NUMPY.overrides, "batch_normalisation": np.add}


@pytest.mark.parametrize(
    ("load", "error", "says"),
    [
        (_import_what_is_not_there, BrokenBackendError, ["'twin'", "No module named 'quark'", "pip install quark"]),
        (_fail, BrokenBackendError, ["'twin'", "failed while it was loaded", "OSError: the driver is too old"]),
        (lambda: None, BrokenBackendError, ["'twin'", "loads None", "polykeras.backend.Backend"]),
        (Foreign, IncompatibleBackendError, ["'twin'", f"version {PROTOCOL + 1}", f"version {PROTOCOL}."]),
        (Incomplete, MissingKernelError, ["'twin'", "2 primitives: erfinv, matmul."]),
        (Misspelt, MissingKernelError, ["'twin'", "do not exist: sofmax.", "Did you mean 'softmax'"]),
        (Outdated, MissingKernelError, ["'twin'", "do not exist: batch_normalisation.", "'batch_normalization'"]),
    ],
    ids=["framework-missing", "fails", "no-backend", "protocol", "kernels", "unknown-kernel", "unknown-override"],
)
def test_a_backend_that_cannot_work_is_refused(
    register: Register, load: Any, error: type[BackendError], says: list[str]
) -> None:
    register(load, install="python -m pip install quark")
    for _ in range(2):  # the second time as the first
        with pytest.raises(error) as caught:
            plugins.load("twin")
        assert all(part in str(caught.value) for part in says), str(caught.value)
        assert "twin" not in plugins.loaded()
    assert "twin" in plugins.names(), "it is installed all the same"
    assert config.backend() != "twin" and ops.convert_to_numpy(ops.add([1, 2], 1)).tolist() == [2, 3]


def test_a_missing_framework_is_an_import_error_with_its_cause(register: Register) -> None:
    register(_import_what_is_not_there)
    with pytest.raises(ImportError) as caught:
        plugins.load("twin")
    assert isinstance(caught.value.__cause__, ImportError) and "install" not in str(caught.value).partition("quark")[2]


def test_a_backend_that_is_mended_loads(register: Register) -> None:
    working = [False]
    register(lambda: Twin() if working[0] else _fail())
    with pytest.raises(BrokenBackendError):
        plugins.load("twin")
    working[0] = True
    assert plugins.load("twin").name == "twin"


# ---- the default backend ---------------------------------------------------------------------------------------------


def test_the_default_changes_at_any_moment_and_variables_stay(register: Register, default: str) -> None:
    register(Twin)
    config.set_backend("numpy")
    before = Variable([1.0, 2.0])
    config.set_backend("twin")
    after = Variable([1.0, 2.0])
    assert config.backend() == "twin"
    assert (before.backend.name, after.backend.name) == ("numpy", "twin")
    before.assign([3.0, 4.0])
    assert before.backend.name == "numpy" and before.numpy().tolist() == [3, 4]
    config.set_backend(NUMPY)
    assert config.backend() == "numpy" and Variable(1.0).backend is NUMPY


def test_scopes_nest_and_end(register: Register) -> None:
    register(Twin)
    outside = config.backend()
    with polykeras.backend_scope("twin") as twin:
        with polykeras.backend_scope("numpy"):
            assert config.backend() == "numpy"
            with polykeras.backend_scope(twin):
                assert config.backend() == "twin"
            assert config.backend() == "numpy"
        assert config.backend() == "twin"
        with pytest.raises(ZeroDivisionError), polykeras.backend_scope("numpy"):
            raise ZeroDivisionError
        assert config.backend() == "twin"
    assert config.backend() == outside


def test_a_scope_of_an_unknown_backend_changes_nothing() -> None:
    outside = config.backend()
    with pytest.raises(UnknownBackendError), polykeras.backend_scope("nope"):
        raise AssertionError("the block must not start")
    assert config.backend() == outside


def test_the_default_may_be_set_inside_a_scope(register: Register, default: str) -> None:
    register(Twin)
    with polykeras.backend_scope("numpy"):
        config.set_backend("twin")
        assert config.backend() == "twin"
    assert config.backend() == "twin"


def test_threads_have_scopes_of_their_own_and_share_the_default(register: Register, default: str) -> None:
    register(Twin)
    config.set_backend("numpy")
    inside, leave = threading.Event(), threading.Event()
    seen: dict[str, list[str]] = {"scoped": [], "plain": []}

    def scoped() -> None:
        with polykeras.backend_scope("twin"):
            inside.set()
            leave.wait(10)
            seen["scoped"].append(config.backend())
        seen["scoped"].append(config.backend())

    def plain() -> None:
        seen["plain"].append(config.backend())
        leave.set()

    threads = [threading.Thread(target=scoped)]
    threads[0].start()
    assert inside.wait(10)
    assert config.backend() == "numpy"
    threads.append(threading.Thread(target=plain))
    threads[1].start()
    for thread in threads:
        thread.join(10)
    assert seen == {"scoped": ["twin", "numpy"], "plain": ["numpy"]}

    config.set_backend("twin")
    thread = threading.Thread(target=plain)
    thread.start()
    thread.join(10)
    assert seen["plain"] == ["numpy", "twin"]


# ---- in a process of its own: what is read once, at the start --------------------------------------------------------

TWIN = """
from polykeras import BackendSpec, hookimpl

def load():
    from polykeras_numpy.backend import NumpyBackend

    return type("Twin", (NumpyBackend,), {"name": "twin"})()

@hookimpl
def polykeras_backends():
    return [BackendSpec(name="twin", load=load)]
"""


class Place:
    """A directory with installed plugins and a home for the config file, and Python processes that see them."""

    def __init__(self, root: Path) -> None:
        self.home, self.packages = root / "home", root / "packages"
        self.packages.mkdir()

    def install(self, name: str, source: str, *more: str) -> None:
        """A distribution with one module, which an entry point names; so do those named `more`."""
        (self.packages / f"{name}_plugin.py").write_text(source)
        info = self.packages / f"{name}_plugin-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-plugin\nVersion: 1.0\n")
        points = "".join(f"{point} = {name}_plugin\n" for point in (name, *more))
        (info / "entry_points.txt").write_text(f"[polykeras]\n{points}")

    def configure(self, content: str | bytes) -> Path:
        """Write the config file."""
        self.home.mkdir()
        path = self.home / "keras.json"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, code: str, **variables: str) -> str:
        """What the code prints, errors and warnings included."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("KERAS_", "POLYKERAS_"))}
        paths = [str(self.packages), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment.update(PYTHONPATH=os.pathsep.join(paths), KERAS_HOME=str(self.home), **variables)
        command = [sys.executable, "-W", "always", "-c", textwrap.dedent(code)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        return done.stdout + done.stderr


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Nothing installed, nothing configured."""
    return Place(tmp_path)


DEFAULT = "from polykeras import config, ops; print(config.backend(), ops.add([1], 1).tolist())"


def test_with_nothing_set_the_default_is_numpy_and_nothing_is_written(place: Place) -> None:
    assert place.run(DEFAULT) == "numpy [2]\n"
    assert not place.home.exists()


def test_the_environment_chooses(place: Place) -> None:
    place.install("twin", TWIN)
    assert place.run(DEFAULT, KERAS_BACKEND="twin") == "twin [2]\n"


def test_the_config_file_chooses_but_the_environment_comes_first(place: Place) -> None:
    place.install("twin", TWIN)
    place.configure('{"backend": "twin", "floatx": "float16", "epsilon": 0.001, "image_data_format": "channels_first"}')
    settings = "print(config.floatx(), config.epsilon(), config.image_data_format(), ops.exp(1).dtype)"
    assert place.run(f"{DEFAULT}; {settings}") == "twin [2]\nfloat16 0.001 channels_first float16\n"
    assert place.run(DEFAULT, KERAS_BACKEND="numpy") == "numpy [2]\n"


def test_an_error_says_who_chose_the_backend(place: Place) -> None:
    found = place.run(DEFAULT, KERAS_BACKEND="nunpy")
    assert "UnknownBackendError: There is no backend named 'nunpy'. Did you mean 'numpy'?" in found
    assert "chosen by the environment variable KERAS_BACKEND" in found
    path = place.configure('{"backend": "nunpy"}')
    assert f"chosen by {path}" in place.run(DEFAULT)


@pytest.mark.parametrize("content", ["{", "[1]", b"\xff\xfe\x00", ""], ids=["cut-off", "list", "no-text", "empty"])
def test_a_broken_config_file_is_ignored_with_a_warning_and_left_alone(place: Place, content: str | bytes) -> None:
    path = place.configure(content)
    before = path.read_bytes()
    found = place.run(DEFAULT)
    assert found.count("RuntimeWarning") == 1 and f"{path} is ignored, it cannot be read" in found
    assert "numpy [2]\n" in found
    assert path.read_bytes() == before and list(place.home.iterdir()) == [path]


def test_a_plugin_with_two_backends_has_an_entry_point_for_each(place: Place) -> None:
    two = (
        TWIN.replace("def load():", "def load(name):")
        .replace('{"name": "twin"}', '{"name": name}')
        .replace(
            '[BackendSpec(name="twin", load=load)]', '[BackendSpec(n, lambda n=n: load(n)) for n in ("one", "two")]'
        )
    )
    place.install("one", two, "two")
    code = """
        from polykeras import plugins
        for name in ("two", "one"):
            print(plugins.load(name).name)
        print({"one", "two"} <= set(plugins.names()), plugins.failures())
    """
    assert place.run(code) == "two\none\nTrue {}\n"


def test_without_autoload_only_what_is_registered_by_hand_is_there(place: Place) -> None:
    code = """
        from polykeras import config, plugins
        print(plugins.names())
        try:
            plugins.load("numpy")
        except plugins.UnknownBackendError as error:
            print("Installed: none" in str(error))
        import polykeras_numpy
        plugins.register(polykeras_numpy)
        print(plugins.names(), config.backend())
    """
    assert place.run(code, POLYKERAS_DISABLE_PLUGIN_AUTOLOAD="1") == "[]\nTrue\n['numpy'] numpy\n"


def test_a_plugin_that_does_not_import_harms_only_itself(place: Place) -> None:
    place.install("twin", TWIN)
    place.install("sick", "import quark")
    code = """
        from polykeras import config, plugins
        print("twin" in plugins.names(), "sick" in plugins.names(), plugins.failures()["sick"])
        for name in ("sick", "silk"):
            try:
                plugins.load(name)
            except plugins.BrokenBackendError as error:
                print(error)
            except plugins.UnknownBackendError as error:
                print("The plugin 'sick' is installed but broken" in str(error))
        print(config.backend(), plugins.load("twin").name)
    """
    why = "ModuleNotFoundError: No module named 'quark'"
    assert place.run(code).splitlines() == [
        f"True False {why}",
        f"The plugin of backend 'sick' does not import: {why}.",
        "True",
        "numpy twin",
    ]


def test_listing_names_imports_no_framework(place: Place) -> None:
    place.install("twin", TWIN)
    code = """
        import sys
        from polykeras import plugins
        names, specs = plugins.names(), plugins.specs()
        assert {"numpy", "twin"} <= set(names) == set(specs), names
        frameworks = {"torch", "jax", "tensorflow", "scipy"}
        engines = {f"{name}.backend" for name in sys.modules if name.startswith("polykeras_")}
        print(len(engines) > 0, sorted((frameworks | engines) & set(sys.modules)))
    """
    assert place.run(code) == "True []\n"
