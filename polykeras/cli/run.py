"""``polykeras run script.py``: a script that says ``import keras``, on polykeras."""

from __future__ import annotations

import argparse
import ast
import re
import runpy
import sys
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from polykeras.cli.alias import aliased
from polykeras.errors import ArgumentError

PACKAGES = {"v1": "polykeras.v1", "v3": "polykeras"}
_OLD = re.compile(
    r"\b(nb_epoch|output_dim|nb_filter|nb_row|filter_length|border_mode|subsample|dim_ordering|W_regularizer"
    r"|b_regularizer|inner_init|inner_activation|np_utils|objectives|initializations|Convolution[123]D|Merge|merge|input="
    r"|output=|nb_classes|image_dim_ordering|samples_per_epoch|nb_val_samples|get_output_shape_for)\b"
    r"|\bkeras\.layers\.(core|convolutional|recurrent|normalization|embeddings|advanced_activations|noise|wrappers)\b"
)
_NEW = re.compile(
    r"\b(epochs|units|filters|kernel_size|kernel_initializer|kernel_regularizer|data_format|padding|inputs=|outputs="
    r"|steps_per_epoch|keras\.ops|optimizers\.schedules|compute_output_shape)\b"
)
_ELSEWHERE = re.compile(
    r"(from|import) tensorflow(\.\w+)*\.keras\b.*|from tensorflow(\.\w+)* import (.*\b)?keras\b.*|tf\.keras", re.DOTALL
)
"""Keras as a part of another framework: import statements, and the attribute."""


@dataclass(frozen=True)
class Script:
    """A script that is ready to run.

    Attributes:
        path: as the user gave it.
        arguments: the script's own.
        package: what stands for ``keras``.
    """

    path: str
    arguments: Sequence[str]
    package: str

    def run(self) -> int:
        """Run it as ``__main__``; returns 0. What it raises, `SystemExit` too, is raised."""
        argv, path = sys.argv, list(sys.path)
        sys.argv = [self.path, *self.arguments]
        sys.path.insert(0, str(Path(self.path).resolve().parent))  # as Python does, for modules beside the script
        try:
            with aliased(self.package):
                runpy.run_path(self.path, run_name="__main__")
        finally:
            sys.argv, sys.path[:] = argv, path
        return 0


def split_arguments(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """``--api`` and ``--backend`` among the words after the script, and the script's own words.

    What follows a ``--`` is all the script's. Raises `ArgumentError` for an option without its value, and for another api.
    """
    options: dict[str, str] = {}
    own: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            own += rest
            break
        name, equals, value = word.partition("=")
        if name not in ("--api", "--backend"):
            own.append(word)
            continue
        if not equals:
            if not rest:
                raise ArgumentError(f"run: {name} needs a value. If it is the script's own, write it after a '--'.")
            value = rest.pop(0)
        options[name.removeprefix("--")] = value
    if options.get("api", "v3") not in PACKAGES:
        raise ArgumentError(f"run: --api must be one of {', '.join(PACKAGES)}, got {options['api']!r}.")
    return options, own


def guessed_api(source: str) -> str:
    """``"v1"`` for a script with more of Keras 1's spellings than of today's, else ``"v3"``."""
    return "v1" if len(_OLD.findall(source)) > len(_NEW.findall(source)) else "v3"


def prepare(arguments: argparse.Namespace, words: Sequence[str]) -> Script:
    """The script of a command line, with its backend loaded.

    Without ``--api`` it is guessed from the script's spellings, and said. Raises `ArgumentError` for a script that does not
    exist, or that takes Keras from another framework, which nothing stands in for.
    """
    options, own = split_arguments(words)
    script = arguments.script
    if not Path(script).is_file():
        raise ArgumentError(f"run: there is no file {script}.")
    with tokenize.open(script) as file:  # in the encoding that it declares
        source = file.read()
    _refuse_other_keras(script, source)
    api = options.get("api", arguments.api)
    if api is None:
        api = guessed_api(source)
        print(
            f"polykeras: {script} is run as Keras {'1' if api == 'v1' else '3'}; --api says otherwise.", file=sys.stderr
        )
    backend = options.get("backend", arguments.backend)
    if backend is not None:
        from polykeras.scope import set_backend

        set_backend(backend)
    return Script(script, own, PACKAGES[api])


def _refuse_other_keras(script: str, source: str) -> None:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return  # Python says where, when it runs the script
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Attribute)):
            said = ast.unparse(node)
            if _ELSEWHERE.fullmatch(said):
                raise ArgumentError(
                    f"run: {script}, line {node.lineno}: '{said}' is another framework's own Keras, which stays what it "
                    "is. Only `import keras` and `from keras ...` give polykeras: write it so, and run it again."
                )
