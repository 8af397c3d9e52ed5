"""Resizing and resampling of images."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from polykeras.ops.convolution import channels_last
from polykeras_torch.native import Kernel, body


def resize(
    images: torch.Tensor, size: Any, interpolation: str, antialias: bool, crop: bool, frame: bool, *rest: Any
) -> torch.Tensor:
    """PyTorch's own where its conventions are ours: bilinear, on floats. Its cubic kernel is another one."""
    *_, data_format = rest
    if interpolation != "bilinear" or crop or frame or images.dtype not in (torch.float32, torch.float64):
        return body("resize")(images, size, interpolation, antialias, crop, frame, *rest)
    batch = images if images.ndim == 4 else images[None]
    last = channels_last(data_format)
    x = batch.permute(0, 3, 1, 2) if last else batch
    y = functional.interpolate(x, tuple(size), mode="bilinear", antialias=antialias)
    y = y.permute(0, 2, 3, 1) if last else y
    return y if images.ndim == 4 else y[0]


OVERRIDES: dict[str, Kernel] = {"resize": resize}
