"""LoRA: a trained weight is tuned by two small factors, itself unchanged (Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

from typing import Any

from polykeras import ops
from polykeras.errors import ArgumentError
from polykeras.layers.configuration import positive
from polykeras.layers.layer import Layer
from polykeras.scope import backend_scope
from polykeras.typing import Tensor
from polykeras.variable import Variable


class LowRankLayer(Layer):
    """A layer one of whose weights, ``(..., n)``, can become ``weight + lora_alpha / lora_rank * a @ b``.

    The factors `a`, ``(..., lora_rank)``, and `b`, ``(lora_rank, n)``, are float32 and trained in place of the weight.
    Files hold the sum, without the factors; what is loaded starts with factors of 0.

    A subclass passes the three arguments on to ``super().__init__``, makes the weight in `build` by
    `add_low_rank_weight`, computes with `low_rank_value`, and gives the weight its public name::

        class Dense(LowRankLayer):
            kernel = low_rank_property("kernel")

            def build(self, input_shape):
                self.add_low_rank_weight((input_shape[-1], self.units), self.kernel_initializer, name="kernel")

            def call(self, inputs):
                return ops.matmul(inputs, self.low_rank_value())

    Its `get_config` need say nothing of the three arguments.

    Args:
        lora_rank: the rank with which `enable_lora` is called when the layer is built; None: it is not called.
        lora_alpha: how strong the factors are; by default as the rank.
        quantization_config: only None. Layers are not quantized here.
    """

    def __init__(
        self,
        *,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if quantization_config is not None:
            raise ArgumentError(
                f"{type(self).__name__}: layers are not quantized here, quantization_config must be None, "
                f"got {quantization_config!r}."
            )
        self.lora_rank = None if lora_rank is None else positive(type(self), "lora_rank", lora_rank)
        self.lora_alpha = lora_alpha if lora_alpha is not None else lora_rank
        self.lora_enabled = False
        self._low_rank_weight: Variable
        self._low_rank_factors: tuple[Variable, ...] = ()

    def add_low_rank_weight(self, shape: Any, initializer: Any = None, **kwargs: Any) -> Variable:
        """As `add_weight`, for the weight that factors may be added to."""
        self._low_rank_weight = self.add_weight(shape, initializer, **kwargs)
        return self._low_rank_weight

    def _finish_build(self) -> None:
        if self.lora_rank is not None and not self.lora_enabled:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freeze the weight and add two factors that are trained instead.

        Raises `ArgumentError` if the layer is not built, has factors already, or constrains the weight.
        """
        if not self.built:
            raise ArgumentError(f"Layer {self.name!r} is not built yet: build it, or call it, before enable_lora.")
        if self.lora_enabled:
            raise ArgumentError(f"Layer {self.name!r} has LoRA factors already: enable_lora works once per layer.")
        weight = self._low_rank_weight
        if weight.constraint is not None:
            raise ArgumentError(
                f"Layer {self.name!r}: a weight with a constraint takes no LoRA factors; make the layer without "
                f"{weight.name}_constraint."
            )
        rank = positive(type(self), "rank", rank)
        shapes = {"a": (*weight.shape[:-1], rank), "b": (rank, weight.shape[-1])}
        building, self._building = self._building, True  # the one time that a built layer takes new variables
        try:
            with backend_scope(weight.backend):
                for letter, initializer in (("a", a_initializer), ("b", b_initializer)):
                    name = f"lora_{weight.name}_{letter}"
                    factor = self.add_weight(shapes[letter], initializer, "float32", name=name)
                    factor.regularizer = weight.regularizer
                    factor.path = f"{self.path}/{name}"
                    setattr(self, name, factor)
                    self._low_rank_factors += (factor,)
        finally:
            self._building = building
        weight.trainable = False
        self.lora_enabled = True
        self.lora_rank = rank
        self.lora_alpha = lora_alpha if lora_alpha is not None else rank
        self.low_rank_scale = self.lora_alpha / rank

    def low_rank_value(self) -> Tensor:
        """The weight to compute with, the product of the factors added, in the dtype in which the weight is read."""
        try:
            value = self._low_rank_weight.value
        except AttributeError as error:
            if self.built:
                raise
            raise ArgumentError(
                f"Layer {self.name!r} is not built yet, it has no weights: build it, or call layer(inputs) in place of "
                "layer.call(inputs)."
            ) from error
        if not self.lora_enabled:
            return value
        a, b = self._low_rank_factors
        return ops.cast(
            ops.add(value, ops.multiply(ops.matmul(a.value, b.value), self.low_rank_scale)), ops.dtype(value)
        )

    def _file_variables(self) -> list[Variable]:
        return [v for v in self._direct_variables() if not any(v is factor for factor in self._low_rank_factors)]

    def save_own_variables(self, store: Any) -> None:
        """Write the layer's weights into a mapping; factors are added to their weight."""
        for i, v in enumerate(self._file_variables()):
            store[str(i)] = ops.convert_to_numpy(self.low_rank_value()) if v is self._low_rank_weight else v.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Assign what `save_own_variables` wrote; factors become 0.

        Raises `ArgumentError` for another number of values, `ShapeError` for another shape, and changes nothing then.
        """
        self._assign_all(self._file_variables(), [store[str(i)] for i in range(len(store.keys()))])
        for factor in self._low_rank_factors:
            factor.assign(ops.zeros(factor.shape))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        if self.lora_rank is not None:
            config |= {"lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha}
        return config


def low_rank_property(name: str) -> Any:
    """The weight of a `LowRankLayer` under its public name: a variable, or the sum, a tensor, once it has factors."""

    def read(self: LowRankLayer) -> Any:
        if not hasattr(self, "_low_rank_weight"):
            raise AttributeError(f"Layer {self.name!r} has no {name} yet: build it, or call it, first.")
        return self.low_rank_value() if self.lora_enabled else self._low_rank_weight

    return property(read, doc=f"The {name}: a variable, or once `enable_lora` was called, its sum with the factors.")
