"""Methods that Keras 1's models had, for models of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polykeras import tree
from polykeras.errors import ArgumentError
from polykeras.legacy.accepting import accepting, today, warn_of


class _Epochs:
    """What a generator gives, cut into epochs of so many samples."""

    def __init__(self, batches: Any, samples: int) -> None:
        self._batches, self._samples = iter(batches), samples

    def __iter__(self) -> Iterator[Any]:
        seen = 0
        while seen < self._samples:
            batch = next(self._batches, None)
            if batch is None:
                return
            seen += tree.flatten(batch)[0].shape[0]
            yield batch


def fit_generator(
    self: Any,
    generator: Any,
    samples_per_epoch: int | None = None,
    nb_epoch: int = 1,
    verbose: Any = 1,
    callbacks: Any = None,
    validation_data: Any = None,
    nb_val_samples: int | None = None,
    class_weight: Any = None,
    max_q_size: int = 10,
    nb_worker: int = 1,
    pickle_safe: bool = False,
    initial_epoch: int = 0,
    **kwargs: Any,
) -> Any:
    """`fit` on what a generator gives; an epoch is `samples_per_epoch` samples, or ``steps_per_epoch`` batches."""
    warn_of("fit_generator", {"fit_generator": "fit"})
    epochs = kwargs.pop("epochs", nb_epoch)
    if samples_per_epoch is None and "steps_per_epoch" not in kwargs:
        raise ArgumentError("fit_generator: say samples_per_epoch, or steps_per_epoch.")
    if nb_val_samples is not None:
        validation_data = _Epochs(validation_data, nb_val_samples)
    data = generator if samples_per_epoch is None else _Epochs(generator, samples_per_epoch)
    return self.fit(
        data, epochs=epochs, verbose=verbose, callbacks=callbacks, validation_data=validation_data,
        initial_epoch=initial_epoch, **kwargs,
    )  # fmt: skip


def evaluate_generator(self: Any, generator: Any, val_samples: int, *args: Any, **kwargs: Any) -> Any:
    """`evaluate` on `val_samples` samples from a generator."""
    warn_of("evaluate_generator", {"evaluate_generator": "evaluate"})
    return self.evaluate(_Epochs(generator, val_samples), verbose=0)


def predict_generator(self: Any, generator: Any, val_samples: int, *args: Any, **kwargs: Any) -> Any:
    """`predict` on `val_samples` samples from a generator of inputs, or of ``(x, y)``."""
    warn_of("predict_generator", {"predict_generator": "predict"})
    return self.predict((b[0] if isinstance(b, tuple) else b for b in _Epochs(generator, val_samples)), verbose=0)


def predict_proba(self: Any, x: Any, batch_size: int = 32, verbose: Any = 1) -> Any:
    """`predict`, for a model whose outputs are probabilities."""
    warn_of("predict_proba", {"predict_proba": "predict"})
    return self.predict(x, batch_size=batch_size, verbose=verbose)


def predict_classes(self: Any, x: Any, batch_size: int = 32, verbose: Any = 1) -> Any:
    """The number of the most probable class of each sample; of a single output, whether it is above one half."""
    warn_of("predict_classes", {"predict_classes": "predict and numpy.argmax"})
    proba = self.predict(x, batch_size=batch_size, verbose=verbose)
    return np.argmax(proba, axis=-1) if proba.shape[-1] > 1 else (proba > 0.5).astype("int32")


def reset_states(self: Any) -> None:
    """Set the states of all stateful layers to zero."""
    warn_of("reset_states", {"model.reset_states": "layer.reset_state, of each stateful layer"})
    for layer in self._flatten_layers(include_self=False):
        if getattr(layer, "stateful", False):
            layer.reset_states()


METHODS: tuple[Callable[..., Any], ...] = (
    fit_generator,
    evaluate_generator,
    predict_generator,
    predict_proba,
    predict_classes,
    reset_states,
)


def accept_in_models(model: Any) -> None:
    """Give a class of models the methods, and old names of arguments."""
    new = model.__new__

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return new(cls, *args, **(today("Model", kwargs) if cls is model else kwargs))

    model.__new__ = __new__
    model.__init__ = accepting("Model", model.__init__)
    model.compile = accepting("compile", model.compile)
    model.fit = accepting("fit", model.fit)
    for method in METHODS:
        setattr(model, method.__name__, method)
