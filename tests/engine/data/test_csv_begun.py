"""CSV files as people have them: read as what they are, or refused in one sentence with the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import engine
from engine.data import Dataset
from engine.errors import EngineError

HEAD = "id,size,town,rent"
ROWS = [f"{number},{number / 7:.4f},town{number % 3},{number * 2.5}" for number in range(60)]
PLAIN = "\n".join([HEAD, *ROWS]) + "\n"


def table(path: Path, in_memory: bool) -> Any:
    data = engine.data.open(path, in_memory=in_memory)
    return data.columns if isinstance(data, Dataset) else data.looked_at.columns  # type: ignore[union-attr]


def lines(town: str, rent: str = "{rent}") -> str:
    return "\n".join([HEAD, *(f"{n},{n / 7:.4f},{town},{rent.format(rent=n * 2.5)}" for n in range(60))]) + "\n"


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize(
    ("content", "town"),
    [
        (PLAIN.encode("utf-16"), "town0"),
        (b"\xfe\xff" + PLAIN.encode("utf-16-be"), "town0"),
        (PLAIN.encode("utf-8-sig"), "town0"),
        (PLAIN.replace("\n", ",\n").encode(), "town0"),
        (PLAIN.replace("\n", ",\n").replace(HEAD + ",", HEAD).encode(), "town0"),
        (PLAIN.replace(",", ";").replace(".", ",").replace("\n", ";\r\n").encode(), "town0"),
        ((HEAD + "\r\n" + "".join(row + ["\n", "\r\n", "\r"][n % 3] for n, row in enumerate(ROWS))).encode(), "town0"),
        (PLAIN.replace("\n", "\r").encode(), "town0"),
        (("# made by hand\n# twice\n" + PLAIN).encode(), "town0"),
        (("sep=;\n" + PLAIN.replace(",", ";")).encode(), "town0"),
        (lines('"a ""b"" c"').encode(), 'a "b" c'),
        (lines(r'"a \"b\" c, d"').encode(), 'a "b" c, d'),
        (lines('"C:\\dir\\"').encode(), "C:\\dir\\"),
        (lines('"two\nlines"').encode(), "two\nlines"),
        (lines("Café €").encode("cp1252"), "Café €"),
        ("\n".join(",".join(f'"{value}"' for value in row.split(",")) for row in [HEAD, *ROWS]).encode(), "town0"),
    ],
)
def test_it_is_read_however_it_is_written(tmp_path: Path, content: bytes, town: str, in_memory: bool) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    made = table(tmp_path / "t.csv", in_memory)
    assert list(made) == ["id", "size", "town", "rent"] and len(made["id"]) >= 54
    assert made["size"].kind == made["rent"].kind == made["id"].kind == "number"
    assert made["town"].kind == "text" and town in made["town"].values
    assert (made["rent"].values == made["id"].values * 2.5).all()


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "found an empty file"),
        (b"\n\n", "found an empty file"),
        (HEAD.encode(), "expected at least one row below the names, found none"),
        ((HEAD + "\n").encode(), "expected at least one row below the names, found none"),
        (b"\xef\xbb\xbf" + HEAD.encode(), "expected at least one row below the names, found none"),
        (PLAIN.encode("utf-32"), "expected a text in UTF-8, found one in UTF-32"),
        (PLAIN.encode("utf-16-le"), "found a text in UTF-16 that does not say so. Save the file as UTF-8"),
        (PLAIN.replace("town1", "to\0n", 1).encode(), "found a byte of 0 in line 3, which is no letter"),
        (PLAIN.encode() + bytes(300), "found a byte of 0 in line 62"),
        (bytes(range(256)) * 9, "found a binary file of an unknown kind"),
        (
            PLAIN.replace("size", "id").encode(),
            "line 1: expected columns of unlike names, found 'id' more than once. Rename one",
        ),
        (
            PLAIN.replace("7,1.0000,town1,17.5", "7,1.0").encode(),
            r"line 9: expected 4 values in a line, found 2: '7,1\.0'",
        ),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence_with_its_file(
    tmp_path: Path, content: bytes, says: str, in_memory: bool
) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(EngineError, match=says) as refused:
        table(tmp_path / "t.csv", in_memory)
    assert "t.csv" in str(refused.value)


def test_columns_of_one_name_that_nobody_asks_for_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,a,x,rent\n" + "1,2,3,4\n" * 40)
    data = engine.data.open(tmp_path / "t.csv", inputs=["x"], target="rent")
    assert isinstance(data, Dataset) and data.x.shape[1] == 1


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_table_of_ten_thousand_columns_is_read_in_seconds(tmp_path: Path, in_memory: bool) -> None:
    names = [f"c{number}" for number in range(10_000)]
    rows = "\n".join(",".join(str(row * column % 17) for column in range(10_000)) for row in range(25))
    (tmp_path / "t.csv").write_text(",".join(names) + "\n" + rows)
    assert len(table(tmp_path / "t.csv", in_memory)) == 10_000
