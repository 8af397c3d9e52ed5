"""Gradient rules: a table with one row per differentiable primitive, one function per argument, written in ops.

Importing this package imports its modules, each of which enters the rules of a topic.
"""

from importlib import import_module as _import_module
from pkgutil import iter_modules as _iter_modules

for _module in _iter_modules(__path__):
    _import_module(f"{__name__}.{_module.name}")
