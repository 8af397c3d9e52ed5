"""Who may know what: the core and the conformance suite know no framework; files stay small; imports stay light."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polykeras import ops

ROOT = Path(__file__).parents[1]
CORE, CONFORMANCE, BACKENDS = ROOT / "polykeras", ROOT / "conformance", ROOT / "backends"
ADAPTERS = sorted(p for p in BACKENDS.iterdir() if (p / "__init__.py").is_file())
BACKEND_NAME = re.compile(r"backend\(\)|(backend|root|engine|owner|adapter)\b.*\.name")
OTHER_MEANINGS = {("polykeras/applications/imagenet_utils.py", "torch")}  # Keras's name of a way to prepare images
FRAMEWORK = re.compile(r"(?<![a-z])(torch|jax|jaxlib|tensorflow|keras)(?![a-z])")


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _at(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def _imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Import statements and the modules that they name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module
        elif isinstance(node, ast.Call) and "import" in ast.unparse(node.func):  # import_module("...")
            yield from ((node, a.value) for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _docstrings(tree: ast.Module) -> set[int]:
    """The ids of the nodes that are docstrings, of attributes too: strings that stand alone."""
    return {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}


# ---- what the core knows ---------------------------------------------------------------------------------------------


def _framework_imports(path: Path) -> list[str]:
    return [
        f"{_at(path, node)} imports {module}"
        for node, module in _imports(_tree(path))
        if FRAMEWORK.fullmatch(module.partition(".")[0]) or re.match(r"polykeras_(?!conformance\b)", module)
    ]


def _framework_names(path: Path) -> list[str]:
    """Names, attributes and strings that are a framework's name. Prose that mentions one is no knowledge of it."""
    tree = _tree(path)
    prose = _docstrings(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            said = node.value
        else:
            said = getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "arg", None) or ""
        if (path.relative_to(ROOT).as_posix(), said) in OTHER_MEANINGS:
            continue
        if FRAMEWORK.fullmatch(said) and said != "keras":  # scripts that say `import keras` are run
            found.append(f"{_at(path, node)} names {said}")
    return found


def _questions_of_backend(path: Path) -> list[str]:
    """Comparisons of a backend's name with a string."""
    found = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Compare):
            text = [ast.unparse(side) for side in (node.left, *node.comparators)]
            if any(map(BACKEND_NAME.search, text)) and any("'" in t for t in text):
                found.append(f"{_at(path, node)} asks {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("folder", [CORE, CONFORMANCE], ids=["core", "conformance"])
@pytest.mark.parametrize("look", [_framework_imports, _framework_names], ids=["imports", "names"])
def test_no_framework_outside_its_adapter(folder: Path, look: Callable[[Path], list[str]]) -> None:
    assert len(_sources(folder)) > 10
    assert not [what for path in _sources(folder) for what in look(path)]


def test_the_core_does_not_ask_which_backend_is_active() -> None:
    assert not [what for path in _sources(CORE) for what in _questions_of_backend(path)]


def test_the_checks_above_find_what_they_look_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import torch.nn\nfrom jax import numpy\nimport polykeras_torch\nimport_module('tensorflow')\n"
        "x = sys.modules['jax']\nif backend.name == 'numpy' or config.backend() in ('a', 'b'): pass\n"
    )
    assert len(_framework_imports(bad)) == 4
    assert len(_framework_names(bad)) == 2
    assert len(_questions_of_backend(bad)) == 2
    good = tmp_path / "good.py"
    good.write_text(
        '"""Torch and jax are `torch` and `jax`."""\n'
        "import polykeras_conformance.cases\n# jax\nif layer.name == 'a': pass\n"
    )
    assert not _framework_imports(good) + _framework_names(good) + _questions_of_backend(good)


def test_an_adapter_knows_no_other_framework() -> None:
    for adapter in ADAPTERS:
        own = adapter.name.removeprefix("polykeras_")
        others = {"torch", "jax", "jaxlib", "tensorflow", "keras"} - {own, f"{own}lib"}
        for path in _sources(adapter):
            known = {module.partition(".")[0] for _, module in _imports(_tree(path))}
            assert not known & others, f"{path.relative_to(ROOT)} imports {known & others}"
            assert not {m for m in known if m.startswith("polykeras_")} - {adapter.name}, path


def test_no_context_variables() -> None:
    """Compilers of frameworks refuse to trace through them."""
    for path in _sources(CORE):
        names = {module for _, module in _imports(_tree(path))} | {
            node.id for node in ast.walk(_tree(path)) if isinstance(node, ast.Name)
        }
        assert not names & {"contextvars", "ContextVar"}, path.relative_to(ROOT)


# ---- files -----------------------------------------------------------------------------------------------------------


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_at_the_top_is_named_after_a_framework() -> None:
    entries = [p for p in (*ROOT.iterdir(), *CORE.iterdir(), *CONFORMANCE.iterdir()) if not p.name.startswith(".")]
    assert not [p.name for p in entries if FRAMEWORK.search(p.stem.lower()) and "polykeras" not in p.stem]


def test_the_four_adapters_have_the_same_files() -> None:
    """What the smallest has, the others have under the same names, so that two can be laid side by side.

    But for `memory`: only NumPy's tensors are memory that recorded programs write into again.
    """
    assert [p.name for p in ADAPTERS] == ["polykeras_jax", "polykeras_numpy", "polykeras_tensorflow", "polykeras_torch"]
    names = {adapter.name: {p.name for p in _sources(adapter)} for adapter in ADAPTERS}
    for adapter, files in names.items():
        lacking = names["polykeras_numpy"] - {"memory.py"} - files
        assert not lacking, f"{adapter} lacks {lacking}"


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda p: p.name)
def test_an_adapter_has_less_than_2000_lines(adapter: Path) -> None:
    assert sum(map(_lines, _sources(adapter))) < 2000


def test_files_of_ops_have_at_most_500_lines() -> None:
    assert not {p.name: _lines(p) for p in _sources(CORE / "ops") if _lines(p) > 500}


# ---- imports ---------------------------------------------------------------------------------------------------------


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, polykeras; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    heavy = {"scipy", "h5py", "rich", "pluggy", "optree", "torch", "jax", "jaxlib", "tensorflow", "keras"}
    assert not heavy & set(done.stdout.split())


# ---- contracts -------------------------------------------------------------------------------------------------------


def _modules() -> list[ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(ops.__path__)]
    return [importlib.import_module(f"polykeras.ops.{name}") for name in names]


def _public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions that the modules of `polykeras.ops` define; of an op, its declaration."""
    for module in _modules():
        for name, value in vars(module).items():
            function = inspect.unwrap(value) if callable(value) else None
            if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", function


def test_public_functions_of_ops_are_documented_and_annotated() -> None:
    functions = dict(_public_functions())
    assert len(functions) > 200
    wrong = []
    for name, function in functions.items():
        signature = inspect.signature(function)
        bare = [p.name for p in signature.parameters.values() if p.annotation is inspect.Parameter.empty]
        if signature.return_annotation is inspect.Signature.empty:
            bare.append("the result")
        if bare:
            wrong.append(f"{name}: {', '.join(bare)} not annotated")
        if not inspect.getdoc(function):
            wrong.append(f"{name}: no docstring")
    assert not wrong
