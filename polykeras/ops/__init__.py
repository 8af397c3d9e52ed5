"""All operations. Each is declared once, in a module of this package, and runs on every backend.

The declared ops are here by name, beside a few functions that are not ops: conversion, creation from sizes, control
flow, differentiation.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from pkgutil import iter_modules as _iter_modules
from typing import TYPE_CHECKING, Any

from polykeras.ops.casting import cast
from polykeras.ops.choosing import where
from polykeras.ops.complex_numbers import view
from polykeras.ops.control_flow import cond, fori_loop, map, scan, switch, vectorized_map, while_loop
from polykeras.ops.conversion import array, convert_to_numpy, convert_to_tensor, dtype, is_tensor, ndim, shape, size
from polykeras.ops.creation import (
    arange,
    empty,
    eye,
    full,
    full_like,
    identity,
    ones,
    tri,
    zeros,
)
from polykeras.ops.differentiation import custom_gradient, grad, jvp, value_and_grad, vjp
from polykeras.ops.parallel_scan import associative_scan
from polykeras.ops.rearranging import rearrange
from polykeras.ops.registry import REGISTRY as _REGISTRY
from polykeras.ops.sequences import geomspace, linspace, logspace
from polykeras.ops.short_time import istft
from polykeras.ops.spectral import fft, fft2, ifft2, irfft
from polykeras.ops.stacking import meshgrid
from polykeras.ops.vectorization import vectorize

for _module in _iter_modules(__path__):
    _import_module(f"polykeras.ops.{_module.name}")

_NAMES = {op.name: op.call for op in _REGISTRY.values()}
for _name in ("cast", "fft", "fft2", "ifft2", "irfft", "istft", "view", "where"):
    _NAMES.pop(_name)  # the public function of that name takes more than its op does
globals().update(_NAMES)

if TYPE_CHECKING:  # type checkers cannot see the declared ops

    def __getattr__(name: str) -> Any: ...


__all__ = [
    *_NAMES,
    "arange",
    "array",
    "associative_scan",
    "cast",
    "cond",
    "convert_to_numpy",
    "convert_to_tensor",
    "custom_gradient",
    "dtype",
    "empty",
    "eye",
    "fft",
    "fft2",
    "fori_loop",
    "full",
    "full_like",
    "geomspace",
    "grad",
    "identity",
    "ifft2",
    "irfft",
    "is_tensor",
    "istft",
    "jvp",
    "linspace",
    "logspace",
    "map",
    "meshgrid",
    "ndim",
    "ones",
    "rearrange",
    "scan",
    "shape",
    "size",
    "switch",
    "tri",
    "value_and_grad",
    "vectorize",
    "vectorized_map",
    "view",
    "vjp",
    "where",
    "while_loop",
    "zeros",
]
