"""The run: its state, its log, and what its buttons refuse."""

# Curves of a `fit` in a cell.
INTERRUPT_STOPS_IT = "The notebook's interrupt button stops it."


def curves_are_not_kept(name: object) -> str:
    return f"The curves of {name!r} are not kept."


NO_TRAINING_IS_GOING_ON = "No training is going on."
NO_PAUSE_IN_A_CELL = "A training that blocks its cell cannot be paused."
TRAIN_WITH_A_BUILDER = "Train with a Builder or a Dashboard instead."


# The best weights.


def weights_are_too_large(size: float, limit: int) -> str:
    return f"The weights take {size:.0f} MB; the best are kept up to {limit} MB only."


# A run that failed.


def callback_failed(callback: str, error: str) -> str:
    return f"The callback {callback} failed: {error}"


# Marks of the curves: how a run ended, and what it came to.
STOPPED = "stopped"
INTERRUPTED = "interrupted"
ENDED = "ended"
FAILED = "failed"
STOPPED_EARLY = "stopped early"
BEST = "best"
NAN = "NaN"
INFINITE = "infinite"
EXPLODES = "explodes"
ABOVE_THE_START = "above the start"
LEARNING_LOST = "learning lost"
ONLY_A_GUESS = "only a guess"
# The sentences of these marks.
WAS_STOPPED = "The training was stopped."
WAS_INTERRUPTED = "The training was interrupted."
STOPPED_EARLY_BY_ITSELF = "The training stopped early by itself."
ENDED_BY_ITSELF = "The training ended by itself: its loss was no number any more."
HAS_FAILED = "The training failed."


def best_epoch(epoch: int, metric: str, value: float) -> str:
    return f"Epoch {epoch} had the best {metric}: {value:.4g}."


def rate(rate: float) -> str:
    return f"rate {rate:g}"


def rate_became(rate: float, before: float) -> str:
    return f"The learning rate became {rate:g}; it was {before:g}."


# Run state.


def epoch_of(epoch: int, epochs: int) -> str:
    return f"epoch {epoch} of {epochs}"


WEIGHTS_OF_WHOLE_UPDATES = "The weights are those of whole updates."


def paused_in(where: str) -> str:
    return f"Paused in {where}."


STOPPING_AFTER_THIS_BATCH = "Stopping after this batch."


def stopped_in(where: str, note: str) -> str:
    return f"Stopped in {where}. {note}"


def stopped_early_in(where: str, note: str) -> str:
    return f"A callback stopped it early in {where}. {note}"


def interrupted_in(where: str, note: str) -> str:
    return f"The cell was interrupted in {where}. {note}"


def finished_after(epochs: int, note: str | None) -> str:
    return f"Finished after {epochs} epochs." if note is None else f"Finished after {epochs} epochs. {note}"


# The test set.


def test_set_not_scored(error: str) -> str:
    return f"The test set could not be scored: {error}"


# The buttons.
CHOOSE_OTHER_ARRAYS = "Choose other arrays, or change the graph."
ONLY_A_RUNNING_TRAINING_PAUSES = "Only a running training can be paused."
NO_PAUSED_TRAINING = "There is no paused training to go on with."
NO_NEXT_BATCH = "No training is going on, so there is no next batch."
NO_BEST_EPOCH_YET = "No epoch has been trained to its end yet, so there is no best one."
STOP_KEEPS_THE_PRESENT_WEIGHTS = "Stop keeps the present weights."
BEGUN_IN_CODE = "This training was begun in code, so it cannot be begun again from here."
LOWER_THE_RATE_IN_CODE = "Lower the learning rate there, make the model anew and call fit again."


def no_learning_rate(value: object) -> str:
    return f"A learning rate is a number above 0, not {value!r}."


NO_BATCH_WAS_TOO_LARGE = "No batch was too large for a card's memory, so there is none that fits better."
NOTHING_IS_TRAINED_YET = "Nothing is trained yet."
SET_THE_RATE_OF_THE_OPTIMIZER = "Set the rate among the optimizer's settings."


def learning_rate(rate: float) -> str:
    return f"learning rate {rate:g}"


def curves_are_gone(name: object) -> str:
    return f"The curves of {name!r} are not kept any more."


A_TRAINING_IS_GOING_ON_ALREADY = "A training is going on already."
STOP_IT_FIRST = "Stop it first."


def no_such_start(mode: object) -> str:
    return f"A start is 'continue' or 'again', not {mode!r}."


NOTHING_TO_GO_ON_FROM = "There is nothing to go on from."
START_AGAIN_WITH_NEW_WEIGHTS = "Start again with new weights."
WEIGHTS_FROM_BEFORE = "The weights are those from before the first batch."


def weights_of_the_best(epoch: int) -> str:
    return f"The weights are those of epoch {epoch}, the best."


def diverged_best_are_kept(epoch: int) -> str:
    return f"It had diverged; the weights of epoch {epoch}, the best, are kept."


def weights_are_lost(why: str | None) -> str:
    return "The weights are lost." if why is None else f"The weights are lost. {why}"


def epoch(epoch: int, cut_short: bool, seconds: float, values: str) -> str:
    """An epoch's line in the log."""
    return f"epoch {epoch}{' (cut short)' if cut_short else ''}  {seconds:.1f} s  {values}"


def ended_on_nan(where: str, note: str) -> str:
    return f"The loss is no finite number any more, so the training ended by itself in {where}. {note}"
