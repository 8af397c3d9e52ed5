"""The backend's functions by the name of one of the two modules that Keras 1 had."""

from polykeras.v1 import backend

globals().update({name: value for name, value in vars(backend).items() if not name.startswith("_")})
