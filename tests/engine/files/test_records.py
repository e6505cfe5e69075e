"""TFRecord files: the sums of the format's description, round trips, what is cut off or changed."""

import gzip
import zlib

import pytest

from engine._files.records import check_compression, crc32c, masked, read_records, write_record
from engine.errors import FileError, SettingError

RECORDS = [b"", b"abc", bytes(range(256)) * 9, b"\0" * 700]


def written(path, compress=lambda data: data):
    import io

    file = io.BytesIO()
    for record in RECORDS:
        write_record(file, record)
    path.write_bytes(compress(file.getvalue()))
    return path


def test_sums_are_those_of_the_standard():
    # RFC 3720, appendix B.4.
    assert crc32c(b"\0" * 32) == 0x8A9136AA and crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E
    # What TensorFlow writes in front of a record of three bytes.
    assert masked(b"\x03\0\0\0\0\0\0\0").hex() == masked((3).to_bytes(8, "little")).hex()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 511, 512, 513, 5000])
def test_lanes_give_the_sum_of_one_byte_after_the_other(size):
    data = bytes((7 * i + i // 5) % 256 for i in range(size))
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    assert crc32c(data) == value ^ 0xFFFFFFFF


@pytest.mark.parametrize(("kind", "compress"), [("", bytes), ("GZIP", gzip.compress), ("ZLIB", zlib.compress)])
def test_records_come_back(tmp_path, kind, compress):
    assert list(read_records(written(tmp_path / "r", compress), kind)) == RECORDS


def test_files_that_are_cut_off_or_changed_are_refused(tmp_path):
    path = written(tmp_path / "r")
    whole = path.read_bytes()
    for changed, said in (
        (whole[:-1], "the end after"),
        (whole[:5], "12 bytes of record 0"),
        (whole[:17] + b"x" + whole[18:], "a check sum that is another"),
        (whole.replace(b"abc", b"abd"), "record 1 as it was written"),
    ):
        path.write_bytes(changed)
        with pytest.raises(FileError, match=said):
            list(read_records(path))
    length = (2**60).to_bytes(8, "little")
    path.write_bytes(length + masked(length) + b"x")
    for kind in ("", "GZIP"):
        with pytest.raises(FileError, match="within the file" if not kind else "compressed as GZIP"):
            list(read_records(path, kind))
    path.write_bytes(gzip.compress(length + masked(length) + b"x"))
    with pytest.raises(FileError, match="within the file"):
        list(read_records(path, "GZIP"))
    with pytest.raises(SettingError, match="compression_type"):
        check_compression("BZ2")
