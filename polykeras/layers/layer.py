"""`Layer`: a function of tensors with variables of its own."""

from __future__ import annotations

from typing import Any

from polykeras import dtype_policies
from polykeras.errors import ArgumentError
from polykeras.layers.base.calling import LayerCalling
from polykeras.layers.base.rematerialization import current_scope
from polykeras.layers.input_spec import InputSpec
from polykeras.legacy.layer_nodes import LayerNodes
from polykeras.variable import Variable


class Layer(LayerNodes, LayerCalling):
    """Base class of all layers.

    A subclass defines ``call(self, inputs)`` on `polykeras.ops`, and, if it has variables,
    ``build(self, input_shape)``, which makes them with `add_weight`. Other layers and variables that are attributes
    belong to it, also inside lists and dictionaries.

    Args:
        activity_regularizer: a penalty on the outputs, added to `losses`.
        trainable: whether optimizers change its variables.
        dtype: what `polykeras.dtype_policies.get` takes: a dtype, a policy name such as ``"mixed_bfloat16"``, a policy.
        autocast: whether floating inputs are cast to the compute dtype.
        name: by default made from the class's name.
    """

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        input_shape = _legacy_input_shape(kwargs)
        self.initial_weights = kwargs.pop("weights", None)
        if kwargs:
            raise ArgumentError(f"{type(self).__name__}: unknown argument(s) {', '.join(kwargs)}.")
        if not isinstance(trainable, bool):
            raise ArgumentError(f"{type(self).__name__}: trainable must be True or False, got {trainable!r}.")
        super().__init__(name)
        self._path: str | None = None
        from polykeras import regularizers

        self._initialized = True
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = dtype
        self.autocast = autocast
        self.built = False
        self.supports_masking = False
        self.input_spec: Any = None
        self._trainable = trainable
        self._own_trainable: list[Variable] = []
        self._own_fixed: list[Variable] = []
        self._losses: list[Any] = []
        self._remat = current_scope()
        self._backend: Any = None  # where the variables are; None: it has none
        self._build_shapes: Any = None
        if input_shape is not None:
            self._declared_input_shape = input_shape

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make an equal, unbuilt layer."""
        if not self._initialized:
            self._refuse_uninitialized()
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": dtype_policies.serialize(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            from polykeras import regularizers

            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        """The layer that `get_config` described."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _legacy_input_shape(kwargs: dict[str, Any]) -> Any:
    """The input shape, batch first, that a layer was given for being the first of a Sequential."""
    if "batch_input_shape" in kwargs:
        return tuple(kwargs.pop("batch_input_shape"))
    if "batch_shape" in kwargs:
        return tuple(kwargs.pop("batch_shape"))
    if "input_shape" in kwargs:
        return (None, *kwargs.pop("input_shape"))
    if "input_dim" in kwargs:
        return (None, kwargs.pop("input_dim"))
    return None


__all__ = ["InputSpec", "Layer"]
