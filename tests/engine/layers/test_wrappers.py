"""Layers around layers, beyond the golden figures: masks, states, freezing, files, open sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.errors import SettingError
from engine.models import Model, Sequential, load_model, model_from_json

rng = np.random.default_rng(0)


class Scaled(layers.Wrapper):
    """A user's wrapper with a weight of its own."""

    def build(self, input_shape: tuple) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)
        self.scale = self.add_weight("scale", (1,), initializer="ones")
        self.built = True

    def call(self, inputs):
        return self.layer.call(inputs) * self.scale


def test_weights_of_a_wrapper_count_beside_those_of_the_layer_inside() -> None:
    model = Sequential([layers.InputLayer((3,)), Scaled(layers.Dense(2))])
    assert [w.shape for w in model.weights] == [(1,), (3, 2), (2,)]
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.train_on_batch(np.ones((4, 3)), np.full((4, 2), 5.0))
    assert not any(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    model.layers[0].trainable = False
    assert model.trainable_weights == [] and len(model.non_trainable_weights) == 3


class TestTimeDistributed:
    def test_a_whole_model_works_on_every_step(self) -> None:
        step = Sequential([layers.Conv2D(3, 2, input_shape=(5, 4, 2)), layers.GlobalMaxPooling2D(), layers.Dense(2)])
        inputs = layers.Input((None, 5, 4, 2))
        model = Model(inputs, layers.TimeDistributed(step)(inputs))
        x = rng.normal(size=(3, 6, 5, 4, 2)).astype("float32")
        expected = step.predict(x.reshape(-1, 5, 4, 2)).reshape(3, 6, 2)
        np.testing.assert_allclose(model.predict(x), expected, rtol=1e-5, atol=1e-6)
        assert model.output_shape == (None, None, 2)

    def test_its_weights_train_and_freeze_with_it(self) -> None:
        layer = layers.TimeDistributed(layers.Dense(2))
        model = Sequential([layers.InputLayer((4, 3)), layer])
        layer.trainable = False
        assert not layer.layer.trainable and not model.trainable_weights
        model.compile("sgd", "mse")
        before = model.get_weights()
        model.train_on_batch(np.ones((2, 4, 3)), np.zeros((2, 4, 2)))
        assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
        frozen = layers.TimeDistributed(layers.Dense(2), trainable=False)
        assert not frozen.layer.trainable

    def test_penalties_of_the_layer_inside_count(self) -> None:
        inside = layers.Dense(2, kernel_regularizer="l2", activity_regularizer="l1")
        model = Sequential([layers.TimeDistributed(inside, input_shape=(4, 3))])
        assert len(model.losses) == 2
        model.compile("sgd", "mse")
        x, y = rng.normal(size=(2, 4, 3)), np.zeros((2, 4, 2))
        kernel, _ = model.get_weights()
        output = model.predict(x)
        expected = (output**2).mean() + 0.01 * (kernel**2).sum() + 0.01 * np.abs(output).sum()
        assert model.test_on_batch(x, y) == pytest.approx(expected, rel=1e-5)

    def test_words_of_sentences_are_masked_on_both_levels(self) -> None:
        text = layers.Input((None, None), dtype="int32")
        words = layers.TimeDistributed(layers.Embedding(9, 4, mask_zero=True))(text)
        sentences = layers.TimeDistributed(layers.LSTM(3))(words)
        model = Model(text, layers.LSTM(2)(sentences))
        x = rng.integers(1, 9, (2, 3, 5))
        x[:, 2] = 0  # the third sentence is empty
        x[:, :, 4] = 0
        np.testing.assert_allclose(model.predict(x), model.predict(x[:, :2, :4]), rtol=1e-5, atol=1e-6)


class TestBidirectional:
    def test_return_state_gives_the_states_of_both(self) -> None:
        inputs = layers.Input((4, 3))
        layer = layers.Bidirectional(layers.LSTM(2, return_sequences=True, return_state=True))
        outputs = layer(inputs)
        assert [y.shape for y in outputs] == [(None, 4, 4)] + [(None, 2)] * 4
        y, h_forward, _, h_backward, _ = Model(inputs, outputs).predict(rng.normal(size=(2, 4, 3)))
        np.testing.assert_array_equal(y[:, -1, :2], h_forward)
        np.testing.assert_array_equal(y[:, 0, 2:], h_backward)

    def test_initial_states_go_to_each_half(self) -> None:
        inputs, first = layers.Input((4, 3)), [layers.Input((2,)) for _ in range(2)]
        layer = layers.Bidirectional(layers.GRU(2))
        model = Model([inputs, *first], layer(inputs, initial_state=first))
        x, states = rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 2, 2))
        result = model.predict([x, *states])
        other = model.predict([x, states[0], states[1] + 1])
        np.testing.assert_array_equal(result[:, :2], other[:, :2])
        assert not np.allclose(result[:, 2:], other[:, 2:])
        with pytest.raises(ValueError, match="initial states"):
            layer(inputs, initial_state=[first[0]])

    def test_padding_before_the_words_changes_nothing(self) -> None:
        model = Sequential(
            [layers.Embedding(9, 4, mask_zero=True, input_shape=(None,)), layers.Bidirectional(layers.LSTM(3))]
        )
        x = rng.integers(1, 9, (2, 5))
        padded = np.concatenate([np.zeros((2, 3), int), x], axis=1)
        np.testing.assert_allclose(model.predict(x), model.predict(padded), rtol=1e-5, atol=1e-6)

    @pytest.mark.parametrize("mode", ["sum", "mul", "ave", "concat", None])
    def test_files_and_texts_bring_it_back(self, tmp_path: Path, mode: str | None) -> None:
        inputs = layers.Input((4, 3))
        y = layers.Bidirectional(layers.LSTM(2, return_sequences=True), merge_mode=mode)(inputs)
        model = Model(inputs, layers.Add()(y) if mode is None else y)
        x = rng.normal(size=(2, 4, 3))
        again = model_from_json(model.to_json())
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(again.predict(x), model.predict(x))
        model.save(tmp_path / "model.h5")
        np.testing.assert_array_equal(load_model(tmp_path / "model.h5").predict(x), model.predict(x))

    def test_states_are_kept_and_forgotten(self) -> None:
        model = Sequential([layers.Bidirectional(layers.SimpleRNN(2, stateful=True), batch_input_shape=(1, 3, 2))])
        x = rng.normal(size=(1, 3, 2))
        first, second = model.predict(x), model.predict(x)
        assert not np.allclose(first, second)
        model.reset_states()
        np.testing.assert_array_equal(model.predict(x), first)

    def test_first_weights_are_those_that_were_handed_in(self) -> None:
        weights = layers.Bidirectional(layers.SimpleRNN(2))
        Sequential([layers.InputLayer((3, 2)), weights])
        values = [w + 1 for w in weights.get_weights()]
        given = layers.Bidirectional(layers.SimpleRNN(2), weights=values)
        Sequential([layers.InputLayer((3, 2)), given])
        assert all(np.array_equal(a, b) for a, b in zip(given.get_weights(), values, strict=True))

    def test_other_layers_are_refused_with_help(self) -> None:
        with pytest.raises(SettingError, match="TimeDistributed"):
            layers.Bidirectional(layers.Dense(3))


def test_a_layer_inside_may_be_written_as_text() -> None:
    layer = layers.Bidirectional("LSTM(3, return_sequences=True)")
    assert isinstance(layer.layer, layers.LSTM) and layer.layer.units == 3 and layer.return_sequences
    for wrong in ("LSTM(open('x'))", "__import__('os')", "LSTM", "Lambda(lambda x: x)", "("):
        with pytest.raises(ValueError, match="layer"):
            layers.TimeDistributed(wrong)


def test_updates_of_the_held_layers_are_the_wrappers() -> None:
    x = layers.Input((3, 2))
    wrapper = layers.Bidirectional(layers.SimpleRNN(3))
    counter = K.variable(0.0)
    for inner in (wrapper.forward_layer, wrapper.backward_layer):
        inner.add_update(K.update(counter, 1.0), inputs=x)
        inner.add_update([K.update_add(counter, 2.0)])
    assert len(wrapper.updates) == 4 and len(wrapper.get_updates_for(None)) == len(wrapper.get_updates_for(x)) == 2


@pytest.mark.parametrize("zeros", [None, True])
def test_outputs_of_masked_steps_are_zeros_where_that_is_asked_for(zeros: bool | None) -> None:
    x = np.array([[[1.0], [2.0], [0.0]], [[1.0], [0.0], [3.0]]])
    inner = layers.SimpleRNN(2, return_sequences=True)
    model = Sequential([layers.Masking(input_shape=(3, 1)), layers.Bidirectional(inner, zero_output_for_mask=zeros)])
    outputs = model.predict(x)
    assert (outputs[0, 2] == 0).all() == (outputs[1, 1] == 0).all() == bool(zeros)
    assert (outputs[0, :2] != 0).all()
    again = Sequential.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again.predict(x), outputs)
