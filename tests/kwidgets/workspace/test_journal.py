"""A journal gives back every whole write, whatever a killed process or a full disk left behind it."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.workspace.journal import MAGIC, Frame, Journal, frames, packed, whole_bytes
from kwidgets.workspace.records import Points

NUMBERS = st.lists(st.floats(width=32, allow_nan=False), max_size=5)
HEADS = st.dictionaries(
    st.text(max_size=5).filter(lambda key: key != "series"), st.none() | st.floats() | st.text(max_size=9)
)


@st.composite
def written(draw: st.DrawFn) -> list[Frame]:
    made = []
    for head in draw(st.lists(HEADS, max_size=4)):
        ys = [np.array(draw(NUMBERS), np.float32) for _ in range(draw(st.integers(0, 3)))]
        made.append(
            Frame(head, [Points(f"m/{i}", "train", np.arange(len(y), dtype="f4"), y) for i, y in enumerate(ys)])
        )
    return made


def same(one: Frame, other: Frame) -> bool:
    heads = json.dumps(one.head) == json.dumps(other.head)
    series = [(p.name, p.phase, p.xs.tobytes(), p.ys.tobytes()) for p in one.points]
    return heads and series == [(p.name, p.phase, p.xs.tobytes(), p.ys.tobytes()) for p in other.points]


def journal_of(path: Path, made: list[Frame]) -> list[int]:
    """The journal with these frames; its length after each."""
    path.unlink(missing_ok=True)
    journal = Journal(path)
    sizes = [0]
    for frame in made:
        journal.append(packed(frame))
        sizes.append(path.stat().st_size)
    return sizes


@given(made=written())
def test_what_was_written_is_read(made: list[Frame], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "journal"
    journal_of(path, made)
    assert len(list(frames(path))) == len(made)
    assert all(map(same, frames(path), made))


@given(made=written(), data=st.data())
def test_a_torn_end_costs_no_whole_frame_and_the_next_write_follows_the_last_whole_one(
    made: list[Frame], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "journal"
    sizes = journal_of(path, made)
    if not made:
        return
    cut = data.draw(st.integers(0, sizes[-1]))
    path.write_bytes(path.read_bytes()[:cut] + data.draw(st.binary(max_size=20)))
    whole = sum(size <= cut for size in sizes[1:])
    assert all(map(same, frames(path), made[:whole]))
    more = Frame({"log": ["after"]}, [])
    Journal(path).append(packed(more))
    after = list(frames(path))
    # What stood behind the cut may by chance be the frame that stood there before.
    assert len(after) >= whole + 1 and same(after[-1], more)
    assert whole_bytes(path) == path.stat().st_size


def test_a_frame_whose_checksum_is_right_and_that_is_none_ends_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = packed(Frame({"log": ["one"]}, []))
    deep = b"[" * 100_000
    for payload in (
        b"",
        b"\xff\xff\xff\xff",
        struct.pack("<I", 2) + b"[]",
        struct.pack("<I", len(deep)) + deep,
        struct.pack("<I", 3) + b"\xff{}",
        *(
            struct.pack("<I", len(head)) + head
            for head in (
                b'{"series": [{"name": "a", "phase": "batch", "count": 1000000000}]}',
                b'{"series": [{"name": "a", "phase": "batch", "count": -1}]}',
                b'{"series": [{"name": 1, "phase": "batch", "count": 0}]}',
                b'{"series": [{"name": "a", "phase": [], "count": 0}]}',
                b'{"series": 7}',
            )
        ),
    ):
        path.write_bytes(MAGIC + first + struct.pack("<II", len(payload), zlib.crc32(payload)) + payload)
        assert [frame.head for frame in frames(path)] == [{"log": ["one"]}]


def test_another_file_is_no_journal_and_none_is_empty(tmp_path: Path) -> None:
    assert list(frames(tmp_path / "none")) == []
    assert list(frames(tmp_path)) == []
    (tmp_path / "text").write_text("KWRUN002 and more")
    assert list(frames(tmp_path / "text")) == []
