"""Layers that change shapes and compute nothing."""
