"""Errors as data: where, expected, actual, a hint and a mend; each is the exception that Keras raises there too."""

import pickle

import numpy as np
import pytest

from engine import errors
from engine.errors import EngineError, FileError, ShapeError, UnknownName, shorten
from engine.layers import Add, Conv2D, Input, TimeDistributed


@pytest.mark.parametrize(
    ("name", "built_in"),
    [
        ("SettingError", ValueError),
        ("SettingTypeError", TypeError),
        ("ShapeError", ValueError),
        ("GraphError", ValueError),
        ("DataError", ValueError),
        ("FileError", ValueError),
        ("NotCompiled", RuntimeError),
        ("TrainingError", RuntimeError),
    ],
)
def test_old_except_clauses_catch_them(name, built_in):
    error = getattr(errors, name)(where="here", expected="a", actual="b")
    assert isinstance(error, built_in) and isinstance(error, EngineError)
    assert str(error) == "here: expected a, found b."


def test_the_place_is_added_once_and_to_the_mend_too():
    error = ShapeError(expected="rank 2", actual="rank 4", fix={"insert": "Flatten"})
    error.happened_in("layer 'dense_1' (Dense)", "dense_1")
    error.happened_in("model 'outer'", "outer")
    assert str(error).startswith("layer 'dense_1' (Dense): expected rank 2")
    assert error.fix == {"insert": "Flatten", "before": "dense_1"}
    setting = ShapeError(expected="a", actual="b", fix={"set": {"field": "units"}})
    setting.happened_in("layer 'd' (Dense)", "d")
    assert setting.fix == {"set": {"layer": "d", "field": "units"}}


def test_a_message_never_floods_the_page():
    assert len(str(ShapeError(expected="x" * 3000, actual="y"))) == 500
    assert shorten("abc") == "'abc'" and len(shorten("x" * 500)) == 80


def test_a_place_in_a_text_has_line_and_column():
    error = FileError("no.", file="a.yaml", line=3, column=7)
    assert (str(error), error.line, error.column) == ("a.yaml, line 3, column 7: no.", 3, 7)


@pytest.mark.parametrize(("name", "nearest"), [("Dnse", "Dense"), ("DENSE", "Dense"), ("xyzzy", None), (None, None)])
def test_an_unknown_name_points_to_the_nearest(name, nearest):
    error = UnknownName(name, ["Dense", "Conv2D"], kind="layer")
    assert error.nearest == nearest
    assert (f"Did you mean {nearest!r}?" if nearest else "custom_objects") in str(error)


def test_an_array_is_shown_in_one_line():
    assert shorten(np.ones((2, 2))) == "array([[1., 1.], [1., 1.]])"
    assert shorten("a  b") == "'a  b'"


def test_a_wrong_name_of_a_part_of_a_model_is_answered_with_those_there_are():
    assert "Known: 'a', 'b'." in str(UnknownName("x", "ba", kind="output", of_model=True))
    assert "Did you mean 'left'?" in str(UnknownName("lef", ["left"], kind="output", of_model=True))
    many = str(UnknownName("x", [f"output_{i:02}" for i in range(30)], kind="output", of_model=True))
    assert "'output_09' ..." in many and "output_10" not in many
    assert "There is none." in str(UnknownName("x", [], kind="output", of_model=True))


def test_mends_are_the_fix_and_others_beside_it_as_data_and_as_code() -> None:
    error = ShapeError(
        expected="rank 4",
        actual="(None, 64)",
        fix={
            "insert": "Reshape",
            "settings": {"target_shape": [8, 8, 1]},
            "or": [{"set": {"field": "units", "value": 3}}],
        },
    )
    error.happened_in("layer 'conv' (Conv2D)", "conv")
    assert error.mends == [
        {
            "label": "Insert Reshape(target_shape=(8, 8, 1)) before 'conv'",
            "change": {"insert": "Reshape", "settings": {"target_shape": [8, 8, 1]}, "before": "conv"},
            "code": "Reshape(target_shape=(8, 8, 1))  # before 'conv'",
        },
        {
            "label": "Set units of 'conv' to 3",
            "change": {"set": {"layer": "conv", "field": "units", "value": 3}},
            "code": "units=3  # of 'conv'",
        },
    ]
    assert ShapeError(expected="a", actual="b").mends == []
    loss = ShapeError(expected="a", actual="b", fix={"set": {"loss": "mse"}})
    assert loss.mends[0]["code"] == "model.compile(model.optimizer, loss='mse')"


def test_an_error_of_a_merge_goes_to_another_process_with_its_mends():
    with pytest.raises(ShapeError) as caught:
        Add(name="sum")([Input((3,), name="a"), Input((4,), name="b")])
    error = caught.value
    sent = pickle.loads(pickle.dumps(error))
    assert str(sent) == str(error) and str(error).startswith("'sum' gets 3 numbers from 'a' and 4 numbers from 'b'.")
    assert sent.mends == error.mends and error.mends


@pytest.mark.parametrize(
    "error", [UnknownName("Dens", ["Dense"], kind="layer"), FileError(file="m.yaml", line=3, expected="a", actual="b")]
)
def test_an_error_goes_to_another_process_whatever_it_is_made_with(error):
    sent = pickle.loads(pickle.dumps(error))
    assert type(sent) is type(error) and str(sent) == str(error) and vars(sent).keys() == vars(error).keys()


def test_an_error_inside_a_wrapper_names_the_wrapper_and_the_class_inside():
    with pytest.raises(ShapeError, match=r"In both: Conv2D gets 5 numbers\. It needs an input of rank 4\."):
        TimeDistributed(Conv2D(2, 3), name="both")(Input((4, 5)))
