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
    _warned_of_masks = False  # once is enough

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs, from that of the inputs. By default the same."""
        return previous_mask

    def _incoming_mask(self, args: tuple[Any, ...], kwargs: dict[str, Any], signature: CallSignature) -> Any:
        """The mask given to `call`, else that of the first argument, handed to `call` if it takes one.

        Of other arguments ``NAME`` the masks go to ``NAME_mask``.
        """
        for name, mask_name in signature.masks_of.items():
            place = signature.names.index(name)
            value = args[place] if place < len(args) else kwargs.get(name)
            if value is not None and kwargs.get(mask_name) is None and len(args) <= signature.names.index(mask_name):
                found = mask_of(value)
                if found is not None:
                    kwargs[mask_name] = found
        mask = mask_of(args[0]) if args else None
        if signature.mask is not None:
            given = args[signature.mask] if len(args) > signature.mask else kwargs.get("mask")
            if given is not None:
                return given
            if mask is not None:
                kwargs["mask"] = mask
        elif mask is not None and not self.supports_masking and not signature.masks_of and not self._warned_of_masks:
            self._warned_of_masks = True
            warnings.warn(
                f"Layer {self.name!r} ({type(self).__name__}) does not support masking: the mask of its input is "
                "ignored and not passed on.",
                UserWarning,
                stacklevel=4,
            )
        return mask

    def _mask_outputs(self, inputs: Any, outputs: Any, mask: Any) -> None:
        masks = self.compute_mask(inputs, mask)
        if masks is None:
            return
        given = tree.flatten(inputs)
        for y, m in zip(tree.flatten(outputs), tree.flatten(masks), strict=False):
            # A mask that `call` has set stays; one that came in on a tensor that goes out again does not count.
            if m is not None and (masking.get_mask(y) is None or any(y is x for x in given)):
                masking.set_mask(y, m)


def mask_of(value: Any) -> Any:
    """The mask of a tensor, or a structure of masks like a structure of tensors; None if there is none at all."""
    if hasattr(value, "shape"):
        return masking.get_mask(value)
    masks = tree.map_structure(masking.get_mask, value)
    return None if all(m is None for m in tree.flatten(masks)) else masks
