"""Keras's errors where several devices are asked for."""

import pytest

from engine.utils import multi_gpu_model


@pytest.mark.parametrize("gpus", [1, 0, [0], True, "two"])
def test_fewer_than_two_are_refused(gpus):
    with pytest.raises(ValueError, match="2 or more"):
        multi_gpu_model(None, gpus)


@pytest.mark.parametrize("gpus", [2, [0, 1], 8])
def test_devices_that_are_not_there_are_refused(gpus):
    with pytest.raises(ValueError, match="found 0 graphics cards"):
        multi_gpu_model(None, gpus)
