"""What an op costs over the native call: ``ops.NAME`` beside the framework's own function, on tiny arrays.

    python -m benchmarks.op_overhead
    python -m benchmarks.op_overhead --backends numpy --systems polykeras keras3

Dtypes are equal and the arrays are the framework's own, so nothing is converted. Each figure is the least of many
short timing loops, native and op in turn, in a fresh process for each backend and system.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import timeit
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import overheads, systems

BUDGET_NS = 500.0


@dataclass(frozen=True)
class Call:
    """One op: how it is called in the Keras API, in NumPy and in torch.

    x, y: float32 (4, 4); x1: (4, 1, 4); c: booleans; i: two int32 indices.
    """

    name: str
    ops: str
    numpy: str
    torch: str


CALLS = (
    Call("add", "ops.add(x, y)", "np.add(x, y)", "torch.add(x, y)"),
    Call("multiply", "ops.multiply(x, y)", "np.multiply(x, y)", "torch.mul(x, y)"),
    Call("subtract", "ops.subtract(x, y)", "np.subtract(x, y)", "torch.sub(x, y)"),
    Call("divide", "ops.divide(x, y)", "np.divide(x, y)", "torch.div(x, y)"),
    Call("matmul", "ops.matmul(x, y)", "np.matmul(x, y)", "torch.matmul(x, y)"),
    Call("exp", "ops.exp(x)", "np.exp(x)", "torch.exp(x)"),
    Call("tanh", "ops.tanh(x)", "np.tanh(x)", "torch.tanh(x)"),
    Call("maximum", "ops.maximum(x, y)", "np.maximum(x, y)", "torch.maximum(x, y)"),
    Call("sum", "ops.sum(x, axis=-1)", "np.sum(x, axis=-1)", "torch.sum(x, dim=-1)"),
    Call("mean", "ops.mean(x, axis=-1)", "np.mean(x, axis=-1)", "torch.mean(x, dim=-1)"),
    Call("reshape", "ops.reshape(x, (2, 8))", "np.reshape(x, (2, 8))", "torch.reshape(x, (2, 8))"),
    Call("transpose", "ops.transpose(x, (1, 0))", "np.transpose(x, (1, 0))", "torch.permute(x, (1, 0))"),
    Call("where", "ops.where(c, x, y)", "np.where(c, x, y)", "torch.where(c, x, y)"),
    Call("less", "ops.less(x, y)", "np.less(x, y)", "torch.lt(x, y)"),
    Call("minimum", "ops.minimum(x, y)", "np.minimum(x, y)", "torch.minimum(x, y)"),
    Call("power", "ops.power(x, y)", "np.power(x, y)", "torch.pow(x, y)"),
    Call("negative", "ops.negative(x)", "np.negative(x)", "torch.neg(x)"),
    Call("abs", "ops.abs(x)", "np.abs(x)", "torch.abs(x)"),
    Call("square", "ops.square(x)", "np.square(x)", "torch.square(x)"),
    Call("sqrt", "ops.sqrt(x)", "np.sqrt(x)", "torch.sqrt(x)"),
    Call("log", "ops.log(x)", "np.log(x)", "torch.log(x)"),
    Call("floor", "ops.floor(x)", "np.floor(x)", "torch.floor(x)"),
    Call("equal", "ops.equal(x, y)", "np.equal(x, y)", "torch.eq(x, y)"),
    Call("greater", "ops.greater(x, y)", "np.greater(x, y)", "torch.gt(x, y)"),
    Call("clip", "ops.clip(x, 0.7, 1.2)", "np.clip(x, 0.7, 1.2)", "torch.clamp(x, 0.7, 1.2)"),
    Call("sigmoid", "ops.sigmoid(x)", "1 / (1 + np.exp(-x))", "torch.sigmoid(x)"),
    Call("softmax", "ops.softmax(x)", "np_softmax(x)", "torch.softmax(x, -1)"),
    Call("max", "ops.max(x, axis=-1)", "np.max(x, axis=-1)", "torch.amax(x, dim=-1)"),
    Call("min", "ops.min(x, axis=-1)", "np.min(x, axis=-1)", "torch.amin(x, dim=-1)"),
    Call("argmax", "ops.argmax(x, axis=-1)", "np.argmax(x, axis=-1).astype('int32')", "torch.argmax(x, dim=-1).int()"),
    Call("concatenate", "ops.concatenate([x, y], axis=1)", "np.concatenate([x, y], axis=1)", "torch.cat([x, y], dim=1)"),
    Call("stack", "ops.stack([x, y], axis=0)", "np.stack([x, y], axis=0)", "torch.stack([x, y], dim=0)"),
    Call("expand_dims", "ops.expand_dims(x, 1)", "np.expand_dims(x, 1)", "torch.unsqueeze(x, 1)"),
    Call("squeeze", "ops.squeeze(x1, 1)", "np.squeeze(x1, 1)", "torch.squeeze(x1, 1)"),
    Call("take", "ops.take(x, i, axis=0)", "np.take(x, i, axis=0)", "torch.index_select(x, 0, i)"),
    Call(
        "broadcast_to", "ops.broadcast_to(x, (2, 4, 4))", "np.broadcast_to(x, (2, 4, 4))",
        "torch.broadcast_to(x, (2, 4, 4))",
    ),
    Call("cast", "ops.cast(x, 'float64')", "x.astype('float64')", "x.to(torch.float64)"),
    Call("zeros_like", "ops.zeros_like(x)", "np.zeros_like(x)", "torch.zeros_like(x)"),
    Call("einsum", "ops.einsum('ij,jk->ik', x, y)", "np.einsum('ij,jk->ik', x, y)", "torch.einsum('ij,jk->ik', x, y)"),
    Call("relu", "ops.relu(x)", "np.maximum(x, zero)", "torch.relu(x)"),
)  # fmt: skip
NATIVE = {"numpy": ("np", "numpy"), "torch": ("torch", "torch")}


def np_softmax(x: np.ndarray) -> np.ndarray:
    """As one writes it by hand."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def measure(system: str, backend: str, repeats: int) -> dict[str, Any]:
    """In this process: for each op the native call's and the op's time in nanoseconds, or what went wrong."""
    systems.import_framework(backend)
    systems.require(systems.PACKAGES[system])
    ops = importlib.import_module(f"{systems.PACKAGES[system]}.ops")
    alias, module = NATIVE[backend]
    native = importlib.import_module(module)
    generator = np.random.default_rng(0)
    arrays = [generator.uniform(0.5, 1.5, (4, 4)).astype(np.float32) for _ in range(2)]
    values = [*arrays, arrays[0].reshape(4, 1, 4), arrays[0] < arrays[1], np.array([2, 0], np.int32)]
    tensors = values if backend == "numpy" else [native.from_numpy(value) for value in values]
    names = {alias: native, "ops": ops, "zero": np.float32(0), "np_softmax": np_softmax}
    names |= dict(zip(("x", "y", "x1", "c", "i"), tensors, strict=True))

    timings: dict[str, Any] = {}
    for call in CALLS:
        native_timer = timeit.Timer(getattr(call, backend), globals=names)
        op_timer = timeit.Timer(call.ops, globals=names)
        try:
            number = max(loops_for(native_timer), 1)
            op_timer.timeit(20)
        except Exception as error:
            timings[call.name] = {"error": f"{type(error).__name__}: {error}"}
            continue
        native_s, op_s = zip(*((native_timer.timeit(number), op_timer.timeit(number)) for _ in range(repeats)))
        native_ns, op_ns = min(native_s) / number * 1e9, min(op_s) / number * 1e9
        timings[call.name] = {"native_ns": native_ns, "op_ns": op_ns, "overhead_ns": op_ns - native_ns}
    return {"system": system, "backend": backend, "ops": timings}


def loops_for(timer: timeit.Timer, seconds: float = 2e-3) -> int:
    """How often to run a statement so that it takes about ``seconds``."""
    return int(seconds / (timer.timeit(200) / 200))


def print_table(results: list[dict[str, Any]]) -> None:
    """One column of overheads for each backend and system, beside the native times."""

    def rows(table: Any, result: dict[str, Any]) -> None:
        for name, times in result["ops"].items():
            overheads.add_row(table, name, times, ("native_ns", "op_ns", "overhead_ns"), 0, BUDGET_NS)
        found = [times["overhead_ns"] for times in result["ops"].values() if "overhead_ns" in times]
        if found:
            table.add_section()
            table.add_row("median", "", "", f"{statistics.median(found):.0f}")
            table.add_row("largest", "", "", f"{max(found):.0f}")

    columns = ("op", "native", "op", "overhead", f"≤ {BUDGET_NS:.0f}")
    overheads.tables(results, "nanoseconds a call", columns, rows)


def main() -> int:
    return overheads.run("op_overhead", __doc__, "ops", list(NATIVE), list(NATIVE), measure, print_table)


if __name__ == "__main__":
    sys.exit(main())
