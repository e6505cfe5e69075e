"""The steps of pictures with the fitted steps of their target: from files as people have them to a network's arrays, and back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from .._files.pictures import pillow, read_picture
from ..errors import DataError, FileError, shorten
from ..types import Array, Config
from .picture_steps import PictureStep, Pixels, Resize, picture_step_of
from .preparation import Preparation

if TYPE_CHECKING:
    from PIL.Image import Image

Shown: TypeAlias = "str | os.PathLike[str] | Image | Array"
"""A picture that is predicted from: its file, a Pillow image, or an array (H, W) or (H, W, C) of 0 to 255."""


class PicturePreparation:
    """What becomes of pictures on their way into a network, as plain data: new ones are prepared as the old ones were.

    Args:
        steps: the steps of pictures, in order.
        targets: the fitted steps of the target.
    """

    def __init__(self, steps: Sequence[PictureStep], targets: Preparation) -> None:
        self.steps, self.targets = tuple(steps), targets
        sizes = [step.size for step in steps if isinstance(step, Resize)]
        self._draft = sizes[0] if sizes else None

    @property
    def classes(self) -> list[str] | None:
        """Names of the classes in the order of their numbers; None where the target is a number, or there is none."""
        return self.targets.classes

    def decoded(self, path: str | os.PathLike[str]) -> Image:
        """The picture of a file, upright. Raises FileError."""

        def use(picture: Image) -> Image:
            if self._draft is not None:
                # A JPEG of a camera is decoded at an eighth to a half of its size, several times as fast.
                rows, columns = self._draft
                picture.draft(None, (2 * columns, 2 * rows))
            picture.load()
            return pillow("PIL.ImageOps").exif_transpose(picture)

        return read_picture(path, use)

    def pixels(self, picture: Image, chance: np.random.Generator | None = None) -> Array:
        """What a network gets of a picture, before its numbers are scaled.

        Args:
            picture: a Pillow image.
            chance: for steps by chance; None (the default) leaves these out.

        Returns:
            uint8 array (H, W, C).
        """
        for step in self.steps:
            if chance is not None or not step.by_chance:
                picture = step.apply(picture, cast("np.random.Generator", chance))
        array = np.asarray(picture)
        return array if array.ndim == 3 else array[..., None]

    def scaled(self, pixels: Array) -> Array:
        """Pixels as the network's float32 numbers."""
        numbers = pixels.astype(np.float32)
        for step in self.steps:
            if isinstance(step, Pixels):
                numbers = step.numbers(numbers)
        return numbers

    def rows(self, pictures: Shown | Sequence[Shown]) -> Array:
        """What a network gets for new pictures.

        Args:
            pictures: a file, a Pillow image, an array (H, W) or (H, W, C) of 0 to 255, or several of them.

        Returns:
            float32 array (pictures, H, W, C).

        Raises:
            FileError: a file is no picture.
            DataError: an array is no picture, or they have unlike sizes behind the steps.
        """
        single = isinstance(pictures, (str, os.PathLike)) or hasattr(pictures, "getexif")
        if isinstance(pictures, np.ndarray) and pictures.ndim < 4:
            single = True
        shown = [cast("Shown", pictures)] if single else list(cast("Sequence[Shown]", pictures))
        arrays = [self.pixels(self._picture(one)) for one in shown]
        if len({array.shape for array in arrays}) != 1:
            shapes = ", ".join(str(shape) for shape in dict.fromkeys(array.shape for array in arrays))
            raise DataError(where="new pictures", expected="pictures of one size and colours", actual=shapes or "none")
        return self.scaled(np.stack(arrays))

    def _picture(self, shown: Shown) -> Image:
        if isinstance(shown, (str, os.PathLike)):
            return self.decoded(shown)
        if isinstance(shown, np.ndarray):
            array = shown[..., 0] if shown.ndim == 3 and shown.shape[2] == 1 else shown
            channels = array.shape[2] if array.ndim == 3 else 1
            if array.ndim not in (2, 3) or channels not in (1, 3, 4) or array.dtype.kind not in "biuf":
                raise DataError(
                    where="new pictures",
                    expected="arrays (H, W) or (H, W, C) with 1, 3 or 4 channels",
                    actual=f"shape {shown.shape}",
                )
            return pillow().fromarray(array.clip(0, 255).astype(np.uint8))
        return shown

    def undo(self, predictions: Array) -> Array:
        """A network's predictions as classes, or in the target's own unit; see `Preparation.undo`."""
        return self.targets.undo(predictions)

    def to_config(self) -> Config:
        """All of it as plain data, which `from_config` reads.

        Returns:
            What JSON and YAML can hold.
        """
        return {"pictures": [step.get_config() for step in self.steps], "targets": self.targets.to_config()}

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> PicturePreparation:
        """A preparation from plain data.

        Args:
            config: what `to_config` gave.

        Returns:
            The preparation.

        Raises:
            FileError: it is none.
        """
        steps, targets = config.get("pictures"), config.get("targets")
        if (
            not isinstance(steps, list)
            or not isinstance(targets, Mapping)
            or not all(isinstance(s, Mapping) for s in steps)
        ):
            raise FileError(
                where="preparation", expected="steps of pictures, and targets", actual=shorten(dict(config))
            )
        return cls([picture_step_of(step) for step in steps], Preparation.from_config(targets))
