"""Resizing and resampling of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

KERNELS: dict[str, Callable[..., Any]] = {}
OVERRIDES: dict[str, Callable[..., Any]] = {}
