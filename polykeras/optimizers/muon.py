"""`Muon`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from polykeras import ops
from polykeras.errors import ShapeError
from polykeras.optimizers.moments import adam_correction, float32_at_least, move_average
from polykeras.optimizers.optimizer import Optimizer
from polykeras.optimizers.shared_arguments import with_shared_arguments
from polykeras.typing import Tensor
from polykeras.variable import Variable


class Muon(Optimizer):
    """Orthogonalized steps for matrices, `AdamW`'s for all other variables.

    A matrix moves by ``learning_rate * rms_rate * sqrt(max(rows, columns))`` times the momentum's nearest orthogonal
    matrix, or nearly that: each Newton-Schulz step is ``x = a x + (b (x xᵀ) + c (x xᵀ)²) x``. Jordan et al. 2024,
    https://kellerjordan.github.io/posts/muon; the scale: Liu et al. 2025, arXiv:2502.16982.

    Args:
        adam_beta_1, adam_beta_2, adam_weight_decay, epsilon: of AdamW.
        weight_decay: of the matrices.
        exclude_layers: regular expressions; variables in whose path one is found are AdamW's.
        exclude_embeddings: whether matrices with "embedding" in their path are AdamW's.
        muon_a, muon_b, muon_c: coefficients of a Newton-Schulz step.
        adam_lr_ratio: AdamW's learning rate as a multiple of `learning_rate`.
        momentum: ``m = momentum * m + gradient``.
        ns_steps: number of Newton-Schulz steps.
        nesterov: look ahead along the momentum: orthogonalize ``gradient + momentum * m``.
        rms_rate: None for steps that do not depend on the size of the matrix.

    The others are those of `Optimizer`.
    """

    @with_shared_arguments
    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        *,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **shared: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **shared)
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = list(exclude_layers or ())
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    def _uses_adam(self, variable: Variable) -> bool:
        if len(variable.shape) != 2 or (self.exclude_embeddings and "embedding" in variable.path.lower()):
            return True
        return any(re.search(pattern, variable.path) for pattern in self.exclude_layers)

    def build(self, variables: Sequence[Variable]) -> None:
        """Make room for the momentums, and for Adam's averages of squares."""
        if self.built:
            return
        super().build(variables)
        self._momentums: list[Variable] = []
        self._velocities: list[Variable | None] = []  # None: a matrix that is orthogonalized
        for v in variables:
            self._momentums.append(self.add_variable_from_reference(v, "momentum"))
            self._velocities.append(self.add_variable_from_reference(v, "velocity") if self._uses_adam(v) else None)

    def _apply_weight_decay(self, variables: Sequence[Variable]) -> None:
        for rate, adams in ((self.weight_decay, False), (self.adam_weight_decay, True)):
            if rate is not None:
                self._decay.apply([v for v in variables if self._uses_adam(v) is adams], rate, self._rate_in)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """One step of one variable."""
        i = self._get_variable_index(variable)
        velocity = self._velocities[i]
        if velocity is None:
            step = self._orthogonal_step(gradient, self._momentums[i])
        else:
            step = self._adam_step(gradient, self._momentums[i], velocity)
        variable.assign(ops.subtract(variable.value, ops.multiply(step, learning_rate)))

    def _adam_step(self, gradient: Tensor, momentum: Variable, velocity: Variable) -> Tensor:
        m = move_average(momentum, gradient, self.adam_beta_1)
        v = move_average(velocity, ops.square(gradient), self.adam_beta_2)
        correction = self.step_scalar(
            "adam",
            momentum.dtype,
            lambda t: ops.multiply(adam_correction(self.adam_beta_1, self.adam_beta_2, t), self.adam_lr_ratio),
        )
        return ops.divide(ops.multiply(m, correction), ops.add(ops.sqrt(v), self.epsilon))

    def _orthogonal_step(self, gradient: Tensor, momentum: Variable) -> Tensor:
        m = ops.add(ops.multiply(momentum.value, self.momentum), gradient)
        momentum.assign(m)
        ahead = ops.add(ops.multiply(m, self.momentum), gradient) if self.nesterov else m
        return self.lr_adjust(self.zeropower_via_newtonschulz5(ahead, self.ns_steps))

    def lr_adjust(self, x: Tensor) -> Tensor:
        """The step of a matrix, scaled by its size, see `rms_rate`."""
        return x if self.rms_rate is None else ops.multiply(x, self.rms_rate * math.sqrt(max(x.shape)))

    def transpose_last_axis(self, X: Tensor) -> Tensor:
        """With the last two axes exchanged."""
        return ops.swapaxes(X, -1, -2)

    def zeropower_via_newtonschulz5(self, x: Tensor, steps: int) -> Tensor:
        """Nearly U Vᵀ of the singular value decomposition U S Vᵀ of matrices, in their dtype.

        Raises `ShapeError` for fewer than two axes.
        """
        if len(x.shape) < 2:
            raise ShapeError(f"Muon: matrices are expected, got shape {tuple(x.shape)}.")
        dtype, tall = ops.dtype(x), x.shape[-2] > x.shape[-1]
        x = float32_at_least(x)
        if tall:
            x = self.transpose_last_axis(x)
        # The Frobenius norm, which no singular value exceeds.
        size = ops.sqrt(ops.sum(ops.square(x), axis=(-2, -1), keepdims=True))
        x = ops.divide(x, ops.add(size, 1e-7))
        for _ in range(steps):
            squared = ops.matmul(x, self.transpose_last_axis(x))
            polynomial = ops.add(
                ops.multiply(squared, self.muon_b), ops.multiply(ops.matmul(squared, squared), self.muon_c)
            )
            x = ops.add(ops.multiply(x, self.muon_a), ops.matmul(polynomial, x))
        return ops.cast(self.transpose_last_axis(x) if tall else x, dtype)
