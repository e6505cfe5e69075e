"""Every change of the document as a command: a plain message in, a changed copy of the draft out.

A command reads its message (never trusting it), refuses with a sentence or changes the copy it was given, and returns a
`Done` with the label for the undo list. Nothing is inverted step by step: the draft before the command is its inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypedDict

from typing_extensions import NotRequired, Required

from engine.types import Config, Json, Shape

from ..refused import Refused
from ..words import common
from ..words import graph as say
from .bypassing import settle_bypassed
from .draft import Draft, bare, split_wire
from .identity import identify
from .layer_names import MAX_NAME, is_clean
from .settle import settle

# What a page or a program sends: the command's name as `do`, and details, which may be anything until they are checked.
Message = Mapping[str, object]
# These commands bring another model, with places of its own.
REPLACING = {"new", "template"}


class CommandMessage(TypedDict, total=False):
    """A command that the document itself makes, such as a step of a mend; gestures.py says what each command takes."""

    do: Required[str]
    node: str
    nodes: list[str]
    layers: list[str]
    field: str
    value: Json
    class_name: str
    settings: Config
    wire: str
    after: str
    source: str
    target: str
    index: int
    output: bool
    inputs: dict[str, str]
    targets: dict[str, str]
    validation: dict[str, str]
    loss: dict[str, str]


class Reply(TypedDict):
    """What a command answers beside its label. text: of layers that were cut. says: what was done otherwise than asked."""

    text: NotRequired[str]
    says: NotRequired[str]


@dataclass
class Done:
    """label: words for undo. nodes: what a view may want to select. rewired: False if no wire or node was touched."""

    label: str
    nodes: list[str] = field(default_factory=list)
    rewired: bool = True
    reply: Reply = field(default_factory=Reply)


@dataclass(frozen=True)
class Change:
    """What listeners hear. label: words of the command; nodes: what was made, for selection."""

    version: int
    label: str
    nodes: tuple[str, ...] = ()


class Surroundings(Protocol):
    """What a command may ask of the document beyond the draft."""

    def shape_of(self, node: str) -> Shape | None:
        """The shape of what comes out of a node; None while it is not known."""
        ...

    def array_shape(self, input_name: str | None) -> tuple[int, ...] | None:
        """The shape of the array chosen for an input; for None of the first that no input uses yet."""
        ...

    def mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        """(label, commands) of an offered mend. Raises Refused where it is offered no more."""
        ...

    def data_mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        """As `mend_commands`, for a problem of the data."""
        ...


Command = Callable[[Draft, Message, Surroundings], Done]
COMMANDS: dict[str, Command] = {}
# Allowed while a run is on: they do not touch what is being trained.
HARMLESS: set[str] = set()
# Parts of other commands; the page does not send them.
INTERNAL: set[str] = set()


def command(name: str, *, harmless: bool = False, internal: bool = False) -> Callable[[Command], Command]:
    """Registers a command under its name. harmless: it may be carried out while a run is on. internal: not for the page."""

    def registered(function: Command) -> Command:
        COMMANDS[name] = function
        if harmless:
            HARMLESS.add(name)
        if internal:
            INTERNAL.add(name)
        return function

    return registered


def apply(draft: Draft, message: Message, around: Surroundings) -> tuple[Draft, Done]:
    """The draft after a command, and what was done; `draft` itself stays as it is."""
    after = draft.copy()
    done = carried_out(after, message, around)
    settle(draft, after, rewired=done.rewired)
    settle_bypassed(after)
    identify(draft, after, anew=message["do"] in REPLACING)
    return after, done


def carried_out(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Changes a draft by a command, as a part of another one; what follows from the change is left to `apply`."""
    return COMMANDS[str(message["do"])](draft, message, around)


def a_text(message: Message, key: str) -> str:
    """A text of a message. Raises Refused for anything else."""
    value = message.get(key)
    if not isinstance(value, str):
        raise Refused(say.must_be_a_text(key, value))
    return value


def listed(message: Message, key: str) -> list[object]:
    """What a message lists under a key; [] for anything but a list."""
    items = message.get(key)
    return list(items) if isinstance(items, (list, tuple)) else []


def a_node(draft: Draft, message: Message, key: str = "node") -> str:
    """A node that a message names. Raises Refused where it is gone."""
    node = message.get(key)
    if not isinstance(node, str) or not draft.has(node):
        raise Refused(say.no_such_node(node), common.CANVAS_IS_REFRESHED)
    return node


def some_nodes(draft: Draft, message: Message, key: str = "nodes") -> list[str]:
    """The nodes that a message lists, each once, at least one. Raises Refused."""
    nodes = message.get(key)
    if not isinstance(nodes, (list, tuple)) or not nodes:
        raise Refused(say.must_list_a_node(key))
    return [a_node(draft, {key: node}, key) for node in dict.fromkeys(map(str, nodes))]


def some_layers(draft: Draft, message: Message) -> list[str]:
    """The layers that a message lists, each once, at least one. Raises Refused."""
    names = message.get("layers")
    if not isinstance(names, (list, tuple)) or not names:
        raise Refused(say.LAYERS_MUST_NAME_ONE)
    for name in names:
        if not isinstance(name, str) or name not in draft.layers:
            raise Refused(say.no_such_layer(name), say.FORM_IS_REFRESHED)
    return list(dict.fromkeys(names))


def a_wire(draft: Draft, wire: object) -> tuple[str, int]:
    """(node, index) of a wire. Raises Refused where it is gone."""
    node, index = split_wire(wire) if isinstance(wire, str) else ("", -1)
    if not draft.has(node) or not 0 <= index < len(draft.sources(node)):
        raise Refused(say.no_such_wire(wire), common.CANVAS_IS_REFRESHED)
    return node, index


def a_place(value: object) -> tuple[float, float]:
    """Two finite numbers of canvas units. Raises Refused."""
    if isinstance(value, (list, tuple)) and len(value) == 2:
        numbers = [float(v) for v in value if isinstance(v, (int, float)) and not isinstance(v, bool)]
        if len(numbers) == 2 and all(abs(number) <= 1e7 for number in numbers):
            return (round(numbers[0], 1), round(numbers[1], 1))
    raise Refused(say.no_position(value))


def a_name(draft: Draft, value: object, *, old: str | None = None) -> str:
    """A legal, free layer name: 1 to 256 characters without control characters or halves of surrogate pairs."""
    if not isinstance(value, str) or not value.strip():
        raise Refused(say.A_LAYER_NEEDS_A_NAME, field="name")
    if len(value) > MAX_NAME:
        raise Refused(say.name_is_too_long(MAX_NAME, len(value)), field="name")
    if not is_clean(value):
        raise Refused(say.CONTROL_CHARACTERS_IN_A_NAME, field="name")
    if value != old and value in draft.layers:
        raise Refused(say.name_is_taken(value), say.CHOOSE_ANOTHER_NAME, field="name")
    return value


def words(nodes: list[str]) -> str:
    """'dense_1' for one node, '3 layers' for several: for labels."""
    return named([bare(node.rpartition("@")[0]) for node in nodes])


def named(layers: list[str]) -> str:
    """Layers in a label: a single one by its name, several by their number."""
    return f"'{layers[0]}'" if len(layers) == 1 else common.layers(len(layers))
