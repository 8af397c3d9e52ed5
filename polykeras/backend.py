"""The backend protocol: all that a plugin must, and may, supply.

A plugin author reads this page first. A backend is an object that executes ops. It must have

- `name` and `protocol`, the version of this page that it was written for;
- `tensor_types`, the classes of its tensors (abstract or traced ones are found through `is_tensor_type`). A tensor has
  ``.dtype`` (hashable; the same object for the same dtype where possible), ``.shape`` and Python's operators, and
  takes weak references;
- `dtypes`, from dtype names to its own dtype objects: the dtypes it can hold;
- `kernels`, one callable per primitive op, taking the op's arguments by position, all of them. Tensor arguments have
  been converted and promoted to one dtype already; an elementwise kernel may also meet one Python scalar of no
  higher kind (never beside bfloat16), if `capabilities.scalars` says that it can. The result's dtype and shape are
  the op's rule's. Primitives declared with a `host` implementation may be left out: they then run on ndarrays;
- `convert`, `to_numpy`, `dtype_name`, `shape`.

Everything below these has a default built on the primitives; override what the framework does better. `overrides`
maps composite ops to fused kernels, called just like the primitives' kernels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

from polykeras.errors import ArgumentError, TraceError

if TYPE_CHECKING:
    from polykeras.interpreters.memory import Memory

PROTOCOL = 1
"""The version of this page. A plugin for another version is refused when it is loaded."""


@dataclass(frozen=True)
class Capabilities:
    """What a backend says of itself; read by the core's planning, `polykeras backends` and the conformance suite."""

    levels: tuple[str, ...] = ("core", "gradients", "compile", "devices", "training")  # of conformance
    scalars: bool = False  # elementwise kernels take a Python scalar in place of one tensor
    native_gradients: bool = False  # value_and_grad is the framework's own
    compiled: str = "recorded"  # how `compile` works: "recorded", "jit", "graph", "eager"
    loops: bool = False  # many training steps can run in one compiled call
    slow: bool = False  # far slower than NumPy: left out where all backends are compared, unless it is named


@dataclass(frozen=True)
class BackendSpec:
    """What a plugin's `polykeras_backends` hook returns for each backend: enough to list it without importing it."""

    name: str
    load: Callable[[], Backend]
    modules: tuple[str, ...] = ()  # top-level modules whose tensors are this backend's
    requires: tuple[str, ...] = ()  # distributions whose versions are shown
    install: str = ""  # the command that installs what is missing


class Backend(ABC):
    """Base class of all backends. See the module's docstring for what a subclass must supply."""

    name: ClassVar[str]
    protocol: ClassVar[int] = PROTOCOL
    tensor_types: tuple[type, ...] = ()
    dtypes: Mapping[str, Any] = {}
    kernels: Mapping[str, Callable[..., Any]] = {}
    overrides: Mapping[str, Callable[..., Any]] = {}
    capabilities: Capabilities = Capabilities()

    entries: dict[str, Callable[..., Any]]
    """Kernel, override or body of every op, by name. Filled when the backend is loaded."""

    def __reduce__(self) -> Any:
        """Copies and pickles name the backend: there is one of each in a process."""
        from polykeras import plugins

        return plugins.load, (self.name,)

    # ---- required: tensors -------------------------------------------------------------------------------------

    def is_tensor_type(self, cls: type) -> bool:
        """Whether instances of `cls` are tensors of this backend. Asked once per class, then cached."""
        return issubclass(cls, self.tensor_types)

    @abstractmethod
    def convert(self, value: Any, dtype: str) -> Any:
        """A tensor of `dtype` from host data: a Python scalar, a nested list or an ndarray."""

    @abstractmethod
    def to_numpy(self, x: Any) -> Any:
        """`x` as an ndarray of the same dtype (bfloat16 is `ml_dtypes.bfloat16`)."""

    def dtype_name(self, x: Any) -> str:
        """The dtype of tensor `x` by name."""
        return self.dtype_names[x.dtype]

    def shape(self, x: Any) -> tuple[int, ...]:
        """The shape of tensor `x`."""
        return tuple(x.shape)

    @cached_property
    def dtype_names(self) -> dict[Any, str]:
        """From the backend's own dtype objects to names: `dtypes` turned round."""
        return {native: name for name, native in self.dtypes.items()}

    @cached_property
    def host_native(self) -> bool:
        """Whether ndarrays are this backend's own tensors. Such tensors belong to whichever backend is the default."""
        import numpy as np

        return np.ndarray in self.tensor_types

    # ---- how dispatch sees a backend; interpreters (symbolic, tape, recorder) differ here, adapters do not ---------

    level: int = 0  # of two owners of tensors in one call, the higher one runs it
    absorbs: ClassVar[bool] = False  # takes tensors of any backend as constants

    @property
    def root(self) -> Backend:
        """The backend that holds the numbers; an interpreter returns the one that it runs on."""
        return self

    def entry_for(self, op: Any) -> Callable[..., Any] | None:
        """What runs `op` on this backend's tensors: a kernel, an override, or the op's own body."""
        if op.primitive:
            kernel = self.kernels.get(op.name)
            return self._on_host(op) if kernel is None and op.host is not None else kernel
        override = self.overrides.get(op.name)
        if op.name in ("random_uniform", "random_normal"):
            from polykeras import config

            override = None if config.portable_random() else override
        if override is not None:
            return override
        return op.body if self.host_native else self._at_home(op.body)

    def _on_host(self, op: Any) -> Callable[..., Any]:
        """The op's implementation on ndarrays, its tensors fetched and its results brought back."""
        if self.host_native:
            return op.host  # type: ignore[no-any-return]
        from polykeras import tree

        places = {p.index for p in op.tensors}

        def fetch(value: Any) -> Any:
            return self.to_numpy(value) if self.is_tensor_type(type(value)) else value

        def run(*args: Any) -> Any:
            result = op.host(*(tree.map_structure(fetch, a) if i in places else a for i, a in enumerate(args)))
            return tree.map_structure(lambda x: self.convert(x, x.dtype.name), result)

        return run

    def _at_home(self, body: Callable[..., Any]) -> Callable[..., Any]:
        """`body`, making its new tensors on this backend also where another one is the default."""
        from polykeras.scope import backend_scope, local

        def run(*args: Any) -> Any:
            if local.backend is self:
                return body(*args)
            with backend_scope(self):
                return body(*args)

        return run

    # ---- devices -----------------------------------------------------------------------------------------------

    def devices(self) -> list[str]:
        """Names such as ``"cpu:0"``, the default one first."""
        return ["cpu:0"]

    def device_of(self, x: Any) -> str:
        """Where tensor `x` lies."""
        return "cpu:0"

    @contextmanager
    def device_scope(self, device: str) -> Iterator[None]:
        """New tensors are made on `device` inside this scope."""
        if device not in self.devices():
            raise ArgumentError(f"backend {self.name!r} has no device {device!r}; it has {self.devices()}.")
        yield

    # ---- variables ---------------------------------------------------------------------------------------------

    def allocate(self, value: Any) -> Any:
        """Storage for a variable that starts as tensor `value`: a tensor that nobody else changes."""
        return value

    # ---- gradients ---------------------------------------------------------------------------------------------

    def value_and_grad(self, f: Callable[..., Any], has_aux: bool = False) -> Callable[..., Any]:
        """``g(xs, *rest) -> (value, grads)`` for ``f(xs, *rest) -> value``, `xs` a list of floating tensors.

        `value` is a scalar tensor. With `has_aux`, `f` returns ``(value, aux)`` and so is the first of the two results.
        The gradient with respect to a tensor that `f` does not read is zeros.
        """
        from polykeras.interpreters import tape

        return tape.value_and_grad(self, f, has_aux)

    def vjp(self, f: Callable[..., Any], xs: Sequence[Any]) -> tuple[Any, Callable[[Any], list[Any]]]:
        """``(f(*xs), pullback)``; the pullback takes cotangents shaped like the outputs, gives one gradient per x."""
        from polykeras.interpreters import tape

        return tape.vjp(self, f, xs)

    def jvp(self, f: Callable[..., Any], xs: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, list[Any]]:
        """``(f(*xs), out_tangents)``: the derivative of `f` along `tangents`, one for each leaf of the result.

        The default takes two reverse passes: a pullback is linear in its cotangent, and its own pullback pushes forward.
        """
        from polykeras.interpreters.forward import jvp_by_two_pullbacks

        return jvp_by_two_pullbacks(self, f, xs, tangents)

    def custom_gradient(self, f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        """The first of the two results of ``f(*xs) -> (outputs, pullback)``, differentiated by the second.

        ``pullback(cotangents)`` takes a tree like `outputs` and returns one gradient or None per x. A backend whose
        differentiation is the tape has nothing to do here.
        """
        return f(*xs)[0]

    def stop_gradient(self, x: Any) -> Any:
        """`x` as a constant for differentiation."""
        return x

    def fence(self, xs: list[Any]) -> list[Any]:
        """The same tensors, which a compiler must not take for what it computed from them before.

        For a backend whose compiler finds equal computations and merges them: it would undo `polykeras.remat`.
        """
        return xs

    # A recorded backend with gradients of its own (`capabilities.native_gradients`, `compiled="recorded"`) also supplies
    # the three steps of `value_and_grad`, which a recorded program makes one after the other.

    def watch(self, x: Any) -> Any:
        """`x` as something that gradients can be taken with respect to."""
        return x

    def gradients(self, value: Any, xs: Sequence[Any]) -> list[Any]:
        """The gradients of the scalar `value` with respect to watched tensors; zeros where it does not depend on one."""
        raise TypeError(f"Backend {self.name!r} has no gradients of its own.")

    def release(self, x: Any) -> Any:
        """`x` without its ties to what it was computed from, unless an outer differentiation needs them."""
        return x

    # ---- control flow: the defaults run in Python, which suits a backend whose tensors always have values ---------

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        """The result of `true_fn()` if the scalar `pred` is true, else of `false_fn()`: trees of the same structure."""
        return true_fn() if pred else false_fn()

    def while_loop(
        self,
        cond: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: tuple[Any, ...],
        maximum_iterations: int | None = None,
    ) -> Any:
        """Repeat ``loop_vars = body(*loop_vars)`` while ``cond(*loop_vars)``; shapes and dtypes stay the same.

        `maximum_iterations` bounds the rounds, which lets a compiler that needs to know plan the way back.
        """
        rounds = 0
        while (maximum_iterations is None or rounds < maximum_iterations) and cond(*loop_vars):
            loop_vars = tuple(body(*loop_vars))
            rounds += 1
        return loop_vars

    def scan(
        self, f: Callable[[Any, Any], tuple[Any, Any]], init: Any, xs: Any, length: int, reverse: bool = False
    ) -> Any:
        """``carry, ys`` of ``carry, y = f(carry, x)`` over the leading axis of the leaves of `xs`, ys stacked."""
        from polykeras.interpreters.unroll import unrolled_scan

        return unrolled_scan(f, init, xs, length, reverse)

    def vectorized_map(self, f: Callable[[Any], Any], xs: Any) -> Any:
        """`f` over the leading axis of the leaves of `xs`, results stacked."""
        from polykeras.interpreters.unroll import unrolled_map

        return unrolled_map(f, xs)

    # ---- compilation -------------------------------------------------------------------------------------------

    def compile(
        self,
        step: Callable[..., Any],
        *,
        donate: Sequence[int] = (),
        alike: Sequence[int] = (),
        jit: bool | str = "auto",
    ) -> Callable[..., Any]:
        """A faster function equal to the pure function `step`, whose arguments and results are trees of tensors.

        The positional arguments numbered in `donate` are not used by the caller afterwards: their memory may be reused.
        Their structure, shapes and dtypes are the same at every call, and so are those of the arguments in `alike`.
        `jit`: True asks for the framework's optimising compiler, False forbids it, ``"auto"`` lets the backend choose.
        The default records a flat program of kernel calls per input signature and replays it.
        """
        from polykeras.interpreters import replay

        return replay.compile_step(self, step, donate, alike)

    untraceable: ClassVar[tuple[type[BaseException], ...]] = (TraceError,)
    """What is raised where a function that is being compiled asks for the value of a tensor."""

    batched: ClassVar[Mapping[Callable[..., Any], Callable[..., Any]]] = {}
    """From kernels to ones that take a list in place of every argument and return a list. A recorded program makes calls
    of one kernel that do not depend on each other, an optimizer's on the weights say, all at once."""

    def specialized(self, kernel: Callable[..., Any], args: Sequence[Any]) -> tuple[Callable[..., Any], Sequence[Any]]:
        """A kernel and arguments that mean the same for tensors of these dtypes and shapes.

        A recorded program calls them in place of `kernel` and `args`, so checks of dtypes need not be made each time.
        """
        return kernel, args

    memory: ClassVar[Memory | None] = None
    """For a backend whose tensors are memory: how recorded programs write into it again. State that is donated to such
    a program is replaced in place; `Variable` takes care that nobody sees it change."""

    def suits_loops(self, model: Any) -> bool:
        """Whether many training steps of `model` in one compiled call are faster than one call each."""
        return self.capabilities.loops

    def synchronize(self, x: Any) -> None:
        """Wait until the work that makes `x` (a tree) is done."""


TOPICS = (
    "elementwise", "reductions", "movement", "indexing", "products", "linalg", "spectral", "neural", "convolution",
    "recurrence", "image", "random",
)  # fmt: skip
"""The modules into which the bundled adapters divide their kernels, the same in each, as far as there are any."""


def kernel_tables(package: str) -> tuple[dict[str, Callable[..., Any]], dict[str, Callable[..., Any]]]:
    """The tables ``KERNELS`` and ``OVERRIDES`` of the modules of `package` that are called like `TOPICS`, joined."""
    kernels: dict[str, Callable[..., Any]] = {}
    overrides: dict[str, Callable[..., Any]] = {}
    for topic in TOPICS:
        if find_spec(f"{package}.{topic}") is not None:
            module = import_module(f"{package}.{topic}")
            kernels |= getattr(module, "KERNELS", {})
            overrides |= getattr(module, "OVERRIDES", {})
    return kernels, overrides


__all__ = ["PROTOCOL", "TOPICS", "Backend", "BackendSpec", "Capabilities", "kernel_tables"]


def __getattr__(name: str) -> Any:
    """What Keras users know as ``keras.backend.NAME``, Keras 1's functions included; plugins need none of it."""
    from polykeras import backend_names

    if name in backend_names.__all__:
        return getattr(backend_names, name)
    if not name.startswith("_"):
        symbolic = import_module("polykeras.v1.backend")
        if hasattr(symbolic, name):
            if name.endswith("image_dim_ordering"):
                from polykeras.legacy.accepting import warn_of

                warn_of("backend", {name: name.replace("dim_ordering", "data_format")})
            return getattr(symbolic, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
