"""Small functions that `keras.engine.topology` and `training` had beside their classes."""

from __future__ import annotations

import pytest

from engine.layers import Dense, Embedding, Input, Masking
from engine.models import Model, Sequential


@pytest.mark.usefixtures("engine_as_keras")
class TestGraphHelpers:
    def test_masks_and_shapes_of_tensors_are_collected(self) -> None:
        from keras.engine.topology import _collect_input_shape, _collect_previous_mask

        x = Input((4,))
        words = Embedding(9, 3, mask_zero=True)(x)
        masked = Masking()(words)
        assert _collect_previous_mask(x) is None
        assert _collect_previous_mask(words).shape == (None, 4)
        assert [mask is None for mask in _collect_previous_mask([x, words, masked])] == [True, False, False]
        assert _collect_input_shape(words) == (None, 4, 3)
        assert _collect_input_shape([x, words]) == [(None, 4), (None, 4, 3)]

    def test_trainable_weights_leave_out_frozen_layers_at_any_depth(self) -> None:
        from keras.engine.training import collect_trainable_weights

        inner = Sequential([Dense(3, input_shape=(2,), name="b"), Dense(3, name="a")])
        x = Input((2,))
        model = Model(x, Dense(1, name="c")(inner(x)))
        names = [str(weight.name) for weight in collect_trainable_weights(model)]
        assert names == ["a/bias:0", "a/kernel:0", "b/bias:0", "b/kernel:0", "c/bias:0", "c/kernel:0"]
        inner.layers[0].trainable = False
        assert [str(w.name)[0] for w in collect_trainable_weights(model)] == ["a", "a", "c", "c"]
        inner.trainable = False
        assert [str(w.name)[0] for w in collect_trainable_weights(model)] == ["c", "c"]

    def test_names_of_classes_become_those_of_layers(self) -> None:
        from keras.engine.topology import _to_snake_case

        assert [_to_snake_case(name) for name in ("Dense", "LSTM", "MaxPooling2D")] == [
            "dense",
            "lstm",
            "max_pooling2d",
        ]

    def test_modules_that_keras_layers_handed_on_are_found_there(self) -> None:
        import keras
        from keras.layers import K, activations, initializers

        assert K is keras.backend
        assert (activations, initializers) == (keras.activations, keras.initializers)
