"""The backend's functions by the name of one of the two modules that Keras 1 had."""

from polykeras.v1 import backend

globals().update({name: value for name, value in vars(backend).items() if not name.startswith("_")})


def is_explicit_shape(shape: object) -> bool:
    """Whether a shape is a tuple or list of ints and None."""
    return isinstance(shape, (tuple, list)) and all(d is None or isinstance(d, int) for d in shape)
