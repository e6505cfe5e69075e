"""Results of a builder: its present model on its data, other runs on the same samples, and samples that training goes without."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from engine.data import Dataset, Pictures
from engine.errors import EngineError
from engine.models import Model
from engine.types import Array

from . import messages
from .chosen_data import ChosenData
from .document.document import Document
from .evaluation.evaluated import Evaluated
from .evaluation.output import Undo
from .given_results import form_of_inputs, inputs_by_hand
from .refused import Refused
from .run_actions import Chosen
from .session import by_hand
from .session.coming_back import model_at, recorded_experiment
from .session.marks import Numbers, fingerprint, mark_of_weights
from .session.picture_folders import PICTURES
from .session.session import Session
from .session.table_edits import shown_column
from .session.tables import KINDS
from .widgets.base import Message
from .words import data as say_data
from .words import results as say

# Models of other runs that are kept ready.
MOST_RIVALS = 4
_LETTERS = 160
# Pictures whose ground is looked at.
_LOOKED_AT = 8
_FORM: messages.TryForm = {
    "kind": "row",
    "height": 0,
    "width": 0,
    "colours": False,
    "columns": [],
    "numbers": 0,
    "says": "",
}

SetName = messages.ResultSetName


@dataclass(frozen=True)
class _Loaded:
    """The arrays that are chosen. mark: tells others from them. count: their rows, of which the first `trained` are trained on.

    validation: arrays of their own that are measured, under the names of those that are trained on; None: the rest of the rows.
    """

    mark: object
    arrays: Mapping[str, Array]
    test: Mapping[str, Array] | None
    validation: Mapping[str, Array] | None
    count: int
    trained: int


class BuilderResults:
    """The results of what a builder shows (`widgets.results_part.ResultsSource`).

    Args:
        document: what is trained.
        session: what it was trained by.
        data: what it is trained on.
        model: gives the present model with its weights; raises Refused.
    """

    def __init__(self, document: Document, session: Session, data: ChosenData, model: Callable[[], Model]) -> None:
        self._document, self._session, self._data, self._model = document, session, data, model
        self._known: dict[SetName, tuple[object, Evaluated]] = {}
        self._rivals: dict[tuple[str, int], Evaluated] = {}
        self._times: object = None
        self._nows = 0
        self._numbers = Numbers()
        self._marked: dict[SetName, set[int]] = {}
        self._arrays_kept: _Loaded | None = None
        # Numbers of training samples that training goes without, for the arrays that they are of.
        self._left_out: tuple[object, set[int]] = (None, set())

    # Sets.

    def sets(self) -> Sequence[tuple[SetName, int]]:
        """Test, validation and training set, as far as there are such samples."""
        loaded = self._loaded()
        test = loaded.test
        tested = 0 if test is None else min(len(array) for array in test.values())
        validation = loaded.validation
        measured = (
            loaded.count - loaded.trained if validation is None else min(len(array) for array in validation.values())
        )
        counts: list[tuple[SetName, int]] = [
            ("test", tested),
            ("validation", measured),
            ("train", loaded.trained),
        ]
        return [(name, rows) for name, rows in counts if rows]

    def _loaded(self) -> _Loaded:
        """The data that are chosen; read anew only where they are others than before."""
        keys = self._keys()
        mark = self._mark(keys)
        if self._arrays_kept is not None and self._arrays_kept.mark == mark:
            return self._arrays_kept
        arrays, validation_names = self._data.arrays(keys), self._own_validation()
        count = min((len(array) for array in arrays.values()), default=0)
        measured = (
            None
            if not validation_names
            else {key: self._data.arrays([name])[name] for key, name in validation_names.items()}
        )
        trained = count if validation_names else count - self._validates(count)
        made = _Loaded(mark, arrays, self._data.test_arrays(keys), measured, count, trained)
        self._arrays_kept = made
        return made

    def _own_validation(self) -> dict[str, str]:
        """Names of arrays that are measured, by the names of those that are trained on; none where a share of the rows is."""
        names = self._document.draft.data.get("validation")
        return dict(names) if names else {}

    def _mark(self, keys: list[str]) -> object:
        """What tells that the data are others: of the notebook what the arrays hold, else how and when they were stored."""
        source, share = self._source(), self._data.sources.validation_share()
        if source.get("kind", "notebook") == "notebook":
            arrays = self._data.arrays([*keys, *self._own_validation().values()])
            return (
                tuple(keys),
                share,
                [(self._numbers.of(array), array.shape, fingerprint([array])) for array in arrays.values()],
            )
        table = self._table() or self._pictures()
        return tuple(keys), share, str(source), str(self._own_validation()), self._numbers.of(table), _stored_at(source)

    def _validates(self, count: int) -> int:
        exactly = self._data.validates()
        share = float(self._document.draft.training["validation_split"] or 0.0)
        return count - int(count * (1.0 - share)) if exactly is None else exactly

    def _keys(self) -> list[str]:
        chosen = self._document.draft.data
        keys = [*chosen["inputs"].values(), *chosen["targets"].values()]
        if not chosen["inputs"]:
            raise Refused(say.NO_DATA_CHOSEN)
        return list(dict.fromkeys(keys))

    def _arrays(self, of: SetName) -> Mapping[str, Array]:
        """The arrays of a set, under the names of those that are trained on."""
        loaded = self._loaded()
        if of == "test":
            if loaded.test is None:
                raise Refused(say.NO_SAMPLES)
            return loaded.test
        if of == "validation" and loaded.validation is not None:
            return loaded.validation
        part = slice(0, loaded.trained) if of == "train" else slice(loaded.trained, loaded.count)
        return {key: _part(array, part) for key, array in loaded.arrays.items()}

    # Models.

    def look(self, times: object) -> None:
        """While a training goes on, results are those of the model when this was said with another value last."""
        self._times = times

    def now(self) -> Evaluated:
        """The model as it is at this moment, on the best set to judge by. Raises Refused."""
        self._nows += 1
        self.look(("now", self._nows))
        return self.evaluated(self.sets()[0][0])

    def evaluated(self, of: SetName) -> Evaluated:
        """The present model on a set; made anew where model, weights or arrays are others than before."""
        if self._session.model is None:
            raise Refused(say.NOTHING_TRAINED, say.TRAIN_FIRST)
        if self._session.stale is not None:
            raise Refused(say.ANOTHER_MODEL, say.TRAIN_FIRST)
        experiment = self._document.experiment()
        slot = self._slot(experiment)
        known = self._known.get(of)
        if known is not None and known[0] == slot:
            return known[1]
        made = self._evaluate(self._model(), experiment, self._arrays(of))
        if known is not None:
            known[1].close()
        self._known[of] = slot, made
        return made

    def _slot(self, experiment: Mapping[str, Any]) -> object:
        """What tells that results are others."""
        session = self._session
        model = session.model
        if model is None or (session.alive and session.state != "paused"):
            at: object = "moves", repr(self._times)
        else:
            at = mark_of_weights(model.weights)
        return self._loaded().mark, session.run_id, at, experiment.get("data")

    def _evaluate(self, model: Model, experiment: Mapping[str, Any], arrays: Mapping[str, Array]) -> Evaluated:
        data = experiment.get("data") or {}
        inputs = _by_layer(data.get("inputs") or {}, model.input_names, arrays)
        targets = _by_layer(data.get("targets") or {}, model.output_names, arrays, needed=False)
        classes = self._classes()
        named = {} if classes is None else dict.fromkeys(model.output_names, classes)
        undo = self._undo()
        return Evaluated(model, inputs, targets, named, {} if undo is None else dict.fromkeys(model.output_names, undo))

    def rivals(self) -> Sequence[messages.ResultRival]:
        """Other runs of this builder."""
        present = self._session.run_id
        return [
            {"run": row["id"], "title": say.rival_title(row["number"], row["differs"])}
            for row in self._session.runs()
            if row["id"] != present
        ]

    def rival(self, run: str, of: SetName) -> Evaluated:
        """The model that a run has kept last, on the same samples."""
        current = self.evaluated(of)
        slot = run, current.serial
        if slot not in self._rivals:
            store = self._session.store()
            summary = store.get(run)
            recorded = recorded_experiment(store, summary)
            whole = [one for one in store.checkpoints(run) if not one.batch]
            if not whole:
                raise Refused(say.no_weights_kept(summary.number))
            model = model_at(store, summary, max(one.epoch for one in whole), recorded)
            try:
                made = self._evaluate(model, recorded, self._arrays(of))
            except EngineError as error:
                raise Refused(say.OTHER_SAMPLES, str(error)) from None
            self._rivals = {**dict(list(self._rivals.items())[1 - MOST_RIVALS :]), slot: made}
        return self._rivals[slot]

    # Tables and folders.

    def _source(self) -> Mapping[str, Any]:
        source = self._document.draft.data.get("source")
        return source if isinstance(source, Mapping) else {}

    def _table(self) -> Dataset | None:
        source = self._source()
        if source.get("kind") not in KINDS:
            return None
        table = self._data.sources.tables.table(source, self._data.sources.validation_share())
        try:
            return table.whole()
        except MemoryError as error:
            raise Refused(say.LARGER_THAN_THE_MEMORY) from error

    def _pictures(self) -> Pictures | None:
        source = self._source()
        if source.get("kind") != PICTURES:
            return None
        return self._data.sources.pictures.dataset(source, self._data.sources.validation_share())

    def _classes(self) -> list[str] | None:
        data = self._table() or self._pictures()
        return None if data is None else data.classes

    def _undo(self) -> Undo | None:
        """What brings amounts back to the unit that the table has them in."""
        data = self._table() or self._pictures()
        return None if data is None or data.target is None or data.classes is not None else data.preparation.undo

    def shown_rows(self, of: SetName, rows: Array) -> list[messages.PreviewedColumn]:
        """Of a table, what stands in the rows of some samples."""
        table = self._table()
        if table is None:
            return []
        parts = table.parts
        numbers = {"test": parts.test, "validation": parts.validation}.get(of, parts.train)
        there = numbers[rows[rows < len(numbers)]]
        if len(there) < len(rows):
            return []
        return [
            shown_column(table.columns[name], there, _LETTERS)
            for name in [*table.inputs, *([table.target] if table.target else [])]
        ]

    def tries(self) -> messages.TryForm | None:
        """By the columns of a table, as a picture of a folder, or as a sample of the only input."""
        table, pictures = self._table(), self._pictures()
        if table is not None:
            return _form_of_table(table)
        if pictures is not None:
            height, width, channels = pictures.input_shape
            says = say.reads_by_steps([_title(step) for step in pictures.steps])
            return {
                **_FORM,
                "kind": "picture",
                "height": height,
                "width": width,
                "colours": channels >= 3,
                "says": says,
            }
        known = next(iter(self._known.values()), None)
        return None if known is None else form_of_inputs(known[1])

    def given(self, message: Message) -> dict[str, Array]:
        """What was given by hand, behind the steps of the data."""
        known = next(iter(self._known.values()), None)
        if known is None:
            raise Refused(say.NOTHING_TRAINED, say.TRAIN_FIRST)
        table, pictures = self._table(), self._pictures()
        names = list(known[1].inputs)
        if pictures is not None:
            pixels = by_hand.pixels_of(message)
            shown = _drawn_as(pictures, pixels) if message.get("drawn") is True else pixels[..., :3]
            return {names[0]: pictures.preparation.rows(shown)}
        if table is None:
            return inputs_by_hand(known[1], message)
        made = table.preparation.rows([_typed_row(table, message)])
        if not isinstance(made, dict):
            return {names[0]: made}
        keys = self._document.draft.data["inputs"]
        return {name: made[str(keys.get(name, name))] for name in names}

    def in_words(self, entry: str, array: Array) -> str | None:
        """The words of a text column's numbers, of which a table knows the words."""
        keys = {str(name): str(key) for name, key in self._document.draft.data["inputs"].items()}
        words = self._data.words(list(keys.values()))
        known = words.get(keys.get(entry, "")) or (next(iter(words.values()), None) if len(keys) == 1 else None)
        if known is None:
            return None
        numbers = [int(number) for number in array.reshape(-1) if 0 < number < len(known)]
        return " ".join(known[number] for number in numbers)

    def undone(self, output: str, prediction: Array) -> str | None:
        """In the target's own unit, or its class."""
        data = self._table() or self._pictures()
        if data is None or data.target is None:
            return None
        value = data.preparation.undo(prediction)[0]
        return f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)

    # Marked samples.

    def marked(self, of: SetName) -> set[int]:
        """Numbers of marked samples."""
        return self._marked.setdefault(of, set())

    def left_out(self) -> int:
        """How many samples training goes without."""
        return len(self._left_out[1])

    def leave_out(self, of: SetName, back: bool) -> None:
        """Train without the marked samples from now on, or with all again."""
        if back:
            self._left_out = None, set()
            return
        if of != "train":
            raise Refused(say.TRAINING_SET_ONLY)
        if self._source().get("kind") in (*KINDS, PICTURES):
            raise Refused(say.OF_AN_ARRAY)
        marked = self.marked(of)
        if not marked:
            raise Refused(say.NOTHING_MARKED)
        count = len(next(iter(self._arrays("train").values())))
        gone = self._gone() | {row for row in marked if row < count}
        if len(gone) >= count:
            raise Refused(say.all_left_out(count))
        self._left_out = self._names(), gone
        marked.clear()

    def _names(self) -> object:
        return str(self._source()), tuple(self._keys()), self._loaded().count

    def _gone(self) -> set[int]:
        names, rows = self._left_out
        return rows if rows and names == self._names() else set()

    def without_left_out(self, chosen: Chosen) -> Chosen:
        """The data to train on without the samples that are left out; as many rows validate as before."""
        gone = self._gone()
        if not gone:
            return chosen
        loaded, keys = self._loaded(), self._keys()
        rows = np.array([row for row in range(loaded.count) if row not in gone], np.int64)
        arrays = {key: array[rows] if key in keys else array for key, array in chosen.arrays.items()}
        validates = chosen.validates if loaded.validation is not None else loaded.count - loaded.trained
        return Chosen(arrays, chosen.test, validates)


def _stored_at(source: Mapping[str, Any]) -> object:
    try:
        return os.stat(os.path.expanduser(str(source.get("name")))).st_mtime_ns
    except OSError:
        # A frame, or a ready set.
        return None


def _part(array: Array, part: slice) -> Array:
    # What is read while it is used is read by lists of rows.
    return array[part] if isinstance(cast("object", array), np.ndarray) else array[list(range(len(array)))[part]]


def _by_layer(
    chosen: Mapping[str, Any], names: Sequence[str], arrays: Mapping[str, Array], needed: bool = True
) -> dict[str, Array]:
    """Arrays by the names that a model has for its inputs or outputs. Raises Refused where one is missing."""
    if len(names) == 1 and len(chosen) == 1:
        chosen = dict(zip(names, chosen.values(), strict=True))
    made: dict[str, Array] = {}
    for name in names:
        key = chosen.get(name)
        if key in arrays:
            made[name] = arrays[str(key)]
        elif needed:
            raise Refused(say.OTHER_SAMPLES)
    return made


def _form_of_table(table: Dataset) -> messages.TryForm:
    columns: list[messages.TryColumn] = []
    for name in table.inputs:
        column = table.columns[name]
        there = np.flatnonzero(~column.missing)[:1]
        example = shown_column(column, there, _LETTERS)["values"] if len(there) else []
        first = (example[0] or "") if example else ""
        columns.append({"name": name, "kind": column.kind, "example": first, "from_sample": False})
    steps = [_title(step) for step in table.steps if set(step.columns) & set(table.inputs)]
    is_text = len(columns) == 1 and columns[0]["kind"] == "text"
    return {**_FORM, "kind": "text" if is_text else "row", "columns": columns, "says": say.reads_by_steps(steps)}


def _title(step: object) -> str:
    kind = str(getattr(step, "kind", type(step).__name__))
    titles = {**say_data.STEP_TITLES, **say_data.PICTURE_STEP_TITLES}
    return titles.get(kind, kind).lower()


def _typed_row(table: Dataset, message: Message) -> dict[str, Any]:
    """Values of the input columns as they were typed; an empty field is a missing value."""
    typed = message.get("row") or {}
    if not isinstance(typed, Mapping):
        raise Refused(say.CANNOT_BE_TRIED)
    if message.get("kind") == "text":
        typed = {table.inputs[0]: message.get("text")}
    return {name: _typed(table.columns[name].kind, typed.get(name), name) for name in table.inputs}


def _typed(kind: str, value: object, name: str) -> object:
    text = "" if value is None else str(value)
    if kind == "text":
        return text
    text = text.strip()
    if not text:
        return None
    if kind == "number":
        try:
            return float(text)
        except ValueError:
            raise Refused(say.no_number_for(name, text), field=name) from None
    if kind == "boolean":
        return text.lower() in ("1", "true", "yes")
    if kind == "array":
        return np.array([float(one) for one in text.replace(",", " ").split()], np.float32)
    return text


def _drawn_as(pictures: Pictures, pixels: Array) -> Array:
    """A drawing on a ground as light as that of the pictures, uint8 (H, W, 3)."""
    some = [np.median(np.asarray(one["picture"])) for one in pictures.sample(_LOOKED_AT)]
    ink = pixels[..., 3:].astype(np.float64) / 255
    levels = 1 - ink if np.median(some) > 127 else ink
    return (255 * levels).round().astype(np.uint8).repeat(3, -1)
