"""Dense layers by an equation: any equation as NumPy computes it, open sizes, what is refused."""

import numpy as np
import pytest

from engine.errors import SettingError, ShapeError
from engine.layers import EinsumDense, Input

rng = np.random.default_rng(0)
EQUATIONS = [
    ("ab,bc->ac", (3, 4), 5, "c"),
    ("abc,cde->abde", (3, 6, 4), (None, 2, 5), "de"),
    ("ab...,bc->ac...", (3, 4, 6), 5, "c"),
    ("abc,cb->abc", (3, 6, 4), (6, 4), None),
    ("abc,cd->ad", (3, 6, 4), 5, "d"),
    ("abcd,bde->abce", (3, 6, 2, 4), (6, None, 5), "e"),
    ("abcd,bde->aceb", (3, 6, 2, 4), (None, 5, 6), "be"),
    ("abc,b->abc", (3, 6, 4), (6, 4), None),
    ("abc,bc->ac", (3, 6, 4), 4, None),
    ("abc,bc->ab", (3, 6, 4), 6, None),
    ("abc,bcde->ade", (3, 6, 4), (2, 5), "d"),
]


@pytest.mark.parametrize(("equation", "shape", "sizes", "bias"), EQUATIONS)
def test_each_equation_gives_what_numpy_gives(equation, shape, sizes, bias):
    x = rng.normal(size=shape).astype("float32")
    layer = EinsumDense(equation, sizes, bias_axes=bias, bias_initializer="random_normal")
    y = layer(x)
    kernel, *rest = layer.get_weights()
    np.testing.assert_allclose(y, np.einsum(equation, x, kernel) + (rest[0] if rest else 0), rtol=1e-4, atol=1e-5)


def test_sizes_may_be_open_where_the_kernel_has_none():
    layer = EinsumDense("abcd,dfe->abcfe", (None, None, 2, 3))
    assert layer(Input((None, None, 4))).shape == (None, None, None, 2, 3)
    assert layer.output_shape == (None, None, None, 2, 3) and layer.get_config()["output_shape"] == [None, None, 2, 3]


@pytest.mark.parametrize(
    ("settings", "shape", "error", "sentence"),
    [
        ({"equation": "ab;bc", "output_shape": 3}, (4,), SettingError, "letters of the input"),
        ({"equation": "abc,cd->abd", "output_shape": (None, 3)}, (4,), ShapeError, "the axes of 'abc,cd->abd'"),
        ({"equation": "ab,bc->ac", "output_shape": (2, 3)}, (4,), SettingError, "1 sizes, of 'c'"),
        ({"equation": "ab,bc->ac", "output_shape": 3}, (None,), ShapeError, "known sizes of 'bc'"),
        ({"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "a"}, (4,), SettingError, "letters of 'c'"),
        ({"equation": "abc,cd->abd", "output_shape": (5, 3)}, (4, 2), ShapeError, "size 4 of 'b'"),
    ],
)
def test_what_does_not_fit_is_refused(settings, shape, error, sentence):
    with pytest.raises(error, match=sentence):
        EinsumDense(**settings)(Input(shape))
