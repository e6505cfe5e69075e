"""What the page is told of a batch's step is what plain NumPy finds in the step's arrays."""

import numpy as np

from engine import layers
from engine.inspection import BatchSteps
from engine.models import Sequential
from kwidgets.inside.walk import walk_of

SHOWN = {"first": 0, "sort": False, "channel": None}


def stepped(x=None):
    model = Sequential(
        [
            layers.Conv2D(3, 3, activation="relu", input_shape=(6, 6, 1), name="conv"),
            layers.Flatten(name="flat"),
            layers.Dense(2, name="out"),
        ]
    )
    model.compile("sgd", "mse")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 6, 6, 1)) if x is None else x
    return model, BatchSteps(model, x, rng.normal(size=(5, 2)))


def test_all_steps_are_told_in_their_order_with_the_size_of_what_they_give():
    _, steps = stepped()
    walk = walk_of(steps, {"conv": "conv@0"}, "steps = b.steps()")
    names = [one["name"] for one in walk.entries]
    assert names == ["conv_input", "conv", "flat", "out", "out", "flat", "conv", "conv_input"]
    assert [one["direction"] for one in walk.entries] == 4 * ["forward"] + 4 * ["backward"]
    assert walk.entries[1]["node"] == "conv@0" and walk.entries[2]["node"] is None
    for entry, step in zip(walk.entries, walk.order, strict=True):
        assert np.isclose(entry["size"], np.sqrt(np.square(step.values[0], dtype=float).mean())) and not entry["bad"]
    assert walk.samples == 5 and walk.bad is None


def test_one_step_shows_a_sample_s_values_and_figures_of_the_whole_batch():
    _, steps = stepped()
    walk = walk_of(steps, {}, "steps = b.steps()")
    made = walk.at(3, 2, SHOWN)
    values = steps.forward["out"].values[0]
    shown = np.frombuffer(made.drawn.buffers[0], "<f4")
    assert np.allclose(shown, values[2])
    figures = {one["label"]: one["value"] for one in made.figures}
    assert figures["Mean"] == f"{values.astype(float).mean():.3g}" and figures["Largest"] == f"{values.max():.3g}"
    assert made.figures[0]["how"].startswith("of the 10 numbers that the layer gives, for the 5 samples")
    assert made.code == 'steps = b.steps(); steps.forward["out"]'
    assert len(walk.at(1, 0, SHOWN).drawn.panels) == 3


def test_a_step_back_has_the_gradients_of_the_weights_and_how_much_they_change():
    _, steps = stepped()
    made = walk_of(steps, {}, "").at(4, 0, SHOWN)
    (kernel, bias) = made.rows
    gradient = steps.backward["out"].weights["kernel"].astype(float)
    change = steps.updated["out/kernel"].astype(float) - steps.weights["out/kernel"]
    assert kernel["name"] == "kernel" and bias["name"] == "bias"
    assert kernel["cells"] == [
        f"{np.sqrt((gradient**2).mean()):.3g}", f"{np.abs(gradient).max():.3g}", f"{np.sqrt((change**2).mean()):.3g}",
    ]  # fmt: skip
    assert made.drawn.panels[-1]["title"] == "gradient of bias"


def test_where_a_number_that_is_none_comes_up_is_told():
    x = np.ones((5, 6, 6, 1))
    x[3, 0, 0] = np.nan
    walk = walk_of(stepped(x)[1], {}, "")
    assert walk.entries[0]["bad"] and walk.entries[0]["size"] is None
    assert walk.bad == "First NaN in the input of 'conv_input', sample 3 of the batch."
    figures = {one["label"]: one["value"] for one in walk.at(0, 0, SHOWN).figures}
    assert figures["Not a number"] == "1"


def test_a_layer_that_the_loss_does_not_depend_on_says_so():
    model = Sequential([layers.Embedding(4, 2, input_length=3, name="words"), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    steps = BatchSteps(model, np.array([[1, 2, 3]]), np.ones((1, 1)))
    walk = walk_of(steps, {}, "")
    assert "no gradient" in walk.at(len(walk.order) - 1, 0, SHOWN).why
