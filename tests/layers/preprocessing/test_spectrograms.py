"""`STFTSpectrogram` and `MelSpectrogram` against NumPy's transform of each frame."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, DtypeError, ShapeError
from polykeras.layers.preprocessing.mel_spectrogram import mel_bands

X = np.random.default_rng(0).normal(size=(2, 40, 3))


def _frames(x, length, step):
    return np.lib.stride_tricks.sliding_window_view(x, length, -1)[..., ::step, :]


def _transform(window):
    """``(batch, channels, frames, bins)`` of windows of 12, 5 apart, padded to 16."""
    return np.fft.rfft(_frames(X.swapaxes(1, 2), 12, 5) * window, 16)


WINDOW = np.hanning(12)
Z = _transform(WINDOW / np.sqrt(np.sum(WINDOW**2)))
SETTINGS = {"frame_length": 12, "frame_step": 5, "fft_length": 16, "dtype": "float64"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("real", Z.real),
        ("imag", Z.imag),
        ("magnitude", np.sqrt(np.maximum(abs(Z) ** 2, 1e-7))),
        ("log", np.log(np.sqrt(np.maximum(abs(Z) ** 2, 1e-7)))),
        ("psd", abs(Z) ** 2 * ([1] + [2] * 7 + [1])),
        ("stft", np.concatenate([Z.real, Z.imag], -1)),
    ],
)
def test_modes(mode, expected):
    y = layers.STFTSpectrogram(mode, **SETTINGS, expand_dims=True)(X)
    np.testing.assert_allclose(y, expected.transpose(0, 2, 3, 1), atol=1e-10)


def test_angles():
    y = layers.STFTSpectrogram("angle", **SETTINGS, expand_dims=True)(X)
    np.testing.assert_allclose(np.exp(1j * y), (Z / abs(Z)).transpose(0, 2, 3, 1), atol=1e-9)


def test_layouts():
    flat = layers.STFTSpectrogram("real", **SETTINGS)(X)
    np.testing.assert_allclose(flat, Z.real.transpose(0, 2, 1, 3).reshape(2, 6, 27), atol=1e-10)
    settings = {**SETTINGS, "data_format": "channels_first"}
    first = X.swapaxes(1, 2)
    np.testing.assert_allclose(layers.STFTSpectrogram("real", **settings, expand_dims=True)(first), Z.real, atol=1e-10)
    flat = layers.STFTSpectrogram("real", **settings)(first)
    np.testing.assert_allclose(flat, Z.real.transpose(0, 1, 3, 2).reshape(2, 27, 6), atol=1e-10)


def test_defaults_and_weights():
    layer = layers.STFTSpectrogram(frame_length=12)
    assert layer(layers.Input((40, 3))).shape == (None, 5, 27)  # steps of 6, 16 // 2 + 1 bins
    assert [(v.name, v.shape, v.trainable) for v in layer.weights] == [
        ("real_kernel", (12, 1, 9), True),
        ("imag_kernel", (12, 1, 9), True),
    ]
    layer = layers.STFTSpectrogram("imag", 12)
    layer.build((None, 40, 3))
    assert [v.name for v in layer.weights] == ["imag_kernel"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mode": "power"}, "mode must be one of log"),
        ({"frame_step": 13}, "frame_step 13 must not be above frame_length 12"),
        ({"frame_step": 0}, "frame_step must be a positive int"),
        ({"fft_length": 8}, "fft_length 8 must not be below frame_length 12"),
        ({"padding": "causal"}, "padding must be"),
        ({"scaling": "power"}, "scaling must be"),
        ({"window": "round"}, "window 'round' is none of SciPy's"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        layers.STFTSpectrogram(**{"frame_length": 12, **arguments})


def test_what_spectrograms_refuse_and_warn_of():
    with pytest.raises(DtypeError, match="'s' expects floats, got int64: cast the signal first"):
        layers.STFTSpectrogram(frame_length=12, name="s")(X.astype("int64"))
    with pytest.raises(ShapeError, match=r"a window of \(64,\) does not fit"):
        layers.STFTSpectrogram(frame_length=64)(X)
    with pytest.warns(UserWarning, match="fft_length 20 is not a power of two"):
        layers.STFTSpectrogram(frame_length=12, fft_length=20)


def _power(x):
    """The squared magnitudes of 16 samples, 8 apart, centred."""
    frames = _frames(np.pad(x, [(0, 0), (8, 8)], "reflect"), 16, 8)
    return abs(np.fft.rfft(frames * np.hanning(17)[:-1])) ** 2


MEL = {"fft_length": 16, "sequence_stride": 8, "sampling_rate": 1000, "num_mel_bins": 4, "dtype": "float64"}


def test_mel_spectrogram():
    x = X[..., 0]
    expected = _power(x) @ mel_bands(4, 9, 1000, 20.0, 500)
    np.testing.assert_allclose(layers.MelSpectrogram(**MEL, power_to_db=False)(x), expected.swapaxes(1, 2), rtol=1e-9)
    decibels = 10 * np.log10(np.maximum(expected, 1e-10) / 2)
    decibels = np.maximum(decibels, decibels.max() - 9)
    y = layers.MelSpectrogram(**MEL, ref_power=2.0, top_db=9.0)(x)
    np.testing.assert_allclose(y, decibels.swapaxes(1, 2), rtol=1e-9)
    assert layers.MelSpectrogram(**MEL)(x[0]).shape == (4, 6)


def test_mel_bands_are_triangles():
    """Their peaks of height 1 lie evenly on the mel scale, and neighbours add up to 1 between their peaks."""
    bands = mel_bands(10, 4001, 8000, 100.0, 3000.0)
    hertz = np.linspace(0, 4000, 4001)
    mel = 1127 * np.log(1 + hertz / 700)
    edges = np.linspace(1127 * np.log(1 + 100 / 700), 1127 * np.log(1 + 3000 / 700), 12)
    np.testing.assert_allclose(mel[bands.argmax(0)], edges[1:-1], atol=1.5)
    np.testing.assert_allclose(bands.max(0), 1, atol=0.02)
    between = (mel > edges[1]) & (mel < edges[-2])
    np.testing.assert_allclose(bands[between].sum(1), 1, atol=1e-12)
    assert not bands[(mel < edges[0]) | (mel > edges[-1])].any()
    matrix = layers.MelSpectrogram().linear_to_mel_weight_matrix(10, 4001, 8000, 100.0, 3000.0)
    np.testing.assert_allclose(matrix, bands, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fft_length": 8, "sequence_length": 9}, "sequence_length 9 must not be above fft_length 8"),
        ({"min_freq": 9000.0}, "frequencies must lie between min_freq"),
        ({"num_mel_bins": 0}, "num_mel_bins must be a positive int"),
    ],
)
def test_bad_arguments_of_mel_spectrogram(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        layers.MelSpectrogram(**arguments)
