"""What in a folder of pictures is likely to spoil a training, each with its mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ..types import Array
from .finding import Finding
from .picture_copies import MOST_MEASURED, MOST_TRAINED, alike_pictures, equal_files, looked_at
from .picture_files import PictureFile
from .picture_steps import CHANNELS, Colors, LeaveOutFiles, PictureStep, Pixels, Resize
from .split import Parts

GREY = ("1", "L", "LA", "I", "F", "I;16", "I;16B", "I;16L")
"""Pillow's names of colours that have one channel."""
_MOST_NAMED = 3
_LEAVE_OUT = "Measure without them"


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
        """Very small pictures of mean 0 and length 1, by which copies are told; None of a broken one."""
        ...


def picture_findings(data: ExaminedPictures, column: str) -> list[Finding]:
    """All findings of a folder of pictures.

    Args:
        data: the pictures.
        column: name of the column of their files.

    Returns:
        The findings.
    """
    return [*_broken(data, column), *_unlike(data, column), *_copies(data)]


def _broken(data: ExaminedPictures, column: str) -> Iterator[PictureFinding]:
    """Pictures at which a training would stop."""
    shares = (
        (data.parts.train, MOST_TRAINED),
        (data.parts.validation, MOST_MEASURED),
        (data.parts.test, MOST_MEASURED),
    )
    rows = [row for part, most in shares for row in looked_at(part, most)]
    broken = [data.files[row].name for row, made in zip(rows, data.thumbnails(rows), strict=True) if made is None]
    if broken:
        named = f"{', '.join(broken[:_MOST_NAMED])}{' …' if len(broken) > _MOST_NAMED else ''}"
        says = f"{len(broken):,} of {len(rows):,} pictures that were looked at cannot be read: {named}."
        yield PictureFinding("broken pictures", says, (column,), "Leave them out", steps=_without(broken, data.steps))


def _copies(data: ExaminedPictures) -> Iterator[PictureFinding]:
    """Pictures that are trained on and measured: files of the same bytes, and others that look the same."""
    equal = equal_files(data.files, data.parts, data.mark)
    alike = alike_pictures(data.parts, data.thumbnails, equal)
    for part, rows in (("validation", data.parts.validation), ("test", data.parts.test)):
        for kind, found, words in (
            ("equal pictures", equal, ("are also", "is")),
            ("nearly equal pictures", alike, ("look as others do", "looks as")),
        ):
            both = [row for row in rows.tolist() if row in found]
            if both:
                names = [
                    f"{data.files[row].name} {words[1]} {data.files[found[row]].name}" for row in both[:_MOST_NAMED]
                ]
                says = (
                    f"{len(both):,} of {len(rows):,} pictures of the {part} part {words[0]} in the training part: its score "
                    f"would look better than it is. {'; '.join(names)}{' …' if len(both) > _MOST_NAMED else ''}."
                )
                left_out = [data.files[row].name for row in both]
                yield PictureFinding(kind, says, (part,), _LEAVE_OUT, steps=_without(left_out, data.steps))


def _without(names: Sequence[str], steps: Sequence[PictureStep]) -> tuple[PictureStep, ...]:
    """The steps with these pictures among those that are left out."""
    before = [name for step in steps if isinstance(step, LeaveOutFiles) for name in step.files]
    others = [step for step in steps if not isinstance(step, LeaveOutFiles)]
    return (LeaveOutFiles(files=[*before, *names]), *others)


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
