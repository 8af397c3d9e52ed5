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

    run = commands.add_parser(
        "run",
        help="run a script that imports keras on polykeras",
        epilog="--api and --backend may also stand after SCRIPT; the script gets all other words, and all after a '--'.",
        allow_abbrev=False,
    )
    run.add_argument("script", metavar="SCRIPT", help="the script")
    run.add_argument("words", metavar="ARG", nargs=argparse.REMAINDER, help="the script's own arguments")
    run.add_argument("--api", choices=("v1", "v3"), help="Keras 1 or Keras 3; by default guessed from the spellings")
    run.add_argument("--backend", metavar="NAME", help="the backend to run on; by default the configured one")

    commands.add_parser("backends", help="list installed backends, versions, devices and capabilities")

    conformance = commands.add_parser(
        "conformance",
        help="run the conformance suite on backends, write score cards",
        epilog="Further arguments, such as -k softmax or -x, go to pytest.",
    )
    conformance.add_argument("names", nargs="*", metavar="NAME", help="the backends to test, one after the other")
    conformance.add_argument(
        "--report", action="append", default=[], metavar="FILE", help="write a score card: .html or .json; repeatable"
    )
    conformance.add_argument("--compare", nargs="+", metavar="CARD", help="compare score cards that were kept as .json")
    conformance.add_argument("-n", metavar="N", help="run in N processes")
    conformance.add_argument("-k", metavar="EXPR", help="run the tests that pytest finds by this expression")
    conformance.add_argument(
        "--level", action="append", default=[], metavar="LEVEL", help="this level only; repeatable"
    )
    amount = conformance.add_mutually_exclusive_group()
    amount.add_argument("--quick", action="store_true", help="less of everything, in under a minute")
    amount.add_argument("--thorough", action="store_true", help="every sample in every dtype")

    args, rest = parser.parse_known_args(argv)
    if rest and args.command != "conformance":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if args.command == "conformance" and bool(args.names) == bool(args.compare):
        conformance.error("name backends to test, or score cards to --compare")
    from polykeras.errors import PolykerasError

    try:
        if args.version:
            import polykeras

            print(polykeras.__version__)
            return 0
        if args.command == "demo":
            from polykeras.cli.demo import run_demo

            return run_demo(args.backend, args.all, args.epochs, args.seed)
        if args.command == "run":
            from polykeras.cli.run import prepare

            script = prepare(args, args.words)
        if args.command == "backends":
            from polykeras.cli.backends import list_backends

            return list_backends()
        if args.command == "conformance":
            from polykeras.cli.conformance import compare_cards, run_conformance

            if args.compare:
                return compare_cards(args.compare, args.report)
            return run_conformance(args.names, args.report, [*_pytest_options(args), *rest])
    except PolykerasError as error:
        print(f"polykeras: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("polykeras: interrupted", file=sys.stderr)
        return 130
    if args.command == "run":
        return script.run()  # not above: what the script raises is shown with its lines
    parser.print_help()
    return 2


def _pytest_options(args: argparse.Namespace) -> list[str]:
    """The options of the suite, as they are written for pytest."""
    options = [part for level in args.level for part in ("--level", level)]
    options += [f"--{amount}" for amount in ("quick", "thorough") if getattr(args, amount)]
    return [*options, *(["-n", args.n] if args.n else []), *(["-k", args.k] if args.k else [])]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {text}")
    return number
