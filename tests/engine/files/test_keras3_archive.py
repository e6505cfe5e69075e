"""`.keras` archives: what is refused before a member is read, and what is written."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from engine._files.keras3_archive import read_archive, write_archive
from engine.errors import FileError

CONFIG = {"class_name": "Sequential", "config": {"layers": []}}


def archive(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> io.BytesIO:
    """An archive of members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in members:
            file.writestr(name, content)
    return buffer


WHOLE = [("config.json", json.dumps(CONFIG).encode()), ("model.weights.h5", b"weights")]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.keras", CONFIG, {"keras_version": "3.0.0"}, b"weights")
    read = read_archive(tmp_path / "a.keras")
    assert (read.config, read.metadata["keras_version"], read.weights.read()) == (CONFIG, "3.0.0", b"weights")
    write_archive(tmp_path / "b.keras", CONFIG, {"keras_version": "3.0.0"}, b"weights")
    assert (tmp_path / "a.keras").read_bytes() == (tmp_path / "b.keras").read_bytes()


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        (WHOLE[1:], "without config.json"),
        (WHOLE[:1], "without model.weights.h5"),
        ([*WHOLE[:1], ("model.weights.npz", b"")], "weights in model.weights.npz"),
        ([*WHOLE, ("../x", b"")], "one that leads out of it"),
        ([*WHOLE, ("/etc/x", b"")], "one that leads out of it"),
        ([*WHOLE, ("C:\\x", b"")], "one that leads out of it"),
        ([("config.json", b"[" * 200), WHOLE[1]], "levels"),
        ([("config.json", b"\xff\xfe"), WHOLE[1]], "text in UTF-8"),
        ([("config.json", b" " * (9 * 2**20)), WHOLE[1]], "bytes of config.json"),
    ],
)
def test_an_archive_of_another_content_is_refused(members: list[tuple[str, bytes]], sentence: str) -> None:
    with pytest.raises(FileError, match=sentence.replace(".", r"\.").replace("/", "/")):
        read_archive(archive(members))


def test_a_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = archive([*WHOLE, WHOLE[0]])
    with pytest.raises(FileError, match="each name once"):
        read_archive(twice)


def test_a_wrong_check_sum_and_a_password_are_refused() -> None:
    content = archive(WHOLE).getvalue()
    at = content.index(b"model.weights.h5weights") + len("model.weights.h5")
    with pytest.raises(FileError, match="Bad CRC-32"):
        read_archive(io.BytesIO(content[:at] + b"W" + content[at + 1 :]))
    locked = bytearray(content)
    entry = content.index(b"PK\x01\x02")
    locked[entry + 8] |= 1
    with pytest.raises(FileError, match="without a password"):
        read_archive(io.BytesIO(bytes(locked)))


def test_zeros_that_unfold_are_refused_before_they_are_read() -> None:
    with pytest.raises(FileError, match="200 bytes out of each stored one"):
        read_archive(archive([*WHOLE, ("assets/x", bytes(80 * 2**20))], zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize("length", [0, 4, 100, 250])
def test_an_archive_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(FileError, match=r"a whole model of Keras 3 \(\.keras\)"):
        read_archive(io.BytesIO(archive(WHOLE).getvalue()[:length]))
