"""The probe: a few samples that stay the same, so that what a network makes of them can be compared over time and between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.experiment import Experiment
from engine.models import Model
from engine.types import Array

from ..messages import InsidePanel, ProbeSample
from ..refused import Refused
from ..words import inside as say
from .panels import Drawn, map_panel

SIZE, MOST = 32, 256
_MOST_CLASSES = 20
# Rows that are looked through for one of each class.
_LOOKED_THROUGH = 5000
_WORDS = 6
_LETTERS = 120


@dataclass(frozen=True)
class Names:
    """What numbers of the data stand for. words: the word of each number, by input. classes: names of the target's classes."""

    words: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    classes: Sequence[str] = ()

    def of_class(self, index: int) -> str:
        """The name of a class; its number where it has none."""
        return str(self.classes[index]) if 0 <= index < len(self.classes) else str(index)


@dataclass(frozen=True)
class Probe:
    """Samples by input and targets by output. rows: which of the data they are. labels: their classes, "" where there are none.

    names: what its numbers stand for, words by the model's inputs.
    """

    x: Mapping[str, Array]
    y: Mapping[str, Array]
    rows: list[int]
    labels: list[str]
    names: Names = field(default_factory=Names)

    def sample(self, index: int) -> dict[str, Array]:
        """One sample of it, as a batch of one; the last one where there are not so many."""
        at = max(0, min(index, len(self.rows) - 1))
        return {name: array[at : at + 1] for name, array in self.x.items()}

    def first(self, count: int) -> Probe:
        """The first samples of it, at least one; itself where it has no more."""
        count = max(1, count)
        if count >= len(self.rows):
            return self
        x, y = ({name: array[:count] for name, array in arrays.items()} for arrays in (self.x, self.y))
        return replace(self, x=x, y=y, rows=self.rows[:count], labels=self.labels[:count])

    def word(self, entry: str, row: int) -> str:
        """What a number of an input stands for: its word, else the row that an embedding has for it."""
        words = self.names.words.get(entry, ())
        return say.row(row) if not 0 <= row < len(words) else words[row] or say.NO_WORD

    def thumbs(self, most: int) -> tuple[list[ProbeSample], list[bytes]]:
        """The first samples as small pictures, or as a few numbers."""
        first = next(iter(self.x.values()))
        samples: list[ProbeSample] = []
        buffers: list[bytes] = []
        for place, row in enumerate(self.rows[:most]):
            drawn = _picture(first[place])
            panel: InsidePanel | None = None
            if drawn is not None:
                panel = drawn.panels[0]
                buffers += drawn.buffers
            text = "" if panel is not None else self._text(first[place])
            samples.append({"row": row, "label": self.labels[place], "text": text, "panel": panel})
        return samples, buffers

    def _text(self, values: Array) -> str:
        words = next(iter(self.names.words.values()), ())
        if len(self.x) > 1 or not words:
            return _in_words(values)
        return " ".join(self.word(next(iter(self.x)), int(one)) for one in values.reshape(-1) if one)[:_LETTERS]


def _picture(values: Array) -> Drawn | None:
    """A picture in shades of grey; None of what is none."""
    if values.ndim == 3 and values.shape[-1] in (1, 3, 4):
        values = values[..., :3].mean(-1)
    elif values.ndim != 2 or min(values.shape) < 4 or values.dtype.kind not in "fub":
        return None
    finite = values[np.isfinite(values)]
    scale = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    return map_panel(values - scale[0], "", (0.0, scale[1] - scale[0]), 32)


def _in_words(values: Array) -> str:
    flat = values.reshape(-1)
    text = " ".join(f"{value:.3g}" for value in flat[:_WORDS].tolist())
    return f"{text} …" if flat.size > _WORDS else text


def data_of(experiment: Experiment) -> tuple[list[str], list[str]]:
    """The keys of the arrays that an experiment's data name, inputs and targets."""
    data = experiment.get("data") or {}
    return [*(data.get("inputs") or {}).values()], [*(data.get("targets") or {}).values()]


def make_probe(
    experiment: Experiment,
    arrays: Mapping[str, Array],
    model: Model,
    rows: Sequence[int] | None = None,
    names: Names | None = None,
) -> Probe:
    """A probe of some rows; by default one sample of each class first, then the first ones. Raises Refused."""
    inputs, targets = data_of(experiment)
    there = [arrays[key] for key in inputs if key in arrays]
    if not there:
        raise Refused(say.NO_DATA, say.CHOOSE_DATA)
    count = min(len(array) for array in there)
    if not count:
        raise Refused(say.NO_DATA, say.CHOOSE_DATA)
    target = arrays.get(targets[0]) if len(targets) == 1 else None
    chosen = _checked(rows, count) if rows is not None else _typical(target, count)
    taken = {key: np.asarray(arrays[key][_index(chosen)]) for key in {*inputs, *targets} & arrays.keys()}
    data = experiment.get("data") or {}
    x = _named(model.input_names, data.get("inputs") or {}, taken)
    y = _named(model.output_names, data.get("targets") or {}, taken)
    if not x:
        raise Refused(say.NO_DATA, say.CHOOSE_DATA)
    names = names or Names()
    labels = [""] * len(chosen) if target is None else _labels(taken[targets[0]], names)
    words = _by_entry(model.input_names, data.get("inputs") or {}, names.words)
    return Probe(x, y, chosen, labels, replace(names, words=words))


def _named(names: Sequence[str], keys: Mapping[str, str], arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Arrays by the names that the model has for its ends; the single one whatever its name. Nothing where one is missing."""
    if len(names) == 1 and len(keys) == 1:
        keys = {names[0]: next(iter(keys.values()))}
    by_name = {name: arrays[keys[name]] for name in names if name in keys and keys[name] in arrays}
    return by_name if len(by_name) == len(names) else {}


def _by_entry(
    names: Sequence[str], keys: Mapping[str, str], words: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    """Words by the names that the model has for its inputs."""
    if len(names) == 1 and len(keys) == 1:
        keys = {names[0]: next(iter(keys.values()))}
    return {name: words[keys[name]] for name in names if keys.get(name) in words}


def _index(rows: Sequence[int]) -> Array:
    return np.asarray(rows, np.int64)


def _checked(rows: Sequence[object], count: int) -> list[int]:
    chosen: list[int] = []
    for row in rows:
        if not isinstance(row, (int, np.integer)) or isinstance(row, bool) or not 0 <= row < count:
            raise Refused(say.no_such_row(row, count))
        chosen.append(int(row))
    if not chosen:
        raise Refused(say.NO_ROWS)
    if len(chosen) > MOST:
        raise Refused(say.too_many_rows(len(chosen), MOST))
    return list(dict.fromkeys(chosen))


def _typical(target: Array | None, count: int) -> list[int]:
    """One row of each class, in the order of the classes, then the first rows."""
    rows: list[int] = []
    if target is not None:
        classes = _classes(np.asarray(target[:_LOOKED_THROUGH]))
        if classes is not None:
            _, first = np.unique(classes, return_index=True)
            rows = [int(row) for row in first][:_MOST_CLASSES]
    return list(dict.fromkeys([*rows, *range(min(count, SIZE))]))[: min(count, SIZE)]


def _classes(target: Array) -> Array | None:
    """The class of each sample; None of numbers that are none."""
    if target.ndim == 2 and target.shape[1] > 1:
        return target.argmax(1) if np.isin(target, (0, 1)).all() and (target.sum(1) == 1).all() else None
    flat = target.reshape(len(target), -1)
    if flat.shape[1] != 1 or not np.isfinite(flat).all() or not (flat == np.rint(flat)).all():
        return None
    return flat[:, 0].astype(np.int64) if len(np.unique(flat)) <= _MOST_CLASSES else None


def _labels(target: Array, names: Names) -> list[str]:
    classes = _classes(target)
    if classes is not None:
        return [names.of_class(number) for number in classes.tolist()]
    return (
        [f"{value:.4g}" for value in target[:, 0].tolist()]
        if target.ndim == 2 and target.shape[1] == 1
        else [""] * len(target)
    )
