"""`ConvLSTM2D`: an LSTM whose products are convolutions."""

from __future__ import annotations

from functools import partial
from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.base.biased import with_bias
from polykeras.ops.recurrent_cells import CELLS
from polykeras.typing import Tensor
from polykeras.v1 import backend as K
from polykeras.v1.engine.affine import AffineLayer
from polykeras.v1.engine.arguments import adopt, ordering
from polykeras.v1.engine.base_layer import InputSpec
from polykeras.v1.layers.recurrent import Recurrent
from polykeras.v1.utils.np_utils import conv_output_length


class ConvRecurrent2D(Recurrent):
    """Base class of recurrent layers over images. For the arguments see `ConvLSTM2D`."""

    def __init__(
        self,
        weights: Any = None,
        nb_row: int | None = None,
        nb_col: int | None = None,
        nb_filter: int | None = None,
        return_sequences: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        dim_ordering: str | None = None,
        **kwargs: Any,
    ) -> None:
        AffineLayer.__init__(self, **kwargs)
        adopt(self, locals())
        self.dim_ordering = ordering(dim_ordering or "default")
        self.unroll = False
        self.supports_masking = True
        self.input_spec = InputSpec(ndim=5)
        self.states = [None] * self.kept


class ConvLSTM2D(ConvRecurrent2D):
    """Over ``(samples, steps, ...image)``. Shi et al. 2015, arXiv:1506.04214.

    Args:
        nb_filter, nb_row, nb_col, border_mode, subsample, dim_ordering: of the convolutions of the inputs, as for
            `Convolution2D`; the recurrent ones keep the size.
        init, inner_init, forget_bias_init, activation, inner_activation, W_regularizer, U_regularizer, b_regularizer,
        dropout_W, dropout_U: as for `LSTM`.
        return_sequences, go_backwards, stateful: as for `Recurrent`.
    """

    kept, gates, gate_names = 2, 4, "ifco"

    def __init__(
        self,
        nb_filter: int,
        nb_row: int,
        nb_col: int,
        init: Any = "glorot_uniform",
        inner_init: Any = "orthogonal",
        forget_bias_init: Any = "one",
        activation: Any = "tanh",
        inner_activation: Any = "hard_sigmoid",
        dim_ordering: str = "default",
        border_mode: str = "valid",
        subsample: Any = (1, 1),
        W_regularizer: Any = None,
        U_regularizer: Any = None,
        b_regularizer: Any = None,
        dropout_W: float = 0.0,
        dropout_U: float = 0.0,
        **kwargs: Any,
    ) -> None:
        if border_mode not in ("valid", "same"):
            raise ArgumentError(f'ConvLSTM2D: border_mode must be "valid" or "same", got {border_mode!r}.')
        super().__init__(nb_row=nb_row, nb_col=nb_col, nb_filter=nb_filter, dim_ordering=dim_ordering, **kwargs)
        weights, kind = self.initial_weights, self.dim_ordering
        adopt(self, {k: v for k, v in locals().items() if k not in ("weights", "kind", "dim_ordering")})
        self.initial_weights, self.subsample = weights, tuple(subsample)

    def build(self, input_shape: Any) -> None:
        """Make the kernels and biases of the gates and of the candidate."""
        first = self.dim_ordering == "th"
        channels = self._known(input_shape, 2 if first else -1)
        self._start(input_shape)
        window = (self.nb_row, self.nb_col)

        def laid_out(into: int) -> tuple[int, ...]:
            return (self.nb_filter, into, *window) if first else (*window, into, self.nb_filter)

        inner = partial(self.inner_init, dim_ordering=self.dim_ordering)
        for gate in "icfo":
            setattr(self, f"W_{gate}", self._kernel(laid_out(channels), "W", f"W_{gate}", self.dim_ordering))
            u = self.add_weight(
                laid_out(self.nb_filter), inner, name=f"{self.name}_U_{gate}", regularizer=self.U_regularizer
            )
            setattr(self, f"U_{gate}", u)
            start = self.forget_bias_init if gate == "f" else "zero"
            setattr(self, f"b_{gate}", self._bias((self.nb_filter,), f"b_{gate}", start))
        self.built = True

    def _state_shape(self, input_shape: Any) -> tuple[int, ...]:
        first = self.dim_ordering == "th"
        sizes = [self._known(input_shape, axis) for axis in ((3, 4) if first else (2, 3))]
        spatial = [
            int(conv_output_length(size, k, self.border_mode, s))
            for size, k, s in zip(sizes, (self.nb_row, self.nb_col), self.subsample, strict=True)
        ]
        batch = int(input_shape[0])
        return (batch, self.nb_filter, *spatial) if first else (batch, *spatial, self.nb_filter)

    def preprocess_input(self, x: Tensor) -> Tensor:
        """The convolutions of all steps' images for the four gates, side by side along the channels."""
        batch, steps, *image = tuple(x.shape)
        flat = (batch * steps, *image)
        parts = []
        for gate in self.gate_names:
            images = ops.reshape(x, flat)
            if self.dropout_W:
                dropped = K.in_train_phase(lambda: K.dropout(x, self.dropout_W, (batch, 1, *image)), x)
                images = ops.reshape(dropped, flat)
            parts.append(
                self.conv_step(images, getattr(self, f"W_{gate}"), getattr(self, f"b_{gate}"), self.border_mode)
            )
        y = ops.concatenate(parts, self._axis)
        return ops.reshape(y, (batch, steps, *tuple(y.shape)[1:]))

    @property
    def _axis(self) -> int:
        """The axis of the channels in images."""
        return 1 if self.dim_ordering == "th" else -1

    def conv_step(self, x: Tensor, W: Any, b: Any = None, border_mode: str = "valid") -> Tensor:
        """A convolution of the images of inputs."""
        return with_bias(K.conv2d(x, W, self.subsample, border_mode, self.dim_ordering), b, self._axis)

    def conv_step_hidden(self, x: Tensor, W: Any, border_mode: str = "same") -> Tensor:
        """A convolution of a state, which keeps its size."""
        return K.conv2d(x, W, (1, 1), border_mode, self.dim_ordering)

    def step(self, x: Tensor, states: list[Any]) -> tuple[Tensor, list[Tensor]]:
        """One step."""
        before, factors = states[:2], states[2:]
        last = [ops.moveaxis(v, self._axis, -1) for v in (x, *before)]

        def product(h: Tensor, kernel: Any, first: int) -> Tensor:
            gates = zip(self.gate_names, factors, strict=True)
            parts = [self.conv_step_hidden(before[0] * f, getattr(self, f"U_{gate}")) for gate, f in gates]
            return ops.moveaxis(ops.concatenate(parts, self._axis), self._axis, -1)

        new, _ = CELLS["lstm"].step(last[0], last[1:], [None], self.activation, self.inner_activation, product)
        h, c = (ops.moveaxis(v, -1, self._axis) for v in new)
        return h, [h, c]


__all__ = ["ConvLSTM2D", "ConvRecurrent2D"]
