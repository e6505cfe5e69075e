import numpy as np
import pytest

from engine.layers import Dense, Input, concatenate
from engine.models import Model
from kwidgets.evaluation.evaluated import Evaluated
from kwidgets.given_results import Given
from kwidgets.refused import Refused


def test_a_sample_of_several_inputs_cannot_be_given_by_hand():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    model = Model([a, b], Dense(1)(concatenate([a, b])))
    given = Given(Evaluated(model, {"a": np.zeros((3, 2)), "b": np.zeros((3, 2))}, {}))
    assert given.tries() is None
    with pytest.raises(Refused, match="cannot be given this way"):
        given.given({"kind": "numbers", "numbers": "1 2"})


def test_nothing_is_trained_or_compared_there():
    a = Input((2,), name="a")
    given = Given(Evaluated(Model(a, Dense(1)(a)), {"a": np.zeros((3, 2))}, {}))
    assert list(given.rivals()) == [] and given.left_out() == 0 and given.sets() == [("given", 3)]
    with pytest.raises(Refused, match="against"):
        given.rival("x", "given")
    with pytest.raises(Refused, match="left out"):
        given.leave_out("given", False)
    assert given.undone("y", np.zeros((1, 1))) is None and given.shown_rows("given", np.zeros(0, int)) == []
