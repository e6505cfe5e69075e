"""The still picture in a saved notebook, and the sentence beside it."""

from datetime import datetime

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def run_to_edit(moment: datetime) -> str:
    return f"Run this cell to edit; the picture is of {_time(moment)}."


def run_to_train(moment: datetime) -> str:
    return f"Run this cell to train; the picture is of {_time(moment)}."


def run_to_look(moment: datetime) -> str:
    return f"Run this cell to look closer; the picture is of {_time(moment)}."


def live_view(name: str) -> str:
    """Where the live view would be, for viewers that show no widget."""
    return f"{name}: live in a notebook with a kernel."


# The picture itself.
CURVES = "Curves"
NO_LAYERS_YET = "no layers yet"
OF_TRAINING = "training"
OF_VALIDATION = "validation"


def model(name: str, layers: str, parameters: int) -> str:
    return f"{name} · {layers} · {parameters:,} parameters"


def empty_model(name: str) -> str:
    return f"{name} · {NO_LAYERS_YET}"


def more_cards(count: int) -> str:
    return f"{count} more cards are not drawn here."


def epoch(last: float) -> str:
    return f"epoch {last:.3g}"


# The state of a run.
STATES = {
    "running": "running",
    "paused": "paused",
    "stopping": "stopping",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "failed",
}
VALIDATION = "validation "


def state_of(state: str, epoch: int, epochs: int, values: str) -> str:
    where = f"{STATES.get(state, state)} in epoch {epoch} of {epochs}"
    if state == "finished":
        where = f"finished after epoch {epoch} of {epochs}"
    return f"{where}, {values}" if values else where


def value(name: str, number: float) -> str:
    return f"{name} {number:.4g}"
