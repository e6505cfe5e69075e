"""What the page is told of a layer, for recurrent, attending and embedding layers too."""

import numpy as np

from engine import layers
from engine.inspection import LayerInspector, Reader
from engine.models import Model, Sequential
from kwidgets.inside.answers import Subject, answer
from kwidgets.inside.probe import Probe

SHOWN = {"first": 0, "sort": False, "channel": None}
WORDS = np.array([[1, 2, 3, 2, 0], [4, 4, 1, 0, 0]])


def subject(model, name, x, y=None, **more):
    probe = Probe({model.input_names[0]: x}, {} if y is None else {model.output_names[0]: y}, [10, 11], ["", ""])
    return Subject(Reader(model), name, probe, "trained", **more)


def texts():
    model = Sequential(
        [
            layers.Embedding(6, 3, input_length=5, name="words"),
            layers.LSTM(4, return_sequences=True, name="lstm"),
            layers.GlobalMaxPooling1D(name="most"),
            layers.Dense(2, activation="softmax", name="classes"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_an_embedding_shows_the_rows_of_the_sample_with_their_neighbours():
    made = answer(subject(texts(), "words", WORDS), "output", SHOWN)
    assert [row["name"] for row in made.rows] == ["row 1", "row 2", "row 3", "row 0"]
    nearest = LayerInspector(texts(), "words").nearest(1, 5)
    assert len(made.rows[0]["cells"][0].split(", ")) == len(nearest)


def test_an_lstm_shows_its_gates_and_states_over_time():
    made = answer(subject(texts(), "lstm", WORDS), "output", SHOWN)
    titles = [panel["title"] for panel in made.drawn.panels]
    assert titles == ["lstm", "input gate", "forget gate", "candidate", "output gate", "state", "cell state"]
    assert {(p["width"], p["height"]) for p in made.drawn.panels} == {(5, 4)}
    assert all((p["low"], p["high"]) == (0.0, 1.0) for p in made.drawn.panels if p["title"].endswith("gate"))


def test_attention_shows_a_map_for_each_head():
    x = layers.Input((5, 4))
    model = Model(x, layers.MultiHeadAttention(2, 3, name="attend")(x, x))
    made = answer(subject(model, "attend", np.ones((2, 5, 4), "float32")), "output", SHOWN)
    assert [panel["title"] for panel in made.drawn.panels] == [
        "attend",
        "Attention, head 0",
        "Attention, head 1",
    ]


def test_gradients_and_units_are_those_of_the_probe():
    model, y = texts(), np.array([[0], [1]])
    here = subject(model, "classes", WORDS, y)
    made = answer(here, "gradients", SHOWN)
    found = here.layer.gradients(WORDS, y)
    assert made.rows[0]["cells"][0] == f"{found.weights['kernel'].rms:.3g}"
    assert made.figures[0]["value"] == f"{found.loss:.3g}" and "2 samples" in made.figures[0]["how"]
    units = answer(here, "units", SHOWN)
    assert units.figures[0]["value"] == f"{here.layer.units(WORDS).dead.sum()} of 2"


def test_a_sample_is_followed_from_the_input_to_the_class():
    made = answer(subject(texts(), "classes", WORDS, of=1), "sample", SHOWN)
    assert [panel["title"] for panel in made.drawn.panels] == ["Saliency"]
    score = texts().predict(WORDS)
    assert made.figures[1]["how"] == "output 1 for this sample" and score.shape == (2, 2)


def test_a_layer_without_weights_says_so():
    assert answer(subject(texts(), "most", WORDS), "weights", SHOWN).why == "This layer has no weights."


def test_numbers_of_words_have_no_mean_and_are_told_by_how_the_score_depends_on_them():
    model = texts()
    here = subject(model, model.input_names[0], WORDS)
    made = answer(here, "output", SHOWN)
    assert {figure["label"]: figure["value"] for figure in made.figures} == {
        "Different rows": "4", "Smallest": "0", "Largest": "3", "Zero": "20 %",
    }  # fmt: skip
    assert "names" in answer(here, "units", SHOWN).why
    rows = answer(subject(model, "classes", WORDS, of=1), "sample", SHOWN)
    saliency = LayerInspector(model, "classes").saliency(WORDS[:1], of=1)[0]
    order = np.argsort(-saliency, kind="stable")
    assert [row["name"] for row in rows.rows] == [f"row {WORDS[0, place]}" for place in order]
    assert [row["cells"][0] for row in rows.rows] == [str(place) for place in order]


def test_windows_that_are_covered_are_as_many_as_there_is_time_for():
    from kwidgets.inside.answers import _window

    assert _window((8, 8, 1), 1e-5) == 1 and _window((512, 512, 1), 1e-3) == 64
    assert _window((512, 512, 1), 0.02) == 256 and _window((512, 512, 1), 1.0) is None and _window((13,), 1e-4) == 1


def test_of_very_large_maps_gradients_and_units_are_of_fewer_samples_and_it_is_said():
    model = Sequential(
        [layers.Conv2D(64, 1, input_shape=(512, 512, 1), name="map"), layers.GlobalAveragePooling2D(), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    x = np.zeros((2, 512, 512, 1), "float32")
    made = answer(subject(model, "map", x, np.zeros((2, 1))), "units", SHOWN)
    assert made.figures[0]["how"] == "units that gave 0 everywhere for 1 sample of the probe"
