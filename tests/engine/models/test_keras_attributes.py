"""What Keras's code reads of a compiled model."""

import numpy as np
import pytest

from engine import backend as K
from engine import losses
from engine.layers import Dense, Input
from engine.models import Model, Sequential

RNG = np.random.default_rng(3)
X = RNG.normal(size=(8, 4)).astype("float32")
Y = RNG.normal(size=(8, 2)).astype("float32")
Z = RNG.normal(size=(8, 1)).astype("float32")


def two_outputs():
    x = Input((4,), name="x")
    shared = Dense(3, name="shared")(x)
    model = Model(x, [Dense(2, name="a")(shared), Dense(1, name="b")(shared)])
    model.compile("sgd", ["mse", "mae"], metrics={"b": "mse"})
    return model


def test_the_graph_of_training_has_kerass_names():
    model = two_outputs()

    assert model.metrics_names == ["loss", "a_loss", "b_loss", "b_mean_squared_error"]
    assert len(model.metrics_tensors) == 3
    assert model.total_loss.shape == ()
    assert [t.shape for t in model.targets] == [(None, 2), (None, 1)]
    assert [w.shape for w in model.sample_weights] == [(None,), (None,)]
    assert model.loss_functions == [losses.mean_squared_error, losses.mean_absolute_error]
    assert model._feed_inputs == model.inputs
    assert model._feed_input_names == ["x"] and model._feed_output_names == ["a", "b"]
    assert model._collected_trainable_weights == model.trainable_weights


def test_before_compile_there_is_nothing_to_read():
    model = Sequential([Dense(2, input_dim=4)])

    assert model.total_loss is None and model.train_function is None and model.predict_function is None
    assert model.targets == model.sample_weights == model.metrics_tensors == model.loss_functions == []
    assert model._collected_trainable_weights == []


def test_an_output_without_loss_has_no_target():
    x = Input((4,))
    model = Model(x, [Dense(2, name="a")(x), Dense(1, name="b")(x)])

    model.compile("sgd", ["mse", None])

    assert model._feed_output_names == ["a"] and len(model.targets) == 1
    assert model.loss_functions == [losses.mean_squared_error, None]


def test_layers_and_nodes_are_told_by_depth():
    model = two_outputs()

    assert {d: [one.name for one in layers] for d, layers in model._layers_by_depth.items()} == {
        2: ["x"], 1: ["shared"], 0: ["a", "b"],
    }  # fmt: skip
    assert {d: len(nodes) for d, nodes in model._nodes_by_depth.items()} == {2: 1, 1: 1, 0: 2}
    assert list(model._layers_by_depth) == [2, 1, 0]


def test_functions_come_when_they_are_made_and_do_what_the_methods_do():
    model = two_outputs()
    assert model.train_function is None and model.test_function is None and model.predict_function is None

    model._make_train_function()
    model._make_test_function()
    model._make_predict_function()
    weights = model.get_weights()
    ones = np.ones(8, "float32")

    for extra in ([], [1.0], [ones, ones], [ones, ones, 0.0]):
        np.testing.assert_allclose(model.test_function([X, Y, Z, *extra]), model.test_on_batch(X, [Y, Z]), rtol=1e-6)
    np.testing.assert_array_equal(model.predict_function([X])[1], model.predict_on_batch(X)[1])
    np.testing.assert_allclose(
        model.test_function([X, Y, Z, ones * 0 + 2, ones])[1], 2 * model.test_on_batch(X, [Y, Z])[1]
    )

    found = model.train_function([X, Y, Z])
    after = model.get_weights()
    model.set_weights(weights)
    np.testing.assert_allclose(found, model.train_on_batch(X, [Y, Z]), rtol=1e-6)
    for one, other in zip(after, model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)

    with pytest.raises(ValueError, match="expected a list of 3 or 5 arrays, found 2"):
        model.train_function([X, Y])


def test_targets_are_fed_to_the_placeholders_that_were_given():
    x = Input((4,))
    model = Model(x, [Dense(2, name="a")(x), Dense(1, name="b")(x)])
    target = K.placeholder((None, 2))

    model.compile("sgd", "mse", target_tensors={"a": target})

    assert model.targets[0] is target
    found = model.test_on_batch(X, [Y, Z])
    model.compile("sgd", "mse")
    assert found == model.test_on_batch(X, [Y, Z])
    with pytest.raises(ValueError, match="2 entries"):
        model.compile("sgd", "mse", target_tensors=[target])
    with pytest.raises(TypeError, match=r"K\.placeholder"):
        model.compile("sgd", "mse", target_tensors=[target, Z])


def test_a_single_placeholder_stands_for_the_targets_of_one_output():
    model = Sequential([Dense(2, input_dim=4)])
    target = K.placeholder((None, 2))

    model.compile("sgd", "mse", target_tensors=target)

    assert model.targets == [target] and np.isfinite(model.train_on_batch(X, Y))
    with pytest.raises(ValueError, match="gives 2 numbers, but y holds"):
        model.train_on_batch(X, Z)


def test_the_layers_at_both_ends_are_told():
    model = two_outputs()
    assert [layer.name for layer in model.input_layers] == ["x"] == [layer.name for layer in model._input_layers]
    assert [layer.name for layer in model.output_layers] == ["a", "b"] == [layer.name for layer in model._output_layers]


def test_gradients_are_read_as_code_for_keras_2_feeds_them():
    model = Sequential([Dense(2, input_dim=3)])
    model.compile("sgd", "mse")
    x, y = np.ones((4, 3)), np.ones((4, 2))
    fed = model._feed_inputs + model._feed_targets + model._feed_sample_weights
    gradients = K.function(fed, K.gradients(model.total_loss, model.trainable_weights))
    inputs, targets, weights = model._standardize_user_data(x, y)
    assert [np.ones(4).tolist()] == [w.tolist() for w in weights] and model._standardize_user_data(x)[1:] == ([], [])
    once = gradients(inputs + targets + weights)
    inputs, targets, doubled = model._standardize_user_data(x, y, np.full(4, 2.0))
    for gradient, weight, twice in zip(once, model.weights, gradients(inputs + targets + doubled), strict=True):
        assert gradient.shape == weight.shape and gradient.any()
        np.testing.assert_allclose(twice, 2 * gradient, rtol=1e-5)
    assert list(model.layers_by_depth) == list(model._layers_by_depth) and model.nodes_by_depth
