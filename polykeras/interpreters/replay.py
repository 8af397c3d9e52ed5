"""Steps with their recorded programs, one for each signature: structure, shapes and dtypes of the arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polykeras import dtypes, tree
from polykeras.backend import Backend
from polykeras.interpreters import tape
from polykeras.interpreters.recorder import Recorded, Recorder
from polykeras.interpreters.storage import Storage
from polykeras.scope import backend_scope


class RecordedFunction:
    """A step with its programs, one per signature."""

    def __init__(
        self, backend: Backend, step: Callable[..., Any], donate: Sequence[int] = (), alike: Sequence[int] = ()
    ) -> None:
        self.backend = backend
        self.step = step
        self.donates = bool(donate)
        self.alike = (*donate, *alike)
        self.programs: dict[Any, tuple[Callable[..., Any], list[int], Any]] = {}
        self._flat: Any = None  # the structure of what is alike, if it is one list of tensors
        self._storage = None if backend.memory is None else Storage(backend.memory)

    def __call__(self, *args: Any) -> Any:
        # Some arguments, a model's state, have the same structure, shapes and dtypes at every call: they need not be looked
        # at to find the program.
        if self._flat is not None:  # one list of tensors
            given, given_treedef = args[self.alike[0]], self._flat
        else:
            given, given_treedef = tree.flatten_with_treedef([args[i] for i in self.alike])
        leaves, treedef = tree.flatten_with_treedef([a for i, a in enumerate(args) if i not in self.alike])
        if not self.backend.host_native:
            leaves = [self._as_tensor(x) for x in leaves]
        signature = (treedef, *[(x.shape, x.dtype) if hasattr(x, "shape") else x for x in leaves])
        try:
            known = self.programs.get(signature)
        except TypeError:  # an unhashable leaf
            return self._run_eagerly(args)
        leaves = [*given, *leaves]
        if known is None:
            if any(type(x) in (tape.Box, Recorded) for x in leaves):  # part of a larger trace or differentiation
                return self.step(*args)
            return self._trace(signature, leaves, given_treedef, treedef)
        program, positions, out_treedef = known
        if len(positions) < len(leaves):
            leaves = [leaves[i] for i in positions]
        return tree.unflatten(out_treedef, program(*leaves))

    def _as_tensor(self, x: Any) -> Any:
        """A batch may come as ndarrays, which kernels need not take."""
        return self.backend.convert(x, dtypes.name_of_numpy(x.dtype)) if type(x) is np.ndarray else x

    def _run_eagerly(self, args: Sequence[Any]) -> Any:
        with backend_scope(self.backend):
            return self.step(*args)

    def _trace(self, signature: Any, leaves: list[Any], given_treedef: Any, treedef: Any) -> Any:
        recorder, memory = Recorder(self.backend), self.backend.memory
        count = given_treedef.num_leaves
        if len(self.alike) == 1 and given_treedef == tree.flatten_with_treedef([[0] * count])[1]:
            self._flat = given_treedef
        positions = [i for i, x in enumerate(leaves) if hasattr(x, "shape")]
        if memory is not None and self.donates:  # in the program it will be plain
            leaves[:count] = [
                x if i not in positions or memory.is_plain(x) else memory.copied(x)
                for i, x in enumerate(leaves[:count])
            ]
        inputs = {i: recorder.fresh(leaves[i]) for i in positions}
        with backend_scope(self.backend):
            traced = [inputs.get(i, x) for i, x in enumerate(leaves)]
            result = self.step(*self._arguments(traced, given_treedef, treedef))
        outputs, out_treedef = tree.flatten_with_treedef(result)
        replaced: dict[str, str] = {
            inputs[i].name: o.name
            for i, o in enumerate(outputs[: count if self.donates else 0])
            if i in inputs and type(o) is Recorded
        }
        program, results = recorder.finish(list(inputs.values()), outputs, replaced, self._storage)
        self.programs[signature] = (program, positions, out_treedef)
        if recorder.values_stand_in:
            results = program(*[leaves[i] for i in positions])
        return tree.unflatten(out_treedef, results)

    def _arguments(self, leaves: list[Any], given_treedef: Any, treedef: Any) -> list[Any]:
        """The step's arguments in their order, from the leaves of those that are alike and of the other ones."""
        count = given_treedef.num_leaves
        given = iter(tree.unflatten(given_treedef, leaves[:count]))
        rest = iter(tree.unflatten(treedef, leaves[count:]))
        total = len(self.alike) + treedef.num_children
        return [next(given) if i in self.alike else next(rest) for i in range(total)]


def compile_step(
    backend: Backend, step: Callable[..., Any], donate: Sequence[int] = (), alike: Sequence[int] = ()
) -> RecordedFunction:
    """See `polykeras.backend.Backend.compile`."""
    return RecordedFunction(backend, step, donate, alike)
