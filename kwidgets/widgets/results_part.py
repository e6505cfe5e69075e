"""The part of a view that shows what a model does with samples: figures, views, samples to look at, what is tried by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np

from engine.types import Array

from .. import messages
from ..evaluation import pictures
from ..evaluation.evaluated import Evaluated, against
from ..evaluation.output import OutputResults
from ..refused import Refused
from ..session.array_facts import of_some
from ..words import results as say
from . import result_views
from .base import Gesture, Message, Reply
from .result_layers import seen
from .result_told import told

# What the first answer waits for the first piece of the samples, in seconds.
PATIENCE = 0.2
SAMPLES_SHOWN = 24
MOST_MARKED = 10_000


class ResultsSource(Protocol):
    """Where results come from."""

    def sets(self) -> Sequence[tuple[messages.ResultSetName, int]]:
        """The sets of samples there are, and how many samples each has; the best to judge by first."""
        ...

    def look(self, times: object) -> None:
        """Have results be those of the model as it is now, where these are asked for another time than before."""
        ...

    def evaluated(self, of: messages.ResultSetName) -> Evaluated:
        """The present model on a set. Raises Refused."""
        ...

    def rivals(self) -> Sequence[messages.ResultRival]:
        """Other runs that can be compared."""
        ...

    def rival(self, run: str, of: messages.ResultSetName) -> Evaluated:
        """Another run's model on the same samples. Raises Refused."""
        ...

    def shown_rows(self, of: messages.ResultSetName, rows: Array) -> list[messages.PreviewedColumn]:
        """Of a table, what stands in the rows of some samples."""
        ...

    def tries(self) -> messages.TryForm | None:
        """How a sample can be given by hand; None where none can."""
        ...

    def given(self, message: Message) -> dict[str, Array]:
        """The model's inputs (1, ...) for what was given by hand, behind the data's steps. Raises Refused."""
        ...

    def in_words(self, entry: str, array: Array) -> str | None:
        """The words that an input's numbers (1, T) stand for; None where they stand for none, or are not known."""
        ...

    def undone(self, output: str, prediction: Array) -> str | None:
        """A prediction (1, ...) with the target's steps undone, as a text; None where there are none."""
        ...

    def marked(self, of: messages.ResultSetName) -> set[int]:
        """Numbers of marked samples, which `mark` changes."""
        ...

    def left_out(self) -> int:
        """How many samples training goes without."""
        ...

    def leave_out(self, of: messages.ResultSetName, back: bool) -> None:
        """Train without the marked samples of a set from now on, or with all again. Raises Refused."""
        ...


class ResultsPart:
    """Answers the Results page."""

    def __init__(self, source: ResultsSource) -> None:
        self._source = source

    def gestures(self) -> dict[str, Gesture]:
        """The messages that this part answers."""
        return {
            "results": lambda message: dict(self._results(message)),
            "result_view": lambda message: dict(self._view(message)),
            "result_samples": lambda message: dict(self._samples(message)),
            "result_inside": self._inside,
            "result_try": self._try,
            "result_picture": self._picture,
            "mark_samples": self._mark,
            "leave_out": lambda message: self._source.leave_out(_set(message), message.get("back") is True),
        }

    # What there is.

    def _results(self, message: Message) -> messages.ResultsAnswer:
        self._source.look(message.get("times"))
        sets = list(self._source.sets())
        if not sets:
            raise Refused(say.NO_SAMPLES)
        wanted = message.get("of")
        names: list[messages.ResultSetName] = [name for name, _ in sets]
        of = names[names.index(wanted)] if wanted in names else names[0]
        evaluated = self._source.evaluated(of)
        evaluated.predicted.wait(PATIENCE, whole=False)
        part = evaluated.predicted.part()
        asked = message.get("output")
        outputs = [self._output(evaluated, name) for name in evaluated.names] if len(part.rows) else []
        judged = [one["name"] for one in outputs if one["trouble"] is None]
        output = asked if asked in evaluated.names else (judged or evaluated.names)[0]
        figures: list[messages.ResultFigure] = []
        notes = [evaluated.predicted.left_out or ""]
        views: list[messages.ResultViewName] = []
        if output in judged:
            results = evaluated.output(output, whole=False)
            figures = result_views.figures(results, part.seconds)
            notes += result_views.notes(results)
            views = result_views.views(results)
        notes += [str(one["trouble"]) for one in outputs if one["name"] == output and one["trouble"] is not None]
        return {
            "stamp": f"{evaluated.serial} {len(part.rows)} {self._source.left_out()}",
            "of": of,
            "sets": [{"name": name, "title": say.SETS[name], "rows": rows} for name, rows in sets],
            "rows": evaluated.count,
            "done": len(part.rows),
            "whole": part.whole,
            "outputs": outputs,
            "output": str(output),
            "views": views,
            "figures": figures,
            "notes": [note for note in notes if note],
            "rivals": list(self._source.rivals()),
            "tries": self._source.tries(),
            "marked": len(self._source.marked(of)),
            "left_out": self._source.left_out(),
        }

    def _output(self, evaluated: Evaluated, name: str) -> messages.ResultOutput:
        try:
            results = evaluated.output(name, whole=False)
        except Refused as refusal:
            return {"name": name, "kind": None, "classes": [], "trouble": str(refusal)}
        # Their names are shown where one is chosen; thousands are not.
        return {
            "name": name,
            "kind": results.kind,
            "classes": list(results.classes)[: result_views.MOST_CHOSEN],
            "trouble": None,
        }

    def _of(self, message: Message) -> OutputResults:
        output = message.get("output")
        return self._source.evaluated(_set(message)).output(output if isinstance(output, str) else None, whole=False)

    def _view(self, message: Message) -> messages.ResultView:
        results, view = self._of(message), message.get("view")
        if view == "against":
            other = self._rival(message)
            rival = next((one["title"] for one in self._source.rivals() if one["run"] == message.get("run")), "")
            return result_views.against_view(
                against(results, self._same(results, other)), rival, other.predicted.part().whole
            )
        return result_views.view(results, view, message.get("one"))

    def _rival(self, message: Message) -> Evaluated:
        rival = self._source.rival(str(message.get("run")), _set(message))
        rival.predicted.wait(PATIENCE, whole=False)
        return rival

    def _same(self, results: OutputResults, rival: Evaluated) -> OutputResults:
        """The rival's figures of the very samples that are there of this run; waits until they are there."""
        rival.predicted.wait()
        other = rival.output(results.name if results.name in rival.names else None)
        if len(other) == len(results):
            return other
        places = np.searchsorted(other.rows, results.rows)
        return OutputResults(
            results.name,
            None,
            other.targets[places],
            other.predictions[places],
            results.rows,
            list(results.classes) or None,
        )

    # Samples.

    def _samples(self, message: Message) -> messages.SampleGroup:
        results, of = self._of(message), _set(message)
        title, rows = self._group(results, of, message)
        first = max(0, _whole(message.get("first"), 0))
        shown = rows[first : first + SAMPLES_SHOWN]
        evaluated, marked = self._source.evaluated(of), self._source.marked(of)
        return {
            "title": title,
            "total": len(rows),
            "rows": [int(row) for row in shown],
            "captions": [result_views.caption(results, int(row), message.get("group")) for row in shown],
            "marked": [int(row) in marked for row in shown],
            "inputs": [{"name": name, "facts": of_some(array, shown)} for name, array in evaluated.inputs.items()],
            "columns": self._source.shown_rows(of, shown),
        }

    def _group(self, results: OutputResults, of: messages.ResultSetName, message: Message) -> tuple[str, Array]:
        group = message.get("group")
        if group == "cell":
            true, predicted = (_whole(message.get(key), -1) for key in ("true", "predicted"))
            names = list(results.classes)
            if not (0 <= true < len(names) and 0 <= predicted < len(names)):
                raise Refused(say.no_such_class(message.get("true"), results.name), say.there_are_classes(names))
            title = say.rightly(names[true]) if true == predicted else say.taken_for(names[true], names[predicted])
            return title, results.cell(true, predicted)
        if group in ("gained", "lost"):
            difference = against(results, self._same(results, self._rival(message)))
            amounts = results.kind == "amounts"
            words = (say.BETTER_NOW, say.WORSE_NOW) if amounts else (say.NOW_RIGHT, say.NOW_WRONG)
            return (words[0], difference.gained) if group == "gained" else (words[1], difference.lost)
        if group == "marked":
            there = sorted(row for row in self._source.marked(of) if row < self._source.evaluated(of).count)
            return say.MARKED, np.array(there, np.int64)
        if group == "near":
            asked = _numbers(message)[:SAMPLES_SHOWN]
            known = set(results.rows.tolist())
            return say.CHOSEN, np.array([row for row in asked if row in known], np.int64)
        return say.WORST, results.worst(len(results)).rows

    def _inside(self, message: Message) -> Reply:
        of, row = _set(message), message.get("row")
        evaluated = self._source.evaluated(of)
        if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row < evaluated.count:
            raise Refused(say.no_such_row(row, evaluated.count))
        inputs = {name: np.asarray(array[[row]]) for name, array in evaluated.inputs.items()}
        sample = seen(evaluated, inputs)
        outputs = self._told(evaluated, sample.outputs)
        truth = result_views.truth(self._of(message), row)
        shown: messages.SampleInside = {
            "row": row,
            "truth": truth,
            "outputs": outputs,
            "layers": sample.layers,
            "more": sample.more,
        }
        return dict(shown), sample.buffers

    def _told(self, evaluated: Evaluated, predictions: Sequence[Array]) -> list[messages.OutputTold]:
        made: list[messages.OutputTold] = []
        for name, prediction in zip(evaluated.names, predictions, strict=True):
            try:
                results: OutputResults | None = evaluated.output(name, whole=False)
            except Refused:
                results = None
            made.append(
                told(name, prediction, results, self._source.undone(name, prediction), evaluated.classes.get(name))
            )
        return made

    def _try(self, message: Message) -> Reply:
        inputs = self._source.given(message)
        evaluated = self._source.evaluated(_set(message))
        sample = seen(evaluated, inputs)
        # Drawn by the scale of the data, which what was given may leave.
        drawn = [self._seen(evaluated, name, array) for name, array in inputs.items()]
        outputs = self._told(evaluated, sample.outputs)
        tried: messages.TriedSample = {
            "seen": drawn,
            "outputs": outputs,
            "layers": sample.layers,
            "more": sample.more,
        }
        return dict(tried), sample.buffers

    def _seen(self, evaluated: Evaluated, name: str, array: Array) -> messages.SampledInput:
        """What the network gets of an input that was given by hand; numbers of words as the words."""
        facts = of_some(evaluated.inputs[name], np.zeros(0, np.int64), array)
        text = self._source.in_words(name, array)
        if text is not None:
            said: messages.ArrayFacts = {**facts, "kind": "text", "samples": [text]}
            return {"name": name, "facts": said}
        return {"name": name, "facts": facts}

    # What is done with them.

    def _mark(self, message: Message) -> None:
        rows, marked = _numbers(message), self._source.marked(_set(message))
        if message.get("marked") is True:
            marked.update(rows[: MOST_MARKED - len(marked)])
        else:
            marked.difference_update(rows)

    def _picture(self, message: Message) -> Reply:
        results, view = self._of(message), str(message.get("view"))
        kind = str(message.get("format"))
        of = _whole(message.get("one"), 0)
        content = pictures.picture(results, pictures.OF_VIEWS.get(view, view), kind, of)
        file: messages.File = {"filename": f"{view}.{kind}", "mime": pictures.MIME[kind]}
        return dict(file), [content]


def _set(message: Message) -> messages.ResultSetName:
    of = message.get("of")
    if not isinstance(of, str) or of not in say.SETS:
        raise Refused(say.no_such_set(of))
    return cast("messages.ResultSetName", of)


def _numbers(message: Message) -> list[int]:
    """Numbers of samples that a message names."""
    rows = message.get("rows")
    listed = rows if isinstance(rows, (list, tuple)) else []
    return [row for row in listed if isinstance(row, int) and not isinstance(row, bool) and row >= 0]


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
