"""Which settings tell runs apart: the columns of the table of all runs, and in what a few of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..document.labels import in_line, label, value_text
from ..messages import RunColumn, RunDifference
from ..words import runs as say
from ..workspace.records import RunSummary, Scalar

Settings = Mapping[str, Scalar]

# Settings of training that stand before those of the layers, in this order; the first are shown even where all are the same.
ALWAYS = ("learning_rate", "optimizer", "batch_size")
LAST = ("validation_split", "shuffle", "seed")
# Settings with columns of their own kind.
LEFT_OUT = frozenset({"epochs", "metrics"})
MOST_COLUMNS = 60
MOST_DIFFERENCES = 12


def columns(runs: Iterable[RunSummary]) -> list[RunColumn]:
    """The settings that differ between runs of one model, and those that every training has."""
    models: dict[str | None, list[Settings]] = {}
    for run in runs:
        models.setdefault(run.document, []).append(run.settings)
    names = {name for settings in models.values() for name in differing(settings)}
    names |= {name for name in ALWAYS if any(name in one for settings in models.values() for one in settings)}
    return [_column(name) for name in sorted(names, key=_order)[:MOST_COLUMNS]]


def differing(runs: Sequence[Settings]) -> list[str]:
    """Names of settings that are not the same in all runs, those of training first.

    Of a layer that some runs lack there is one name at least, and further ones only where the others differ in them.

    >>> differing([{"seed": 1, "drop.rate": 0.5, "drop.shape": 3}, {"seed": 1}, {"seed": 2, "drop.rate": 0.5, "drop.shape": 3}])
    ['drop.rate', 'seed']
    """
    first = runs[0] if runs else {}
    names = dict.fromkeys(name for settings in runs for name in settings)
    unlike = [name for name in names if name not in LEFT_OUT and any(_differs(one, first, name) for one in runs)]
    # Settings of a layer that the same runs lack say the same, unless the others differ in them.
    lacking = {name: (layer_of(name), tuple(one.get(name) is None for one in runs)) for name in unlike}
    there = {name: {repr(one[name]) for one in runs if one.get(name) is not None} for name in unlike}
    covered = {lacking[name] for name in unlike if len(there[name]) > 1}
    listed: list[str] = []
    for name in unlike:
        if len(there[name]) < 2 and layer_of(name) is not None:
            if lacking[name] in covered:
                continue
            covered.add(lacking[name])
        listed.append(name)
    return sorted(listed, key=_order)


def differences(runs: Sequence[Settings]) -> tuple[list[RunDifference], int]:
    """In what runs differ, in words, and how many differences are not listed."""
    names = differing(runs)
    listed = [
        RunDifference(label=_words(name), values=[_value(settings, name) for settings in runs])
        for name in names[:MOST_DIFFERENCES]
    ]
    return listed, len(names) - len(listed)


def layer_of(name: str) -> str | None:
    """The layer that a setting belongs to: None for one of training."""
    return name.rpartition(".")[0] or None


def _differs(one: Settings, other: Settings, name: str) -> bool:
    return one.get(name) != other.get(name)


def _order(name: str) -> tuple[int, int]:
    """Training's own settings around those of layers, which stay in the order of the model."""
    if name in ALWAYS:
        return 0, ALWAYS.index(name)
    if name in LAST:
        return 3, LAST.index(name)
    layer = layer_of(name)
    return (2, 0) if layer is None or layer == "optimizer" else (1, 0)


def _column(name: str) -> RunColumn:
    return RunColumn(name=name, layer=layer_of(name), label=label(name))


def _words(name: str) -> str:
    layer = layer_of(name)
    return in_line(name) if layer is None else say.setting_of_layer(layer, in_line(name))


def _value(settings: Settings, name: str) -> str:
    return value_text(settings[name]) if settings.get(name) is not None else say.MISSING
