"""Tests that are run once per case, and how to run one of them by its name without pytest.

    @generated(all_calls)
    def test_value(backend, case): ...

`all_calls(backend)` lists the cases, each with an ``id``. Tests are plain functions of the backend, and the case if
they have one: a saboteur can be handed to them as well as a backend under test.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from polykeras.backend import Backend

Test = TypeVar("Test", bound=Callable[..., None])


def generated(make: Callable[[Backend], Sequence[Any]], quick: int | None = None) -> Callable[[Test], Test]:
    """Run the test for each of ``make(backend)`` as its argument `case`; with ``--quick``, for `quick` of them."""

    def mark(test: Test) -> Test:
        test.cases = make  # type: ignore[attr-defined]
        test.quick = quick  # type: ignore[attr-defined]
        return test

    return mark


def spread_out(cases: Sequence[Any], count: int | None) -> list[Any]:
    """`count` of the cases, evenly spread over the list; all of them if there are no more, or if `count` is None."""
    if count is None or len(cases) <= count:
        return list(cases)
    return [cases[i * len(cases) // count] for i in range(count)]


def run_named(backend: Backend, name: str) -> None:
    """Run the test of that name, such as ``"test_values.py::test_value[exp-0-float32]"``, on `backend`.

    Raises what the test raises; `LookupError` if there is no such test.
    """
    from polykeras.scope import backend_scope

    file, _, rest = name.partition("::")
    function, bracket, case_id = rest.partition("[")
    module = importlib.import_module(f"polykeras_conformance.{file.removesuffix('.py')}")
    test = getattr(module, function, None)
    if test is None:
        raise LookupError(f"There is no test {function!r} in {file}.")
    with backend_scope(backend):
        if not bracket:
            return test(backend)
        cases = {case.id: case for case in test.cases(backend)}
        if case_id.removesuffix("]") not in cases:
            raise LookupError(f"There is no test {name!r}.")
        test(backend, cases[case_id.removesuffix("]")])
