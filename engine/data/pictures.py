"""A folder of pictures as data: listed at once, decoded in threads while the network is trained on those before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import numpy as np

from .._files.pictures import read_picture
from .._machine import device
from .._machine.room import bytes_in_words, free_memory
from .._training.prefetch import Prefetch
from ..errors import DataError, FileError, SettingError, UnknownName
from ..types import Array, Config
from .columns import Columns
from .dataset import Dataset, Labelled
from .finding import Finding
from .picture_files import FILE, listed, mark_of, thumbnail_of
from .picture_findings import GREY, Look, PictureFinding, picture_findings
from .picture_preparation import PicturePreparation, Shown
from .picture_rows import PictureRows
from .picture_steps import PICTURE_STEPS, Colors, LeaveOutFiles, PictureStep, Pixels, Resize, picture_step_of
from .preparation import Preparation
from .proposals import proposed_steps
from .readers import Broken
from .row_steps import LeaveOut
from .split import Parts, Split
from .step import Step
from .steps import STEPS, step_of

if TYPE_CHECKING:
    from PIL.Image import Image

Made = TypeVar("Made")
AnyStep: TypeAlias = "PictureStep | Step | Mapping[str, object]"
_MOST_LOOKED_AT = 1000
_LARGEST_SIDE = 256
_OF_TARGETS = (
    "constant target",
    "few samples of a class",
    "classes without validation rows",
    "classes without test rows",
    "class or amount",
)


class Pictures:
    """A folder of pictures that is prepared for a network; nothing of it changes, `with_` gives another one.

    Args:
        folder: the folder.
        columns: what is known of each picture: the column "file" with paths seen from the folder, and others.
        target: name of the column that is learned; None: there is none.
        steps: steps of pictures, and of the target; None (the default): what the first thousand pictures suggest.
        split: which pictures go where; None (the default): 10 % for validation, by chance.
        broken: "stop" (the default) names the first broken picture when it is met; "skip" looks through all pictures first and
            leaves broken ones out.
        file: name of the column of paths.
        own_validation: how many of the last pictures come from a folder or a table of their own and are the validation rows,
            whatever share the split says; 0 by default.
        second: that folder, in which files may lie as well; None (the default): there is none.

    Raises:
        FileError: a picture is not there, or lies outside of the folder.
        SettingError: steps are in an order that cannot be.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        columns: Columns,
        target: str | None = None,
        steps: Sequence[AnyStep] | None = None,
        split: Split | Mapping[str, object] | None = None,
        broken: Broken = "stop",
        file: str = FILE,
        own_validation: int = 0,
        second: str | os.PathLike[str] | None = None,
    ) -> None:
        self.source, self.target, self.file = os.fspath(folder), target, file
        self.broken: Broken = broken
        self._columns, self.own_validation, self._second = columns, own_validation, second
        self.files = listed(Path(self.source), columns[file], file, second)
        self.known = [name for name in columns if name != file]
        """Names of what is known of each picture, one of which is the target."""
        self._thumbnails: dict[int, Array | None] = {}
        self.skipped: list[str] = []
        """Names of the broken pictures that are left out."""
        if broken == "skip":
            self._leave_broken_out()
        made = None if steps is None else [_step(step) for step in steps]
        of_pictures = None if made is None else [step for step in made if isinstance(step, PictureStep)]
        of_targets = [step for step in made or () if isinstance(step, Step)]
        left_out = [name for step in of_pictures or () if isinstance(step, LeaveOutFiles) for name in step.files]
        self._given = of_pictures or None
        if target is not None and target in self._columns and not of_targets:
            rows = np.arange(len(self._columns[target]))
            of_targets = proposed_steps(self._columns, [], target, rows)
        self.target_steps = of_targets
        """What is done to the target."""
        self._of_rows = [LeaveOut(columns=[file], values=left_out)] if left_out else []
        of_rows = [*self._of_rows, *of_targets]
        self.table = Dataset(self._columns, [file], target, of_rows, split, self.source, self.own_validation)
        """The names of the files with their targets, as a table."""
        self.split = self.table.split

    def __len__(self) -> int:
        return len(self.files)

    @property
    def parts(self) -> Parts:
        """Numbers of the pictures for training, validation and test."""
        return self.table.parts

    @cached_property
    def looks(self) -> list[Look]:
        """Size and colours of at most a thousand pictures at even distances, told from the beginnings of their files."""
        rows = np.unique(np.linspace(0, len(self) - 1, min(len(self), _MOST_LOOKED_AT)).astype(np.int64))
        looks: list[Look] = []
        broken: FileError | None = None

        def look(picture: Image) -> Look:
            turned = picture.getexif().get(0x0112, 1) >= 5
            columns, height = picture.size[::-1] if turned else picture.size
            return Look((height, columns), picture.mode)

        for row in rows:
            try:
                looks.append(self._read(int(row), lambda path: read_picture(path, look)))
            except FileError as error:
                broken = broken or error  # it is named where it is read
        if not looks and broken is not None:
            raise broken
        return looks

    @cached_property
    def steps(self) -> list[PictureStep]:
        """The steps of pictures, in order: those given, else what the pictures suggest."""
        if self._given is not None:
            return self._given
        grey = all(look.mode in GREY for look in self.looks)
        steps: list[PictureStep] = [Colors(mode="grayscale" if grey else "rgb")]
        sizes = [look.size for look in self.looks]
        usual = max(dict.fromkeys(sizes), key=sizes.count)
        if len(set(sizes)) > 1 or max(usual) > _LARGEST_SIDE:
            shrink = min(1.0, _LARGEST_SIDE / max(usual))
            steps.append(Resize(size=(max(1, round(usual[0] * shrink)), max(1, round(usual[1] * shrink)))))
        return [*steps, Pixels()]

    @property
    def has_proposed_steps(self) -> bool:
        """Whether nobody has written the steps of pictures."""
        return self._given is None

    @cached_property
    def preparation(self) -> PicturePreparation:
        """The steps, which prepare new pictures too."""
        return PicturePreparation(self.steps, self.table.preparation)

    @property
    def classes(self) -> list[str] | None:
        """Names of the classes in the order of their numbers; None where the target is an amount, or there is none."""
        return self.preparation.classes

    @cached_property
    def input_shape(self) -> tuple[int, ...]:
        """Rows, columns and channels of a picture behind the steps, for a network's first layer."""
        return self._decoded(int(self.parts.train[0]), None, None).shape

    def part(self, rows: Array, by_chance: bool = False) -> Labelled:
        """Pictures and targets of some rows; the pictures are read when they are asked for.

        Args:
            rows: their numbers.
            by_chance: whether steps by chance change the pictures, each epoch otherwise; False by default.

        Returns:
            The pictures, as an array that `fit` reads ahead, and the targets.
        """
        shape = self.input_shape
        chance = self.split.seed if by_chance and any(step.by_chance for step in self.steps) else None
        x = PictureRows(lambda row, drawn: self._decoded(row, drawn, shape), rows, self.preparation, shape, chance)
        return Labelled(cast("Any", x), None if self.target is None else self.table.targets(rows))

    @cached_property
    def train(self) -> Labelled:
        """The training pictures, changed by chance where steps say so, and their targets."""
        return self.part(self.parts.train, by_chance=True)

    @property
    def x(self) -> Any:
        """The training pictures (rows, H, W, C), read when they are asked for."""
        return self.train.x

    @property
    def y(self) -> Any:
        """The targets of the training pictures (rows, 1)."""
        return self.train.y

    @cached_property
    def validation(self) -> Labelled | None:
        """The pictures that are measured after each epoch; None where the split keeps none."""
        return self.part(self.parts.validation) if len(self.parts.validation) else None

    @cached_property
    def test(self) -> Labelled | None:
        """The pictures that are measured at the end; None where the split keeps none."""
        return self.part(self.parts.test) if len(self.parts.test) else None

    def arrays(self) -> dict[str, Labelled]:
        """All parts that have pictures, in memory and without changes by chance.

        Returns:
            "train", and "validation" and "test" where the split keeps them.

        Raises:
            DataError: they are more than half of the free memory.
        """
        rows = {name: part for name, part in self.parts._asdict().items() if len(part)}
        needed = sum(map(len, rows.values())) * prod(self.input_shape) * 4
        if needed > free_memory() // 2:
            raise DataError(
                where=self.source,
                expected=f"at most half of the free memory ({bytes_in_words(free_memory() // 2)})",
                actual=bytes_in_words(needed),
                hint="fit(data) and evaluate(data) read the pictures in batches.",
            )
        parts = {name: self.part(part) for name, part in rows.items()}
        return {name: Labelled(np.asarray(part.x), part.y) for name, part in parts.items()}

    def sample(self, count: int = 16) -> list[dict[str, Any]]:
        """Some training pictures as they are, the same ones each time.

        Args:
            count: how many, 16 by default.

        Returns:
            For each a dict with its file, its target, and the pixels as "picture".
        """
        rows = np.random.default_rng(0).permutation(self.parts.train)[:count]
        named = self.table.sample(count)
        plain = PicturePreparation([], self.preparation.targets)
        pixels = [self._read(int(row), lambda path: plain.pixels(plain.decoded(path))) for row in rows]
        return [{**row, "picture": picture} for row, picture in zip(named, pixels, strict=True)]

    def predict(self, model: Any, pictures: Shown | Sequence[Shown]) -> Array:
        """A model's predictions for new pictures, as classes or in the target's own unit.

        Args:
            model: a model that was trained on these pictures.
            pictures: a file, a Pillow image, an array of 0 to 255, or several of them.

        Returns:
            One value for each picture.
        """
        return self.preparation.undo(model.predict(self.preparation.rows(pictures)))

    def behind(self, row: int, steps: int, chance: np.random.Generator) -> Array:
        """A picture behind the first of its steps.

        Args:
            row: its number.
            steps: how many of them.
            chance: where steps by chance draw from.

        Returns:
            uint8 array (H, W, C).

        Raises:
            FileError: it is broken, not there any more, or another one.
        """
        first = PicturePreparation(self.steps[:steps], self.preparation.targets)
        return self._read(row, lambda path: first.pixels(first.decoded(path), chance))

    def with_(
        self, *, steps: Sequence[AnyStep] | None = None, split: Split | Mapping[str, object] | None = None
    ) -> Pictures:
        """The same folder with other steps or another split.

        Args:
            steps: the steps; those of this one by default, where they were given.
            split: the split; that of this one by default.

        Returns:
            A data set of its own.
        """
        of_targets = self.target_steps
        all_steps = None if self._given is None else [*self._given, *of_targets]
        return Pictures(
            self.source,
            self._columns,
            self.target,
            all_steps if steps is None else steps,
            self.split if split is None else split,
            self.broken,
            self.file,
            self.own_validation,
            self._second,
        )

    @cached_property
    def warnings(self) -> list[Finding]:
        """What in the pictures is likely to spoil a training, each with what mends it."""
        findings = picture_findings(cast("Any", self), self.file)
        if self.target is not None:
            findings += [one for one in self.table.warnings if one.kind in _OF_TARGETS]
        return findings

    def mended(self, finding: Finding) -> Pictures:
        """The same pictures with the mend of a warning.

        Args:
            finding: one of `warnings`.

        Returns:
            A data set of its own.

        Raises:
            SettingError: it has no mend.
        """
        if isinstance(finding, PictureFinding) and finding.steps is not None:
            return self.with_(steps=[*finding.steps, *self.target_steps])
        if finding.change is None or isinstance(finding, PictureFinding):
            raise SettingError(where="finding", expected="one with a mend", actual=str(finding))
        table = self.table.mended(finding)
        made = self.with_(split=table.split)
        return made.with_(steps=[*made.steps, *(step for step in table.steps if step not in self._of_rows)])

    def mark(self, row: int) -> str:
        """What tells a picture's file from others of its size.

        Args:
            row: number of the picture.

        Raises:
            FileError: it is not there any more, or another one.
        """
        return self._read(row, mark_of)

    def thumbnails(self, rows: Sequence[int]) -> list[Array | None]:
        """Very small pictures, by which copies are told.

        Args:
            rows: numbers of the pictures.

        Returns:
            Each (768,), as `thumbnail_of` makes it; None of a broken one.
        """
        missing = [row for row in rows if row not in self._thumbnails]

        def small(index: int) -> Array | None:
            try:
                return self._read(missing[index], thumbnail_of)
            except FileError:
                return None  # it is named where it is read

        self._thumbnails.update(zip(missing, _in_threads(small, len(missing)), strict=True))
        return [self._thumbnails[row] for row in rows]

    def get_config(self) -> Config:
        """Target, steps and split as plain data; the folder itself is not in it.

        Returns:
            What `open` takes besides the source.
        """
        steps = [step.get_config() for step in (*self.steps, *self.target_steps)]
        made: Config = {"target": self.target, "steps": steps, "split": self.split.get_config()}
        return {**made, "broken": "skip"} if self.broken == "skip" else made

    def _decoded(self, row: int, chance: np.random.Generator | None, shape: tuple[int, ...] | None) -> Array:
        """The pixels of a row, which are of this shape. Raises FileError naming file and row."""
        file, preparation = self.files[row], self.preparation
        picture = self._read(row, preparation.decoded)
        pixels = preparation.pixels(picture, chance)
        if shape is not None and pixels.shape != shape:
            raise DataError(
                where=f"{os.path.join(self.source, file.name)}, row {row}",
                expected=f"{_in_words(shape)}, as of the other pictures",
                actual=_in_words(pixels.shape),
                hint=f"Add the step resize: {{'step': 'resize', 'size': [{shape[0]}, {shape[1]}]}}."
                if pixels.shape[:2] != shape[:2]
                else "Add the step colors: {'step': 'colors', 'mode': 'rgb'}.",
            )
        return pixels

    def _read(self, row: int, make: Callable[[str], Made]) -> Made:
        """What is made of a row's file, with the row in what is refused."""
        file = self.files[row]
        path = os.path.join(self.source, file.name)
        try:
            now = os.stat(path)
            if (now.st_size, now.st_mtime_ns) != (file.size, file.changed):
                raise FileError(
                    file=path,
                    where=f"{path}, row {row}",
                    expected="the picture that was there when the folder was opened",
                    actual="one that was written since",
                    hint="Open the folder again.",
                )
            return make(path)
        except FileNotFoundError as error:
            raise FileError(
                file=path,
                where=f"{path}, row {row}",
                expected="the picture that was there when the folder was opened",
                actual="none",
                hint="Open the folder again.",
            ) from error
        except FileError as error:
            error.where = f"{path}, row {row}"
            error.hint = (
                error.hint or "broken='skip' leaves such pictures out, or take it away and open the folder again."
            )
            raise

    def _leave_broken_out(self) -> None:
        """Read all pictures once, and go on without those that cannot be."""
        plain = PicturePreparation([], Preparation({}, None, []))

        def is_whole(row: int) -> bool:
            try:
                self._read(row, plain.decoded)
            except FileError:
                return False
            return True

        whole = np.array(_in_threads(is_whole, len(self.files)), bool)
        self.skipped = [one.name for one, fine in zip(self.files, whole, strict=True) if not fine]
        if not whole.any():
            raise FileError(file=self.source, expected="at least one whole picture", actual="only broken ones")
        self.files = [one for one, fine in zip(self.files, whole, strict=True) if fine]
        self.own_validation = int(whole[len(whole) - self.own_validation :].sum())
        self._columns = {name: column.take(whole) for name, column in self._columns.items()}


def _step(step: AnyStep) -> PictureStep | Step:
    if isinstance(step, (PictureStep, Step)):
        return step
    if step.get("step") in PICTURE_STEPS:
        return picture_step_of(step)
    if step.get("step") in STEPS:
        return step_of(step)
    names = [*PICTURE_STEPS, *STEPS]
    raise UnknownName(str(step.get("step")), names, kind="step", where="data, steps", of_model=True)


def _in_threads(make: Callable[[int], Any], count: int) -> list[Any]:
    """What is made of each number, in order, by as many threads as there are cores."""
    numbers: Iterator[int] = iter(range(count))

    def take() -> Callable[[], Any]:
        index = next(numbers)
        return lambda: make(index)

    work = Prefetch(take, device.threads(), 64)
    try:
        return [work.get(lambda: True) for _ in range(count)]
    finally:
        work.close()


def _in_words(shape: Sequence[int]) -> str:
    return f"{shape[0]} x {shape[1]} pixels of {shape[2]} channel{'s' * (shape[2] != 1)}"
