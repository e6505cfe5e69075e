"""Layers of Keras 1 that Keras 2 left out, against plain NumPy, and a layer written as Keras 1 taught it."""

from __future__ import annotations

import importlib
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.models import Model, Sequential, load_model, model_from_json

rng = np.random.default_rng(0)
A, B = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("sum", A + B), ("mul", A * B), ("ave", (A + B) / 2), ("max", np.maximum(A, B)), ("concat", np.hstack([A, B])),
        ("dot", (A * B).sum(axis=1, keepdims=True)),
        ("cos", ((A * B).sum(axis=1) / np.linalg.norm(A, axis=1) / np.linalg.norm(B, axis=1)).reshape(5, 1, 1)),
        (lambda inputs: inputs[0] - inputs[1], A - B),
    ],
)  # fmt: skip
def test_merge_in_every_mode(mode: Any, expected: np.ndarray) -> None:
    a, b = layers.Input((4,)), layers.Input((4,))
    with pytest.warns(UserWarning, match="Keras 1 spelling"):
        y = layers.merge([a, b], mode=mode, dot_axes=1)
    np.testing.assert_allclose(Model([a, b], y).predict([A, B]), expected, rtol=1e-5, atol=1e-6)


def test_two_models_merged_at_the_start_of_a_stack(tmp_path: Path) -> None:
    left = Sequential([layers.Dense(3, input_dim=4, name="left")])
    right = Sequential([layers.Dense(2, input_dim=4, name="right")])
    model = Sequential([layers.Merge([left, right], mode="concat"), layers.Dense(1)])
    expected = np.hstack([left.predict(A), right.predict(B)]) @ model.layers[-1].get_weights()[0]
    np.testing.assert_allclose(model.predict([A, B]), expected, rtol=1e-5, atol=1e-6)
    assert model.count_params() == 15 + 10 + 6
    model.compile("sgd", "mse")
    kernel = left.get_weights()[0]
    losses = model.fit([A, B], np.ones((5, 1)), epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0] and not np.array_equal(kernel, left.get_weights()[0])
    again = model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again.predict([A, B]), model.predict([A, B]))
    model.save(tmp_path / "model.h5")
    np.testing.assert_array_equal(load_model(tmp_path / "model.h5").predict([A, B]), model.predict([A, B]))


def test_maxout_takes_the_largest_feature() -> None:
    model = Sequential([layers.MaxoutDense(3, nb_feature=2, input_dim=4)])
    w, b = model.get_weights()
    np.testing.assert_allclose(
        model.predict(A), np.max([A @ w[k] + b[k] for k in range(2)], axis=0), rtol=1e-5, atol=1e-6
    )


def test_a_highway_mixes_its_input_in() -> None:
    model = Sequential([layers.Highway(activation="tanh", input_dim=4)])
    w, carry, b, b_carry = model.get_weights()
    assert b_carry.tolist() == [1, 1, 1, 1]
    share = 1 / (1 + np.exp(-(A @ carry + b_carry)))
    np.testing.assert_allclose(model.predict(A), share * np.tanh(A @ w + b) + (1 - share) * A, rtol=1e-5, atol=1e-6)


def test_a_highway_begins_with_the_transform_bias_of_keras_1_0() -> None:
    model = Sequential([layers.Highway(transform_bias=-3, input_dim=4)])
    assert model.get_weights()[3].tolist() == [-3, -3, -3, -3]
    assert model.get_config()["layers"][0]["config"]["transform_bias"] == -3
    with pytest.raises(ValueError, match="transform_bias"):
        layers.Highway(transform_bias=float("nan"))


def test_what_cannot_be_merged_is_refused() -> None:
    with pytest.raises(ValueError, match="mode"):
        layers.Merge(mode="mean")
    with pytest.raises(ValueError, match="two or more"):
        layers.merge(layers.Input((4,)))


def test_dense_on_each_step_under_its_old_name() -> None:
    with pytest.warns(UserWarning, match="units=3"):
        layer = layers.TimeDistributedDense(output_dim=3, input_dim=4, input_length=5, init="one")
    model = Sequential([layer])
    x = rng.normal(size=(2, 5, 4))
    np.testing.assert_allclose(model.predict(x), np.repeat(x.sum(-1, keepdims=True), 3, -1), rtol=1e-5, atol=1e-6)


def test_a_softplus_that_learns() -> None:
    model = Sequential([layers.ParametricSoftplus(input_shape=(4,))])
    np.testing.assert_allclose(model.predict(A), 0.2 * np.log1p(np.exp(5 * A)), rtol=1e-5, atol=1e-6)
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(A, B, verbose=0)
    assert all((new != old).all() for new, old in zip(model.get_weights(), before, strict=True))


def test_srelu_is_made_of_three_straight_lines() -> None:
    layer = layers.SReLU(input_shape=(5, 4), shared_axes=[1])
    model = Sequential([layer])
    assert [w.shape for w in layer.weights] == [(1, 4)] * 4
    left, a_left, right, a_right = -0.5, 0.1, -1.5, 2.0
    model.set_weights([np.full((1, 4), n) for n in (left, a_left, right, a_right)])
    x = rng.normal(size=(3, 5, 4)) * 2
    corner = left + abs(right)
    expected = np.where(x < left, left + a_left * (x - left), np.where(x > corner, corner + a_right * (x - corner), x))
    np.testing.assert_allclose(model.predict(x), expected, rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="shared_axes"):
        layers.SReLU()(layers.Input((None, 4)))


def test_a_layer_as_keras_1_taught_to_write_it() -> None:
    """Weights made by calling an initializer with a name, and the old name of compute_output_shape."""
    from engine import initializers as initializations

    class Weighted(layers.Layer):
        def __init__(self, output_dim: int, **kwargs: Any) -> None:
            self.output_dim = output_dim
            self.init = initializations.get("glorot_uniform")
            super().__init__(**kwargs)

        def build(self, input_shape: Any) -> None:
            self.W = self.init((input_shape[1], self.output_dim), name=f"{self.name}_W")
            self.b = initializations.get("zero")((self.output_dim,), name=f"{self.name}_b")
            self.trainable_weights = [self.W, self.b]

        def call(self, x: Any, mask: Any = None) -> Any:
            return K.dot(x, self.W) + self.b

        def get_output_shape_for(self, input_shape: Any) -> Any:
            return (input_shape[0], self.output_dim)

    model = Sequential([Weighted(3, input_dim=4), layers.Dense(1)])
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(A, B[:, :1], verbose=0)
    assert len(before) == 4 and not np.array_equal(before[0], model.get_weights()[0])
    np.testing.assert_array_equal(model.layers[1].get_output_shape_for((None, 3)), (None, 1))


OF_KERAS_1: dict[str, Any] = {
    "name": "merge_1", "mode": "concat", "mode_type": "raw", "concat_axis": -1, "dot_axes": -1, "arguments": {},
    "output_mask": None, "output_mask_type": "raw", "output_shape": None, "output_shape_type": "raw",
}  # fmt: skip


def test_a_merge_of_a_file_of_keras_1_says_what_its_mode_is() -> None:
    joined = layers.Merge.from_config(OF_KERAS_1)
    assert isinstance(joined, layers.Concatenate) and joined.name == "merge_1"
    assert joined.compute_output_shape([(None, 4), (None, 6)]) == (None, 10)
    for mode, present in (
        ("sum", "Add"),
        ("mul", "Multiply"),
        ("ave", "Average"),
        ("max", "Maximum"),
        ("dot", "Merge"),
    ):
        assert type(layers.Merge.from_config({**OF_KERAS_1, "mode": mode})).__name__ == present
    by_name = {**OF_KERAS_1, "mode": "difference", "mode_type": "function"}
    layer = layers.Merge.from_config(by_name, {"difference": lambda inputs: inputs[0] - inputs[1]})
    assert layer.compute_output_shape([(None, 4), (None, 4)]) == (None, 4)
    with pytest.raises(ValueError, match="difference"):
        layers.Merge.from_config(by_name)
    with pytest.raises(ValueError, match=r"layer .merge_1. .Merge., mode: expected a name, found code"):
        layers.Merge.from_config({**OF_KERAS_1, "mode": ["4wEAAAABAAAA"], "mode_type": "lambda"})


def test_a_merge_of_a_file_of_keras_1_may_be_called_with_masks() -> None:
    inputs = [layers.Input((3,), name="a"), layers.Input((2,), name="b")]
    config = Model(inputs, layers.Concatenate(name="merge_1")(inputs)).get_config()
    config["layers"][-1] |= {"class_name": "Merge", "config": OF_KERAS_1}
    for entry in config["layers"][-1]["inbound_nodes"][0]:
        entry[3] = {"mask": [None, None]}
    assert Model.from_config(config).predict([A[:, :3], A[:, :2]]).shape == (len(A), 5)


def test_a_model_that_is_merged_with_itself_has_one_input_and_its_weights_once() -> None:
    left = Sequential([layers.Dense(3, input_dim=4, name="left")])
    model = Sequential([layers.Merge([left, left], mode="sum"), layers.Dense(1)])
    assert len(model.inputs) == 1 and len(model.weights) == 4
    summed = model.layers[0]
    again = type(summed).from_config(summed.get_config())
    assert len(again.layers) == 2 and again.layers[0] is again.layers[1]
    model.compile("sgd", "mse")
    model.fit(A, B[:, :1], verbose=0)
    twice = Model(model.inputs, summed.output).predict(A)
    np.testing.assert_allclose(twice, 2 * left.predict(A), rtol=1e-5)


def test_zeros_around_images_are_told_by_four_numbers_too() -> None:
    assert layers.ZeroPadding2D((1, 2, 3, 4)).padding == ((1, 2), (3, 4))


def test_the_length_of_a_sequence_alone_says_nothing_of_its_width() -> None:
    with pytest.warns(UserWarning, match="without input_length"):
        made = layers.TimeDistributedDense(2, input_length=5)
    assert made.batch_input_shape is None


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("core", ["Highway", "MaxoutDense", "Merge", "TimeDistributedDense"]),
        ("advanced_activations", ["ParametricSoftplus", "SReLU"]),
    ],
)
def test_layers_of_keras_1_are_found_in_the_files_that_had_them(file: str, names: list[str]) -> None:
    module = importlib.import_module(f"engine.layers.{file}")
    for name in names:
        assert getattr(module, name) is getattr(layers, name)
    with pytest.raises(AttributeError, match="Nothing"):
        attrgetter("Nothing")(module)
