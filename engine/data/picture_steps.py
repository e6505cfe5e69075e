"""What is done to pictures before a network sees them: size and colours of all, changes by chance of those that are trained on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from .._declared import rules
from .._declared.fields import Declared, field
from .._files.pictures import pillow
from ..errors import SettingError, UnknownName
from ..types import Config
from .step import values_as_texts

if TYPE_CHECKING:
    from PIL.Image import Image

_MODES = {"rgb": "RGB", "grayscale": "L", "rgba": "RGBA"}
CHANNELS = {"RGB": 3, "L": 1, "RGBA": 4}
"""Channels of a picture by Pillow's name of its colours."""


class PictureStep(Declared, ABC):
    """One step from a picture file to a network's input."""

    kind: ClassVar[str]
    by_chance: ClassVar[bool] = False
    """Whether it changes pictures by chance, and so only those that are trained on."""

    @abstractmethod
    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture behind the step.

        Args:
            picture: a Pillow image.
            chance: where steps by chance draw from: a stream of its own for each picture and epoch.

        Returns:
            Another Pillow image.
        """

    def get_config(self) -> Config:
        """The step as plain data, which `picture_step_of` makes a step of.

        Returns:
            Its name as `step`, and its settings.
        """
        return {"step": self.kind, **super().get_config()}


class Colors(PictureStep):
    """Give all pictures the same channels.

    Args:
        mode: "rgb" (the default), "grayscale" or "rgba".
    """

    kind: ClassVar[str] = "colors"
    mode: Literal["rgb", "grayscale", "rgba"] = field(
        rules.choice("rgb", "grayscale", "rgba"), default="rgb", help="the channels of all pictures"
    )

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture in these colours; of 16 bits the upper eight."""
        wanted = _MODES[self.mode]
        if picture.mode == wanted:
            return picture
        if picture.mode.startswith("I"):
            picture = pillow().fromarray((np.asarray(picture).clip(0, 65535) // 257).astype(np.uint8))
        return picture.convert("RGBA").convert(wanted) if picture.mode == "P" else picture.convert(wanted)


class Resize(PictureStep):
    """Give all pictures the same size.

    Args:
        size: rows and columns.
        by: "stretch" (the default), "crop" (cut the middle to this shape first) or "pad" (black edges).
    """

    kind: ClassVar[str] = "resize"
    size: tuple[int, int] = field(rules.int_tuple(2), help="rows and columns of all pictures")
    by: Literal["stretch", "crop", "pad"] = field(
        rules.choice("stretch", "crop", "pad"), default="stretch", help="what becomes of another shape"
    )

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture in this size."""
        rows, columns = self.size
        if picture.size == (columns, rows):
            return picture
        bilinear = pillow().Resampling.BILINEAR
        if self.by == "stretch":
            return picture.resize((columns, rows), bilinear)
        fitted = pillow("PIL.ImageOps")
        return (fitted.fit if self.by == "crop" else fitted.pad)(picture, (columns, rows), bilinear)


class LeaveOutFiles(PictureStep):
    """Leave out some pictures, such as copies of others; the other ones stay in the parts that they are in.

    Args:
        files: their names, seen from the folder.
    """

    kind: ClassVar[str] = "leave_out"
    files: Sequence[str] = field(values_as_texts, default=(), help="these pictures are left out")

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture as it is."""
        return picture


class Flip(PictureStep):
    """Mirror every other training picture, by chance.

    Args:
        horizontal: left and right change places; True by default.
        vertical: top and bottom do; False by default.
    """

    kind: ClassVar[str] = "flip"
    by_chance: ClassVar[bool] = True
    horizontal: bool = field(rules.switch, default=True, help="whether left and right change places")
    vertical: bool = field(rules.switch, default=False, help="whether top and bottom change places")

    def prepare(self) -> None:
        """Refuse a step that does nothing."""
        if not (self.horizontal or self.vertical):
            raise SettingError(where="step flip", expected="horizontal or vertical", actual="neither")

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture or its mirror image."""
        ways = pillow().Transpose
        for asked, way in ((self.horizontal, ways.FLIP_LEFT_RIGHT), (self.vertical, ways.FLIP_TOP_BOTTOM)):
            if asked and chance.random() < 0.5:
                picture = picture.transpose(way)
        return picture


class Turn(PictureStep):
    """Turn each training picture by an angle of chance; the corners become black.

    Args:
        degrees: the largest angle either way, 15 by default.
    """

    kind: ClassVar[str] = "turn"
    by_chance: ClassVar[bool] = True
    degrees: float = field(rules.positive, default=15.0, help="the largest angle, in degrees")

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture, turned around its middle."""
        return picture.rotate(chance.uniform(-self.degrees, self.degrees), pillow().Resampling.BILINEAR)


class Move(PictureStep):
    """Shift and enlarge each training picture by chance; what comes in from outside is black.

    Args:
        shift: the largest shift, as a share of height and width, 0.1 by default.
        zoom: the largest enlargement or reduction, as a share, 0.1 by default.
    """

    kind: ClassVar[str] = "move"
    by_chance: ClassVar[bool] = True
    shift: float = field(rules.fraction, default=0.1, help="the largest shift, as a share of the size")
    zoom: float = field(rules.fraction, default=0.1, help="the largest enlargement, as a share of the size")

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture, moved."""
        columns, rows = picture.size
        scale = 1.0 / (1.0 + chance.uniform(-self.zoom, self.zoom))
        right, down = chance.uniform(-self.shift, self.shift, 2)
        # Where each pixel of the result comes from, around the middle.
        x = (1 - scale) * columns / 2 - right * columns
        y = (1 - scale) * rows / 2 - down * rows
        image = pillow()
        return picture.transform(
            picture.size, image.Transform.AFFINE, (scale, 0, x, 0, scale, y), image.Resampling.BILINEAR
        )


class Brightness(PictureStep):
    """Make each training picture lighter or darker by chance.

    Args:
        share: the largest change, 0.2 by default: between 0.8 and 1.2 times as light.
    """

    kind: ClassVar[str] = "brightness"
    by_chance: ClassVar[bool] = True
    share: float = field(rules.fraction, default=0.2, help="the largest change, as a share")

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture in another light."""
        return pillow("PIL.ImageEnhance").Brightness(picture).enhance(1.0 + chance.uniform(-self.share, self.share))


class Pixels(PictureStep):
    """Make small numbers of the pixels; the last step.

    Args:
        by: "unit" (the default): 0 to 1; "signed": -1 to 1.
    """

    kind: ClassVar[str] = "pixels"
    by: Literal["unit", "signed"] = field(rules.choice("unit", "signed"), default="unit", help="what 0 to 255 becomes")

    def apply(self, picture: Image, chance: np.random.Generator) -> Image:
        """The picture as it is: `numbers` scales all of them at once."""
        return picture

    def numbers(self, pixels: np.ndarray) -> np.ndarray:
        """Pixels from 0 to 255 as small numbers.

        Args:
            pixels: float32 pixels, which are overwritten.

        Returns:
            The same array.
        """
        pixels /= 255.0 if self.by == "unit" else 127.5
        if self.by == "signed":
            pixels -= 1.0
        return pixels


PICTURE_STEPS: dict[str, type[PictureStep]] = {
    step.kind: step for step in (LeaveOutFiles, Colors, Resize, Flip, Turn, Move, Brightness, Pixels)
}
"""The steps of pictures by name."""


def picture_step_of(config: Mapping[str, object]) -> PictureStep:
    """A step of plain data.

    Args:
        config: its name as `step`, and its settings.

    Returns:
        The step.

    Raises:
        UnknownName: there is no step of a name.
        SettingError: a setting has a value that it may not have.

    Example:
        >>> picture_step_of({"step": "resize", "size": [32, 48]}).size
        (32, 48)
    """
    settings = dict(config)
    name = settings.pop("step", None)
    if not isinstance(name, str) or name not in PICTURE_STEPS:
        raise UnknownName(str(name), PICTURE_STEPS, kind="step of pictures", where="data, steps", of_model=True)
    return PICTURE_STEPS[name].from_config(settings)
