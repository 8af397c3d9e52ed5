"""Models: layers with a training loop."""

from polykeras.models.functional import Functional
from polykeras.models.model import Model
from polykeras.models.sequential import Sequential

__all__ = ["Functional", "Model", "Sequential"]
