"""Sections 5 to 9: what each layer makes of a shape, as the tutorial's comments say.

python examples/tutorial/layers.py
"""

from __future__ import annotations

import numpy as np

import polykeras.backend as K
from polykeras.layers import (
    LSTM,
    AtrousConvolution1D,
    AtrousConvolution2D,
    AveragePooling1D,
    Convolution1D,
    Convolution2D,
    Dense,
    Embedding,
    Flatten,
    GlobalMaxPooling1D,
    Highway,
    Lambda,
    Masking,
    MaxoutDense,
    MaxPooling1D,
    Permute,
    RepeatVector,
    Reshape,
)
from polykeras.models import Sequential


def shape_of(*layers) -> tuple[int | None, ...]:
    """The output's shape of a stack."""
    model = Sequential()
    for layer in layers:
        model.add(layer)
    return model.output_shape


def main() -> dict[str, tuple[int | None, ...]]:
    """The shapes, by the names of the layers."""
    before = K.image_dim_ordering()
    K.set_image_dim_ordering("th")
    try:
        shapes = {
            # 5. common layers
            "Flatten": shape_of(Convolution2D(64, 3, 3, border_mode="same", input_shape=(3, 32, 32)), Flatten()),
            "Reshape": shape_of(Reshape((3, 4), input_shape=(12,)), Reshape((6, 2))),
            "Permute": shape_of(Permute((2, 1), input_shape=(10, 64))),
            "RepeatVector": shape_of(Dense(32, input_dim=32), RepeatVector(3)),
            "Lambda": shape_of(Lambda(lambda x: x**2, input_shape=(7,))),
            "Highway": shape_of(Highway(activation="relu", transform_bias=-2, input_dim=9)),
            "MaxoutDense": shape_of(MaxoutDense(5, nb_feature=4, input_dim=9)),
            # 6. convolutions
            "Convolution1D": shape_of(
                Convolution1D(64, 3, border_mode="same", input_shape=(10, 32)),
                Convolution1D(32, 3, border_mode="same"),
            ),
            "AtrousConvolution1D": shape_of(
                AtrousConvolution1D(64, 3, atrous_rate=2, border_mode="same", input_shape=(10, 32)),
                AtrousConvolution1D(32, 3, atrous_rate=2, border_mode="same"),
            ),
            "Convolution2D": shape_of(
                Convolution2D(64, 3, 3, border_mode="same", input_shape=(3, 256, 256)),
                Convolution2D(32, 3, 3, border_mode="same"),
            ),
            "AtrousConvolution2D": shape_of(
                AtrousConvolution2D(64, 3, 3, atrous_rate=(2, 2), border_mode="valid", input_shape=(3, 256, 256))
            ),
            # 7. pooling
            "MaxPooling1D": shape_of(MaxPooling1D(pool_length=2, stride=None, input_shape=(10, 4))),
            "AveragePooling1D": shape_of(AveragePooling1D(pool_length=2, stride=3, input_shape=(10, 4))),
            # 8. recurrent layers
            "LSTM": shape_of(LSTM(32, input_shape=(10, 64)), Dense(10)),
        }
    finally:
        K.set_image_dim_ordering(before)

    shapes["GlobalMaxPooling1D"] = shape_of(GlobalMaxPooling1D(input_shape=(10, 4)))

    # Masking: steps 3 and 5 of the samples are missing.
    x = np.random.random((2, 7, 4))
    x[:, 3, :] = 0.0
    x[:, 5, :] = 0.0
    model = Sequential()
    model.add(Masking(mask_value=0.0, input_shape=(7, 4)))
    model.add(LSTM(8))
    shorter = np.delete(x, [3, 5], axis=1)
    again = Sequential()
    again.add(LSTM(8, input_shape=(5, 4)))
    again.set_weights(model.get_weights())
    assert np.allclose(model.predict(x, verbose=0), again.predict(shorter, verbose=0), atol=1e-5)

    # 9. Embedding: the model takes ints below 1000, (batch, input_length), and gives (batch, 10, 64).
    model = Sequential()
    model.add(Embedding(1000, 64, input_length=10))
    input_array = np.random.randint(1000, size=(32, 10))
    model.compile("rmsprop", "mse")
    shapes["Embedding"] = model.predict(input_array, verbose=0).shape
    return shapes


if __name__ == "__main__":
    print(main())
