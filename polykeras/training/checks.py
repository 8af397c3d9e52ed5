"""What can be wrong with the data, found before any work starts.

A compiled step cannot look at values, so labels and indices are checked here, on the host, where they come in.
"""

from __future__ import annotations

from typing import Any

from polykeras.errors import ArgumentError, ShapeError


def check_data(model: Any, x: Any, y: Any, name: str, targets: bool = True) -> None:
    """Raise `ShapeError` or `ArgumentError`, saying what came and what was wanted, unless `x` and `y` fit the model.

    `name` is what the message calls `x`. Without `targets`, `y` is not looked at.
    """
    if model._graph is not None:
        _check_inputs(model, x, name)
        if model._recall("index_range", lambda: [v for v in model._flatten_layers() if hasattr(v, "index_range")]):
            _check_indices(model, x, name)
    if not targets:
        return
    if y is None:
        if model._objective is not None:
            raise ArgumentError(
                f"Model {model.name!r} was compiled with the loss {model.loss!r}, which needs targets: y is missing."
            )
        return
    if model._graph is not None and model._objective is not None:
        _check_targets(model, y)


def _check_inputs(model: Any, x: Any, name: str) -> None:
    from polykeras.models.functional import flat_inputs

    for symbolic, value in zip(model._graph.input_leaves, flat_inputs(model, x), strict=True):
        if value is None:
            continue
        shape, wanted = tuple(value.shape), symbolic.shape
        if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
            continue  # a missing last axis of size 1 is added
        if not _fits(shape[1:], wanted[1:]):
            where = f"Model {model.name!r}: the input {symbolic.name!r}{_first_consumer(model, symbolic)}"
            raise ShapeError(
                f"{where} expects samples of shape {wanted[1:]}, but {name} has samples of shape {shape[1:]} "
                f"(whole array: {shape})."
            )
        size = wanted[
            0
        ]  # of the batches, where it is fixed; the layers themselves refuse a first batch that is smaller
        if size and shape[0] > size and shape[0] % size and any(_is_stateful(op) for op in model._flatten_layers()):
            raise ShapeError(
                f"Model {model.name!r} keeps the states of {size} samples from batch to batch, so the number of samples "
                f"must be a multiple of {size}, and {name} has {shape[0]}: leave the last {shape[0] % size} out."
            )


def _is_stateful(layer: Any) -> bool:
    return bool(getattr(layer, "stateful", False))


def _first_consumer(model: Any, symbolic: Any) -> str:
    for node in model._graph.nodes:
        if any(x is symbolic for x in node.inputs):
            return f" (of layer {node.operation.name!r})"
    return ""


def _check_indices(model: Any, x: Any, name: str) -> None:
    """Indices that go straight into an Embedding, also one of a model inside, must be rows of it."""
    from polykeras.models.functional import flat_inputs

    leaves = model._graph.input_leaves
    values = {id(s): v for s, v in zip(leaves, flat_inputs(model, x), strict=True) if v is not None}
    for node in model._graph.nodes:
        given = [values.get(id(s)) for s in node.inputs]
        layer = node.operation
        if all(v is None for v in given):
            continue
        if getattr(layer, "_graph", None) is not None:
            _check_indices(layer, given, name)
        rows, indices = getattr(layer, "index_range", None), given[0]
        if rows is None or indices is None or not indices.size:
            continue
        if indices.min() <= -1 or indices.max() >= rows:
            raise ArgumentError(
                f"Layer {layer.name!r} has {rows} rows, so its indices must be from 0 to {rows - 1}; "
                f"{name} holds indices from {indices.min()} to {indices.max()}."
            )


def _check_targets(model: Any, y: Any) -> None:
    from polykeras import losses

    outputs, functions = model._objective.sorted_by_output(model._graph.outputs, model.output_names)
    targets = outputs.targets(y, [f is not None for f in functions])
    for name, f, output, target in zip(outputs.names, functions, outputs.leaves, targets, strict=True):
        if f is None or target is None or not isinstance(f, losses.Loss):
            continue
        where = f"output {name!r} of model {model.name!r}"
        shape = tuple(output.shape)
        if isinstance(f, losses.SparseCategoricalCrossentropy):
            _check_labels(f, target, shape, where)
        else:
            _check_same(f, tuple(target.shape), shape, where)


def _check_labels(loss: Any, target: Any, output: tuple[Any, ...], where: str) -> None:
    wanted = output[1:-1]
    got = tuple(target.shape[1:])
    if got != wanted and got != (*wanted, 1) and None not in wanted:
        raise ShapeError(
            f"{loss.name} for {where}: targets are class numbers of shape {(None, *wanted)}, "
            f"got {tuple(target.shape)}. One-hot targets go with categorical_crossentropy."
        )
    classes = output[-1]
    if classes is None or not target.size:
        return
    values = target if getattr(loss, "ignore_class", None) is None else target[target != loss.ignore_class]
    if values.size and (values.min() < 0 or values.max() >= classes):
        raise ArgumentError(
            f"{loss.name} for {where}: there are {classes} classes, so labels must be from 0 to {classes - 1}; "
            f"got labels from {values.min()} to {values.max()}."
        )


def _check_same(loss: Any, target: tuple[int, ...], output: tuple[Any, ...], where: str) -> None:
    """Targets as large as the output, but for a last axis of size 1 that one of them lacks."""
    got, wanted = target[1:], output[1:]
    if _fits(got, wanted) or _fits((*got, 1), wanted) or (got[-1:] == (1,) and _fits(got[:-1], wanted)):
        return
    hint = ""
    if "categorical_crossentropy" in str(loss.name) and _fits(got, wanted[:-1]):
        hint = " Class numbers go with sparse_categorical_crossentropy; to_categorical makes them one-hot."
    raise ShapeError(f"{loss.name} for {where}: targets must have shape {(None, *wanted)}, got {target}.{hint}")


def _fits(shape: tuple[Any, ...], wanted: tuple[Any, ...]) -> bool:
    """Whether shapes agree where both say a size."""
    return len(shape) == len(wanted) and all(None in (a, b) or a == b for a, b in zip(shape, wanted, strict=True))
