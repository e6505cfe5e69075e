"""What a call of a layer leaves behind: nodes, names, masks, losses, updates; and errors that know the layer."""

import numpy as np
import pytest

from engine import _ops as ops
from engine import regularizers
from engine._graph.plan import evaluate
from engine.errors import ShapeError
from engine.layers import (
    LSTM,
    Activation,
    Add,
    BatchNormalization,
    Concatenate,
    Conv1D,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    Input,
    Layer,
    Masking,
    MaxPooling2D,
    RepeatVector,
    Reshape,
)
from engine.layers.naming import reset_names
from engine.models import Model


class Scaled(Layer):
    """A layer as Keras users write it."""

    def __init__(self, units, **kwargs):
        self.units = units
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel", shape=(input_shape[1], self.units), initializer="ones", trainable=True
        )
        super().build(input_shape)

    def call(self, x):
        return ops.dot(x, self.kernel)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)


class Halved(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, x, mask=None, training=None):
        return ops.in_train_phase(x, x * 0.5) if training is None else x * (1.0 if training else 0.5)


def test_a_users_layer_works_on_tensors_arrays_and_in_models():
    x = Input(shape=(4,))
    layer = Scaled(3, name="mine")
    model = Model(x, layer(x))
    assert layer.weights[0].name == "mine/kernel:0"
    np.testing.assert_allclose(model.predict(np.ones((2, 4))), np.full((2, 3), 4.0))
    np.testing.assert_allclose(Scaled(2)(np.ones((2, 4), "float32")), np.full((2, 2), 4.0))
    model.compile("sgd", "mse")
    assert model.train_on_batch(np.ones((2, 4)), np.zeros((2, 3))) == pytest.approx(16.0)


def test_a_users_layer_needs_no_shape_rule_and_no_config():
    assert Halved().compute_output_shape((None, 5)) == (None, 5)

    class Pair(Scaled):
        compute_output_shape = Layer.compute_output_shape

    layer = Pair(3)
    assert layer.compute_output_shape((None, 5)) == (None, 3)
    assert not layer.built
    assert not layer.weights


def test_training_is_handed_to_a_call_that_takes_it():
    x = Input(shape=(4,))
    ones = np.ones((1, 4))
    assert Model(x, Halved()(x, training=True)).predict(ones)[0, 0] == 1.0
    assert Model(x, Halved()(x)).predict(ones)[0, 0] == 0.5


def test_names_count_per_class_and_can_start_again():
    reset_names()
    assert [Dense(1).name, Dense(1).name, Conv2D(1, 1).name, LSTM(1).name, MaxPooling2D().name] == [
        "dense_1", "dense_2", "conv2d_1", "lstm_1", "max_pooling2d_1",
    ]  # fmt: skip
    assert Input(shape=(2,))._keras_history[0].name == "input_1"
    reset_names()
    assert Dense(1).name == "dense_1"


def test_one_use_is_known_by_properties_and_several_by_index():
    layer = Dense(3)
    with pytest.raises(AttributeError, match="never been called"):
        _ = layer.output
    a, b = Input(shape=(4,)), Input(shape=(4,))
    y = layer(a)
    assert layer.input is a
    assert layer.output is y
    assert y._keras_history == (layer, 0, 0)
    assert y._keras_shape == (None, 3)
    z = layer(b)
    with pytest.raises(AttributeError, match="2 times"):
        _ = layer.output
    assert layer.get_output_at(1) is z
    assert layer.get_input_at(0) is a
    assert layer.output_shape == (None, 3)
    assert len(layer.weights) == 2
    with pytest.raises(ValueError, match="index"):
        layer.get_output_at(2)
    assert [node.outbound_layer for node in a._keras_history[0].outbound_nodes] == [layer]


def test_masks_pass_through_layers_that_support_them():
    words = Input(shape=(5,), dtype="int32")
    steps = Embedding(9, 4, mask_zero=True)(words)
    y = Activation("relu")(steps)
    assert y._mask is not None
    assert Dense(2)(y)._mask is y._mask
    assert LSTM(3)(y)._mask is None
    assert LSTM(3, return_sequences=True)(y)._mask is y._mask
    with pytest.raises(TypeError, match=r"Flatten.*does not support masking"):
        Flatten()(steps)


def test_merged_masks_hold_where_all_do():
    a, b = Input(shape=(3, 2)), Input(shape=(3, 2))
    y = Add()([Masking()(a), Masking()(b)])
    values = [np.ones((1, 3, 2), "float32"), np.ones((1, 3, 2), "float32")]
    values[0][0, 1] = values[1][0, 2] = 0
    (mask,) = evaluate([y._mask], dict(zip([a, b], values, strict=True)))
    assert mask.tolist() == [[True, False, False]]


def test_freezing_moves_weights_and_drops_updates():
    layer = BatchNormalization()
    x = Input(shape=(3,))
    layer(x)
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights), len(layer.updates)) == (2, 2, 2)
    assert len(layer.get_updates_for(x)) == 2
    assert layer.get_updates_for(None) == []
    layer.trainable = False
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights), len(layer.updates)) == (0, 4, 0)


def test_penalties_on_weights_and_outputs_are_losses():
    x = Input(shape=(2,))
    layer = Dense(2, kernel_initializer="ones", kernel_regularizer=regularizers.l2(0.5), activity_regularizer="l1")
    layer(x)
    weight, activity = layer.losses
    assert layer.get_losses_for(None) == [weight]
    assert layer.get_losses_for(x) == [activity]
    values = evaluate([weight, activity], {x: np.ones((3, 2), "float32")})
    np.testing.assert_allclose(values, [0.5 * 4, 0.01 * 3 * 4], rtol=1e-6)


def test_set_weights_takes_all_or_nothing():
    layer = Dense(2)
    layer(Input(shape=(3,)))
    before = layer.get_weights()
    with pytest.raises(ShapeError, match=r"bias.*\(2,\).*\(3,\)"):
        layer.set_weights([np.ones((3, 2)), np.ones(3)])
    with pytest.raises(ShapeError, match="2 arrays"):
        layer.set_weights([np.ones((3, 2))])
    np.testing.assert_array_equal(layer.get_weights()[0], before[0])


def test_weights_of_an_unbuilt_layer_are_not_counted():
    with pytest.raises(RuntimeError, match="built"):
        Dense(2).count_params()


def test_tensors_and_arrays_are_not_mixed():
    with pytest.raises(TypeError, match="tensors only or arrays only"):
        Add()([Input(shape=(2,)), np.ones((1, 2))])


@pytest.mark.parametrize(
    ("layer", "shapes", "insert", "settings"),
    [
        (Conv2D(2, 3), [(784,)], "Reshape", {"target_shape": [28, 28, 1]}),
        (Conv2D(2, 3), [(28, 28)], "Reshape", {"target_shape": [28, 28, 1]}),
        (MaxPooling2D(), [(28, 28)], "Reshape", {"target_shape": [28, 28, 1]}),
        (LSTM(2), [(10,)], "Reshape", {"target_shape": [10, 1]}),
        (LSTM(2), [(7, 6, 3)], "Reshape", {"target_shape": [7, 18]}),
        (RepeatVector(2), [(7, 6, 3)], "Flatten", None),
    ],
)
def test_a_wrong_rank_says_what_to_insert(layer, shapes, insert, settings):
    xs = [Input(shape=shape) for shape in shapes]
    with pytest.raises(ShapeError, match=f"'{layer.name}' gets ") as caught:
        layer(xs if len(xs) > 1 else xs[0])
    assert caught.value.hint
    fix = caught.value.fix
    assert fix["insert"] == insert
    assert fix["before"] == layer.name
    assert fix.get("settings") == settings
    mended = (Reshape(**settings) if settings else Flatten())(xs[0])
    assert layer(mended).ndim == len(layer.output_shape)


def test_a_window_too_large_says_which_setting_to_change():
    layer = Conv2D(2, 7)
    with pytest.raises(ShapeError) as caught:
        layer(Input(shape=(5, 5, 1)))
    assert caught.value.fix == {"set": {"layer": layer.name, "field": "padding", "value": "same"}}


@pytest.mark.parametrize("inputs", [lambda: Input(shape=(3,)), lambda: [Input(shape=(3,))]])
def test_a_merge_of_one_input_asks_for_another(inputs):
    with pytest.raises(ShapeError, match=r"2 or more inputs.*Connect another"):
        Add()(inputs())


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [(Add(), [(3,), (4,)]), (Concatenate(), [(3, 4), (2, 5)]), (Concatenate(axis=4), [(3,), (3,)])],
)
def test_shapes_that_do_not_fit_together_are_refused(layer, shapes):
    with pytest.raises(ShapeError, match=f"'{layer.name}' gets "):
        layer([Input(shape=shape) for shape in shapes])


def test_a_built_layer_refuses_another_width():
    layer = Dense(2)
    layer(Input(shape=(3,)))
    with pytest.raises(ShapeError, match="size 3 on axis -1"):
        layer(Input(shape=(4,)))


def test_losses_added_outside_a_call_belong_to_their_inputs_or_to_none():
    inputs = Input(shape=(3,))
    layer = Dense(1)
    outputs = layer(inputs)
    layer.add_loss(2, inputs=None)
    own = ops.sum(inputs)
    layer.add_loss(own, inputs=inputs)
    assert layer.get_losses_for(None) == [2]
    assert layer.get_losses_for(inputs) == [own]
    assert layer.get_losses_for(Input(shape=(3,))) == []
    model = Model(inputs, outputs)
    model.compile("sgd", "mse")
    x = np.ones((2, 3))
    plain = float(np.mean(model.predict(x) ** 2))
    np.testing.assert_allclose(model.evaluate(x, np.zeros((2, 1)), verbose=0), plain + 2, rtol=1e-5)


@pytest.mark.parametrize("layer", [Conv2D(3, 3), Dense(3), LSTM(3), RepeatVector(3), Conv1D(3, 3), Flatten()])
def test_what_has_no_axis_at_all_is_refused_in_words(layer: Layer) -> None:
    with pytest.raises(ShapeError, match=r"gets one number from .* needs an input of rank"):
        layer(Input(batch_shape=()))
