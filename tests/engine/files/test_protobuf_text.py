from __future__ import annotations

import pytest

from engine._files.protobuf import MOST_VALUES, Schema
from engine._files.protobuf_text import read_text_format
from engine.errors import FileError

SCHEMA = Schema(
    {
        "Net": "name 1 text, layer* 2 Layer, dim* 3 int, rate 4 float, on 5 bool, kind 6 Kind",
        "Layer": "name 1 text, inner 2 Layer, blobs* 3 int",
    },
    {"Kind": {"SUM": 1, "PRODUCT": 2}},
)


def read(text: str):
    return read_text_format(text, SCHEMA, "Net", "net.prototxt")


def test_values_are_read_in_all_their_spellings():
    net = read(
        "\ufeff# a comment\nname: 'it''s' \"\\n\\101\\x42\\u00e9\\347\\275\\221\"  rate: 1.5f; on: True, kind: PRODUCT\n"
        "dim: [1, 2] dim: -0x10 dim: 4# the end"
    )
    assert net.text("name") == "its\nAB\u00e9\u7f51"
    assert (net.number("rate"), net.flag("on"), net.text("kind"), net.wholes("dim")) == (
        1.5,
        True,
        "PRODUCT",
        [1, 2, -16, 4],
    )
    assert read("kind: 1 rate: -.5e1").text("kind") == "SUM"


def test_messages_are_written_with_or_without_a_colon_and_with_angles():
    net = read('layer { name: "a" } layer: { inner { inner < name: "c" > } } layer <>')
    assert [one.text("name") for one in net.messages("layer")] == ["a", "", ""]
    assert net.messages("layer")[1].message("inner").message("inner").text("name") == "c"
    assert net.messages("layer")[1].location == "layer 1"


def test_unknown_fields_are_read_over_and_remembered():
    net = read('other { a: 1 b { c: "x" "y" } d: [1, 2] } more: 3 layer { odd: FOO name: "kept" }')
    assert net.unknown == ["other", "more"] and net.messages("layer")[0].unknown == ["odd"]
    assert net.messages("layer")[0].text("name") == "kept"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("name: 3", 1, 7, "a text in quotes for name, found '3'"),
        ('name: "a"\n  name: "b"', 2, 3, "name once, found a second one"),
        ("dim: 1.5", 1, 6, "a whole number for dim"),
        ("rate: [1]", 1, 8, "one rate, found a list"),
        ("on: 2", 1, 5, "true or false for on"),
        ("kind: SUMM", 1, 7, "kind as one of SUM, found 'SUMM'"),
        ("layer {", 1, 8, "the name of a field or '}', found the end"),
        ("}", 1, 1, "the name of a field, found '}'"),
        ("layer [ { } { } ]", 1, 13, "',' or ']'"),
        ("layer: 3", 1, 8, "{ behind layer"),
        ("dim 3", 1, 5, "':' behind dim"),
        ("name: \"a\nb\"", 1, 7, "a field, a value or a brace"),
        ("other { a: 1", 1, 13, "a value, found the end"),
        ("dim: " + "9" * 50, 1, 6, "a whole number"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text: str, line: int, column: int, said: str):
    with pytest.raises(FileError) as refusal:
        read(text)
    assert (refusal.value.line, refusal.value.column) == (line, column) and said in str(refusal.value)


def test_depth_and_number_of_fields_are_bounded():
    deep = "inner {" * 70
    for text in (f"layer {{ {deep}", "odd {" * 70):
        with pytest.raises(FileError, match="at most 64 deep"):
            read(text)
    for text in ("dim: 1 " * (MOST_VALUES + 1), f"layer {{ odd: [{'1, ' * MOST_VALUES}1] }}"):
        with pytest.raises(FileError, match=f"at most {MOST_VALUES} fields"):
            read(text)


def test_a_number_that_is_none_is_refused_where_it_is_asked_for():
    net = read("rate: nan")
    with pytest.raises(FileError, match="a finite number for rate, found nan"):
        net.number("rate")
