"""The golden records, their arrays, and `polykeras.v1` as they speak of it."""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from polykeras import set_random_seed

FOLDER = Path(__file__).parent / "keras1"
BOOKS = ("functions", "h5", "layers", "training")
TOLERANCES = {
    "optimizer": (1e-4, 3e-6),
    "train": (2e-4, 1e-5),
    "model": (5e-4, 5e-5),
    "fit": (2e-4, 1e-5),
    "h5": (2e-4, 2e-5),
    "regularizer": (1e-4, 1e-6),
}
"""By kind, the relative and the absolute tolerance of the README; `DEFAULT` for the others."""

DEFAULT = (5e-5, 5e-6)
PACKAGE = "polykeras.v1"


class Record:
    """One record: its fields by name, its arrays by the names of the fields that point to them."""

    def __init__(self, fields: dict[str, Any], book: str) -> None:
        self.fields, self.book = fields, book
        self.id, self.kind = fields["id"], fields["kind"]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def get(self, name: str, default: Any = None) -> Any:
        return self.fields.get(name, default)

    def arrays(self, name: str) -> Any:
        """The array, or the list of arrays, of a field; None without the field."""
        keys = self.fields.get(name)
        if keys is None:
            return None
        book = _arrays(self.book)
        return [book[k] for k in keys] if isinstance(keys, list) else book[keys]

    def close(self, what: str, got: Any, wanted: Any) -> None:
        """Assert that numbers are those of the record, within its tolerance."""
        got, wanted = np.asarray(got), np.asarray(wanted)
        assert got.dtype != object, what
        assert got.shape == wanted.shape, f"{what}: shape {got.shape}, wanted {wanted.shape}"
        rtol, atol = self.get("tol") or TOLERANCES.get(self.kind, DEFAULT)
        np.testing.assert_allclose(
            got.astype("float64"), wanted.astype("float64"), rtol=rtol, atol=atol, equal_nan=True, err_msg=what
        )

    def close_all(self, what: str, got: Any, wanted: Any) -> None:
        """`close` of several arrays, of which there must be as many."""
        assert len(got) == len(wanted), f"{what}: {len(got)} arrays, wanted {len(wanted)}"
        for i, (g, w) in enumerate(zip(got, wanted, strict=True)):
            self.close(f"{what} {i}", g, w)


@cache
def _arrays(book: str) -> dict[str, Any]:
    with np.load(FOLDER / f"{book}.npz") as npz:
        return dict(npz)


def all_records() -> list[Record]:
    """Every record there is."""
    return [
        Record(fields, book)
        for book in BOOKS
        for fields in json.loads((FOLDER / f"{book}.json").read_text(encoding="utf-8"))["records"]
    ]


# ---- the package, as the records speak of it -------------------------------------------------------------------


def module(path: str) -> Any:
    """A module of the package."""
    return import_module(f"{PACKAGE}.{path}")


def named(path: str) -> Any:
    """What a path inside the package names."""
    parent, _, name = path.rpartition(".")
    return getattr(module(parent), name)


def realised(value: Any) -> Any:
    """An argument in a record as the object that it stands for."""
    if isinstance(value, list):
        return tuple(realised(v) for v in value)
    if not isinstance(value, dict):
        return value
    if "__call__" in value:
        arguments = [realised(v) for v in value.get("args", [])]
        return named(value["__call__"])(*arguments, **realised(value.get("kwargs", {})))
    if "__fn__" in value:
        return eval(value["__fn__"], {"K": module("backend"), "np": np})
    return {k: realised(v) for k, v in value.items()}


def number(x: Any) -> Any:
    """The value of a symbolic tensor, a variable or a tensor."""
    return np.asarray(x if isinstance(x, (int, float, np.ndarray)) else module("backend").eval(x))


def built(source: str) -> Any:
    """The model that a record's source builds."""
    scope: dict[str, Any] = {"K": module("backend"), "np": np}
    for name in ("layers", "models"):
        scope.update({k: v for k, v in vars(module(name)).items() if not k.startswith("_")})
    for name in ("models", "layers", "regularizers", "constraints", "objectives", "metrics"):
        scope[name] = module(name)
    exec(source, scope)
    return scope["model"]


def compile_as(model: Any, settings: dict[str, Any]) -> None:
    """Compile a model as a record says."""
    settings = dict(settings)
    optimizer = settings.pop("optimizer")
    if isinstance(optimizer, dict):
        optimizer = getattr(module("optimizers"), optimizer["class"])(**optimizer["kwargs"])
    metrics = settings.pop("metrics", None)
    if isinstance(metrics, list):
        metrics = [realised(m) for m in metrics]
    model.compile(optimizer=optimizer, metrics=metrics, **settings)


def start_afresh(record: Record) -> None:
    """Names counted from 1, the record's image ordering, and random numbers that are the same in every run."""
    K = module("backend")
    set_random_seed(1)
    K.clear_session()
    K.set_image_dim_ordering(record.get("image_dim_ordering", "tf"))


def one(values: list[Any]) -> Any:
    """The only one, or the list."""
    return values[0] if len(values) == 1 else list(values)


def many(value: Any) -> list[Any]:
    """A list, of one thing too."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
