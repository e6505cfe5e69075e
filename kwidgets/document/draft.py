"""The experiment being edited, in the form that commands work on.

A `Draft` is the experiment's plain dict with the graph always in functional form (layers and what each call of them
takes in), whether or not it is complete. Parts and settings are never changed in place; a command copies the draft
(shallow, some microseconds) and puts new parts in, so an old draft stays whole and serves as the undo step, and
`part.config is old.config` tells the checks that nothing has changed.

A node is one call of a layer; its id is "layer@call" ("dense_1@0"). A wire is one input of a node; its id is
"node#index" ("add_1@0#1").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from engine.describe import classes
from engine.describe.graphs import in_order
from engine.experiment import Neighbours, training_of
from engine.types import Config

from ..messages import Note
from .records import DataChoice

Chosen = TypeVar("Chosen")
INPUT = "InputLayer"
NO_ARGUMENTS: Mapping[str, object] = {}
# The seed of a new document: its runs give the same numbers until somebody takes the seed out.
FIRST_SEED = 0
# Stands between the node of a nested model and a node inside it; names hold no control characters, so it is in none.
SEPARATOR = "\x1f"


class Source(NamedTuple):
    """Where a node's input comes from: which output of which call of which layer."""

    layer: str
    call: int = 0
    tensor: int = 0
    arguments: Mapping[str, object] = NO_ARGUMENTS

    @property
    def node(self) -> str:
        """The id of the node."""
        return node_id(self.layer, self.call)


@dataclass(frozen=True)
class Part:
    """One layer: its class, its settings that differ from the defaults (without the name), and the inputs of each call."""

    class_name: str
    config: Config
    calls: tuple[tuple[Source, ...], ...] = ((),)


def node_id(layer: str, call: int) -> str:
    """The id of a layer's call: "dense_1@0" for the first call of "dense_1"."""
    return f"{layer}@{call}"


def split_node(node: str) -> tuple[str, int]:
    """Layer and call of a node id: ("dense_1", 0) for "dense_1@0"; ("", -1) for anything else."""
    layer, _, call = node.rpartition("@")
    return (layer, int(call)) if call.isascii() and call.isdigit() and len(call) < 9 else ("", -1)


def bare(layer: str) -> str:
    r"""The name of a layer without the blocks in which it stands.

    >>> bare("dense_1"), bare("tower@0\x1fdense_1")
    ('dense_1', 'dense_1')
    """
    return layer.rpartition(SEPARATOR)[2]


def outermost(node: str) -> str:
    """The node of the model itself in which a node stands: the node, or the nested model around it."""
    return node.partition(SEPARATOR)[0]


def wire_id(node: str, index: int) -> str:
    """The id of the wire into an input of a node: "add_1@0#1" for the second input of "add_1@0"."""
    return f"{node}#{index}"


def split_wire(wire: str) -> tuple[str, int]:
    """Node and input of a wire id: ("add_1@0", 1) for "add_1@0#1"; ("", -1) for anything else."""
    node, _, index = wire.rpartition("#")
    return (node, int(index)) if index.isascii() and index.isdigit() and len(index) < 9 else ("", -1)


def new_training() -> Config:
    """What a new document trains with: the declared defaults, and a seed that stands in its text."""
    return {**training_of({}), "seed": FIRST_SEED}


def nothing_chosen() -> DataChoice:
    """The data of a new document: no array is chosen yet."""
    return {"inputs": {}, "targets": {}}


class Written(NamedTuple):
    """A text that somebody typed or gave as a file.

    model: which of a program's models; None: the one trained last. file: how the file is called, "" for typed text.
    neighbours: the files beside it that it imports.
    """

    text: str
    model: str | None = None
    file: str = ""
    neighbours: Neighbours | None = None


@dataclass
class Draft:
    """The whole experiment. Change a copy, never a draft that someone else holds.

    layout: places of the nodes that a person has placed, those inside nested models by their long ids (`nested.within`);
    all others are placed by rule. bypassed: names of layers that
    let their input through. notes: texts on the canvas, each a dict that is never changed in place. nested: the graph of
    a nested model, whose wires outside go by the number of its outputs: a new end of it is no output by itself.
    written: texts by their formats as people wrote them; the changes since are written into them (`written.py`).
    identities: of layers by their paths, where these are not the paths themselves; state: of the graph (`identity.py`).
    """

    kind: str = "Sequential"
    name: str = "model_1"
    layers: dict[str, Part] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)
    layout: dict[str, tuple[float, float]] = field(default_factory=dict)
    data: DataChoice = field(default_factory=nothing_chosen)
    training: Config = field(default_factory=new_training)
    bypassed: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list[Note])
    nested: bool = False
    written: Mapping[str, Written] = field(default_factory=dict[str, Written], compare=False)
    identities: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)
    state: int = field(default=0, compare=False)

    def copy(self) -> Draft:
        """A draft to change, which shares its parts with this one."""
        return Draft(
            self.kind,
            self.name,
            dict(self.layers),
            list(self.outputs),
            dict(self.layout),
            self.data.copy(),
            dict(self.training),
            self.bypassed,
            list(self.notes),
            self.nested,
            self.written,
            self.identities,
            self.state,
        )

    def nodes(self) -> Iterator[str]:
        """The ids of all nodes, in the order of the layers."""
        for name, part in self.layers.items():
            for call in range(len(part.calls)):
                yield node_id(name, call)

    def has(self, node: str) -> bool:
        """Whether a node is in the model itself."""
        layer, call = split_node(node)
        return layer in self.layers and 0 <= call < len(self.layers[layer].calls)

    def holds(self, node: str) -> bool:
        """Whether a node is here, or stands inside a nested model that is here."""
        top = outermost(node)
        return self.has(top) and (top == node or "layers" in self.part(top).config)

    def part(self, node: str) -> Part:
        """The layer of a node."""
        return self.layers[split_node(node)[0]]

    def sources(self, node: str) -> tuple[Source, ...]:
        """What goes into a node, one source for each of its inputs."""
        layer, call = split_node(node)
        return self.layers[layer].calls[call]

    def targets(self) -> dict[str, list[tuple[str, int]]]:
        """For every node, the inputs (node, index) that it feeds."""
        fed: dict[str, list[tuple[str, int]]] = {node: [] for node in self.nodes()}
        for node in fed:
            for index, source in enumerate(self.sources(node)):
                fed[source.node].append((node, index))
        return fed

    def is_input(self, node: str) -> bool:
        """Whether a node is an input of the model."""
        return self.part(node).class_name == INPUT

    def input_names(self) -> list[str]:
        """The names of the inputs, in the order of the layers."""
        return [name for name, part in self.layers.items() if part.class_name == INPUT]

    def output_names(self) -> list[str]:
        """The names of the layers whose nodes are outputs, in the order of the outputs."""
        return [split_node(node)[0] for node in self.outputs]

    def leaves(self) -> list[str]:
        """Nodes that feed no other, inputs left out: what a person means by the end of the graph."""
        return [node for node, fed in self.targets().items() if not fed and not self.is_input(node)]

    def free_name(self, class_name: str) -> str:
        """A name for a new layer of a class: "dense_3" where there are dense_1 and dense_2."""
        base = "input" if class_name == INPUT else classes.snake_case(class_name)
        suffix = 1
        while f"{base}_{suffix}" in self.layers:
            suffix += 1
        return f"{base}_{suffix}"

    # Changes: each puts new parts in place of old ones, and leaves the old ones as they are.

    def put_call(self, node: str, sources: tuple[Source, ...]) -> None:
        """Wires other sources into a node."""
        layer, call = split_node(node)
        part = self.layers[layer]
        self.layers[layer] = replace(part, calls=(*part.calls[:call], sources, *part.calls[call + 1 :]))

    def put_config(self, layer: str, config: Config) -> None:
        """Gives a layer other settings."""
        self.layers[layer] = replace(self.layers[layer], config=config)

    def drop_nodes(self, dropped: set[str]) -> None:
        """Takes nodes out, with every wire that touches them; later calls of a shared layer move up."""
        new_call: dict[tuple[str, int], int] = {}
        for name, part in self.layers.items():
            remaining = [call for call in range(len(part.calls)) if node_id(name, call) not in dropped]
            new_call.update({(name, call): position for position, call in enumerate(remaining)})

        def moved(source: Source) -> Source:
            return source._replace(call=new_call[source.layer, source.call])

        layers: dict[str, Part] = {}
        for name, part in self.layers.items():
            calls = tuple(
                tuple(moved(source) for source in sources if (source.layer, source.call) in new_call)
                for call, sources in enumerate(part.calls)
                if (name, call) in new_call
            )
            if calls:
                layers[name] = part if calls == part.calls else replace(part, calls=calls)
        self.layers = layers
        self.bypassed = self.bypassed & layers.keys()
        self._rename_nodes({node_id(*old): node_id(old[0], new) for old, new in new_call.items()})

    def rename_layer(self, old: str, new: str) -> None:
        """Gives a layer another name, in its wires and wherever its nodes are named."""

        def renamed(source: Source) -> Source:
            return source._replace(layer=new) if source.layer == old else source

        self.layers = {
            new if name == old else name: replace(
                part, calls=tuple(tuple(renamed(source) for source in sources) for sources in part.calls)
            )
            for name, part in self.layers.items()
        }
        self.bypassed = frozenset(new if name == old else name for name in self.bypassed)
        calls = range(len(self.layers[new].calls))
        self._rename_nodes(
            {node: node for node in self.nodes() if split_node(node)[0] != new}
            | {node_id(old, call): node_id(new, call) for call in calls}
        )

    def rename_choices(self, old: str, new: str) -> None:
        """Data and loss that were chosen for an input or output named `old` are those of `new`."""

        def moved(named: Mapping[str, Chosen]) -> dict[str, Chosen]:
            return {new if name == old else name: item for name, item in named.items()}

        self.data = {**self.data, "inputs": moved(self.data["inputs"]), "targets": moved(self.data["targets"])}
        if isinstance(loss := self.training.get("loss"), dict):
            self.training = {**self.training, "loss": moved(loss)}

    def permute_calls(self, layer: str, order: list[int]) -> None:
        """Puts the calls of a shared layer in another order; order[i] is the old number of the new call i."""
        new_index = {old: new for new, old in enumerate(order)}
        self.layers[layer] = replace(self.layers[layer], calls=tuple(self.layers[layer].calls[old] for old in order))
        for name, part in self.layers.items():
            calls = tuple(
                tuple(s._replace(call=new_index[s.call]) if s.layer == layer else s for s in sources)
                for sources in part.calls
            )
            if calls != part.calls:
                self.layers[name] = replace(part, calls=calls)
        self._rename_nodes(
            {node: node for node in self.nodes() if split_node(node)[0] != layer}
            | {node_id(layer, old): node_id(layer, new) for old, new in new_index.items()}
        )

    def _rename_nodes(self, new: Mapping[str, str]) -> None:
        self.outputs = [new[node] for node in self.outputs if node in new]
        # Places inside a nested model go with it.
        self.layout = {
            new[top] + node[len(top) :]: place for node, place in self.layout.items() if (top := outermost(node)) in new
        }


def order(draft: Draft, calls_in_order: bool = True) -> list[str]:
    """Nodes from inputs to outputs, as close to the order of the layers as the wires allow.

    With `calls_in_order` the calls of a shared layer come in the order of their numbers, as a program makes them.
    Nodes on a circle are left out, so a result shorter than the draft means a circle.
    """
    needs: dict[str, list[str]] = {}
    for name, part in draft.layers.items():
        before: list[str] = []
        for call, sources in enumerate(part.calls):
            node = node_id(name, call)
            needs[node] = [source.node for source in sources] + before
            if calls_in_order:
                before = [node]
    return in_order(needs)


def path(draft: Draft, start: str, end: str) -> list[str] | None:
    """A way along the wires from `start` to `end`, both included, or None."""
    targets = draft.targets()
    came_from: dict[str, str | None] = {start: None}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        if node == end:
            way = [node]
            while (back := came_from[way[-1]]) is not None:
                way.append(back)
            return way[::-1]
        for later, _ in targets[node]:
            if later not in came_from:
                came_from[later] = node
                waiting.append(later)
    return None


def downstream(targets: Mapping[str, Sequence[tuple[str, int]]], start: str) -> set[str]:
    """Every node that what leaves `start` can reach, `start` itself left out. targets: as `Draft.targets` gives them."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for later, _ in targets[waiting.pop()]:
            if later not in reached:
                reached.add(later)
                waiting.append(later)
    return reached


def is_stack(draft: Draft) -> bool:
    """True while the graph could be a Sequential: one chain or pieces of it, nothing branches, merges or is shared."""
    known = classes.find_all("layer")
    if len(draft.input_names()) > 1 or any(
        len(part.calls) > 1 or _gives_several(part) or getattr(known.get(part.class_name), "called_with", ())
        for part in draft.layers.values()
    ):
        return False
    targets = draft.targets()
    if any(len(fed) > 1 for fed in targets.values()) or any(targets[node] for node in draft.outputs):
        return False
    plain = (0, NO_ARGUMENTS)
    return all(
        len(sources) <= 1 and all((s.tensor, s.arguments) == plain for s in sources)
        for part in draft.layers.values()
        for sources in part.calls
    )


def _gives_several(part: Part) -> bool:
    """Whether a layer is a nested model with several outputs."""
    ends = part.config.get("output_layers")
    return isinstance(ends, (list, tuple)) and len(ends) > 1 and not isinstance(ends[0], str)


def is_chain(draft: Draft) -> bool:
    """True for one unbroken stack whose end is the output, in the order of the layers."""
    if not is_stack(draft):
        return False
    nodes = list(draft.nodes())
    linked = all(
        [source.node for source in draft.sources(node)] == nodes[max(index - 1, 0) : index]
        for index, node in enumerate(nodes)
    )
    ends = [node for node in nodes[-1:] if not draft.is_input(node)]
    return linked and draft.outputs == ends
