"""Keras 1.2.2's backend ``K``: symbolic tensors, on any backend of polykeras.

Expressions of placeholders and variables are graphs; `function` computes them. Inside a layer's ``call`` the same
functions compute at once, or are traced, as today's ops do.
"""

from typing import NoReturn

from polykeras.config import backend
from polykeras.errors import ArgumentError
from polykeras.v1.backend.arrays import *  # noqa: F403
from polykeras.v1.backend.common import *  # noqa: F403
from polykeras.v1.backend.convolution import *  # noqa: F403
from polykeras.v1.backend.evaluation import (
    Function,
    clear_session,
    eval,
    function,
    gradients,
    in_test_phase,
    in_train_phase,
    learning_phase,
    set_learning_phase,
    stop_gradient,
)
from polykeras.v1.backend.loops import *  # noqa: F403
from polykeras.v1.backend.numbers import *  # noqa: F403
from polykeras.v1.backend.variables import *  # noqa: F403


def manual_variable_initialization(value: bool) -> None:
    """Nothing to choose: variables have their value from the start."""


def get_session() -> NoReturn:
    """Refused: there are no TensorFlow sessions. `function` and `eval` compute."""
    raise ArgumentError("get_session: there is no TensorFlow session here; use K.function, K.eval or K.get_value.")


def set_session(session: object) -> NoReturn:
    """Refused: there are no TensorFlow sessions."""
    raise ArgumentError("set_session: there is no TensorFlow session here; computation needs none.")
