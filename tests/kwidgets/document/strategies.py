"""Random use of a document: any command, named things mostly existing, sometimes not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kwidgets.document import Document
from kwidgets.document.fragments import fragment_text

CLASSES = ["Input", "Dense", "Flatten", "Conv2D", "LSTM", "Dropout", "Add", "Concatenate", "Reshape"]
SHAPES = [[8, 8, 1], [20], [5, 3], None]
VALUES = [
    ("units", 3),
    ("units", -1),
    ("activation", "relu"),
    ("padding", "same"),
    ("rate", 0.25),
    ("shape", [4, 4, 1]),
]
NAMES = ["a", "b", "dense_1", 'it\'s "odd" <b>', "x: y", "ü/λ", "null", " "]


def message(data: Any, document: Document) -> dict[str, Any]:
    """One random command for the present state of a document."""
    draw = data.draw
    graph = document.graph()
    nodes = [node["id"] for node in graph["cards"]] or ["gone@0"]
    wires = [wire["id"] for wire in graph["wires"]] or ["gone@0#0"]
    layers = [node["id"].removeprefix("fold:").rpartition("@")[0] for node in graph["cards"]] or ["gone"]
    node, wire, layer = st.sampled_from(nodes), st.sampled_from(wires), st.sampled_from(layers)
    name = draw(st.sampled_from(["add", "add", "add", "connect", "connect", *OTHERS]))
    if name == "add":
        how = draw(st.sampled_from(["after", "after", "wire", "alone"]))
        place = {"after": draw(node)} if how == "after" else {"wire": draw(wire)} if how == "wire" else {}
        class_name = draw(st.sampled_from(CLASSES))
        shape = {"settings": {"shape": draw(st.sampled_from(SHAPES))}} if class_name == "Input" else {}
        return {"do": "add", "class_name": class_name, **place, **shape}
    if name == "connect":
        index = draw(st.sampled_from([None, 0, 1, 2]))
        return {"do": "connect", "source": draw(node), "target": draw(node), "index": index}
    if name == "remove":
        return {"do": name, "nodes": draw(st.lists(node, min_size=1, max_size=2)), "heal": draw(st.booleans())}
    if name == "disconnect":
        return {"do": name, "wires": [draw(wire)]}
    if name == "set":
        field, value = draw(st.sampled_from(VALUES))
        return {"do": name, "layers": [draw(layer)], "field": field, "value": value}
    if name == "rename":
        return {"do": name, "layer": draw(layer), "name": draw(st.sampled_from(NAMES))}
    if name == "move":
        return {"do": name, "positions": {draw(node): [draw(st.integers(-900, 900)), 7.25]}}
    if name == "reorder":
        return {"do": name, "node": draw(node), "after": draw(st.one_of(st.none(), node))}
    if name == "insert":
        return {"do": name, "node": draw(node), "wire": draw(wire)}
    if name in ("use_again", "mark_output"):
        return {"do": name, "node": draw(node), **({"output": draw(st.booleans())} if name == "mark_output" else {})}
    if name == "set_training":
        losses = ["mse", "categorical_crossentropy", dict.fromkeys(layers[-1:], "mae")]
        return {"do": name, "loss": draw(st.sampled_from(losses)), "epochs": draw(st.integers(0, 5))}
    if name == "set_data":
        return {"do": name, "inputs": {layers[0]: "x"}, "targets": {layers[-1]: "y"}, "validation_split": 0.5}
    if name == "mend":
        offers = [(p["id"], m["id"]) for p in graph["head"]["problems"] for m in p["mends"]] or [("gone", "gone")]
        problem, mend = draw(st.sampled_from(offers))
        return {"do": name, "problem": problem, "mend": mend}
    if name == "template":
        return {"do": name, "name": draw(st.sampled_from(["residual", "siamese", "digits_cnn"]))}
    if name == "new":
        return {"do": name, "kind": draw(st.sampled_from(["Sequential", "Model"]))}
    if name == "set_kind":
        return {"do": name, "kind": draw(st.sampled_from(["Sequential", "Model"]))}
    if name in SWITCHES:
        return {"do": name, "nodes": draw(st.lists(node, min_size=1, max_size=4))}
    if name == "ungroup":
        return {"do": name, "node": draw(node)}
    if name == "connect_or_merge":
        merge = draw(st.sampled_from(["Add", "Concatenate", "Dense"]))
        return {"do": name, "source": draw(node), "target": draw(node), "merge": merge}
    if name == "wrap":
        return {"do": name, "layers": [draw(layer)], "wrapper": draw(st.sampled_from([None, "TimeDistributed"]))}
    if name == "note":
        return {"do": name, "text": draw(st.sampled_from(NAMES)), "position": [draw(st.integers(-900, 900)), 3]}
    if name == "paste_layers":
        some = draw(st.lists(node, min_size=1, max_size=3))
        kept = [one for one in some if document.draft.has(one)]
        return {"do": name, "text": fragment_text(document.draft, kept), "after": draw(st.one_of(st.none(), node))}
    return {"do": name}


SWITCHES = ["freeze", "bypass", "duplicate", "cut", "group"]
OTHERS = [
    "remove", "disconnect", "set", "rename", "move", "reorder", "insert", "use_again", "mark_output", "set_training",
    "set_data", "mend", "mend", "template", "new", "arrange", "undo", "redo", "set_kind",
    *SWITCHES, "group", "bypass", "ungroup", "ungroup", "connect_or_merge", "wrap", "note", "paste_layers",
]  # fmt: skip


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The keys and indexes that lead to every part of plain data, the whole of it first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in items for path in paths(item, (*at, key)))]
