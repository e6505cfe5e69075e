"""Optimizer slots of every version of Keras: where they can be brought into our order, training goes on with the same numbers."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from engine import losses, optimizers
from engine.layers import Conv2D, Dense, Flatten
from engine.models import Sequential, load_model
from engine.optimizers import Optimizer
from engine.types import Array

RNG = np.random.default_rng(5)
X = RNG.normal(size=(12, 3))
Y = X[:, :1] ** 2
OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {
    "SGD": lambda: optimizers.SGD(0.05, decay=0.1),
    "SGD with momentum": lambda: optimizers.SGD(0.05, momentum=0.9, decay=0.1),
    "RMSprop": lambda: optimizers.RMSprop(0.01),
    "Adagrad": lambda: optimizers.Adagrad(0.01),
    "Adadelta": lambda: optimizers.Adadelta(),
    "Adam": lambda: optimizers.Adam(0.01, decay=0.1),
    "Adam with amsgrad": lambda: optimizers.Adam(0.01, amsgrad=True),
    "Adamax": lambda: optimizers.Adamax(0.01),
    "Nadam": lambda: optimizers.Nadam(0.01),
}
WITHOUT_COUNT = ("RMSprop", "Adagrad", "Adadelta")
VERSIONS = ("1.2.2", "2.0.5", "2.0.8", "2.1.3", "2.2.4", "2.3.1", "2.2.4-tf", "2.11.0")
Named = list[tuple[str, Array]]


def _trained(name: str) -> Sequential:
    # By name, dense_10 comes before dense_9.
    model = Sequential(
        [Dense(3, activation="tanh", input_dim=3, name="dense_9"), Dense(3, name="dense_10"), Dense(1, name="dense_8")]
    )
    model.compile(OPTIMIZERS[name](), "mse")
    model.fit(X, Y, batch_size=4, epochs=2, verbose=0, shuffle=False)
    return model


def _groups(model: Sequential) -> tuple[Array, list[list[Array]], list[str]]:
    """Step count, the arrays of each slot, and the names of the trainable weights."""
    names = [str(weight.name) for weight in model.trainable_weights]
    count, *rest = model.optimizer.get_weights()
    starts = range(0, len(rest), len(names))
    return count, [rest[start : start + len(names)] for start in starts], names


def _as_kept_by(version: str, name: str, model: Sequential) -> Named:
    """The optimizer's arrays in the order in which a version of Keras wrote them."""
    kind = name.split()[0]
    count, slots, names = _groups(model)
    tuned = (kind == "Adam" and "amsgrad" not in name and version not in ("2.1.3", "2.2.4", "2.3.1")) or (
        name == "SGD" and version == "2.2.4-tf"
    )
    slots = slots[:-1] if tuned else slots
    if version == "2.11.0":
        # The largest squares of amsgrad stand behind the others.
        order = [(i, j) for group in ([0, 1], [2]) for j in range(len(names)) for i in group if i < len(slots)]
        pairs = [(f"{kind}/slot{i}/{names[j]}", slots[i][j]) for i, j in order]
        return [("iteration:0", count), ("current_learning_rate:0", np.float32(0.1)), *pairs]
    if version in ("1.2.2", "2.0.5"):
        order = np.argsort(names)
        slots = [[slot[index] for index in order] for slot in slots]
    first = [] if kind in WITHOUT_COUNT and version in VERSIONS[:5] else [count]
    if kind == "Nadam" and version in ("2.3.1", "2.2.4-tf"):
        first.append(np.float32(0.25))
    return [(f"{kind}/Variable_{i}:0", a) for i, a in enumerate([*first, *(a for slot in slots for a in slot)])]


def _rewrite(path: Path, version: str, slots: Named, backend: str = "tensorflow") -> None:
    with h5py.File(path, "r+") as file:
        del file.attrs["engine_checksum"], file["optimizer_weights"]
        for group in (file, file["model_weights"]):
            group.attrs["keras_version"], group.attrs["backend"] = version.encode(), backend.encode()
        group = file.create_group("optimizer_weights")
        group.attrs["weight_names"] = np.array([name.encode() for name, _ in slots])
        for name, array in slots:
            group.create_dataset(name, data=array)


@pytest.fixture(autouse=True)
def _nothing_is_lost_in_silence() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_slots_of_every_version_are_read(name: str, version: str, tmp_path: Path) -> None:
    model = _trained(name)
    path = tmp_path / "m.h5"
    model.save(path)
    slots = _as_kept_by(version, name, model)
    _rewrite(path, version, slots)
    other = load_model(path)
    for now, was in zip(other.optimizer.get_weights()[1:], model.optimizer.get_weights()[1:], strict=True):
        # Without momentum a velocity is of no use, and tf.keras keeps none.
        np.testing.assert_array_equal(now, 0 * was if name == "SGD" and version == "2.2.4-tf" else was)
    counted = not (name.split()[0] in WITHOUT_COUNT and version in VERSIONS[:5])
    assert int(other.optimizer.iterations.array) == (6 if counted else 0)
    settings = {"batch_size": 4, "verbose": 0, "shuffle": False}
    assert other.fit(X, Y, **settings).history == model.fit(X, Y, **settings).history


def test_slots_that_fit_no_version_leave_a_fresh_optimizer_and_a_warning(tmp_path: Path) -> None:
    model = _trained("Adam")
    path = tmp_path / "m.h5"
    model.save(path)
    _rewrite(path, "2.2.4", _as_kept_by("2.2.4", "Adam", model)[:-8])
    with pytest.warns(UserWarning, match=r"the optimizer's state does not fit the model.*expected 19 arrays, found 11"):
        other = load_model(path)
    assert int(other.optimizer.iterations.array) == 0
    assert all(not array.any() for array in other.optimizer.get_weights())


def test_slots_of_kernels_that_are_turned_for_the_layer_are_not_taken(tmp_path: Path) -> None:
    model = Sequential([Conv2D(2, 3, input_shape=(4, 4, 1)), Flatten(), Dense(1)])
    model.compile("adam", "mse")
    model.fit(RNG.normal(size=(4, 4, 4, 1)), Y[:4], verbose=0)
    path = tmp_path / "m.h5"
    model.save(path)
    with h5py.File(path) as file:
        stored = file["optimizer_weights"]
        slots = [(name.decode(), stored[name][()]) for name in stored.attrs["weight_names"]]
    _rewrite(path, "2.2.4", slots, backend="theano")
    with pytest.warns(
        UserWarning, match="fresh one: optimizer of layer 'conv2d.*found those of Keras 2.2.4 with theano"
    ):
        other = load_model(path)
    kernel, turned = model.layers[0].get_weights()[0], other.layers[0].get_weights()[0]
    np.testing.assert_array_equal(turned, kernel[::-1, ::-1])


def _settings_changed(path: Path, **changes: object) -> None:
    with h5py.File(path, "r+") as file:
        settings = json.loads(file.attrs["training_config"])
        file.attrs["training_config"] = json.dumps({**settings, **changes})


@pytest.mark.parametrize(
    ("loss", "metrics"),
    [
        ("mse", ["accuracy", "mae"]),
        (
            {"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "mean_squared_error"}},
            [
                [
                    {"class_name": "MeanMetricWrapper", "config": {"name": "accuracy", "fn": "binary_accuracy"}},
                    {"class_name": "MeanMetricWrapper", "config": {"name": "mae", "fn": "mean_absolute_error"}},
                ]
            ],
        ),
    ],
)
def test_losses_and_metrics_that_became_classes_are_read(loss: object, metrics: object, tmp_path: Path) -> None:
    model = _trained("Adam")
    path = tmp_path / "m.h5"
    model.save(path)
    _settings_changed(path, loss=loss, metrics=metrics)
    other = load_model(path)
    mse, accuracy, mae = other.evaluate(X, Y, verbose=0)
    error = model.predict(X) - Y
    np.testing.assert_allclose([mse, accuracy, mae], [np.mean(error**2), 0, np.mean(np.abs(error))], rtol=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"loss": {"class_name": "SparseCategoricalCrossentropy", "config": {"ignore_class": 3}}},
            "ignore_class: expected None",
        ),
        ({"loss": "loss_of_mine"}, "loss_of_mine"),
        ({"optimizer_config": {"class_name": "Adam", "config": {"loss_scale_factor": 2.0}}}, "Adam, loss_scale_factor"),
        ({"optimizer_config": None}, "expected a table optimizer_config .*, found None"),
    ],
)
def test_what_cannot_be_compiled_as_it_was_names_the_way_out(
    changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "m.h5"
    _trained("SGD").save(path)
    _settings_changed(path, **changes)
    with pytest.raises(ValueError, match=rf"{message}.*compile=False\) reads the model alone"):
        load_model(path)
    assert load_model(path, compile=False).predict(X).shape == Y.shape


def test_a_file_of_tf_keras_or_keras_3_with_objects_trains_on(tmp_path: Path) -> None:
    """What their versions of today write of losses, metrics and settings that came later."""
    model = _trained("SGD")
    model.save(path := tmp_path / "m.h5")
    loss = {"reduction": "auto", "name": "l", "from_logits": True, "label_smoothing": 0.25, "axis": -1, "fn": "x"}
    auc = {"name": "auc", "dtype": "float32", "num_thresholds": 3, "curve": "PR", "summation_method": "interpolation"}
    listed = [
        {"class_name": "AUC", "config": {**auc, "multi_label": False, "num_labels": None, "label_weights": None}},
        {
            "class_name": "MeanMetricWrapper",
            "config": {"name": "accuracy", "dtype": "float32", "fn": "categorical_accuracy"},
        },
        {"module": "keras.metrics", "class_name": "Recall", "config": {"thresholds": 0.25, "class_id": 0, "fn": None}},
    ]
    written = {"class_name": "BinaryCrossentropy", "config": loss, "registered_name": None}
    _settings_changed(path, loss=written, metrics=[listed])
    again = load_model(path)

    assert again.loss.get_config() == losses.BinaryCrossentropy(True, 0.25, name="l", reduction="auto").get_config()
    assert again.metrics_names == ["loss", "auc", "acc", "recall"]
    again.compile("sgd", again.loss, metrics=again.metrics)
