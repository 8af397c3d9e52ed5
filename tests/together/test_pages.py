"""The code of the pages in `docs/` runs on every backend that is installed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from polykeras import plugins

OTHERS = sorted(set(plugins.names()) - {"numpy", "lists", "array_api_strict"})


@pytest.mark.parametrize("backend", OTHERS)
def test_the_page_on_training_steps(run_page: Callable[..., None], backend: str) -> None:
    run_page("custom-training-step.md", backend, blocks=4)
