"""A table's steps, roles and split as they are changed one at a time, and what a step does to a few rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import numpy as np

from engine.data import STEPS, Column, Columns, Dataset, FittedStep, PreparingLayer, Split, Step, step_of
from engine.errors import EngineError
from engine.types import Array, Config

from ..document.catalogue import declared_fields
from ..messages import Field, Json, PreviewedColumn, StepOffer, StepPreview, TableStep
from ..refused import Refused
from ..words import data as say
from . import layer_steps

MOST_SAMPLES = 16
_MOST_LETTERS = 40
_MOST_VALUES = 30
_LEAVE_OUT_ROWS = ("drop", "unique")
# Of a table that is read in blocks.
_SPLITS_IN_BLOCKS = {"by": ["chance", "order"]}


class Stages:
    """The columns of a data set before each of its steps and behind the last, as far as the steps can be fitted.

    trouble: why the step behind them cannot; None where all can.
    """

    def __init__(self, data: Dataset) -> None:
        self.columns: list[Columns] = [data.used]
        self.trouble: EngineError | None = None
        try:
            for step in data.steps:
                one = FittedStep(step, step.fit(self.columns[-1], data.parts.train))
                self.columns.append(step.apply(self.columns[-1], one.fitted))
        except EngineError as error:
            self.trouble = error

    def before(self, step_number: int) -> Columns:
        """The columns before a step; those before the one that fails, for the steps behind it."""
        return self.columns[min(step_number, len(self.columns) - 1)]


def steps_of(data: Dataset, stages: Stages) -> list[TableStep]:
    """The steps with their forms, in order."""
    made: list[TableStep] = []
    for number, step in enumerate(data.steps):
        config = step.get_config()
        fields = declared_fields(type(step))
        for field in fields:
            field["value"] = cast("Json", config[field["name"]])
            if field["name"] == "columns":
                known = _takes(step, stages.before(number))
                field["control"]["options"] = [*known, *(name for name in step.columns if name not in known)]
            if field["name"] == "values":
                field["control"]["options"] = _values_of(step, data.columns)
        if isinstance(step, PreparingLayer):
            fields = layer_steps.fields_of(step, fields)
        made.append(
            {"kind": step.kind, "title": say.STEP_TITLES[step.kind], "text": say.step(config), "fields": fields}
        )
    return made


def offers_of(stages: Stages, in_blocks: bool = False) -> list[StepOffer]:
    """The steps that fit behind the last one, with the columns that each would take. in_blocks: the table has to keep its rows."""
    made: list[StepOffer] = []
    for kind, step in STEPS.items():
        if in_blocks and (step.chooses_rows or kind in _LEAVE_OUT_ROWS):
            continue
        columns = _takes(step, stages.columns[-1])
        if columns:
            made.append({"kind": kind, "title": say.STEP_TITLES[kind], "columns": columns})
    return made


def split_fields(data: Dataset, in_blocks: bool = False) -> list[Field]:
    """How the rows are divided: all but the share for validation, which is the document's. in_blocks: the table cannot have all."""
    config = data.split.get_config()
    without = ("validation", "column", "folds", "fold", "same_share") if in_blocks else ("validation",)
    if data.own_validation:
        without = (*without, "folds", "fold")
    fields = [field for field in declared_fields(Split) if field["name"] not in without]
    for field in fields:
        field["value"] = cast("Json", config[field["name"]])
        if in_blocks and field["name"] in _SPLITS_IN_BLOCKS:
            field["control"] = {"kind": "choice", "options": _SPLITS_IN_BLOCKS[field["name"]]}
        if field["name"] == "column":
            field["control"] = {"kind": "choice", "options": list(data.columns), "optional": True}
    return fields


def added(data: Dataset, kind: object, columns: object) -> Dataset:
    """The data set with one more step, before the first that fails or behind the last. Raises Refused."""
    stages = Stages(data)
    if not isinstance(kind, str) or kind not in STEPS:
        raise Refused(say.no_step_named(kind), field="step")
    names = columns if isinstance(columns, (list, tuple)) else ()
    there = stages.columns[-1]
    unknown = next((name for name in names if name not in there), None)
    if not names or unknown is not None:
        raise Refused(say.CHOOSE_COLUMNS if unknown is None else say.no_column_named(unknown), field="columns")
    try:
        step = STEPS[kind].begun([there[name] for name in names], data.parts.train)
    except EngineError as error:
        raise Refused(str(error), field="columns") from None
    at = len(stages.columns) - 1
    changes: Config = {"steps": [*data.steps[:at], step, *data.steps[at:]]}
    if step.takes_past and data.split.by in ("chance", "group"):
        # By chance hardly a window lies in one part.
        changes["split"] = {**data.split.get_config(), "by": "order", "column": None}
    return _tried(data, changes, "columns")


def with_setting(data: Dataset, step_number: object, field: object, value: object) -> Dataset:
    """The data set with another setting of a step. Raises Refused, with the field that it is about."""
    at, step = _step(data, step_number)
    config = step.get_config()
    if not isinstance(field, str):
        raise Refused(say.no_such_setting(step.kind, field))
    try:
        within = None
        if isinstance(step, PreparingLayer):
            there = Stages(data).before(at)
            columns = [there[name] for name in step.columns if name in there]
            within = layer_steps.changed(step, field, value, columns, data.parts.train)
        if within is None and (field not in config or field == "step"):
            raise Refused(say.no_such_setting(step.kind, field))
        made = step_of({**config, field: value} if within is None else within)
    except EngineError as error:
        raise Refused(str(error), field=field) from None
    return _tried(data, {"steps": [*data.steps[:at], made, *data.steps[at + 1 :]]}, field)


def without_step(data: Dataset, step_number: object) -> Dataset:
    """The data set without a step; later steps lose the columns that it made. Raises Refused where there is no such step."""
    at, _ = _step(data, step_number)
    return fitting(data, [*data.steps[:at], *data.steps[at + 1 :]])


def moved(data: Dataset, step_number: object, to: object) -> Dataset:
    """The data set with a step at another place. Raises Refused where the steps do not work in that order."""
    at, step = _step(data, step_number)
    others = [*data.steps[:at], *data.steps[at + 1 :]]
    if not isinstance(to, int) or isinstance(to, bool) or not 0 <= to <= len(others):
        raise Refused(say.no_place(to), field="to")
    return _tried(data, {"steps": [*others[:to], step, *others[to:]]}, "to")


def with_role(data: Dataset, column: object, used: bool) -> Dataset:
    """The data set with a column among its inputs or left out. Raises Refused."""
    if not isinstance(column, str) or column not in data.columns or column == data.target:
        raise Refused(say.no_column_named(column), field="column")
    wanted = {column, *data.inputs} if used else {*data.inputs} - {column}
    inputs = [name for name in data.columns if name in wanted]
    made = _tried(data, {"inputs": inputs}, "column", fits=False)
    return made if data.has_proposed_steps else fitting(made, data.steps)


def with_split(data: Dataset, field: object, value: object) -> Dataset:
    """The data set with another setting of its split. Raises Refused, with the field that it is about."""
    config = data.split.get_config()
    if not isinstance(field, str) or field not in config:
        raise Refused(say.no_such_setting("split", field))
    config[field] = value
    if field == "by":
        # What the one goes by means nothing to the other; a likely column is there to begin with.
        config["column"] = _column_to_split_by(data, value)
    if field == "column" and value is None and config["by"] in ("group", "time"):
        config["by"] = "chance"
    return _tried(data, {"split": config}, field)


def _column_to_split_by(data: Dataset, by: object) -> str | None:
    if by not in ("group", "time"):
        return None
    kinds = ("date", "number") if by == "time" else ("text", "number", "boolean")
    likely = [c for kind in kinds for c in data.columns.values() if c.kind == kind and c.name != data.target]
    if not likely:
        raise Refused(say.no_column_to_split_by(str(by)), field="by")
    return likely[0].name


def fitting(data: Dataset, steps: Sequence[Step]) -> Dataset:
    """The data set with these steps, each without the columns that no step before it leaves or makes any more."""
    remaining: list[Step] = []
    columns = data.used
    for step in steps:
        there = [name for name in step.columns if name in columns]
        if not there:
            continue
        one = step if len(there) == len(step.columns) else step.of(there)
        remaining.append(one)
        try:
            columns = one.apply(columns, one.fit(columns, data.parts.train))
        except EngineError:
            # What it would make is not known: the rest stays, and the page says what the trouble is.
            remaining += steps[steps.index(step) + 1 :]
            break
    return data.with_(steps=remaining)


def preview(data: Dataset, step_number: object) -> StepPreview:
    """What a step does to a few training rows. Raises Refused where there is no such step, or it cannot be fitted."""
    at, _ = _step(data, step_number)
    stages = Stages(data)
    if at + 1 >= len(stages.columns):
        raise Refused(str(stages.trouble))
    rows = np.sort(np.random.default_rng(0).permutation(data.parts.train)[:MOST_SAMPLES])
    before, behind = stages.columns[at], stages.columns[at + 1]
    gone = [column for name, column in before.items() if behind.get(name) is not column]
    new = [column for name, column in behind.items() if before.get(name) is not column]
    if not gone and not new:
        # It leaves out rows: its columns show which.
        gone = [before[name] for name in data.steps[at].columns]
    dropped = data.steps[at].drops(before)
    return {
        "rows": rows.tolist(),
        "before": [shown_column(column, rows) for column in gone],
        "after": [shown_column(column, rows) for column in new],
        "left_out": 0 if dropped is None else int(dropped.sum()),
        "pictures": [],
    }


def shown_column(column: Column, rows: Array, most_letters: int = _MOST_LETTERS) -> PreviewedColumn:
    """A column's values at some rows as texts of at most so many letters."""
    return {"name": column.name, "values": [_text(column, row, most_letters) for row in rows.tolist()]}


def _text(column: Column, row: int, most_letters: int) -> str | None:
    if column.missing[row]:
        return None
    value: Any = column.values[row]
    if column.kind == "number":
        return f"{value:.6g}"
    if column.kind == "boolean":
        return str(int(value))
    if column.kind == "date":
        return str(value.astype("datetime64[s]")).replace("T00:00:00", "")
    if column.kind == "array":
        flat = np.asarray(value).reshape(-1)
        some = flat[np.flatnonzero(flat)[:1].sum() :][:6]
        return f"{' '.join(f'{one:.4g}' for one in some.tolist())} … {'×'.join(map(str, np.shape(value)))}"
    text = str(value)
    return text if len(text) <= most_letters else f"{text[: most_letters - 1]}…"


def _takes(step: Step | type[Step], columns: Columns) -> list[str]:
    return [column.name for column in columns.values() if column.kind in step.takes]


def _values_of(step: Step, columns: Columns) -> list[str]:
    """The most frequent values of a step's columns, and those that it names."""
    counts: Counter[str] = Counter()
    for column in (columns[name] for name in step.columns if name in columns):
        counts.update(str(value) for value in column.present().tolist())
    named = [str(value) for value in cast("Sequence[object]", step.get_config().get("values") or ())]
    return list(dict.fromkeys([*named, *(name for name, _ in counts.most_common(_MOST_VALUES))]))


def _step(data: Dataset, step_number: object) -> tuple[int, Step]:
    if not isinstance(step_number, int) or isinstance(step_number, bool) or not 0 <= step_number < len(data.steps):
        raise Refused(say.NO_SUCH_STEP, field="step")
    return step_number, data.steps[step_number]


def _tried(data: Dataset, changes: Config, field: str, fits: bool = True) -> Dataset:
    """The data set with changes, whose parts have rows and whose steps can be fitted. Raises Refused with the field."""
    try:
        made = partial(data.with_, **changes)()
        _ = made.parts
        trouble = Stages(made).trouble if fits and "steps" in changes else None
        # What could not be fitted before is no fault of this change.
        if trouble is not None and (
            Stages(data).trouble is None or len(Stages(made).columns) < len(Stages(data).columns)
        ):
            raise trouble
    except EngineError as error:
        raise Refused(str(error), field=field) from None
    return made
