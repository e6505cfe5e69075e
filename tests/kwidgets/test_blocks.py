"""One's own blocks: kept, listed, read again, taken away; names that would leave the folder are refused."""

from __future__ import annotations

from pathlib import Path

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
