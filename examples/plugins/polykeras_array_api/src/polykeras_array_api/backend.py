"""The engine: tensors in and out, devices, and how a kernel on arrays becomes one on tensors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
from array_api_compat import device, is_array_api_obj, to_device

from polykeras import dtypes
from polykeras.backend import Backend, Capabilities
from polykeras.errors import ArgumentError, DtypeError
from polykeras.ops.registry import REGISTRY
from polykeras_array_api.elementwise import FUNCTIONS, NAMES, ON_BOOLS
from polykeras_array_api.host import HOST
from polykeras_array_api.movement import Movement, missing
from polykeras_array_api.products import Products
from polykeras_array_api.tensor import Tensor


class Kernels(Movement, Products):
    """The primitives on arrays of the namespace `xp`, each a method of its name or a function of the standard."""

    def __init__(self, xp: ModuleType, here: Callable[[], Any], to_host: Callable[[Any], Any]) -> None:
        self.xp, self.here, self.to_host = xp, here, to_host

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """All of them. If the core has a primitive that is not here, it says so when the backend is loaded."""
        primitives = {name for name, op in REGISTRY.items() if op.primitive}
        said = {name: f for name in primitives if (f := getattr(self, name, None))}
        said |= {name: partial(f, self.xp) for name, f in FUNCTIONS.items()}
        said |= {name: self._on_host(f) for name, f in HOST.items()}
        alike = {n: f for n in primitives if not REGISTRY[n].host and (f := getattr(self.xp, NAMES.get(n, n), None))}
        return {name: f for name, f in (alike | said).items() if name in primitives}

    def _on_host(self, f: Callable[..., Any]) -> Callable[..., Any]:
        def kernel(x: Any, *rest: Any) -> Any:
            others = (self.to_host(v) if is_array_api_obj(v) else v for v in rest)
            return self._beside(x, f(self.to_host(x), *others))

        return kernel


class ArrayBackend(Backend):
    """Tensors hold arrays of a namespace: any module that follows version 2024.12 of the standard, or a later one."""

    capabilities = Capabilities(scalars=True)  # all levels; gradients by the tape, compiled steps by the recorder

    def __init__(self, name: str, xp: ModuleType, devices: dict[str, Any]) -> None:
        self.name = name  # type: ignore[misc]
        self.xp = xp
        self._devices = devices  # the namespace's own, by polykeras's names for them; the default first
        self._local = threading.local()
        self.tensor = type("Tensor", (Tensor,), {"__slots__": ()})  # a class of its own says whose tensors they are
        self.tensor_types = (self.tensor,)
        listed = xp.__array_namespace_info__().dtypes()
        # PyTorch holds unsigned integers with which it does not compute, and lists them not. Those run as int64.
        held = [n for n in dtypes.ALL if n in listed or n in ("uint16", "uint32")]
        self.dtypes = {name: name for name in held}
        self.natives = {name: getattr(xp, name) for name in held}
        self.detour = {self.natives[name]: xp.int64 for name in held if name not in listed}
        kernels = Kernels(xp, self._here, self._to_host)
        self.kernels = {name: self._kernel(name, f) for name, f in kernels.by_name().items()}

    def _kernel(self, name: str, f: Callable[..., Any]) -> Callable[..., Any]:
        """`f` of arrays as a function of tensors. The op's rule says the dtypes of its results."""
        rule: Any = REGISTRY[name].shape
        xp, cls, natives = self.xp, self.tensor, self.natives
        detour = {**self.detour, xp.bool: xp.int32} if name in ON_BOOLS else self.detour

        def unwrap(value: Any) -> Any:
            if type(value) is cls:
                array = value.array
                return xp.astype(array, detour[array.dtype]) if array.dtype in detour else array
            if type(value) in (list, tuple) and value and type(value[0]) is cls:
                return [unwrap(v) for v in value]
            return value

        def wrap(out: Any, array: Any) -> Tensor:
            native = natives[out.dtype]
            return cls(array if array.dtype == native else xp.astype(array, native), out.dtype)

        def kernel(*args: Any) -> Any:
            out = rule(*args)  # refuses what does not fit
            if isinstance(out, (tuple, list)):
                return tuple(map(wrap, out, f(*map(unwrap, args))))
            self._check(out.dtype)
            more = (missing(out.dtype),) if name == "gather" else ()
            return wrap(out, f(*map(unwrap, args), *more))

        def scalar_kernel(*args: Any) -> Any:
            """One of the tensors may be a Python number, which goes where the other one lies."""
            if any(type(a) is not cls for a in args):
                like = next(a for a in reversed(args) if type(a) is cls)
                how = {"dtype": natives[like.dtype], "device": device(like.array)}
                args = tuple(a if type(a) is cls else cls(xp.asarray(a, **how), like.dtype) for a in args)
            return kernel(*args)

        return scalar_kernel if REGISTRY[name].scalars else kernel

    def convert(self, value: Any, dtype: str) -> Tensor:
        """A new tensor. Raises DtypeError for a dtype that the namespace lacks."""
        self._check(dtype)
        with np.errstate(all="ignore"):
            array = np.array(value).astype(dtypes.numpy_dtype(dtype))
        return self.tensor(self.xp.asarray(array, device=self._here()), self.dtypes[dtype])

    def _check(self, dtype: str) -> None:
        if dtype not in self.dtypes:
            raise DtypeError(f"backend {self.name!r} does not hold {dtype}; it holds {', '.join(self.dtypes)}")

    def to_numpy(self, x: Tensor) -> np.ndarray:
        """A new array."""
        return self._to_host(x.array)

    def _to_host(self, array: Any) -> np.ndarray:
        return np.asarray(to_device(array, self._devices.get("cpu:0", "cpu"))).copy()

    def _here(self) -> Any:
        """The namespace's own object for the device on which new tensors are made."""
        return getattr(self._local, "device", next(iter(self._devices.values())))

    def devices(self) -> list[str]:
        """The default first."""
        return list(self._devices)

    def device_of(self, x: Tensor) -> str:
        """The name of the array's device."""
        found = device(x.array)
        return next(name for name, native in self._devices.items() if native == found)

    @contextmanager
    def device_scope(self, device: str) -> Iterator[None]:
        """New tensors are made on `device` inside this scope."""
        if device not in self._devices:
            raise ArgumentError(f"backend {self.name!r} has no device {device!r}; it has {self.devices()}.")
        before = self._here()
        self._local.device = self._devices[device]
        try:
            yield
        finally:
            self._local.device = before
