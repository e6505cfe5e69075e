"""What is said of a table, a folder of pictures, or arrays beside a model: for tests that count how many faults are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypedDict, Unpack

import numpy as np
from PIL import Image

import engine
from engine.models import Model


class Said(NamedTuple):
    """One warning or mistake: its kind, its sentence, and whether something that mends it is offered."""

    kind: str
    sentence: str
    mended: bool


class How(TypedDict, total=False):
    """What `engine.data.open` takes besides the table and its target."""

    inputs: list[str]
    steps: list[dict[str, object]]
    split: dict[str, object]


Case = Callable[[Path], list[Said]]


class Fault(NamedTuple):
    """A case with what is wrong in it: the kind, and the column or word that the sentence has to name."""

    case: Case
    kind: str
    names: str
    # Other kinds that say the same of it; of arrays beside a model any mistake whose sentence holds the words.
    also: tuple[str, ...] = ()

    def found_in(self, said: list[Said]) -> bool:
        """Whether one of the warnings is about what is wrong."""
        kinds = (self.kind, *self.also)
        return any(self.names in one.sentence and (one.kind in kinds or kinds[-1] == "any") for one in said)


def warned(source: object, target: str, **how: Unpack[How]) -> list[Said]:
    """The warnings of an opened table or folder."""
    opened = engine.data.open(source, target=target, **how)
    return [Said(one.kind, one.sentence, one.mend is not None) for one in opened.warnings]


def table(columns: Mapping[str, object], target: str, **how: Unpack[How]) -> Case:
    """A table in memory."""
    return lambda _: warned(dict(columns), target, **how)


def without(columns: Mapping[str, object], *names: str) -> dict[str, object]:
    """A table without some of its columns."""
    return {name: values for name, values in columns.items() if name not in names}


def csv(text: str, target: str) -> Case:
    """A file of text."""

    def said(path: Path) -> list[Said]:
        (path / "table.csv").write_text(text, encoding="utf-8")
        return warned(path / "table.csv", target)

    return said


def rows(columns: Mapping[str, object], separator: str = ",", missing: str = "") -> str:
    """A table as the text of a file."""
    lines = zip(*(np.asarray(values, object).tolist() for values in columns.values()), strict=True)
    shown = [separator.join(missing if one is None or one != one else str(one) for one in line) for line in lines]
    return "\n".join([separator.join(columns), *shown]) + "\n"


def checked(model: Callable[[], Model], x: object, y: object) -> Case:
    """What `engine.check` says of a model and its arrays."""
    return lambda _: [
        Said(one.kind, one.sentence, bool(one.mends) or one.hint is not None) for one in engine.check(model(), x, y)
    ]


def photograph(seed: int, size: tuple[int, int] = (20, 24), channels: int = 3) -> Image.Image:
    """A made-up photograph: soft shapes of chance with grain."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (4, 4, channels), dtype=np.uint8).squeeze())
    soft = np.asarray(coarse.resize((size[1], size[0]), Image.Resampling.BICUBIC), np.int16)
    return Image.fromarray((soft + random.integers(-9, 9, soft.shape)).clip(0, 255).astype(np.uint8))


def folder(make: Callable[[Path], None], **how: Unpack[How]) -> Case:
    """A folder that holds what `make` writes."""

    def said(path: Path) -> list[Said]:
        make(path)
        opened = engine.data.open(path, **how)
        return [Said(one.kind, one.sentence, one.mend is not None) for one in opened.warnings]

    return said


def photographs(path: Path, kinds: Mapping[str, int], ending: str = "png", size: tuple[int, int] = (20, 24)) -> None:
    """A folder of each kind with so many photographs."""
    for k, (kind, count) in enumerate(kinds.items()):
        (path / kind).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            photograph(1000 * k + i, size).save(path / kind / f"{kind}{i:03}.{ending}")
