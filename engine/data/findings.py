"""What in a table is likely to spoil a training, each with a mend that was tried: with it the finding is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..errors import EngineError
from ..types import Config
from .columns import Column, example_of
from .distinct import distinct, distinct_texts
from .finding import Change, Examined, Finding, Look, inputs_of, is_taken_by
from .groups import groups_in_two_parts
from .leaks import leaks
from .number_steps import Finite, Numbers, Scale
from .placeholders import placeholders
from .proposals import MOST_CATEGORIES
from .row_steps import Unique, equal_rows
from .step import Step
from .text_steps import Tokens, words_of
from .value_steps import Dates, Fill, OneHot, Ordinal
from .written import as_dates, as_numbers

_MOST_NAMED = 5
_FEW_OF_A_CLASS = 5
# More whole numbers than these are hardly classes.
_MOST_GRADES = 12
_WORDS_OF_A_SENTENCE = 4
_MOST_IN_SAMPLE = 1000
_UNLIKELY = 0.02
# Behind the steps, numbers beyond this slow or break the learning of usual networks.
_UNSCALED = 30.0
TOLD_BY_FEW = (
    "target among inputs",
    "infinite values",
    "missing values",
    "placeholder values",
    "dates as text",
    "numbers as text",
    "mixed kinds",
    "sentences",
    "text among inputs",
    "unscaled",
)
"""Kinds of findings that hold for a table, or very likely do, where some of its rows show them; others need all rows."""


def findings(data: Examined, mended: Callable[[Change], Examined]) -> list[Finding]:
    """All findings of a data set, the gravest kinds first.

    Args:
        data: the data set.
        mended: gives it with a change.

    Returns:
        The findings; a mend that does not help when it is tried is left out of its finding.
    """
    said = [_tried(mended, look, one) for look in _LOOKS for one in look(data)]
    known = {one.columns for one in said if one.kind in _SAID_OF_TEXTS}
    return [one for one in said if one.kind != "text among inputs" or one.columns not in known]


def _tried(mended: Callable[[Change], Examined], look: Look, finding: Finding) -> Finding:
    if finding.change is None:
        return finding
    try:
        remaining = [(one.kind, one.columns) for one in look(mended(finding.change))]
    except EngineError:
        remaining = [(finding.kind, finding.columns)]
    if (finding.kind, finding.columns) in remaining:
        return Finding(finding.kind, finding.sentence, finding.columns)
    return finding


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} and {len(names) - _MOST_NAMED} more"


def _empty(data: Examined) -> Iterator[Finding]:
    """Columns from which nothing can be learned."""
    for column in inputs_of(data):
        values = column.present(data.parts.train)
        if not len(values):
            sentence, kind = f"Column {column.name!r} has no value in the training rows.", "empty column"
        elif column.kind != "array" and _are_one(values) and not column.missing[data.parts.train].any():
            sentence, kind = f"Column {column.name!r} is {example_of(values)} in each training row.", "constant column"
        else:
            continue
        yield Finding(kind, sentence, (column.name,), "Leave it out", Change(without=(column.name,)))


def _are_one(values: np.ndarray) -> bool:
    """Whether values are all alike, texts but for blanks around them."""
    if (values == values[0]).all():
        return True
    return values.dtype == object and len({str(name).strip() for name in distinct(values)[0]}) == 1


def _identifiers(data: Examined) -> Iterator[Finding]:
    """Columns that tell rows apart: names, numbers of rows."""
    for column in inputs_of(data):
        values = column.present()
        if len(values) < 20 or column.kind not in ("text", "number") or is_taken_by(data, column, Tokens):
            continue
        if column.kind == "number":
            if values.dtype.kind == "i" and not column.missing.any() and _counts(values):
                says = f"Column {column.name!r} counts the rows: what is learned from it holds for no new row."
                yield Finding("identifier", says, (column.name,), "Leave it out", Change(without=(column.name,)))
            continue
        different = len(distinct(values)[0])
        if (words := _words(values)) >= _WORDS_OF_A_SENTENCE and as_dates(column) is None:
            if different > MOST_CATEGORIES:
                says = f"Column {column.name!r} holds sentences of {words:.0f} words on average, which no step makes numbers of."
                step = Tokens(columns=[column.name])
                mend = "Number the words, for an Embedding layer"
                yield Finding("sentences", says, (column.name,), mend, Change(last=(step,)))
        elif (
            different > max(MOST_CATEGORIES, len(values) // 2)
            and as_dates(column) is None
            and as_numbers(column) is None
        ):
            says = f"Column {column.name!r} has {different:,} different texts in {len(values):,} rows, which tell rows apart."
            yield Finding("identifier", says, (column.name,), "Leave it out", Change(without=(column.name,)))


def _words(texts: np.ndarray) -> float:
    """Words of a text, on average over some of them; blanks divide words, marks alone do not."""
    some = texts[:: max(1, len(texts) // _MOST_IN_SAMPLE)]
    return float(np.mean([min(len(words_of(text)), len(text.split())) for text in some]))


def _counts(values: np.ndarray) -> bool:
    """Whether whole numbers are all different, with few between them left out, in whatever order the rows stand.

    Where they rise from row to row, as many may be left out as people leave a firm.
    """
    span = int(values.max()) - int(values.min())
    if span < 1.5 * len(values):
        return len(np.unique(values)) == len(values)
    steps = np.diff(values)
    return span < 4 * len(values) and bool((steps > 0).all()) and int(steps.max()) <= 10


def _written_as_text(data: Examined) -> Iterator[Finding]:
    """Dates and numbers that are texts."""
    for column in inputs_of(data):
        if column.kind != "text" or is_taken_by(data, column, Dates, Numbers):
            continue
        if (step := as_dates(column)) is not None:
            says = f"Column {column.name!r} holds dates as texts, such as {column.present()[0]!r}."
            yield Finding("dates as text", says, (column.name,), "Read them as dates", Change(first=(step,)))
        elif (read := as_numbers(column)) is not None:
            others = f"; {read.others} of {len(column.present()):,} are none, such as {read.example!r}"
            says = f"Column {column.name!r} holds numbers as texts{others if read.others else ''}."
            mend = "Read them as numbers, the others as missing" if read.others else "Read them as numbers"
            kind = "mixed kinds" if read.others else "numbers as text"
            yield Finding(kind, says, (column.name,), mend, Change(first=(read.step,)))


def _infinite(data: Examined) -> Iterator[Finding]:
    for column in inputs_of(data):
        if column.kind == "number" and (infinite := np.isinf(column.values.astype(float)) & ~column.missing).any():
            if is_taken_by(data, column, Finite):
                continue
            says = (
                f"Column {column.name!r} is infinite in {infinite.sum():,} of {len(column):,} rows, first in row "
                f"{int(infinite.argmax())}."
            )
            step = Finite(columns=[column.name])
            yield Finding(
                "infinite values",
                says,
                (column.name,),
                "Count these as missing",
                Change(first=(step, *_filling(data, column))),
            )


def _filling(data: Examined, column: Column) -> list[Step]:
    """A step that fills a column that is about to miss values, where nobody else would."""
    return [] if data.has_proposed_steps and column.missing.any() else [Fill(columns=[column.name])]


def _missing(data: Examined) -> Iterator[Finding]:
    """Missing values that the given steps leave."""
    if data.has_proposed_steps:
        return
    for column in inputs_of(data):
        if column.missing.any() and not any(
            column.name in step.columns and step.kind in ("fill", "drop") for step in data.steps
        ):
            says = f"Column {column.name!r} is missing in {column.missing.sum():,} of {len(column):,} rows."
            if column.kind in ("number", "text", "boolean"):
                step = Fill(columns=[column.name], by="median" if column.kind == "number" else "most", marker=True)
                mend = "Fill it, and mark the rows"
                yield Finding("missing values", says, (column.name,), mend, Change(first=(step,)))
            else:
                yield Finding("missing values", says, (column.name,))


def _classes(data: Examined) -> Iterator[Finding]:
    """Classes with few samples, or none where they are measured."""
    if data.target is None:
        return
    target = data.columns[data.target]
    values = target.present()
    if not data.is_classes:
        whole = target.kind == "number" and len(values) and (values == np.rint(values)).all()
        ordinal = any(isinstance(step, Ordinal) and data.target in step.columns for step in data.steps)
        different = len(np.unique(values)) if whole and not ordinal else 0
        if 2 <= different <= _MOST_GRADES and different <= len(values) // 10 and not _is_count(values):
            shown = ", ".join(f"{value:g}" for value in np.unique(values)[:_MOST_NAMED])
            says = f"The target {data.target!r} is one of {different} whole numbers ({shown}): an amount, or a class?"
            if data.has_proposed_steps:
                yield Finding("class or amount", says, (data.target,))
            else:
                step = Ordinal(columns=[data.target])
                yield Finding("class or amount", says, (data.target,), "Number them as classes", Change(first=(step,)))
        return
    names, places = distinct_texts(target.present(data.parts.train))
    counts = np.bincount(places, minlength=len(names))
    if len(names) == 1:
        return  # said as a constant target
    few = [f"{str(name)!r} {count}" for name, count in zip(names, counts, strict=True) if count < _FEW_OF_A_CLASS]
    if few:
        says = f"Few training rows of {len(few)} of {len(names)} classes of {data.target!r}: {', '.join(few[:_MOST_NAMED])}."
        yield Finding("few samples of a class", says, (data.target,))
    for part, rows in (("validation", data.parts.validation), ("test", data.parts.test)):
        missed = sorted({*names.tolist()} - {*target.present(rows).astype(str).tolist()}) if len(rows) else []
        if missed:
            says = f"No {part} row has {data.target!r} {_named(missed)}: how well they are told is not measured."
            mend, change = _other_split(data)
            yield Finding(f"classes without {part} rows", says, (data.target,), mend, change)


def _is_count(values: np.ndarray) -> bool:
    """Whether whole numbers begin at 0 or 1 and lack some only among the rare, large ones, as counts of events do."""
    usual = np.unique(values[values <= np.quantile(values, 0.9)])
    return bool(usual[0] in (0, 1) and len(usual) > 3 and usual[-1] - usual[0] + 1 == len(usual))


def _constant_target(data: Examined) -> Iterator[Finding]:
    """A target that is the same in each training row: every network foretells it, and learns nothing."""
    if data.target is None or data.columns[data.target].kind == "array":
        return
    values = data.columns[data.target].present(data.parts.train)
    if len(values) > 1 and (values == values[0]).all():
        varies = (data.columns[data.target].present() != values[0]).any()
        mend, change = _other_split(data) if varies and data.is_classes else (None, None)
        says = f"The target {data.target!r} is {example_of(values)} in each training row: there is nothing to learn."
        yield Finding("constant target", says, (data.target,), mend, change)


def _other_split(data: Examined) -> tuple[str | None, Change | None]:
    if data.split.by == "chance" and data.split.same_share:
        return None, None
    split: Config = {"by": "chance", "column": None, "same_share": True}
    return "Divide by chance, with the same share of each class", Change(split=split)


def _equal(data: Examined) -> Iterator[Finding]:
    """Rows that are trained on and measured."""
    inputs = list(inputs_of(data))
    used = [*inputs, *([] if data.target is None else [data.columns[data.target]])]
    first, train = equal_rows(used), data.parts.train
    # Of each row that comes several times the first tells how rare its values are.
    once = train[np.unique(first[train], return_index=True)[1]]
    trained = np.zeros(len(first), bool)
    trained[first[train]] = True
    for part, rows in (("validation", data.parts.validation), ("test", data.parts.test)):
        both = rows[trained[first[rows]]]
        if len(both) and _are_copies(len(both), _equal_by_chance(inputs, once, rows)):
            shown = ", ".join(str(int(row)) for row in both[:_MOST_NAMED])
            says = (
                f"{len(both):,} of {len(rows):,} rows of the {part} part are also in the training part: its score would look "
                f"better than it is. Rows {shown}{' …' if len(both) > _MOST_NAMED else ''}."
            )
            names = [column.name for column in used]
            yield Finding("equal rows", says, (part,), "Keep one of each", Change(first=(Unique(columns=names),)))


def _are_copies(count: int, by_chance: float) -> bool:
    """Whether more rows are equal than chance explains, which may have made one equal where it is not very unlikely."""
    return count > 2 * by_chance + 2 * by_chance**0.5 + (by_chance > _UNLIKELY)


def _equal_by_chance(inputs: Sequence[Column], train: np.ndarray, rows: np.ndarray) -> float:
    """How many of some rows have the inputs of one that is trained on although none is a copy.

    Copies are equal in all columns and chance in some: it is told by the column in which equal values are rarest. How many
    rows equal a trained one in all the others, and how likely is it that they do so in this one as well?
    """
    alike = [_alike(column, train) for column in inputs]
    telling = int(np.argmin(alike))
    others = [column for place, column in enumerate(inputs) if place != telling]
    groups = equal_rows(others) if others else np.zeros(len(inputs[0]), np.int64)
    trained = np.bincount(groups[train], minlength=len(groups))[groups[rows]]
    return float((1 - (1 - alike[telling]) ** trained).sum())


def _alike(column: Column, rows: np.ndarray) -> float:
    """How likely two rows are to have the same value in a column; 0 for arrays."""
    values = column.present(rows)
    if column.kind == "array" or len(values) < 2:
        return float(column.kind != "array")
    counts = np.append(np.bincount(distinct(values)[1]), len(rows) - len(values)).astype(np.float64)
    return float((counts * (counts - 1)).sum() / (len(rows) * (len(rows) - 1)))


def _unscaled(data: Examined) -> Iterator[Finding]:
    """Numbers too large for a network behind the steps."""
    try:
        columns = list(data.prepared_inputs.values())
    except EngineError:
        return
    for column in columns:
        if column.kind not in ("number", "array") or not len(column.present()) or is_taken_by(data, column, Tokens):
            continue
        values = np.abs(column.present()[: 100 * _MOST_IN_SAMPLE].astype(np.float64))
        values = values[np.isfinite(values)]
        if len(values) and (largest := float(np.quantile(values, 0.99))) > _UNSCALED:
            says = f"Column {column.name!r} goes up to {largest:,.6g}, which makes most networks learn slowly or not at all."
            step = Scale(columns=[column.name])
            yield Finding("unscaled", says, (column.name,), "Scale it", Change(last=(step,)))


def _too_many_texts(data: Examined) -> Iterator[Finding]:
    """Texts that no step makes numbers of."""
    for column in inputs_of(data):
        if column.kind != "text" or any(
            column.name in step.columns and step.kind in _MAKES_NUMBERS for step in data.steps
        ):
            continue
        different = len(distinct(column.present(data.parts.train))[0])
        if different > MOST_CATEGORIES and _words(column.present()) >= _WORDS_OF_A_SENTENCE:
            continue  # said as sentences
        says = f"Column {column.name!r} is a text with {different:,} different values; a network needs numbers."
        if different <= OneHot(columns=[column.name]).most:
            step = OneHot(columns=[column.name])
            mend = "Make a column of each value"
        else:
            step, mend = Ordinal(columns=[column.name]), "Number the values, for an Embedding layer"
        yield Finding("text among inputs", says, (column.name,), mend, Change(last=(step,)))


# Kinds that say of a column of texts more than that it is one.
_SAID_OF_TEXTS = ("identifier", "sentences", "dates as text", "numbers as text", "mixed kinds")
_MAKES_NUMBERS = ("one_hot", "ordinal", "numbers", "dates", "tokens")
_LOOKS: tuple[Look, ...] = (
    leaks,
    _empty,
    _infinite,
    _missing,
    placeholders,
    _written_as_text,
    _identifiers,
    _too_many_texts,
    _constant_target,
    _classes,
    _equal,
    groups_in_two_parts,
    _unscaled,
)
