"""Functions of `keras.ops`: numbers as Keras 3 gives them (tests/golden/keras_functions.py), gradients by finite differences."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from engine._compat import keras_ops as ops
from engine._compat.tape import GradientTape
from engine._compat.values import constant
from engine.errors import GraphError, SettingError

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("keras_functions")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "keras_functions.npz", allow_pickle=False))


@pytest.mark.parametrize("case", listed.CASES)
def test_a_function_gives_the_numbers_of_keras(case):
    name, arguments, by_name = listed.CASES[case]
    found = listed.leaves(ops.SHOWN[name](*arguments, **by_name))
    expected = [array for key, array in GOLDEN.items() if key.rpartition("/")[0] == case]
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-5)


def test_every_name_of_keras_ops_is_there():
    lines = (Path(__file__).parents[2] / "keras" / "later_surface.txt").read_text().splitlines()
    names = [line.split("\t")[1].removeprefix("ops.") for line in lines if line.startswith("keras\tops.")]
    assert [name for name in names if "." not in name and name not in ops.SHOWN] == []


@pytest.mark.parametrize(
    ("name", "arguments", "by_name"),
    [
        ("conv", (listed.IMAGE, listed.PART), {"padding": "same"}),
        ("depthwise_conv", (listed.SEQUENCE, np.ones((3, 4, 1), "float32")), {}),
        ("max_pool", (listed.IMAGE, 2), {}),
        ("adaptive_average_pool", (listed.IMAGE, (3, 4)), {}),
        ("layer_normalization", (listed.X, listed.X[0], listed.X[1]), {"epsilon": 1e-3}),
        ("rms_normalization", (listed.X,), {}),
        ("dot_product_attention", (listed.HEADS, listed.FEW_HEADS, listed.FEW_HEADS), {}),
        ("glu", (listed.X,), {}),
        ("sparse_plus", (listed.X,), {}),
        ("space_to_depth", (listed.IMAGE[:, :, :6], 2), {}),
        ("rearrange", (listed.IMAGE, "b h w c -> b (h w) c"), {}),
        ("cdist", (listed.X, listed.Y), {}),
    ],
)
def test_gradients_agree_with_finite_differences(name, arguments, by_name):
    first, *others = arguments
    x = constant(first.astype("float64"), "float64")
    others = [one.astype("float64") if isinstance(one, np.ndarray) else one for one in others]
    factors = None
    with GradientTape() as tape:
        tape.watch(x)
        y = ops.SHOWN[name](x, *others, **by_name)
        factors = np.random.default_rng(1).normal(size=y.shape)
        total = ops.SHOWN["sum"](y * factors)
    slope = np.asarray(tape.gradient(total, x))
    direction = np.random.default_rng(2).normal(size=first.shape)

    def value(step):
        return (np.asarray(ops.SHOWN[name](np.asarray(x) + step * direction, *others, **by_name)) * factors).sum()

    expected = (value(1e-6) - value(-1e-6)) / 2e-6
    np.testing.assert_allclose((slope * direction).sum(), expected, rtol=1e-5, atol=1e-6)


def test_how_a_function_moves_along_a_direction():
    y, moved = ops.SHOWN["jvp"](lambda x: x * x, (np.array([1.0, 3.0]),), (np.array([1.0, 0.5]),))
    assert y.tolist() == [1, 9] and moved.tolist() == [2, 3]
    y, moved = ops.SHOWN["jvp"](lambda x, w: x * 2.0, (np.ones(2), np.ones(2)), (np.zeros(2), np.ones(2)))
    assert moved.tolist() == [0, 0]


def test_sparsemax_is_the_nearest_point_whose_numbers_sum_to_1():
    # Keras 3.15 on JAX gives numbers whose sum is less.
    y = np.asarray(ops.SHOWN["sparsemax"](listed.X))
    np.testing.assert_allclose(y.sum(-1), 1, rtol=1e-6)
    others = np.random.default_rng(0).dirichlet(np.ones(4), (500, 3))
    assert (np.square(others - listed.X).sum(-1) >= np.square(y - listed.X).sum(-1) - 1e-6).all()


def test_loops_and_choices():
    assert ops.SHOWN["associative_scan"](lambda a, b: a + b, np.arange(4.0)).tolist() == [0, 1, 3, 6]
    assert ops.SHOWN["associative_scan"](lambda a, b: a + b, np.arange(4.0), reverse=True).tolist() == [6, 6, 5, 3]
    assert ops.SHOWN["switch"](5, [lambda: "a", lambda: "b"]) == "b"
    assert ops.SHOWN["vectorize"](lambda a, b: max(a, b))(np.array([1, 5]), np.array([3, 2])).tolist() == [3, 5]
    assert ops.SHOWN["dtype"](np.ones(2, "float32")) == "float32"


def test_what_does_not_fit_is_refused():
    with pytest.raises(SettingError, match="pattern of 2 axes"):
        ops.SHOWN["rearrange"](np.ones((2, 3)), "a b c -> a")
    with pytest.raises(SettingError, match="hann"):
        ops.SHOWN["stft"](np.ones(40), 8, 4, 8, "round")
    from engine.layers import Input

    with pytest.raises(GraphError):
        ops.SHOWN["lstsq"](Input((3,)), np.ones((3, 1)))
