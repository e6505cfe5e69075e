"""The plain words and shapes that messages of every subject are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

# Plain data as JSON carries it (on the page: `Json`).
if TYPE_CHECKING:
    from engine.types import Json as Json
else:
    Json = Any  # types of messages are also read at run time, where a recursive type would have no end
# Sizes with the batch first, None where a size is free.
Shape = list["int | None"]
Point = list[float]

Family = Literal["io", "conv", "pool", "core", "norm", "reg", "rec", "merge", "shape"]
State = Literal["ok", "wrong", "waiting"]
Severity = Literal["error", "warning"]
Kind = Literal["Sequential", "Model"]
# How a change was tried before it is offered: trained on a batch, by its shapes alone, or that and nothing is left to train.
Tried = Literal["trained", "shapes", "nothing"]
