"""Settings: the default float, image layout, epsilon, and the configured backend.

``$KERAS_HOME/keras.json`` (``~/.keras/keras.json`` without KERAS_HOME) is read when a setting is first asked for, and
never written. Keys: ``backend``, ``floatx``, ``epsilon``, ``image_data_format`` (or Keras 1's ``image_dim_ordering``). The
environment comes first: KERAS_BACKEND, KERAS_IMAGE_DATA_FORMAT, KERAS_IMAGE_DIM_ORDERING.
"""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from polykeras import dtypes
from polykeras.dtype_policies.policy import dtype_policy, set_dtype_policy
from polykeras.errors import ArgumentError
from polykeras.scope import set_backend

DEFAULT_BACKEND = "numpy"  # needs nothing beyond what the core itself depends on
_DISCONTINUED = ("theano", "cntk")
_FORMATS = ("channels_last", "channels_first")
_ORDERINGS = {"tf": "channels_last", "th": "channels_first"}

_settings: dict[str, Any] = {}  # what was set in this process


def keras_home() -> Path:
    """The directory of the config file: ``$KERAS_HOME``, else ``~/.keras``."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


@contextmanager
def unwritten() -> Iterator[None]:
    """Inside, other packages that follow ``KERAS_HOME`` make no config file there, if there is none yet.

    For plugins whose framework, when it is imported, writes one that names itself as the backend: polykeras reads that
    file too, and would take it for the user's choice.
    """
    before = os.environ.get("KERAS_HOME")
    if (keras_home() / "keras.json").exists():
        yield
        return
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["KERAS_HOME"] = scratch
        try:
            yield
        finally:
            if before is None:
                del os.environ["KERAS_HOME"]
            else:
                os.environ["KERAS_HOME"] = before


@cache
def _file() -> dict[str, Any]:
    path = keras_home() / "keras.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        warnings.warn(f"{path} is ignored, it cannot be read: {error}", RuntimeWarning, stacklevel=2)
        return {}
    return found


def configured_backend() -> str:
    """The backend that the config file names, else NumPy's; that too, with a warning, for one of those no more made."""
    name = str(_file().get("backend", DEFAULT_BACKEND))
    if name not in _DISCONTINUED:
        return name
    warnings.warn(
        f"{keras_home() / 'keras.json'} names the backend {name!r}, which is no longer made: {DEFAULT_BACKEND} takes its "
        "place. Name another there, or in the environment variable KERAS_BACKEND.",
        UserWarning,
        stacklevel=2,
    )
    return DEFAULT_BACKEND


def former_backend() -> str | None:
    """The backend that the config file names, if it is one of those no more made: what old files were made with."""
    name = _file().get("backend")
    return name if name in _DISCONTINUED else None


def backend() -> str:
    """The name of the default backend of this thread."""
    from polykeras.scope import current_backend

    return current_backend().name


def floatx() -> str:
    """The default float dtype."""
    if "floatx" not in _settings:
        set_floatx(_file().get("floatx", "float32"))
    return dtypes.floatx()


def set_floatx(value: str) -> None:
    """Set the default float dtype: ``"float16"``, ``"bfloat16"``, ``"float32"`` or ``"float64"``."""
    dtypes.set_floatx(value)
    _settings["floatx"] = value


def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite, 1e-7 unless configured."""
    return float(_settings.get("epsilon", _file().get("epsilon", 1e-7)))


def set_epsilon(value: float) -> None:
    """Set what `epsilon` returns."""
    if not value > 0:
        raise ArgumentError(f"epsilon must be positive, got {value!r}.")
    _settings["epsilon"] = value


def image_data_format() -> str:
    """``"channels_last"`` or ``"channels_first"``: where images have their channels by default.

    Until it is set, the variable KERAS_IMAGE_DATA_FORMAT says it, or Keras 1's KERAS_IMAGE_DIM_ORDERING (``"tf"``, ``"th"``),
    else the config file.
    """
    if "image_data_format" not in _settings:
        set_image_data_format(_configured_format())
    return str(_settings["image_data_format"])


def _configured_format() -> str:
    """By the environment, else by the config file; raises `ArgumentError` for another word, and says where it stands."""
    keys = ("image_data_format", "image_dim_ordering")
    places = [(os.environ.get(f"KERAS_{key.upper()}"), f"the environment variable KERAS_{key.upper()}") for key in keys]
    places += [(_file().get(key), f"{key} in {keras_home() / 'keras.json'}") for key in keys]
    for value, place in places:
        if value:
            found = _ORDERINGS.get(value, value)
            if found not in _FORMATS:
                raise ArgumentError(f"{place} must be one of {', '.join((*_FORMATS, *_ORDERINGS))}, got {value!r}.")
            return found
    return "channels_last"


def set_image_data_format(data_format: str) -> None:
    """Set what `image_data_format` returns."""
    if data_format not in _FORMATS:
        raise ArgumentError(f"image_data_format must be one of {', '.join(_FORMATS)}, got {data_format!r}.")
    _settings["image_data_format"] = data_format


def set_portable_random(value: bool) -> None:
    """Whether random tensors come from the core's own generator, equal on every backend, at some cost in speed."""
    from polykeras import plugins

    _settings["portable_random"] = bool(value)
    plugins.reinstall(["random_uniform", "random_normal"])


def portable_random() -> bool:
    """What `set_portable_random` set; False unless configured."""
    return bool(_settings.get("portable_random", _file().get("portable_random", False)))


def max_epochs() -> int | None:
    """The most epochs that any `fit` trains: of `set_max_epochs`, or the variable KERAS_MAX_EPOCHS; None: no limit."""
    return _limit("max_epochs")


def set_max_epochs(max_epochs: int | None) -> None:
    """Set what `max_epochs` returns, to try a script out quickly."""
    _set_limit("max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """The most steps of an epoch, an evaluation or a prediction: of `set_max_steps_per_epoch`, or of KERAS_MAX_STEPS_PER_EPOCH."""
    return _limit("max_steps_per_epoch")


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Set what `max_steps_per_epoch` returns."""
    _set_limit("max_steps_per_epoch", max_steps_per_epoch)


def _limit(name: str) -> int | None:
    if name in _settings:
        return _settings[name]  # type: ignore[no-any-return]
    found = os.environ.get(f"KERAS_{name.upper()}")
    if not found:
        return None
    if not found.isdigit() or int(found) < 1:
        raise ArgumentError(f"The environment variable KERAS_{name.upper()} must be a positive int, got {found!r}.")
    return int(found)


def _set_limit(name: str, value: int | None) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ArgumentError(f"{name} must be a positive int, or None for no limit, got {value!r}.")
    _settings[name] = value


def enable_interactive_logging() -> None:
    """Show progress and messages on the standard output, as at the start."""
    _settings["interactive_logging"] = True


def disable_interactive_logging() -> None:
    """Send progress and messages to the logger ``"polykeras"`` of `logging`, at level INFO, a line each."""
    _settings["interactive_logging"] = False


def is_interactive_logging_enabled() -> bool:
    """Whether messages go to the standard output."""
    return bool(_settings.get("interactive_logging", True))


def enable_flash_attention() -> None:
    """Wish for attention that keeps no logits, where a layer is not told otherwise. It changes no result."""
    _settings["flash_attention"] = True


def disable_flash_attention() -> None:
    """Wish for attention by plain products, where a layer is not told otherwise. It changes no result."""
    _settings["flash_attention"] = False


def is_flash_attention_enabled() -> bool | None:
    """What was wished for; None unless something was."""
    return _settings.get("flash_attention")


def enable_unsafe_deserialization() -> None:
    """Warns: there is no such setting; whoever trusts some data says so where they are loaded."""
    warnings.warn(
        "enable_unsafe_deserialization() changes nothing: polykeras never runs code that a file holds, but for Python "
        "lambdas of Lambda layers where the loading function itself is given safe_mode=False. Functions and classes "
        "of your own are passed in custom_objects, or registered with register_keras_serializable.",
        UserWarning,
        stacklevel=2,
    )


__all__ = [
    "backend",
    "configured_backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "keras_home",
    "max_epochs",
    "max_steps_per_epoch",
    "portable_random",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
    "set_portable_random",
    "unwritten",
]
