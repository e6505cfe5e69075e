"""The rules of single arrays: what is said of an input and of an output, for all figures that an array may have."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.mistakes import Input, Output, Values, input_mistakes, output_mistakes, target_mistakes, values_of
from engine.mistakes.records import Mend, Mistake, Mistakes

LOSSES = ["categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "mean_squared_error"]
ACTIVATIONS = ["softmax", "sigmoid", "linear", "relu", "tanh", ""]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_the_figures_of_an_array_are_those_of_its_numbers(numbers: list[float]) -> None:
    values = values_of("x", np.array(numbers))
    assert (values.minimum, values.maximum, values.missing) == (min(numbers), max(numbers), 0)
    assert values.distinct == len({float(number) for number in numbers})


def test_what_is_no_number_is_counted_and_left_out_of_the_figures() -> None:
    values = values_of("x", np.array([1.0, np.nan, 5.0, np.inf]))
    assert (values.minimum, values.maximum, values.missing) == (1, 5, 2)
    assert values_of("x", np.array(["a"])).numbers is False


@given(st.sampled_from(LOSSES), st.sampled_from(ACTIVATIONS), st.integers(1, 5))
def test_mends_of_a_loss_lead_to_an_output_without_that_mistake(loss: str, activation: str, units: int) -> None:
    output = Output("out", (None, units), "out", activation, loss, "units")
    for mistake in output_mistakes(output):
        for mend in mistake.mends[:1]:
            assert not [one for one in output_mistakes(after(output, mend)) if one.kind == mistake.kind]


def after(output: Output, mend: Mend) -> Output:
    """An output after the changes of a mend."""
    activation, loss, shape = output.activation, output.loss, output.shape
    for change in mend.changes:
        what = change["set"]
        if "loss" in what:
            loss = what["loss"]
        elif what["field"] == "activation":
            activation = what["value"]
        else:
            shape = (None, what["value"])
    return Output(output.name, shape, output.layer, activation, loss, output.width)


@given(st.integers(1, 6), st.integers(-3, 9), st.integers(1, 9))
def test_class_numbers_out_of_range_are_said_with_the_range(classes: int, low: int, count: int) -> None:
    output = Output("out", (None, classes), "out", "softmax", "sparse_categorical_crossentropy", "units")
    values = values_of("y", np.arange(low, low + count))
    mistakes = list(target_mistakes(output, values))
    fits = low >= 0 and low + count <= classes
    assert bool(mistakes) is not fits
    for mistake in mistakes:
        assert (f"holds {low} to {low + count - 1}." if count > 1 else f"holds {low}.") in mistake.sentence


def test_words_are_compared_with_what_the_embedding_knows() -> None:
    words = Input("words", (None, 6), "embedded", "Embedding", 50, "embedded")
    kinds = {
        text: [one.kind for one in input_mistakes(words, Values("x", (9, 6), "int64", low, high, 0, True))]
        for text, (low, high) in {"fits": (0, 49), "more": (0, 50), "less": (-1, 20)}.items()
    }
    assert kinds == {"fits": [], "more": ["embedding"], "less": ["embedding"]}


def test_a_scale_is_no_mistake_behind_a_normalisation_and_for_words() -> None:
    values = Values("x", (9, 6), "float32", 0, 900, 0, False)
    for first, said in {"Dense": ["scale"], "BatchNormalization": []}.items():
        assert [one.kind for one in input_mistakes(Input("x", (None, 6), "first", first), values)] == said


def test_mistakes_print_as_their_sentences_with_mends_below() -> None:
    mend = Mend("Divide x by 255", ({"array": "x", "divide": 255},), "x = x / 255\ny = y")
    text = str(Mistakes([Mistake("scale", "x", "'x' gets large numbers.", (mend,)), Mistake("count", None, "None.")]))
    assert text == "'x' gets large numbers.\n  - Divide x by 255: x = x / 255\n    y = y\nNone."
