"""`Bidirectional`: a recurrent layer from the first step to the last, and one from the last to the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polykeras import ops, saving
from polykeras.errors import ArgumentError
from polykeras.layers.layer import Layer
from polykeras.layers.rnn.cells import as_list
from polykeras.typing import Mask, Tensor

MERGE: dict[str | None, Callable[[Tensor, Tensor], Any]] = {
    "concat": lambda y, back: ops.concatenate([y, back], axis=-1),
    "sum": ops.add,
    "ave": lambda y, back: ops.multiply(ops.add(y, back), 0.5),
    "mul": ops.multiply,
    None: lambda y, back: [y, back],
}
"""How the outputs of the two layers become one, by `merge_mode`."""


def merge_directions(mode: str | None, y: Tensor, back: Tensor, sequences: bool) -> Any:
    """The outputs of both layers as `mode` says; those of all steps are put into the order of the inputs first."""
    return MERGE[mode](y, ops.flip(back, axis=1) if sequences else back)


def check_merge_mode(mode: Any) -> None:
    """Raise `ArgumentError` for a `merge_mode` that there is not."""
    if mode not in MERGE:
        raise ArgumentError(f"Bidirectional: merge_mode must be one of {[*MERGE]}, got {mode!r}.")


MUST_AGREE = ("stateful", "return_sequences", "return_state")


class Bidirectional(Layer):
    """Runs a recurrent layer in both directions over ``(batch, steps, ...)`` and merges the outputs.

    With `return_sequences` the outputs of both are in the order of the inputs, and 0 where the mask is false. With
    `return_state`, the result is a list: the output (two outputs if they are not merged), the last state of the forward
    layer, that of the backward layer.

    Args:
        layer: an `RNN`, or a layer with its arguments. It is made anew from its configuration.
        merge_mode: ``"concat"`` on the last axis, ``"sum"``, ``"ave"`` for the mean, ``"mul"``, or None for a list.
        weights: arrays to start with: those of the forward layer, then those of the backward layer.
        backward_layer: another layer for the other direction, which must have another `go_backwards`; by default one
            with the configuration of `layer`.
        kwargs: those of `Layer`.

    Raises `ArgumentError` for another merge mode, for what is no recurrent layer, and for two layers that do not fit
    together.
    """

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, given in (("layer", layer), ("backward_layer", backward_layer)):
            if given is None and name == "backward_layer":
                continue
            if not isinstance(given, Layer) or not hasattr(given, "go_backwards"):
                raise ArgumentError(f"Bidirectional: {name} must be a recurrent layer, such as an LSTM, got {given!r}.")
        check_merge_mode(merge_mode)
        self.merge_mode = merge_mode
        self.forward_layer: Any = again(layer, "forward_")
        self.backward_layer: Any = backward_layer or again(layer, "backward_", go_backwards=True)
        self._check_pair()
        self.stateful, self.return_sequences, self.return_state = (getattr(layer, a) for a in MUST_AGREE)
        pair: tuple[Any, Any] = (self.forward_layer, self.backward_layer)
        for direction in pair:
            if hasattr(direction, "zero_output_for_mask"):
                direction.zero_output_for_mask = direction.return_sequences
        self._initial_weights = None if weights is None else list(weights)
        self.supports_masking = True
        self.input_spec = layer.input_spec

    def _check_pair(self) -> None:
        forward, backward = self.forward_layer, self.backward_layer
        if forward.go_backwards == backward.go_backwards:
            raise ArgumentError(
                f"Bidirectional: forward and backward layer both have go_backwards={forward.go_backwards}; one must go "
                "the other way."
            )
        for name in MUST_AGREE:
            if getattr(forward, name) != getattr(backward, name):
                raise ArgumentError(
                    f"Bidirectional: {name} is {getattr(forward, name)} in the forward layer and "
                    f"{getattr(backward, name)} in the backward layer; both must have the same."
                )

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Build both layers, and give them the weights that were passed."""
        for direction in (self.forward_layer, self.backward_layer):
            if not direction.built:
                direction.build(sequences_shape)
        if self._initial_weights is not None:
            half = len(self.forward_layer.weights)
            self.forward_layer.set_weights(self._initial_weights[:half])
            self.backward_layer.set_weights(self._initial_weights[half:])

    def call(
        self, sequences: Tensor, initial_state: Any = None, mask: Mask | None = None, training: bool = False
    ) -> Any:
        """The merged outputs; `initial_state` is the forward layer's and then the backward layer's."""
        first, second = self._halves(initial_state)
        y = self.forward_layer(sequences, initial_state=first, mask=mask, training=training)
        back = self.backward_layer(sequences, initial_state=second, mask=mask, training=training)
        states: list[Any] = []
        if self.return_state:
            (y, *states), (back, *more) = y, back
            states += more
        merged = merge_directions(self.merge_mode, y, back, self.return_sequences)
        if not self.return_state:
            return merged
        return [*(merged if self.merge_mode is None else [merged]), *states]

    def _halves(self, states: Any) -> tuple[Any, Any]:
        if states is None:
            return None, None
        given = as_list(states)
        if len(given) % 2:
            raise ArgumentError(
                f"Layer {self.name!r}: initial_state must be the state of the forward layer and then that of the "
                f"backward layer, got {len(given)} tensor(s)."
            )
        return given[: len(given) // 2], given[len(given) // 2 :]

    def reset_state(self) -> None:
        """Make the kept states of both layers zeros."""
        for direction in (self.forward_layer, self.backward_layer):
            direction.reset_state()

    reset_states = reset_state

    def compute_mask(self, inputs: Tensor, previous_mask: Mask | None = None) -> Any:
        """The mask of the inputs, for the outputs of all steps; none for last outputs and states."""
        mask = previous_mask if self.return_sequences else None
        return [mask, mask] if self.merge_mode is None else [mask] if self.return_state else mask

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments but the weights, which are no configuration."""
        return super().get_config() | {
            "layer": saving.serialize_keras_object(self.forward_layer),
            "backward_layer": saving.serialize_keras_object(self.backward_layer),
            "merge_mode": self.merge_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Layer:
        """The layer that `get_config` described."""
        pair = {k: config.get(k) for k in ("layer", "backward_layer")}
        made = {k: v and saving.deserialize_keras_object(v, custom_objects) for k, v in pair.items()}
        return cls(**{**config, **made})


def again(layer: Layer, prefix: str, **changes: Any) -> Layer:
    """A new layer of the same configuration but for `changes` and its name."""
    name = prefix + layer.name.removeprefix(prefix)
    return type(layer).from_config({**layer.get_config(), **changes, "name": name})
