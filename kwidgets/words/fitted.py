"""Runs of a `fit` in code: what of it is known in code alone, and the line that goes on with it."""

from collections.abc import Sequence

ARRAYS = "data that are no arrays"
# As the engine names what stands in the place of arrays.
GENERATOR = "a generator"
# What is given again by name.
_ARGUMENTS = ("sample_weight", "class_weight", "validation_data", "steps_per_epoch", "shuffle")


def callbacks(names: Sequence[str]) -> str:
    return f"callbacks ({', '.join(names)})"


def is_known_in_code(needs: Sequence[str]) -> str:
    """needs: empty where the model, its loss or its metrics cannot be said in a text."""
    if not needs:
        return "Its model, loss or metrics are known in code alone; this line goes on with it there:"
    return f"Its {', '.join(needs)} {'is' if len(needs) == 1 else 'are'} known in code alone; this line goes on with it there:"


NOT_RECORDED_HOW = (
    "An earlier release recorded it without how it was called, so it cannot go on; its model has its weights:"
)


def going_on(run: int, needs: Sequence[str]) -> str:
    """The line of code that goes on with a run."""
    arguments = [f"{name}={name}" for name in needs if name in _ARGUMENTS]
    arguments += ["callbacks=callbacks" for name in needs if name.startswith("callbacks")]
    data = ["generator"] if GENERATOR in needs else ["x", "y"]
    return f"kwidgets.run({run}).resume({', '.join([*data, *arguments])})"


def model_of(run: int) -> str:
    return f"kwidgets.run({run}).model()"


def is_missing(run: int, needs: Sequence[str]) -> str:
    return f"Run {run} was given {', '.join(needs)} besides its data, which must be given again."


def data_are_missing(names: Sequence[str]) -> str:
    return f"No array of the notebook holds what it was trained on as {', '.join(names)}."


def gives_no_arrays(part: str, names: Sequence[str]) -> str:
    return f"What is given for its {part} are no arrays of numbers for {', '.join(names)}."


GIVE_AS_IN_FIT = "Give x and y as fit had them: an array, a list of arrays, or arrays by name."


def takes_nothing_besides(run: int, names: Sequence[str]) -> str:
    return f"Run {run} goes on as it was recorded, and takes no {', '.join(names)}."


CHANGE_IT_IN_A_BUILDER = "Open it in a builder to train it otherwise."
