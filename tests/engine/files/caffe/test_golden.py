"""Caffe's layers against PyTorch's numbers (tests/golden/caffe_layers.py wrote them)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from .nets import Layer, Net
from .test_numbers import in_caffes_order, opened

FOLDER = Path(__file__).parents[3] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("caffe_layers")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "caffe_layers.npz", allow_pickle=False))


@pytest.mark.filterwarnings("ignore:.*groups are one kernel:UserWarning")
@pytest.mark.parametrize("key", listed.CASES)
def test_a_layer_gives_the_numbers_of_pytorch(key: str, tmp_path: Path) -> None:
    kind, settings, shape, _, _ = listed.CASES[key]
    model = opened(Net(shape, [Layer("it", kind, ["data"], ["y"], settings, listed.weights(key))]), tmp_path)
    x = listed.inputs(key)

    found = in_caffes_order(model.predict(np.moveaxis(x, 1, -1) if x.ndim == 4 else x))

    np.testing.assert_allclose(found, GOLDEN[key], rtol=2e-5, atol=2e-5)
