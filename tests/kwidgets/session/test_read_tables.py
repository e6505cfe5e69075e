"""Frames of the notebook as sources: found, read again when a cell has changed them, refused in words."""

from __future__ import annotations

import wave as wavfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kwidgets.refused import Refused
from kwidgets.session.data_sources import DataSources

TABLE = {"size": [float(i) for i in range(40)], "town": ["Bonn", "Ulm"] * 20, "rent": [float(3 * i) for i in range(40)]}


@pytest.mark.parametrize("make", [pd.DataFrame, pa.table])
def test_frames_are_offered_and_opened_when_they_are_chosen(make: Callable[[Any], object]) -> None:
    sources = DataSources(lambda: {"flats": make(TABLE), "_hidden": make(TABLE), "x": np.zeros((3, 2))})
    offered = [one for one in sources.offered() if one["kind"] == "frame"]
    assert [(one["name"], one["arrays"], one["table"]) for one in offered] == [("flats", [], None)]
    source = sources.source({"kind": "frame", "name": "flats"})
    assert source is not None and dict(source)["target"] == "rent"
    described = next(one for one in sources.offered() if one["kind"] == "frame")
    assert {one["key"]: one["shape"] for one in described["arrays"]} == {"x": [40, 3], "y": [40, 1]}
    assert sources.arrays(source, ["x"])["x"].shape == (40, 3)


def test_a_frame_that_a_cell_has_changed_is_read_again() -> None:
    frame = pd.DataFrame(TABLE)
    sources = DataSources(lambda: {"flats": frame})
    source = sources.source({"kind": "frame", "name": "flats"})
    before = sources.arrays(source, ["y"])["y"]
    frame.loc[:, "rent"] = np.arange(40.0)[::-1]
    after = sources.arrays(source, ["y"])["y"]
    assert not np.array_equal(before, after)
    # What is in it decides, not which object it is.
    known = sources.tables.table(dict(source or {}), 0.0)
    assert sources.tables.table(dict(source or {}), 0.0) is known


def test_a_frame_may_have_the_name_of_a_ready_set_or_of_the_notebook() -> None:
    sources = DataSources(lambda: {"digits": pd.DataFrame(TABLE), "notebook": pd.DataFrame(TABLE)})
    assert sources.source({"kind": "built_in", "name": "digits"}) == {"kind": "built_in", "name": "digits"}
    assert sources.source({"kind": "notebook", "name": "notebook"}) == {"kind": "notebook", "name": "notebook"}
    for name in ("digits", "notebook"):
        source = sources.source({"kind": "frame", "name": name})
        assert sources.arrays(source, ["y"])["y"].shape == (40, 1)


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ({}, "no frame named 'flats'"),
        ({"flats": [1, 2]}, "no frame named 'flats'"),
        ({"flats": pd.DataFrame()}, "has no rows"),
        ({"flats": pd.DataFrame({"a": []})}, "has no rows"),
        ({"flats": pd.DataFrame([[1, 2]], columns=["a", "a"])}, "'a' more than once"),
        ({"flats": pd.DataFrame({"a": [[1], [2, 3]]})}, "Leave the column out"),
    ],
)
def test_what_is_no_table_is_refused_in_words(there: dict[str, object], says: str) -> None:
    with pytest.raises(Refused, match=says):
        DataSources(lambda: there).source({"kind": "frame", "name": "flats"})


def test_folders_of_texts_and_of_sounds_are_tables_with_steps_to_begin_with(tmp_path: Path) -> None:
    t = np.arange(800) / 800
    for number in range(24):
        for kind in ("good", "bad"):
            (tmp_path / "reviews" / kind).mkdir(parents=True, exist_ok=True)
            (tmp_path / "reviews" / kind / f"{number}.txt").write_text(f"a {kind} film, seen {number} times")
            (tmp_path / "sounds" / kind).mkdir(parents=True, exist_ok=True)
            wave = (np.sin(2 * np.pi * (200 if kind == "good" else 90) * t) * 9000).astype("<i2")
            with wavfile.open(str(tmp_path / "sounds" / kind / f"{number}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(800)
                file.writeframes(wave.tobytes())
    sources = DataSources()
    for name, first in (("reviews", "tokens"), ("sounds", "length")):
        source = sources.open(str(tmp_path / name))
        assert source["kind"] == "table" and dict(source)["steps"][0]["step"] == first
        described = next(one for one in sources.offered() if one["name"] == source["name"])
        assert described["table"] is not None and described["table"]["trouble"] is None
        assert described["table"]["target"] == "class" and {one["key"] for one in described["arrays"]} == {"x", "y"}
        assert len(sources.arrays(source, ["x"])["x"]) == 48
        classes = sources.facts(source, "y")["classes"]
        assert classes is not None and [one["name"] for one in classes] == ["bad", "good"]
    # A file more is a change; the steps stay.
    known = sources.tables.source(str(tmp_path / "reviews"))
    (tmp_path / "reviews" / "good" / "more.txt").write_text("one more good film")
    assert len(sources.arrays(known, ["x"])["x"]) == 49


def test_a_folder_with_a_broken_sound_is_opened_without_it_where_that_is_asked(tmp_path: Path) -> None:
    for number in range(6):
        with wavfile.open(str(tmp_path / f"{number}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(800)
            file.writeframes(np.arange(800, dtype="<i2").tobytes())
    (tmp_path / "7.wav").write_bytes(b"RIFF and no more")
    sources = DataSources()
    with pytest.raises(Refused, match=r"7\.wav") as caught:
        sources.open(str(tmp_path))
    assert caught.value.message()["mend"] == "Leave out what is broken"
    source = sources.open(str(tmp_path), without_broken=True)
    assert "1 broken files are left out" in sources.tables.table(dict(source), 0.0).read.said[0]
    assert dict(source)["broken"] == "skip"
    assert sources.tables.table(dict(source), 0.0).rows == 6
