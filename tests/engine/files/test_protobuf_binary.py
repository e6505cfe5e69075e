from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine._files.protobuf import MOST_VALUES, Message, Schema
from engine._files.protobuf_binary import read_wire
from engine.errors import FileError

from .caffe.nets import varint

SCHEMA = Schema(
    {
        "Net": "name 1 text, layer* 2 Layer, dim* 3 int, rate 4 float, on 5 bool, kind 6 Kind, data* 7 float, exact* 8 double",
        "Layer": "name 1 text, inner 2 Layer, number 3 int",
    },
    {"Kind": {"SUM": 1, "PRODUCT": 2}},
)


def read(data: bytes) -> Message:
    return read_wire(memoryview(data), SCHEMA, "Net", "net.bin")


def part(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def test_values_of_all_forms_are_read():
    net = read(
        part(1, "é".encode()) + part(3, varint(1) + varint(300)) + varint(3 << 3) + varint((1 << 64) - 5)
        + varint(4 << 3 | 5) + struct.pack("<f", 1.5) + b"\x28\x01" + b"\x30\x02"
        + part(7, np.arange(3, dtype="<f4").tobytes()) + part(8, np.arange(2, dtype="<f8").tobytes())
        + varint(7 << 3 | 5) + struct.pack("<f", 9)
    )  # fmt: skip
    assert (net.text("name"), net.wholes("dim"), net.number("rate"), net.flag("on")) == ("é", [1, 300, -5], 1.5, True)
    assert net.text("kind") == "PRODUCT"
    assert np.concatenate(net.arrays("data")).tolist() == [0, 1, 2, 9] and net.numbers("exact") == [0, 1]


def test_numbers_of_an_array_stay_in_the_file():
    data = part(7, np.arange(1000, dtype="<f4").tobytes())
    (array,) = read(data).arrays("data")
    assert not array.flags.owndata and array.size == 1000


def test_unknown_fields_are_stepped_over_and_messages_put_together():
    net = read(
        part(99, b"x") + b"\x98\x06\x05" + part(2, part(1, b"a") + part(2, b"")) + varint(98 << 3 | 1) + bytes(8)
    )
    assert net.messages("layer")[0].text("name") == "a"
    twice = read(part(2, part(2, part(1, b"a")) + part(2, b"\x18\x07")))
    inner = twice.messages("layer")[0].message("inner")
    assert (inner.text("name"), inner.whole("number")) == ("a", 7)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x0a\x05ab", "at most the 2 bytes that follow, found 5 bytes"),
        (b"\x0a", "ten bytes, found one without an end"),
        (b"\x18" + b"\xff" * 11, "ten bytes, found one without an end"),
        (b"\x0b", "a field of form 3"),
        (b"\x02\x00", "a field's number, found 0"),
        (b"\x08\x01", "'name' as text"),
        (b"\x3a\x03abc", "'data' as float"),
        (b"\x30\x09", "kind as one of SUM, PRODUCT, found number 9"),
        (b"\x10\x01", "'layer' as Layer"),
        (part(1, b"x" * 70_000), "at most 65536 bytes"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(data: bytes, said: str):
    with pytest.raises(FileError, match=r"net\.bin, byte \d") as refusal:
        read(data)
    assert said in str(refusal.value)


def test_depth_and_number_of_fields_are_bounded():
    deep = b""
    for _ in range(70):
        deep = part(2, deep)
    with pytest.raises(FileError, match="at most 64 deep"):
        read(deep)
    for many in (
        b"\x18\x01" * (MOST_VALUES + 1),
        part(3, b"\x01" * (MOST_VALUES + 1)),
        b"\x98\x06\x05" * (MOST_VALUES + 1),
    ):
        with pytest.raises(FileError, match=f"at most {MOST_VALUES} fields"):
            read(many)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        assert isinstance(read(data), Message)
    except FileError as error:
        assert len(str(error)) < 500
