"""Section 8, recurrent layers: every signature with all its arguments, and what the common ones do.

python examples/tutorial/recurrent_layers.py
"""

import numpy as np

import polykeras
from polykeras.models import Sequential

np.random.seed(0)
data = np.random.random((4, 6, 3))


def model_of(layer):
    """A model of that one layer."""
    model = Sequential()
    model.add(layer)
    return model


# ---- 0x1: Recurrent: arguments that all recurrent layers take ---------------------------------------------------------

weights = [np.random.random(shape) for shape in ((3, 2), (2, 2), (2,))]
layer = polykeras.layers.recurrent.SimpleRNN(
    2, weights=weights, return_sequences=False, go_backwards=False, stateful=False, unroll=False, consume_less='cpu',
    input_dim=3, input_length=6)
last = model_of(layer).predict(data)

state = np.zeros((4, 2))
for t in range(6):
    state = np.tanh(np.dot(data[:, t], weights[0]) + np.dot(state, weights[1]) + weights[2])
assert np.allclose(last, state, atol=1e-5)

# all outputs, of which the last is what there was before
layer = polykeras.layers.recurrent.SimpleRNN(2, weights=weights, return_sequences=True, input_dim=3, input_length=6)
every = model_of(layer).predict(data)
assert every.shape == (4, 6, 2) and np.allclose(every[:, -1], last, atol=1e-5)

# the last step first: as if the data had been turned round; step by step, where that is faster for a short sequence
layer = polykeras.layers.recurrent.SimpleRNN(
    2, weights=weights, go_backwards=True, unroll=True, consume_less='mem', input_dim=3, input_length=6)
assert np.allclose(model_of(layer).predict(data[:, ::-1]), last, atol=1e-5)

# the state of a batch is where the next one begins: two halves give what the whole sequence gave
layer = polykeras.layers.recurrent.SimpleRNN(2, weights=weights, stateful=True, batch_input_shape=(4, 3, 3))
model = model_of(layer)
model.predict(data[:, :3], batch_size=4)
assert np.allclose(model.predict(data[:, 3:], batch_size=4), last, atol=1e-5)
model.reset_states()

# ---- 0x2: SimpleRNN ---------------------------------------------------------------------------------------------------

simple = polykeras.layers.recurrent.SimpleRNN(
    output_dim=5, init='glorot_uniform', inner_init='orthogonal', activation='tanh', W_regularizer=None,
    U_regularizer=None, b_regularizer=None, dropout_W=0.0, dropout_U=0.0, input_shape=(6, 3))

# ---- 0x3: GRU ---------------------------------------------------------------------------------------------------------

gru = polykeras.layers.recurrent.GRU(
    output_dim=5, init='glorot_uniform', inner_init='orthogonal', activation='tanh', inner_activation='hard_sigmoid',
    W_regularizer=None, U_regularizer=None, b_regularizer=None, dropout_W=0.0, dropout_U=0.0, input_shape=(6, 3))

# ---- 0x4: LSTM --------------------------------------------------------------------------------------------------------

lstm = polykeras.layers.recurrent.LSTM(
    output_dim=5, init='glorot_uniform', inner_init='orthogonal', forget_bias_init='one', activation='tanh',
    inner_activation='hard_sigmoid', W_regularizer=None, U_regularizer=None, b_regularizer=None, dropout_W=0.0,
    dropout_U=0.0, input_shape=(6, 3))

# each learns to say how large the first number of the last step is
losses = {}
for name, layer in [('SimpleRNN', simple), ('GRU', gru), ('LSTM', lstm)]:
    model = Sequential()
    model.add(layer)
    model.add(polykeras.layers.core.Dense(output_dim=1))
    model.compile(optimizer='rmsprop', loss='mse')
    many = np.random.random((256, 6, 3))
    history = model.fit(many, many[:, -1, :1], nb_epoch=10, batch_size=16, verbose=0)
    losses[name] = history.history['loss']

print({name: (values[0], values[-1]) for name, values in losses.items()})
