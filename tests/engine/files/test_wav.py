"""Samples of WAV files as other programs write them, and headers that lie."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from engine._files.wav import read_wav
from engine.errors import FileError

SAMPLES = np.array([[0, 0.5], [-0.5, 0.25], [0.75, -1.0]])


def wav_of(
    kind: int, bits: int, data: bytes, channels: int = 2, before: bytes = b"", extensible: bool = False
) -> bytes:
    """A file with these samples, after Microsoft's layout."""
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else kind, channels, 8000, 8000 * frame, frame, bits)
    if extensible:
        form += struct.pack("<HHIH14s", 22, bits, 3, kind, bytes.fromhex("000000001000800000aa00389b71"))
    body = (
        b"WAVE" + before + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def whole(bits: int) -> bytes:
    """The samples as whole numbers of so many bits."""
    numbers = np.minimum(SAMPLES * 2.0 ** (bits - 1), 2.0 ** (bits - 1) - 1).astype(np.int64)
    if bits == 8:
        return (numbers + 128).astype("u1").tobytes()
    return numbers.astype("<i8").view("u1").reshape(3, 2, 8)[..., : bits // 8].tobytes()


@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_whole_numbers_of_any_width_are_from_minus_one_to_one(tmp_path: Path, bits: int, extensible: bool) -> None:
    (tmp_path / "a.wav").write_bytes(wav_of(1, bits, whole(bits), extensible=extensible))
    rate, samples = read_wav(tmp_path / "a.wav")
    assert (rate, samples.dtype) == (8000, np.float32)
    np.testing.assert_allclose(samples, SAMPLES, atol=1e-6)


@pytest.mark.parametrize("bits", [32, 64])
def test_floats_are_as_they_are(tmp_path: Path, bits: int) -> None:
    (tmp_path / "a.wav").write_bytes(wav_of(3, bits, SAMPLES.astype(f"<f{bits // 8}").tobytes()))
    np.testing.assert_array_equal(read_wav(tmp_path / "a.wav").samples, SAMPLES)


def test_what_python_writes_is_read(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 44_100, 0, "NONE", ""))
        file.writeframes(np.array([0, 16384, -32768], "<i2").tobytes())
    rate, samples = read_wav(tmp_path / "a.wav")
    assert rate == 44_100 and samples[:, 0].tolist() == [0, 0.5, -1]


def test_other_parts_lengths_that_are_not_known_yet_and_files_cut_short_are_read(tmp_path: Path) -> None:
    notes = b"LIST" + struct.pack("<I", 3) + b"abc\0"  # of odd length, so one byte more
    plain = wav_of(1, 16, whole(16), before=notes)
    (tmp_path / "notes.wav").write_bytes(plain)
    assert len(read_wav(tmp_path / "notes.wav").samples) == 3
    at = plain.index(b"data") + 4
    for length in (0, 0xFFFFFFFF, 2**31):
        (tmp_path / "streamed.wav").write_bytes(plain[:at] + struct.pack("<I", length) + plain[at + 4 :])
        assert len(read_wav(tmp_path / "streamed.wav").samples) == 3
    (tmp_path / "cut.wav").write_bytes(plain[:-5])
    assert len(read_wav(tmp_path / "cut.wav").samples) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "an empty file"),
        (b"ID3" + bytes(40), "another kind of file"),
        (wav_of(1, 16, b"")[:-8], "samples, found a WAV file without any"),
        (wav_of(2, 4, b"\0\0"), "ADPCM of 4 bits"),
        (wav_of(1, 12, b"\0\0\0"), "format 1 of 12 bits"),
        (wav_of(1, 16, b"\0\0", channels=0), "0 channels"),
        (wav_of(1, 16, b"\0\0", channels=65_535 // 2), "32767 channels"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "the format before the samples"),
        (b"RIFF\0\0\0\0WAVEfmt \2\0\0\0\1\0", "a format of 16 bytes or more, found 2 bytes"),
    ],
)
def test_what_is_no_sound_is_refused_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(FileError, match=says):
        read_wav(tmp_path / "a.wav")
