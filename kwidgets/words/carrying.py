"""A training that goes on with a changed model: what it keeps, what begins anew, and what undo brings back."""

from collections.abc import Sequence

MODEL_CHANGED = "model changed"
MOST_NAMED = 6
NOT_KEPT_FOR_UNDO = "The weights of the model before are too large to be kept: undo brings back the graph alone."


def the_model_has_changed(pieces: Sequence[str]) -> str:
    return f"The model has changed: {'; '.join(pieces)}."


def settings_have_changed(pieces: Sequence[str]) -> str:
    return f"The settings have changed: {'; '.join(pieces)}." if pieces else ""


def named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"


def kept(names: Sequence[str], slots: bool) -> str:
    return f"kept {named(names)} ({'weights and slots' if slots else 'weights'})"


def is_new(names: Sequence[str]) -> str:
    return f"{named(names)} {'is' if len(names) == 1 else 'are'} new"


def dropped(names: Sequence[str]) -> str:
    return f"dropped {named(names)}"


def begins_anew(name: str, why: str) -> str:
    return f"{name} begins anew: {why}"


def another_shape(weight: str, now: str, before: str) -> str:
    return f"its {weight} is {now}, was {before}"


def no_such_weight(weight: str) -> str:
    return f"it has no {weight} any more"


def another_weight(weight: str) -> str:
    return f"it had no {weight}"


def another_class(now: str, before: str) -> str:
    return f"it is a {now}, was a {before}"


def another_optimizer(now: str, before: str) -> str:
    return f"the optimizer begins anew: it is {now}, was {before}"


def going_on_keeps(unchanged: int, layers: int, changes: Sequence[str]) -> str:
    all_of_them = "all layers" if unchanged == layers else f"{unchanged} of {layers} layers"
    return f"Going on keeps {all_of_them}{'; ' if changes else ''}{'; '.join(changes)}."


GOING_ON_KEEPS_NOTHING = "Going on keeps no layer: all weights begin anew."


def is_back(epoch: int) -> str:
    when = "as they were at the start" if epoch == 0 else f"as they were after epoch {epoch}"
    return f"The model before the change is back, its weights {when}."
