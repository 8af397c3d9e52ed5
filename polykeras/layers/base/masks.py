"""Masks that come with a layer's inputs and leave with its outputs."""

from __future__ import annotations

import warnings
from typing import Any

from polykeras import masking, tree
from polykeras.layers.base.building import LayerBuilding
from polykeras.layers.base.call_signature import CallSignature


class LayerMasks(LayerBuilding):
    """What happens to masks in a call."""

    supports_masking: bool

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs, from that of the inputs. By default the same."""
        return previous_mask

    def _incoming_mask(self, args: tuple[Any, ...], kwargs: dict[str, Any], signature: CallSignature) -> Any:
        """The mask of the first argument, handed to `call` if it takes one."""
        if not args:
            return None
        mask = tree.map_structure(masking.get_mask, args[0])
        if all(m is None for m in tree.flatten(mask)):
            return None
        if signature.mask:
            if kwargs.get("mask") is None and len(args) <= signature.names.index("mask"):
                kwargs["mask"] = mask
        elif not self.supports_masking:
            warnings.warn(
                f"Layer {self.name!r} ({type(self).__name__}) does not support masking: the mask of its input is "
                "ignored and not passed on.",
                UserWarning,
                stacklevel=4,
            )
            return None
        return mask

    def _mask_outputs(self, inputs: Any, outputs: Any, mask: Any) -> None:
        masks = self.compute_mask(inputs, mask)
        if masks is None:
            return
        leaves = tree.flatten(outputs)
        per_leaf = [masks] * len(leaves) if hasattr(masks, "shape") else tree.flatten(masks)
        for y, m in zip(leaves, per_leaf, strict=False):
            masking.set_mask(y, m)
