import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine._files.text import read_any, read_yaml, write_yaml
from engine.errors import FileError

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
PLAIN = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


@given(st.dictionaries(st.text(), PLAIN, max_size=4))
def test_what_is_written_is_read_back(document):
    assert read_yaml(write_yaml(document)) == document


@given(st.dictionaries(st.text("abcxyz_ :#-[]{},'\"\n", max_size=12), PLAIN, max_size=4))
def test_any_safe_yaml_reader_reads_what_is_written(document):
    loaded = yaml.safe_load(write_yaml(document))
    assert loaded.keys() == document.keys()


def test_tuples_are_written_as_lists_on_one_line_in_the_order_of_the_keys():
    text = write_yaml({"b": (3, 3), "a": [[["dense_1", 0, 0, {}]]]})
    assert text == "b: [3, 3]\na: [[[dense_1, 0, 0, {}]]]\n"


def test_the_tags_of_keras_are_read_as_plain_data():
    text = "a: !!python/tuple [1, null]\nb: !!python/unicode 'x'\nc: !!python/str y\nd: &id001 [1]\ne: *id001\n"
    assert read_yaml(text) == {"a": [1, None], "b": "x", "c": "y", "d": [1], "e": [1]}


def test_an_alias_gives_a_copy():
    document = read_yaml("a: &x [1]\nb: *x\n")
    document["a"].append(2)
    assert document["b"] == [1]


def test_a_number_with_an_exponent_is_a_number_and_such_a_name_stays_a_name():
    assert read_yaml("lr: 1e-3\n") == {"lr": 0.001}
    assert read_yaml(write_yaml({"name": "1e3"})) == {"name": "1e3"}


def test_places_give_line_and_column_of_every_value():
    places = {}
    read_yaml("a:\n  b: [1, {c: 2}]\n", places=places)
    assert places["a", "b", 1, "c"] == (2, 11)


def test_a_text_that_begins_with_a_brace_is_json():
    assert read_any(' {"a": 1e-3}') == {"a": 0.001}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a: 1\nb: [1\n", 3, 1), ("a: 1\na: 2\n", 2, 1), ("a: 1\n---\nb: 1\n", 2, 1), ("x:\n  y: !!set {}\n", 2, 6)],
)
def test_a_refusal_knows_its_place(text, line, column):
    with pytest.raises(FileError) as refusal:
        read_yaml(text, "m.yaml")
    assert (refusal.value.file, refusal.value.line, refusal.value.column) == ("m.yaml", line, column)
    assert refusal.value.actual and refusal.value.expected
