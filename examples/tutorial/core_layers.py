"""Section 5, common layers: every signature with all its arguments, and what the layers make of a shape.

python examples/tutorial/core_layers.py
"""

import numpy as np

import polykeras
import polykeras.backend as K
from polykeras.layers import LSTM, Convolution2D, Dense, Flatten, Masking, Permute, RepeatVector, Reshape
from polykeras.models import Sequential

np.random.seed(0)
K.set_image_dim_ordering('th')  # or "image_dim_ordering": "th" in ~/.keras/keras.json: the images have channels first


def output_of(layer, data):
    """What a model of that one layer predicts."""
    model = Sequential()
    model.add(layer)
    return model.predict(data)


x = np.random.random((2, 5))
kernel, bias = np.random.random((5, 3)), np.random.random(3)

# ---- 0x1: Dense -------------------------------------------------------------------------------------------------------

dense = polykeras.layers.core.Dense(
    output_dim=3, init='glorot_uniform', activation='linear', weights=[kernel, bias], W_regularizer=None,
    b_regularizer=None, activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True, input_dim=5)
assert np.allclose(output_of(dense, x), np.dot(x, kernel) + bias, atol=1e-5)

# ---- 0x2: Activation --------------------------------------------------------------------------------------------------

activation = polykeras.layers.core.Activation('tanh', input_shape=(5,))
assert np.allclose(output_of(activation, x), np.tanh(x), atol=1e-5)

# ---- 0x3: Dropout: nothing when it predicts ---------------------------------------------------------------------------

dropout = polykeras.layers.core.Dropout(p=0.5, input_shape=(5,))
assert np.allclose(output_of(dropout, x), x)

# ---- 0x4: Flatten -----------------------------------------------------------------------------------------------------

model = Sequential()
model.add(Convolution2D(64, 3, 3, border_mode='same', input_shape=(3, 32, 32)))
# now: model.output_shape == (None, 64, 32, 32)
assert model.output_shape == (None, 64, 32, 32)

model.add(Flatten())
# now: model.output_shape == (None, 65536)
assert model.output_shape == (None, 65536)

# ---- 0x5: Reshape -----------------------------------------------------------------------------------------------------

# as first layer in a Sequential model
model = Sequential()
model.add(Reshape((3, 4), input_shape=(12,)))
# now: model.output_shape == (None, 3, 4)
# note: `None` is the batch dimension
assert model.output_shape == (None, 3, 4)

# as intermediate layer in a Sequential model
model.add(Reshape((6, 2)))
# now: model.output_shape == (None, 6, 2)
assert model.output_shape == (None, 6, 2)

# ---- 0x6: Permute -----------------------------------------------------------------------------------------------------

model = Sequential()
model.add(Permute((2, 1), input_shape=(10, 64)))
# now: model.output_shape == (None, 64, 10)
# note: `None` is the batch dimension
assert model.output_shape == (None, 64, 10)

# ---- 0x7: RepeatVector ------------------------------------------------------------------------------------------------

model = Sequential()
model.add(Dense(32, input_dim=32))
# now: model.output_shape == (None, 32)
# note: `None` is the batch dimension

model.add(RepeatVector(3))
# now: model.output_shape == (None, 3, 32)
assert model.output_shape == (None, 3, 32)

# ---- 0x8: Merge -------------------------------------------------------------------------------------------------------

left, right = Sequential(), Sequential()
left.add(Dense(3, input_dim=5))
right.add(Dense(3, input_dim=5))

merged = Sequential()
merged.add(polykeras.engine.topology.Merge(
    layers=[left, right], mode='sum', concat_axis=-1, dot_axes=-1, output_shape=None, node_indices=None,
    tensor_indices=None, name=None))
assert np.allclose(merged.predict([x, x]), left.predict(x) + right.predict(x), atol=1e-5)

# a function of the list, and one that says the shape of what comes out
larger = Sequential()
larger.add(polykeras.engine.topology.Merge(
    layers=[left, right], mode=lambda tensors: K.maximum(tensors[0], tensors[1]), output_shape=lambda shapes: shapes[0]))
assert np.allclose(larger.predict([x, x]), np.maximum(left.predict(x), right.predict(x)), atol=1e-5)

# ---- 0x9: Lambda ------------------------------------------------------------------------------------------------------

power = polykeras.layers.core.Lambda(
    lambda tensor, exponent: tensor ** exponent, output_shape=None, arguments={'exponent': 2}, input_shape=(5,))
assert np.allclose(output_of(power, x), x ** 2, atol=1e-5)

# ---- 0x10: ActivityRegularization: a penalty, and the data as they are ------------------------------------------------

model = Sequential()
model.add(polykeras.layers.core.ActivityRegularization(l1=0.01, l2=0.02, input_shape=(5,)))
model.compile('sgd', 'mse')
penalised = model.evaluate(x[:1], x[:1])
assert np.allclose(model.predict(x), x)
assert abs(penalised - (0.01 * np.abs(x[0]).sum() + 0.02 * (x[0] ** 2).sum())) < 1e-5

# ---- 0x11: Masking ----------------------------------------------------------------------------------------------------

timesteps, features = 7, 4
model = Sequential()
model.add(Masking(mask_value=0., input_shape=(timesteps, features)))
model.add(LSTM(32))

# steps 3 and 5 are missing: it is as if they were not there
x = np.random.random((2, timesteps, features))
x[:, 3, :] = 0.
x[:, 5, :] = 0.
shorter = Sequential()
shorter.add(LSTM(32, input_shape=(timesteps - 2, features)))
shorter.set_weights(model.get_weights())
assert np.allclose(model.predict(x), shorter.predict(np.delete(x, [3, 5], axis=1)), atol=1e-5)

# ---- 0x12: Highway ----------------------------------------------------------------------------------------------------

highway = polykeras.layers.core.Highway(
    init='glorot_uniform', transform_bias=-2, activation='linear', weights=None, W_regularizer=None, b_regularizer=None,
    activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True, input_dim=4)
assert output_of(highway, x[:, 0]).shape == (2, 4)

# ---- 0x13: MaxoutDense: the largest of nb_feature linear layers -------------------------------------------------------

maxout = polykeras.layers.core.MaxoutDense(output_dim=3, nb_feature=2, input_dim=4)
found = output_of(maxout, x[:, 0])
W, b = maxout.get_weights()
assert np.allclose(found, np.max([np.dot(x[:, 0], W[i]) + b[i] for i in range(2)], axis=0), atol=1e-5)

print("all layers of section 5 do what is said of them")
