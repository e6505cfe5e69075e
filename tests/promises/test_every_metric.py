"""Every metric of its own: a sample, the expected number, tensors and arrays alike."""

from __future__ import annotations

import numpy as np
import pytest

from engine import metrics
from engine._declared import registry
from engine._graph.plan import evaluate
from engine._graph.tensor import Placeholder

OUTPUTS = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
ONE_HOT = np.eye(3)[[0, 2, 0, 1]]
LABELS = np.array([[0.0], [2.0], [0.0], [1.0]])

SAMPLES = {
    "binary_accuracy": (ONE_HOT, 9 / 12, {}),
    "categorical_accuracy": (ONE_HOT, 0.5, {}),
    "sparse_categorical_accuracy": (LABELS, 0.5, {}),
    "top_k_categorical_accuracy": (ONE_HOT, 0.75, {"k": 2}),
    "sparse_top_k_categorical_accuracy": (LABELS, 0.75, {"k": 2}),
    "precision": (ONE_HOT, 0.5, {}),
    "recall": (ONE_HOT, 0.5, {}),
    "fbeta_score": (ONE_HOT, 0.5, {"beta": 2}),
    "fmeasure": (ONE_HOT, 0.5, {}),
    "matthews_correlation": (ONE_HOT, 0.25, {}),
}


def _own_metrics():
    losses = set(registry.find_all("loss").values())
    return {m.__name__ for m in registry.find_all("metric").values() if m not in losses}


def test_all_metrics_have_samples():
    assert {name for name, (target, _, _) in SAMPLES.items()} == _own_metrics()


def test_every_loss_is_a_metric_too():
    assert set(registry.names("loss")) <= set(registry.names("metric"))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_metric_gives_the_expected_mean(name):
    target, expected, settings = SAMPLES[name]
    if name in ("binary_accuracy", "precision", "recall", "fbeta_score", "fmeasure", "matthews_correlation"):
        rounded = np.round(OUTPUTS)
        found, possible, chosen = (rounded * ONE_HOT).sum(), ONE_HOT.sum(), rounded.sum()
        p, r = found / chosen, found / possible
        by_hand = {
            "binary_accuracy": (rounded == ONE_HOT).mean(),
            "precision": p,
            "recall": r,
            "fbeta_score": 5 * p * r / (4 * p + r),
            "fmeasure": 2 * p * r / (p + r),
            "matthews_correlation": np.corrcoef(rounded.ravel(), ONE_HOT.ravel())[0, 1],
        }
        expected = by_hand[name]

    assert np.mean(metrics.get(name)(target, OUTPUTS, **settings)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", SAMPLES)
def test_tensors_and_arrays_give_the_same_numbers(name):
    target, _, settings = SAMPLES[name]
    y_true, y_pred = Placeholder((None, *target.shape[1:]), "float64"), Placeholder((None, 3), "float64")

    found = evaluate([metrics.get(name)(y_true, y_pred, **settings)], {y_true: target, y_pred: OUTPUTS})[0]

    np.testing.assert_allclose(found, metrics.get(name)(target, OUTPUTS, **settings), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int32", "int64"])
@pytest.mark.parametrize("name", SAMPLES)
def test_labels_of_whole_numbers_give_what_floats_give(name, dtype):
    target, _, settings = SAMPLES[name]
    metric = metrics.get(name)
    labels = np.minimum(target, 1) if dtype == "bool" else target

    expected = metric(labels, np.rint(OUTPUTS), **settings)

    for outputs in (np.rint(OUTPUTS), np.rint(OUTPUTS).astype(dtype)):
        np.testing.assert_allclose(metric(labels.astype(dtype), outputs, **settings), expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy"])
def test_labels_of_eight_bits_are_told_apart_from_classes_beyond_their_range(name):
    outputs = np.zeros((1, 300))
    outputs[0, 256 + 7] = 1
    settings = {"k": 1} if "top_k" in name else {}

    assert float(np.mean(metrics.get(name)(np.array([[7]], "uint8"), outputs, **settings))) == 0
