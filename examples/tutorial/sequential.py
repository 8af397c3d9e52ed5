"""Section 3: the Sequential model: input shapes, merged branches, compiling, training, and eight examples.

python examples/tutorial/sequential.py
"""

from __future__ import annotations

import numpy as np

import polykeras.backend as K
from polykeras.layers import LSTM, Activation, Convolution2D, Dense, Dropout, Embedding, Flatten, MaxPooling2D, Merge
from polykeras.models import Sequential
from polykeras.optimizers import SGD
from polykeras.utils.np_utils import to_categorical


def input_shapes() -> None:
    """Three ways to say the shape of the input, twice."""
    for first in (
        Dense(32, input_shape=(784,)),
        Dense(32, batch_input_shape=(None, 784)),
        Dense(32, input_dim=784),
    ):
        model = Sequential()
        model.add(first)
        assert model.output_shape == (None, 32)
    for first in (
        LSTM(32, input_shape=(10, 64)),
        LSTM(32, batch_input_shape=(None, 10, 64)),
        LSTM(32, input_length=10, input_dim=64),
    ):
        model = Sequential()
        model.add(first)
        assert model.output_shape == (None, 32)


def mean_pred(y_true, y_pred):
    """A metric that is one number."""
    return K.mean(y_pred)


def false_rates(y_true, y_pred):
    """A metric that is several numbers."""
    false_neg = K.mean(K.cast(K.greater(y_true, y_pred + 0.5), "float32"))
    false_pos = K.mean(K.cast(K.greater(y_pred - 0.5, y_true), "float32"))
    return {"false_neg": false_neg, "false_pos": false_pos}


def one_branch(n: int) -> list[str]:
    """Two classes; returns the names in the history."""
    model = Sequential()
    model.add(Dense(1, input_dim=784, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy", mean_pred, false_rates])
    data = np.random.random((n, 784))
    labels = np.random.randint(2, size=(n, 1))
    return list(model.fit(data, labels, nb_epoch=2, batch_size=32, verbose=0).history)


def two_branches(n: int) -> float:
    """Ten classes, from two inputs."""
    left_branch = Sequential()
    left_branch.add(Dense(32, input_dim=784))
    right_branch = Sequential()
    right_branch.add(Dense(32, input_dim=784))
    merged = Merge([left_branch, right_branch], mode="concat")

    model = Sequential()
    model.add(merged)
    model.add(Dense(10, activation="softmax"))
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])

    data_1 = np.random.random((n, 784))
    data_2 = np.random.random((n, 784))
    labels = np.random.randint(10, size=(n, 1))
    labels = to_categorical(labels, 10)
    model.fit([data_1, data_2], labels, nb_epoch=2, batch_size=32, verbose=0)

    difference = Sequential([Merge([left_branch, right_branch], mode=lambda x: x[0] - x[1])])
    assert difference.output_shape == (None, 32)
    return model.evaluate([data_1, data_2], labels, verbose=0)[0]


def perceptron(n: int) -> float:
    """A multi-layer perceptron for several classes."""
    model = Sequential()
    model.add(Dense(64, input_dim=20, init="uniform"))
    model.add(Activation("tanh"))
    model.add(Dropout(0.5))
    model.add(Dense(64, init="uniform"))
    model.add(Activation("tanh"))
    model.add(Dropout(0.5))
    model.add(Dense(10, init="uniform"))
    model.add(Activation("softmax"))
    sgd = SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True)
    model.compile(loss="categorical_crossentropy", optimizer=sgd, metrics=["accuracy"])
    X_train = np.random.random((n, 20))
    y_train = np.eye(10)[(X_train[:, :10]).argmax(1)]
    model.fit(X_train, y_train, nb_epoch=20, batch_size=16, verbose=0)
    return model.evaluate(X_train, y_train, batch_size=16, verbose=0)[1]


def images(n: int, size: int = 100) -> tuple[int | None, ...]:
    """Convolutions like VGG's, channels first."""
    before = K.image_dim_ordering()
    K.set_image_dim_ordering("th")
    try:
        model = Sequential()
        # input: images with 3 channels -> (3, 100, 100) tensors. this applies 32 convolution filters of size 3x3 each.
        model.add(Convolution2D(32, 3, 3, border_mode="valid", input_shape=(3, size, size)))
        model.add(Activation("relu"))
        model.add(Convolution2D(32, 3, 3))
        model.add(Activation("relu"))
        model.add(MaxPooling2D(pool_size=(2, 2)))
        model.add(Dropout(0.25))
        model.add(Convolution2D(64, 3, 3, border_mode="valid"))
        model.add(Activation("relu"))
        model.add(Convolution2D(64, 3, 3))
        model.add(Activation("relu"))
        model.add(MaxPooling2D(pool_size=(2, 2)))
        model.add(Dropout(0.25))
        model.add(Flatten())
        model.add(Dense(256))
        model.add(Activation("relu"))
        model.add(Dropout(0.5))
        model.add(Dense(10))
        model.add(Activation("softmax"))
        model.compile(loss="categorical_crossentropy", optimizer=SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True))
        model.fit(np.random.random((n, 3, size, size)), np.eye(10)[np.arange(n) % 10], nb_epoch=1, verbose=0)
        return model.output_shape
    finally:
        K.set_image_dim_ordering(before)


def sentences(n: int) -> float:
    """Sequences of words in two classes."""
    max_features, maxlen = 200, 12
    model = Sequential()
    model.add(Embedding(max_features, 256, input_length=maxlen))
    model.add(LSTM(output_dim=128, activation="sigmoid", inner_activation="hard_sigmoid"))
    model.add(Dropout(0.5))
    model.add(Dense(1))
    model.add(Activation("sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    X_train, Y_train = np.random.randint(max_features, size=(n, maxlen)), np.random.randint(2, size=(n, 1))
    model.fit(X_train, Y_train, batch_size=16, nb_epoch=1, verbose=0)
    return model.evaluate(X_train, Y_train, batch_size=16, verbose=0)[0]


def stacked(n: int, stateful: bool = False) -> float:
    """Three LSTMs on one another; stateful ones go on where the last batch stopped."""
    data_dim, timesteps, nb_classes, batch_size = 16, 8, 10, 32
    first = {"input_shape": (timesteps, data_dim)}
    if stateful:
        first = {"batch_input_shape": (batch_size, timesteps, data_dim), "stateful": True}
    more = {"stateful": stateful}
    model = Sequential()
    model.add(LSTM(32, return_sequences=True, **first))
    model.add(LSTM(32, return_sequences=True, **more))
    model.add(LSTM(32, **more))
    model.add(Dense(10, activation="softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    n = max(n // batch_size, 1) * batch_size
    x_train, y_train = np.random.random((n, timesteps, data_dim)), np.random.random((n, nb_classes))
    validation = (x_train[:batch_size], y_train[:batch_size])
    history = model.fit(x_train, y_train, batch_size=batch_size, nb_epoch=2, validation_data=validation, verbose=0)
    return history.history["val_loss"][-1]


def encoders(n: int) -> float:
    """Two sequences, each encoded by an LSTM, decide together."""
    data_dim, timesteps, nb_classes = 16, 8, 10
    encoder_a = Sequential()
    encoder_a.add(LSTM(32, input_shape=(timesteps, data_dim)))
    encoder_b = Sequential()
    encoder_b.add(LSTM(32, input_shape=(timesteps, data_dim)))
    decoder = Sequential()
    decoder.add(Merge([encoder_a, encoder_b], mode="concat"))
    decoder.add(Dense(32, activation="relu"))
    decoder.add(Dense(nb_classes, activation="softmax"))
    decoder.compile(loss="categorical_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    x_a, x_b = np.random.random((2, n, timesteps, data_dim))
    y = np.random.random((n, nb_classes))
    history = decoder.fit([x_a, x_b], y, batch_size=64, nb_epoch=2, validation_data=([x_a, x_b], y), verbose=0)
    return history.history["val_loss"][-1]


def main(n: int = 1000, size: int = 100) -> dict[str, object]:
    """Runs all of them on `n` samples, and the images with `size` pixels a side."""
    np.random.seed(0)
    input_shapes()
    return {
        "names": one_branch(n),
        "branches": two_branches(n),
        "perceptron": perceptron(n),
        "images": images(min(n, 32), size),
        "sentences": sentences(n),
        "stacked": stacked(n),
        "stateful": stacked(n, stateful=True),
        "encoders": encoders(n),
    }


if __name__ == "__main__":
    print(main())
