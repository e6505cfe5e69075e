"""What can be wrong with an array that goes into a model: its shape, the order of its axes, its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from .._training import sentences
from .._training.array_changes import channels_come, to_shape
from .._training.data import fits
from ..types import Config, Shape
from .records import Mend, Mistake, Values

# Numbers up to here are usual: grey levels of 16, standard scores, percentages as shares.
_LARGE = 50
_MANY_CLASSES = 30
_INTO_NUMBERS = (
    "Turn texts and categories into numbers first, or give the input dtype 'string' and put TextVectorization or StringLookup "
    "behind it."
)


@dataclass(frozen=True)
class Input:
    """What is known of an input of a model.

    Args:
        name: its name.
        shape: its shape, batch first.
        first: the name of the layer that takes it; "" where there are several.
        first_class: the class of that layer.
        words: how many numbers of words an embedding behind it knows; None where there is no embedding.
        embedding: the name of that embedding.
        texts: whether it takes texts, False by default.

    Example:
        >>> Input("words", (None, 20), "embedding_1", "Embedding", 100, "embedding_1").words
        100
    """

    name: str
    shape: Shape
    first: str = ""
    first_class: str = ""
    words: int | None = None
    embedding: str = ""
    texts: bool = False


def input_mistakes(taken: Input, values: Values) -> Iterator[Mistake]:
    """What is wrong between an input and its array, the worst first; one of another shape has no other mistake.

    Args:
        taken: the input.
        values: what is known of the array.

    Returns:
        The mistakes, with mends that were not tried.

    Example:
        >>> pictures = Values("x", (60, 28, 28), "uint8", 0, 255)
        >>> [mistake.kind for mistake in input_mistakes(Input("image", (None, 28, 28, 1)), pictures)]
        ['shape']
    """
    if taken.texts:
        if values.numbers:
            sentence = f"'{taken.name}' needs texts, but {values.name} holds elements of type {values.dtype}."
            yield Mistake("shape", taken.name, sentence, hint="An input of dtype 'string' takes texts alone.")
        elif not fits(values.shape, taken.shape):
            yield _of_shape(taken, values)
        return
    if not values.numbers:
        sentence = f"'{taken.name}' needs numbers, but {values.name} holds elements of type {values.dtype}."
        yield Mistake("shape", taken.name, sentence, hint=_INTO_NUMBERS)
        return
    if not fits(values.shape, taken.shape):
        yield _of_shape(taken, values)
        return
    if values.missing:
        sentence = f"'{taken.name}' gets {values.missing} elements of {values.name} that are no finite number."
        yield Mistake("missing", taken.name, sentence, (Mend("Put 0 in their place", (_on(values, fill_missing=0),)),))
    if taken.words is not None:
        yield from _of_words(taken, values, taken.words)
    elif _are_labels(taken, values):
        yield _of_labels(taken, values)
    elif taken.first_class != "BatchNormalization" and values.largest is not None and values.largest > _LARGE:
        yield _of_scale(taken, values)


def sample_mistakes(counts: Mapping[str, int]) -> Iterator[Mistake]:
    """That arrays have different numbers of samples.

    Args:
        counts: the number of samples of each array.

    Returns:
        The mistake, with a mend that was not tried.

    Example:
        >>> [mistake] = sample_mistakes({"x": 30, "y": 28})
        >>> mistake.sentence
        'Arrays differ in their number of samples: x has 30, y has 28.'
    """
    if len(set(counts.values())) > 1:
        fewest = min(counts.values())
        changes = tuple({"array": name, "first": fewest} for name, count in counts.items() if count > fewest)
        mend = Mend(f"Take the first {fewest} of each", changes)
        yield Mistake("samples", None, sentences.differ(counts), (mend,) if fewest else ())


def _on(values: Values, **done: object) -> Config:
    return {"array": values.name, **done}


def _of_shape(taken: Input, values: Values) -> Mistake:
    order = channels_come(values.shape, taken.shape)
    sentence = sentences.takes(taken.name, taken.shape, values.name, values.shape, order)
    of_arrays = (Mend(mend["label"], (mend["change"],)) for mend in to_shape(values.name, values.shape, taken.shape))
    kind = "shape" if order is None else "channels"
    return Mistake(kind, taken.name, sentence, (*of_arrays, *_other_shape(taken, values)))


def _other_shape(taken: Input, values: Values) -> Iterator[Mend]:
    """The model takes what is there: as it is, or flattened where its first layer takes rows of numbers."""
    sizes = list(values.shape[1:])
    shape: Config = {"set": {"layer": taken.name, "field": "shape", "value": sizes}}
    for class_name, settings in _into(sizes, taken.shape) if taken.first else ():
        between: Config = {"insert": class_name, "settings": settings, "before": taken.first}
        order = "×".join(map(str, next(iter(settings.values()))))
        label = f"Give '{taken.name}' shape {'×'.join(map(str, sizes))} and insert {class_name} {order}"
        yield Mend(label, (shape, between))
    if len(sizes) > 1 and len(taken.shape) == 2 and taken.first:
        flat: Config = {"insert": "Flatten", "settings": {}, "before": taken.first}
        yield Mend(f"Give '{taken.name}' shape {'×'.join(map(str, sizes))} and insert Flatten", (shape, flat))
    yield Mend(f"Give '{taken.name}' shape {'×'.join(map(str, sizes)) or '1'}", (shape,))


def _into(sizes: list[int], expected: Shape) -> Iterator[tuple[str, Config]]:
    """A layer that makes what a model expects of samples of another shape, each number being the same pixel."""
    order = channels_come((1, *sizes), expected)
    last = len(sizes)
    if order is not None:
        yield "Permute", {"dims": [*range(2, last + 1), 1] if order == "first" else [last, *range(1, last)]}
        return
    wanted = [size for size in expected[1:] if size is not None]
    same = [size for size in sizes if size != 1] == [size for size in wanted if size != 1] or last == 1
    if 1 < len(wanted) == len(expected) - 1 and prod(wanted) == prod(sizes) and same:
        yield "Reshape", {"target_shape": wanted}


def _of_words(taken: Input, values: Values, words: int) -> Iterator[Mistake]:
    if values.minimum is not None and values.minimum < 0:
        sentence = sentences.knows_numbers(taken.embedding, words, values.minimum, values.name)
        yield Mistake(
            "embedding",
            taken.embedding,
            sentence,
            (Mend(f"Add {-values.minimum:g} to {values.name}", (_on(values, add=-int(values.minimum)),)),),
        )
    elif values.maximum is not None and values.maximum >= words:
        sentence = sentences.knows_numbers(taken.embedding, words, values.maximum, values.name)
        more = int(values.maximum) + 1
        change: Config = {"set": {"layer": taken.embedding, "field": "input_dim", "value": more}}
        unknown = _on(values, most=words - 1)
        yield Mistake(
            "embedding",
            taken.embedding,
            sentence,
            (
                Mend(f"Give '{taken.embedding}' input dim {more}", (change,)),
                Mend(f"Take all others for number {words - 1}", (unknown,)),
            ),
        )
    elif values.whole is False:
        sentence = f"'{taken.embedding}' takes whole numbers, but {values.name} holds fractions."
        yield Mistake("embedding", taken.embedding, sentence, hint="Give it the numbers of words or categories.")


def _are_labels(taken: Input, values: Values) -> bool:
    """Whether whole numbers of one kind go as amounts into a Dense: numbers of words, of places, of categories."""
    return (
        taken.first_class == "Dense"
        and len(taken.shape) == 2
        and values.whole is True
        and values.dtype.startswith("int")
        and values.minimum is not None
        and values.minimum >= 0
        and (values.maximum or 0) > _MANY_CLASSES
    )


def _of_labels(taken: Input, values: Values) -> Mistake:
    top = int(values.maximum or 0)
    sentence = f"'{taken.first}' takes the whole numbers of {values.name}, up to {top}, for amounts."
    embed: Config = {"insert": "Embedding", "settings": {"input_dim": top + 1, "output_dim": 8}, "before": taken.first}
    flat: Config = {"insert": "Flatten", "settings": {}, "before": taken.first}
    return Mistake(
        "integers",
        taken.first,
        sentence,
        (
            Mend("Insert Embedding and Flatten, if they are numbers of words or categories", (embed, flat)),
            _divided(values),
            _normalised(taken),
        ),
        severity="warning",
    )


def _of_scale(taken: Input, values: Values) -> Mistake:
    sentence = f"'{taken.name}' gets numbers up to {values.largest:g} from {values.name}; layers learn best from numbers around 1."
    return Mistake("scale", taken.name, sentence, (_divided(values), _normalised(taken)), severity="warning")


def _divided(values: Values) -> Mend:
    largest = values.largest or 1
    by = 255 if largest <= 255 and values.dtype == "uint8" else largest
    return Mend(f"Divide {values.name} by {by:g}", (_on(values, divide=by),))


def _normalised(taken: Input) -> Mend:
    change: Config = {"insert": "BatchNormalization", "settings": {}, "after": taken.name}
    return Mend(f"Insert BatchNormalization after '{taken.name}'", (change,))


__all__ = ["Input", "input_mistakes", "sample_mistakes"]
