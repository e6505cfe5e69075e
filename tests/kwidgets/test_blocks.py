"""One's own blocks: kept, listed, read again, taken away; names that would leave the folder are refused."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from kwidgets import blocks
from kwidgets.document import Document, Refused, fragments


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path))
    return tmp_path


def two_layers() -> str:
    made = Document()
    made.do({"do": "template", "name": "digits_cnn"})
    return fragments.fragment_text(made.draft, ["conv2d_1@0", "conv2d_2@0"])


def test_a_block_is_kept_listed_pasted_and_taken_away(home: Path) -> None:
    assert blocks.entries() == []
    saved = blocks.save("two convolutions", two_layers())
    assert saved == {"name": "two convolutions", "layers": 2, "help": "Conv2D, Conv2D"}
    assert blocks.entries() == [saved]
    assert [path.name for path in (home / "blocks").iterdir()] == ["two convolutions.yaml"]
    made = Document()
    made.do({"do": "template", "name": "digits_cnn"})
    done = made.do({"do": "paste_layers", "text": blocks.text("two convolutions"), "after": "conv2d_2@0"})
    assert done["nodes"] == ["conv2d_3@0", "conv2d_4@0"]
    blocks.remove("two convolutions")
    assert blocks.entries() == []
    with pytest.raises(Refused, match="no block named"):
        blocks.text("two convolutions")


@pytest.mark.parametrize(
    "name", ["", " ", "../up", "a/b", "a\\b", ".hidden", "end.", "a\0b", "nul", "COM1", "x" * 61, None, 3]
)
def test_a_name_that_is_no_plain_file_name_is_refused(name: object, home: Path) -> None:
    for use in (lambda: blocks.save(name, two_layers()), lambda: blocks.text(name), lambda: blocks.remove(name)):  # type: ignore[arg-type]
        with pytest.raises(Refused) as refused:
            use()
        assert refused.value.field == "name"
    assert not list(home.iterdir())


def test_what_is_no_piece_of_a_graph_is_not_kept_and_a_broken_file_is_left_out(home: Path) -> None:
    with pytest.raises(Refused):
        blocks.save("junk", "hello: there")
    assert not (home / "blocks").exists()
    blocks.save("good", two_layers())
    (home / "blocks" / "broken.yaml").write_text("kwidgets: fragment\nlayers: 3\n")
    assert [entry["name"] for entry in blocks.entries()] == ["good"]


def test_a_folder_that_cannot_be_written_is_said(home: Path) -> None:
    (home / "blocks").write_text("a file in the way")
    with pytest.raises(Refused, match="cannot be kept"):
        blocks.save("good", two_layers())


def aged(path: Path, seconds: float = 60) -> None:
    """As if the file had been written that long ago."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - int(seconds * 1e9)))


def test_files_are_read_again_only_where_they_changed(home: Path) -> None:
    read: list[str] = []
    watched = True

    def opened(event: str, arguments: tuple[Any, ...]) -> None:
        if watched and event == "open" and str(arguments[0]).startswith(str(home)):
            read.append(Path(str(arguments[0])).stem)

    sys.addaudithook(opened)  # for good: Python has no way to take it off
    for name in ("a", "b", "c"):
        blocks.save(name, two_layers())
        aged(home / "blocks" / f"{name}.yaml")
    blocks.entries()
    read.clear()
    for _ in range(3):
        assert [entry["name"] for entry in blocks.entries()] == ["a", "b", "c"]
    assert read == []
    # Edited, added, replaced and taken away: seen at once.
    blocks.save("b", two_layers().replace("Conv2D", "SeparableConv2D"))
    (home / "blocks" / "a.yaml").unlink()
    shutil.copy(home / "blocks" / "c.yaml", home / "blocks" / "d.yaml")
    read.clear()
    shown = {entry["name"]: entry["help"] for entry in blocks.entries()}
    assert shown == {"b": "SeparableConv2D, SeparableConv2D", "c": "Conv2D, Conv2D", "d": "Conv2D, Conv2D"}
    assert sorted(read) == ["b", "d"]
    watched = False


def test_a_file_that_was_edited_within_the_same_tick_is_seen(home: Path) -> None:
    blocks.save("a", two_layers())
    path = home / "blocks" / "a.yaml"
    status = path.stat()
    blocks.entries()
    path.write_text(path.read_text().replace("Conv2D", "SeparableConv2D"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [entry["help"] for entry in blocks.entries()] == ["SeparableConv2D, SeparableConv2D"]


def test_another_folder_and_a_link_that_leads_nowhere_hide_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks.save("a", two_layers())
    (home / "blocks" / "0.yaml").symlink_to(home / "nothing")
    assert [entry["name"] for entry in blocks.entries()] == ["a"]
    monkeypatch.setenv("KWIDGETS_HOME", str(home / "elsewhere"))
    assert blocks.entries() == []
    monkeypatch.setenv("KWIDGETS_HOME", str(home))
    assert [entry["name"] for entry in blocks.entries()] == ["a"]
