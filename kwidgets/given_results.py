"""Results of a model and samples that were given in code, for `kwidgets.Results`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.types import Array

from . import messages
from .evaluation.evaluated import Evaluated
from .refused import Refused
from .session import by_hand
from .widgets.base import Message
from .words import results as say


class Given:
    """One model, one set of samples (`widgets.results_part.ResultsSource`).

    Args:
        evaluated: both of them.
    """

    def __init__(self, evaluated: Evaluated) -> None:
        self._evaluated = evaluated
        self._marked: set[int] = set()

    def sets(self) -> Sequence[tuple[messages.ResultSetName, int]]:
        """The one set."""
        return [("given", self._evaluated.count)]

    def look(self, times: object) -> None:
        """It is always the model as it was when it was given."""

    def evaluated(self, of: messages.ResultSetName) -> Evaluated:
        """The model on it."""
        return self._evaluated

    def rivals(self) -> Sequence[messages.ResultRival]:
        """None: two `Results` are compared in code."""
        return []

    def rival(self, run: str, of: messages.ResultSetName) -> Evaluated:
        """There is none."""
        raise Refused(say.NO_RIVAL, say.COMPARE_IN_CODE)

    def shown_rows(self, of: messages.ResultSetName, rows: Array) -> list[messages.PreviewedColumn]:
        """Nothing: the samples are arrays."""
        return []

    def tries(self) -> messages.TryForm | None:
        """How a sample of the only input is given."""
        return form_of_inputs(self._evaluated)

    def given(self, message: Message) -> dict[str, Array]:
        """What was given, as the input has it."""
        return inputs_by_hand(self._evaluated, message)

    def in_words(self, entry: str, array: Array) -> str | None:
        """Arrays do not say what their numbers stand for."""
        return None

    def undone(self, output: str, prediction: Array) -> str | None:
        """Nothing has been done to the targets here."""
        return None

    def marked(self, of: messages.ResultSetName) -> set[int]:
        """Numbers of marked samples."""
        return self._marked

    def left_out(self) -> int:
        """Nothing is trained here."""
        return 0

    def leave_out(self, of: messages.ResultSetName, back: bool) -> None:
        """Nothing is trained here."""
        raise Refused(say.NOT_TRAINED_HERE, say.LEAVE_OUT_IN_CODE)


def form_of_inputs(evaluated: Evaluated) -> messages.TryForm | None:
    """How a sample is given by hand: of the only input what suits it; of several the numbers of each, or those of a sample."""
    inputs = evaluated.inputs
    if len(inputs) == 1:
        return by_hand.form_of(next(iter(inputs.values())))
    columns: list[messages.TryColumn] = [
        {"name": name, "kind": "array", "example": by_hand.example_of(array), "from_sample": True}
        for name, array in inputs.items()
    ]
    return {
        "kind": "row",
        "height": 0,
        "width": 0,
        "colours": False,
        "columns": columns,
        "numbers": 0,
        "says": say.READS_SEVERAL,
    }


def inputs_by_hand(evaluated: Evaluated, message: Message) -> dict[str, Array]:
    """What was given by hand, by the names of the inputs (1, ...). Raises Refused."""
    form = form_of_inputs(evaluated)
    if form is None or message.get("kind") != form["kind"]:
        raise Refused(say.CANNOT_BE_TRIED)
    if form["kind"] == "row":
        return _several(evaluated, message)
    (name, array), *_ = evaluated.inputs.items()
    if form["kind"] == "picture":
        pixels = by_hand.pixels_of(message)
        return {name: by_hand.picture_for(array, pixels, message.get("drawn") is True)}
    return {name: by_hand.numbers_for(array, message.get("numbers"))}


def _several(evaluated: Evaluated, message: Message) -> dict[str, Array]:
    """The numbers that were typed for some inputs, and those of a sample for the others. Raises Refused."""
    typed, row = message.get("row"), message.get("sample", 0)
    if not isinstance(typed, Mapping):
        raise Refused(say.CANNOT_BE_TRIED)
    if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row < evaluated.count:
        raise Refused(say.no_such_row(row, evaluated.count))
    texts = {name: str(typed.get(name) or "").strip() for name in evaluated.inputs}
    return {
        name: by_hand.numbers_for(array, texts[name], name) if texts[name] else np.asarray(array[[row]])
        for name, array in evaluated.inputs.items()
    }
