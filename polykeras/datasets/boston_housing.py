"""Boston housing: prices of houses of the 1970s and 13 numbers about where they are. Harrison and Rubinfeld 1978.

One of the 13 is the proportion of Black inhabitants, transformed by an assumption about its effect on prices: use the set
to compare with older work only.
"""

from __future__ import annotations

from typing import Any

from polykeras.datasets.files import arrays, dataset_file
from polykeras.datasets.tables import shuffled_split

NAME = "boston_housing.npz"
SHA256 = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


def load_data(path: str = NAME, test_split: float = 0.2, seed: int = 113) -> Any:
    """``(x_train, y_train), (x_test, y_test)``: numbers of shape ``(n, 13)``, and prices in thousands of dollars.

    Args:
        path: name of the file in ``$KERAS_HOME/datasets``, or a path with a folder of a file of your own.
        test_split: fraction for testing.
        seed: of the order.

    Raises `SavedFileError` if the file is missing, with its address and place, or has another checksum.
    """
    data = arrays(dataset_file(path, NAME, SHA256))
    return shuffled_split(data["x"], data["y"], test_split, seed)
