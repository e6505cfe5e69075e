"""The tree of objects that TensorFlow keeps beside a checkpoint's arrays: who holds which variable, and an optimizer's slots.

Facts from TensorFlow's trackable_object_graph.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..errors import FileError
from .guards import MAX_DEPTH
from .plain_model import PlainArray
from .protobuf_wire import Field, fields
from .tensor_bundle import TensorBundle

_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
_VALUE = b"VARIABLE_VALUE"
_LAYERS = "layer_with_weights-"
_MOST_MODELS = 10_000
# By class: groups of slots by tf.keras's names before 2.11, in the order in which Keras 3 keeps the same ones; those of one group
# stand together for each weight.
_SLOTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "SGD": (("momentum",),),
    "RMSprop": (("rms",), ("momentum",), ("mg",)),
    "Adagrad": (("accumulator",),),
    "Adadelta": (("accum_grad", "accum_var"),),
    "Adam": (("m", "v"), ("vhat",)),
    "Adamax": (("m", "v"),),
    "Nadam": (("m", "v"),),
    "Ftrl": (("accumulator", "linear"),),
}


class Node(NamedTuple):
    """An object of the tree.

    Args:
        children: numbers of the objects that it holds, by the names of its attributes.
        key: what the checkpoint calls its array; None of an object that is no variable.
        slots: of an optimizer, (variable, name, slot), both by number.
    """

    children: dict[str, int]
    key: str | None
    slots: tuple[tuple[int, str, int], ...]


def object_tree(data: bytes, where: str) -> list[Node]:
    """The objects of a tree, the root first.

    Args:
        data: a TrackableObjectGraph.
        where: what messages name.

    Returns:
        A node for each object; numbers that lead to none are left as they are.

    Raises:
        FileError: it is broken.
    """
    return [_node(_bytes(node), where) for node in fields(data, where) if node.number == 1]


def _bytes(field: Field) -> bytes:
    return field.value if isinstance(field.value, bytes) else b""


def _node(data: bytes, where: str) -> Node:
    children: dict[str, int] = {}
    key: str | None = None
    slots: list[tuple[int, str, int]] = []
    for field in fields(data, where):
        if field.number not in (1, 2, 3):
            continue
        parts = {one.number: one.value for one in fields(_bytes(field), where)}
        first, second, third = (parts.get(number) for number in (1, 2, 3))
        if field.number == 1 and isinstance(second, bytes):
            children[second.decode("utf-8", "replace")] = first if isinstance(first, int) else 0
        elif field.number == 2 and first == _VALUE and isinstance(third, bytes):
            key = third.decode("utf-8", "replace")
        elif field.number == 3 and isinstance(second, bytes) and isinstance(third, int):
            slots.append((first if isinstance(first, int) else 0, second.decode("utf-8", "replace"), third))
    return Node(children, key, tuple(slots))


class CheckpointObjects:
    """A checkpoint's arrays by the objects that hold them.

    Args:
        bundle: the checkpoint.

    Raises:
        FileError: there is no tree in it, or a broken one.
    """

    def __init__(self, bundle: TensorBundle) -> None:
        self.bundle = bundle
        if _OBJECTS not in bundle.entries:
            raise FileError(file=bundle.where, expected="the tree of the model's objects", actual="names alone")
        self.nodes = object_tree(bundle.text(_OBJECTS), bundle.where)

    def _at(self, *names: str) -> int | None:
        at: int | None = 0
        for name in names:
            at = self.nodes[at].children.get(name) if at is not None and at < len(self.nodes) else None
        return at if at is not None and at < len(self.nodes) else None

    def _array(self, node: int | None) -> PlainArray | None:
        key = self.nodes[node].key if node is not None and node < len(self.nodes) else None
        return self.bundle.array(key) if key is not None and key in self.bundle.entries else None

    def _members(self, *names: str) -> list[int]:
        """The objects of a list, in order."""
        node = self._at(*names)
        children = {} if node is None else self.nodes[node].children
        return [children[str(number)] for number in sorted(int(name) for name in children if name.isdigit())]

    def listed(self, *names: str) -> list[PlainArray]:
        """The arrays of a list of variables, in order."""
        arrays = [self._array(one) for one in self._members(*names)]
        return [array for array in arrays if array is not None]

    def optimizer(self, class_name: str) -> list[PlainArray]:
        """Step count and slots of an optimizer in Keras 3's order; nothing where there is none, or one of another class.

        Args:
            class_name: its class, which says what slots of tf.keras before 2.11 mean.
        """
        count = self._array(self._at("optimizer", "_iterations"))
        slots = self.listed("optimizer", "_variables")
        if count is not None and slots:
            return [count, *(slots[1:] if slots[0].name == count.name else slots)]
        optimizer, count = self._at("optimizer"), self._array(self._at("optimizer", "iter"))
        if optimizer is None or count is None:
            return []
        slot_of = {(variable, name): slot for variable, name, slot in self.nodes[optimizer].slots}
        arrays = [
            self._array(slot_of[variable, name])
            for group in _SLOTS.get(class_name, ())
            for variable in self._members("variables")
            for name in group
            if (variable, name) in slot_of
        ]
        return [count, *(array for array in arrays if array is not None)]

    def of_layers(self) -> list[list[PlainArray]]:
        """The arrays of each layer with weights, layers of models inside one by one; nothing where no layers are named."""
        return list(self._layers(0, set(), 0))

    def _layers(self, node: int, seen: set[int], depth: int) -> Iterator[list[PlainArray]]:
        # Each object once, and not in deep chains: objects of a broken file may hold one another.
        children = (
            self.nodes[node].children if node < len(self.nodes) and node not in seen and depth < MAX_DEPTH else {}
        )
        if len(seen) > _MOST_MODELS:
            raise FileError(file=self.bundle.where, expected=f"at most {_MOST_MODELS} layers and models", actual="more")
        seen.add(node)
        numbers = [name.removeprefix(_LAYERS) for name in children if name.startswith(_LAYERS)]
        for number in sorted(int(text) for text in numbers if text.isdigit()):
            inside = children[f"{_LAYERS}{number}"]
            within = list(self._layers(inside, seen, depth + 1))
            yield from within or [self._below(inside)]

    def _below(self, node: int) -> list[PlainArray]:
        """All arrays of an object and of those that it holds, each once, in the order in which they are held."""
        arrays: list[PlainArray] = []
        seen, waiting = set[int](), [node]
        while waiting:
            at = waiting.pop()
            if at in seen or at >= len(self.nodes):
                continue
            seen.add(at)
            array = self._array(at)
            arrays += [array] if array is not None else []
            waiting += reversed(self.nodes[at].children.values())
        return arrays


def objects_at(path: str) -> CheckpointObjects | None:
    """The checkpoint that a path means: that of a SavedModel's folder, or one by its name without ".index"; None for others.

    Args:
        path: a folder, or the beginning of the names of files.
    """
    return next(
        (
            CheckpointObjects(TensorBundle(prefix))
            for prefix in (f"{path}/variables/variables", path)
            if _is_index(prefix)
        ),
        None,
    )


def _is_index(prefix: str) -> bool:
    try:
        with open(f"{prefix}.index", "rb"):
            return True
    except OSError:
        return False
