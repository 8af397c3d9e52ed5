"""Layers that slide a kernel over space or time."""
