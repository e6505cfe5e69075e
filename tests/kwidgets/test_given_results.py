import numpy as np
import pytest

from engine.layers import Dense, Input, concatenate
from engine.models import Model
from kwidgets.evaluation.evaluated import Evaluated
from kwidgets.given_results import Given
from kwidgets.refused import Refused


def test_a_sample_of_several_inputs_is_typed_and_what_is_left_empty_is_a_sample_s():
    a, b = Input((2,), name="a"), Input((3,), name="b")
    model = Model([a, b], Dense(1)(concatenate([a, b])))
    given = Given(Evaluated(model, {"a": np.arange(6.0).reshape(3, 2), "b": np.ones((3, 3))}, {}))
    form = given.tries()
    assert form["kind"] == "row" and [(one["name"], one["kind"]) for one in form["columns"]] == [
        ("a", "array"),
        ("b", "array"),
    ]
    assert form["columns"][0]["example"] == "0 1"
    made = given.given({"kind": "row", "row": {"a": "", "b": "7, 8 9"}, "sample": 2})
    assert made["a"].tolist() == [[4.0, 5.0]] and made["b"].tolist() == [[7.0, 8.0, 9.0]]
    with pytest.raises(Refused, match="cannot be given this way"):
        given.given({"kind": "numbers", "numbers": "1 2"})
    with pytest.raises(Refused) as wrong:
        given.given({"kind": "row", "row": {"b": "1 2"}})
    assert wrong.value.field == "b"
    for row in (3, -1, True, "1"):
        with pytest.raises(Refused):
            given.given({"kind": "row", "row": {}, "sample": row})


def test_nothing_is_trained_or_compared_there():
    a = Input((2,), name="a")
    given = Given(Evaluated(Model(a, Dense(1)(a)), {"a": np.zeros((3, 2))}, {}))
    assert list(given.rivals()) == [] and given.left_out() == 0 and given.sets() == [("given", 3)]
    with pytest.raises(Refused, match="against"):
        given.rival("x", "given")
    with pytest.raises(Refused, match="left out"):
        given.leave_out("given", False)
    assert given.undone("y", np.zeros((1, 1))) is None and given.shown_rows("given", np.zeros(0, int)) == []
