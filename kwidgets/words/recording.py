"""What is recorded of a run: by what it ended, what was done to it, and what could not be written."""

ITS_LAST_EPOCH = "its last epoch"
STOP = "Stop"
A_CALLBACK = "a callback, early"
NOT_A_NUMBER = "a loss that is no number"
AN_ERROR = "an error"
THE_CELL = "the cell's interrupt"
PAUSED = "paused"
WENT_ON = "went on"
STOPPED = "stopped"


def an_error(text: str) -> str:
    return f"an error: {text:.200}"


def rate(value: float) -> str:
    return f"learning rate {value:g}"


def checkpoint_not_written(why: str) -> str:
    return f"A checkpoint could not be written ({why}). The training goes on; the next one is tried as well."


def no_checkpoints(why: str) -> str:
    return f"This run has no checkpoints to go on from: {why}"


def recording_failed(error: str) -> str:
    return f"Recording this run failed ({error}). The training goes on."


def run_is_recorded_anew(why: str) -> str:
    return f"What follows is recorded as a new run: {why}"
