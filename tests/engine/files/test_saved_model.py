"""SavedModels: what is read of them, and the sentences about what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine._files.protobuf_wire import fields, varint
from engine._files.saved_model import read_saved_model
from engine._files.tensor_bundle import TensorBundle
from engine.errors import FileError

SAVED = Path(__file__).parents[2] / "golden" / "files" / "tf_keras_pictures_saved"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the folder that a test may break."""
    return Path(shutil.copytree(SAVED, tmp_path / "saved"))


def test_config_weights_and_optimizer_are_there() -> None:
    plain = read_saved_model(SAVED)
    assert plain.config["class_name"] == "Sequential"
    assert plain.flat is not None and plain.flat[0].shape == (3, 3, 2, 3)
    assert plain.slots is not None and plain.slots[0].shape == ()
    assert plain.training is not None and plain.training["loss"] == "mse"
    assert read_saved_model(SAVED / "saved_model.pb").config == plain.config


def test_the_graph_alone_is_refused_with_what_is_missing(copy: Path) -> None:
    (copy / "keras_metadata.pb").unlink()
    with pytest.raises(FileError, match=r"Keras's records of the layers .* a SavedModel of TensorFlow's graph alone"):
        read_saved_model(copy)


def test_missing_weights_are_named(copy: Path) -> None:
    shutil.rmtree(copy / "variables")
    with pytest.raises(FileError, match=r"no variables\.index"):
        read_saved_model(copy)


def test_a_shard_that_is_cut_off_is_refused_before_it_is_read(copy: Path) -> None:
    shard = copy / "variables" / "variables.data-00000-of-00001"
    shard.write_bytes(shard.read_bytes()[:50])
    with pytest.raises(FileError, match="a place within 50 bytes"):
        read_saved_model(copy)


@pytest.mark.parametrize("length", [0, 10, 47, 200, 1000])
def test_an_index_that_is_cut_off_is_refused(copy: Path, length: int) -> None:
    index = copy / "variables" / "variables.index"
    index.write_bytes(index.read_bytes()[:length])
    with pytest.raises(FileError, match="the index of a TensorFlow checkpoint"):
        TensorBundle(str(index).removesuffix(".index"))


def test_any_byte_of_an_index_may_be_wrong(copy: Path) -> None:
    index = copy / "variables" / "variables.index"
    whole = index.read_bytes()
    for at in range(0, len(whole), 7):
        index.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            for array in read_saved_model(copy).flat or ():
                array.read()
        except FileError as error:
            assert len(str(error)) < 500


def test_numbers_and_fields_that_do_not_end_are_refused() -> None:
    for data in (b"\x80", b"\xff" * 11):
        with pytest.raises(FileError, match="without an end"):
            varint(data, 0, "file")
    with pytest.raises(FileError, match="at most the 1 bytes that follow"):
        list(fields(b"\x0a\x05h", "file"))
    with pytest.raises(FileError, match="form 3"):
        list(fields(b"\x0b", "file"))
