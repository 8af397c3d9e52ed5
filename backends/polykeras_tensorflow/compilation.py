"""Compiled steps: one graph for each signature of the arguments.

Calling a small graph through `tf.function` costs several times what running it does, most of it Python that looks for
the right trace and binds the arguments. A `CompiledStep` keeps its own table of traces, and calls one by the op that
runs a function on a list of tensors. That op has no gradient, so a step that is differentiated is called the usual way.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import context

from polykeras import tree
from polykeras.backend import Backend
from polykeras.scope import backend_scope
from polykeras_tensorflow.native import has_accelerators, raw, tensor_of

_EagerTensor = tf.__internal__.EagerTensor
_TENSORS = (tf.Tensor, tf.Variable, np.ndarray, np.generic)
_INPUT = object()  # in place of a tensor among the leaves of the arguments

no_tape_records = pywrap_tfe.TFE_Py_TapeSetIsEmpty
"""Whether no `tf.GradientTape` is recording in this thread. TensorFlow's generated ops ask the same module."""


_gone: list[None] = []  # an element for each trace that was called by the op and is no more


def _drop_old_kernels() -> None:
    """TensorFlow keeps the kernel of a function that the op has called when the function is gone: drop them at times."""
    if len(_gone) >= 16:
        _gone.clear()
        context.context().clear_kernel_cache()  # those of live functions are made again when they are called


class Trace:
    """A graph, and how its results make up the step's."""

    def __init__(self, step: Callable[..., Any], treedef: Any, leaves: list[Any], inputs: list[Any], jit: bool) -> None:
        found: list[Any] = []

        def flat(*tensors: Any) -> list[Any]:
            rest = iter(tensors)
            arguments = tree.unflatten(treedef, [next(rest) if x is _INPUT else x for x in leaves])
            results, self._treedef = tree.flatten_with_treedef(step(*arguments))
            found[:] = [tf.convert_to_tensor(x) if isinstance(x, _TENSORS) else x for x in results]
            return [x for x in found if isinstance(x, tf.Tensor)]

        function = tf.function(flat, autograph=False, jit_compile=True if jit else None)
        if jit:  # as a node of another graph: called by the op, the function itself would run without XLA
            compiled = function
            function = tf.function(lambda *tensors: compiled(*tensors), autograph=False)
        self._concrete = function.get_concrete_function(*(tf.TensorSpec(x.shape, x.dtype) for x in inputs))
        self._leaves = [None if isinstance(x, tf.Tensor) else x for x in found]
        self._places = [i for i, x in enumerate(found) if isinstance(x, tf.Tensor)]
        self._captured = list(self._concrete.captured_inputs)
        self._dtypes = [x.dtype for x in self._concrete.outputs]
        self._by_op = bool(self._dtypes) and not has_accelerators()
        _drop_old_kernels()
        if self._by_op:
            weakref.finalize(self, _gone.append, None).atexit = False

    def __call__(self, inputs: list[Any]) -> Any:
        """Run the graph."""
        if self._by_op and no_tape_records():
            tensors = raw.StatefulPartitionedCall(inputs + self._captured, self._dtypes, self._concrete)
        else:
            tensors = self._concrete(*inputs) or ()
        leaves = list(self._leaves)
        for i, x in zip(self._places, tensors):
            leaves[i] = x
        return tree.unflatten(self._treedef, leaves)


class CompiledStep:
    """A step with its traces."""

    def __init__(self, backend: Backend, step: Callable[..., Any], first_is_alike: bool, jit: bool) -> None:
        self._backend = backend
        self._step = step
        self._first_is_alike = first_is_alike
        self._alike: int | None = None  # so many leaves come first that have the same shapes and dtypes at every call
        self._jit = jit
        self._traces: dict[Any, Trace] = {}
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        """The step's results. ndarrays become tensors first, so that their values do not make new traces."""
        if not tf.executing_eagerly():
            return self._inline(args)
        leaves, treedef = tree.flatten_with_treedef(args)
        if self._alike is None:
            self._alike = len(tree.flatten(args[0])) if self._first_is_alike else 0
        inputs: list[Any] = []
        signature: list[Any] = [treedef]
        for i, x in enumerate(leaves):
            kind = type(x)
            if kind is not _EagerTensor:
                if isinstance(x, (np.ndarray, np.generic)):
                    x = tensor_of(x)
                elif isinstance(x, tf.Variable):
                    x = tf.convert_to_tensor(x)
                elif hasattr(x, "shape"):  # of another trace, or followed by a tape of the core's
                    return self._inline(args)
                else:
                    signature.append((kind, x))
                    continue
            inputs.append(x)
            leaves[i] = _INPUT
            if i >= self._alike:
                signature += (x._datatype_enum(), x._shape_tuple())  # an eager tensor has them ready
        key = tuple(signature)
        trace = self._traces.get(key)
        if trace is None:
            with self._lock:
                trace = self._traces.get(key)
                if trace is None:
                    trace = Trace(lambda *args: self._inline(args), treedef, leaves, inputs, self._jit)
                    self._traces[key] = trace
        return trace(inputs)

    def _inline(self, args: tuple[Any, ...]) -> Any:
        with backend_scope(self._backend):
            return self._step(*args)
