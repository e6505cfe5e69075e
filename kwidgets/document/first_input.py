"""The Input that the first layer of a model brings with it: of the data's shape, or of one that is usual before such a layer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.layers import Input
from engine.types import Config

from . import settings
from .checks import called_once
from .draft import INPUT, Part
from .fitting import fitting

# One sample of each kind: numbers, a series, a picture, a volume.
USUAL_SHAPES = ((64,), (20, 8), (28, 28, 1), (16, 16, 16, 1))
# Layers that take several of these, and mean another one than the first.
_FILM = (10, 28, 28, 1)
_MEANT = {"Flatten": (28, 28, 1), "ConvLSTM2D": _FILM, "ConvRNN2D": _FILM}


def input_before(part: Part, array_shape: tuple[int, ...] | None) -> Config | None:
    """Settings of an Input for a layer that stands first.

    Args:
        part: the layer.
        array_shape: the shape of the data that the model is to take, samples first; None where none are known.

    Returns:
        None for a layer that no usual sample fits, as one that takes two inputs.
    """
    if array_shape is not None:
        return settings.starting_config(INPUT, None, array_shape)
    for shape, dtype in _usual(part.class_name):
        sample = Input(shape, dtype=dtype)
        if fitting(part, tuple(sample.shape)) and called_once(part, [sample]).state == "ok":
            kind: Config = {} if dtype is None else {"dtype": dtype}
            return settings.canonical_input({"batch_input_shape": [None, *shape], **kind})
    return None


def _usual(class_name: str) -> Iterator[tuple[tuple[int, ...], str | None]]:
    """Shapes of one sample and number types (None: the usual one), the likeliest first."""
    if class_name in _MEANT:
        yield _MEANT[class_name], None
    for shape in USUAL_SHAPES:
        yield shape, None
    yield (1,), "string"
