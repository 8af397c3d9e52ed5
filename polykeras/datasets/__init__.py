"""Data sets: each module has a `load_data()`. `digits` is inside the package; the others read local files.

Nothing is downloaded: whoever asks for a file that is not there is told its address and where to put it.
"""

from polykeras.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    digits,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)

__all__ = [
    "boston_housing", "california_housing", "cifar10", "cifar100", "digits", "fashion_mnist", "imdb", "mnist", "reuters",
]  # fmt: skip
