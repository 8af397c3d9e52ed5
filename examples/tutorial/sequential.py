"""Section 3, the Sequential model: input shapes, merged branches, compiling, training, and eight examples.

python examples/tutorial/sequential.py
"""

from polykeras.models import Sequential
from polykeras.layers import Dense, Activation

model = Sequential([
    Dense(32, input_dim=784),
    Activation('relu'),
    Dense(10),
    Activation('softmax'),
])

model = Sequential()
model.add(Dense(32, input_dim=784))
model.add(Activation('relu'))

# ---- 0x1: the shape of the input --------------------------------------------------------------------------------------

model = Sequential()
model.add(Dense(32, input_shape=(784,)))

model = Sequential()
model.add(Dense(32, batch_input_shape=(None, 784)))
# note that batch dimension is "None" here,
# so the model will be able to process batches of any size.

model = Sequential()
model.add(Dense(32, input_dim=784))

from polykeras.layers import LSTM

model = Sequential()
model.add(LSTM(32, input_shape=(10, 64)))

model = Sequential()
model.add(LSTM(32, batch_input_shape=(None, 10, 64)))

model = Sequential()
model.add(LSTM(32, input_length=10, input_dim=64))

# ---- 0x2: the Merge layer ---------------------------------------------------------------------------------------------

from polykeras.layers import Merge

left_branch = Sequential()
left_branch.add(Dense(32, input_dim=784))

right_branch = Sequential()
right_branch.add(Dense(32, input_dim=784))

merged = Merge([left_branch, right_branch], mode='concat')

final_model = Sequential()
final_model.add(merged)
final_model.add(Dense(10, activation='softmax'))

import numpy as np

np.random.seed(0)
input_data_1 = np.random.random((1000, 784))
input_data_2 = np.random.random((1000, 784))
targets = np.eye(10)[np.random.randint(10, size=1000)]

final_model.compile(optimizer='rmsprop', loss='categorical_crossentropy')
final_model.fit([input_data_1, input_data_2], targets)  # we pass one data array per model input

# the modes there are, and what they make of two branches of 32 numbers
merged_shapes = {}
for mode, options in [
    ('sum', {}),
    ('concat', {'concat_axis': -1}),
    ('mul', {}),
    ('ave', {}),
    ('dot', {'dot_axes': 1}),
    ('cos', {'dot_axes': 1}),
]:
    model = Sequential()
    model.add(Merge([left_branch, right_branch], mode=mode, **options))
    merged_shapes[mode] = model.output_shape

merged = Merge([left_branch, right_branch], mode=lambda x: x[0] - x[1])

difference = Sequential()
difference.add(merged)

# ---- 0x3: compiling ---------------------------------------------------------------------------------------------------

model = Sequential()
model.add(Dense(10, input_dim=784, activation='softmax'))
# for a multi-class classification problem
model.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])

model = Sequential()
model.add(Dense(1, input_dim=784, activation='sigmoid'))
# for a binary classification problem
model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['accuracy'])

# for a mean squared error regression problem
model.compile(optimizer='rmsprop', loss='mse')

# for custom metrics
import polykeras.backend as K


def mean_pred(y_true, y_pred):
    return K.mean(y_pred)


def false_rates(y_true, y_pred):
    false_neg = K.mean(K.cast(K.greater(y_true, y_pred + 0.5), 'float32'))
    false_pos = K.mean(K.cast(K.greater(y_pred - 0.5, y_true), 'float32'))
    return {
        'false_neg': false_neg,
        'false_pos': false_pos,
    }


model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['accuracy', mean_pred, false_rates])

data = np.random.random((1000, 784))
labels = np.random.randint(2, size=(1000, 1))
measured = model.fit(data, labels, nb_epoch=1, batch_size=32).history

# ---- 0x4: training ----------------------------------------------------------------------------------------------------

# for a single-input model with 2 classes (binary):
model = Sequential()
model.add(Dense(1, input_dim=784, activation='sigmoid'))
model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['accuracy'])

# generate dummy data
import numpy as np

data = np.random.random((1000, 784))
labels = np.random.randint(2, size=(1000, 1))

# train the model, iterating on the data in batches
# of 32 samples
single_input = model.fit(data, labels, nb_epoch=10, batch_size=32)

# for a multi-input model with 10 classes:
left_branch = Sequential()
left_branch.add(Dense(32, input_dim=784))

right_branch = Sequential()
right_branch.add(Dense(32, input_dim=784))

merged = Merge([left_branch, right_branch], mode='concat')

model = Sequential()
model.add(merged)
model.add(Dense(10, activation='softmax'))

model.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])

# generate dummy data
import numpy as np
from polykeras.utils.np_utils import to_categorical

data_1 = np.random.random((1000, 784))
data_2 = np.random.random((1000, 784))

# these are integers between 0 and 9
labels = np.random.randint(10, size=(1000, 1))
# we convert the labels to a binary matrix of size (1000, 10)
# for use with categorical_crossentropy
labels = to_categorical(labels, 10)

# train the model
# note that we are passing a list of Numpy arrays as training data
# since the model has 2 inputs
multi_input = model.fit([data_1, data_2], labels, nb_epoch=10, batch_size=32)

# ---- 0x5: examples ----------------------------------------------------------------------------------------------------

# 1. softmax classification by a perceptron of several layers

from polykeras.models import Sequential
from polykeras.layers import Dense, Dropout, Activation
from polykeras.optimizers import SGD

# which of the first ten of 20 numbers is the largest?
X_train = np.random.normal(size=(1000, 20))
y_train = np.eye(10)[X_train[:, :10].argmax(axis=1)]
X_test, y_test = X_train[800:], y_train[800:]
X_train, y_train = X_train[:800], y_train[:800]

model = Sequential()
# Dense(64) is a fully-connected layer with 64 hidden units.
# in the first layer, you must specify the expected input data shape:
# here, 20-dimensional vectors.
model.add(Dense(64, input_dim=20, init='uniform'))
model.add(Activation('tanh'))
model.add(Dropout(0.5))
model.add(Dense(64, init='uniform'))
model.add(Activation('tanh'))
model.add(Dropout(0.5))
model.add(Dense(10, init='uniform'))
model.add(Activation('softmax'))

sgd = SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)
model.compile(loss='categorical_crossentropy', optimizer=sgd, metrics=['accuracy'])

model.fit(X_train, y_train, nb_epoch=20, batch_size=16)
score = model.evaluate(X_test, y_test, batch_size=16)
perceptron_score = score

# 2. the same in another way

model = Sequential()
model.add(Dense(64, input_dim=20, activation='relu'))
model.add(Dropout(0.5))
model.add(Dense(64, activation='relu'))
model.add(Dropout(0.5))
model.add(Dense(10, activation='softmax'))

model.compile(loss='categorical_crossentropy', optimizer='adadelta', metrics=['accuracy'])
model.fit(X_train, y_train, nb_epoch=1, batch_size=16)

# 3. a perceptron for two classes

model = Sequential()
model.add(Dense(64, input_dim=20, init='uniform', activation='relu'))
model.add(Dropout(0.5))
model.add(Dense(64, activation='relu'))
model.add(Dropout(0.5))
model.add(Dense(1, activation='sigmoid'))

model.compile(loss='binary_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
binary_score = model.evaluate(X_test, y_test[:, :1], batch_size=16)

# 4. a convolutional network like VGG's

from polykeras.models import Sequential
from polykeras.layers import Dense, Dropout, Activation, Flatten
from polykeras.layers import Convolution2D, MaxPooling2D
from polykeras.optimizers import SGD

K.set_image_dim_ordering('th')  # or "image_dim_ordering": "th" in ~/.keras/keras.json: the images have channels first
X_train = np.random.random((32, 3, 100, 100))
Y_train = np.eye(10)[np.arange(32) % 10]

model = Sequential()
# input: 100x100 images with 3 channels -> (3, 100, 100) tensors.
# this applies 32 convolution filters of size 3x3 each.
model.add(Convolution2D(32, 3, 3, border_mode='valid', input_shape=(3, 100, 100)))
model.add(Activation('relu'))
model.add(Convolution2D(32, 3, 3))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))

model.add(Convolution2D(64, 3, 3, border_mode='valid'))
model.add(Activation('relu'))
model.add(Convolution2D(64, 3, 3))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))

model.add(Flatten())
# Note: Keras does automatic shape inference.
model.add(Dense(256))
model.add(Activation('relu'))
model.add(Dropout(0.5))

model.add(Dense(10))
model.add(Activation('softmax'))

sgd = SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)
model.compile(loss='categorical_crossentropy', optimizer=sgd)

images = model.fit(X_train, Y_train, batch_size=32, nb_epoch=1)

# 5. classification of sequences by an LSTM

from polykeras.models import Sequential
from polykeras.layers import Dense, Dropout, Activation
from polykeras.layers import Embedding
from polykeras.layers import LSTM

max_features, maxlen = 1000, 20
X_train = np.random.randint(max_features, size=(160, maxlen))
Y_train = (X_train[:, :1] < 500).astype('int32')
X_test, Y_test = X_train[128:], Y_train[128:]
X_train, Y_train = X_train[:128], Y_train[:128]

model = Sequential()
model.add(Embedding(max_features, 256, input_length=maxlen))
model.add(LSTM(output_dim=128, activation='sigmoid', inner_activation='hard_sigmoid'))
model.add(Dropout(0.5))
model.add(Dense(1))
model.add(Activation('sigmoid'))

model.compile(loss='binary_crossentropy', optimizer='rmsprop', metrics=['accuracy'])

model.fit(X_train, Y_train, batch_size=16, nb_epoch=10)
score = model.evaluate(X_test, Y_test, batch_size=16)
sentences_score = score

# 6. LSTMs on one another

from polykeras.models import Sequential
from polykeras.layers import LSTM, Dense
import numpy as np

data_dim = 16
timesteps = 8
nb_classes = 10

# expected input data shape: (batch_size, timesteps, data_dim)
model = Sequential()
model.add(LSTM(32, return_sequences=True,
               input_shape=(timesteps, data_dim)))  # returns a sequence of vectors of dimension 32
model.add(LSTM(32, return_sequences=True))  # returns a sequence of vectors of dimension 32
model.add(LSTM(32))  # return a single vector of dimension 32
model.add(Dense(10, activation='softmax'))

model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])

# generate dummy training data
x_train = np.random.random((1000, timesteps, data_dim))
y_train = np.random.random((1000, nb_classes))

# generate dummy validation data
x_val = np.random.random((100, timesteps, data_dim))
y_val = np.random.random((100, nb_classes))

stacked = model.fit(x_train, y_train, batch_size=64, nb_epoch=5, validation_data=(x_val, y_val))

# 7. the same model, stateful

from polykeras.models import Sequential
from polykeras.layers import LSTM, Dense
import numpy as np

data_dim = 16
timesteps = 8
nb_classes = 10
batch_size = 32

# expected input batch shape: (batch_size, timesteps, data_dim)
# note that we have to provide the full batch_input_shape since the network is stateful.
# the sample of index i in batch k is the follow-up for the sample i in batch k-1.
model = Sequential()
model.add(LSTM(32, return_sequences=True, stateful=True,
               batch_input_shape=(batch_size, timesteps, data_dim)))
model.add(LSTM(32, return_sequences=True, stateful=True))
model.add(LSTM(32, stateful=True))
model.add(Dense(10, activation='softmax'))

model.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])

# generate dummy training data
x_train = np.random.random((batch_size * 10, timesteps, data_dim))
y_train = np.random.random((batch_size * 10, nb_classes))

# generate dummy validation data
x_val = np.random.random((batch_size * 3, timesteps, data_dim))
y_val = np.random.random((batch_size * 3, nb_classes))

stateful = model.fit(x_train, y_train, batch_size=batch_size, nb_epoch=5, validation_data=(x_val, y_val))

# 8. two LSTMs encode two sequences, which are classified together

from polykeras.models import Sequential
from polykeras.layers import Merge, LSTM, Dense
import numpy as np

data_dim = 16
timesteps = 8
nb_classes = 10

encoder_a = Sequential()
encoder_a.add(LSTM(32, input_shape=(timesteps, data_dim)))

encoder_b = Sequential()
encoder_b.add(LSTM(32, input_shape=(timesteps, data_dim)))

decoder = Sequential()
decoder.add(Merge([encoder_a, encoder_b], mode='concat'))
decoder.add(Dense(32, activation='relu'))
decoder.add(Dense(nb_classes, activation='softmax'))

decoder.compile(loss='categorical_crossentropy', optimizer='rmsprop', metrics=['accuracy'])

# generate dummy training data
x_train_a = np.random.random((1000, timesteps, data_dim))
x_train_b = np.random.random((1000, timesteps, data_dim))
y_train = np.random.random((1000, nb_classes))

# generate dummy validation data
x_val_a = np.random.random((100, timesteps, data_dim))
x_val_b = np.random.random((100, timesteps, data_dim))
y_val = np.random.random((100, nb_classes))

encoded = decoder.fit([x_train_a, x_train_b], y_train, batch_size=64, nb_epoch=5,
                      validation_data=([x_val_a, x_val_b], y_val))

print("merged", merged_shapes, "perceptron", perceptron_score, "sentences", sentences_score)
