"""Losses as objects: settings, reductions, weights, masks, files and copies; tests/keras/test_counted.py has their numbers."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine import check, losses
from engine.layers import Dense, Input, Masking
from engine.models import Model, Sequential, load_model
from engine.wrappers.scikit_learn import KerasClassifier

RNG = np.random.default_rng(7)
X = RNG.normal(size=(12, 3)).astype("float32")
LABELS = RNG.integers(0, 4, 12)
ONE_HOT = np.eye(4)[LABELS]


def compiled(loss: Any, **settings: Any) -> Model:
    model = Sequential([Dense(4, input_dim=3)])
    model.compile("sgd", loss, **settings)
    return model


def test_the_reduction_is_the_mean_the_sum_or_none() -> None:
    y, p = np.zeros((2, 1)), np.array([[1.0], [3.0]])

    assert float(losses.MeanSquaredError()(y, p)) == 5
    assert float(losses.MeanSquaredError(reduction="auto")(y, p)) == 5
    assert float(losses.MeanSquaredError(losses.Reduction.SUM)(y, p)) == 10
    assert losses.MeanSquaredError("none")(y, p).numpy().tolist() == [1, 9]
    with pytest.raises(ValueError, match=r"MeanSquaredError, reduction: expected one of 'auto'.*'median'"):
        losses.MeanSquaredError(reduction="median")


def test_weights_divide_by_the_number_of_samples() -> None:
    y, p = np.zeros((4, 1)), np.ones((4, 1))

    assert float(losses.MeanSquaredError()(y, p, sample_weight=[1, 0, 0, 0])) == 0.25
    assert float(losses.MeanSquaredError()(y, p, sample_weight=[[1], [0], [0], [0]])) == 0.25
    assert float(losses.MeanSquaredError()(y, p, sample_weight=3.0)) == 3
    weighted = compiled(losses.MeanSquaredError()).evaluate(X, ONE_HOT, sample_weight=np.zeros(12), verbose=0)
    assert weighted == 0


def test_tensors_give_a_tensor_and_arrays_an_array() -> None:
    x = K.placeholder((None, 4))
    value = losses.CategoricalCrossentropy(from_logits=True)(K.constant(ONE_HOT), x)

    [computed] = K.function([x], [value])([np.ones((12, 4))])
    assert computed == pytest.approx(float(losses.CategoricalCrossentropy(from_logits=True)(ONE_HOT, np.ones((12, 4)))))


def test_labels_of_numbers_fit_with_and_without_a_last_axis() -> None:
    model = compiled(losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])

    assert model.evaluate(X, LABELS, verbose=0) == model.evaluate(X, LABELS[:, None], verbose=0)
    expected = np.mean(model.predict(X).argmax(1) == LABELS)
    assert model.evaluate(X, LABELS, verbose=0)[1] == pytest.approx(expected)


@pytest.mark.parametrize("loss", [losses.BinaryCrossentropy, losses.BinaryCrossentropy(), "BinaryCrossentropy"])
def test_accuracy_follows_the_function_behind_the_object(loss: Any) -> None:
    several = (ONE_HOT + np.roll(ONE_HOT, 1, 1)).clip(0, 1)
    model = compiled(loss, metrics=["accuracy"])

    assert model.evaluate(X, several, verbose=0)[1] == pytest.approx(np.mean(np.round(model.predict(X)) == several))


def test_a_mask_leaves_out_what_is_not_there() -> None:
    x = RNG.normal(size=(4, 5, 3)).astype("float32")
    x[:, 3:] = 0
    model = Sequential([Masking(input_shape=(5, 3)), Dense(2)])
    y = RNG.normal(size=(4, 5, 2))
    values = np.mean((model.predict(x) - y) ** 2, -1)

    model.compile("sgd", losses.MeanSquaredError())
    assert model.evaluate(x, y, verbose=0) == pytest.approx(values[:, :3].mean(), rel=1e-5)
    model.compile("sgd", losses.MeanSquaredError(reduction="sum"))
    assert model.evaluate(x, y, verbose=0) == pytest.approx(values[:, :3].sum(), rel=1e-5)
    assert np.isfinite(model.evaluate(np.zeros_like(x), y, verbose=0))


COPIES: dict[str, Callable[[Model, Path], Model]] = {
    "file": lambda model, path: model.save(path) or load_model(path),
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "deepcopy": lambda model, path: copy.deepcopy(model),
}


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize(
    "loss",
    [
        losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, name="mine"),
        [losses.Huber(0.3, reduction="sum")],
        {"dense": losses.CosineSimilarity()},
    ],
)
def test_a_compiled_model_keeps_its_loss(way: str, loss: Any, tmp_path: Path) -> None:
    model = Sequential([Dense(4, input_dim=3, name="dense")])
    model.compile("sgd", loss)
    again = COPIES[way](model, tmp_path / "m.h5")

    assert again.evaluate(X, ONE_HOT, verbose=0) == model.evaluate(X, ONE_HOT, verbose=0)


def test_a_loss_of_ones_own_derives_from_the_base(tmp_path: Path) -> None:
    class Weighed(losses.Loss):
        def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, y_true: Any, y_pred: Any) -> Any:
            return self.factor * K.mean(K.square(y_pred - y_true), axis=-1)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "factor": self.factor}

    model = compiled(Weighed(3.0, name="w"))
    expected = 3 * np.mean((model.predict(X) - ONE_HOT) ** 2)
    assert model.evaluate(X, ONE_HOT, verbose=0) == pytest.approx(expected, rel=1e-5)
    model.save(tmp_path / "m.h5")
    again = load_model(tmp_path / "m.h5", custom_objects={"Weighed": Weighed})
    assert again.evaluate(X, ONE_HOT, verbose=0) == pytest.approx(expected, rel=1e-5)
    with pytest.raises(ValueError, match="Weighed"):
        load_model(tmp_path / "m.h5")


def test_two_outputs_have_a_loss_each() -> None:
    x = Input((3,))
    model = Model(x, [Dense(4, name="a")(x), Dense(4, name="b")(x)])
    model.compile("sgd", {"a": losses.MeanSquaredError(), "b": losses.MeanAbsoluteError(reduction="sum")})
    a, b = model.predict(X)

    expected = [np.mean((a - ONE_HOT) ** 2), np.mean(np.abs(b - ONE_HOT), -1).sum()]
    assert model.evaluate(X, [ONE_HOT, ONE_HOT], verbose=0)[1:] == pytest.approx(expected, rel=1e-5)


def test_rules_of_mistakes_know_logits_from_probabilities() -> None:
    assert ["softmax" in str(mistake) for mistake in check(compiled(losses.CategoricalCrossentropy()), X, ONE_HOT)] == [
        True
    ]
    assert not check(compiled(losses.CategoricalCrossentropy(from_logits=True)), X, ONE_HOT)


def test_a_classifier_of_scikit_learn_makes_columns_of_labels() -> None:
    classifier = KerasClassifier(lambda: compiled(losses.CategoricalCrossentropy(from_logits=True), metrics=["acc"]))

    assert classifier.fit(X, LABELS, verbose=0).history["loss"]


def test_smoothing_spreads_a_share_over_all_classes_also_where_their_number_is_open() -> None:
    y, p = K.placeholder((None, None)), K.placeholder((None, None))
    value = losses.categorical_crossentropy(y, p, label_smoothing=0.2)

    [computed] = K.function([y, p], [value])([np.array([[0.0, 1.0]]), np.array([[0.4, 0.6]])])
    assert computed[0] == pytest.approx(-(0.1 * np.log(0.4) + 0.9 * np.log(0.6)), rel=1e-5)


def test_values_that_are_none_are_refused_by_name() -> None:
    class Nothing(losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return None

    with pytest.raises(TypeError, match=r"Nothing\.call: expected a value for each sample, found None"):
        compiled(Nothing())
