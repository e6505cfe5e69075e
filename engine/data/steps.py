"""What is done to columns before a network sees them, one step after the other: fitted on training rows only, kept as plain data.

A step is chosen (`Scale(["rooms"])`), fitted (`fit`: what it has to remember, as plain data) and applied to any rows (`apply`).
What is remembered goes into the experiment's text, so that rows of next week are prepared as those of today were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import UnknownName
from .layer_step import PreparingLayer
from .number_steps import Clip, Finite, Log, Numbers, Scale
from .row_steps import Balance, Drop, LeaveOut, Unique
from .series_steps import Windows
from .sound_steps import Length, Spectrogram
from .step import Step
from .text_steps import Tokens
from .value_steps import DateParts, Dates, Fill, Missing, OneHot, Ordinal

STEPS: dict[str, type[Step]] = {
    step.kind: step
    for step in (
        Unique,
        Drop,
        LeaveOut,
        Balance,
        Numbers,
        Dates,
        Finite,
        Missing,
        Fill,
        DateParts,
        OneHot,
        Ordinal,
        Tokens,
        Clip,
        Log,
        Length,
        Spectrogram,
        Scale,
        PreparingLayer,
        Windows,
    )
}
"""The steps by name."""


def columns_of_choice(steps: Sequence[Step | Mapping[str, object]]) -> list[str]:
    """The columns by which steps choose rows, which need not be inputs.

    Args:
        steps: steps, or plain data of such.

    Returns:
        Names of columns.

    Example:
        >>> columns_of_choice([{"step": "balance", "columns": ["kind"]}, {"step": "scale", "columns": ["size"]}])
        ['kind']
    """
    names: list[str] = []
    for step in steps:
        made = step_of(step) if isinstance(step, Mapping) and step.get("step") in STEPS else step
        if isinstance(made, Step) and made.chooses_rows and not made.takes_past:
            names += made.columns
    return names


def step_of(config: Mapping[str, object]) -> Step:
    """A step of plain data.

    Args:
        config: its name as `step`, and its settings.

    Returns:
        The step.

    Raises:
        UnknownName: there is no step of a name.
        SettingTypeError: it has no setting of a name, or one is missing.
        SettingError: a setting has a value that it may not have.

    Example:
        >>> step_of({"step": "scale", "columns": ["rooms"]}).by
        'standard'
    """
    settings = dict(config)
    name = settings.pop("step", None)
    if not isinstance(name, str) or name not in STEPS:
        raise UnknownName(str(name), STEPS, kind="step", where="data, steps", of_model=True)
    return STEPS[name].from_config(settings)
