"""Rows that are trained on and stand in another set, too: what is scored there was learnt by heart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from engine.data import digests
from engine.types import Array

from ..messages import SharedRows, SplitAnswer, TestSet
from ..words import data as say
from .conclusion import test_arrays
from .data_sources import DataSources

MOST_NAMED = 6
# If a larger share of the training rows are equal to one another, equal rows are usual in these data.
MOST_EQUAL = 0.1


def split_of(
    sources: DataSources,
    source: Any,
    keys: Sequence[str],
    rows: Mapping[str, int],
    share: float,
    validates: int | None = None,
    validation_of: Mapping[str, str] | None = None,
    targets: Sequence[str] = (),
) -> SplitAnswer:
    """The test set that belongs to the arrays `keys` of a source, and the rows of other sets that are trained on, too.

    keys: of all inputs. rows: how many every array of the source has, by name. share: of the rows that validate.
    validates: how many of the last rows do; None: that share. targets: the arrays that go with them. validation_of: arrays that
    validate in place of those that are trained on.
    """
    names = test_arrays(keys, {key: key for key in rows}) or {}
    first = next(iter(names.values()), None)
    test = None if first is None else TestSet(key=first, rows=rows[first])
    measured = [validation_of[key] for key in keys if validation_of is not None and validation_of.get(key) in rows]
    validating = TestSet(key=measured[0], rows=rows[measured[0]]) if measured else None
    validates = 0 if validation_of else validates
    known: SplitAnswer = {"test": test, "own": validating, "validates": validates, "shared": []}
    arrays = sources.small_arrays(source, [*keys, *names.values(), *measured]) if keys else None
    if arrays is None:
        return known
    count = min(rows[key] for key in keys)
    by_share = count - int(count * (1 - share)) if share > 0 else 0
    trained = count - (by_share if validates is None else validates)
    inputs = [arrays[key] for key in keys]
    tested = [arrays[names[key]] for key in keys] if names else None
    shared = shared_rows(inputs, trained, tested)
    if len(measured) == len(keys):
        shared = [*shared_rows(inputs, trained, [arrays[key] for key in measured], of="validation"), *shared]
    if source is None or (isinstance(source, Mapping) and source.get("kind") == "notebook"):
        for one in shared:
            one["cell"] = _cell(one["of"], keys, targets, rows, validation_of)
    return {**known, "shared": shared}


def _cell(
    of: Literal["validation", "test"],
    keys: Sequence[str],
    targets: Sequence[str],
    rows: Mapping[str, int],
    validation_of: Mapping[str, str] | None,
) -> str | None:
    """What takes the rows out of the notebook's arrays; None where an array has none beside it in the other set."""
    together = list(dict.fromkeys([*keys, *targets]))
    if of == "validation" and not validation_of:
        return say.without_repeated(keys, None, together)
    others = validation_of if of == "validation" else test_arrays(together, {key: key for key in rows})
    if others is None or any(key not in others for key in together):
        return None
    return say.without_repeated([others[key] for key in keys], keys, [others[key] for key in together])


def shared_rows(
    inputs: Sequence[Array],
    trained: int,
    test: Sequence[Array] | None,
    of: Literal["validation", "test"] = "test",
) -> list[SharedRows]:
    """Rows of the validation part and of the test set that are among those trained on.

    inputs: the arrays of all inputs, of which the first `trained` rows are trained on and the others validate. test: the
    same arrays of the test set, or of what else is measured (`of`). A row is what all inputs hold of a sample.
    """
    all_rows = digests(inputs)
    known = set(all_rows[:trained])
    if not known or len(known) < (1 - MOST_EQUAL) * trained:
        return []
    shared = [_shared("validation", all_rows[trained:], known, trained)]
    if test is not None and _are_alike(inputs, test):
        shared.append(_shared(of, digests(test), known, 0))
    return [one for one in shared if one["rows"]]


def _shared(of: Literal["validation", "test"], rows_of: Sequence[bytes], known: set[bytes], start: int) -> SharedRows:
    rows = [start + index for index, digest in enumerate(rows_of) if digest in known]
    return {"of": of, "rows": len(rows), "first": rows[:MOST_NAMED], "cell": None}


def _are_alike(inputs: Sequence[Array], test: Sequence[Array]) -> bool:
    """Whether samples of both sets can be compared: equal values are equal bytes only in arrays of one type."""
    return [(a.shape[1:], a.dtype) for a in inputs] == [(a.shape[1:], a.dtype) for a in test]
