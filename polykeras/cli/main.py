"""Reading the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 done, 1 it failed, 2 the command line was wrong."""
    parser = argparse.ArgumentParser(prog="polykeras", description="Keras as a plugin platform.")
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    demo = commands.add_parser("demo", help="train a small convnet on handwritten digits")
    demo.add_argument("--backend", metavar="NAME", help="the backend to train on; by default the configured one")
    demo.add_argument("--all", action="store_true", help="train on every installed backend and compare")
    demo.add_argument("--epochs", type=_positive, default=12, metavar="N", help="epochs to train (default 12)")
    demo.add_argument("--seed", type=int, default=0, metavar="N", help="seed of all random choices (default 0)")

    commands.add_parser("backends", help="list installed backends, versions, devices and capabilities")

    conformance = commands.add_parser("conformance", help="run the conformance suite on a backend")
    conformance.add_argument("name", metavar="NAME", help="the backend to test")
    conformance.add_argument("pytest_args", nargs=argparse.REMAINDER, help="further arguments for pytest")

    args = parser.parse_args(argv)
    from polykeras.errors import PolykerasError

    try:
        if args.version:
            import polykeras

            print(polykeras.__version__)
            return 0
        if args.command == "demo":
            from polykeras.cli.demo import run_demo

            return run_demo(args.backend, args.all, args.epochs, args.seed)
        if args.command == "backends":
            from polykeras.cli.backends import list_backends

            return list_backends()
        if args.command == "conformance":
            from polykeras.cli.conformance import run_conformance

            return run_conformance(args.name, args.pytest_args)
    except PolykerasError as error:
        print(f"polykeras: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("polykeras: interrupted", file=sys.stderr)
        return 130
    parser.print_help()
    return 2


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {text}")
    return number
