"""Section 4: models of any shape: several inputs and outputs, shared layers and models.

python examples/tutorial/functional.py
"""

from __future__ import annotations

import numpy as np

import polykeras.backend as K
from polykeras.layers import (
    LSTM,
    Convolution2D,
    Dense,
    Embedding,
    Flatten,
    Input,
    MaxPooling2D,
    TimeDistributed,
    merge,
)
from polykeras.models import Model, Sequential


def first(n: int) -> tuple[int | None, ...]:
    """A fully connected network; called again on an input, and at each step of a sequence."""
    inputs = Input(shape=(784,))
    x = Dense(64, activation="relu")(inputs)
    x = Dense(64, activation="relu")(x)
    predictions = Dense(10, activation="softmax")(x)
    model = Model(input=inputs, output=predictions)
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    data, labels = np.random.random((n, 784)), np.eye(10)[np.random.randint(10, size=n)]
    model.fit(data, labels, nb_epoch=1, verbose=0)

    y = model(Input(shape=(784,)))
    assert y.shape == (None, 10)
    processed_sequences = TimeDistributed(model)(Input(shape=(20, 784)))
    return processed_sequences.shape


def headlines(n: int, words: int = 10000, width: int = 512) -> list[str]:
    """Two inputs, two outputs; targets in a list, then by name. Returns the names in the history."""
    main_input = Input(shape=(100,), dtype="int32", name="main_input")
    x = Embedding(output_dim=width, input_dim=words, input_length=100)(main_input)
    lstm_out = LSTM(32)(x)
    auxiliary_output = Dense(1, activation="sigmoid", name="aux_output")(lstm_out)

    auxiliary_input = Input(shape=(5,), name="aux_input")
    x = merge([lstm_out, auxiliary_input], mode="concat")
    x = Dense(64, activation="relu")(x)
    x = Dense(64, activation="relu")(x)
    x = Dense(64, activation="relu")(x)
    main_output = Dense(1, activation="sigmoid", name="main_output")(x)

    model = Model(input=[main_input, auxiliary_input], output=[main_output, auxiliary_output])
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", loss_weights=[1.0, 0.2])
    headline_data = np.random.randint(1, words, size=(n, 100))
    additional_data, labels = np.random.random((n, 5)), np.random.randint(2, size=(n, 1))
    model.fit([headline_data, additional_data], [labels, labels], nb_epoch=1, batch_size=32, verbose=0)

    model.compile(
        optimizer="rmsprop",
        loss={"main_output": "binary_crossentropy", "aux_output": "binary_crossentropy"},
        loss_weights={"main_output": 1.0, "aux_output": 0.2},
    )
    history = model.fit(
        {"main_input": headline_data, "aux_input": additional_data},
        {"main_output": labels, "aux_output": labels},
        nb_epoch=1,
        batch_size=32,
        verbose=0,
    )
    return sorted(history.history)


def tweets(n: int) -> float:
    """One LSTM for two inputs."""
    tweet_a = Input(shape=(140, 256))
    tweet_b = Input(shape=(140, 256))
    shared_lstm = LSTM(64)
    encoded_a = shared_lstm(tweet_a)
    encoded_b = shared_lstm(tweet_b)
    merged_vector = merge([encoded_a, encoded_b], mode="concat", concat_axis=-1)
    predictions = Dense(1, activation="sigmoid")(merged_vector)
    model = Model(input=[tweet_a, tweet_b], output=predictions)
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    data_a, data_b = np.random.random((2, n, 140, 256))
    labels = np.random.randint(2, size=(n, 1))
    return model.fit([data_a, data_b], labels, nb_epoch=1, verbose=0).history["loss"][0]


def towers() -> tuple[int | None, ...]:
    """An inception module."""
    input_img = Input(shape=(3, 256, 256))
    tower_1 = Convolution2D(64, 1, 1, border_mode="same", activation="relu")(input_img)
    tower_1 = Convolution2D(64, 3, 3, border_mode="same", activation="relu")(tower_1)
    tower_2 = Convolution2D(64, 1, 1, border_mode="same", activation="relu")(input_img)
    tower_2 = Convolution2D(64, 5, 5, border_mode="same", activation="relu")(tower_2)
    tower_3 = MaxPooling2D((3, 3), strides=(1, 1), border_mode="same")(input_img)
    tower_3 = Convolution2D(64, 1, 1, border_mode="same", activation="relu")(tower_3)
    output = merge([tower_1, tower_2, tower_3], mode="concat", concat_axis=1)
    return output.shape


def residual() -> tuple[int | None, ...]:
    """A connection around a convolution."""
    x = Input(shape=(3, 256, 256))
    y = Convolution2D(3, 3, 3, border_mode="same")(x)
    z = merge([x, y], mode="sum")
    return z.shape


def same_digits() -> tuple[int | None, ...]:
    """One vision model for two images: are they the same digit?"""
    digit_input = Input(shape=(1, 27, 27))
    x = Convolution2D(64, 3, 3)(digit_input)
    x = Convolution2D(64, 3, 3)(x)
    x = MaxPooling2D((2, 2))(x)
    out = Flatten()(x)
    vision_model = Model(digit_input, out)

    digit_a = Input(shape=(1, 27, 27))
    digit_b = Input(shape=(1, 27, 27))
    out_a = vision_model(digit_a)
    out_b = vision_model(digit_b)
    concatenated = merge([out_a, out_b], mode="concat")
    out = Dense(1, activation="sigmoid")(concatenated)
    classification_model = Model([digit_a, digit_b], out)
    return classification_model.output_shape


def questions(size: int = 224, frames: int = 100) -> list[tuple[int | None, ...]]:
    """Questions about a picture, and about a video. The shapes of both answers."""
    vision_model = Sequential()
    vision_model.add(Convolution2D(64, 3, 3, activation="relu", border_mode="same", input_shape=(3, size, size)))
    vision_model.add(Convolution2D(64, 3, 3, activation="relu"))
    vision_model.add(MaxPooling2D((2, 2)))
    vision_model.add(Convolution2D(128, 3, 3, activation="relu", border_mode="same"))
    vision_model.add(Convolution2D(128, 3, 3, activation="relu"))
    vision_model.add(MaxPooling2D((2, 2)))
    vision_model.add(Convolution2D(256, 3, 3, activation="relu", border_mode="same"))
    vision_model.add(Convolution2D(256, 3, 3, activation="relu"))
    vision_model.add(Convolution2D(256, 3, 3, activation="relu"))
    vision_model.add(MaxPooling2D((2, 2)))
    vision_model.add(Flatten())

    image_input = Input(shape=(3, size, size))
    encoded_image = vision_model(image_input)
    question_input = Input(shape=(100,), dtype="int32")
    embedded_question = Embedding(input_dim=10000, output_dim=256, input_length=100)(question_input)
    encoded_question = LSTM(256)(embedded_question)
    merged = merge([encoded_question, encoded_image], mode="concat")
    output = Dense(1000, activation="softmax")(merged)
    vqa_model = Model(input=[image_input, question_input], output=output)

    video_input = Input(shape=(frames, 3, size, size))
    encoded_frame_sequence = TimeDistributed(vision_model)(video_input)
    encoded_video = LSTM(256)(encoded_frame_sequence)
    question_encoder = Model(input=question_input, output=encoded_question)
    video_question_input = Input(shape=(100,), dtype="int32")
    encoded_video_question = question_encoder(video_question_input)
    merged = merge([encoded_video, encoded_video_question], mode="concat")
    output = Dense(1000, activation="softmax")(merged)
    video_qa_model = Model(input=[video_input, video_question_input], output=output)
    return [vqa_model.output_shape, video_qa_model.output_shape]


def main(n: int = 256, words: int = 10000, width: int = 512, size: int = 224, frames: int = 100) -> dict[str, object]:
    """Runs all of them on `n` samples; the last models see pictures of `size` pixels a side."""
    np.random.seed(0)
    before = K.image_dim_ordering()
    K.set_image_dim_ordering("th")
    try:
        return {
            "first": first(n),
            "headlines": headlines(n, words, width),
            "tweets": tweets(n),
            "towers": towers(),
            "residual": residual(),
            "digits": same_digits(),
            "questions": questions(size, frames),
        }
    finally:
        K.set_image_dim_ordering(before)


if __name__ == "__main__":
    print(main())
