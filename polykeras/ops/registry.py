"""The table of ops, and the two decorators that fill it.

A *primitive* has no body: every backend supplies a kernel. A *composite* has a body written on other ops and works
everywhere; a backend may override it. Signature, annotations and docstring of the decorated function are the op's
schema: parameters annotated with a name of `polykeras.typing` are tensors, the others plain Python values.

    @primitive(FLOAT, shape=rules.elementwise, samples=samples.unary)
    def exp(x: Tensor) -> Tensor:
        \"\"\"Exponential, elementwise.\"\"\"

    @composite(FLOAT, samples=samples.unary)
    def softsign(x: Tensor) -> Tensor:
        \"\"\"x / (1 + |x|), elementwise.\"\"\"
        return divide(x, add(1, abs(x)))
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from polykeras.ops import policies
from polykeras.ops.policies import Policy

F = TypeVar("F", bound=Callable[..., Any])

REGISTRY: dict[str, Op] = {}
_attached: dict[Any, set[type]] = {}  # backends and interpreters with the tensor types that ops send to them

# The roles that annotations give to parameters, and the policy that each brings; Tensor takes the op's own.
ROLES: dict[str, Policy | None] = {
    "Tensor": None,
    "Index": policies.INDEX,
    "Mask": policies.BOOL,
    "Key": policies.INDEX,
}


class Parameter:
    """A tensor parameter of an op: where it stands and how its dtype is treated."""

    __slots__ = ("index", "name", "optional", "policy", "role", "sequence")

    def __init__(self, index: int, parameter: inspect.Parameter, op_policy: Policy) -> None:
        annotation = str(parameter.annotation)
        self.index = index
        self.name = parameter.name
        self.role = next(role for role in ROLES if role in annotation)
        self.policy = ROLES[self.role] or op_policy
        self.optional = parameter.default is None
        self.sequence = "Sequence[" in annotation or parameter.kind is inspect.Parameter.VAR_POSITIONAL


class Op:
    """One operation: its schema, its rules, and where each tensor type goes."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        primitive: bool,
        policy: Policy,
        shape: Callable[..., Any] | None,
        samples: Callable[..., Any] | None,
        differentiable: bool,
        scalars: bool,
        exact: bool,
        host: Callable[..., Any] | None,
    ) -> None:
        self.name = function.__name__.rstrip("_")
        self.function = function
        self.signature = inspect.signature(function)
        self.primitive = primitive
        self.body = None if primitive else _by_position(function, self.signature)
        self.policy = policy
        self.shape = shape
        self.samples = samples
        self.differentiable = differentiable
        self.scalars = scalars
        self.exact = exact
        self.host = host
        self.tensors = tuple(
            Parameter(i, p, policy)
            for i, p in enumerate(self.signature.parameters.values())
            if any(role in str(p.annotation) for role in ROLES)
        )
        self.table: dict[type, Callable[..., Any]] = {}
        self.scalar_table: dict[type, Callable[..., Any]] = {}  # of the backends whose kernels take Python numbers
        self.call = dispatch.make_dispatcher(self)
        self.call_by_position = _by_position(self.call, self.signature)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """All arguments by position, defaults filled in."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return tuple(bound.arguments.values())

    def __repr__(self) -> str:
        return f"<{'primitive' if self.primitive else 'composite'} op {self.name}>"


def _by_position(function: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    """`function` as kernels are called: a variadic last argument comes as one list."""
    if any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in signature.parameters.values()):
        return lambda *args: function(*args[:-1], *args[-1])
    return function


def primitive(
    policy: Policy = policies.SAME,
    *,
    shape: Callable[..., Any],
    samples: Callable[..., Any],
    differentiable: bool = True,
    scalars: bool = False,
    exact: bool = False,
    host: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declare a primitive op.

    Args:
        policy: what happens to the dtypes of its `Tensor` arguments.
        shape: the rule: takes the op's arguments with tensors as `AbstractTensor`, returns the abstract result.
        samples: called with the conformance suite's sampler, returns the cases to test.
        differentiable: False for ops whose derivative is zero or undefined everywhere.
        scalars: whether a Python scalar may stand for one `Tensor` argument in a kernel call.
        exact: whether results must agree to the last bit between backends.
        host: the op on ndarrays, for backends without a kernel for it: tensors are brought to the host and back. For
            rarely used ops with a good implementation in NumPy or SciPy, matrix factorizations say.
    """
    return _declare(True, policy, shape, samples, differentiable, scalars, exact, host)


def composite(
    policy: Policy = policies.SAME,
    *,
    samples: Callable[..., Any],
    differentiable: bool = True,
    scalars: bool = False,
    exact: bool = False,
) -> Callable[[F], F]:
    """Declare a composite op: the decorated function is its body. Arguments are as for `primitive`.

    With `scalars`, overrides too may meet Python numbers: in place of all tensors but the first.
    """
    return _declare(False, policy, None, samples, differentiable, scalars, exact, None)


def _declare(
    is_primitive: bool,
    policy: Policy,
    shape: Callable[..., Any] | None,
    samples: Callable[..., Any] | None,
    differentiable: bool,
    scalars: bool,
    exact: bool,
    host: Callable[..., Any] | None,
) -> Callable[[F], F]:
    def declare(function: F) -> F:
        op = Op(
            function,
            primitive=is_primitive,
            policy=policy,
            shape=shape,
            samples=samples,
            differentiable=differentiable,
            scalars=scalars,
            exact=exact,
            host=host,
        )
        if op.name in REGISTRY:
            raise ValueError(f"An op named {op.name!r} exists already ({REGISTRY[op.name].function.__module__}).")
        REGISTRY[op.name] = op
        reinstall(op)
        return op.call  # type: ignore[return-value]

    return declare


def attach(backend: Any) -> None:
    """Fill the backend's `entries` and every op's table with what it runs for its tensor types, now and for later ops.

    `backend.entry_for(op)` says what that is; None means that the backend cannot run the op.
    """
    # An ndarray belongs to the default backend, whichever that is: dispatch finds those through the scope.
    _attached[backend] = set() if backend.host_native else set(backend.tensor_types)
    for op in REGISTRY.values():
        install(backend, op)
    for policy in policies.POLICIES:
        policy.learn(dict(backend.dtypes))


def detach(backend: Any) -> None:
    """Forget a backend: its tensors are no longer sent to it."""
    for cls in _attached.pop(backend, ()):
        for op in REGISTRY.values():
            op.table.pop(cls, None)
            op.scalar_table.pop(cls, None)


def install(backend: Any, op: Op) -> None:
    """Ask the backend what runs `op`, and enter it for all of the backend's tensor types."""
    entry = backend.entry_for(op)
    if entry is None:
        return
    takes_scalars = op.scalars and backend.capabilities.scalars
    backend.entries[op.name] = entry
    if takes_scalars:
        backend.entries[dispatch.scalar_entry(op.name)] = entry
    for cls in _attached[backend]:
        op.table[cls] = entry
        if takes_scalars:
            op.scalar_table[cls] = entry


def reinstall(op: Op) -> None:
    """Ask every attached backend again; for a setting that changes the answer."""
    for backend in _attached:
        install(backend, op)


def learn_type(backend: Any, cls: type) -> None:
    """Send tensors of class `cls`, met for the first time, to `backend` in every op."""
    _attached[backend].add(cls)
    for op in REGISTRY.values():
        install(backend, op)


from polykeras.ops import dispatch  # noqa: E402  it needs the names above
