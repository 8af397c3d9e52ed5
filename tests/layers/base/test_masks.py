"""How masks come to a layer, and what leaves it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from polykeras import layers, masking, ops

X = np.ones((2, 3, 4), "float32")
MASK = np.array([[True, True, False], [True, False, False]])


def masked(mask: Any = MASK) -> Any:
    """A new tensor with a mask."""
    x = X.copy()
    masking.set_mask(x, mask)
    return x


class Seen(layers.Layer):
    """Remembers the masks that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Twice the inputs."""
        self.seen = mask
        return ops.multiply(inputs, 2)


class Query(layers.Layer):
    """Takes two tensors, each with a mask."""

    def call(self, query: Any, value: Any, query_mask: Any = None, value_mask: Any = None, flag: bool = False) -> Any:
        """The sum."""
        self.seen = (query_mask, value_mask)
        return ops.add(query, value)


def test_a_mask_that_is_given_comes_before_the_one_on_the_tensor_and_is_passed_on() -> None:
    layer = Seen()
    assert masking.get_mask(layer(X.copy(), mask=MASK)) is MASK
    other = ~MASK
    assert masking.get_mask(layer(masked(), mask=other)) is other
    assert layer.seen is other
    assert masking.get_mask(layer(masked(), other)) is other


def test_each_tensor_argument_has_its_mask() -> None:
    layer = Query()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the layer takes masks
        layer(masked(), masked(~MASK))
        np.testing.assert_array_equal(layer.seen, (MASK, ~MASK))
        layer(query=masked(), value=X.copy())
        np.testing.assert_array_equal(layer.seen[0], MASK)
        assert layer.seen[1] is None
        layer(masked(), X.copy(), value_mask=~MASK)
        np.testing.assert_array_equal(layer.seen, (MASK, ~MASK))


def test_a_layer_that_takes_no_masks_warns_once() -> None:
    class Plain(layers.Layer):
        def call(self, inputs: Any) -> Any:
            return ops.multiply(inputs, 2)

    layer = Plain(name="plain")
    with pytest.warns(UserWarning, match=r"'plain' \(Plain\) does not support masking"):
        y = layer(masked())
    assert masking.get_mask(y) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer(masked())


def test_a_mask_set_inside_call_stays() -> None:
    class Inside(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.supports_masking = True

        def call(self, inputs: Any) -> Any:
            y = ops.multiply(inputs, 2)
            masking.set_mask(y, ~MASK)
            return y

    np.testing.assert_array_equal(masking.get_mask(Inside()(masked())), ~MASK)
