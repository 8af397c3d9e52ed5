"""Preparing data, under the names that Keras has them by as well."""

from polykeras.preprocessing import image, sequence
from polykeras.utils.timeseries import timeseries_dataset_from_array

__all__ = ["image", "sequence", "timeseries_dataset_from_array"]
