"""A decoder that takes the states of its encoder: opened, printed, edited and built like any other model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.experiment import build_model
from engine.layers import GRU, LSTM, Add, Bidirectional, Dense, Input, SimpleRNN
from engine.models import Model
from kwidgets.document import Document, Refused

from .documents import node, pasted, read_again, wires
from .strategies import message

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def translator(cls: Any = LSTM) -> Model:
    """An encoder and a decoder, as in Keras's example of sequences to sequences."""
    source, target = Input((None, 5), name="source"), Input((None, 6), name="target")
    _, *states = cls(4, return_state=True, name="encoder")(source)
    steps, *_ = cls(4, return_sequences=True, return_state=True, name="decoder")(target, initial_state=states)
    return Model([source, target], Dense(6, activation="softmax", name="words")(steps))


def both_ways(cls: Any = LSTM) -> Model:
    """A layer in both directions with four states."""
    states = [Input((4,), name=f"state_{i}") for i in range(4)]
    source = Input((None, 5), name="source")
    return Model([source, *states], Bidirectional(LSTM(4), name="both")(source, initial_state=states))


def document() -> Document:
    return pasted(translator().to_yaml())


@pytest.mark.parametrize(
    "model", [translator(LSTM), translator(GRU), translator(SimpleRNN), both_ways()], ids=["LSTM", "GRU", "RNN", "both"]
)
def test_a_model_with_first_states_is_opened_and_built_with_the_same_numbers(model: Model) -> None:
    made = pasted(model.to_json(), "json")
    assert {one["state"] for one in made.graph()["cards"]} == {"ok"}
    for again in (made, read_again(made), read_again(made, "json")):
        built = build_model(again.experiment())
        built.set_weights(model.get_weights())
        rng = np.random.default_rng(0)
        inputs = [rng.random([2, *(3 if size is None else size for size in x.shape[1:])]) for x in model.inputs]
        np.testing.assert_allclose(built.predict(inputs), model.predict(inputs), rtol=1e-5)


def test_its_card_takes_several_wires_and_its_program_hands_them_on() -> None:
    made = document()
    assert node(made, "decoder")["inputs"] == "many" and node(made, "encoder")["inputs"] == 1
    assert [wire for wire in wires(made) if wire[1] == "decoder@0"] == [
        ("target@0", "decoder@0"),
        ("encoder@0", "decoder@0"),
        ("encoder@0", "decoder@0"),
    ]
    program = made.text()["python"]
    assert all(part in program for part in ("target", "initial_state=[encoder[1], encoder[2]]"))


def test_a_missing_state_is_said_on_the_layer() -> None:
    made = document()
    made.do({"do": "disconnect", "wires": ["decoder@0#2"]})
    assert node(made, "decoder")["state"] == "wrong"
    made.do({"do": "connect", "source": "encoder@0", "target": "decoder@0"})
    assert len(wires(made)) == 5
    made.undo()
    made.undo()
    made.do({"do": "replace", "node": "decoder@0", "class_name": "GRU"})
    assert node(made, "gru_1")["state"] == "wrong"  # it has one state, and is given two


@pytest.mark.parametrize("cut", [(), ("encoder@0#0",)])  # also where no shape is known, so that nothing else refuses it
def test_a_layer_that_is_given_states_is_not_put_into_a_wrapper_that_takes_one_input(cut: tuple[str, ...]) -> None:
    made = document()
    if cut:
        made.do({"do": "disconnect", "wires": [*cut]})
    with pytest.raises(Refused, match="TimeDistributed cannot be put round 'decoder'"):
        made.do({"do": "wrap", "layers": ["decoder"], "wrapper": "TimeDistributed"})
    form = made.form(["decoder@0"])
    assert form is not None and form["wrappers"] == ["Bidirectional"]
    assert read_again(made).draft == made.draft


def test_another_layer_still_takes_one_input() -> None:
    plain = Model([x := Input((3,)), y := Input((3,))], Add(name="sum")([x, y]))
    text = plain.to_yaml().replace("class_name: Add", "class_name: Flatten")
    with pytest.raises(Refused, match="takes one input"):
        pasted(text)


@LAWS
@given(st.data(), st.integers(1, 12))
def test_any_commands_leave_a_document_that_is_read_again(data: st.DataObject, steps: int) -> None:
    made = document()
    for _ in range(steps):
        before = made.draft
        try:
            made.do(message(data, made))
        except Refused:
            assert made.draft is before
        made.graph()
    text = made.text()
    compile(text["python"], "<python>", "exec")
    assert read_again(made).draft == made.draft
