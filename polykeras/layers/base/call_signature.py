"""What calling a layer needs to know of its class, looked up once."""

from __future__ import annotations

import inspect
from typing import Any


class CallSignature:
    """The arguments of a layer class's `call` and `build`, and what follows from them."""

    __slots__ = (
        "any_keyword", "build_names", "makes_masks", "mask", "masks_of", "names", "needs_inputs", "training", "training_default",
    )  # fmt: skip

    def __init__(self, cls: type[Any]) -> None:
        from polykeras.layers.base.masks import LayerMasks

        parameters = list(inspect.signature(cls.call).parameters.values())[1:]
        self.names = [p.name for p in parameters]
        first = parameters[0] if parameters else None
        positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        self.needs_inputs = first is not None and first.default is first.empty and first.kind in positional
        self.mask = self.names.index("mask") if "mask" in self.names else None
        self.masks_of = {n: f"{n}_mask" for n in self.names if f"{n}_mask" in self.names}
        self.makes_masks = cls.compute_mask is not LayerMasks.compute_mask  # it may have one where the input has none
        self.training = "training" in self.names
        default = next((p.default for p in parameters if p.name == "training"), None)
        self.training_default = bool(default) if default is not inspect.Parameter.empty else False
        self.any_keyword = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        self.build_names = [n for n in inspect.signature(cls.build).parameters if n != "self"]


_signatures: dict[type, CallSignature] = {}


def signature_of(cls: type[Any]) -> CallSignature:
    """What is known of the class."""
    found = _signatures.get(cls)
    if found is None:
        found = _signatures[cls] = CallSignature(cls)
    return found
