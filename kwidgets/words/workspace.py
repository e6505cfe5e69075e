"""The store of runs: what ended a run, what keeps one from being recorded, what can still be done."""

UPDATE_OR_CHOOSE_ANOTHER_HOME = "Update kwidgets, or name another folder in KWIDGETS_HOME."


def list_is_newer(path: object, version: int, known: int) -> str:
    return (
        f"The list of runs in '{path}' was written by a newer kwidgets (form {version}; this one knows up to {known})."
    )


UPDATE_TO_READ_IT = "Update kwidgets to read it; the other runs are not touched by it."
SIZES_ARE_WRITTEN = "Write a number and a unit, such as 500MB or 2GB."
STOP_IT_FIRST = "Stop it first."
LOOK_AT_THE_LIST = "kwidgets.runs() lists all runs."
SEE_THAT_THERE_IS_ROOM = "See that the disk has room and that the folder may be written to."
GIVE_THEM = "Give them by name, as in arrays={'x': x, 'y': y}."
GIVE_THE_SAME_OR_SAY_SO = "Give the data that it was trained on, or pass other_data=True."
FIT_IT_THERE_AGAIN = "Fit it there again; run.model() gives the model with its weights."
NO_PANDAS = "A DataFrame needs pandas, which is not installed."
INSTALL_PANDAS = "Install it with: pip install pandas"
NO_RUNS = "No runs yet."
COLUMNS = ("Run", "Began", "Model", "What differs", "Epochs", "Loss", "State", "Note")
STATES = {
    "running": "running",
    "paused": "paused",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "failed",
    "diverged": "diverged",
    "interrupted": "interrupted",
}


def run_is_newer(folder: object, version: int, known: int) -> str:
    return f"The run in '{folder}' was written by a newer kwidgets (form {version}; this one knows up to {known})."


def run_is_not_written(folder: object, why: str) -> str:
    return f"This run cannot be recorded in '{folder}' at present ({why}). The training goes on; it is tried again."


def run_is_not_recorded(folder: object, why: str) -> str:
    return f"This run is not recorded: '{folder}' cannot be used ({why}). The training goes on."


def runs_cannot_be_read(folder: object, why: str) -> str:
    return f"The runs in '{folder}' cannot be read at present ({why})."


def died(when: str) -> str:
    return f"the kernel, which ended at {when}"


def no_size(text: str) -> str:
    return f"'{text}' is no size."


def quota_is_not_read(source: object, why: object, used: str) -> str:
    return f"The quota in {source} is not read: {why} {used} is used."


def no_run_of_id(run: object) -> str:
    return f"There is no run '{run}'."


def no_run_of_number(index: object) -> str:
    return f"There is no run {index}."


def run_goes_on(index: object) -> str:
    return f"Run {index} is going on."


def no_checkpoint(index: object, epoch: object) -> str:
    which = f"after {epoch} epochs" if isinstance(epoch, int) else f"that is the {epoch}"
    return f"Run {index} has no checkpoint {which}."


def checkpoint_is_gone(index: object, path: object) -> str:
    return f"The checkpoint of run {index} has just gone: '{path}'."


def checkpoint_cannot_be_read(index: object, why: object) -> str:
    return f"The checkpoint of run {index} cannot be read: {why}"


def there_are_checkpoints(epochs: str) -> str:
    return f"There are those after epochs {epochs}." if epochs else "Train it again with repeat()."


def arrays_are_missing(index: object, names: list[str]) -> str:
    return f"Run {index} was trained on arrays that are not given: {', '.join(names)}."


def was_made_in_code(index: object) -> str:
    return f"Run {index} was begun in code, so how it was trained is known there alone."


def data_is_other(index: object, names: list[str]) -> str:
    which = f"'{names[0]}' holds" if len(names) == 1 else f"{', '.join(map(repr, names))} hold"
    return f"{which} other numbers, or has another shape, than what run {index} was trained on."


def run_in_words(index: object, document: str | None, state: str, epochs: int, size: str, note: str) -> str:
    named = f"Run {index}" if document is None else f"Run {index} of {document}"
    said = f"{named}: {state}, {epochs} {'epoch' if epochs == 1 else 'epochs'}, {size}"
    return f"{said}. {note}" if note else said


def and_more_runs(count: int) -> str:
    return f"and {count} more: kwidgets.runs()[200:]"


def list_was_damaged(path: object, aside: object, runs: int) -> str:
    again = "1 run was" if runs == 1 else f"{runs} runs were"
    return f"The list of runs '{path}' was damaged. It lies whole in '{aside}'; {again} found again from their folders."
