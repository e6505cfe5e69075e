"""The size of the signal behind every layer, and which layers lose it, by plain NumPy."""

import numpy as np
import pytest

from engine import layers
from engine.inspection import LayerInspector, Reader, Signal, signals, troubles
from engine.models import Sequential

from . import plain


def test_sizes_are_those_of_plain_numpy_forward_and_back():
    model, x, y = plain.digits_model(), plain.pictures(), plain.labels()
    reader = Reader(model)
    found = signals(reader, x, y)
    expected = plain.digits_values(model, x)
    assert list(found) == ["picture", *expected]
    for name, values in expected.items():
        assert found[name].forward == pytest.approx(np.sqrt((values**2).mean()), rel=1e-5), name
        gradient = LayerInspector(model, name, reader).gradients(x, y).output
        assert found[name].backward == pytest.approx(np.sqrt((gradient.astype(float) ** 2).mean()), rel=1e-5), name
    assert [name for name, signal in found.items() if signal.trains] == [
        "conv", "inner/dense", "inner", "shared", "shared:2", "classes",
    ]  # fmt: skip


def test_dead_units_of_rectifiers_are_counted_and_no_others():
    model = Sequential(
        [
            layers.Dense(4, activation="relu", input_dim=3, name="some"),
            layers.Dense(4, name="plain"),
            layers.Activation("relu", name="function"),
            layers.ReLU(name="layer"),
        ]
    )
    kernel, bias = model.get_layer("some").get_weights()
    model.get_layer("some").set_weights([kernel, bias + [-100, 0, 0, -100]])
    model.get_layer("plain").set_weights([np.zeros((4, 4)), np.array([-1.0, 1.0, -1.0, 1.0])])
    x = np.random.default_rng(0).normal(size=(20, 3))
    found = signals(Reader(model), x)
    dead = (model.inspect(x)["some"] == 0).all(0).sum()
    assert (found["some"].dead, found["some"].units) == (dead, 4) and dead >= 2
    assert found["plain"].units == 0
    assert [(found[name].dead, found[name].units) for name in ("function", "layer")] == [(2, 4), (2, 4)]
    assert found["some"].backward is None


def test_troubles_are_told_by_their_size():
    fine, lost = Signal(1.0, 1e-2, 0, 8, True), Signal(1.0, 1e-9, 0, 8, True)
    assert troubles({"lost": lost, "also": fine, "fine": fine}) == {"lost": "vanishing"}
    assert troubles({"big": Signal(1.0, 1e3, 0, 8, True), "fine": fine})["big"] == "exploding"
    assert troubles({"all": Signal(0.0, 1e-2, 8, 8, True), "fine": fine}) == {"all": "dead"}
    assert troubles({"nan": Signal(float("nan"), 1e-2, 0, 8, True)}) == {"nan": "nan"}
    assert troubles({"fine": fine, "free": Signal(1.0, 0.0, 0, 0, False)}) == {}
    assert troubles({"fine": fine, "also": fine}) == {}


def test_a_deep_stack_of_sigmoids_loses_its_gradient():
    model = Sequential([layers.Dense(8, activation="sigmoid", input_dim=4, name="d0")])
    for i in range(1, 16):
        model.add(layers.Dense(8, activation="sigmoid", name=f"d{i}"))
    model.add(layers.Dense(1, name="out"))
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(16, 4))
    named = troubles(signals(Reader(model), x, np.ones((16, 1))))
    assert named["d0"] == "vanishing" and "out" not in named
