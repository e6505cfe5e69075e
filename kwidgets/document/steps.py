"""The undo list of a document as one value, and as plain data that outlives a kernel.

Experiments of neighbouring steps differ little, so that of the present is written whole, and each step as what changes from
the step after it: ResNet50 with two hundred steps is a text of some hundred kilobytes. Read again, a step becomes a draft
only when somebody goes back to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, cast

from engine.experiment import write_json
from engine.types import Config, Json

from ..refused import Refused
from ..words import documents as say
from .draft import Draft, Written
from .identity import identified, new_state
from .printing import experiment
from .reading import read_document
from .reading_layers import Mistake

# Older steps are left out of a text that would be longer: a letter takes up to four of the eight million bytes of a file.
MOST_LETTERS = 2_000_000
# A longer text that somebody wrote does not come back; the model does.
MOST_LETTERS_WRITTEN = 200_000
LAYERS = "layers"


class Step(Protocol):
    """A step of undo. label: what was done, in words. draft: the state to go back (or on) to."""

    @property
    def label(self) -> str:
        """What was done, in words."""
        ...

    @property
    def draft(self) -> Draft:
        """The state to go to. Raises Refused where a stored one cannot be read now."""
        ...


@dataclass(frozen=True)
class Made:
    """A step of this session."""

    label: str
    draft: Draft


@dataclass(frozen=True)
class Steps:
    """A document with its past. undo: oldest first; redo: what was undone last is the last.

    opened, entered: nodes of opened folds, and nodes of opened nested models. identities: of the layers (`identity.py`),
    which two drafts that are equal may have others of.
    """

    draft: Draft
    undo: tuple[Step, ...] = ()
    redo: tuple[Step, ...] = ()
    opened: frozenset[str] = frozenset()
    entered: frozenset[str] = frozenset()
    identities: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class _Layers:
    """Which layer is which in a state that was read. state: the number that its graph has in this process."""

    identities: Mapping[str, str]
    state: int


class Stored:
    """A step that was read. change: from the experiment of `after` to its own; layers: which of them is which."""

    def __init__(self, label: str, change: Config, after: Callable[[], Config], layers: _Layers) -> None:
        self.label = label
        self.change = change
        self._after = after
        self._layers = layers
        self._draft: Draft | None = None

    @cached_property
    def experiment(self) -> Config:
        """The experiment of this step. Raises Refused where the change does not fit."""
        return changed(self._after(), self.change)

    @property
    def draft(self) -> Draft:
        """The state of this step, checked like any text from outside."""
        if self._draft is None:
            self._draft = identified(read(self.experiment), self._layers.identities, self._layers.state)
        return self._draft

    @property
    def identities(self) -> Mapping[str, str]:
        """Of its layers, without reading its model."""
        return self._layers.identities

    @property
    def state(self) -> int:
        """Of its graph."""
        return self._layers.state


def read(plain: Config) -> Draft:
    """The draft of an experiment that was stored. Raises Refused, such as for a class that nobody has defined yet."""
    try:
        return read_document(plain, Draft())
    except Mistake as mistake:
        raise Refused(mistake.why, mistake.hint) from None


# What changes between two experiments.


def change(after: Mapping[str, Json], before: Mapping[str, Json]) -> Config:
    """What makes `before` of `after`: layers by name, everything else by its key."""
    here, there = _parts(after), _parts(before)
    made: Config = {"set": {key: value for key, value in there.top.items() if here.top.get(key, _NOTHING) != value}}
    made["config"] = {key: value for key, value in there.config.items() if here.config.get(key, _NOTHING) != value}
    made["gone"] = [key for key in here.top if key not in there.top]
    made["config_gone"] = [key for key in here.config if key not in there.config]
    made[LAYERS] = {name: entry for name, entry in there.layers.items() if here.layers.get(name) != entry}
    if list(here.layers) != list(there.layers):
        made["order"] = list(there.layers)
    return {key: value for key, value in made.items() if value or key == "order"}


def changed(after: Config, difference: Config) -> Config:
    """The experiment that `change` was made for. Raises Refused where the two do not belong together."""
    parts = _parts(after)
    layers = {**parts.layers, **_table(difference, LAYERS)}
    order = difference.get("order", list(parts.layers))
    if not isinstance(order, list) or any(not isinstance(name, str) or name not in layers for name in order):
        raise Refused(say.STEP_DOES_NOT_FIT)
    top = {**parts.top, **_table(difference, "set")}
    config = {**parts.config, **_table(difference, "config")}
    for key in _list(difference, "gone"):
        top.pop(key, None)
    for key in _list(difference, "config_gone"):
        config.pop(key, None)
    return {**top, "config": {**config, LAYERS: [layers[name] for name in order]}}


class _Nothing:
    """Unlike any value of an experiment, None too."""


_NOTHING = _Nothing()


@dataclass(frozen=True)
class _Parts:
    """An experiment taken apart. top: its keys without `config`; config: that without its layers."""

    top: Config
    config: Config
    layers: Config


def _parts(plain: Mapping[str, Json]) -> _Parts:
    config = plain.get("config")
    entries = config.get(LAYERS) if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(entries, list):
        raise Refused(say.STEP_DOES_NOT_FIT)
    top = {key: value for key, value in plain.items() if key != "config"}
    rest = {key: value for key, value in config.items() if key != LAYERS}
    return _Parts(top, rest, {_name(entry): entry for entry in entries})


def _name(entry: Json) -> str:
    """The name of a layer, which a stack has among its settings."""
    table = entry if isinstance(entry, dict) else {}
    config = table.get("config")
    name = table.get("name", config.get("name") if isinstance(config, dict) else None)
    if not isinstance(name, str):
        raise Refused(say.STEP_DOES_NOT_FIT)
    return name


def _table(plain: Mapping[str, Json], key: str) -> Config:
    value = plain.get(key, {})
    if not isinstance(value, dict):
        raise Refused(say.must_be_a_table(key))
    return value


def _list(plain: Mapping[str, Json], key: str) -> list[str]:
    value = plain.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused(say.must_be_a_list(key))
    return cast("list[str]", value)


# Writing and reading.


@dataclass
class Writer:
    """Writes the steps of one document again and again; what was written of a step is remembered while it is there."""

    most_letters: int = MOST_LETTERS
    _texts: dict[int, tuple[Step, str]] = field(default_factory=dict[int, "tuple[Step, str]"])
    _experiments: dict[int, tuple[Draft, Config]] = field(default_factory=dict[int, "tuple[Draft, Config]"])

    def text(self, steps: Steps) -> str:
        """The JSON text of a document with its undo list; steps that are too old to find room are left out."""
        used: dict[int, tuple[Draft, Config]] = {}
        now = self._experiment(steps.draft, used)
        now_text = write_json(now)
        room = self.most_letters - len(now_text)
        texts: dict[int, tuple[Step, str]] = {}
        lists: list[str] = []
        for listed in (steps.undo, steps.redo):
            written: list[str] = []
            for step, after in _with_neighbours(listed, steps.draft):
                text = self._step(step, after, used)
                room -= len(text)
                if room < 0:
                    break
                texts[id(step)] = (step, text)
                written.append(text)
            lists.append(",\n".join(written[::-1]))
        # The newest drafts are the neighbours of the next step.
        self._texts, self._experiments = texts, {id(steps.draft): used[id(steps.draft)]}
        opened, entered = (json.dumps(sorted(nodes)) for nodes in (steps.opened, steps.entered))
        undo, redo = lists
        return (
            f'{{"now": {now_text},\n"undo": [{undo}],\n"redo": [{redo}],\n"opened": {opened},\n"entered": {entered},\n'
            f'"identities": {write_json(dict(steps.identities))},\n"state": {steps.draft.state},\n'
            f'"written": {json.dumps(_written(steps.draft))}}}'
        )

    def _step(self, step: Step, after: Step | Draft, used: dict[int, tuple[Draft, Config]]) -> str:
        remembered = self._texts.get(id(step))
        if remembered is not None:
            return remembered[1]
        difference = step.change if isinstance(step, Stored) else None
        if difference is None:
            neighbour = after if isinstance(after, Draft) else after.draft
            difference = change(self._experiment(neighbour, used), self._experiment(step.draft, used))
        here, there = _layers_of(after), _layers_of(step)
        return write_json(
            {
                "label": step.label,
                "change": difference,
                "identities": {path: one for path, one in there.identities.items() if here.identities.get(path) != one},
                "others": [path for path in here.identities if path not in there.identities],
                "state": there.state,
            }
        )

    def _experiment(self, draft: Draft, used: dict[int, tuple[Draft, Config]]) -> Config:
        remembered = used.get(id(draft)) or self._experiments.get(id(draft))
        if remembered is None:
            remembered = (draft, cast("Config", experiment(draft)))
        used[id(draft)] = remembered
        return remembered[1]


def _written(draft: Draft) -> dict[str, dict[str, str | None]]:
    """The texts that people wrote, without those that are too long, or that other files belong to."""
    return {
        form: {"text": written.text, "model": written.model, "file": written.file}
        for form, written in draft.written.items()
        if outlives(written)
    }


def outlives(written: Written) -> bool:
    """Whether a text comes back with its document after the kernel: not one that is too long, or that other files belong to."""
    return written.neighbours is None and len(written.text) <= MOST_LETTERS_WRITTEN


def _read_written(plain: Config) -> dict[str, Written]:
    """Those texts again; none where an earlier release has written none."""
    texts: dict[str, Written] = {}
    for form, table in _table(plain, "written").items():
        text = table.get("text") if isinstance(table, dict) else None
        if not isinstance(table, dict) or not isinstance(text, str):
            raise Refused(say.must_be_a_table("written"))
        model, file = table.get("model"), table.get("file")
        texts[form] = Written(text, model if isinstance(model, str) else None, file if isinstance(file, str) else "")
    return texts


def _layers_of(step: Step | Draft) -> _Layers:
    if isinstance(step, Stored):
        return _Layers(step.identities, step.state)
    draft = step if isinstance(step, Draft) else step.draft
    return _Layers(draft.identities, draft.state)


def _with_neighbours(steps: Sequence[Step], now: Draft) -> Iterator[tuple[Step, Step | Draft]]:
    """Steps from the nearest to the farthest, each with what is one nearer to the present."""
    nearer: Step | Draft = now
    for step in reversed(steps):
        yield step, nearer
        nearer = step


def read_steps(plain: Config) -> Steps:
    """The document of a text that `Writer` wrote, its present state checked.

    Raises:
        Refused: it is something else, or the model cannot be read here.
    """
    now = plain.get("now")
    if not isinstance(now, dict):
        raise Refused(say.must_be_a_table("now"))
    states: dict[Json, int] = {}
    layers = _Layers(_texts(plain, "identities"), _state(plain, states))
    draft = identified(read(now), layers.identities, layers.state)
    draft.written = _read_written(plain)
    undo, redo = (_read_list(plain, key, now, layers, states) for key in ("undo", "redo"))
    opened, entered = (frozenset(_list(plain, key)) for key in ("opened", "entered"))
    return Steps(draft, undo, redo, opened, entered, draft.identities)


def _read_list(plain: Config, key: str, now: Config, layers: _Layers, states: dict[Json, int]) -> tuple[Step, ...]:
    """layers: of the present. states: for the numbers that the text has for states of the graph those of this process."""
    value = plain.get(key, [])
    if not isinstance(value, list):
        raise Refused(say.must_be_a_list(key))
    steps: list[Step] = []
    after: Callable[[], Config] = lambda: now
    for item in reversed(value):
        label = item.get("label") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(label, str):
            raise Refused(say.STEP_DOES_NOT_FIT)
        others = set(_list(item, "others"))
        known = {path: one for path, one in layers.identities.items() if path not in others}
        layers = _Layers({**known, **_texts(item, "identities")}, _state(item, states))
        step = Stored(label, _table(item, "change"), after, layers)
        after = lambda step=step: step.experiment
        steps.append(step)
    return tuple(steps[::-1])


def _texts(plain: Config, key: str) -> dict[str, str]:
    """A table of texts; empty where an earlier release has written none."""
    table = _table(plain, key)
    if not all(isinstance(value, str) for value in table.values()):
        raise Refused(say.must_be_a_table(key))
    return cast("dict[str, str]", table)


def _state(plain: Config, states: dict[Json, int]) -> int:
    """The number in this process of the state that a text names; a new one where an earlier release has named none."""
    state = plain.get("state")
    return states.setdefault(state, new_state()) if type(state) is int else new_state()
