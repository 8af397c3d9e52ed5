"""Section 6, convolutions: the network whose numbers the section counts, every signature, and the shapes.

python examples/tutorial/convolutional_layers.py
"""

import numpy as np

import polykeras
import polykeras.backend as K
from polykeras.layers import AtrousConvolution1D, AtrousConvolution2D, Convolution1D, Convolution2D, Dense, Flatten
from polykeras.layers import MaxPooling2D
from polykeras.models import Sequential

np.random.seed(0)
K.set_image_dim_ordering('th')  # or "image_dim_ordering": "th" in ~/.keras/keras.json: the images have channels first

# ---- 0x0: what a convolutional network consists of --------------------------------------------------------------------

model = Sequential()
# 1. Input layer of NxN pixels (N=32). 2. Convolutional layer (64 filter maps of size 11x11).
model.add(Convolution2D(64, 11, 11, activation='relu', input_shape=(1, 32, 32)))
assert model.output_shape == (None, 64, 22, 22)  # 22*22*64 = 30976
# 3. Max-pooling layer.
model.add(MaxPooling2D((2, 2)))
assert model.output_shape == (None, 64, 11, 11)  # 11*11*64 = 7744
model.add(Flatten())
# 4. Densely-connected layer (4096 neurons)
model.add(Dense(4096, activation='sigmoid'))
# 5. Output layer. 9 neurons.
model.add(Dense(9))
# The filters are shared by all places of the image, so they have far fewer parameters than the formula of the section.
parameters = model.count_params()
assert parameters == (11 * 11 * 64 + 64) + (11 * 11 * 64 * 4096 + 4096) + (4096 * 9 + 9)

# a filter that sees edges: where the pixels to the right are darker than those to the left
image = np.zeros((1, 1, 5, 6))
image[..., :3] = 1.
edges = Sequential()
edges.add(Convolution2D(1, 1, 2, bias=False, input_shape=(1, 5, 6)))
edges.set_weights([np.reshape([1., -1.], edges.get_weights()[0].shape)])
seen = edges.predict(image)
assert np.array_equal(np.argwhere(np.abs(seen[0, 0]) > 0.5)[:, 1], [2] * 5)

# ---- 0x1: Convolution1D -----------------------------------------------------------------------------------------------

polykeras.layers.convolutional.Convolution1D(
    nb_filter=64, filter_length=3, init='uniform', activation='linear', weights=None, border_mode='valid',
    subsample_length=1, W_regularizer=None, b_regularizer=None, activity_regularizer=None, W_constraint=None,
    b_constraint=None, bias=True, input_dim=None, input_length=None)

# apply a convolution 1d of length 3 to a sequence with 10 timesteps,
# with 64 output filters
model = Sequential()
model.add(Convolution1D(64, 3, border_mode='same', input_shape=(10, 32)))
# now model.output_shape == (None, 10, 64)
assert model.output_shape == (None, 10, 64)

# add a new conv1d on top
model.add(Convolution1D(32, 3, border_mode='same'))
# now model.output_shape == (None, 10, 32)
assert model.output_shape == (None, 10, 32)
sequences = model.predict(np.random.random((2, 10, 32)))

# the border modes
steps = {}
for border_mode in ('valid', 'same', 'full'):
    model = Sequential()
    model.add(Convolution1D(64, 3, border_mode=border_mode, input_dim=32, input_length=10))
    steps[border_mode] = model.predict(np.random.random((2, 10, 32))).shape[1]
assert steps == {'valid': 8, 'same': 10, 'full': 12}

# ---- 0x2: AtrousConvolution1D -----------------------------------------------------------------------------------------

polykeras.layers.convolutional.AtrousConvolution1D(
    nb_filter=64, filter_length=3, init='uniform', activation='linear', weights=None, border_mode='valid',
    subsample_length=1, atrous_rate=1, W_regularizer=None, b_regularizer=None, activity_regularizer=None,
    W_constraint=None, b_constraint=None, bias=True)

# apply an atrous convolution 1d with atrous rate 2 of length 3 to a sequence with 10 timesteps,
# with 64 output filters
model = Sequential()
model.add(AtrousConvolution1D(64, 3, atrous_rate=2, border_mode='same', input_shape=(10, 32)))
# now model.output_shape == (None, 10, 64)
assert model.output_shape == (None, 10, 64)

# add a new atrous conv1d on top
model.add(AtrousConvolution1D(32, 3, atrous_rate=2, border_mode='same'))
# now model.output_shape == (None, 10, 32)
assert model.output_shape == (None, 10, 32)
with_holes = model.predict(np.random.random((2, 10, 32)))

# ---- 0x3: Convolution2D -----------------------------------------------------------------------------------------------

polykeras.layers.convolutional.Convolution2D(
    nb_filter=64, nb_row=3, nb_col=3, init='glorot_uniform', activation='linear', weights=None, border_mode='valid',
    subsample=(1, 1), dim_ordering='th', W_regularizer=None, b_regularizer=None, activity_regularizer=None,
    W_constraint=None, b_constraint=None, bias=True)

# apply a 3x3 convolution with 64 output filters on a 256x256 image:
model = Sequential()
model.add(Convolution2D(64, 3, 3, border_mode='same', input_shape=(3, 256, 256)))
# now model.output_shape == (None, 64, 256, 256)
assert model.output_shape == (None, 64, 256, 256)

# add a 3x3 convolution on top, with 32 output filters:
model.add(Convolution2D(32, 3, 3, border_mode='same'))
# now model.output_shape == (None, 32, 256, 256)
assert model.output_shape == (None, 32, 256, 256)

# ---- 0x3: AtrousConvolution2D -----------------------------------------------------------------------------------------

model = Sequential()
model.add(AtrousConvolution2D(2, 3, 3, atrous_rate=(2, 2), input_shape=(3, 12, 12)))
images = model.predict(np.random.random((2, 3, 12, 12)))
assert images.shape == (2, 2, 8, 8)

print("parameters", parameters, "steps by border mode", steps)
