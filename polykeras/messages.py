"""Where progress and messages go: the standard output, or the log; see `polykeras.config.disable_interactive_logging`."""

from __future__ import annotations

import logging

from polykeras import config


def show(text: str) -> None:
    """Print a line, or log it at level INFO to the logger ``"polykeras"``."""
    if config.is_interactive_logging_enabled():
        print(text, flush=True)
    else:
        logging.getLogger("polykeras").info(text)
