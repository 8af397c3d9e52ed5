"""The page on training steps is true: its code runs. `tests/together` runs it on the other backends."""

from __future__ import annotations

from collections.abc import Callable


def test_the_code_of_the_page(run_page: Callable[..., None]) -> None:
    run_page("custom-training-step.md", "numpy", blocks=4)
