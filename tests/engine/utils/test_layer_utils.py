"""Layers from configs, and tools under Keras 1's names."""

import numpy as np
import pytest

from engine import layers, utils
from engine.utils import layer_utils, np_utils, vis_utils


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
