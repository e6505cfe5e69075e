"""Parameter counts, inputs that a tensor comes from, and weights moved between image layouts."""

import numpy as np
import pytest

from engine import layers, utils
from engine.errors import GraphError
from engine.layers import Conv2D, Dense, Flatten, Input, add
from engine.models import Model, Sequential
from engine.utils import layer_utils, np_utils, vis_utils
from engine.utils.layer_utils import (
    convert_all_kernels_in_model,
    convert_dense_weights_data_format,
    count_params,
    get_source_inputs,
)

X = np.random.default_rng(2).normal(size=(3, 4, 5, 2)).astype("float32")


def test_a_shared_weight_counts_once():
    layer = Dense(3)
    a, b = Input((2,)), Input((2,))
    model = Model([a, b], add([layer(a), layer(b)]))
    assert count_params(model.weights) == count_params([*layer.weights, *layer.weights]) == 9


def test_inputs_are_found_in_the_order_in_which_they_are_met_also_through_a_shared_layer():
    layer = Dense(3)
    a, b = Input((2,)), Input((2,))
    first, second = layer(a), layer(b)
    assert get_source_inputs(add([second, first])) == [b, a]
    assert get_source_inputs(first, layer, 1) == [b]
    assert get_source_inputs(a) == [a]
    with pytest.raises(GraphError, match="that a layer gave"):
        get_source_inputs(first * 2)


def test_kernels_reversed_twice_are_as_before():
    model = Sequential([Conv2D(3, (2, 3), input_shape=(4, 5, 2)), Flatten(), Dense(2)])
    before = model.get_weights()
    convert_all_kernels_in_model(model)
    np.testing.assert_array_equal(model.get_weights()[0], before[0][::-1, ::-1])
    np.testing.assert_array_equal(model.get_weights()[2], before[2])
    convert_all_kernels_in_model(model)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("target", ["channels_first", "channels_last"])
def test_a_dense_layer_behind_flatten_gives_the_same_for_pictures_in_the_other_layout(target):
    pictures = X if target == "channels_first" else X.transpose(0, 3, 1, 2)
    other = X.transpose(0, 3, 1, 2) if target == "channels_first" else X
    model = Sequential([Dense(2, input_shape=(40,))])
    expected = model.predict(pictures.reshape(3, 40))
    convert_dense_weights_data_format(model.layers[0], other.shape[1:], target)
    np.testing.assert_allclose(model.predict(other.reshape(3, 40)), expected, rtol=1e-5, atol=1e-6)


def test_a_layer_is_made_of_its_class_name_and_config():
    dense = layers.Dense(3, name="last")
    again = layer_utils.layer_from_config({"class_name": "Dense", "config": dense.get_config()})
    assert again.get_config() == dense.get_config()


@pytest.mark.parametrize(
    ("probabilities", "classes"), [([[0.2], [0.7]], [0, 1]), ([0.2, 0.7], [0, 1]), ([[0.1, 0.6, 0.3]], [1])]
)
def test_probabilities_become_classes(probabilities, classes):
    assert np_utils.probas_to_classes(np.array(probabilities)).tolist() == classes


def test_kernels_of_both_orders_are_turned():
    last = np.arange(12.0).reshape(2, 3, 1, 2)
    turned = np_utils.convert_kernel(last)
    np.testing.assert_array_equal(turned, last[::-1, ::-1])
    first = last.transpose(3, 2, 0, 1)
    np.testing.assert_array_equal(np_utils.convert_kernel(first, dim_ordering="th"), turned.transpose(3, 2, 0, 1))


def test_tools_have_their_old_names_and_places():
    assert vis_utils.plot is vis_utils.plot_model
    assert utils.get_source_inputs is layer_utils.get_source_inputs
    assert utils.convert_all_kernels_in_model is layer_utils.convert_all_kernels_in_model
