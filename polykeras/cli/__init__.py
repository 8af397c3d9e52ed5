"""The command line: ``polykeras demo``, ``polykeras backends``, ``polykeras conformance``."""

from polykeras.cli.main import main

__all__ = ["main"]
