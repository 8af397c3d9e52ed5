"""From an op call to a kernel: by the types of the tensor arguments.

`make_dispatcher` writes, for each op, a function with two ways out. The fast one is taken when all tensor arguments
have one known type and one dtype that the op computes in directly: a dictionary look-up and the kernel. Everything
else (numbers and lists among the arguments, dtypes to promote, variables, tensors of an interpreter beside plain
ones) goes through `_slow`, which decides on the backend, converts, promotes, and then calls the same kernel.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from polykeras import dtypes
from polykeras.errors import (
    ArgumentError,
    DtypeError,
    MissingKernelError,
    MixedBackendsError,
    PolykerasError,
    TraceError,
)
from polykeras.ops import policies
from polykeras.scope import current_backend, local

if TYPE_CHECKING:
    from polykeras.backend import Backend
    from polykeras.ops.registry import Op, Parameter

HOST = "host"  # numbers, lists, ndarrays: they join whichever backend is there
DYNAMIC = "dynamic"  # the value's `.owner` says: boxes of interpreters
VARIABLE = "variable"  # stands for its `.value`

OWNERS: dict[type, Any] = {  # a backend, or one of the three words above
    **dict.fromkeys((bool, int, float, complex, list, tuple, range, np.ndarray), HOST),
}
PYTHON_SCALARS = {bool: "bool", int: "int*", float: "float*", complex: "complex*"}


def make_dispatcher(op: Op) -> Callable[..., Any]:
    """A function with the op's signature that runs it on the right backend."""
    parameters = op.signature.parameters
    space = {f"default_{n}": p.default for n, p in parameters.items() if p.default is not inspect.Parameter.empty}
    space.update(table=op.table, local=local, ndarray=np.ndarray, slow=_slow, explain=_explain, op=op, op_name=op.name)
    signature = ", ".join(_declaration(n, p) for n, p in parameters.items())
    args = ", ".join(parameters)
    lines = [f"def {op.name}({signature}):"]
    condition = _fast_condition(op, space)
    if condition is not None:
        first = op.tensors[0].name
        lines += [
            # Underscores, because parameters may be called k or t.
            f"    _type = type({first})",
            "    _kernel = local.host.get(op_name) if _type is ndarray else table.get(_type)",
            f"    if _kernel is not None{condition}:",
            "        try:",
            f"            return _kernel({args})",
            "        except Exception as error:",
            f"            raise explain(op, ({args},), error)",
        ]
    elif len(op.tensors) == 1 and op.tensors[0].sequence:
        lines += _sequence_branch(op, space, args)
    if op.scalars and len(parameters) == len(op.tensors) and op.policy not in (policies.BITS, policies.WHOLE):
        lines += _scalar_branches(list(parameters), space, op)
    lines.append(f"    return slow(op, [{args}])")
    exec(compile("\n".join(lines), f"<dispatcher of {op.name}>", "exec"), space)
    call: Any = space[op.name]
    call.__doc__, call.__module__, call.__wrapped__ = op.function.__doc__, op.function.__module__, op.function
    call.op = op
    return call


def _sequence_branch(op: Op, space: dict[str, Any], args: str) -> list[str]:
    """Source: a list of tensors of one class and dtype goes to the kernel as it is."""
    p = op.tensors[0]
    condition = "_kernel is not None"
    if not p.policy.any_dtype:
        space["direct"] = p.policy.direct
        condition += " and _dtype in direct"
    return [
        f"    if (type({p.name}) is list or type({p.name}) is tuple) and {p.name}:",
        f"        _type, _dtype = type({p.name}[0]), getattr({p.name}[0], 'dtype', None)",
        "        _kernel = local.host.get(op_name) if _type is ndarray else table.get(_type)",
        f"        if {condition}:",
        f"            for _x in {p.name}:",
        "                if type(_x) is not _type or _x.dtype is not _dtype:",
        "                    break",
        "            else:",
        f"                {p.name} = list({p.name})",
        "                try:",
        f"                    return _kernel({args})",
        "                except Exception as error:",
        f"                    raise explain(op, ({args},), error)",
    ]


def _scalar_branches(parameters: list[str], space: dict[str, Any], op: Op) -> list[str]:
    """Source: Python numbers beside one floating tensor go to the kernel as they are, where the backend takes them.

    Of two arguments either may be the tensor, of more the first.
    """
    space.update(scalar_table=op.scalar_table, scalar_name=scalar_entry(op.name), floats=policies.BESIDE_SCALARS.direct)
    space.update(numbers=(float, int))
    lines = []
    for tensor, *scalars in (parameters, parameters[::-1]) if len(parameters) == 2 else (parameters,):
        lines += [
            f"    if {' and '.join(f'type({name}) in numbers' for name in scalars)}:",
            f"        t = type({tensor})",
            "        k = local.host.get(scalar_name) if t is ndarray else scalar_table.get(t)",
            f"        if k is not None and {tensor}.dtype in floats:",
            f"            return k({', '.join(parameters)})",
        ]
    return lines


def scalar_entry(name: str) -> str:
    """The key, in a backend's entries, of a kernel that takes a Python number in place of one of its tensors."""
    return f"{name}(scalar)"


def _declaration(name: str, parameter: inspect.Parameter) -> str:
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return f"*{name}"
    if parameter.default is inspect.Parameter.empty:
        return name
    return f"{name}=default_{name}"


def _fast_condition(op: Op, space: dict[str, Any]) -> str | None:
    """The test, as source, under which the arguments may go to the kernel as they are; None if there is none."""
    if not op.tensors or any(p.sequence for p in op.tensors):
        return None
    first = op.tensors[0]
    leader: str | None = None  # the first of the arguments that must agree in dtype
    condition = ""
    for p in op.tensors:
        tests = [] if p is first else [f"type({p.name}) is _type"]
        if p.role == "Tensor" and op.policy.promotes:
            if leader is None:
                leader = p.name
            else:
                tests.append(f"{p.name}.dtype is {leader}.dtype")
        if not p.policy.any_dtype and (p.role != "Tensor" or p.name == leader or not op.policy.promotes):
            space[f"direct_{p.name}"] = p.policy.direct
            tests.append(f"{p.name}.dtype in direct_{p.name}")
        if tests:
            test = " and ".join(tests)
            condition += f" and ({p.name} is None or {test})" if p.optional and p is not first else f" and {test}"
    return condition


def _slow(op: Op, args: list[Any]) -> Any:
    """Decide on the backend, convert host data, promote dtypes, run."""
    backend: Backend | None = None
    promoted: list[str] = []  # dtypes of the arguments that are promoted together
    scalars_only = True
    try:
        for p in op.tensors:
            value = args[p.index]
            if value is None and p.optional:
                continue
            if p.sequence:
                args[p.index] = values = _elements(op, p, value)
            else:
                values = [value]
            for i, v in enumerate(values):
                owner = owner_of(v)
                if owner is VARIABLE:
                    v = v.value
                    owner = owner_of(v)
                    if p.sequence:
                        values[i] = v
                    else:
                        args[p.index] = v
                elif owner is HOST and type(v) not in PYTHON_SCALARS:
                    v = host_array(op.name, p.name, v)
                    if p.sequence:
                        values[i] = v
                    else:
                        args[p.index] = v
                    owner = owner_of(v)
                if owner is not HOST and owner is not backend:
                    backend = owner if backend is None else combine(op, backend, owner)
                if p.role == "Tensor":
                    dtype = weak_dtype_of(v)
                    promoted.append(dtype)
                    scalars_only = scalars_only and type(v) in PYTHON_SCALARS
        if backend is None:
            backend = current_backend()
        common = None
        if promoted and op.policy.promotes:
            common = op.policy.compute(dtypes.result_type(*promoted))
        keep_scalars = op.scalars and not scalars_only and backend.root.capabilities.scalars and common != "bfloat16"
        for p in op.tensors:
            value = args[p.index]
            if value is None:
                continue
            target = common if p.role == "Tensor" else None
            if p.sequence:
                args[p.index] = [_prepare(backend, p, v, target, keep_scalars) for v in value]
            else:
                args[p.index] = _prepare(backend, p, value, target, keep_scalars)
    except DtypeError as error:
        raise _named(op, error) from None
    entry = backend.entries.get(op.name)
    if entry is None:
        raise MissingKernelError(f"Backend {backend.name!r} has no kernel for the op {op.name!r}.")
    try:
        return entry(*args)
    except Exception as error:
        raise _explain(op, tuple(args), error) from error.__cause__


def _elements(op: Op, p: Parameter, value: Any) -> list[Any]:
    """The tensors of an argument that is a sequence of them: a list, a tuple, or a tensor cut along its first axis."""
    if isinstance(value, (list, tuple)):
        elements = list(value)
    elif isinstance(value, np.ndarray) or owner_of(value) is not HOST:
        elements = [value[i] for i in range(value.shape[0])]
    else:
        raise ArgumentError(f"{op.name}: {p.name} must be a list of tensors, got {type(value).__name__}.")
    if not elements:
        raise ArgumentError(f"{op.name}: {p.name} must hold at least one tensor, got an empty list.")
    return elements


def _prepare(backend: Backend, p: Parameter, value: Any, target: str | None, keep_scalars: bool) -> Any:
    """One argument as the kernel wants it: a tensor, of the dtype that the policy asks for."""
    dtype = weak_dtype_of(value)
    if target is None:
        target = p.policy.compute(dtype if dtype == "int*" and p.policy is policies.INDEX else dtypes.strong(dtype))
    if owner_of(value) is HOST:
        if type(value) in PYTHON_SCALARS:
            if type(value) is int and target in dtypes.INTEGER:
                _check_range(value, target)
            if keep_scalars and p.role == "Tensor":
                return value
        return backend.root.convert(value, target)
    if dtype == target:
        return value
    from polykeras.ops.casting import cast

    return cast(value, target)


def _check_range(value: int, dtype: str) -> None:
    bounds = np.iinfo(dtype)
    if not bounds.min <= value <= bounds.max:
        raise DtypeError(f"the number {value} does not fit {dtype} ({bounds.min} to {bounds.max})")


def owner_of(value: Any) -> Any:
    """The backend or interpreter that `value` belongs to, or `HOST` or `VARIABLE`."""
    owner = OWNERS.get(type(value))
    if owner is None:
        owner = _learn(type(value))
    return value.owner if owner is DYNAMIC else owner


def _learn(cls: type) -> Any:
    """Find out, once, whose tensors instances of `cls` are."""
    from polykeras import plugins
    from polykeras.ops import registry

    if cls.__module__.partition(".")[2].startswith("ma") and issubclass(cls, np.ndarray):
        raise DtypeError("masked arrays are not taken, their mask would be lost; use their filled() values")
    for known, owner in list(OWNERS.items()):
        if owner in (DYNAMIC, VARIABLE) and issubclass(cls, known):
            OWNERS[cls] = owner
            return owner
    backend = plugins.backend_of_type(cls)
    if backend is not None:
        OWNERS[cls] = backend
        registry.learn_type(backend, cls)
        return backend
    # np.generic, list subclasses, pandas objects, anything with __array__: host data if NumPy can read it.
    if issubclass(cls, (np.generic, np.ndarray, list, tuple, bool, int, float, complex)) or hasattr(cls, "__array__"):
        OWNERS[cls] = HOST
        return HOST
    if issubclass(cls, str):
        OWNERS[cls] = HOST  # refused with the name of the op
        return HOST
    raise DtypeError(
        f"A tensor, a number, a nested list or an ndarray was expected, got {cls.__module__}.{cls.__qualname__}."
    )


def combine(op: Op, first: Backend, second: Backend) -> Backend:
    """Of two owners in one call, the one that runs it: an interpreter runs what it interprets."""
    high, low = (first, second) if first.level >= second.level else (second, first)
    if high.root is low.root or high.absorbs:
        return high
    raise MixedBackendsError(
        f"{op.name}: tensors of two backends in one call: {first.root.name!r} and {second.root.name!r}. "
        "Convert one of them with polykeras.ops.convert_to_numpy(), host arrays join either."
    )


def weak_dtype_of(value: Any) -> str:
    """The dtype name of a tensor or host value; Python scalars are weak (``"int*"``)."""
    scalar = PYTHON_SCALARS.get(type(value))
    if scalar is not None:
        return scalar
    owner = owner_of(value)
    if owner is HOST:
        return dtypes.standardize(getattr(value, "dtype", None) or np.asarray(value).dtype)
    return owner.dtype_name(value)


def host_array(op: str, name: str, value: Any) -> Any:
    """A nested list as one array: ints int32, floats the default float. A list that holds tensors is stacked."""
    if isinstance(value, (list, tuple)) and any(owner_of(v) is not HOST for v in value):
        from polykeras.ops.joining import stack

        return stack(value)
    try:
        array = np.asarray(value)
    except ValueError:
        raise ArgumentError(f"{op}: {name} is a ragged list: all rows must have the same length.") from None
    if array.dtype == object or array.dtype.kind in "USOMm":
        raise DtypeError(f"{op}: {name} must hold numbers, got {array.dtype} data: {value!r:.60}.")
    if _only_python_scalars(value):
        kind = array.dtype.kind
        if kind == "i":
            wide = array.size and not (array.min() >= -(2**31) and array.max() < 2**31)
            return array.astype("int64" if wide else "int32")
        if kind == "f":
            return array.astype(dtypes.numpy_dtype(dtypes.floatx()))
        if kind == "c":
            return array.astype(dtypes.strong("complex*"))
    return array


def _is_tensor_inside(value: Any) -> bool:
    """Whether an element of a list is a tensor of a backend, a variable, or a list with one inside."""
    if isinstance(value, (list, tuple)):
        return any(map(_is_tensor_inside, value))
    return owner_of(value) is not HOST


def _only_python_scalars(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_only_python_scalars, value))
    return type(value) in PYTHON_SCALARS or isinstance(value, range)


def _explain(op: Op, args: tuple[Any, ...], error: Exception) -> Exception:
    """The error to raise for a kernel's: if the op's rule or body refuses these shapes, its sentence, the same everywhere."""
    if not isinstance(error, PolykerasError):
        from polykeras.interpreters.abstract import check

        try:
            check(op, args)
        except TraceError:  # says nothing about the arguments
            return error
        except PolykerasError as clear:
            clear.__cause__ = error
            error = clear
        except Exception:
            return error
    return _named(op, error)


def _named(op: Op, error: Exception) -> Exception:
    """The error, its message beginning with the op's name unless it says it."""
    if isinstance(error, PolykerasError) and op.name not in str(error):
        error.args = (f"{op.name}: {str(error).rstrip('.')}.",)
    return error
