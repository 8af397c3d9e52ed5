"""What each op should give, written on NumPy and SciPy from the ops' docstrings and from nothing of polykeras.

A reference takes all arguments of its op by position: floating tensors as float64, integer ones as int64, bools as
bool. It returns an array, or a list of arrays, of the exact values; the suite rounds them to the result's dtype.
Where clarity and speed part, clarity wins: loops over windows, not tricks with strides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras_conformance.cases import Call
from polykeras_conformance.tables import entries

ORACLES: dict[str, Callable[..., Any]] = entries(__name__, "ORACLES")


def evaluate(call: Call, arguments: tuple[Any, ...]) -> list[np.ndarray]:
    """The exact results of the call's op on `arguments`, as a flat list.

    An op without a reference of its own is a composite: its body runs on the NumPy backend, in float64.
    """
    from polykeras.tree import flatten

    reference = ORACLES.get(call.op.name)
    with np.errstate(all="ignore"):
        if reference is not None:
            return [np.asarray(r) for r in flatten(reference(*arguments))]
        return _body_on_numpy(call, arguments)


def _body_on_numpy(call: Call, arguments: tuple[Any, ...]) -> list[np.ndarray]:
    from polykeras import plugins
    from polykeras.scope import backend_scope
    from polykeras.tree import flatten

    if call.op.body is None:
        raise LookupError(f"The primitive {call.op.name!r} has no reference in polykeras_conformance.oracles.")
    backend = plugins.load("numpy")
    with backend_scope(backend):
        return [np.asarray(backend.to_numpy(r)) for r in flatten(call.op.body(*arguments))]
