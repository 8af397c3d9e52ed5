"""`EinsumDense`: equations, shapes of weights, what does not fit."""

import numpy as np
import pytest

from polykeras import layers
from polykeras.errors import ArgumentError, ShapeError

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("equation", "output_shape", "bias_axes", "shape", "kernel", "bias"),
    [
        ("ab,bc->ac", 7, "c", (2, 5), (5, 7), (7,)),
        ("abc,cd->abd", (None, 7), None, (2, 3, 5), (5, 7), None),
        ("abc,cde->abde", (None, 2, 3), "be", (2, 4, 5), (5, 2, 3), (4, 1, 3)),
        ("abc,bcd->abd", (3, 7), "bd", (2, 3, 5), (3, 5, 7), (3, 7)),
        ("...x,xy->...y", 7, "y", (2, 3, 4, 5), (5, 7), (7,)),
        ("...xz,xzy->...y", 7, None, (2, 3, 5), (3, 5, 7), None),
        ("ab...,bc->ac...", 7, "c", (2, 5, 3, 4), (5, 7), (7, 1, 1)),
    ],
)
def test_sums(equation, output_shape, bias_axes, shape, kernel, bias):
    layer = layers.EinsumDense(equation, output_shape, "tanh", bias_axes, dtype="float64")
    x = RNG.normal(size=shape)
    layer.build(shape)
    assert layer.kernel.shape == kernel
    assert (layer.bias.shape if bias else layer.bias) == bias
    layer.set_weights([RNG.normal(size=v.shape) for v in layer.weights])
    sums = np.einsum(equation, x, layer.kernel.numpy()) + (layer.bias.numpy() if bias else 0)
    np.testing.assert_allclose(layer(x), np.tanh(sums), atol=1e-12)
    assert layer.compute_output_shape(shape) == sums.shape


def test_initializers_count_the_letters_that_are_summed_over():
    layer = layers.EinsumDense("abc,cde->abde", (None, 20, 30), kernel_initializer="lecun_normal")
    layer.build((None, None, 50))
    np.testing.assert_allclose(layer.kernel.numpy().std(), np.sqrt(1 / 50), rtol=0.02)


def test_low_rank():
    layer = layers.EinsumDense("abc,cde->abde", (None, 2, 3), lora_rank=2, dtype="float64")
    x = RNG.normal(size=(2, 4, 5))
    layer.build(x.shape)
    assert [(v.name, v.shape) for v in layer.trainable_weights] == [
        ("lora_kernel_a", (5, 2, 2)),
        ("lora_kernel_b", (2, 3)),
    ]
    weight, a, b = (RNG.normal(size=s) for s in ((5, 2, 3), (5, 2, 2), (2, 3)))
    for v, value in zip([*layer.non_trainable_weights, *layer.trainable_weights], (weight, a, b), strict=True):
        v.assign(value)
    np.testing.assert_allclose(layer(x), np.einsum("abc,cde->abde", x, weight + a @ b), rtol=1e-5, atol=1e-6)  # factors are float32


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ab,bc", 3), "equation must be of the form"),
        (("...ab,bc->ac", 3), "equation must be of the form"),
        (("ab,bc->acd", 3), "'d' is in the outputs .* in neither inputs nor kernel"),
        (("ab,bcd->ac", 3), "'d' is in the kernel .* in neither inputs nor outputs"),
        (("ab,bc->ac", 3, None, "b"), "bias_axes 'b' has 'b', the outputs are 'ac'"),
        (("ab,bc->ac", "x"), "output_shape is an int or several"),
    ],
)
def test_bad_arguments(arguments, said):
    with pytest.raises(ArgumentError, match=said):
        layers.EinsumDense(*arguments)
    with pytest.raises(ArgumentError, match="not quantized here"):
        layers.EinsumDense("ab,bc->ac", 3, gptq_unpacked_column_size=2)


@pytest.mark.parametrize(
    ("equation", "output_shape", "shape", "said"),
    [
        ("ab,bc->ac", 3, (2, 3, 4), "do not fit an input of shape"),
        ("abc,cd->abd", 3, (2, 3, 4), "does not say the sizes of the equation's outputs"),
        ("abc,cd->abd", (4, 3), (2, 3, 4), "'b' has the size 3 in the input .*, 4 in the output"),
        ("abc,cd->abd", (None, None), (2, 3, 4), "the size of 'd' is not known"),
    ],
)
def test_bad_shapes(equation, output_shape, shape, said):
    with pytest.raises(ShapeError, match=f"'dense'.*{said}"):
        layers.EinsumDense(equation, output_shape, name="dense").build(shape)
