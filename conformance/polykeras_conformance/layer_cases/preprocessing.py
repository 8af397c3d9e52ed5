"""Preprocessing layers."""

from polykeras_conformance.layer_cases.case import IMAGE, SEQUENCE, TIME, LayerCase

CASES = {
    "rescaling": LayerCase(lambda L: L.Rescaling([0.5, 2.0, 1.5, 1.0], -1), (SEQUENCE,), TIME),
    "resizing": LayerCase(lambda L: L.Resizing(4, 7), (IMAGE,), (0, 3)),
    "resizing-padded": LayerCase(
        lambda L: L.Resizing(8, 4, "bicubic", pad_to_aspect_ratio=True, data_format="channels_first"), ((2, 3, 4, 5),)
    ),
    "center-crop": LayerCase(lambda L: L.CenterCrop(3, 4), (IMAGE,)),
    "center-crop-of-small": LayerCase(lambda L: L.CenterCrop(8, 3, "channels_first"), ((2, 3, 4, 5),)),
    "normalization": LayerCase(
        lambda L: L.Normalization(mean=[1, 2, 3, 4], variance=[4, 1, 0.5, 2]), (SEQUENCE,), TIME
    ),
    "normalization-back": LayerCase(lambda L: L.Normalization(None, mean=2, variance=3, invert=True), ((4, 5),)),
    "discretization": LayerCase(lambda L: L.Discretization([2.0, 4.5], output_mode="one_hot"), ((4, 1),), integers=7),
    "category-encoding": LayerCase(lambda L: L.CategoryEncoding(6, "count"), ((4, 5),), TIME, 7),
    "stft-spectrogram": LayerCase(
        lambda L: L.STFTSpectrogram("psd", 6, 4, 8, padding="same", expand_dims=True), ((2, 15, 2),)
    ),
    "stft-spectrogram-first": LayerCase(
        lambda L: L.STFTSpectrogram("stft", 8, window="hamming", data_format="channels_first"), ((2, 2, 17),)
    ),
    "mel-spectrogram": LayerCase(
        lambda L: L.MelSpectrogram(16, 5, 12, sampling_rate=100, num_mel_bins=4, min_freq=5.0), ((2, 30),)
    ),
    "pipeline": LayerCase(lambda L: L.Pipeline([L.Dense(3, name="inside"), L.Rescaling(2.0)]), (SEQUENCE,), TIME),
}
