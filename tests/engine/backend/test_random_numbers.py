"""Random numbers of K: another draw at every run, the asked distribution, sizes that follow the data."""

import numpy as np
import pytest

from engine import backend as K

DRAWS = {
    "random_normal": ({"mean": 2.0, "stddev": 0.5}, 2.0, 0.5),
    "truncated_normal": ({"mean": 2.0, "stddev": 0.5}, 2.0, 0.44),
    "random_uniform": ({"minval": 1.0, "maxval": 3.0}, 2.0, 0.577),
    "random_binomial": ({"p": 0.25}, 0.25, 0.433),
}


@pytest.mark.parametrize("name", DRAWS)
def test_numbers_have_the_asked_mean_and_deviation(name):
    settings, mean, deviation = DRAWS[name]
    values = K.eval(getattr(K, name)((200, 100), seed=3, **settings))
    assert values.mean() == pytest.approx(mean, abs=0.02)
    assert values.std() == pytest.approx(deviation, abs=0.02)


@pytest.mark.parametrize("name", DRAWS)
def test_every_run_draws_anew_in_a_shape_that_may_follow_the_data(name):
    x = K.placeholder(shape=(None, 4))
    settings = DRAWS[name][0]
    draw = K.function([x], [getattr(K, name)((K.shape(x)[0], 50), **settings)])
    first, second = draw([np.zeros((7, 4))])[0], draw([np.zeros((9, 4))])[0]
    assert (first.shape, second.shape) == ((7, 50), (9, 50))
    assert not np.array_equal(first, second[:7])
