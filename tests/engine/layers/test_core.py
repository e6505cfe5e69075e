"""Special sides of the core layers."""

import numpy as np
import pytest

from engine import activations
from engine.errors import GraphError, ShapeError, UnknownName
from engine.layers import (
    ELU,
    Activation,
    Dense,
    Embedding,
    Flatten,
    Input,
    Lambda,
    LeakyReLU,
    Permute,
    Reshape,
    serialize,
)
from engine.models import Model, Sequential, model_from_json


def doubled(x, times=2):
    return x * times


def test_lambda_is_read_back_by_its_registered_name_only():
    model = Sequential([Lambda(doubled, arguments={"times": 3}, input_shape=(2,))])
    again = model_from_json(model.to_json(), custom_objects={"doubled": doubled})
    assert again.predict(np.ones((1, 2))).tolist() == [[3.0, 3.0]]
    with pytest.raises(UnknownName, match="doubled"):
        model_from_json(model.to_json())


@pytest.mark.parametrize("function", [["4wEAAAA=", None, None], "4wEAAAABAAAA"])
def test_code_in_a_config_is_never_run(function):
    config = {"name": "evil", "function": function, "function_type": "lambda", "arguments": {}}
    with pytest.raises(GraphError, match="custom_objects"):
        Lambda.from_config(config)


def test_flatten_moves_channels_last_where_they_stand_first():
    x = np.arange(12, dtype="float32").reshape(1, 2, 2, 3)
    assert Flatten()(x).tolist() == [x.ravel().tolist()]
    assert Flatten(data_format="channels_first")(x).tolist() == [x.transpose(0, 2, 3, 1).ravel().tolist()]


def test_reshape_never_takes_elements_of_other_samples():
    with pytest.raises(ShapeError, match="4 elements a sample"):
        Reshape((4,))(Input(shape=(2,)))


def test_permute_needs_each_axis_once():
    with pytest.raises(ShapeError, match="each of 1 to 2 once"):
        Permute((1, 1))(Input(shape=(3, 4)))


def test_dense_works_on_the_last_axis():
    layer = Dense(2, kernel_initializer="ones", use_bias=False)
    assert layer(np.ones((3, 4, 5), "float32")).tolist() == np.full((3, 4, 2), 5.0).tolist()


def test_dense_needs_a_known_width():
    with pytest.raises(ShapeError, match="last axis"):
        Dense(2)(Input(shape=(None,)))


def test_embedding_takes_whole_numbers_in_any_type():
    x = Input(shape=(3,))
    layer = Embedding(5, 2, input_length=3)
    model = Model(x, layer(x))
    table = layer.get_weights()[0]
    np.testing.assert_array_equal(model.predict(np.array([[0.0, 4.0, 2.0]]))[0], table[[0, 4, 2]])
    with pytest.raises(ShapeError, match="3 steps"):
        layer(Input(shape=(4,)))
    assert Sequential([Embedding(5, 2, input_length=3)]).output_shape == (None, 3, 2)


def test_serialize_names_class_and_config():
    assert serialize(Dense(2, name="one"))["class_name"] == "Dense"


def test_softmax_of_a_single_axis_is_refused_as_in_keras():
    with pytest.raises(ValueError, match="two or more axes"):
        activations.softmax(np.ones(3))
    with pytest.raises(ValueError, match="two or more axes"):
        Activation("softmax")(Input(batch_shape=(3,)))


@pytest.mark.parametrize("layer", [LeakyReLU(-0.5), ELU(-0.5)])
def test_negative_slopes_are_taken(layer):
    x = np.array([[-2.0, 3.0]])
    below = 1.0 if isinstance(layer, LeakyReLU) else -0.5 * (np.exp(-2) - 1)
    np.testing.assert_allclose(layer(x), [[below, 3]], rtol=1e-6)


@pytest.mark.parametrize(("length", "shape"), [(2, (3,)), (2, (2, 3)), ((2, 3), (2,)), ((2, 3), (2, 4))])
def test_an_embedding_keeps_to_its_input_length(length, shape):
    with pytest.raises(ValueError, match="input_length"):
        Embedding(10, 4, input_length=length)(Input(shape))
    assert (
        Embedding(10, 4, input_length=length)(Input(length if isinstance(length, tuple) else (length,))).shape[-1] == 4
    )


def test_a_list_of_one_tensor_that_a_layer_gives_is_that_tensor():
    x = Input((3,))
    doubled_in_list = Lambda(lambda t: [2 * t])(x)

    model = Model(x, Dense(1, kernel_initializer="ones")(doubled_in_list))

    assert model.predict(np.ones((1, 3))).tolist() == [[6.0]]
