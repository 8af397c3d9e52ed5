"""Outputs of a model and what belongs to each: losses, weights of losses, metrics, targets, weights of samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polykeras import tree
from polykeras.errors import ArgumentError


class Outputs:
    """The flat outputs, a name for each, and the way to sort what is given by output.

    Args:
        y_pred: the outputs in their structure.
        output_names: what the model calls them, as far as it does.
    """

    def __init__(self, y_pred: Any, output_names: Sequence[str]) -> None:
        paths = tree.flatten_with_path(y_pred)
        self.leaves = [leaf for _, leaf in paths]
        self.count = len(self.leaves)
        self._structure = tree.pack_sequence_as(y_pred, range(self.count))
        flat = all(len(path) < 2 for path, _ in paths)
        if isinstance(y_pred, dict) and flat:
            known: list[Any] = [path[0] for path, _ in paths]
        else:
            known = list(output_names) if len(output_names) == self.count else [None] * self.count
        self.names = [
            name or _joined(path, "_") or f"output_{i}" for i, (name, (path, _)) in enumerate(zip(known, paths))
        ]
        if flat and not isinstance(y_pred, dict):
            self.names = [name or f"output_{i}" for i, name in enumerate(known)]
        """For metrics and messages."""
        self.paths = [
            _joined((*path[:-1], path[-1] if path and not isinstance(path[-1], int) else name), "/")
            for name, (path, _) in zip(self.names, paths)
        ]
        """For losses: as Keras calls them, with the way to a nested output."""

    def sort(self, given: Any, what: str, lists_are_leaves: bool = False) -> list[Any]:
        """One entry for each output, in their order.

        Args:
            given: one thing for all outputs; or a structure like that of the outputs, in which a thing may stand for all
                outputs below it, and what a dictionary lacks is None; or a list or a dictionary, by name, of all outputs.
            what: what messages call it.
            lists_are_leaves: a list that does not nest as the outputs do is meant for each output below as it is.
        """
        if self.count == 1 and lists_are_leaves and isinstance(given, (list, tuple)):
            return [given[0] if len(given) == 1 and isinstance(given[0], (list, tuple)) else given]
        if self.count == 1 and not isinstance(given, (list, tuple, dict)):
            return [given]
        entries: list[Any] = [None] * self.count
        self._sort(given, self._structure, what, lists_are_leaves, entries)
        return entries

    def _sort(self, given: Any, structure: Any, what: str, lists_are_leaves: bool, entries: list[Any]) -> None:
        below = tree.flatten(structure)
        names = [self.names[i] for i in below]
        if isinstance(structure, dict) and isinstance(given, dict):
            parts = dict(structure)
        elif isinstance(given, dict):
            parts = dict(zip(names, below, strict=True))
        elif isinstance(given, (list, tuple)) and isinstance(structure, (list, tuple)) and len(given) == len(structure):
            parts, given = dict(enumerate(structure)), dict(enumerate(given))
        elif isinstance(given, (list, tuple)) and not isinstance(structure, int) and len(given) == len(below):
            parts, given = dict(enumerate(below)), dict(enumerate(given))
        elif (
            isinstance(given, (list, tuple)) and isinstance(structure, int) and len(given) == 1 and not lists_are_leaves
        ):
            entries[structure] = given[0]
            return
        elif isinstance(given, (list, tuple)) and not lists_are_leaves:
            raise ArgumentError(f"{what}: {len(given)} given for {len(below)} outputs {names}.")
        else:
            for i in below:
                entries[i] = given
            return
        for key, part in given.items():
            if key not in parts:
                raise ArgumentError(f"{what}: there is no output named {key!r}; the outputs are {list(parts)}.")
            self._sort(part, parts[key], what, lists_are_leaves, entries)

    def targets(self, y: Any, wanted: Sequence[bool] | None = None, what: str = "y") -> list[Any]:
        """Arrays, one for each output; also given for the outputs alone that are `wanted`, those with a loss."""
        leaves = tree.flatten(y)
        if isinstance(y, dict) or (tree.is_nested(y) and len(leaves) == self.count):
            return self.sort(y, what)
        if wanted is not None and len(leaves) == sum(wanted) < self.count:
            rest = iter(leaves)
            return [next(rest) if use else None for use in wanted]
        if len(leaves) != self.count:
            raise ArgumentError(
                f"{what}: the model has {self.count} output(s) {self.names}, got {len(leaves)} array(s)."
            )
        return leaves

    def sample_weights(self, given: Any) -> list[Any]:
        """Weights for each output; a single array is for all of them."""
        if given is None or not tree.is_nested(given):
            return [given] * self.count
        return self.targets(given, what="sample_weight")


def _joined(path: Sequence[Any], mark: str) -> str:
    return mark.join(str(part) for part in path)
