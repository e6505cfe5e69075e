"""Functions that `keras.layers.recurrent` had beside its layers, as copied layers call them."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.layers import Input, Layer
from engine.models import Model


@pytest.mark.usefixtures("engine_as_keras")
class TestHelpers:
    def test_an_attention_that_was_copied_from_2017_computes_its_product_at_each_step(self) -> None:
        from keras.layers.recurrent import _time_distributed_dense

        class Scores(Layer):
            def build(self, input_shape: tuple[int, ...]) -> None:
                self.kernel = self.add_weight(shape=(input_shape[-1], 4), initializer="normal", name="kernel")
                self.bias = self.add_weight(shape=(4,), initializer="normal", name="bias")
                self.steps, self.channels = input_shape[1:]
                super().build(input_shape)

            def call(self, x: object) -> object:
                return _time_distributed_dense(
                    x, self.kernel, b=self.bias, input_dim=self.channels, timesteps=self.steps, output_dim=4
                )

        x = Input((5, 3))
        model = Model(x, Scores()(x))
        data = np.random.default_rng(1).normal(size=(2, 5, 3)).astype("float32")
        kernel, bias = model.get_weights()
        np.testing.assert_allclose(model.predict(data), data @ kernel + bias, atol=1e-6)

    def test_dropout_of_the_product_leaves_out_the_same_inputs_at_each_step(self) -> None:
        from keras.layers.recurrent import _time_distributed_dense

        x, kernel = K.variable(np.ones((3, 6, 40))), K.variable(np.eye(40))
        trained = K.eval(_time_distributed_dense(x, kernel, dropout=0.5, training=True))
        assert set(np.unique(trained)) == {0.0, 2.0}
        np.testing.assert_array_equal(trained, np.repeat(trained[:, :1], 6, axis=1))
        np.testing.assert_array_equal(
            K.eval(_time_distributed_dense(x, kernel, dropout=0.5, training=False)), K.eval(x)
        )

    @pytest.mark.parametrize("count", [1, 4])
    def test_masks_of_dropout_are_as_many_as_asked_for(self, count: int) -> None:
        from keras.layers.recurrent import _generate_dropout_mask

        masks = _generate_dropout_mask(K.variable(np.ones((8, 50))), 0.25, training=True, count=count)
        values = [K.eval(mask) for mask in (masks if count > 1 else [masks])]
        assert len(values) == count
        for value in values:
            np.testing.assert_allclose(np.unique(value), [0.0, 4 / 3], rtol=1e-6)
        assert len({value.tobytes() for value in values}) == count

    def test_one_list_of_inputs_is_taken_apart(self) -> None:
        from keras.layers.recurrent import _standardize_args

        x, a, b, c = (Input((3,)) for _ in range(4))
        assert _standardize_args([x, a, b, c], None, None, 1) == (x, [a, b], [c])
        assert _standardize_args([x, a], None, None, None) == (x, [a], None)
        assert _standardize_args([x], None, None, None) == (x, None, None)
        assert _standardize_args(x, (a, b), c, 1) == (x, [a, b], [c])
        assert _standardize_args(x, None, None, None) == (x, None, None)
