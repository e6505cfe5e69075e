"""The functions of Keras's `engine.training_utils` do what they did there."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from engine import backend as K
from engine import losses
from engine._paths import engine_names as utils
from engine.errors import DataError, SettingTypeError, UnknownName


@pytest.mark.parametrize(
    "name",
    [
        "check_array_length_consistency",
        "_check_array_lengths",
        "_standardize_input_data",
        "_weighted_masked_objective",
        "_make_batches",
        "_batch_shuffle",
        "_slice_arrays",
    ],
)
@pytest.mark.parametrize("module", ["training", "training_utils"])
def test_published_imports_find_them(module, name):
    assert callable(getattr(importlib.import_module(f"engine.engine.{module}"), name))


@pytest.mark.parametrize("data", [np.zeros((4, 3)), [np.zeros((4, 3))], {"a": np.zeros((4, 3))}])
def test_one_input_is_taken_in_every_form(data):
    (x,) = utils.standardize_input_data(data, ["a"], [(None, 3)], exception_prefix="input")
    assert x.shape == (4, 3)


def test_several_inputs_are_put_in_order_and_vectors_become_columns():
    a, b = utils.standardize_input_data({"b": np.zeros(4), "a": np.zeros((4, 2))}, ["a", "b"], [None, (None, 1)])
    assert a.shape == (4, 2) and b.shape == (4, 1)
    assert utils.standardize_input_data(None, ["a", "b"]) == [None, None]
    tensor = K.variable(np.zeros((4, 2)))
    assert utils.standardize_input_data([tensor], ["a"], [(None, 2)]) == [tensor]


def test_data_that_do_not_fit_are_refused_by_name():
    with pytest.raises(DataError, match=r"target 'a': expected shape \(None, 2\), found shape \(4, 3\)"):
        utils.standardize_input_data(np.zeros((4, 3)), ["a"], [(None, 2)], exception_prefix="target")
    with pytest.raises(DataError, match=r"expected shape \(5, 3\)"):
        utils.standardize_input_data(np.zeros((4, 3)), ["a"], [(5, 3)])
    assert utils.standardize_input_data(np.zeros((4, 3)), ["a"], [(5, 3)], check_batch_axis=False)[0].shape == (4, 3)
    with pytest.raises(DataError, match="2 arrays"):
        utils.standardize_input_data([np.zeros((4, 3))], ["a", "b"])


def test_different_numbers_of_samples_are_refused():
    three, four = np.zeros((3, 2)), np.zeros((4, 2))
    utils.check_array_length_consistency([three, three], [three], [three])
    utils.check_array_length_consistency(three, three, three)
    utils.check_array_length_consistency(None, None)
    for arrays in (
        ([three, four], []),
        ([three], [four]),
        ([], [three], [four]),
        ([three], [None]),
        ([three], [three]),
    ):
        with pytest.raises(DataError, match="expected 3 samples"):
            utils.check_array_length_consistency(*arrays)


def test_targets_are_compared_with_losses_and_outputs():
    shapes = [(None, 3)]
    utils.check_loss_and_target_compatibility([np.zeros((4, 3))], [losses.categorical_crossentropy], shapes)
    utils.check_loss_and_target_compatibility([None], [losses.mse], shapes)
    with pytest.raises(DataError, match="to_categorical"):
        utils.check_loss_and_target_compatibility([np.zeros((4, 1))], [losses.categorical_crossentropy], shapes)
    with pytest.raises(DataError, match=r"found shape \(4, 2\)"):
        utils.check_loss_and_target_compatibility([np.zeros((4, 2))], [losses.mean_squared_error], shapes)


def test_weights_are_made_for_samples_and_steps():
    y = np.array([0, 1, 1])
    assert utils.standardize_weights(y).tolist() == [1, 1, 1]
    assert utils.standardize_weights(y, class_weight={0: 1.0, 1: 3.0}, sample_weight=np.array([1, 1, 2])).tolist() == [
        1,
        3,
        6,
    ]
    assert utils.standardize_weights(np.zeros((2, 5, 1)), sample_weight_mode="temporal").shape == (2, 5)
    assert utils.standardize_class_weights({0: 1.0}, ["a"]) == [{0: 1.0}]
    assert utils.standardize_sample_weights({"b": y}, ["a", "b"])[0] is None
    with pytest.raises(UnknownName):
        utils.standardize_sample_weights({"c": y}, ["a", "b"])


def test_metrics_are_spread_over_outputs():
    assert utils.collect_metrics(["mae"], ["a", "b"]) == [["mae"], ["mae"]]
    assert utils.collect_metrics({"a": "mae", "b": ["mse", "acc"]}, ["a", "b"]) == [["mae"], ["mse", "acc"]]
    assert utils.collect_metrics(None, ["a"]) == [[]]
    with pytest.raises(SettingTypeError, match="a list of metrics"):
        utils.collect_metrics("mae", ["a"])


def test_batches_are_cut_and_shuffled_as_wholes():
    assert utils.make_batches(7, 3) == [(0, 3), (3, 6), (6, 7)]
    numbers = np.arange(11)
    shuffled = utils.batch_shuffle(numbers, 3)
    assert numbers.tolist() == list(range(11)) and sorted(shuffled) == list(range(11))
    assert shuffled[9:].tolist() == [9, 10] and all(shuffled[i + 1] == shuffled[i] + 1 for i in (0, 3, 6))


def test_samples_are_counted_unless_steps_are():
    assert utils.check_num_samples([np.zeros((4, 2))], batch_size=2) == 4
    assert utils.check_num_samples([np.zeros((4, 2))], steps=3) is None
    for arguments in (([np.zeros(4)], 2, 3), ([], 2, None)):
        with pytest.raises(DataError):
            utils.check_num_samples(*arguments)


def test_only_what_gives_batches_by_number_is_a_sequence():
    class Batches:
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return np.zeros((2, 2)), np.zeros(2)

    assert utils.is_sequence(Batches())
    assert not utils.is_sequence(iter([])) and not utils.is_sequence(np.zeros(3)) and not utils.is_sequence([1])
