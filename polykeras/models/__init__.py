"""Models: layers with a training loop."""

from polykeras.legacy.model_methods import accept_in_models
from polykeras.models.cloning import clone_model, model_from_json
from polykeras.models.functional import Functional
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential
from polykeras.saving import load_model, save_model

accept_in_models(Model)

__all__ = ["Functional", "Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]
