"""Layers around another layer in the search box: "bidirectional gru 64", "conv2d 16 3 time distributed".

The words name both; numbers and settings are those of the layer inside.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.types import Config

from . import settings
from .search_names import EXACT, WORD, Match, meant
from .search_query import Asked, Query, asked

# The setting that holds the layer inside.
_HOLDS = {
    name: next(key for key in ("layer", "cell") if key in settings.fields_of(name)) for name in settings.STARTING_LAYERS
}


def wraps(words: Sequence[str]) -> tuple[Match, str, int] | None:
    """A class around another one, that one, and how many of the words say so; None where the words mean no such pair."""
    for count in range(len(words) - 1, 0, -1):
        for outer, inner in (
            (words[:count], words[count:]),
            (words[-count:], words[:-count]),
        ):
            around, read = meant(outer)
            if read < len(outer) or around[0][0] > WORD or around[0][1] not in _HOLDS:
                continue
            inside, said = meant(inner)
            if inside and inside[0][1] not in _HOLDS:
                return (EXACT, around[0][1], None), inside[0][1], count + said
    return None


def asked_inside(class_name: str, query: Query, starting: Config) -> Asked | None:
    """What of a query the layer inside a class can have; None for a class that holds none."""
    key = _HOLDS.get(class_name)
    if key is None:
        return None
    inner = starting[key]
    inner_class, config = str(inner["class_name"]), dict(inner["config"])
    if query.inside is not None:
        inner_class = f"{query.inside}Cell" if key == "cell" else query.inside
        config = settings.starting_config(inner_class, None, None)
    wanted = asked(inner_class, query, config)
    for name, setting in wanted.settings.items():
        config = settings.with_value(inner_class, inner_class, config, name, setting)
    return Asked({key: {"class_name": inner_class, "config": config}}, wanted.unused)
