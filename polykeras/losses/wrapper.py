"""`LossFunctionWrapper`: a loss from a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import ops
from polykeras.losses.loss import Loss
from polykeras.typing import Tensor


class LossFunctionWrapper(Loss):
    """The loss whose values are ``fn(y_true, y_pred, **kwargs)``. Its name is by default the function's."""

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name or getattr(fn, "__name__", None), reduction, dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Any, y_pred: Any) -> Tensor:
        """The function's values."""
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, also those of a subclass that passes them on to the function."""
        config = {**super().get_config(), **self._fn_kwargs}
        if type(self) is LossFunctionWrapper:
            from polykeras import saving

            config["fn"] = saving.serialize_keras_object(self.fn)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """The loss that `get_config` described."""
        if "fn" in config:
            from polykeras import saving

            config = {**config, "fn": saving.deserialize_keras_object(config["fn"], home="losses")}
        return cls(**config)


class ClassNumberLoss(LossFunctionWrapper):
    """One whose targets are class numbers: they stay integers."""

    def _converted_target(self, y: Any) -> Tensor:
        return ops.convert_to_tensor(y)
