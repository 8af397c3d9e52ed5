"""Section 9, the embedding layer: its signature with all arguments, and the table behind it.

python examples/tutorial/embedding_layer.py
"""

import numpy as np

import polykeras
from polykeras.layers import LSTM, Dense, Flatten
from polykeras.models import Sequential

# [[4], [20]] -> [[0.25, 0.1], [0.6, -0.2]]: numbers of words become vectors
table = np.zeros((21, 2))
table[4], table[20] = [0.25, 0.1], [0.6, -0.2]
model = Sequential()
model.add(polykeras.layers.embeddings.Embedding(
    input_dim=21, output_dim=2, init='uniform', input_length=1, W_regularizer=None, activity_regularizer=None,
    W_constraint=None, mask_zero=False, weights=[table], dropout=0.0))
vectors = model.predict(np.array([[4], [20]]))
assert np.allclose(vectors, [[[0.25, 0.1]], [[0.6, -0.2]]])

# the model takes integers below 1000, (batch, input_length), and gives (batch, 10, 64)
model = Sequential()
model.add(polykeras.layers.embeddings.Embedding(1000, 64, input_length=10))
assert model.output_shape == (None, 10, 64)
# with input_length, Dense may come after Flatten
model.add(Flatten())
model.add(Dense(1))
assert model.output_shape == (None, 1)

# zeros are padding, which layers that support masks pass over
np.random.seed(0)
model = Sequential()
model.add(polykeras.layers.embeddings.Embedding(1000, 64, input_length=None, mask_zero=True))
model.add(LSTM(8))
words = np.random.randint(1, 1000, size=(4, 6))
padded = np.concatenate([words, np.zeros((4, 3), dtype='int64')], axis=1)
assert np.allclose(model.predict(padded), model.predict(words), atol=1e-5)

# in training, a fraction of the words is left out: which sort of words is a sentence made of?
model = Sequential()
model.add(polykeras.layers.embeddings.Embedding(1000, 64, input_length=10, dropout=0.2))
model.add(LSTM(8))
model.add(Dense(1, activation='sigmoid'))
model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['accuracy'])
labels = np.random.randint(2, size=(256, 1))
words = np.random.randint(500, size=(256, 10)) + 500 * labels
losses = model.fit(words, labels, nb_epoch=10, batch_size=32, verbose=0).history['loss']

print("loss", losses[0], losses[-1])
