"""Layers."""

from polykeras.layers.convolutional.conv1d import Conv1D
from polykeras.layers.convolutional.conv2d import Conv2D
from polykeras.layers.core.activation import Activation
from polykeras.layers.core.dense import Dense
from polykeras.layers.core.input_layer import Input, InputLayer
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.normalization.batch_normalization import BatchNormalization
from polykeras.layers.pooling.average_pooling import AveragePooling1D, AveragePooling2D
from polykeras.layers.pooling.max_pooling import MaxPooling1D, MaxPooling2D
from polykeras.layers.regularization.dropout import Dropout
from polykeras.layers.reshaping.flatten import Flatten

__all__ = [
    "Activation",
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv1D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "Input",
    "InputLayer",
    "InputSpec",
    "Layer",
    "MaxPooling1D",
    "MaxPooling2D",
]
