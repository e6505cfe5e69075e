"""Dead and saturated units are those that plain NumPy counts, for any number of samples."""

import numpy as np
import pytest

from engine import layers
from engine.inspection import LayerInspector
from engine.models import Sequential

X = np.random.default_rng(0).normal(size=(100, 3)).astype("float32")


def test_a_unit_that_gives_nothing_for_every_sample_is_dead():
    model = Sequential([layers.Dense(4, activation="relu", input_dim=3, name="hidden")])
    kernel, bias = model.get_weights()
    bias[[1, 3]] = -100.0
    model.set_weights([kernel, bias])
    units = LayerInspector(model, "hidden").units(X, batch_size=7)
    values = model.predict(X)
    assert units.dead.tolist() == [False, True, False, True] and units.dead_share == 0.5
    assert np.allclose(units.zero, (values == 0).mean(0)) and units.samples == 100
    assert np.allclose(units.mean, values.mean(0), atol=1e-6)
    assert np.array_equal(units.low, values.min(0)) and np.array_equal(units.high, values.max(0))
    assert sorted(units.by_activity[2:].tolist()) == [1, 3]


@pytest.mark.parametrize(("function", "ends"), [("sigmoid", (0, 1)), ("tanh", (-1, 1)), ("hard_sigmoid", (0, 1))])
def test_saturated_is_within_a_hundredth_of_an_end(function, ends):
    model = Sequential([layers.Dense(5, activation=function, input_dim=3, name="hidden")])
    model.set_weights([w * 6 for w in model.get_weights()])
    values, near = model.predict(X), 0.01 * (ends[1] - ends[0])
    expected = ((values <= ends[0] + near) | (values >= ends[1] - near)).mean(0)
    units = LayerInspector(model, "hidden").units(X)
    assert np.allclose(units.saturated, expected) and units.saturation == pytest.approx(expected.mean())


def test_channels_are_the_units_of_images_also_where_they_come_first():
    x = np.random.default_rng(1).normal(size=(4, 5, 5, 2)).astype("float32")
    last = Sequential([layers.Conv2D(3, 3, activation="relu", input_shape=(5, 5, 2), name="conv")])
    first = Sequential(
        [layers.Conv2D(3, 3, activation="relu", input_shape=(2, 5, 5), name="conv", data_format="channels_first")]
    )
    first.set_weights(last.get_weights())
    one, other = (LayerInspector(m, "conv").units(d) for m, d in ((last, x), (first, np.moveaxis(x, -1, 1))))
    assert one.zero.shape == (3,) and np.allclose(one.zero, other.zero) and np.allclose(one.mean, other.mean, atol=1e-6)


def test_a_function_without_ends_saturates_nowhere():
    model = Sequential([layers.Dense(5, input_dim=3, name="hidden")])
    assert LayerInspector(model, "hidden").units(X).saturation == 0
