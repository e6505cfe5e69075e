"""Weights of files in other layouts: Keras 1's gates and axes, Theano's kernels, the order of nested models."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from engine import layers
from engine._paths.engine_names import preprocess_weights_for_loading
from engine.errors import FileError
from engine.models import Model, Sequential


def _as_keras_1(kind, weights):
    """The inverse, written from the fact sheet: an array for each of i, c, f, o (z, r, h); old axes of kernels."""
    if kind in ("LSTM", "ConvLSTM2D", "GRU"):
        gates = 3 if kind == "GRU" else 4
        parts = [np.split(w, gates, -1) for w in weights]
        order = (0, 1, 2) if kind == "GRU" else (0, 2, 1, 3)
        return [part[gate] for gate in order for part in parts]
    axes = {"Conv1D": (0, 1, 2), "Conv2D": (3, 2, 0, 1), "Conv3D": (4, 3, 0, 1, 2), "Conv2DTranspose": (2, 3, 0, 1)}
    kernel = weights[0].transpose(axes[kind])
    return [kernel[:, None] if kind == "Conv1D" else kernel, *weights[1:]]


def _write(path, model_weights, attributes):
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name, _ in model_weights]
        for key, value in attributes.items():
            file.attrs[key] = value.encode()
        for name, arrays in model_weights:
            group = file.create_group(name)
            names = [f"{name}_W{i}" for i in range(len(arrays))]
            group.attrs["weight_names"] = [one.encode() for one in names]
            for one, array in zip(names, arrays, strict=True):
                group[one] = array


FIRST = "channels_first"
CASES = [
    (layers.LSTM(4, name="x"), (3, 5)),
    (layers.GRU(4, name="x"), (3, 5)),
    (layers.ConvLSTM2D(2, 3, name="x"), (2, 5, 5, 3)),
    (layers.Conv1D(2, 3, name="x"), (7, 4)),
    (layers.Conv2D(2, (3, 4), data_format=FIRST, name="x"), (5, 6, 7)),
    (layers.Conv2DTranspose(2, (3, 4), data_format=FIRST, name="x"), (5, 6, 7)),
    (layers.Conv3D(2, (2, 3, 4), data_format=FIRST, name="x"), (5, 6, 7, 8)),
]


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=[type(layer).__name__ for layer, _ in CASES])
@pytest.mark.parametrize("attributes", [{}, {"keras_version": "1.2.2"}], ids=["no version", "1.2.2"])
def test_files_of_keras_1_load(layer, shape, attributes, tmp_path):
    config = layer.get_config()
    model, loaded = (
        Sequential([type(layer).from_config({**config, "batch_input_shape": (None, *shape)})]) for _ in "ab"
    )
    values = [np.arange(w.size, dtype="float32").reshape(w.shape) for w in model.get_weights()]
    _write(tmp_path / "old.h5", [("x", _as_keras_1(type(layer).__name__, values))], attributes)
    loaded.load_weights(tmp_path / "old.h5")
    for found, expected in zip(loaded.get_weights(), values, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_kernels_that_fit_as_they_are_stay(tmp_path):
    """A file without a version that somebody wrote by hand in today's layout."""
    model = Sequential([layers.Conv2D(2, (3, 4), data_format=FIRST, input_shape=(5, 6, 7))])
    kernel = np.arange(120, dtype="float32").reshape(3, 4, 5, 2)
    _write(tmp_path / "w.h5", [("x", [kernel, np.zeros(2)])], {})
    model.load_weights(tmp_path / "w.h5")
    np.testing.assert_array_equal(model.get_weights()[0], kernel)


def test_layers_inside_others_are_converted_too(tmp_path):
    model = Sequential([
        layers.TimeDistributed(layers.Conv1D(2, 3), input_shape=(4, 6, 3)),
        layers.TimeDistributed(layers.Flatten()),
        layers.Bidirectional(layers.LSTM(3)),
    ])  # fmt: skip
    values = [np.arange(w.size, dtype="float32").reshape(w.shape) for w in model.get_weights()]
    old = [
        ("a", _as_keras_1("Conv1D", values[:2])),
        ("b", _as_keras_1("LSTM", values[2:5]) + _as_keras_1("LSTM", values[5:])),
    ]
    _write(tmp_path / "old.h5", old, {"keras_version": "1.0.8"})
    model.load_weights(tmp_path / "old.h5")
    for found, expected in zip(model.get_weights(), values, strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("backend", "turned"), [("theano", True), ("tensorflow", False)])
def test_theanos_kernels_are_turned(backend, turned, tmp_path):
    model = Sequential([layers.Conv2D(1, 2, input_shape=(4, 4, 1))])
    kernel = np.arange(4.0).reshape(2, 2, 1, 1)
    _write(tmp_path / "w.h5", [("x", [kernel, np.zeros(1)])], {"keras_version": "2.0.0", "backend": backend})
    model.load_weights(tmp_path / "w.h5")
    np.testing.assert_array_equal(model.get_weights()[0], kernel[::-1, ::-1] if turned else kernel)


def test_other_numbers_of_arrays_are_refused(tmp_path):
    model = Sequential([layers.LSTM(4, input_shape=(3, 5))])
    before = model.get_weights()
    _write(tmp_path / "w.h5", [("x", [np.zeros((5, 4))] * 11)], {})
    with pytest.raises(FileError, match="expected 3 weights"):
        model.load_weights(tmp_path / "w.h5")
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


def _nested():
    inner = Sequential([
        layers.Dense(3, input_shape=(3,), name="a"), layers.BatchNormalization(name="b"), layers.Dense(3, name="c")
    ], name="inner")  # fmt: skip
    x = layers.Input(shape=(3,))
    model = Model(x, layers.Dense(1, name="out")(inner(x)))
    rng = np.random.default_rng(0)
    model.set_weights([rng.uniform(size=w.shape) for w in model.get_weights()])
    return model


def test_nested_models_keep_trained_weights_first_as_in_keras(tmp_path):
    model = _nested()
    model.save_weights(tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        names = [name.decode().split("/")[0] for name in file["inner"].attrs["weight_names"]]
    assert names == ["a", "a", "b", "b", "c", "c", "b", "b"]


@pytest.mark.parametrize("frozen", ["a", "b", None])
def test_freezing_does_not_mix_up_the_weights_of_a_nested_model(frozen, tmp_path):
    """Freezing changes the stored order: the weights are told by their names."""
    model, other = _nested(), _nested()
    model.save_weights(tmp_path / "w.h5")
    if frozen is None:
        other.get_layer("inner").trainable = False
    else:
        other.get_layer("inner").get_layer(frozen).trainable = False
    other.set_weights([w + 1 for w in other.get_weights()])
    other.load_weights(tmp_path / "w.h5")
    x = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")
    np.testing.assert_array_equal(model.predict(x), other.predict(x))


def test_the_given_weights_are_left_alone():
    layer = layers.Conv2D(2, 3, input_shape=(5, 5, 3))
    Sequential([layer])
    given = layer.get_weights()
    found = preprocess_weights_for_loading(layer, given, original_backend="theano")
    assert found[0] is not given[0] and (found[0] == given[0][::-1, ::-1]).all()
    flat = preprocess_weights_for_loading(layer, [given[0].ravel(), given[1]], reshape=True)
    assert (flat[0] == given[0]).all()
