"""What in a folder of pictures is likely to spoil a training, each with its mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast

from ..errors import EngineError
from ..types import Array
from .findings import Finding
from .nearly_equal import NEARLY_LOOKED_AT, nearly_equal
from .picture_files import PictureFile
from .picture_steps import CHANNELS, Colors, PictureStep, Pixels, Resize
from .split import Parts

GREY = ("1", "L", "LA", "I", "F", "I;16", "I;16B", "I;16L")
"""Pillow's names of colours that have one channel."""
_MOST_NAMED = 3


class Look(NamedTuple):
    """Rows and columns of a picture, and Pillow's name of its colours."""

    size: tuple[int, int]
    mode: str


@dataclass(frozen=True)
class PictureFinding(Finding):
    """A warning of pictures.

    Args:
        steps: the steps of pictures that mend it; None where it has no such mend.
    """

    steps: tuple[PictureStep, ...] | None = None


class ExaminedPictures(Protocol):
    """A folder of pictures, as far as it is looked through."""

    @property
    def looks(self) -> Sequence[Look]:
        """Sizes and colours of some of the pictures."""
        ...

    @property
    def steps(self) -> Sequence[PictureStep]:
        """What is done to the pictures."""
        ...

    @property
    def files(self) -> Sequence[PictureFile]:
        """The files by row."""
        ...

    @property
    def parts(self) -> Parts:
        """Numbers of the pictures of each part."""
        ...

    def mark(self, row: int) -> str:
        """What tells a picture's file from others of its size."""
        ...

    def thumbnails(self, rows: Sequence[int]) -> Sequence[Array | None]:
        """Small grey pictures of some rows; None where one cannot be read."""
        ...


def picture_findings(data: ExaminedPictures, column: str) -> list[Finding]:
    """All findings of a folder of pictures.

    Args:
        data: the pictures.
        column: name of the column of their files.

    Returns:
        The findings.
    """
    return [*_unlike(data, column), *(_equal_files(data) or _nearly_equal(data))]


def _unlike(data: ExaminedPictures, column: str) -> Iterator[Finding]:
    """Sizes and colours that differ, and pixels that nobody scales."""
    looks, steps = data.looks, data.steps
    kinds = {type(step) for step in steps}
    seen = (
        f"of {len(looks):,} pictures that were looked at"
        if len(looks) < len(data.files)
        else f"of {len(looks):,} pictures"
    )
    sizes = [look.size for look in looks]
    usual = max(dict.fromkeys(sizes), key=sizes.count)
    if len(set(sizes)) > 1 and Resize not in kinds:
        others = [f"{rows} x {columns}" for rows, columns in dict.fromkeys(sizes) if (rows, columns) != usual]
        more = " and others" if len(others) > _MOST_NAMED else ""
        says = (
            f"{len(sizes) - sizes.count(usual):,} {seen} are not of the usual {usual[0]} x {usual[1]} pixels: "
            f"{', '.join(others[:_MOST_NAMED])}{more}."
        )
        mend = f"Resize all to {usual[0]} x {usual[1]}"
        yield PictureFinding("unlike sizes", says, (column,), mend, steps=_first(Resize(size=usual), steps))
    colors = [1 if look.mode in GREY else CHANNELS.get(look.mode, 3) for look in looks]
    if len(set(colors)) > 1 and Colors not in kinds:
        shown = ", ".join(f"{colors.count(count):,} with {count}" for count in sorted(set(colors)))
        says = f"The pictures have unlike numbers of channels: {shown} {seen}."
        yield PictureFinding("unlike channels", says, (column,), "Make all of them RGB", steps=_first(Colors(), steps))
    if Pixels not in kinds:
        says = "Pixels from 0 to 255 go into the network as they are, which makes most networks learn slowly or not at all."
        yield PictureFinding("unscaled", says, (column,), "Scale them to 0 ... 1", steps=(*steps, Pixels()))


def _first(step: PictureStep, steps: Sequence[PictureStep]) -> tuple[PictureStep, ...]:
    return (step, *steps)


def _equal_files(data: ExaminedPictures) -> list[Finding]:
    return list(_of_equal_files(data))


def _of_equal_files(data: ExaminedPictures) -> Iterator[Finding]:
    """Pictures that are trained on and measured: files of the same bytes."""
    by_size: dict[int, list[int]] = {}
    for row, listed in enumerate(data.files):
        by_size.setdefault(listed.size, []).append(row)
    trained = set(data.parts.train.tolist())
    digests: dict[tuple[int, str], list[int]] = {}
    for size, rows in by_size.items():
        if len(rows) > 1:
            for row in rows:
                try:
                    digest = data.mark(row)
                except (EngineError, OSError):
                    continue  # it is named where it is read
                digests.setdefault((size, digest), []).append(row)
    first = {row: next((one for one in rows if one in trained), None) for rows in digests.values() for row in rows}
    for part, rows in (("validation", data.parts.validation), ("test", data.parts.test)):
        both = [row for row in rows.tolist() if first.get(row) is not None]
        if both:
            shown = "; ".join(
                f"{data.files[row].name} is {data.files[cast('int', first[row])].name}" for row in both[:_MOST_NAMED]
            )
            says = (
                f"{len(both):,} of {len(rows):,} pictures of the {part} part are also in the training part: its score would look "
                f"better than it is. {shown}{' …' if len(both) > _MOST_NAMED else ''}."
            )
            yield PictureFinding("equal pictures", says, (part,))


def _nearly_equal(data: ExaminedPictures) -> Iterator[Finding]:
    """Pictures that are measured and nearly equal one that is trained on: saved anew, smaller, a little lighter."""
    train = data.parts.train
    for part, rows in (("validation", data.parts.validation), ("test", data.parts.test)):
        measured, trained = (some[:: max(1, -(-len(some) // NEARLY_LOOKED_AT))] for some in (rows, train))
        if not len(measured):
            continue
        both = nearly_equal(data.thumbnails(measured.tolist()), data.thumbnails(trained.tolist()))
        if both:
            pairs = [(int(measured[a]), int(trained[b])) for a, b in both]
            shown = "; ".join(f"{data.files[a].name} looks like {data.files[b].name}" for a, b in pairs[:_MOST_NAMED])
            more = " …" if len(pairs) > _MOST_NAMED else ""
            says = (
                f"{len(pairs):,} of {len(measured):,} pictures of the {part} part look like one that is trained on: its score "
                f"would look better than it is. {shown}{more}."
            )
            yield PictureFinding("nearly equal pictures", says, (part,))
