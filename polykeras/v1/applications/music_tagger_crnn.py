"""A network that tells what music is like. Choi et al. 2016, arXiv:1609.04243."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from polykeras.applications.networks.assembly import WeightsFile, check_weights, published_file, start
from polykeras.v1 import backend as K
from polykeras.v1 import layers
from polykeras.v1.applications.audio_conv_utils import TAGS, decode_predictions, preprocess_input
from polykeras.v1.applications.construction import ORIGIN, LayersOfKeras1
from polykeras.v1.models import Model

BANDS, FRAMES = 96, 1366
_BLOCKS = ((64, 2), (128, 3), (128, 4), (128, 4))
"""Filters of each convolution, and the window of the pooling after it."""


def MusicTaggerCRNN(
    weights: Any = "msd", input_tensor: Any = None, include_top: bool = True, classes: int = 50
) -> Model:
    """Four convolutions and two recurrent layers, on spectrograms as `audio_conv_utils.preprocess_input` makes them.

    Args:
        weights: ``"msd"``: those that were published, trained on the Million Song Dataset, from `$KERAS_HOME/models`, where
            you put the file: nothing is downloaded; None: a random start; or the path of a file with weights.
        input_tensor: a symbolic tensor to call the network on, in place of a new input.
        include_top: whether it ends with the probabilities of the tags; without, it gives 32 features.
        classes: number of tags; 50 with the published weights.

    Raises `ArgumentError` for weights that are no file or do not fit the classes, `SavedFileError` if the file of the
    published weights is missing, with its name, address and the place to put it.
    """
    check_weights(weights, "msd", include_top, classes, len(TAGS))
    steps = LayersOfKeras1()
    th = K.image_dim_ordering() == "th"
    name = f"music_tagger_crnn_weights_tf_kernels_{'th' if th else 'tf'}_dim_ordering.h5"
    path = published_file(WeightsFile(name, f"{ORIGIN}v0.3/")) if weights == "msd" else weights
    inputs, x = start(steps, input_tensor, (1, BANDS, FRAMES) if th else (BANDS, FRAMES, 1))
    x = layers.ZeroPadding2D((0, 37))(x)
    x = layers.BatchNormalization(axis=3 if th else 2, name="bn_0_freq")(x)
    for i, (filters, window) in enumerate(_BLOCKS, 1):
        x = steps.normalization(steps.convolution(x, filters, 3, padding="same", name=f"conv{i}"), f"bn{i}")
        x = steps.pooling(layers.ELU()(x), "max", window, window, name=f"pool{i}")
    if th:
        x = layers.Permute((3, 1, 2))(x)
    x = layers.Reshape((15, 128))(x)
    x = layers.GRU(32, return_sequences=True, name="gru1")(x)
    x = layers.GRU(32, return_sequences=False, name="gru2")(x)
    if include_top:
        x = steps.dense(x, classes, "sigmoid", "output")
    model: Model = steps.model(inputs, x, "music_tagger_crnn")
    if path is not None:
        model.load_weights(str(Path(path)), by_name=True)
    return model


__all__ = ["MusicTaggerCRNN", "decode_predictions", "preprocess_input"]
