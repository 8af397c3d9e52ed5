"""Fashion-MNIST: images of clothes of ten kinds, 28 by 28 pixels. Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747."""

from __future__ import annotations

import gzip
from typing import Any

import numpy as np

from polykeras.datasets.files import FOLDER, ORIGIN
from polykeras.errors import SavedFileError
from polykeras.utils.local_files import local_file

SUBFOLDER = f"{FOLDER}/fashion-mnist"
MD5 = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
_HEADS = {"images": 16, "labels": 8}
"""How many bytes come before the numbers."""


def load_data() -> Any:
    """``(x_train, y_train), (x_test, y_test)``: uint8 images of 0 to 255, and the numbers of their kinds.

    The four files lie in ``$KERAS_HOME/datasets/fashion-mnist``. Raises `SavedFileError` if one is missing, with its
    address and place, or has another checksum.
    """
    paths = {name: local_file(name, ORIGIN + name, SUBFOLDER, MD5[name]) for name in MD5}

    def numbers(part: str, what: str) -> Any:
        name = next(n for n in paths if n.startswith(f"{part}-{what}"))
        try:
            content = gzip.decompress(paths[name].read_bytes())
        except (OSError, EOFError) as error:
            raise SavedFileError(f"{paths[name]} is damaged: {error}.") from error
        return np.frombuffer(content, "uint8", offset=_HEADS[what])

    parts = [(numbers(part, "images").reshape(-1, 28, 28), numbers(part, "labels")) for part in ("train", "t10k")]
    return tuple(parts)
