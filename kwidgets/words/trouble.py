"""A run that diverged: where, and what helps."""

# Compared with a loss whose value is no longer known.
LOWER = "lower"
TAKE_SAMPLES_OUT = "Take these samples out of the data or replace the values; a lower learning rate cannot help here."


def is_no_number(epoch: int, batch: int) -> str:
    return f"In epoch {epoch}, batch {batch} the loss is not a number any more (NaN)."


def is_infinite(epoch: int, batch: int) -> str:
    return f"In epoch {epoch}, batch {batch} the loss is infinite."


def has_grown(epoch: int, batch: int, value: str, start: str) -> str:
    return f"In epoch {epoch}, batch {batch} the loss has grown to {value}; at the start it was {start}."


def stayed_worse(epochs: int, value: str, start: str) -> str:
    return f"For {epochs} epochs the loss has stayed near {value}; at the start it was {start}."


def lost_what_was_learnt(epochs: int, value: str, best: str) -> str:
    return f"For {epochs} epochs the loss has been {value} as at the start, after it had been {best}."


def no_better_than_a_guess(epochs: int, value: str, guess: str) -> str:
    return (
        f"For {epochs} epochs the loss has been {value}, and the same answer for every sample gives {guess}: "
        "nothing has been learnt from the inputs so far."
    )


FLOAT16_ENDS = (
    'float16 holds no number above 65504: train in float32 (the setting "Precision"; a model of float16 weights: '
    "K.set_floatx('float32')) if what follows does not help."
)
LOWER_THE_LEARNING_RATE = "Lower the learning rate."


def rate_may_be_too_high(rate: float, tenth: float) -> str:
    return f"The learning rate {rate:g} may be too high: try {tenth:g}, a tenth of it."


def divide_it(name: str, largest: float) -> str:
    return f"'{name}' reaches {largest:.4g}: divide it so that its values lie around 1."


SCALE_THE_INPUTS = "If that does not help, scale the inputs so that their values lie around 1."


def holds_no_numbers(name: str, sample: int) -> str:
    return f"'{name}' itself holds values that are no numbers, the first in sample {sample}."


def try_another_rate(rate: float | None) -> str:
    now = "" if rate is None else f" ({rate:g} now)"
    return f"Try a learning rate ten times larger{now}, or a tenth, and look whether the inputs tell the targets."
