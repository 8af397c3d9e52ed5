"""Every exception that polykeras raises on purpose.

    PolykerasError
    ├── BackendError (RuntimeError)            something is wrong with a backend plugin
    │   ├── UnknownBackendError (ValueError)   no plugin has that name
    │   ├── BrokenBackendError (ImportError)   the plugin is there, its framework does not import
    │   ├── IncompatibleBackendError           the plugin speaks another protocol version
    │   └── MissingKernelError                 the plugin lacks kernels that it must supply
    ├── MixedBackendsError (TypeError)         tensors of two frameworks in one call
    ├── DtypeError (TypeError)                 an op has no meaning for that dtype
    ├── ShapeError (ValueError)                ranks or sizes do not fit together
    ├── ArgumentError (ValueError)             any other argument that an op or layer cannot take
    ├── UninitializedError (RuntimeError)      a layer's class does not call super().__init__()
    ├── UnknownNameError (ValueError)          no loss, optimizer, activation ... has that name
    ├── SavedFileError (ValueError)         a file of a model is missing, damaged or of another model
    ├── TraceError (TypeError)                 a value was asked for while a step is being traced
    └── DivergedError (RuntimeError)           the loss is no number any more

Each also derives from the builtin in brackets, which is what the same mistake raises in Keras.
A message says which op or layer, what came, what was wanted, and how to mend it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PolykerasError(Exception):
    """Root of the tree above."""


class BackendError(PolykerasError, RuntimeError):
    """Something is wrong with a backend plugin."""


class UnknownBackendError(BackendError, ValueError):
    """No installed plugin provides a backend of that name."""


class BrokenBackendError(BackendError, ImportError):
    """The plugin is installed but its framework fails to import."""


class IncompatibleBackendError(BackendError):
    """The plugin was written for another version of the backend protocol."""


class MissingKernelError(BackendError):
    """The plugin supplies no kernel for a primitive op."""


class MixedBackendsError(PolykerasError, TypeError):
    """Tensors of two frameworks met in one call."""


class DtypeError(PolykerasError, TypeError):
    """The op has no meaning for the dtype."""


class ShapeError(PolykerasError, ValueError):
    """Ranks or sizes do not fit together."""


class ArgumentError(PolykerasError, ValueError):
    """An argument that an op or layer cannot take."""


class UninitializedError(PolykerasError, RuntimeError):
    """A layer was used whose class has not called ``super().__init__()``."""


class UnknownNameError(PolykerasError, ValueError):
    """No loss, optimizer, activation or the like is registered under that name."""


class SavedFileError(PolykerasError, ValueError):
    """A file that should hold a model, weights or data is missing or damaged, or does not fit the model."""


class TraceError(PolykerasError, TypeError):
    """Python asked for the value of a tensor while a step was being traced."""


class DivergedError(PolykerasError, RuntimeError):
    """The loss of a training run became NaN or infinite."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest spellings of `name` among `known`, or nothing.

    >>> did_you_mean("adm", ["adam", "sgd"])
    " Did you mean 'adam'?"
    """
    found = near(name, known)
    return f" Did you mean {' or '.join(repr(n) for n in found)}?" if found else ""


def near(name: str, known: Iterable[str]) -> list[str]:
    """The at most three spellings among `known` that are nearest to `name`, if any are near."""
    return difflib.get_close_matches(str(name), list(known), n=3, cutoff=0.5)
