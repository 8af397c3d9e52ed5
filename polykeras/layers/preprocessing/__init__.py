"""Layers that bring data into the form that a model takes."""
