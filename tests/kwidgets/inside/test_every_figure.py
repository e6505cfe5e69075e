"""Every figure that the page shows of a layer: it says how it was computed, and is what plain NumPy computes in that way."""

import numpy as np
import pytest

from engine import layers
from engine.inspection import Reader
from engine.models import Sequential
from kwidgets.inside.answers import Subject, answer
from kwidgets.inside.probe import Probe

RNG = np.random.default_rng(4)
X, Y = RNG.normal(size=(6, 5)).astype("float32"), np.array([[0], [2], [1], [1], [0], [2]])
SHOWN = {"first": 0, "sort": False, "channel": None}
RATE = 0.05


@pytest.fixture(scope="module")
def model():
    made = Sequential(
        [
            layers.Dense(4, activation="relu", input_shape=(5,), name="hidden"),
            layers.Dense(7, activation="sigmoid", name="gate"),
            layers.Dense(3, activation="softmax", name="classes"),
        ]
    )
    kernel, bias = made.get_layer("hidden").get_weights()
    made.get_layer("hidden").set_weights([kernel, bias - [0, 50, 0, 0]])
    made.get_layer("gate").set_weights([w * 9 for w in made.get_layer("gate").get_weights()])
    made.compile(layers_optimizer(), "sparse_categorical_crossentropy")
    return made


def layers_optimizer():
    from engine.optimizers import SGD

    return SGD(RATE)


def plain(model):
    """Outputs, gradients of outputs and of weights, and the loss, by the formulas in float64."""
    (w1, b1), (w2, b2), (w3, b3) = ([w.astype(float) for w in layer.get_weights()] for layer in model.layers[-3:])
    x, y = X.astype(float), Y[:, 0]
    hidden = np.maximum(x @ w1 + b1, 0)
    gate = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
    scores = gate @ w3 + b3
    classes = np.exp(scores - scores.max(1, keepdims=True))
    classes /= classes.sum(1, keepdims=True)
    loss = -np.log(classes[np.arange(6), y]).mean()
    one_hot = np.eye(3)[y]
    # As Keras has it: the probabilities are divided by their sum before the logarithm.
    d_classes = (1 - one_hot / classes) / 6
    d_scores = (classes - one_hot) / 6
    d_gate = d_scores @ w3.T
    d_second = d_gate * gate * (1 - gate)
    d_hidden = d_second @ w2.T
    d_first = d_hidden * (hidden > 0)
    outputs = {"hidden": hidden, "gate": gate, "classes": classes}
    back = {"hidden": d_hidden, "gate": d_gate, "classes": d_classes}
    of_weights = {
        "hidden": {"kernel": x.T @ d_first, "bias": d_first.sum(0)},
        "gate": {"kernel": hidden.T @ d_second, "bias": d_second.sum(0)},
        "classes": {"kernel": gate.T @ d_scores, "bias": d_scores.sum(0)},
    }
    weights = {
        "hidden": {"kernel": w1, "bias": b1},
        "gate": {"kernel": w2, "bias": b2},
        "classes": {"kernel": w3, "bias": b3},
    }
    return outputs, back, of_weights, weights, loss


def rms(values):
    return np.sqrt((np.asarray(values, float) ** 2).mean())


def references(model, name, what):
    """Each figure of a tab by its label, and each row of its table, as NumPy has them."""
    outputs, back, of_weights, weights, loss = plain(model)
    values, one = outputs[name], outputs[name][2]
    if what == "output":
        return {"Mean": one.mean(), "Smallest": one.min(), "Largest": one.max(), "Zero": (one == 0).mean()}, {}
    if what == "weights":
        figures = {f"{kind}: RMS": rms(w) for kind, w in weights[name].items()}
        return figures | {f"{kind}: Largest": np.abs(w).max() for kind, w in weights[name].items()}, {}
    if what == "gradients":
        rows = {
            kind: [
                rms(g),
                np.abs(g).max(),
                RATE * rms(g) / rms(weights[name][kind]) if rms(weights[name][kind]) else np.nan,
            ]
            for kind, g in of_weights[name].items()
        }
        return {"Loss": loss, "RMS (gradient of the output)": rms(back[name])}, rows
    if what == "units":
        dead = np.flatnonzero((values == 0).all(0))
        saturated = ((values <= 0.01) | (values >= 0.99)).mean() if name == "gate" else 0.0
        ones = {"Dead ones": ", ".join(map(str, dead))} if len(dead) else {}
        return {"Dead": f"{len(dead)} of {values.shape[1]}", "Saturated": saturated, **ones}, {}
    likely = int(outputs["classes"][2].argmax())
    return {"Predicted": str(likely), "Score": outputs["classes"][2, likely]}, {}


def same(shown, expected):
    if isinstance(expected, str):
        return shown == expected
    if np.isnan(expected):
        return shown == "—"
    if shown.endswith("%"):
        return abs(float(shown[:-1]) - 100 * expected) <= 0.51
    return float(shown) == pytest.approx(expected, rel=6e-3, abs=1e-9)


@pytest.mark.parametrize("what", ["output", "weights", "gradients", "units", "sample"])
@pytest.mark.parametrize("name", ["hidden", "gate", "classes"])
def test_each_figure_is_what_numpy_computes_and_says_how(model, name, what):
    entry, end = model.input_names[0], model.output_names[0]
    probe = Probe({entry: X}, {end: Y}, [3, 5, 8, 9, 11, 12], [""] * 6)
    made = answer(Subject(Reader(model), name, probe, "trained", sample=2), what, SHOWN)
    figures, rows = references(model, name, what)
    assert {figure["label"] for figure in made.figures} == set(figures)  # none without a reference
    for figure in made.figures:
        assert same(figure["value"], figures[figure["label"]]), figure
        assert figure["how"], figure
        assert what in ("weights", "sample") or "sample 8" in figure["how"] or "6 samples" in figure["how"]
    assert {row["name"] for row in made.rows} == set(rows)
    for row in made.rows:
        assert all(same(cell, value) for cell, value in zip(row["cells"], rows[row["name"]], strict=True)), row
    again = answer(Subject(Reader(model), name, probe, "trained", sample=2), what, SHOWN)
    assert again.figures == made.figures and again.drawn.buffers == made.drawn.buffers
