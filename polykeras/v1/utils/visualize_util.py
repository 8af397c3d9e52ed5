"""Pictures of models."""

from __future__ import annotations

from typing import Any

from polykeras.utils import plots


def model_to_dot(model: Any, show_shapes: bool = False, show_layer_names: bool = True) -> Any:
    """The graph of a model as a ``pydot.Dot``; see `polykeras.utils.model_to_dot`."""
    return plots.model_to_dot(model, show_shapes=show_shapes, show_layer_names=show_layer_names)


def plot(model: Any, to_file: str = "model.png", show_shapes: bool = False, show_layer_names: bool = True) -> None:
    """Draw the graph of a model into a file; see `polykeras.utils.plot_model`, which needs Graphviz."""
    plots.plot_model(model, to_file=to_file, show_shapes=show_shapes, show_layer_names=show_layer_names)
