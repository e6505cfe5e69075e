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
FREE_SPACE_OR_SWEEP = "Free some space, or remove old checkpoints with kwidgets.runs().sweep()."


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


def no_checkpoint(index: object, epoch: int) -> str:
    return f"Run {index} has no checkpoint of epoch {epoch}."


def list_was_damaged(path: object, aside: object, runs: int) -> str:
    again = "1 run was" if runs == 1 else f"{runs} runs were"
    return f"The list of runs '{path}' was damaged. It lies whole in '{aside}'; {again} found again from their folders."
