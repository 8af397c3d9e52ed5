"""Layers that apply a function to each element, or along an axis."""
