"""A line of Keras code in the search box, as it stands in notes: "model.add(Convolution2D(32, 3, 3, border_mode='same'))".

It is read as a program is, and never run.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from engine.types import Config

from ..refused import Refused
from .code_pieces import completed
from .draft import INPUT, Draft, Part
from .reading_code import code_reading, stands_for_another

# x = keras.layers.Name(...)(x), or model.add(Name(...)), with a comma behind it or not.
_GIVEN = re.compile(r"^\s*\w+\s*=\s*(?=[A-Za-z_])")
_ADDED = re.compile(r"^\s*\w+\.add\s*\(")
_CALLED = re.compile(r"\)\s*\([\w\s,\[\]]*\)\s*$")
_NAME = re.compile(r"^\s*(?:\w+\s*\.\s*)*(\w+)\s*\(")
_HAS_NAME = re.compile(r"[(,]\s*name\s*=")
_CLOSES = {"(": ")", "[": "]", "{": "}"}


class WrittenLayer(NamedTuple):
    """A layer as code calls it.

    written: the name of its class in the code. name: its own, where the code gives one. first: settings of the Input that the
    code asks for before it. left_out: what was not read, in sentences.
    """

    part: Part
    written: str
    name: str | None
    first: Config | None
    left_out: tuple[str, ...]


@lru_cache(maxsize=64)
def written_layer(text: str) -> WrittenLayer | None:
    """The layer that a line of code makes; None where it makes none.

    >>> written_layer("Convolution2D(32, 3, 3, border_mode='same')").part.config
    {'filters': 32, 'kernel_size': [3, 3], 'padding': 'same'}
    >>> written_layer("conv 32 3")
    """
    call = _whole(_call(text))
    named = _NAME.match(call)
    if named is None:
        return None
    around = completed(call)
    if around is None:
        return None
    try:
        draft, program, _ = code_reading(around, Draft())
    except Refused:
        return None
    name, part = list(draft.layers.items())[-1]
    if stands_for_another(part) and named[1] != "Activation":
        return None
    inputs = [other.config for other in draft.layers.values() if other.class_name == INPUT]
    return WrittenLayer(
        part,
        named[1],
        name if _HAS_NAME.search(call) else None,
        inputs[0] if inputs and part.class_name != INPUT else None,
        tuple(note.sentence for note in program.notes if note.kind != "renamed"),
    )


def _call(text: str) -> str:
    """The call of the layer's class alone."""
    call = _GIVEN.sub("", text.strip()).rstrip(", ")
    added = _ADDED.match(call)
    if added is not None:
        call = call[added.end() :]
        call = call.removesuffix(")") if call.count(")") > call.count("(") else call
    called = _CALLED.search(call)
    return call[: called.start() + 1] if called is not None and call.count("(") == call.count(")") else call


def _whole(call: str) -> str:
    """The call with what is still to be typed at its end: quotes and brackets that are open."""
    open_brackets: list[str] = []
    quote = ""
    for letter in call:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in _CLOSES:
            open_brackets.append(_CLOSES[letter])
        elif open_brackets and letter == open_brackets[-1]:
            open_brackets.pop()
    return call + quote + "".join(reversed(open_brackets))
