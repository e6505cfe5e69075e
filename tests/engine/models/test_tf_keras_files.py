"""What tf.keras's HDF5 holds of optimizers: those that it calls legacy slot by slot, those since 2.11 weight by weight."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from engine import optimizers
from engine.layers import Dense, Input
from engine.models import Sequential, load_model
from engine.optimizers import schedules


def saved(optimizer: optimizers.Optimizer, folder: Path) -> tuple[list[str], list[tuple[int, ...]]]:
    """Names and shapes of the optimizer's arrays in the order of the file."""
    model = Sequential([Input((3,)), Dense(2)])
    model.compile(optimizer, "mse")
    model.train_on_batch(np.ones((4, 3)), np.ones((4, 2)))
    model.save(str(folder / "m.h5"), save_format="tf.keras")
    with h5py.File(folder / "m.h5", "r") as file:
        group = file["optimizer_weights"]
        names = [name.decode() if isinstance(name, bytes) else name for name in group.attrs["weight_names"]]
        return names, [group[name].shape for name in names]


@pytest.mark.filterwarnings("ignore:.*custom_objects:UserWarning")
@pytest.mark.parametrize("kind", ["AdamW", "Lion", "Adafactor"])
def test_slots_of_a_weight_stand_together(kind: str, tmp_path: Path) -> None:
    names, shapes = saved(getattr(optimizers, kind)(0.01), tmp_path)
    assert names[0] == "iteration:0" and shapes[0] == ()
    expected = {
        "AdamW": [(3, 2), (3, 2), (2,), (2,)],
        "Lion": [(3, 2), (2,)],
        "Adafactor": [(3,), (2,), (3, 2), (2,)],
    }[kind]
    assert [shape for shape in shapes[1:] if shape] == expected


def test_slots_of_a_legacy_optimizer_stand_one_after_the_other(tmp_path: Path) -> None:
    _, shapes = saved(optimizers.Adam(0.01, amsgrad=True), tmp_path)
    assert shapes == [(), (3, 2), (2,), (3, 2), (2,), (3, 2), (2,)]


def test_a_loss_scale_keeps_the_arrays_of_the_optimizer_within(tmp_path: Path) -> None:
    _, shapes = saved(optimizers.LossScaleOptimizer(optimizers.SGD(0.1, momentum=0.9)), tmp_path)
    assert shapes == [(), (3, 2), (2,)]


def test_a_rate_that_no_keras_has_is_said(tmp_path: Path) -> None:
    rate = schedules.InverseTimeDecay(0.5, 1, 0.1, power=0.75)
    with pytest.warns(UserWarning, match=r"The rate stays 0.5 there: no Keras has InverseTimeDecay\(power=...\)"):
        saved(optimizers.SGD(rate), tmp_path)
    assert float(load_model(tmp_path / "m.h5").optimizer.learning_rate) == 0.5
