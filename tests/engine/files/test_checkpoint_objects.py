"""The tree of objects of a checkpoint: circles, numbers that lead nowhere, broken bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine._files.checkpoint_objects import CheckpointObjects, object_tree, objects_at
from engine._files.tensor_bundle import TensorBundle
from engine.errors import FileError

SAVED = Path(__file__).parents[2] / "golden" / "files" / "tf_keras_pictures_saved"


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def child(node: int, name: str) -> bytes:
    return field(1, bytes([1 << 3, node]) + field(2, name.encode()))


def test_objects_hold_others_by_name() -> None:
    tree = object_tree(field(1, child(1, "kernel")) + field(1, b""), "tree")
    assert tree[0].children == {"kernel": 1} and tree[1].key is None


def test_objects_that_all_hold_one_another_end() -> None:
    objects = CheckpointObjects(TensorBundle(str(SAVED / "variables" / "variables")))
    every = b"".join(child(node, f"layer_with_weights-{node}") for node in range(4))
    objects.nodes = object_tree(b"".join(field(1, every) for _ in range(4)), "tree")
    assert len(objects.of_layers()) < 20


def test_circles_and_numbers_that_lead_nowhere_end() -> None:
    objects = CheckpointObjects(TensorBundle(str(SAVED / "variables" / "variables")))
    looped = field(1, child(0, "layer_with_weights-0") + child(99, "layer_with_weights-1")) + field(1, child(0, "up"))
    objects.nodes = object_tree(looped, "tree")
    assert isinstance(objects.of_layers(), list)


@pytest.mark.parametrize("data", [b"\x0a", b"\x0a\xff", b"\x0b", b"\x0a\x02\x0a\x05"])
def test_broken_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FileError):
        object_tree(data, "tree")


def test_a_path_without_a_checkpoint_is_none(tmp_path: Path) -> None:
    assert objects_at(str(tmp_path)) is None
    assert objects_at(str(SAVED)) is not None
