"""Section 7, pooling: every signature, and what is left of small data.

python examples/tutorial/pooling_layers.py
"""

import numpy as np

import polykeras
from polykeras.models import Sequential


def output_of(layer, data):
    """What a model of that one layer predicts."""
    model = Sequential()
    model.add(layer)
    return model.predict(data)


sequence = np.array([[[1., 8.], [3., 2.], [5., 4.], [2., 7.], [6., 0.]]])

# ---- 0x1: MaxPooling1D ------------------------------------------------------------------------------------------------

layer = polykeras.layers.convolutional.MaxPooling1D(
    pool_length=2, stride=None, border_mode='valid', input_shape=(5, 2))
largest = output_of(layer, sequence)
assert largest.tolist() == [[[3., 8.], [5., 7.]]]

# ---- 0x2: MaxPooling2D ------------------------------------------------------------------------------------------------

image = np.arange(24.).reshape((1, 1, 4, 6))
layer = polykeras.layers.convolutional.MaxPooling2D(
    pool_size=(2, 2), strides=None, border_mode='valid', dim_ordering='th', input_shape=(1, 4, 6))
halved = output_of(layer, image)
assert halved.tolist() == [[[[7., 9., 11.], [19., 21., 23.]]]]

# ---- 0x3: AveragePooling1D --------------------------------------------------------------------------------------------

layer = polykeras.layers.convolutional.AveragePooling1D(
    pool_length=2, stride=None, border_mode='valid', input_shape=(5, 2))
average = output_of(layer, sequence)
assert average.tolist() == [[[2., 5.], [3.5, 5.5]]]

layer = polykeras.layers.convolutional.AveragePooling1D(
    pool_length=2, stride=1, border_mode='same', input_shape=(5, 2))
assert output_of(layer, sequence).shape == (1, 5, 2)

# ---- 0x4: GlobalMaxPooling1D ------------------------------------------------------------------------------------------

layer = polykeras.layers.pooling.GlobalMaxPooling1D(input_shape=(5, 2))
overall = output_of(layer, sequence)
assert overall.tolist() == [[6., 8.]]

print("largest", largest.tolist(), "average", average.tolist(), "overall", overall.tolist())
