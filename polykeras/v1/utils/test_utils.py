"""Data for tests, and a test that any layer must pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from polykeras.v1 import backend as K


def get_test_data(
    nb_train: int = 1000,
    nb_test: int = 500,
    input_shape: Any = (10,),
    output_shape: Any = (2,),
    classification: bool = True,
    nb_class: int = 2,
) -> Any:
    """``(x, y), (x, y)`` for training and testing that a model can learn: the class, or the target, shifts the inputs."""
    n = nb_train + nb_test
    if classification:
        y: Any = np.random.randint(0, nb_class, size=(n,))
        x = y.reshape((-1,) + (1,) * len(input_shape)) + np.random.normal(0, 0.7, size=(n, *input_shape))
    else:
        shift = np.random.random(n)
        y = np.ones((n, *output_shape)) * shift.reshape((-1,) + (1,) * len(output_shape))
        x = shift.reshape((-1,) + (1,) * len(input_shape)) + np.random.normal(0, 0.7, size=(n, *input_shape))
    return (x[:nb_train], y[:nb_train]), (x[nb_train:], y[nb_train:])


def layer_test(
    layer_cls: Any,
    kwargs: Any = None,
    input_shape: Any = None,
    input_dtype: str | None = None,
    input_data: Any = None,
    expected_output: Any = None,
    expected_output_dtype: str | None = None,
    fixed_batch_size: bool = False,
) -> Any:
    """Run a layer through what all layers must do: configuration, weights, shapes, models, training. Returns its output.

    Raises `AssertionError` for a layer that does not.
    """
    from polykeras.v1.layers import Input
    from polykeras.v1.models import Model, Sequential, model_from_json

    kwargs = dict(kwargs or {})
    input_dtype = input_dtype or K.floatx()
    if input_data is None:
        shape = [np.random.randint(1, 4) if d is None else d for d in input_shape]
        input_data = (10 * np.random.random(shape)).astype(input_dtype)
    shape = input_data.shape
    layer = layer_cls(**kwargs)
    layer_cls.from_config(layer.get_config())
    x = Input(batch_shape=shape, dtype=input_dtype) if fixed_batch_size else Input(shape=shape[1:], dtype=input_dtype)
    model = Model(input=x, output=layer(x))
    layer.set_weights(layer.get_weights())
    actual = model.predict(input_data, batch_size=len(input_data))
    for declared, size in zip(model.output_shape, actual.shape, strict=True):
        assert declared in (None, size), f"output of shape {actual.shape}, declared as {model.output_shape}"
    if expected_output is not None:
        np.testing.assert_allclose(actual, expected_output, rtol=1e-3)
    if expected_output_dtype is not None:
        assert actual.dtype == expected_output_dtype
    again = Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again.predict(input_data, batch_size=len(input_data)), actual, rtol=1e-3, atol=1e-6)
    model.compile("rmsprop", "mse")
    model.train_on_batch(input_data, actual)
    stack = Sequential()
    declared = {"batch_input_shape": shape if fixed_batch_size else (None, *shape[1:]), "input_dtype": input_dtype}
    stack.add(layer_cls(**kwargs, **declared))
    result = stack.predict(input_data, batch_size=len(input_data))
    model_from_json(stack.to_json()).set_weights(stack.get_weights())
    return result


def keras_test(func: Callable[..., Any]) -> Callable[..., Any]:
    """A test function after which names are counted afresh."""

    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        result = func(*args, **kwargs)
        K.clear_session()
        return result

    return wrapper
