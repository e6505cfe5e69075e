"""A builder on arrays, and the page's end of its wire."""

from __future__ import annotations

import numpy as np
import pytest

from kwidgets import Builder

from .wire import LONG, Wire


@pytest.fixture
def arrays():
    """96 samples: x (4 numbers) and y (2 numbers), which is a linear function of x."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(96, 4)).astype("float32")
    return {"x": x, "y": (x[:, :2] - x[:, 2:]).astype("float32")}


@pytest.fixture
def builder(arrays):
    """Input (4) -> Dense 8 relu -> Dense 2, built by messages, on the arrays x and y; 3 epochs of 12 batches."""
    builder = Builder(arrays=arrays)
    wire = Wire(builder.view)
    node = wire.say("add", class_name="Input", settings={"shape": [4]})["nodes"][0]
    node = wire.say("add", class_name="Dense", after=node, settings={"units": 8, "activation": "relu"})["nodes"][0]
    wire.say("add", class_name="Dense", after=node, settings={"units": 2, "activation": None})
    wire.say("set_data", source="notebook", inputs={"input_1": "x"}, targets={"dense_2": "y"})
    wire.say("set_training", loss="mean_squared_error", epochs=3, batch_size=8, validation_split=0.25, seed=5)
    wire.sent.clear()
    yield builder
    builder.close()
    assert builder.session.wait(LONG)


@pytest.fixture
def wire(builder):
    """The page's end of the builder's wire."""
    return Wire(builder.view)
