"""The learning rates of a model, for callbacks that change them between epochs."""

from __future__ import annotations

from typing import Any

from polykeras.ops.conversion import convert_to_numpy


def optimizers_by_log(model: Any) -> dict[str, Any]:
    """The model's optimizer under ``"learning_rate"``; several ones under this and their names, as in the logs."""
    several = getattr(model.optimizer, "optimizers", None)
    if several is None:
        return {"learning_rate": model.optimizer}
    return {f"learning_rate_{optimizer.name}": optimizer for optimizer in several}


def rate_of(optimizer: Any) -> float:
    """The learning rate now."""
    return float(convert_to_numpy(optimizer.learning_rate))
