"""Solver files: optimizers, rates, penalties, and what is told of the rest."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from engine import optimizers
from engine.errors import FileError
from engine.models import Model, load_caffe

NET = """
name: "small"
layer { name: "data" type: "MemoryData" top: "data" top: "label"
        memory_data_param { batch_size: 4 channels: 3 height: 4 width: 4 } }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" param { lr_mult: 1 } param { lr_mult: 2 decay_mult: 0 }
        convolution_param { num_output: 2 kernel_size: 3 weight_filler { type: "xavier" } } }
layer { name: "fc" type: "InnerProduct" bottom: "conv" top: "fc"
        inner_product_param { num_output: 5 weight_filler { type: "xavier" } } }
layer { name: "loss" type: "SoftmaxWithLoss" bottom: "fc" bottom: "label" top: "loss" }
"""


def loaded(folder: Path, solver: str) -> tuple[Model, str]:
    """The model, and what was said."""
    (folder / "net.prototxt").write_text(NET)
    (folder / "solver.prototxt").write_text(solver)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = load_caffe(folder / "net.prototxt", solver=folder / "solver.prototxt")
    return model, " ".join(str(one.message) for one in caught)


@pytest.mark.parametrize(
    ("solver", "name", "settings"),
    [
        ("base_lr: 0.05 momentum: 0.9", "SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": False}),
        ('type: "Nesterov" base_lr: 0.05 momentum: 0.9', "SGD", {"momentum": 0.9, "nesterov": True}),
        ("solver_type: NESTEROV base_lr: 0.05 momentum: 0.9", "SGD", {"nesterov": True}),
        ('type: "AdaGrad" base_lr: 0.05', "Adagrad", {"lr": 0.05, "epsilon": 1e-8}),
        ('type: "RMSProp" base_lr: 0.05 rms_decay: 0.98', "RMSprop", {"rho": 0.98, "epsilon": 1e-8}),
        ('type: "AdaDelta" base_lr: 1.0 momentum: 0.95 delta: 1e-6', "Adadelta", {"rho": 0.95, "epsilon": 1e-6}),
        ('type: "Adam" base_lr: 0.001 momentum: 0.9 momentum2: 0.99', "Adam", {"beta_1": 0.9, "beta_2": 0.99}),
        ("base_lr: 0.1 clip_gradients: 35 iter_size: 4", "SGD", {"clipnorm": 35.0, "gradient_accumulation_steps": 4}),
    ],
)
def test_types_become_optimizers(solver: str, name: str, settings: dict[str, object], tmp_path: Path) -> None:
    model, _ = loaded(tmp_path, solver)

    assert type(model.optimizer).__name__ == name
    config = model.optimizer.get_config()
    assert {key: config[key] for key in settings} == pytest.approx(settings)


@pytest.mark.parametrize(
    ("policy", "rates"),
    [
        ("", {0: 0.1, 500: 0.1}),
        ('lr_policy: "step" gamma: 0.5 stepsize: 100', {0: 0.1, 99: 0.1, 100: 0.05, 250: 0.025}),
        ('lr_policy: "exp" gamma: 0.99', {0: 0.1, 10: 0.1 * 0.99**10}),
        ('lr_policy: "inv" gamma: 0.0001 power: 0.75', {0: 0.1, 1000: 0.1 * 1.1**-0.75}),
        ('lr_policy: "poly" power: 2 max_iter: 1000', {0: 0.1, 500: 0.025}),
        ('lr_policy: "multistep" gamma: 0.1 stepvalue: 10 stepvalue: 20', {9: 0.1, 10: 0.01, 19: 0.01, 20: 0.001}),
    ],
)
def test_policies_become_schedules_with_caffes_rates(policy: str, rates: dict[int, float], tmp_path: Path) -> None:
    model, _ = loaded(tmp_path, f"base_lr: 0.1 {policy}")

    written = model.optimizer.get_config()["lr"]
    for step, rate in rates.items():
        found = optimizers.schedules.deserialize(written)(step) if isinstance(written, dict) else written
        assert found == pytest.approx(rate, rel=1e-6)


def test_weight_decay_is_a_penalty_whose_gradient_is_caffes(tmp_path: Path) -> None:
    model, said = loaded(tmp_path, "base_lr: 0.1 weight_decay: 0.004")

    conv, product = model.get_layer("conv"), model.get_layer("fc")
    assert float(conv.kernel_regularizer.get_config()["l2"]) == pytest.approx(0.002)
    assert conv.bias_regularizer is None and product.bias_regularizer is not None
    assert "lr_mult) for 'conv'" in said.replace('"', "'")
    lasso, _ = loaded(tmp_path, 'base_lr: 0.1 weight_decay: 0.004 regularization_type: "L1"')
    assert float(lasso.get_layer("conv").kernel_regularizer.get_config()["l1"]) == pytest.approx(0.004)


def test_what_fit_is_told_is_told(tmp_path: Path) -> None:
    _, said = loaded(
        tmp_path, 'net: "train_val.prototxt" base_lr: 0.1 max_iter: 450000 test_interval: 1000 snapshot: 10000'
    )

    assert "max_iter 450000, test_interval 1000, snapshot 10000" in said
    assert "are taken to be" not in said


def test_a_model_trains_by_it(tmp_path: Path) -> None:
    model, _ = loaded(
        tmp_path, 'base_lr: 0.1 momentum: 0.9 lr_policy: "inv" gamma: 0.01 power: 0.75 weight_decay: 0.0005'
    )
    random = np.random.default_rng(0)
    x, y = random.normal(size=(32, 4, 4, 3)), random.integers(0, 5, (32, 1))

    losses = model.fit(x, y, epochs=30, verbose=0).history["loss"]

    assert losses[-1] < 0.6 * losses[0]


@pytest.mark.parametrize(
    ("solver", "expected"),
    [
        ('type: "LARS" base_lr: 0.1', "a type of solver"),
        ("base_lr: 0", "a base_lr above 0"),
        ('base_lr: 0.1 lr_policy: "step" gamma: 0.1', "an lr_policy"),
        ('base_lr: 0.1 lr_policy: "warm"', "an lr_policy"),
        ('base_lr: 0.1 lr_policy: "multistep" gamma: 0.1 stepvalue: 20 stepvalue: 10', "rising stepvalues"),
        ('base_lr: 0.1 weight_decay: 0.1 regularization_type: "L3"', "a regularization_type of L1 or L2"),
    ],
)
def test_what_is_none_of_caffes_is_refused(solver: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=expected):
        loaded(tmp_path, solver)
