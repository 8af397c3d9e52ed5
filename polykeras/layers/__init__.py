"""Layers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from polykeras.layers.activations.activation import Activation
from polykeras.layers.activations.elu import ELU
from polykeras.layers.activations.leaky_relu import LeakyReLU
from polykeras.layers.activations.prelu import PReLU
from polykeras.layers.activations.relu import ReLU
from polykeras.layers.activations.softmax import Softmax
from polykeras.layers.attention.attention import AdditiveAttention, Attention
from polykeras.layers.attention.group_query_attention import GroupQueryAttention
from polykeras.layers.attention.multi_head_attention import MultiHeadAttention
from polykeras.layers.convolutional.conv1d import Conv1D
from polykeras.layers.convolutional.conv2d import Conv2D
from polykeras.layers.convolutional.conv3d import Conv3D
from polykeras.layers.convolutional.conv_transpose import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from polykeras.layers.convolutional.depthwise_conv import DepthwiseConv1D, DepthwiseConv2D
from polykeras.layers.convolutional.separable_conv import SeparableConv1D, SeparableConv2D
from polykeras.layers.core.dense import Dense
from polykeras.layers.core.einsum_dense import EinsumDense
from polykeras.layers.core.embedding import Embedding
from polykeras.layers.core.identity import Identity
from polykeras.layers.core.input_layer import Input, InputLayer
from polykeras.layers.core.lambda_layer import Lambda
from polykeras.layers.core.masking import Masking
from polykeras.layers.core.reversible_embedding import ReversibleEmbedding
from polykeras.layers.core.wrapper import Wrapper
from polykeras.layers.input_spec import InputSpec
from polykeras.layers.layer import Layer
from polykeras.layers.merging.concatenate import Concatenate, concatenate
from polykeras.layers.merging.dot import Dot, dot
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
from polykeras.layers.normalization.group_normalization import GroupNormalization
from polykeras.layers.normalization.layer_normalization import LayerNormalization, RMSNormalization
from polykeras.layers.normalization.spectral_normalization import SpectralNormalization
from polykeras.layers.normalization.unit_normalization import UnitNormalization
from polykeras.layers.pooling.adaptive_pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
)
from polykeras.layers.pooling.average_pooling import AveragePooling1D, AveragePooling2D, AveragePooling3D
from polykeras.layers.pooling.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from polykeras.layers.pooling.max_pooling import MaxPooling1D, MaxPooling2D, MaxPooling3D
from polykeras.layers.preprocessing.category_encoding import CategoryEncoding
from polykeras.layers.preprocessing.discretization import Discretization
from polykeras.layers.preprocessing.image_size import CenterCrop, Resizing
from polykeras.layers.preprocessing.mel_spectrogram import MelSpectrogram
from polykeras.layers.preprocessing.normalization import Normalization
from polykeras.layers.preprocessing.pipeline import Pipeline
from polykeras.layers.preprocessing.rescaling import Rescaling
from polykeras.layers.preprocessing.stft_spectrogram import STFTSpectrogram
from polykeras.layers.regularization.activity_regularization import ActivityRegularization
from polykeras.layers.regularization.alpha_dropout import AlphaDropout
from polykeras.layers.regularization.dropout import Dropout
from polykeras.layers.regularization.gaussian import GaussianDropout, GaussianNoise
from polykeras.layers.regularization.spatial_dropout import SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from polykeras.layers.reshaping.cropping import Cropping1D, Cropping2D, Cropping3D
from polykeras.layers.reshaping.flatten import Flatten
from polykeras.layers.reshaping.permute import Permute
from polykeras.layers.reshaping.repeat_vector import RepeatVector
from polykeras.layers.reshaping.reshape import Reshape
from polykeras.layers.reshaping.up_sampling import UpSampling1D, UpSampling2D, UpSampling3D
from polykeras.layers.reshaping.zero_padding import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
from polykeras.layers.rnn.bidirectional import Bidirectional
from polykeras.layers.rnn.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from polykeras.layers.rnn.gru import GRU, GRUCell
from polykeras.layers.rnn.lstm import LSTM, LSTMCell
from polykeras.layers.rnn.rnn import RNN
from polykeras.layers.rnn.simple_rnn import SimpleRNN, SimpleRNNCell
from polykeras.layers.rnn.stacked_rnn_cells import StackedRNNCells
from polykeras.layers.rnn.time_distributed import TimeDistributed
from polykeras.layers.serialization import deserialize, serialize
from polykeras.legacy.accepting import accept_in_constructors, old_name

# Keras has these names for them too.
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
Convolution1DTranspose = Conv1DTranspose
Convolution2DTranspose = Conv2DTranspose
Convolution3DTranspose = Conv3DTranspose
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
SeparableConvolution1D = SeparableConv1D

# Keras 1's spellings of arguments, and its names that take other arguments by position.
accept_in_constructors(globals())
Convolution1D = old_name("Convolution1D", Conv1D)
Convolution2D = old_name("Convolution2D", Conv2D)
Convolution3D = old_name("Convolution3D", Conv3D)
SeparableConvolution2D = old_name("SeparableConvolution2D", SeparableConv2D)


def __getattr__(name: str) -> Any:
    """Layers that only Keras 1 has, and its modules of layers."""
    from polykeras.legacy import old_layers

    if name in old_layers.MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in old_layers.NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}.")
    return old_layers.layer(name)


__all__ = [
    "Bidirectional",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "StackedRNNCells",
    "TimeDistributed",
    "AdditiveAttention",
    "Attention",
    "GroupQueryAttention",
    "MultiHeadAttention",
    "EinsumDense",
    "Lambda",
    "ReversibleEmbedding",
    "Wrapper",
    "Dot",
    "dot",
    "GroupNormalization",
    "LayerNormalization",
    "RMSNormalization",
    "SpectralNormalization",
    "UnitNormalization",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AlphaDropout",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dropout",
    "ELU",
    "Embedding",
    "Flatten",
    "GRU",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "LSTM",
    "LSTMCell",
    "Layer",
    "LeakyReLU",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "Minimum",
    "Multiply",
    "PReLU",
    "Permute",
    "RNN",
    "ReLU",
    "RepeatVector",
    "Reshape",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "Subtract",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
    "CategoryEncoding",
    "Discretization",
    "CenterCrop",
    "Resizing",
    "MelSpectrogram",
    "Normalization",
    "Pipeline",
    "Rescaling",
    "STFTSpectrogram",
]
