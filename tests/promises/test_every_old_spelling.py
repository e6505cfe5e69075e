"""Every name that Keras 1 had and the engine still takes: it means what Keras's notes say it became, with one warning.

What became of each name is written down here once more, apart from the engine's own tables: a name that the tables get
must get its line here too.
"""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import callbacks, constraints, layers
from engine._declared import registry
from engine._declared.fields import declared_fields
from engine._declared.keras1 import ARGUMENTS, CLASSES, METHODS
from engine._machine.random import set_seed
from engine.datasets import imdb, reuters
from engine.models import Model, Sequential
from engine.preprocessing.text import Tokenizer
from engine.utils import to_categorical

from . import old_arguments_of_functions
from .every_layer_samples import OLD, SAMPLES

# Keras 1's argument: a value for it, and what one writes now.
BECAME: dict[str, tuple[Any, dict[str, Any]]] = {
    "W_constraint": ("max_norm", {"kernel_constraint": "max_norm"}),
    "W_regularizer": ("l2", {"kernel_regularizer": "l2"}),
    "U_regularizer": ("l2", {"recurrent_regularizer": "l2"}),
    "atrous_rate": (2, {"dilation_rate": 2}),
    "b_constraint": ("non_neg", {"bias_constraint": "non_neg"}),
    "b_regularizer": ("l1", {"bias_regularizer": "l1"}),
    "beta_init": ("one", {"beta_initializer": "ones"}),
    "bias": (False, {"use_bias": False}),
    "border_mode": ("same", {"padding": "same"}),
    "consume_less": ("gpu", {"implementation": 2}),
    "depthwise_init": ("uniform", {"depthwise_initializer": "uniform"}),
    "dim_ordering": ("th", {"data_format": "channels_first"}),
    "dropout": (0.2, {}),
    "dropout_U": (0.2, {"recurrent_dropout": 0.2}),
    "dropout_W": (0.1, {"dropout": 0.1}),
    "filter_length": (2, {"kernel_size": 2}),
    "forget_bias_init": ("one", {"unit_forget_bias": True}),
    "gamma_init": ("zero", {"gamma_initializer": "zeros"}),
    "implementation": (1, {}),
    "init": ("uniform", {"kernel_initializer": "uniform"}),
    "inner_activation": ("sigmoid", {"recurrent_activation": "sigmoid"}),
    "inner_init": ("glorot_uniform", {"recurrent_initializer": "glorot_uniform"}),
    "length": (3, {"size": 3}),
    "mode": (0, {}),
    "nb_filter": (3, {"filters": 3}),
    "output_dim": (4, {"units": 4}),
    "output_shape": ((None, 9, 7, 3), {}),
    "p": (0.2, {"rate": 0.2}),
    "pointwise_init": ("uniform", {"pointwise_initializer": "uniform"}),
    "pool_length": (3, {"pool_size": 3}),
    "sigma": (0.2, {"stddev": 0.2}),
    "stride": (1, {"strides": 1}),
    "subsample": (3, {"strides": 3}),
    "subsample_length": (2, {"strides": 2}),
}
# Where one class had another name for it than the others.
BECAME_HERE: dict[tuple[str, str], dict[str, Any]] = {
    ("Embedding", "W_constraint"): {"embeddings_constraint": "max_norm"},
    ("Embedding", "W_regularizer"): {"embeddings_regularizer": "l2"},
    ("Embedding", "init"): {"embeddings_initializer": "uniform"},
    ("LocallyConnected1D", "border_mode"): {"padding": "valid"},
    ("LocallyConnected2D", "border_mode"): {"padding": "valid"},
    ("PReLU", "init"): {"alpha_initializer": "uniform"},
    ("SeparableConv2D", "init"): {"depthwise_initializer": "uniform", "pointwise_initializer": "uniform"},
    ("SimpleRNN", "consume_less"): {},
}
LAYERS = [(name, old) for name, table in ARGUMENTS.items() if name in SAMPLES for old in table]

Calls = tuple[Callable[[], Any], Callable[[], Any]]


def model_of(tensors: dict[str, Any]) -> list[str]:
    return [layer.name for layer in Model(**tensors).layers]


def ends() -> tuple[Any, Any]:
    x = layers.Input((2,), name="x")
    return x, layers.Dense(1, name="y")(x)


# Classes that are no layers: how Keras 1 made them, and how one does now.
OTHERS: dict[tuple[str, str], Calls] = {
    ("Input", "input_dtype"): (
        lambda: layers.Input((2,), input_dtype="int32").dtype,
        lambda: layers.Input((2,), dtype="int32").dtype,
    ),
    ("MaxNorm", "m"): (
        lambda: constraints.MaxNorm(m=3).get_config(),
        lambda: constraints.MaxNorm(max_value=3).get_config(),
    ),
    ("MinMaxNorm", "high"): (
        lambda: constraints.MinMaxNorm(high=2).get_config(),
        lambda: constraints.MinMaxNorm(max_value=2).get_config(),
    ),
    ("MinMaxNorm", "low"): (
        lambda: constraints.MinMaxNorm(low=0.5).get_config(),
        lambda: constraints.MinMaxNorm(min_value=0.5).get_config(),
    ),
    ("Model", "input"): (
        lambda: model_of(dict(zip(("input", "outputs"), ends(), strict=True))),
        lambda: model_of(dict(zip(("inputs", "outputs"), ends(), strict=True))),
    ),
    ("Model", "output"): (
        lambda: model_of(dict(zip(("inputs", "output"), ends(), strict=True))),
        lambda: model_of(dict(zip(("inputs", "outputs"), ends(), strict=True))),
    ),
    ("ReduceLROnPlateau", "epsilon"): (
        lambda: callbacks.ReduceLROnPlateau(epsilon=0.5).min_delta,
        lambda: callbacks.ReduceLROnPlateau(min_delta=0.5).min_delta,
    ),
}


def with_warnings(call: Callable[[], Any]) -> tuple[Any, list[str]]:
    """What a call gives, and what it warns of Keras 1's spelling; random numbers begin anew."""
    set_seed(3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = call()
    return made, [str(warning.message) for warning in caught if "Keras 1 spelling" in str(warning.message)]


def compare(old: Callable[[], Any], new: Callable[[], Any], warnings_expected: int = 1) -> None:
    """Both ways give the same; the old one warns once."""
    made, warned = with_warnings(old)
    expected, silent = with_warnings(new)
    assert (len(warned), silent) == (warnings_expected, [])
    assert json.dumps(made, default=repr) == json.dumps(expected, default=repr)


@pytest.mark.parametrize("old", sorted(CLASSES))
def test_an_old_name_of_a_class_gives_the_present_class(old: str) -> None:
    present = registry.find("layer", CLASSES[old])
    assert registry.find("layer", old) is present
    # Functional is a name of files only: no Keras had it among its layers before 2.4.
    assert old == "Functional" or getattr(layers, old) is present


def test_every_old_argument_is_tried_here() -> None:
    tried = {*LAYERS, *OTHERS}
    assert tried == {(name, old) for name, table in ARGUMENTS.items() for old in table}
    assert {old for name, old in LAYERS if (name, old) not in BECAME_HERE} <= set(BECAME)


@pytest.mark.parametrize(("name", "old"), LAYERS)
def test_an_old_argument_of_a_layer_makes_the_same_layer(name: str, old: str) -> None:
    cls = registry.find("layer", name)
    value, new = BECAME[old]
    new = BECAME_HERE.get((name, old), new)
    value = "valid" if new.get("padding") == "valid" else value
    # Strides and dilation exclude each other: where one is tried, the other is that of no sample.
    pair = {"strides", "dilation_rate"}
    beside = dict.fromkeys((pair - set(new)) & set(declared_fields(cls)), 1) if pair & set(new) else {}
    rest = {key: item for key, item in SAMPLES[name][0].items() if key not in new}
    compare(
        lambda: cls(name="one", **{**rest, **beside, old: value}).get_config(),
        lambda: cls(name="one", **{**rest, **beside, **new}).get_config(),
    )


@pytest.mark.parametrize(("name", "old"), sorted(OTHERS))
def test_an_old_argument_of_another_class_means_the_same(name: str, old: str) -> None:
    # Input takes its old name in silence, and a callback warns in words of its own.
    compare(*OTHERS[name, old], warnings_expected=0 if name in ("Input", "ReduceLROnPlateau") else 1)


def test_every_layer_with_old_arguments_has_a_whole_call_as_a_sample() -> None:
    assert set(OLD) == {name for name in SAMPLES if name in ARGUMENTS}


@pytest.mark.parametrize("name", sorted(OLD))
def test_a_whole_call_in_keras_1_spelling_makes_the_same_layer(name: str) -> None:
    cls, (old, new) = registry.find("layer", name), OLD[name]
    compare(lambda: cls(name="one", **old).get_config(), lambda: cls(name="one", **new).get_config())


X, Y = np.arange(16.0).reshape(8, 2) / 16, np.arange(8.0)[:, None] / 8


def model() -> Sequential:
    made = Sequential([layers.Dense(1, kernel_initializer="ones", input_shape=(2,))])
    made.compile("sgd", "mse")
    return made


def batches() -> Iterator[tuple[Any, Any]]:
    while True:
        yield X, Y


def fit(**settings: Any) -> Any:
    return model().fit(X, Y, verbose=0, **settings).history


def fit_generator(**settings: Any) -> Any:
    values = {"steps_per_epoch": 2, "verbose": 0, **settings}
    if "samples_per_epoch" in settings:
        del values["steps_per_epoch"]
    return model().fit_generator(batches(), **values).history


def with_steps(settings: dict[str, Any]) -> dict[str, Any]:
    return settings if "val_samples" in settings else {"steps": 2, **settings}


def evaluate_generator(**settings: Any) -> Any:
    return model().evaluate_generator(batches(), **with_steps(settings))


def predict_generator(**settings: Any) -> Any:
    return model().predict_generator(batches(), **with_steps(settings)).tolist()


def compiled(**settings: Any) -> Any:
    made = model()
    made.compile("sgd", "mse", **settings)
    return made.train_on_batch(X, Y)


def load_data(**settings: Any) -> Any:
    return [[part.tolist() for pair in source.load_data(**settings) for part in pair] for source in (imdb,)]


QUEUE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "max_q_size": ({"max_q_size": 3}, {"max_queue_size": 3}),
    "nb_worker": ({"nb_worker": 1}, {"workers": 1}),
    "pickle_safe": ({"pickle_safe": False}, {"use_multiprocessing": False}),
}
# Method: how it is called, and each old argument beside what one writes now.
CALLS: dict[str, tuple[Callable[..., Any], dict[str, tuple[dict[str, Any], dict[str, Any]]]]] = {
    "compile": (
        compiled,
        {
            "class_mode": ({"class_mode": "binary"}, {}),
            "mode": ({"mode": "FAST_RUN"}, {}),
            "theano_mode": ({"theano_mode": None}, {}),
        },
    ),
    "fit": (fit, {"nb_epoch": ({"nb_epoch": 3}, {"epochs": 3}), "show_accuracy": ({"show_accuracy": False}, {})}),
    "evaluate": (
        lambda **settings: model().evaluate(X, Y, verbose=0, **settings),
        {"show_accuracy": ({"show_accuracy": False}, {})},
    ),
    "train_on_batch": (
        lambda **settings: model().train_on_batch(X, Y, **settings),
        {"accuracy": ({"accuracy": False}, {})},
    ),
    "test_on_batch": (
        lambda **settings: model().test_on_batch(X, Y, **settings),
        {"accuracy": ({"accuracy": False}, {})},
    ),
    "fit_generator": (
        fit_generator,
        {
            "samples_per_epoch": ({"samples_per_epoch": 3}, {"steps_per_epoch": 3}),
            "nb_epoch": ({"nb_epoch": 2}, {"epochs": 2}),
            "nb_val_samples": (
                {"validation_data": batches(), "nb_val_samples": 1},
                {"validation_data": batches(), "validation_steps": 1},
            ),
            "show_accuracy": ({"show_accuracy": False}, {}),
            **QUEUE,
        },
    ),
    "evaluate_generator": (
        evaluate_generator,
        {"val_samples": ({"val_samples": 2}, {"steps": 2}), "show_accuracy": ({"show_accuracy": False}, {}), **QUEUE},
    ),
    "predict_generator": (predict_generator, {"val_samples": ({"val_samples": 2}, {"steps": 2}), **QUEUE}),
    "Tokenizer": (
        lambda **settings: Tokenizer(**settings).num_words,
        {"nb_words": ({"nb_words": 5}, {"num_words": 5})},
    ),
    "load_data": (load_data, {"nb_words": ({"nb_words": 6}, {"num_words": 6})}),
    "to_categorical": (
        lambda **settings: to_categorical([0, 1], **settings).tolist(),
        {"nb_classes": ({"nb_classes": 3}, {"num_classes": 3})},
    ),
    **old_arguments_of_functions.CALLS,
}


def test_every_old_argument_of_a_method_is_tried_here() -> None:
    tried = {method: set(arguments) for method, (_, arguments) in CALLS.items()}
    assert tried == {method: set(table) for method, table in METHODS.items()}


@pytest.mark.parametrize(
    ("method", "old"), [(method, old) for method, (_, arguments) in CALLS.items() for old in arguments]
)
def test_an_old_argument_of_a_method_does_what_the_present_one_does(
    method: str, old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    texts = np.array([[1, 2, 3], [4, 5, 6, 7]], dtype=object)
    np.savez(tmp_path / "datasets" / "imdb.npz", x_train=texts, y_train=[0, 1], x_test=texts, y_test=[1, 0])
    call, arguments = CALLS[method]
    was, now = arguments[old]
    compare(lambda: call(**was), lambda: call(**now))


@pytest.mark.parametrize("source", [imdb, reuters])
def test_every_set_of_texts_takes_the_old_number_of_words(source: Any) -> None:
    """Both wear the same table; what it does is tried on one."""
    assert hasattr(source.load_data, "__wrapped__")
    assert importlib.import_module(source.load_data.__module__) is source
