"""What old files of weights hold in another layout: kernels that Theano flips, and images with their channels first.

Keras 1 stored a convolution's kernel as its backend and its image ordering wanted it. Theano convolves, that is, it turns
the kernel around along its window; everybody else correlates. With the ordering ``"th"`` a kernel is
``(filters, channels, rows, columns)``, with ``"tf"`` it is ``(rows, columns, channels, filters)``, and a `Flatten` gives
the same numbers in another order. Files of Keras 2 say which backend wrote them; files of Keras 1 do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from polykeras import config
from polykeras.errors import ArgumentError

THEANO = "theano"
ORDERINGS = ("tf", "th")


@dataclass(frozen=True)
class Origin:
    """Where weights come from.

    Attributes:
        backend: that of the Keras which wrote them, if it is known.
        ordering: ``"th"`` or ``"tf"``: where images had their channels, if it is known.
        version: of that Keras: 1 or later.
    """

    backend: str | None = None
    ordering: str | None = None
    version: int = 1

    @property
    def flips(self) -> bool:
        """Whether the kernels are turned around along their windows."""
        return self.backend == THEANO

    def guessed(self, pairs: Iterable[tuple[Sequence[int], Sequence[int], str]]) -> Origin:
        """With the ordering that all kernels fit, where it is not known and there is one.

        `pairs`: of each kernel the shape in the file, the shape in the model and the model's ordering.
        """
        if self.ordering is not None:
            return self
        possible = set(ORDERINGS)
        for saved, wanted, own in pairs:
            other = ORDERINGS[own == "tf"]
            fits = {own} if tuple(saved) == tuple(wanted) else set()
            if tuple(relaid(wanted, own, other)) == tuple(saved):
                fits.add(other)
            possible &= fits
        return replace(self, ordering=possible.pop()) if len(possible) == 1 else self


def origin_of(file: Any, group: Any, backend: str | None, ordering: str | None) -> Origin:
    """The origin of the weights in a group of an open HDF5 file.

    `backend` and `ordering` are what the user says; they count where the file says nothing. A file that names no backend
    comes from Theano if ``keras.json`` still names that. Raises `ArgumentError` for an unknown ordering.
    """
    if ordering not in (None, *ORDERINGS):
        raise ArgumentError(f'original_dim_ordering must be "th" or "tf", got {ordering!r}.')
    recorded = _text(group.attrs.get("backend", file.attrs.get("backend")))
    version = _text(group.attrs.get("keras_version", file.attrs.get("keras_version"))) or "1"
    found = {
        layer["config"].get("dim_ordering")
        for layer in _layers(_text(file.attrs.get("model_config")))
        if isinstance(layer.get("config"), dict)
    } & set(ORDERINGS)
    return Origin(
        recorded or backend or config.former_backend(),
        found.pop() if len(found) == 1 else ordering,
        1 if version.startswith("1") else 2,
    )


def _text(value: Any) -> str | None:
    return value.decode() if isinstance(value, bytes) else None if value is None else str(value)


def _layers(model_config: str | None) -> Iterator[dict[str, Any]]:
    """All dictionaries inside a configuration that have one of a layer."""
    try:
        stack = [json.loads(model_config)] if model_config else []
    except ValueError:
        return
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if "config" in value:
                yield value
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


# ---- arrays ------------------------------------------------------------------------------------------------------------


def relaid(kernel: Any, source: str, target: str) -> Any:
    """A kernel, or the shape of one, in the layout of another ordering."""
    sizes = isinstance(kernel, (tuple, list))
    rank = len(kernel) if sizes else kernel.ndim
    if source == target:
        return kernel
    axes = (*range(2, rank), 1, 0) if source == "th" else (rank - 1, rank - 2, *range(rank - 2))
    return tuple(kernel[a] for a in axes) if sizes else np.transpose(kernel, axes)


def flipped(kernel: Any, ordering: str = "tf") -> Any:
    """A kernel turned around along its window."""
    axes = range(2, kernel.ndim) if ordering == "th" else range(kernel.ndim - 2)
    return np.copy(np.flip(kernel, tuple(axes)))


def reordered_features(array: Any, image: Sequence[int], source: str, target: str) -> Any:
    """An array whose first axis counts the numbers of an image, in the order in which the target lays it out.

    `image`: the image's shape in the target's ordering.
    """
    if source == target:
        return array
    rank = len(image)
    if target == "tf":
        shape, axes = (image[-1], *image[:-1]), (*range(1, rank), 0)
    else:
        shape, axes = (*image[1:], image[0]), (rank - 1, *range(rank - 1))
    rest = array.shape[1:]
    return np.transpose(array.reshape(*shape, *rest), (*axes, *range(rank, rank + len(rest)))).reshape(-1, *rest)


# ---- models ------------------------------------------------------------------------------------------------------------


def flattened_images(layers: Sequence[Any]) -> dict[int, tuple[int, ...]]:
    """The shapes of images, as they are flattened, that reach layers as flat vectors, by the ids of these layers.

    They are the layers from a `Flatten` to the next that mixes what it gets. Today's `Flatten` puts channels last first.
    """
    consumers: dict[int, list[Any]] = {}
    for layer in layers:
        for node in layer._inbound_nodes:
            for x in node.inputs:
                consumers.setdefault(id(x), []).append(node)
    found: dict[int, tuple[int, ...]] = {}
    for layer in layers:
        if type(layer).__name__ != "Flatten":
            continue
        for node in layer._inbound_nodes:
            image = tuple(node.inputs[0].shape)[1:]
            if len(image) < 3 or None in image:
                continue
            if getattr(layer, "data_format", None) == "channels_first":
                image = (*image[1:], image[0])
            stack = list(node.output_leaves)
            while stack:
                x = stack.pop()
                for user in consumers.get(id(x), ()):
                    found[id(user.operation)] = image
                    if type(user.operation).__name__ != "Dense":
                        stack += [y for y in user.output_leaves if tuple(y.shape) == tuple(x.shape)]
    return found
