"""The state of a whole model, to and from files of weights. Reading is all or nothing."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from polykeras.errors import ArgumentError, SavedFileError
from polykeras.saving.walk import places
from polykeras.saving.weights_files import WeightsReader
from polykeras.scope import backend_scope
from polykeras.variable import StatelessScope, Variable

HINT = "Give skip_mismatch=True to load what fits."


def contents(model: Any, objects_to_skip: Collection[Any] = ()) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Of each object of the model the path, the name and the values."""
    for path, obj in places(model, objects_to_skip):
        if hasattr(obj, "save_own_variables"):
            values: dict[str, Any] = {}
            obj.save_own_variables(values)
            yield path, getattr(obj, "name", None), values


def restore(
    model: Any, file: WeightsReader, skip_mismatch: bool = False, objects_to_skip: Collection[Any] = ()
) -> None:
    """Give the variables of the model the values in the file.

    All values are read and fitted before the first variable changes. With `skip_mismatch`, objects that do not fit keep
    their values, and a warning lists them.

    Raises `SavedFileError` that lists the objects whose values are missing or do not fit, and those that only the file
    has.
    """
    changes: list[tuple[Variable, Any]] = []
    faults: list[str] = []
    with backend_scope(model._home()):
        for path, obj in places(model, objects_to_skip):
            if not hasattr(obj, "load_own_variables"):
                continue
            values = file.values(path)
            try:
                with StatelessScope() as scope:  # assigned are values of the scope, which can be given up
                    obj.load_own_variables(values)
                    changes += [(v, scope.value_of(v)) for v in scope.assigned_beyond(set())]
            except SavedFileError:
                raise
            except Exception as error:
                missing = not values and getattr(obj, "weights", None)
                reason = f"the file has no values for {obj.name!r}" if missing else str(error)
                faults.append(f"{path or 'the model itself'}: {reason}")
    known = {path for path, _ in places(model)}
    faults += [f"{path}: only in the file" for path in sorted(file.paths() - known) if not _expendable(path)]
    if faults:
        listed = "\n".join(f"    {fault}" for fault in faults)
        if not skip_mismatch:
            raise SavedFileError(
                f"{file.label} is not of the model {model.name!r}. Nothing was loaded, since these do not fit:\n{listed}\n"
                f"{HINT}"
            )
        warnings.warn(f"{file.label}: left out, since they do not fit:\n{listed}", UserWarning, stacklevel=4)
    for variable, value in changes:
        variable.assign(value)


def _expendable(path: str) -> bool:
    """Whether a model may do without what the file holds at `path`: it is not compiled, or has its own random state."""
    parts = path.split("/")
    return parts[0] == "optimizer" or parts[-1].startswith("seed_generator")


def prepared_optimizer(model: Any, saved: Mapping[str, Any]) -> Any:
    """The optimizer of a model that is being loaded, with the variables that it needs to go on where it was.

    None if there is none, or if it was saved before its first step: then it has no state, and starts anew.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return None
    if model.built and len(saved) > len(optimizer.variables):
        optimizer.build(model.trainable_variables)
    is_new = len(saved) < len(optimizer.variables) and not saved.get("0", 0)
    return None if is_new else optimizer


def require_built(model: Any, what: str) -> None:
    """Raise `ArgumentError` for a model that has no variables yet."""
    if not model.built:
        raise ArgumentError(
            f"Model {model.name!r} is not built yet, there are no weights to {what}: call it on data, or build(shape)."
        )
