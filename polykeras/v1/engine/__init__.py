"""Keras 1.2.2's engine: layers, models and their training."""

from polykeras.v1.engine.topology import Input, InputLayer, InputSpec, Layer, Merge, get_source_inputs, merge
from polykeras.v1.engine.training import Model

__all__ = ["Input", "InputLayer", "InputSpec", "Layer", "Merge", "Model", "get_source_inputs", "merge"]
