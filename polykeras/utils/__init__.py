"""Helpers around training data and saving."""

from polykeras.backend_names import clear_session, is_keras_tensor, standardize_dtype
from polykeras.config import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from polykeras.legacy.accepting import accepting
from polykeras.random.host import set_random_seed
from polykeras.saving.registration import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from polykeras.saving.serialization import deserialize_keras_object, serialize_keras_object
from polykeras.training.data import unpack_x_y_sample_weight
from polykeras.utils import np_utils as np_utils
from polykeras.utils.files import get_file
from polykeras.utils.images import array_to_img, img_to_array, load_img, save_img
from polykeras.utils.numerical import normalize, to_categorical
from polykeras.utils.plots import model_to_dot, plot_model
from polykeras.utils.progbar import Progbar
from polykeras.utils.py_dataset import PyDataset
from polykeras.utils.samples import pack_x_y_sample_weight, split_dataset
from polykeras.utils.sequences import pad_sequences
from polykeras.utils.settings import Config
from polykeras.utils.sources import get_source_inputs
from polykeras.utils.timeseries import timeseries_dataset_from_array

to_categorical = accepting("to_categorical", to_categorical)

Sequence = PyDataset
"""The name of `PyDataset` in earlier versions of Keras."""

__all__ = [
    "Config",
    "CustomObjectScope",
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "load_img",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
