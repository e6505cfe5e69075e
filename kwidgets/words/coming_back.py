"""Going on with a run of the store: what keeps it from coming back, and what was done."""

from collections.abc import Sequence

ITS_MODEL_WAS_MADE_IN_CODE = "Its model was made in code, so the page cannot build it again."
MAKE_IT_IN_CODE = "Give the model in code: kwidgets.run(...).model() has its weights."
REPEAT_IT = "Repeat begins it anew with the same settings."
CHOOSE_THE_DATA_IT_HAD = "Choose the data that it had; Repeat begins anew with these."
CHOOSE_ANOTHER_EPOCH = "Choose another of its checkpoints."
NO_RUNS_ARE_RECORDED = "No runs are recorded here."


def no_epoch(value: object) -> str:
    return f"An epoch is a whole number from 0 on, not {value!r}."


def no_checkpoint_is_left(run: int) -> str:
    return f"Run {run} has no checkpoint to go on from."


def no_checkpoint_of_epoch(run: int, epoch: int) -> str:
    return f"Run {run} has no checkpoint of epoch {epoch}."


def goes_on_elsewhere(run: int) -> str:
    return f"Run {run} is going on."


def was_made_in_code(run: int) -> str:
    return f"Run {run} cannot go on from here."


def other_data(run: int, names: Sequence[str]) -> str:
    listed = ", ".join(names)
    return f"Run {run} had other data: {listed} {'is' if len(names) == 1 else 'are'} not what it trained on."


def checkpoint_is_passed_over(epoch: int, why: str) -> str:
    return f"The checkpoint of epoch {epoch} cannot be used: {why}"


def comes_back(run: int, epoch: int, batch: int) -> str:
    done = "1 epoch" if epoch == 1 else f"{epoch} epochs"
    within = f" and {batch} batches of the next" if batch else ""
    return f"Run {run} goes on after {done}{within}."


def begins_anew(run: int) -> str:
    return f"Run {run} was cut off before its first checkpoint, so it begins anew."


def branches(run: int, epoch: int) -> str:
    return f"Branched from run {run} after epoch {epoch}."


def weights_are_those_of(run: int, epoch: int) -> str:
    return f"The weights are those of run {run} after epoch {epoch}; Start goes on from there, as another run."


def weights_of(run: int, epoch: int) -> str:
    return f"run {run}, epoch {epoch}"
