"""Layers."""

from polykeras.layers.convolutional.conv1d import Conv1D
from polykeras.layers.convolutional.conv2d import Conv2D
from polykeras.layers.core.activation import Activation
from polykeras.layers.core.dense import Dense
from polykeras.layers.core.embedding import Embedding
from polykeras.layers.core.identity import Identity
from polykeras.layers.core.input_layer import Input, InputLayer
from polykeras.layers.core.masking import Masking
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.merging.concatenate import Concatenate, concatenate
from polykeras.layers.merging.elementwise import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    maximum,
    minimum,
    multiply,
    subtract,
)
from polykeras.layers.normalization.batch_normalization import BatchNormalization
from polykeras.layers.pooling.average_pooling import AveragePooling1D, AveragePooling2D
from polykeras.layers.pooling.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
)
from polykeras.layers.pooling.max_pooling import MaxPooling1D, MaxPooling2D
from polykeras.layers.regularization.dropout import Dropout
from polykeras.layers.reshaping.flatten import Flatten
from polykeras.layers.reshaping.permute import Permute
from polykeras.layers.reshaping.repeat_vector import RepeatVector
from polykeras.layers.reshaping.reshape import Reshape
from polykeras.layers.rnn.gru import GRU, GRUCell
from polykeras.layers.rnn.lstm import LSTM, LSTMCell
from polykeras.layers.rnn.rnn import RNN
from polykeras.layers.rnn.simple_rnn import SimpleRNN, SimpleRNNCell

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "Add",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv1D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "LSTMCell",
    "Layer",
    "Masking",
    "MaxPooling1D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Permute",
    "RepeatVector",
    "Reshape",
    "SimpleRNN",
    "SimpleRNNCell",
    "Subtract",
    "add",
    "average",
    "concatenate",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]
