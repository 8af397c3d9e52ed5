"""Layers that summarise windows, or whole axes, by one number."""
