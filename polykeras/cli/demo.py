"""``polykeras demo``: a small convnet on real handwritten digits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from polykeras import plugins
from polykeras.errors import BackendError
from polykeras.scope import backend_scope, current_backend

AGREEMENT = 1e-4
"""Relative difference up to which losses of two backends count as the same: float32 sums in another order, over
hundreds of steps."""


@dataclass
class Outcome:
    """What one backend made of it."""

    backend: str
    losses: list[float]
    accuracy: float
    samples_per_second: float


def build_model() -> Any:
    """Two convolutions and a dense layer: 8×8 grey images to 10 classes.

    tanh, being smooth, keeps rounding errors as small as they are: with ReLU, an activation that rounds to the other side
    of its kink sends two backends on different ways within a few epochs.
    """
    from polykeras import Input, Sequential, layers

    return Sequential(
        [
            Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="tanh"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, padding="same", activation="tanh"),
            layers.Flatten(),
            layers.Dense(64, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def train(epochs: int, seed: int, verbose: int | str) -> Outcome:
    """Train on the default backend and evaluate on the test part."""
    from polykeras import config, datasets, optimizers, set_random_seed

    (x_train, y_train), (x_test, y_test) = datasets.digits.load_data()
    scale = np.float32(16)  # grey levels are 0 to 16
    train_images, test_images = x_train[..., None] / scale, x_test[..., None] / scale
    set_random_seed(seed)
    model = build_model()
    model.compile(optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    started = time.perf_counter()
    history = model.fit(train_images, y_train, batch_size=32, epochs=epochs, verbose=verbose)
    seconds = time.perf_counter() - started
    result = model.evaluate(test_images, y_test, verbose=0, return_dict=True)
    return Outcome(config.backend(), history.history["loss"], result["accuracy"], epochs * len(x_train) / seconds)


def run_demo(backend: str | None, everywhere: bool, epochs: int, seed: int) -> int:
    """Train on one backend, or on all of them; returns the exit status."""
    if everywhere:
        return _compare(epochs, seed)
    with backend_scope(backend or current_backend()) as chosen:
        print(f"1,437 handwritten digits of 8×8 pixels, backend {chosen.name}")
        outcome = train(epochs, seed, "auto")
    print(f"Test accuracy {outcome.accuracy:.4f} on 360 digits, {outcome.samples_per_second:,.0f} samples per second")
    return 0


def _compare(epochs: int, seed: int) -> int:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    outcomes: list[Outcome] = []
    for name, spec in sorted(plugins.specs().items()):
        try:
            if plugins.load(name).capabilities.slow:
                console.print(f"{name}: skipped, it is slow; polykeras demo --backend {name}", highlight=False)
                continue
        except BackendError as error:
            reason = str(error).split(": ", 1)[-1]
            console.print(f"{name}: skipped, {spec.install or reason}", highlight=False, markup=False)
            continue
        with console.status(f"training on {name}"), backend_scope(name):
            outcomes.append(train(epochs, seed, 0))
    table = Table(title=f"The same convnet on {len(outcomes)} backends, seed {seed}", title_justify="left")
    table.add_column("Loss in epoch", justify="right")
    for outcome in outcomes:
        table.add_column(outcome.backend, justify="right")
    table.add_column("agree", justify="center")
    agreed = True
    for epoch in range(epochs):
        losses = [o.losses[epoch] for o in outcomes]
        same = max(losses) - min(losses) <= AGREEMENT * max(losses)
        agreed = agreed and same
        table.add_row(str(epoch + 1), *(f"{loss:.5f}" for loss in losses), "yes" if same else "NO")
    table.add_section()
    table.add_row("test accuracy", *(f"{o.accuracy:.4f}" for o in outcomes), "")
    table.add_row("samples per second", *(f"{o.samples_per_second:,.0f}" for o in outcomes), "")
    console.print(table)
    return 0 if agreed else 1
