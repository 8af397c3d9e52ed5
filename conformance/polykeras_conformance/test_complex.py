"""Complex numbers: each op takes them and gives what its reference gives, or refuses them; gradients through them.

An op's first sample with floats is made complex. One test runs it in both complex dtypes; another differentiates it as
a real function of real numbers, the parts of the arguments, to second order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cache
from typing import Any

import numpy as np
import pytest

from polykeras import dtypes, ops
from polykeras.backend import Backend
from polykeras.errors import ArgumentError, DtypeError
from polykeras.interpreters import tape
from polykeras.ops.policies import KEEP
from polykeras.ops.registry import REGISTRY, Op
from polykeras_conformance import cases, oracles
from polykeras_conformance.cases import Call
from polykeras_conformance.compare import assert_close, assert_equal, assert_within
from polykeras_conformance.differences import Scalar
from polykeras_conformance.generation import generated
from polykeras_conformance.test_gradients import EXACT, check_by_differences, check_second_order, prepared

pytestmark = pytest.mark.level("core")


@cache
def complex_call(op: Op) -> Call | None:
    """The op on complex128 numbers: its first sample with such, or with floats given an imaginary part."""
    for index, sample in enumerate(cases.samples_of(op)):
        wide = Call(op, index, sample, "complex128")
        places = cases.floating_tensors(wide, ("complex128",))
        given = {np.asarray(cases.at(op.bind(sample.args, sample.kwargs), place)).dtype.kind for place in places}
        if not places or sample.dtypes is not None or not given <= {"f", "c"}:
            continue
        result = copy(wide)
        values = [cases.at(wide.arguments, place) for place in places]
        turned = [v if v.imag.any() else v + 0.3j * np.flip(v) for v in values]
        result.arguments = tuple(cases.replaced(wide.arguments, places, turned))
        return result
    return None


def accepted(call: Call) -> bool:
    """Whether the op's declaration takes complex numbers there."""
    try:
        return bool(call.expected)
    except DtypeError:
        return False


def complex_calls(backend: Backend) -> list[Call]:
    """One call for each op that takes complex numbers."""
    if not set(dtypes.COMPLEX) <= set(backend.dtypes):
        return []
    made = [complex_call(op) for op in REGISTRY.values() if not cases.has_role(op, "Key")]
    called = [call for call in made if call is not None and accepted(call)]
    return [call for call in called if {result.dtype for result in call.expected} <= set(backend.dtypes)]


@generated(complex_calls, quick=20)
def test_value(backend: Backend, case: Call) -> None:
    """The values are the reference's, in both complex dtypes; dtypes and shapes are those of the op's rule.

    Where each op is compiled, one made of others is run in one dtype.
    """
    exact = oracles.evaluate(case, case.arguments)
    for dtype in dtypes.COMPLEX if _worth_compiling(backend, case.op) else ("complex64",):
        call = copy(case)
        places = cases.floating_tensors(case, ("complex128",))
        call.arguments = tuple(
            cases.replaced(case.arguments, places, [cases.at(case.arguments, p).astype(dtype) for p in places])
        )
        vars(call).pop("expected", None)
        results = call.run(call.on(backend))
        assert len(results) == len(call.expected)
        for result, rule, expected in zip(results, call.expected, exact, strict=True):
            what = f"{call} on {backend.name}"
            assert backend.dtype_name(result) == rule.dtype, f"{what}: dtype {backend.dtype_name(result)}, {rule.dtype}"
            assert tuple(backend.shape(result)) == rule.shape, f"{what}: shape {backend.shape(result)}, {rule.shape}"
            found = backend.to_numpy(result)
            if dtypes.is_differentiable(rule.dtype):
                size = np.max(np.abs(expected), initial=0.0)
                assert_close(what, found, expected, rule.dtype, size * (1e-6 if dtype == "complex64" else 1e-14))
            else:
                assert_equal(what, found, expected)


def test_refused(backend: Backend) -> None:
    """What the declarations do not take, each op refuses with a `DtypeError` that names it."""
    wrong = []
    for op in REGISTRY.values():
        call = None if cases.has_role(op, "Key") else complex_call(op)
        if call is None or accepted(call) or "complex128" not in backend.dtypes:
            continue
        try:
            call.run(call.on(backend))
            wrong.append(f"{op.name} takes complex numbers")
        except DtypeError as error:
            if op.name not in str(error):
                wrong.append(f"{op.name} is not named in {error}")
        except Exception as error:
            wrong.append(f"{op.name} raises {type(error).__name__}: {error}")
    assert not wrong, f"{len(wrong)} on {backend.name}: {'; '.join(wrong[:8])}"


# ---- gradients -------------------------------------------------------------------------------------------------------


class PartsScalar(Scalar):
    """A call as a real function of the parts of its complex tensors, and of its floating ones."""

    def _start(self) -> list[np.ndarray]:
        self.places = cases.floating_tensors(self.call, (*dtypes.FLOATING, *dtypes.COMPLEX))
        values = [np.asarray(cases.at(self._exact, place)) for place in self.places]
        self._split = [v.dtype.kind == "c" for v in values]
        return [
            part for v, two in zip(values, self._split, strict=True) for part in ((v.real, v.imag) if two else (v,))
        ]

    def _joined(self, xs: Sequence[Any], join: Callable[[Any, Any], Any]) -> list[Any]:
        following = iter(xs)
        return [join(next(following), next(following)) if two else next(following) for two in self._split]

    def _parted(self, results: Sequence[Any], real: Callable[[Any], Any], imag: Callable[[Any], Any]) -> list[Any]:
        parts = []
        for r, rule in zip(results, self.call.expected, strict=True):
            if rule.dtype in dtypes.COMPLEX:
                parts += [real(r), imag(r)]
            elif rule.dtype in dtypes.FLOATING:
                parts.append(r)
        return parts

    def _results(self, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        numbers = self._joined(xs, lambda a, b: a + 1j * b)
        results = oracles.evaluate(self.call, tuple(cases.replaced(self._exact, self.places, numbers)))
        return self._parted(results, np.real, np.imag)

    def on(self, backend: Any, constants: Sequence[Any], weights: Sequence[Any]) -> Any:
        """The same function in ops."""

        def f(xs: Sequence[Any]) -> Any:
            numbers = self._joined(xs, ops.make_complex)
            results = self.call.run(cases.replaced(constants, self.places, numbers))
            parts = self._parted(results, ops.real, ops.imag)
            return ops.sum(ops.stack([ops.sum(ops.multiply(r, w)) for r, w in zip(parts, weights, strict=True)]))

        return f


@cache
def scalar_of(call: Call) -> PartsScalar:
    """The call as a function of parts; made once."""
    return PartsScalar(call)


def differentiable_calls(backend: Backend) -> list[Call]:
    """Those with a gradient, and ops from real numbers to complex ones."""
    if "gradients" not in backend.capabilities.levels:
        return []
    made = [c for c in complex_calls(backend) if c.grad and _smooth(c) and _worth_compiling(backend, c.op)]
    real = cases.calls(backend, lambda c: c.index == 0 and c.dtype == "float64" and c.grad)
    real = [c for c in real if {r.dtype for r in c.expected} & set(dtypes.COMPLEX) and _worth_compiling(backend, c.op)]
    return made + real


def _worth_compiling(backend: Backend, op: Op) -> bool:
    """Whether there is something to test in the gradient: where each op is compiled, not in ops made of others."""
    return not _compiles(backend) or cases.supplied(backend, op)


def _compiles(backend: Backend) -> bool:
    """Whether each op is compiled, which takes long, so that less is run."""
    return backend.capabilities.compiled in ("jit", "graph") and cases.amount != "thorough"


def _smooth(call: Call) -> bool:
    """Whether results are floating or complex, and none of fewer digits than the arguments."""
    found = {rule.dtype for rule in call.expected if dtypes.is_differentiable(rule.dtype)}
    return bool(found) and found <= {"float64", "complex128"}


@generated(differentiable_calls, quick=8)
def test_gradient(backend: Backend, case: Call) -> None:
    """Real numbers in and out, complex ones between: the gradient is that of finite differences, the tape's too."""
    scalar = scalar_of(case)
    f, xs = prepared(backend, scalar)
    found = {}
    for name, differentiate in (("own", ops.value_and_grad), ("tape", lambda f: tape.value_and_grad(backend, f))):
        found[name] = [backend.to_numpy(g) for g in differentiate(f)(xs)[1]]
        check_by_differences(f"{name} gradient through {case} on {backend.name}", case, found[name], scalar)
    for own, taped in zip(found["own"], found["tape"], strict=True):
        assert_within(f"own gradient through {case} on {backend.name} and the tape's", own, taped, EXACT)
    if case.op.policy is not KEEP or not _compiles(backend):  # what moves elements is linear
        check_second_order(backend, case, False, scalar)


NUMBERS = np.array([1.5 - 0.5j, -0.25 + 2j])
FACTORS = np.array([0.5 + 1j, 2 - 3j])


def _by_tape(backend: Backend) -> Any:
    return lambda f: lambda x: tape.value_and_grad(backend, lambda xs: f(xs[0]))([x])[1][0]


def test_gradient_by_complex_numbers(backend: Backend) -> None:
    """The gradient by ``a + ib`` is ``∂/∂a + i ∂/∂b``, of the backend's own differentiation and of the tape."""
    z, w = (backend.convert(v, "complex128") for v in (NUMBERS, FACTORS))
    expected: list[tuple[Callable[[Any], Any], Any]] = [
        (lambda z: ops.sum(ops.square(ops.abs(z))), 2 * NUMBERS),
        (lambda z: ops.real(ops.sum(ops.multiply(z, w))), np.conj(FACTORS)),
        (lambda z: ops.imag(ops.sum(ops.multiply(z, w))), 1j * np.conj(FACTORS)),
        (lambda z: ops.sum(ops.abs(ops.exp(z))), np.exp(NUMBERS.real)),
    ]
    for differentiate in (ops.grad, _by_tape(backend)):
        for n, (f, gradient) in enumerate(expected):
            assert_close(f"function {n}", backend.to_numpy(differentiate(f)(z)), gradient, "complex128")


def test_pullback_and_pushforward(backend: Backend) -> None:
    """Cotangents have the gradient's form, so that a pullback of ``z w`` multiplies by the conjugate of w."""
    z, w, c = (backend.convert(v, "complex128") for v in (NUMBERS, FACTORS, NUMBERS[::-1]))
    product, pull = ops.vjp(lambda z: ops.multiply(z, w), z)
    assert_close("value", backend.to_numpy(product), NUMBERS * FACTORS, "complex128")
    assert_close("pullback", backend.to_numpy(pull(c)[0]), NUMBERS[::-1] * np.conj(FACTORS), "complex128")
    _, tangent = ops.jvp(lambda z: ops.multiply(z, w), [z], [c])
    assert_close("pushforward", backend.to_numpy(tangent), NUMBERS[::-1] * FACTORS, "complex128")


def test_custom_gradient(backend: Backend) -> None:
    """So do the cotangents that a custom gradient gets and returns."""

    @ops.custom_gradient
    def scaled(z: Any) -> Any:
        return ops.multiply(z, 2.0), lambda upstream: ops.multiply(upstream, 3j)

    z, w = (backend.convert(v, "complex128") for v in (NUMBERS, FACTORS))
    for differentiate in (ops.grad, _by_tape(backend)):
        gradient = differentiate(lambda z: ops.real(ops.sum(ops.multiply(scaled(z), w))))(z)
        assert_close("gradient", backend.to_numpy(gradient), 3j * np.conj(FACTORS), "complex128")


def test_gradient_of_complex_value(backend: Backend) -> None:
    """A complex value has no gradient."""
    with pytest.raises(DtypeError, match="complex128"):
        ops.grad(ops.sum)(backend.convert(NUMBERS, "complex128"))


def test_python_numbers(backend: Backend) -> None:
    """A Python complex number beside a tensor widens it to the complex dtype that holds its parts, no further."""
    for dtype in ("float32", "float64", "complex64", "complex128", "int32", "bfloat16"):
        if dtype not in backend.dtypes:
            continue
        x = backend.convert([1, 2], dtype)
        for result in (ops.add(x, 1j), ops.add(1j, x)):
            expected = dtypes.result_type(dtype, "complex*")
            assert backend.dtype_name(result) == expected
            assert_close(f"{dtype} + 1j", backend.to_numpy(result), [1 + 1j, 2 + 1j], expected)
    z = backend.convert([1j], "complex64")
    assert_close("half of i", backend.to_numpy(ops.multiply(0.5, z)), [0.5j], "complex64")
    assert backend.dtype_name(ops.convert_to_tensor([1 + 2j, 3])) == "complex64"


def test_transforms_of_complex_tensors(backend: Backend) -> None:
    """Given one complex tensor in place of two parts, the transforms return what they return for the parts."""
    numbers = np.stack([NUMBERS, FACTORS, NUMBERS * FACTORS], -1)
    z, parts = (
        backend.convert(numbers, "complex128"),
        [backend.convert(p, "float64") for p in (numbers.real, numbers.imag)],
    )
    for transform in (ops.fft, ops.fft2, ops.ifft2):
        a, b = map(backend.to_numpy, transform(tuple(parts)))
        assert_close(transform.__name__, backend.to_numpy(transform(z)), a + 1j * b, "complex128")
    for name, call in {
        "irfft": lambda x: ops.irfft(x, 5),
        "istft": lambda x: ops.istft(x, 4, 2, 4),
    }.items():
        assert_close(name, backend.to_numpy(call(z)), backend.to_numpy(call(parts)), "float64")
    for transform in (ops.fft, ops.irfft):
        with pytest.raises(ArgumentError, match=f"{transform.__name__}.*float64"):
            transform(parts[0])


def test_short_time_transform_and_back(backend: Backend) -> None:
    """`istft` undoes `stft` where windows reach, with every kind of window."""
    signal = np.sin(np.arange(20.0))
    for window in ("hann", "hamming", np.linspace(0.5, 1, 6), None):
        parts = ops.stft(backend.convert(signal, "float64"), 6, 2, 8, window=window)
        back = ops.istft(parts, 6, 2, 8, length=20, window=window)
        assert_close(f"window {window}", backend.to_numpy(back), signal, "float64")
