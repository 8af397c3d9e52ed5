"""What users wrote for Keras 1, on NumPy."""

from polykeras.scope import backend_scope


def test_written(written):
    with backend_scope("numpy"):
        written()
