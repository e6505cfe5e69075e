"""What differs between the model of a text and the present one, as far as a program can say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.types import Config

from .records import Experiment, LayerEntry

Kind: TypeAlias = Literal["setting", "rename", "new", "gone", "named", "training", "other"]


class _Missing:
    """Unlike any setting, None too."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@dataclass(frozen=True)
class Difference:
    """One change that is still to be written.

    layer: its name in the text. key: the setting. old, new: values, MISSING where it is the default; of "new" the entry of
    the layer, and the name of the one before it as `key`; of "rename" the names.
    """

    kind: Kind
    layer: str = ""
    key: str = ""
    old: object = MISSING
    new: object = MISSING


def name_of(entry: LayerEntry) -> str:
    """The name of a layer, which a stack has among its settings."""
    return str(entry.get("name") or entry["config"].get("name"))


def differences(read: Experiment, wanted: Experiment, training_keys: Sequence[str]) -> list[Difference]:
    """What must change of what a text says.

    Args:
        read: what it says now.
        wanted: what it is to say.
        training_keys: the settings of the training that it says at all.
    """
    changes: list[Difference] = []
    if read["class_name"] != wanted["class_name"]:
        changes.append(Difference("other", key="class_name"))
    for key in ("input_layers", "output_layers"):
        if read["config"].get(key) != wanted["config"].get(key):
            changes.append(Difference("other", key=key))
    if read["config"].get("name") != wanted["config"].get("name"):
        changes.append(Difference("named", old=read["config"].get("name"), new=wanted["config"].get("name")))
    changes += _of_layers(read["config"]["layers"], wanted["config"]["layers"])
    before, after = read.get("training") or {}, wanted.get("training") or {}
    for key in training_keys:
        if before.get(key, MISSING) != after.get(key, MISSING):
            changes.append(Difference("training", key=key, old=before.get(key, MISSING), new=after.get(key, MISSING)))
    return changes


def _of_layers(before: Sequence[LayerEntry], after: Sequence[LayerEntry]) -> list[Difference]:
    old, new = ({name_of(entry): entry for entry in entries} for entries in (before, after))
    gone = [name for name in old if name not in new]
    added = [name for name in new if name not in old]
    changes: list[Difference] = []
    renamed: dict[str, str] = {}
    for name in gone:
        twin = next((one for one in added if one not in renamed.values() and _alike(old[name], new[one])), None)
        if twin is None:
            changes.append(Difference("gone", name))
        else:
            renamed[name] = twin
            changes.append(Difference("rename", name, old=name, new=twin))
    order = list(new)
    for name in added:
        if name not in renamed.values():
            position = order.index(name)
            before_it = "" if position == 0 else order[position - 1]
            changes.append(Difference("new", name, key=before_it, new=new[name]))
    for name in old:
        if name in new:
            changes += _of_layer(name, old[name], new[name])
    if [name for name in old if name in new] != [name for name in new if name in old] and "inbound_nodes" not in (
        before[0] if before else {}
    ):
        changes.append(Difference("other", key="order"))
    return changes


def _alike(one: LayerEntry, other: LayerEntry) -> bool:
    settings = [{**entry["config"], "name": None} for entry in (one, other)]
    return one["class_name"] == other["class_name"] and settings[0] == settings[1]


def _of_layer(name: str, old: LayerEntry, new: LayerEntry) -> list[Difference]:
    changes: list[Difference] = []
    if old["class_name"] != new["class_name"]:
        changes.append(Difference("other", name, "class_name"))
    if old.get("inbound_nodes") != new.get("inbound_nodes"):
        changes.append(Difference("other", name, "inbound_nodes"))
    before: Config = old["config"]
    after: Mapping[str, object] = new["config"]
    for key in dict.fromkeys([*before, *after]):
        if key != "name" and before.get(key, MISSING) != after.get(key, MISSING):
            changes.append(Difference("setting", name, key, before.get(key, MISSING), after.get(key, MISSING)))
    return changes
