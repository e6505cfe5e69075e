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
# Of "leaky relu", which is a layer.
KINDS_OF_RELU = ("leaky", "thresholded", "parametric")
PADDINGS = ("same", "valid", "causal")
SEQUENCES = ("seq", "seqs", "sequence", "sequences", "return_sequences")
STRIDES = ("stride", "strides", "step")
# Words beside a number that say which setting it is, besides the settings' own names: "4 heads", "dropout 0.2".
LABELS = {
    "heads": "num_heads",
    "head": "num_heads",
    "kernel": "kernel_size",
    "window": "kernel_size",
    "pool": "pool_size",
    "dilation": "dilation_rate",
    "vocabulary": "input_dim",
    "groups": "groups",
}
# Whole numbers are given to these settings in this order, numbers with a point to those.
WHOLE = (
    "num_heads",
    "key_dim",
    "input_dim",
    "output_dim",
    "units",
    "filters",
    "kernel_size",
    "pool_size",
    "size",
    "n",
    "strides",
)
POINT = ("rate", "alpha", "stddev", "dropout", "momentum", "theta", "negative_slope")
SIZES = ("kernel_size", "pool_size", "size", "target_shape", "shape")
LISTS = ("shape", "target_shape", "dims")


@dataclass
class Query:
    """What was typed. named: settings that a word says by itself, with that word. unread: numbers that mean nothing.

    labelled: words behind the name with the number at their side, which is among the others too. rest: words that name no class.
    inside: the class within another one, of "bidirectional gru".
    """

    words: list[str] = field(default_factory=list[str])
    whole: list[int] = field(default_factory=list[int])
    point: list[float] = field(default_factory=list[float])
    size: list[int] | None = None
    strides: list[int] | None = None
    named: dict[str, tuple[Json, str]] = field(default_factory=dict[str, tuple[Json, str]])
    labelled: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    unread: list[str] = field(default_factory=list[str])
    rest: list[str] = field(default_factory=list[str])
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
        elif (word, following) == ("no", "bias"):
            query.named["use_bias"] = (False, f"{word} {following}")
            index += 1
        elif not query.words:
            query.words.append(word)
        elif word in ACTIVATIONS and query.words[-1] not in KINDS_OF_RELU:
            query.named["activation"] = (word, word)
        elif word in PADDINGS:
            query.named["padding"] = (word, word)
        elif word in SEQUENCES:
            query.named["return_sequences"] = (True, word)
        else:
            query.words.append(word)
    query.labelled = _labelled(words[1:])
    return query


def _labelled(words: list[str]) -> list[tuple[str, float]]:
    """Words with the number behind them, or before them where the line ends with a word: "64 filters 3 kernel"."""
    words = [word for word in words if word not in (*ACTIVATIONS, *PADDINGS, *SEQUENCES)]
    numbers = [_number(word) for word in words]
    pairs: list[tuple[str, float]] = []
    taken: set[int] = set()
    for ahead in (1, -1) if numbers and numbers[-1] is not None else (-1, 1):
        for index, word in enumerate(words):
            figure = numbers[index + ahead] if 0 <= index + ahead < len(words) else None
            if figure is not None and numbers[index] is None and not {index, index + ahead} & taken:
                pairs.append((word, figure))
                taken |= {index, index + ahead}
    return pairs


def _sizes(word: str) -> list[int]:
    return [int(size) for size in re.split(r"[x×*]", word.lower())]


def _number(word: str) -> float | int | None:
    """64, 1e3 and -5 as whole numbers, .25, 1e-3 and 25% as others; None for what is no number."""
    if not NUMBER.fullmatch(word):
        return None
    text = word.replace("−", "-")
    figure = float(text.rstrip("%"))
    if text.endswith("%"):
        return figure / 100
    return int(figure) if figure.is_integer() and "." not in text else figure


def _read_number(query: Query, word: str) -> None:
    """A number under whole ones or those with a point."""
    figure = _number(word)
    if figure is None or not abs(figure) <= LARGEST:
        query.unread.append(say.too_large(word))
    elif isinstance(figure, int):
        query.whole.append(figure)
    else:
        query.point.append(figure)


def asked(class_name: str, query: Query, starting: Config) -> Asked:
    """What of a query a class can have, beginning from its starting settings; the rest with the reason why not."""
    if class_name == INPUT:
        known: tuple[str, ...] = ("shape",)
    else:
        known = tuple(settings.fields_of(class_name))
    meant, left = _meant(known, query)
    allowed: Config = {}
    labels = {word for word, _ in query.labelled if LABELS.get(word, word) in known}
    unused = [*query.unread, *(word for word in query.rest if word not in labels), *left]
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
    for word, figure in query.labelled:
        key = LABELS.get(word, word)
        if key not in known or key in meant:
            continue
        if isinstance(figure, int) and figure in whole:
            whole.remove(figure)
            meant[key] = figure
        elif figure in point:
            point.remove(figure)
            meant[key] = figure
    if "kernel_size" in known and "kernel_size" not in meant and len(whole) > 2 and whole[1] == whole[2]:
        del whole[2]  # as Keras 1 wrote it: Convolution2D(32, 3, 3)
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
