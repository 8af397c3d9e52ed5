"""Keras 1.2.2's backend ``K``: symbolic tensors, on any backend of polykeras.

Expressions of placeholders and variables are graphs; `function` computes them. Inside a layer's ``call`` the same
functions compute at once, or are traced, as today's ops do.
"""

from typing import NoReturn

from polykeras.config import backend as backend
from polykeras.errors import ArgumentError
from polykeras.v1.backend.arrays import *  # noqa: F403
from polykeras.v1.backend.common import *  # noqa: F403
from polykeras.v1.backend.convolution import *  # noqa: F403
from polykeras.v1.backend.evaluation import (
    eval as eval,
)
from polykeras.v1.backend.evaluation import (
    gradients as gradients,
)
from polykeras.v1.backend.evaluation import (
    stop_gradient as stop_gradient,
)
from polykeras.v1.backend.functions import (
    Function as Function,
)
from polykeras.v1.backend.functions import (
    function as function,
)
from polykeras.v1.backend.loops import *  # noqa: F403
from polykeras.v1.backend.numbers import *  # noqa: F403
from polykeras.v1.backend.phase import (
    clear_session as clear_session,
)
from polykeras.v1.backend.phase import (
    in_test_phase as in_test_phase,
)
from polykeras.v1.backend.phase import (
    in_train_phase as in_train_phase,
)
from polykeras.v1.backend.phase import (
    learning_phase as learning_phase,
)
from polykeras.v1.backend.phase import (
    set_learning_phase as set_learning_phase,
)
from polykeras.v1.backend.variables import *  # noqa: F403


def manual_variable_initialization(value: bool) -> None:
    """Nothing to choose: variables have their value from the start."""


def get_session() -> NoReturn:
    """Refused: there are no TensorFlow sessions. `function` and `eval` compute."""
    raise ArgumentError("get_session: there is no TensorFlow session here; use K.function, K.eval or K.get_value.")


def set_session(session: object) -> NoReturn:
    """Refused: there are no TensorFlow sessions."""
    raise ArgumentError("set_session: there is no TensorFlow session here; computation needs none.")
