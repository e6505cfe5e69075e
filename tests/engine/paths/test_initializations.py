"""Keras 1's functions of a shape that give a variable."""

import math

import numpy as np
import pytest

from engine import backend as K
from engine._paths import initializations

SHAPE = (300, 400)


class TestInitializations:
    @pytest.mark.parametrize(
        ("name", "deviation"),
        [
            ("uniform", 0.05 / math.sqrt(3)),
            ("normal", 0.05),
            ("lecun_uniform", math.sqrt(1 / 300)),
            ("glorot_uniform", math.sqrt(2 / 700)),
            ("glorot_normal", math.sqrt(2 / 700)),
            ("he_uniform", math.sqrt(2 / 300)),
            ("he_normal", math.sqrt(2 / 300)),
        ],
    )
    def test_a_function_gives_a_variable_of_its_spread(self, name, deviation):
        made = getattr(initializations, name)(SHAPE, name="kernel")
        assert made.name == "kernel" and K.get_value(made).std() == pytest.approx(deviation, rel=0.02)

    def test_fixed_values_are_those_of_the_initializers(self):
        assert K.get_value(initializations.one((2,))).tolist() == [1, 1]
        assert K.get_value(initializations.zero((2,))).tolist() == [0, 0]
        assert K.get_value(initializations.identity((2, 2), scale=2)).tolist() == [[2, 0], [0, 2]]
        square = K.get_value(initializations.orthogonal((4, 4)))
        np.testing.assert_allclose(square @ square.T, 1.21 * np.eye(4), atol=1e-5)

    def test_names_of_first_values_are_found_there(self):
        assert initializations.get("he_normal").get_config()["mode"] == "fan_in"
