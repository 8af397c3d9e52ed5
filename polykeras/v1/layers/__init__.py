"""Keras 1.2.2's layers."""

from polykeras.v1.engine.topology import Input, InputLayer, InputSpec, Layer, Merge, merge
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
