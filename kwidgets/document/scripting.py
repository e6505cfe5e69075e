"""A document as code changes it: each command of the page as a method, with names in the place of ids.

Layers are named as the canvas names them; `code_names` says how a later call, a layer inside a block and a wire are named.
Each call is one step of undo and one line of the document's script. What does not go is refused by `Refused`, a sentence
that says why, and the document is then as it was.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from engine.experiment import json_able

from .. import messages
from . import code_names
from .code_names import node_name
from .commands import Message
from .draft import Draft

if TYPE_CHECKING:
    Wire: TypeAlias = "str | tuple[str, str]"
    Point: TypeAlias = "tuple[float, float]"


class Scripted(ABC):
    """Commands of a document as methods, for programs.

    Example:
        >>> from kwidgets.document import Document
        >>> document = Document()
        >>> document.add("Input", shape=(8, 8, 1))
        'input_1'
        >>> document.add("Conv2D", after="input_1", filters=32, kernel_size=3)
        'conv2d_1'
        >>> document.set("conv2d_1", padding="same", activation="relu")
        >>> print(document.script())
        from kwidgets import Builder
        <BLANKLINE>
        b = Builder()
        b.document.add("Input", shape=[8, 8, 1])
        b.document.add("Conv2D", after="input_1", filters=32, kernel_size=3)
        b.document.set("conv2d_1", padding="same", activation="relu")
        b

    Raises Refused where something is not possible, with the reason and what to do instead; TypeError for a value that no text
    file can hold.
    """

    @property
    @abstractmethod
    def draft(self) -> Draft:
        """The present draft."""

    @abstractmethod
    def do(self, command: Message, seen: int | None = None, even_locked: bool = False) -> messages.Done:
        """Carries out a command with ids."""

    @abstractmethod
    def do_together(self, message: Message) -> messages.Done:
        """Carries out several commands with ids {label?, commands, rewired?} as one step of undo."""

    def _scripted(self, name: str, /, **details: object) -> list[str]:
        """Carries out a command with names; gives the names of what it made. Details of None are left out."""
        said = {key: json_able(value) for key, value in details.items() if value is not None}
        done = self.do({"do": name, **code_names.read(self.draft, said)})
        return [node_name(self.draft, node) for node in done.get("nodes", [])]

    # Layers and wires.

    def add(
        self,
        class_name: str,
        *,
        after: str | None = None,
        wire: Wire | None = None,
        position: Point | None = None,
        beside: bool | None = None,
        block: str | None = None,
        settings: Mapping[str, object] | None = None,
        **more_settings: object,
    ) -> str:
        """Add a layer: on a wire, after a layer, or by itself; with no place given a stack grows at its end.

        Args:
            class_name: such as "Dense"; Keras 1's names are taken.
            after: the layer that it follows, taking over the only wire that goes on from there.
            wire: the two ends of the wire on which it is put.
            position: place on the canvas, in canvas units.
            beside: leave the wire that goes on from `after` as it is, and begin a branch.
            block: the nested model in which it is put at `position`.
            settings: settings of the layer, also those that have a name of this method's.
            more_settings: settings of the layer by their names; `name` is the layer's.

        Returns:
            The name of the layer.
        """
        values = {**(settings or {}), **more_settings}
        made = self._scripted(
            "add",
            class_name=class_name,
            after=after,
            wire=wire,
            position=position,
            beside=beside,
            block=block,
            settings=values or None,
        )
        return made[0]

    def add_with(
        self,
        class_name: str,
        *,
        before: Sequence[Mapping[str, object]] = (),
        set: Sequence[Mapping[str, object]] = (),
        after: str | None = None,
        wire: Wire | None = None,
        position: Point | None = None,
        beside: bool | None = None,
        settings: Mapping[str, object] | None = None,
        **more_settings: object,
    ) -> str:
        """As `add`, with what makes the layer fit done first, as one step.

        Args:
            class_name: such as "Dense".
            before: layers to put in front, each a table with `class_name` and `settings`.
            set: settings to change, each a table with `layers`, `field` and `value`.
            after: as `add` takes it.
            wire: as `add` takes it.
            position: as `add` takes it.
            beside: as `add` takes it.
            settings: as `add` takes it.
            more_settings: as `add` takes them.

        Returns:
            The name of the layer.
        """
        values = {**(settings or {}), **more_settings}
        made = self._scripted(
            "add_with",
            class_name=class_name,
            before=list(before),
            set=list(set),
            after=after,
            wire=wire,
            position=position,
            beside=beside,
            settings=values or None,
        )
        return made[0]

    def remove(self, *nodes: str, heal: bool = True) -> None:
        """Take layers out. heal: what fed them then feeds what they fed, where the shapes allow."""
        self._scripted("remove", nodes=nodes, heal=heal)

    def cut(self, *nodes: str, heal: bool = True) -> str:
        """As `remove`; gives the layers as a text for `paste_layers`."""
        return self.do({"do": "cut", **code_names.read(self.draft, {"nodes": list(nodes), "heal": heal})}).get(
            "text", ""
        )

    def duplicate(self, *nodes: str) -> list[str]:
        """Copy layers with the wires among them, behind the last of them where the shapes allow. Gives the new names."""
        return self._scripted("duplicate", nodes=nodes)

    def use_again(self, node: str, *, position: Point | None = None) -> str:
        """Call a layer once more: the calls share its weights. Gives the name of the new call."""
        return self._scripted("use_again", node=node, position=position)[0]

    def replace(self, node: str, class_name: str) -> str:
        """Put a layer of another class in the place of one; wires and settings of the same names stay. Gives its name."""
        return self._scripted("replace", node=node, class_name=class_name)[0]

    def connect(self, source: str, target: str, *, index: int | None = None) -> None:
        """Draw a wire. index: which input of a merge it takes; None: a further one."""
        self._scripted("connect", source=source, target=target, index=index)

    def connect_or_merge(self, source: str, target: str, merge: str) -> None:
        """As `connect`; where the target's only input is taken, a new layer of class `merge` joins both wires."""
        self._scripted("connect_or_merge", source=source, target=target, merge=merge)

    def disconnect(self, *wires: Wire) -> None:
        """Cut wires, each named by its two ends."""
        self._scripted("disconnect", wires=wires)

    def insert(self, node: str, wire: Wire) -> None:
        """Put a layer that has no wire yet on a wire."""
        self._scripted("insert", node=node, wire=wire)

    def reorder(self, node: str, *, after: str | None = None) -> None:
        """Move a layer in its stack: behind another one, or to the beginning."""
        self._scripted("reorder", node=node, after=after)

    def mark_output(self, node: str, *, output: bool = True) -> None:
        """Make a layer an output of the model, or take that away."""
        self._scripted("mark_output", node=node, output=output)

    def freeze(self, *nodes: str, frozen: bool | None = None) -> None:
        """Whether layers keep their weights in training; None turns it round."""
        self._scripted("freeze", nodes=nodes, frozen=frozen)

    def bypass(self, *nodes: str, bypassed: bool | None = None) -> None:
        """Whether layers let their input through; None turns it round."""
        self._scripted("bypass", nodes=nodes, bypassed=bypassed)

    def group(self, *nodes: str, name: str | None = None) -> str:
        """Make one nested model of connected layers. Gives its name."""
        return self._scripted("group", nodes=nodes, name=name)[0]

    def ungroup(self, node: str) -> list[str]:
        """Put the layers of a nested model in its place. Gives their names."""
        return self._scripted("ungroup", node=node)

    def wrap(self, *layers: str, wrapper: str | None) -> None:
        """Put "TimeDistributed" or "Bidirectional" round layers; None takes the wrapper off."""
        self.do({"do": "wrap", **code_names.read(self.draft, {"layers": list(layers)}), "wrapper": wrapper})

    def set(self, *layers: str, **values: object) -> None:
        """Set settings of layers, as one step of undo: all that have a setting take it, or none does.

        Args:
            layers: names of layers.
            values: settings by name; of a layer inside a wrapper by path: `**{"layer.units": 3}`.
        """
        named = code_names.read(self.draft, {"layers": list(layers)})
        commands: list[Message] = [
            {"do": "set", **named, "field": field, "value": json_able(value)} for field, value in values.items()
        ]
        if len(commands) == 1:
            self.do(commands[0])
        elif commands:
            self.do_together({"commands": commands})

    def rename(self, layer: str, name: str) -> None:
        """Give a layer another name."""
        self._scripted("rename", layer=layer, name=name)

    # Places on the canvas.

    def move(self, positions: Mapping[str, Point]) -> None:
        """Pin cards at places, in canvas units."""
        self._scripted("move", positions=dict(positions))

    def arrange(self) -> None:
        """Have all cards placed by rule again."""
        self._scripted("arrange")

    def align(self, *nodes: str, side: str, places: Mapping[str, Point]) -> None:
        """Put cards on one line. side: "left", "right", "top", "bottom", "center", "middle"; places: where they are shown."""
        self._scripted("align", nodes=nodes, side=side, places=dict(places))

    def distribute(self, *nodes: str, axis: str, places: Mapping[str, Point]) -> None:
        """Put equal steps between cards. axis: "horizontal" or "vertical"; places: where they are shown."""
        self._scripted("distribute", nodes=nodes, axis=axis, places=dict(places))

    def note(self, text: str, *, position: Point = (0, 0), size: Point | None = None) -> str:
        """Put a note on the canvas. Gives its id."""
        return self._scripted("note", text=text, position=position, size=size)[0]

    def set_note(
        self, note: str, *, text: str | None = None, position: Point | None = None, size: Point | None = None
    ) -> None:
        """Change a note's text, place or size."""
        self._scripted("set_note", note=note, text=text, position=position, size=size)

    def remove_note(self, note: str) -> None:
        """Take a note away."""
        self._scripted("remove_note", note=note)

    # The whole model.

    def set_data(
        self,
        *,
        inputs: Mapping[str, str | None] | None = None,
        targets: Mapping[str, str | None] | None = None,
        source: str | None = None,
        validation_split: float | None = None,
        validation: Mapping[str, str] | None = None,
    ) -> None:
        """Choose which array feeds which input and output.

        Args:
            inputs: names of arrays by the names of inputs; None takes one out.
            targets: names of arrays by the names of outputs.
            source: a ready set or a file; None: as it was.
            validation_split: share of the last rows that validate, 0 to 1.
            validation: names of arrays that are measured in place of those trained on, by the names of these; {}: the share is.
        """
        self._scripted(
            "set_data",
            inputs=None if inputs is None else dict(inputs),
            targets=None if targets is None else dict(targets),
            source=source,
            validation_split=validation_split,
            validation=None if validation is None else dict(validation),
        )

    def set_training(self, **settings: object) -> None:
        """Change settings of the training by name: optimizer, learning_rate, loss, metrics, epochs, batch_size ..."""
        self.do({"do": "set_training", **{key: json_able(value) for key, value in settings.items()}})

    def new(self, kind: str = "Sequential") -> None:
        """Begin with an empty "Sequential" or "Model"."""
        self._scripted("new", kind=kind)

    def set_kind(self, kind: str) -> None:
        """Make the model a "Sequential" or a "Model"."""
        self._scripted("set_kind", kind=kind)

    def name_model(self, name: str) -> None:
        """Give the model a name."""
        self._scripted("name_model", name=name)

    def template(self, name: str, *, data: object = None, training: object = None) -> None:
        """Begin with a template, such as "digits_cnn". data, training: what `set_data` and `set_training` take."""
        self._scripted("template", name=name, data=data, training=training)

    def paste(self, format: str, text: str, *, file: str | None = None, model: str | None = None) -> None:
        """Take the model of a text.

        Args:
            format: "yaml", "json" or "python", which is read and never run.
            text: the text.
            file: how messages call it.
            model: which model of a program, by its variable.
        """
        self._scripted("paste", format=format, text=text, file=file, model=model)

    def choose_model(self, name: str) -> None:
        """Take another model of the program that was opened, by its variable."""
        self._scripted("choose_model", name=name)

    def paste_layers(
        self, text: str, *, after: str | None = None, wire: Wire | None = None, position: Point | None = None
    ) -> list[str]:
        """Put the layers of a text (of `cut` or of the page's Copy) into the model. Gives their names."""
        return self._scripted("paste_layers", text=text, after=after, wire=wire, position=position)

    def do_all(self, label: str, commands: Sequence[Message], *, rewired: bool = True) -> None:
        """Carry out several commands with ids as one step of undo, as a mend does.

        Args:
            label: what undo calls it.
            commands: tables with `do` and what belongs to it.
            rewired: whether they touch layers or wires; False for settings alone.
        """
        self.do_together({"label": label, "commands": list(commands), "rewired": rewired})

    def mend(self, problem: str, mend: str) -> None:
        """Carry out a mend that `problems` offers, by both ids."""
        self.do({"do": "mend", "problem": problem, "mend": mend})
