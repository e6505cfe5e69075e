"""What Keras's extensions are tested with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import layers
from engine.layers import Layer
from engine.utils import generic_utils, test_utils


class TestTestHelpers:
    def test_data_can_be_learnt(self) -> None:
        (x, y), (_, y_test) = test_utils.get_test_data(100, 50, (4,), num_classes=3)
        assert x.shape == (100, 4) and y_test.shape == (50,) and set(y) <= {0, 1, 2}
        assert x[y == 2].mean() > x[y == 0].mean() + 1
        (x, y), _ = test_utils.get_test_data(100, 50, (4,), (2, 3), classification=False)
        assert y.shape == (100, 2, 3)

    def test_a_good_layer_passes(self) -> None:
        test_utils.layer_test(layers.Dense, {"units": 3}, input_shape=(3, 2))
        test_utils.layer_test(layers.Dropout, {"rate": 0.5}, input_shape=(None, 2))

    def test_a_layer_with_a_wrong_shape_does_not(self) -> None:
        class Wrong(Layer):
            def call(self, inputs: Any) -> Any:
                return inputs

            def compute_output_shape(self, input_shape: Any) -> Any:
                return (*input_shape[:-1], 7)

        with pytest.raises(AssertionError, match="promised"):
            test_utils.layer_test(Wrong, input_shape=(3, 2))

    def test_a_layer_that_forgets_its_settings_does_not(self) -> None:
        class Forgets(Layer):
            def __init__(self, factor: float = 1.0, **kwargs: Any) -> None:
                super().__init__(**kwargs)
                self.factor = factor

            def call(self, inputs: Any) -> Any:
                return inputs * self.factor

        with generic_utils.custom_object_scope({"Forgets": Forgets}), pytest.raises(AssertionError):
            test_utils.layer_test(Forgets, {"factor": 2.0}, input_shape=(3, 2))


def test_data_for_numbers_are_drawn_sample_by_sample() -> None:
    np.random.seed(5)
    (x, y), (x_test, y_test) = test_utils.get_test_data(3, 1, (2, 2), (3,), classification=False)
    np.random.seed(5)
    centres = np.random.random(4)
    rows = [(np.random.normal(c, 0.7, (2, 2)), np.random.normal(c, 0.7, 3)) for c in centres]
    np.testing.assert_allclose([*x, *x_test], [row for row, _ in rows], rtol=1e-6)
    np.testing.assert_allclose([*y, *y_test], [row for _, row in rows], rtol=1e-6)
