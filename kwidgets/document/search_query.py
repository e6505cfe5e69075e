"""What was typed into the search box, taken apart: the words of a name, and the settings behind them.

"conv 64 3 relu strides 2"   ->  "conv", whole numbers 64 and 3, activation relu, strides 2
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.types import Config, Json

from ..refused import Refused
from ..words import search as say
from . import settings
from .draft import INPUT
from .labels import value_text

SIZE = re.compile(r"\d+(?:[x×*]\d+)+", re.IGNORECASE)
NUMBER = re.compile(r"[+\-−]?(?:\d+\.?\d*|\.\d+)(?:e[+\-−]?\d+)?%?", re.IGNORECASE)
# No setting of a layer is larger; the answer says that such numbers are left out.
LARGEST = 10**9
ACTIVATIONS = (
    "relu",
    "softmax",
    "sigmoid",
    "tanh",
    "linear",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "exponential",
    "gelu",
    "swish",
)
PADDINGS = ("same", "valid")
SEQUENCES = ("seq", "seqs", "sequence", "sequences", "return_sequences")
STRIDES = ("stride", "strides", "step")
# Whole numbers are given to these settings in this order, numbers with a point to those.
WHOLE = ("input_dim", "output_dim", "units", "filters", "kernel_size", "pool_size", "size", "n", "strides")
POINT = ("rate", "alpha", "stddev", "dropout", "momentum", "theta", "negative_slope")
SIZES = ("kernel_size", "pool_size", "size", "target_shape", "shape")
LISTS = ("shape", "target_shape", "dims")


@dataclass
class Query:
    """What was typed. named: settings that a word says by itself, with that word. unread: numbers that mean nothing.

    inside: the class within another one, of "bidirectional gru".
    """

    words: list[str] = field(default_factory=list[str])
    whole: list[int] = field(default_factory=list[int])
    point: list[float] = field(default_factory=list[float])
    size: list[int] | None = None
    strides: list[int] | None = None
    named: dict[str, tuple[Json, str]] = field(default_factory=dict[str, tuple[Json, str]])
    unread: list[str] = field(default_factory=list[str])
    inside: str | None = None

    @property
    def name(self) -> str:
        """The words of the name in plain text."""
        return plain_text(" ".join(self.words))


@dataclass(frozen=True)
class Asked:
    """The settings of a class that a query means. unused: what was typed and has no place there, each with its reason."""

    settings: Config
    unused: tuple[str, ...] = ()


def plain_text(text: str) -> str:
    """Small letters without spaces, underscores and hyphens."""
    return re.sub(r"[\s_\-]+", "", text.lower())


def parsed(text: str) -> Query:
    """Name and settings of what was typed; the first word is always a part of the name unless it is a number."""
    query = Query()
    words = text.lower().replace(",", " ").split()
    index = 0
    while index < len(words):
        word, following = words[index], words[index + 1] if index + 1 < len(words) else ""
        index += 1
        if word in STRIDES and (SIZE.fullmatch(following) or following.isdecimal()):
            query.strides = _sizes(following)
            index += 1
        elif SIZE.fullmatch(word):
            query.size = _sizes(word)
        elif NUMBER.fullmatch(word):
            _read_number(query, word)
        elif not query.words:
            query.words.append(word)
        elif word in ACTIVATIONS:
            query.named["activation"] = (word, word)
        elif word in PADDINGS:
            query.named["padding"] = (word, word)
        elif word in SEQUENCES:
            query.named["return_sequences"] = (True, word)
        else:
            query.words.append(word)
    return query


def _sizes(word: str) -> list[int]:
    return [int(size) for size in re.split(r"[x×*]", word.lower())]


def _read_number(query: Query, word: str) -> None:
    """A number under whole ones or those with a point: 64, 1e3 and -5 are whole, .25, 1e-3 and 25% are not."""
    text = word.replace("−", "-")
    value = float(text.rstrip("%"))
    if not abs(value) <= LARGEST:
        query.unread.append(say.too_large(word))
    elif text.endswith("%"):
        query.point.append(value / 100)
    elif value.is_integer() and "." not in text:
        query.whole.append(int(value))
    else:
        query.point.append(value)


def asked(class_name: str, query: Query, starting: Config) -> Asked:
    """What of a query a class can have, beginning from its starting settings; the rest with the reason why not."""
    if class_name == INPUT:
        known: tuple[str, ...] = ("shape",)
    else:
        known = tuple(settings.fields_of(class_name))
    meant, left = _meant(known, query)
    allowed: Config = {}
    unused = [*query.unread, *left]
    config = starting
    for key, value in meant.items():
        try:
            config = settings.with_value(class_name, class_name, config, key, value)
        except Refused as refusal:
            unused.append(f"{value_text(value)} ({refusal.expected or refusal.why.rstrip('.')})")
        else:
            allowed[key] = config.get(key, value)
    return Asked(allowed, tuple(unused))


def _meant(known: tuple[str, ...], query: Query) -> tuple[Config, list[str]]:
    """Settings by name, and what was typed that no setting of these names takes."""
    meant: Config = {key: value for key, (value, _) in query.named.items() if key in known}
    left = [word for key, (_, word) in query.named.items() if key not in known]
    whole, point = list(query.whole), list(query.point)
    listed = next((key for key in LISTS if key in known), None)
    sized = next((key for key in SIZES if key in known), None)
    if listed is not None and (whole or query.size):
        meant[listed], whole = query.size or whole, [] if query.size is None else whole
    elif query.size is not None and sized is not None:
        meant[sized] = _one_or_all(query.size)
    elif query.size is not None:
        left.append(value_text(query.size))
    if query.strides is not None and "strides" in known:
        meant["strides"] = _one_or_all(query.strides)
    elif query.strides is not None:
        left.append(say.strides(value_text(query.strides)))
    takes_whole = any(key in known for key in WHOLE)
    for key in WHOLE:
        if whole and key in known and key not in meant:
            meant[key] = whole.pop(0)
    for key in POINT:
        if key in known and (point or (whole and not takes_whole)):
            meant[key] = point.pop(0) if point else whole.pop(0)
    return {key: meant[key] for key in known if key in meant}, [*left, *(f"{number:g}" for number in [*whole, *point])]


def _one_or_all(sizes: list[int]) -> int | list[int]:
    return sizes if len(sizes) > 1 else sizes[0]
