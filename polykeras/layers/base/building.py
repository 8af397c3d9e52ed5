"""Building: a layer makes its variables when the shapes of its inputs are known."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from polykeras import tree
from polykeras.errors import PolykerasError
from polykeras.layers.base.call_signature import signature_of
from polykeras.layers.base.losses import LayerLosses
from polykeras.layers.base.nested_calls import calls
from polykeras.layers.base.shapes import shapes_of
from polykeras.scope import backend_scope, local
from polykeras.variable import storage_backend


class LayerBuilding(LayerLosses):
    """When and with what `build` is called."""

    _backend: Any
    _build_shapes: Any
    initial_weights: Any = None  # what `weights=` said: values to start with, until the layer is built

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = _complete(vars(cls)["build"])  # type: ignore[method-assign]

    def build(self, input_shape: Any) -> None:
        """Make the variables. The default makes none."""
        self.built = True

    def _ensure_built(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        signature = signature_of(type(self))
        shapes = {}
        for name, value in zip(signature.names, args, strict=False):
            if value is not None and any(hasattr(x, "shape") for x in tree.flatten(value)):
                shapes[name] = shapes_of(value)
        for name, value in kwargs.items():
            if value is not None and any(hasattr(x, "shape") for x in tree.flatten(value)):
                shapes[name] = shapes_of(value)
        wanted = signature.build_names
        if any(n.endswith("_shape") and n != "input_shape" and n[: -len("_shape")] in shapes for n in wanted):
            self._run_build(**{n: shapes.get(n[: -len("_shape")]) for n in wanted if n[: -len("_shape")] in shapes})
        else:
            self._run_build(next(iter(shapes.values()), None))

    def _run_build(self, *shapes: Any, **named: Any) -> None:
        """Call `build` where variables go to their backend, whatever is being traced."""
        previous, stateless = calls.names, local.stateless
        calls.names = (*previous, self.name)
        self._path = "/".join(calls.names)
        self._choose_dtypes()  # a map of policies goes by the path
        local.stateless = None
        self._building = True
        self._backend = storage_backend()
        try:
            with backend_scope(self._backend):
                self.build(*shapes, **named)
                self.built = True
                self._finish_build()
                if self.initial_weights is not None:
                    self.set_weights(self.initial_weights)
                    self.initial_weights = None
        except PolykerasError as error:
            if self.name not in str(error):
                error.args = (f"Layer {self.name!r}: {error}",)
            raise
        finally:
            calls.names, local.stateless = previous, stateless
            self._building = False
        self._build_shapes = shapes[0] if shapes else named

    def _finish_build(self) -> None:
        """What is made after `build`, of a subclass's subclass too; nothing here."""

    def get_build_config(self) -> dict[str, Any]:
        """The shapes that the layer was built with: of its input, or by the names of `build`'s arguments."""
        shapes = self._build_shapes
        if isinstance(shapes, dict) and any(name in shapes for name in signature_of(type(self)).build_names):
            return {"shapes_dict": shapes}
        return {"input_shape": shapes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with the shapes of `get_build_config`."""
        if self.built:
            return
        if "shapes_dict" in config:
            self._run_build(**config["shapes_dict"])
        else:
            self._run_build(config["input_shape"])


def _complete(build: Callable[..., Any]) -> Callable[..., Any]:
    """A `build` that, when it is called from outside, does all that building a layer takes."""

    @functools.wraps(build)
    def wrapper(self: LayerBuilding, *shapes: Any, **named: Any) -> None:
        if self._building:
            build(self, *shapes, **named)
        else:
            self._run_build(*shapes, **named)

    return wrapper
