"""What can be wrong with a layer that has a shape all the same: nothing is left, or it works where nobody meant it to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import Arriving, result_in_words
from ..types import Config, Shape
from .records import Mend, Mistake


def layer_mistakes(
    name: str, class_name: str, arriving: Sequence[Arriving], results: Sequence[Shape]
) -> Iterator[Mistake]:
    """What is wrong with one call of a layer.

    Args:
        name: the layer.
        class_name: its class.
        arriving: what it is called on.
        results: the shapes of what it gives, batch first.

    Returns:
        The mistakes, with mends that were not tried.

    Example:
        >>> [mistake] = layer_mistakes("crop", "Cropping2D", [Arriving((None, 6, 6, 1))], [(None, 0, 0, 1)])
        >>> mistake.sentence
        "'crop' leaves nothing of the 6×6×1 that it gets."
    """
    if not arriving:
        return
    first = arriving[0]
    if any(0 in shape[1:] for shape in results) and not any(0 in one.shape[1:] for one in arriving):
        sentence = f"'{name}' leaves nothing of the {result_in_words(first.shape)} that it gets."
        yield Mistake("nothing_left", name, sentence, hint="Let it cut less, or give it more.")
    elif class_name == "Dense" and len(first.shape) >= 4:
        sentence = f"'{name}' gets an image, {first}, and would work on its last axis only, pixel by pixel."
        hint = "Put Flatten or GlobalAveragePooling2D before it."
        yield Mistake("dense_on_image", name, sentence, tuple(_to_rows(name, first.shape)), hint, "warning")


def _to_rows(name: str, shape: Shape) -> Iterator[Mend]:
    for class_name in ("Flatten", f"GlobalAveragePooling{len(shape) - 2}D")[: 2 if len(shape) < 6 else 1]:
        change: Config = {"insert": class_name, "settings": {}, "before": name}
        yield Mend(f"Insert {class_name} before '{name}'", (change,))


__all__ = ["layer_mistakes"]
