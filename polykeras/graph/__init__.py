"""Graphs of symbolic tensors: what the functional API records and runs."""

from polykeras.graph.function import Function
from polykeras.graph.keras_tensor import KerasTensor, is_symbolic
from polykeras.graph.node import Node
from polykeras.graph.operation import Operation

__all__ = ["Function", "KerasTensor", "Node", "Operation", "is_symbolic"]
