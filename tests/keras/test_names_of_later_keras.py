"""Names that tf.keras 2.15 and Keras 3 brought: there, with figures of the real thing, and a card or a choice of the builder."""

from __future__ import annotations

import importlib
import re
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engine import activations, callbacks, layers, losses, metrics, optimizers
from engine import backend as K
from engine._declared import registry
from engine.models import Model
from kwidgets.document.catalogue import class_names

GOLDEN = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(GOLDEN))
listed = importlib.import_module("later_names")
sys.path.remove(str(GOLDEN))
FIGURES = dict(np.load(GOLDEN / "later_names.npz", allow_pickle=False))
LAYERS = [
    "AdditiveAttention",
    "Attention",
    "CategoryEncoding",
    "CenterCrop",
    "Conv1DTranspose",
    "Discretization",
    "EinsumDense",
    "GroupNormalization",
    "GroupQueryAttention",
    "Identity",
    "IntegerLookup",
    "LayerNormalization",
    "MultiHeadAttention",
    "Normalization",
    "RandomBrightness",
    "RandomContrast",
    "RandomCrop",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "Rescaling",
    "Resizing",
    "SpectralNormalization",
    "UnitNormalization",
]
# Their figures stand in files of their own.
OF_TEXTS = ("Hashing", "StringLookup", "TextVectorization")
OPTIMIZERS = ["Adafactor", "AdamW", "Ftrl", "Lion", "LossScaleOptimizer"]
SCHEDULES = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
]
ACTIVATIONS = [
    "celu",
    "gelu",
    "hard_shrink",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu6",
    "silu",
    "soft_shrink",
    "squareplus",
    "swish",
    "tanh_shrink",
]
LOSSES = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CTC",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
]
METRICS = [
    "AUC",
    "BinaryAccuracy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "IoU",
    "LogCoshError",
    "Mean",
    "MeanIoU",
    "MeanTensor",
    "OneHotIoU",
    "OneHotMeanIoU",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
]


@cache
def golden_text(*files: str) -> str:
    """What the lists of cases say, whose figures stand beside them."""
    return "\n".join((GOLDEN / file).read_text("utf-8") for file in files)


def has_case(name: str, *files: str) -> bool:
    """Whether a case names it."""
    return re.search(rf"""["'.]{name}["'(]""", golden_text(*files)) is not None


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_a_card_and_has_figures(name: str) -> None:
    files = [path.name for path in GOLDEN.glob("layers_*.py")]
    assert getattr(layers, name) is registry.find("layer", name)
    assert name in class_names("layer")
    assert has_case(name, *files, "spectral.py", "later_names.py")


@pytest.mark.parametrize("name", OF_TEXTS)
def test_a_layer_of_texts_is_a_card_and_has_figures(name: str) -> None:
    assert getattr(layers, name) is registry.find("layer", name)
    assert name in class_names("layer") and has_case(name, "texts.py", "tensorflow_functions.py")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_a_choice_and_has_figures(name: str) -> None:
    assert getattr(optimizers, name) is registry.find("optimizer", name)
    assert name in class_names("optimizer") and has_case(name, "later_optimizers.py")


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_has_figures(name: str) -> None:
    assert getattr(optimizers.schedules, name) is registry.find("schedule", name)
    assert has_case(name, "later_optimizers.py")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_a_choice_and_has_figures(name: str) -> None:
    same = {"silu": "swish", "hard_silu": "hard_swish"}.get(name, name)
    assert same in registry.options("activation") and name in listed.ACTIVATIONS


@pytest.mark.parametrize("name", listed.ACTIVATIONS)
def test_an_activation_has_values_and_slopes_of_keras_3(name: str) -> None:
    x = K.variable(listed.X, dtype="float64")
    y = activations.get(name)(x)
    found = K.function([], [y, *K.gradients(K.sum(y), [x])])([])
    np.testing.assert_allclose(found[0], FIGURES[f"activation/{name}"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found[1], FIGURES[f"slope/{name}"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("key", listed.LAYERS)
def test_layers_of_categories_give_what_keras_3_gives(key: str) -> None:
    name, settings, x = listed.LAYERS[key]
    entry = layers.Input(x.shape[1:], dtype=str(x.dtype) if x.dtype.kind == "i" else "float32")
    found = Model(entry, getattr(layers, name)(**settings)(entry)).predict(x)
    np.testing.assert_allclose(np.asarray(found, "float64"), FIGURES[f"layer/{key}"], rtol=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_a_choice_and_has_figures(name: str) -> None:
    same = {
        "cosine_similarity": "cosine_proximity",
        "kldivergence": "kullback_leibler_divergence",
        "log_cosh": "logcosh",
    }
    function = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()
    assert getattr(losses, name) is registry.find_later("loss", name)
    assert same.get(function, function) in registry.options("loss")
    assert has_case(name, "counted.py", "losses_of_keras_3.py")


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_known_by_its_name_and_has_figures(name: str) -> None:
    assert getattr(metrics, name) is registry.find_later("metric", name)
    assert has_case(name, "counted.py")


def test_callbacks_are_there() -> None:
    assert callbacks.BackupAndRestore and callbacks.TensorBoard
