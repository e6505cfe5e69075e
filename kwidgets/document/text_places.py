"""Where in a text the cursor stands: inside which class, at a setting's name, at its value, or at the name of a class.

Text under way does not parse, so nothing is parsed: brackets, indents and what stands before the cursor say it, in YAML, JSON
and Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

What: TypeAlias = Literal["class", "setting", "value"]
# More of a text before the cursor is not looked at.
MOST_LETTERS = 60_000

_WORD = re.compile(r"[\w.]*\Z")
_YAML_LINE = re.compile(r"^(?P<indent>\s*(?:- +)*)(?P<key>[\w.$/@-]*)(?P<colon>\s*:\s*)?(?P<value>.*)$")
_YAML_ENTRY = re.compile(r"^(\s*(?:- +)*)([\w.$/@-]+)\s*:\s*(.*?)\s*(?:#.*)?$")
_SETTING = re.compile(r"(\w+)\s*=\s*[\"']?([\w.]*)\Z")
_CALLEE = re.compile(r"([A-Za-z_][\w.]*)\s*\Z")
_OPEN = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class TextPlace:
    """What may be written at a place.

    Args:
        what: the name of a class, the name of a setting, or the value of one.
        around: the class whose setting it is; "compile", "fit" and "training" for those; "" where it is not known.
        key: the setting whose value it is.
        start: how many letters before the cursor belong to the word under way.
        present: the settings that stand there already.
    """

    what: What
    around: str
    key: str
    start: int
    present: frozenset[str] = frozenset()


def place_in(text: str, form: str, at: int) -> TextPlace | None:
    """Where the letter `at` of a text stands; None where nothing is known of it."""
    before = text[max(0, at - MOST_LETTERS) : at]
    if form == "python":
        return _in_python(before)
    return _in_json(before) if form == "json" or before.lstrip().startswith("{") else _in_yaml(before, text[at:])


def word_at(text: str, at: int) -> tuple[int, int]:
    """Where the word around a letter begins and ends."""
    start, end = at, at
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return start, end


# Python.


def _in_python(before: str) -> TextPlace | None:
    opened, inside = _brackets(before, "#")
    line = before.rpartition("\n")[2]
    word = _WORD.search(before)
    prefix = word[0].rpartition(".")[2] if word else ""
    if inside == "#":
        return None
    position = next((index for index in reversed(opened) if before[index] == "("), None)
    setting = _SETTING.search(line)
    callee = _CALLEE.search(before[:position]) if position is not None else None
    name = callee[1].rpartition(".")[2] if callee else ""
    arguments = before[position + 1 :] if position is not None else ""
    if setting and position is not None and "\n" not in before[before.rfind(setting[0]) :]:
        return TextPlace("value", name, setting[1], len(setting[2]))
    if inside:
        return None
    in_list = opened and before[opened[-1]] == "["
    if name in ("", "add", "Sequential", "TimeDistributed", "Bidirectional") or in_list:
        return TextPlace("class", name, "", len(prefix))
    present = frozenset(re.findall(r"(\w+)\s*=(?!=)", arguments))
    return TextPlace("setting", name, "", len(prefix), present)


def _brackets(text: str, comment: str) -> tuple[list[int], str]:
    """Where brackets are open at the end of a text, and the quote or comment mark inside which it ends."""
    opened: list[int] = []
    inside = ""
    index = 0
    while index < len(text):
        letter = text[index]
        if inside == comment:
            inside = "" if letter == "\n" else inside
        elif inside:
            if letter == "\\":
                index += 1
            elif text.startswith(inside, index):
                index += len(inside) - 1
                inside = ""
            elif letter == "\n" and len(inside) == 1:
                inside = ""
        elif letter in "\"'":
            inside = letter * 3 if text.startswith(letter * 3, index) else letter
            index += len(inside) - 1
        elif letter == comment:
            inside = comment
        elif letter in "([{":
            opened.append(index)
        elif letter in ")]}" and opened and text[opened[-1]] == _OPEN[letter]:
            opened.pop()
        index += 1
    return opened, inside


# JSON.


def _in_json(before: str) -> TextPlace | None:
    opened, inside = _brackets(before, "\0")
    tables = [index for index in opened if before[index] == "{"]
    if not tables:
        return None
    table = before[tables[-1] + 1 :]
    entry = table.rpartition(",")[2] if _is_flat(table) else table.rpartition("\n")[2]
    value = re.search(r'"([^"]*)"\s*:\s*"?([\w.]*)\Z', entry)
    key = re.search(r'"?([\w.]*)\Z', entry)
    around = _class_of_json(before, tables)
    if value:
        what: What = "class" if value[1] == "class_name" else "value"
        return TextPlace(what, around, value[1], len(value[2]))
    if key is None or (not inside and entry.strip() != key[0]):
        return None
    return TextPlace("setting", around, "", len(key[1]), frozenset(re.findall(r'"(\w+)"\s*:', table)))


def _is_flat(table: str) -> bool:
    return "\n" not in table


def _class_of_json(before: str, tables: list[int]) -> str:
    """The class of the table whose `config` this one is; "training" for that part."""
    if len(tables) < 2:
        return ""
    name = re.search(r'"(\w+)"\s*:\s*\Z', before[tables[-2] : tables[-1]])
    if name is not None and name[1] == "training":
        return "training"
    classes = re.findall(r'"class_name"\s*:\s*"(\w+)"', before[tables[-2] : tables[-1]])
    return classes[-1] if classes and name is not None and name[1] == "config" else ""


# YAML.


def _in_yaml(before: str, behind: str) -> TextPlace | None:
    *above, line = before.split("\n")
    if "#" in line and re.search(r"(^|\s)#", line):
        return None
    parts = _YAML_LINE.match(line)
    if parts is None:
        return None
    flow = re.search(r"[{,]\s*(?:(\w+)\s*:\s*[\"']?)?([\w.]*)\Z", line)
    indent = len(parts["indent"])
    around = _class_of_yaml(above, behind.split("\n")[1:], indent, parts["key"] if flow else "")
    if flow and "{" in line:
        return TextPlace("value" if flow[1] else "setting", around, flow[1] or "", len(flow[2]))
    word = _WORD.search(line)
    start = len(word[0]) if word else 0
    if parts["colon"]:
        what: What = "class" if parts["key"] == "class_name" else "value"
        return TextPlace(what, around, parts["key"], start)
    return TextPlace("setting", around, "", start, _keys_beside(above, indent))


def _keys_beside(above: list[str], indent: int) -> frozenset[str]:
    keys: set[str] = set()
    for line in reversed(above):
        entry = _YAML_ENTRY.match(line)
        if entry is None or len(entry[1]) > indent:
            continue
        if len(entry[1]) < indent:
            break
        keys.add(entry[2])
    return frozenset(keys)


def _class_of_yaml(above: list[str], below: list[str], indent: int, owner: str) -> str:
    """The class of the entry in whose `config` a line stands, which may be named above or below it."""
    if owner != "config":
        for number in range(len(above) - 1, -1, -1):
            entry = _YAML_ENTRY.match(above[number])
            if entry is not None and len(entry[1]) < indent:
                owner, indent, above = entry[2], len(entry[1]), above[:number]
                break
    if owner == "training":
        return "training"
    if owner != "config":
        return ""
    for line in (*reversed(above), *below):
        entry = _YAML_ENTRY.match(line)
        if entry is None:
            continue
        if len(entry[1]) < indent:
            return ""
        if len(entry[1]) == indent and entry[2] == "class_name":
            return entry[3].strip("\"'")
    return ""
