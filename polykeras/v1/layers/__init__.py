"""Keras 1.2.2's layers."""

from polykeras.v1.engine.topology import Input as Input
from polykeras.v1.engine.topology import InputLayer as InputLayer
from polykeras.v1.engine.topology import InputSpec as InputSpec
from polykeras.v1.engine.topology import Layer as Layer
from polykeras.v1.engine.topology import Merge as Merge
from polykeras.v1.engine.topology import merge as merge
from polykeras.v1.layers.advanced_activations import *  # noqa: F403
from polykeras.v1.layers.convolutional import *  # noqa: F403
from polykeras.v1.layers.convolutional_recurrent import *  # noqa: F403
from polykeras.v1.layers.core import *  # noqa: F403
from polykeras.v1.layers.embeddings import *  # noqa: F403
from polykeras.v1.layers.local import *  # noqa: F403
from polykeras.v1.layers.noise import *  # noqa: F403
from polykeras.v1.layers.normalization import *  # noqa: F403
from polykeras.v1.layers.pooling import *  # noqa: F403
from polykeras.v1.layers.recurrent import *  # noqa: F403
from polykeras.v1.layers.wrappers import *  # noqa: F403
