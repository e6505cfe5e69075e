"""What can be wrong with a layer that has a shape all the same: nothing is left, or it works where nobody meant it to."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..errors import Arriving, result_in_words
from ..types import Config, Shape
from .records import Mend, Mistake

Key = TypeVar("Key", bound=Hashable)

_RANK_OF_IMAGES = 4  # and more: batch, places, channels


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
    elif class_name == "Dense" and len(first.shape) >= _RANK_OF_IMAGES:
        sentence = f"'{name}' gets an image, {first}, and would work on its last axis only, pixel by pixel."
        hint = "Put Flatten or GlobalAveragePooling2D before it."
        yield Mistake("dense_on_image", name, sentence, tuple(_to_rows(name, first.shape)), hint, "warning")


@dataclass(frozen=True)
class LayerCall(Generic[Key]):
    """One call of a layer, for `graph_mistakes`.

    Args:
        key: what tells it from the other calls.
        name: the layer.
        class_name: its class.
        arriving: what it is called on.
        results: the shapes of what it gives, batch first.
        behind: keys of the calls that its inputs come from.

    Example:
        >>> LayerCall(1, "d", "Dense", [Arriving((None, 8, 8, 3))], [(None, 8, 8, 4)], [0]).name
        'd'
    """

    key: Key
    name: str
    class_name: str
    arriving: Sequence[Arriving]
    results: Sequence[Shape]
    behind: Collection[Key]


def graph_mistakes(calls: Iterable[LayerCall[Key]]) -> Iterator[tuple[Key, Mistake]]:
    """What is wrong with the calls of a graph; a Dense on an image is told of the first only, as its mend is all others' too.

    Args:
        calls: in an order in which each comes after those that it is behind.

    Returns:
        The keys of calls with their mistakes, whose mends were not tried.

    Example:
        >>> image, rows = Arriving((None, 8, 8, 3)), (None, 8, 8, 3)
        >>> calls = [LayerCall(n, f"d{n}", "Dense", [image], [rows], [n - 1]) for n in (1, 2)]
        >>> [(key, mistake.kind) for key, mistake in graph_mistakes(calls)]
        [(1, 'dense_on_image')]
    """
    reported: set[Key] = set()
    for call in calls:
        is_behind = not reported.isdisjoint(call.behind)
        for mistake in layer_mistakes(call.name, call.class_name, call.arriving, call.results):
            on_image = mistake.kind == "dense_on_image"
            if on_image:
                reported.add(call.key)
            if not (on_image and is_behind):
                yield call.key, mistake
        if is_behind and any(len(shape) >= _RANK_OF_IMAGES for shape in call.results):
            reported.add(call.key)


def _to_rows(name: str, shape: Shape) -> Iterator[Mend]:
    for class_name in ("Flatten", f"GlobalAveragePooling{len(shape) - 2}D")[: 2 if len(shape) < 6 else 1]:
        change: Config = {"insert": class_name, "settings": {}, "before": name}
        yield Mend(f"Insert {class_name} before '{name}'", (change,))


__all__ = ["LayerCall", "graph_mistakes", "layer_mistakes"]
