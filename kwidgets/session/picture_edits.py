"""The steps and the split of a folder of pictures as they are changed one at a time; the counterpart of `table_edits`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from engine.data import PICTURE_STEPS, LeaveOutFiles, Pictures, PictureStep, Resize, Split, picture_step_of
from engine.errors import EngineError

from ..document.catalogue import declared_fields
from ..messages import Field, Json, PicturePair, StepOffer, StepPreview, TableStep
from ..refused import Refused
from ..words import data as say
from .array_facts import shown_picture

# A size to begin with where the pictures do not say one.
_SIZE = 64
MOST_PREVIEWED = 8
# What these do is not to be seen in a picture.
_SEEN_NOWHERE = ("leave_out", "pixels")


def steps_of(data: Pictures) -> list[TableStep]:
    """The steps of pictures with their forms, in order."""
    made: list[TableStep] = []
    for step in data.steps:
        config = step.get_config()
        fields = declared_fields(type(step))
        for field in fields:
            value = config[field["name"]]
            field["value"] = cast("Json", list(value) if isinstance(value, tuple) else value)
            if field["name"] == "files":
                field["control"]["options"] = list(cast("Sequence[str]", value))
        made.append(
            {
                "kind": step.kind,
                "title": say.PICTURE_STEP_TITLES[step.kind],
                "text": say.picture_step(config),
                "fields": fields,
            }
        )
    return made


def offers_of(data: Pictures) -> list[StepOffer]:
    """The steps that are not among those of the pictures yet."""
    # Which pictures to leave out is said by the mends of what is found of them.
    there = {LeaveOutFiles.kind, *(step.kind for step in data.steps)}
    return [
        {"kind": kind, "title": say.PICTURE_STEP_TITLES[kind], "columns": []}
        for kind in PICTURE_STEPS
        if kind not in there
    ]


def split_fields(data: Pictures) -> list[Field]:
    """How the pictures are divided: by chance or by order, since there are no columns to go by."""
    config = data.split.get_config()
    without = ("validation", "column", *(("folds", "fold") if data.own_validation else ()))
    fields = [field for field in declared_fields(Split) if field["name"] not in without]
    for field in fields:
        field["value"] = cast("Json", config[field["name"]])
        if field["name"] == "by":
            field["control"] = {**field["control"], "options": ["chance", "order"]}
    return fields


def preview(data: Pictures, step_number: object) -> StepPreview:
    """What a step does to a few training pictures; one by chance as in a first epoch. Raises Refused."""
    at, step = _step(data, step_number)
    rows = np.sort(np.random.default_rng(0).permutation(data.parts.train)[:MOST_PREVIEWED]).tolist()
    pairs: list[PicturePair] = []
    for row in rows if step.kind not in _SEEN_NOWHERE else ():
        try:
            before, after = (data.behind(row, count, np.random.default_rng([0, row])) for count in (at, at + 1))
        except EngineError as error:
            raise Refused(str(error)) from None
        pairs.append({"row": row, "before": shown_picture(before), "after": shown_picture(after)})
    return {"rows": rows if pairs else [], "before": [], "after": [], "left_out": 0, "pictures": pairs}


def added(data: Pictures, kind: object) -> Pictures:
    """The pictures with one more step: before the numbers are scaled, which is the last step. Raises Refused."""
    if not isinstance(kind, str) or kind not in PICTURE_STEPS:
        raise Refused(say.no_step_named(kind), field="step")
    step: PictureStep
    if kind == Resize.kind:
        sizes = [look.size for look in data.looks]
        step = Resize(size=max(dict.fromkeys(sizes), key=sizes.count) if sizes else (_SIZE, _SIZE))
    else:
        step = picture_step_of({"step": kind})
    steps = list(data.steps)
    at = len(steps) - 1 if steps and steps[-1].kind == "pixels" else len(steps)
    return _tried(data, [*steps[:at], step, *steps[at:]], "step")


def with_setting(data: Pictures, step_number: object, field: object, value: object) -> Pictures:
    """The pictures with another setting of a step. Raises Refused, with the field that it is about."""
    at, step = _step(data, step_number)
    config = step.get_config()
    if not isinstance(field, str) or field not in config or field == "step":
        raise Refused(say.no_such_setting(step.kind, field))
    try:
        made = picture_step_of({**config, field: value})
    except EngineError as error:
        raise Refused(str(error), field=field) from None
    return _tried(data, [*data.steps[:at], made, *data.steps[at + 1 :]], field)


def without_step(data: Pictures, step_number: object) -> Pictures:
    """The pictures without a step. Raises Refused where there is no such step, or it is the only one."""
    at, _ = _step(data, step_number)
    if len(data.steps) == 1:
        raise Refused(say.THE_LAST_STEP_STAYS, field="step")
    return _tried(data, [*data.steps[:at], *data.steps[at + 1 :]], "step")


def moved(data: Pictures, step_number: object, to: object) -> Pictures:
    """The pictures with a step at another place. Raises Refused where the steps do not work in that order."""
    at, step = _step(data, step_number)
    others = [*data.steps[:at], *data.steps[at + 1 :]]
    if not isinstance(to, int) or isinstance(to, bool) or not 0 <= to <= len(others):
        raise Refused(say.no_place(to), field="to")
    return _tried(data, [*others[:to], step, *others[to:]], "to")


def with_split(data: Pictures, field: object, value: object) -> Pictures:
    """The pictures with another setting of their split. Raises Refused, with the field that it is about."""
    config = data.split.get_config()
    if not isinstance(field, str) or field not in config:
        raise Refused(say.no_such_setting("split", field))
    try:
        made = data.with_(split={**config, field: value})
        _ = made.parts
    except EngineError as error:
        raise Refused(str(error), field=field) from None
    return made


def _step(data: Pictures, step_number: object) -> tuple[int, PictureStep]:
    if not isinstance(step_number, int) or isinstance(step_number, bool) or not 0 <= step_number < len(data.steps):
        raise Refused(say.NO_SUCH_STEP, field="step")
    return step_number, data.steps[step_number]


def _tried(data: Pictures, steps: Sequence[PictureStep], field: str) -> Pictures:
    try:
        made = data.with_(steps=[*steps, *data.target_steps])
        _ = made.preparation
    except EngineError as error:
        raise Refused(str(error), field=field) from None
    return made
