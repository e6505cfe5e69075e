"""What is made of an input's texts before a plan runs."""

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.derived import TEXT, Derived, derive, derived_among, inputs_of, is_text, name_of_dtype, value_of
from engine._graph.plan import evaluate
from engine._graph.tensor import Constant, Placeholder
from engine.errors import GraphError


def lengths(texts):
    return np.array([[len(text) for text in row] for row in texts])


def test_a_derived_placeholder_is_made_of_what_its_source_is_fed():
    source = Placeholder((None, 1), TEXT, "source")
    made = derive([source], lengths, (None, 1), "int64", "here")
    assert isinstance(made, Derived) and made.shape == (None, 1) and inputs_of(made) == [source]
    doubled = made * 2
    assert derived_among([doubled]) == [made] and derived_among([doubled], [made]) == []
    texts = np.array([["four"], ["fives"]])
    assert value_of(made, {source: texts}).tolist() == [[4], [5]]
    assert evaluate([doubled], {source: texts})[0].tolist() == [[8], [10]]
    assert evaluate([doubled], {made: np.array([[1]])})[0].tolist() == [[2]]


def test_one_may_be_made_of_another():
    source = Placeholder((None, 1), TEXT, "source")
    upper = derive([source], lambda texts: np.char.upper(texts), (None, 1), TEXT, "upper")
    both = derive([source, upper], lambda a, b: (a == b).astype("int64"), (None, 1), "int64", "both")
    assert inputs_of(both) == [source]
    assert evaluate([both + 0], {source: np.array([["A"], ["a"]])})[0].tolist() == [[1], [0]]


def test_what_is_made_of_a_constant_is_one():
    made = derive([Constant(np.array([["ab"]]))], lengths, (1, 1), "int64", "here")
    assert isinstance(made, Constant) and made.array.tolist() == [[2]]


def test_what_the_graph_computes_comes_too_late():
    with pytest.raises(GraphError, match="behind the Input"):
        derive([ops.identity(Placeholder((None, 1), "int32"))], lengths, (None, 1), "int64", "here")


def test_types_of_texts():
    assert [is_text(kind) for kind in ("U3", "S3", object, "int32", bool)] == [True, True, True, False, False]
    assert name_of_dtype("U3") == "string" and name_of_dtype("int32") == "int32"
