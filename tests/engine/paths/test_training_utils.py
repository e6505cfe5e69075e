"""Checks that Keras's code calls by themselves."""

import numpy as np
import pytest

from engine import losses
from engine._paths import training_utils
from engine.errors import DataError

A, B = np.ones((4, 3)), np.ones((3, 3))


def test_batches_cover_all_samples():
    assert training_utils.make_batches(7, 3) == [(0, 3), (3, 6), (6, 7)]
    assert training_utils.make_batches(0, 3) == []


@pytest.mark.parametrize("arrays", [([A], [A], [A]), (None, None, None), ([None], [None], [None]), ([A, A], [A], [A])])
def test_equal_lengths_pass(arrays):
    training_utils.check_array_length_consistency(*arrays)


@pytest.mark.parametrize("arrays", [([A], [B]), ([A, B], [A]), ([A], [A], [B]), ([A], None)])
def test_other_lengths_are_refused(arrays):
    with pytest.raises(DataError):
        training_utils.check_array_length_consistency(*arrays)


def test_targets_are_compared_where_the_loss_compares_them():
    check = training_utils.check_loss_and_target_compatibility
    check([A, None, B], [losses.mean_squared_error, None, losses.hinge], [(None, 3), (None, 1), (None, 7)])
    with pytest.raises(DataError, match=r"\(None, 2\)"):
        check([A], [losses.mean_squared_error], [(None, 2)])
