"""Section 1: thirty seconds to Keras.

python examples/tutorial/quick_start.py
"""

from __future__ import annotations

import numpy as np

from polykeras.layers import Activation, Dense
from polykeras.models import Sequential
from polykeras.optimizers import SGD


def digits(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of 100 numbers, ten classes that a linear function tells apart, as rows with a 1."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 100)).astype("float32")
    return x, np.eye(10)[(x @ rng.normal(size=(100, 10))).argmax(1)]


def main(n: int = 2000) -> dict[str, float]:
    """Returns the accuracy before and after training."""
    X_train, Y_train = digits(n)
    X_test, Y_test = X_train[: n // 4], Y_train[: n // 4]

    model = Sequential()
    model.add(Dense(output_dim=64, input_dim=100))
    model.add(Activation("relu"))
    model.add(Dense(output_dim=10))
    model.add(Activation("softmax"))
    model.compile(loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
    before = model.evaluate(X_test, Y_test, batch_size=32, verbose=0)

    model.compile(
        loss="categorical_crossentropy",
        optimizer=SGD(lr=0.01, momentum=0.9, nesterov=True),
        metrics=["accuracy"],
    )
    model.fit(X_train, Y_train, nb_epoch=5, batch_size=32, verbose=0)
    model.train_on_batch(X_train[:32], Y_train[:32])

    loss_and_metrics = model.evaluate(X_test, Y_test, batch_size=32, verbose=0)
    classes = model.predict_classes(X_test, batch_size=32, verbose=0)
    proba = model.predict_proba(X_test, batch_size=32, verbose=0)
    assert np.array_equal(classes, proba.argmax(-1))
    return {"before": before[1], "after": loss_and_metrics[1]}


if __name__ == "__main__":
    print(main())
