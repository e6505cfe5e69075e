"""Going on after a stop: why a run cannot go on at the very batch, and what happens instead."""

from collections.abc import Sequence

COMPILED_ANEW = "loss, metrics or the optimizer's settings have changed"
MODEL_CHANGED = "the model has changed"
OTHER_ARRAYS = "other arrays were chosen"
WEIGHTS_CHANGED = "the weights were changed since"
_SETTINGS = {"batch_size": "the batch size", "validation_split": "the share for validation", "shuffle": "shuffling"}


def setting_changed(name: str, before: object, now: object) -> str:
    return f"{_SETTINGS.get(name, name)} is {now} now, and was {before}"


def data_changed(names: Sequence[str]) -> str:
    listed = ", ".join(names)
    return f"{listed} is not what it was" if len(names) == 1 else f"{listed} are not what they were"


def epoch_stays_cut_short(epoch: int, batches: int, why: str) -> str:
    done = "1 batch" if batches == 1 else f"{batches} batches"
    return f"Epoch {epoch} stays cut short after {done}, and the next one begins: {why}."


def goes_on_within(epoch: int, batch: int) -> str:
    return f"Goes on in epoch {epoch} with batch {batch}."
