"""The engine: conversion, dtypes, and what the tape and the recorder need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polykeras.backend import Backend, Capabilities, kernel_tables
from polykeras.dtypes import ALL, numpy_dtype
from polykeras_numpy.memory import ArrayMemory, keep_freed_memory, specialized


class NumpyBackend(Backend):
    """ndarrays. Reductions to 0-d may come as NumPy scalars, which behave alike."""

    name = "numpy"
    tensor_types = (np.ndarray, np.generic)
    dtypes = {name: numpy_dtype(name) for name in ALL}
    kernels, overrides = kernel_tables("polykeras_numpy")
    capabilities = Capabilities(scalars=True, compiled="recorded")
    memory = ArrayMemory()
    specialized = staticmethod(specialized)

    def convert(self, value: Any, dtype: str) -> np.ndarray:
        """A new array, so that later changes to the caller's data do not reach it."""
        return np.array(value, self.dtypes[dtype])

    def to_numpy(self, x: Any) -> np.ndarray:
        """The array itself; 0-d scalars become arrays."""
        return np.asarray(x)

    def dtype_name(self, x: Any) -> str:
        """NumPy's own names are ours."""
        return str(x.dtype.name)

    def compile(self, step: Callable[..., Any], **options: Any) -> Callable[..., Any]:
        """Recorded and replayed, without NumPy's warnings: infinities and NaN show in the results."""
        keep_freed_memory()
        run = super().compile(step, **options)

        def quiet(*args: Any) -> Any:
            with np.errstate(all="ignore"):
                return run(*args)

        return quiet
