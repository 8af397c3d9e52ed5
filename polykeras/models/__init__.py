"""Models: layers with a training loop."""

from polykeras.models.cloning import clone_model, model_from_json
from polykeras.models.functional import Functional
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential

__all__ = ["Functional", "Model", "Sequential", "clone_model", "model_from_json"]
