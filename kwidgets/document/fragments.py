"""Copied layers as YAML text, and such texts (or whole models) as layers for another graph.

kwidgets: fragment
layers: [{name, class_name, config, inbound_nodes}]    wires among the copied layers only
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.experiment import CODE, kind_of_text, write_yaml

from ..refused import Refused
from ..words import texts as say
from .bypassing import written
from .code_pieces import completed
from .draft import INPUT, Draft, Part, Source, node_id
from .layer_names import MAX_NAME
from .nested import is_nested
from .printing import copied
from .reading import read_document, read_places
from .reading_code import read_code, stands_for_another
from .reading_layers import Mistake, nearest, read_graph
from .records import LayerEntry

MARK = "fragment"
KEYS = ("kwidgets", "layers")
MOST_LAYERS = 5000
# A cell that begins with neither an import nor a name: model.add(Dense(3)), for size in (8, 16): ...
CALL = re.compile(r"\s*(?:[A-Za-z_][\w.]*\(|for \w+ in )")


def is_code(text: str) -> bool:
    """Whether a text is a Python program, a cell of one, or a notebook."""
    kind = kind_of_text(text).name
    return kind in CODE or (kind == "text" and CALL.match(text) is not None)


def fragment_text(draft: Draft, nodes: Sequence[str]) -> str:
    """YAML of the layers of some nodes, with the wires among these nodes."""
    part = cut_out(draft, nodes)
    layers: list[LayerEntry] = [
        {
            "name": name,
            "class_name": piece.class_name,
            "config": {"name": name, **copied(piece.config)},
            "inbound_nodes": [] if piece.class_name == INPUT else [[written(s) for s in call] for call in piece.calls],
        }
        for name, piece in part.layers.items()
    ]
    return write_yaml({"kwidgets": MARK, "layers": layers})


def called(text: str, name: str) -> str:
    """A fragment whose only layer is a nested model, which then has this name; any other one as it is.

    What no name of a layer may hold becomes an underscore. Raises Refused where the text cannot be read.
    """
    piece = read_fragment(text)
    (layer, part), *others = piece.layers.items()
    if others or not is_nested(part):
        return text
    wanted = re.sub(r"[^\w.\-]+", "_", name).strip("_") or layer
    piece.layers = {wanted: replace(part, config={**part.config, "name": wanted})}
    return fragment_text(piece, list(piece.nodes()))


def cut_out(draft: Draft, nodes: Sequence[str]) -> Draft:
    """A draft of some nodes and the wires among them; draft and nodes stay as they are."""
    part = draft.copy()
    part.drop_nodes(set(draft.nodes()) - set(nodes))
    part.outputs, part.layout, part.notes = [], {}, []
    return part


def read_fragment(text: str) -> Draft:
    """The layers of a fragment, or of a whole model in YAML, JSON or Python. Raises Refused with line and column."""
    if is_code(text):
        return _of_code(text)
    form = "json" if text.lstrip()[:1] in ("{", "[") else "yaml"
    return read_places(text, form, _layers_of)


def _of_code(text: str) -> Draft:
    """The model of a program; of lines that make layers but no model, these layers."""
    try:
        return read_code(text, Draft())
    except Refused:
        program = completed(text)
        piece = None if program is None else read_code(program, Draft())
        made = [] if piece is None else [part for part in piece.layers.values() if part.class_name != INPUT]
        if piece is None or all(map(stands_for_another, made)):
            raise
        return piece


def _layers_of(document: Mapping[str, object]) -> Draft:
    if "kwidgets" not in document:
        if "class_name" not in document:
            why = say.NO_LAYERS_IN_THE_TEXT
            raise Mistake((), why, say.COPY_LAYERS_OR_A_MODEL)
        return read_document(document, Draft())
    if document["kwidgets"] != MARK:
        raise Mistake(("kwidgets",), say.mark_must_be(MARK, document["kwidgets"]))
    for key in document:
        if key not in KEYS:
            raise Mistake((key,), say.unknown_key(key), nearest(key, KEYS))
    layers = document.get("layers")
    if not isinstance(layers, list) or not 1 <= len(layers) <= MOST_LAYERS:
        raise Mistake(("layers",), say.layers_must_be_a_list(MOST_LAYERS))
    draft = Draft(kind="Model")
    read_graph(draft, dict(document), ("layers",))
    return draft


def fresh_name(draft: Draft, name: str) -> str:
    """The name itself where it is free, else with the next free number, "dense_1" -> "dense_2"."""
    if name not in draft.layers:
        return name
    base = re.sub(r"_\d{1,6}$", "", name)[: MAX_NAME - 8]
    suffix = 1
    while f"{base}_{suffix}" in draft.layers:
        suffix += 1
    return f"{base}_{suffix}"


def put_in(draft: Draft, piece: Draft) -> list[str]:
    """Adds the layers of `piece` under fresh names, with the wires among them; returns the new nodes in order."""
    names: dict[str, str] = {}
    for name in piece.layers:
        names[name] = fresh_name(draft, name)
        draft.layers[names[name]] = Part(INPUT, {})

    def renamed(sources: tuple[Source, ...]) -> tuple[Source, ...]:
        return tuple(source._replace(layer=names[source.layer]) for source in sources)

    for name, part in piece.layers.items():
        calls = tuple(renamed(call) for call in part.calls)
        draft.layers[names[name]] = Part(part.class_name, copied(part.config), calls)
    draft.bypassed = draft.bypassed | {names[name] for name in piece.bypassed}
    return [node_id(names[name], call) for name, part in piece.layers.items() for call in range(len(part.calls))]
