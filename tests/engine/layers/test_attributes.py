"""Layers that a layer of one's own has as attributes: trained, frozen, saved and counted once."""

import numpy as np

from engine.layers import Activation, BatchNormalization, Dense, Input, Layer
from engine.models import Model, Sequential, load_model


class Block(Layer):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.first = Dense(units, kernel_regularizer="l2")
        self.others = [Dense(units, activation="relu"), {"norm": BatchNormalization()}]
        self.inner = Sequential([Dense(units)])

    def call(self, inputs, training=None):
        x = self.others[0](self.first(inputs))
        return self.inner(self.others[1]["norm"](x, training=training))

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def made():
    inputs = Input((3,))
    block = Block(name="block")
    return Model(inputs, Dense(1)(block(inputs))), block


def test_their_weights_are_found_trained_and_kept_by_files(tmp_path):
    model, block = made()
    assert len(block.trainable_weights) == 8 and len(block.non_trainable_weights) == 2
    assert model.count_params() == 3 * 4 + 4 + 4 * 4 + 4 + 4 * 4 + 4 * 4 + 4 + 5
    before = block.get_weights()
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(16, 3))
    model.fit(x, x[:, :1], epochs=2, verbose=0)
    assert all((a != b).any() for a, b in zip(before, block.get_weights(), strict=True))
    model.save(str(tmp_path / "m.h5"))
    again = load_model(str(tmp_path / "m.h5"), custom_objects={"Block": Block})
    np.testing.assert_allclose(again.predict(x), model.predict(x), rtol=1e-5)


def test_penalties_and_moving_means_count_once():
    model, block = made()
    assert len(block.losses) == 1 and len(block.updates) == 2 and len(model.losses) == 1


def test_freezing_the_outer_one_freezes_them():
    _, block = made()
    block.trainable = False
    assert block.trainable_weights == [] and len(block.non_trainable_weights) == 10


def test_a_shape_is_told_without_building_them():
    block = Block()
    assert block.compute_output_shape((None, 3)) == (None, 4)
    assert block.weights == [] and not block.first.built


def test_weights_that_a_program_lists_itself_count_once():
    class Old(Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = Dense(2)

        def build(self, input_shape):
            self.dense.build(input_shape)
            self._trainable_weights += self.dense.trainable_weights
            super().build(input_shape)

        def call(self, inputs):
            return self.dense(inputs)

    layer = Old()
    layer(Input((3,)))
    assert len(layer.trainable_weights) == 2 == len(layer.weights)


def test_layers_of_the_engine_say_what_is_inside_themselves():
    layer = Activation("relu")
    layer.friend = Dense(2)
    assert layer.sublayers == []
