"""Handwritten digits, 8 by 8 pixels: 1,437 images to train on and 360 to test with.

The images are the test part of the UCI "Optical Recognition of Handwritten Digits" set as scikit-learn
ships it; `polykeras/data/README.md` states source and licence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Split = tuple[NDArray[np.uint8], NDArray[np.uint8]]

FILE = Path(__file__).parent.parent / "data" / "digits.npz"

TEST_EVERY = 5
"""Of the images of one digit, taken in the file's order, every fifth goes to the test part."""


def load_data() -> tuple[Split, Split]:
    """Return `((x_train, y_train), (x_test, y_test))`.

    `x` is uint8 of shape `(n, 8, 8)` with values from 0 (background) to 16 (ink); `y` is uint8 of shape
    `(n,)` with the digit, 0 to 9. `n` is 1,437 in the training part and 360 in the test part.

    The split is fixed: sort the images by digit, keeping the file's order within a digit, and give positions
    0, 5, 10, … of that list to the test part. So both parts hold every digit in the same proportion (35 to 37
    of each in the test part) and, as the file seems to go from writer to writer, images by every hand. Within
    a part the images keep the file's order. A model is thus tested on new images by known hands, which is
    easier than new images by new hands.

    Every call returns new arrays.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, y_train.shape, x_test.shape, y_test.shape
    ((1437, 8, 8), (1437,), (360, 8, 8), (360,))
    """
    with np.load(FILE, allow_pickle=False) as archive:
        images, target = archive["images"], archive["target"]
    is_test = np.zeros(len(target), dtype=bool)
    is_test[np.argsort(target, kind="stable")[::TEST_EVERY]] = True
    return (images[~is_test], target[~is_test]), (images[is_test], target[is_test])
