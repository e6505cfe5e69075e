"""Results by themselves, in the browser: `kwidgets.Results` in a cell of its own."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from .. import messages
from ..evaluation import pictures
from ..refused import Refused
from ..words import results as say
from ..words import still as still_words
from .base import View
from .result_views import figures
from .results_part import ResultsPart, ResultsSource
from .sheet import Sheet

RESULTS = "results"


class ResultsView(View):
    """Shows the results of one model on one set of samples."""

    def __init__(self, source: ResultsSource) -> None:
        self._source = source
        super().__init__("results")
        self._gestures |= ResultsPart(source).gestures()
        source.evaluated(source.sets()[0][0]).predicted.when_done = lambda: self.changed(RESULTS)

    def _send_state(self, names: set[str]) -> None:
        """Everything is asked for."""

    def sentence(self, moment: datetime) -> str:
        """How to bring a picture of a moment to life, in words."""
        return still_words.run_to_look(moment)

    def sheet(self) -> Sheet:
        """The figures that conclude, and the picture that stands for the first output that can be judged."""
        of: messages.ResultSetName = self._source.sets()[0][0]
        evaluated = self._source.evaluated(of)
        title = say.results_of(evaluated.names, evaluated.count)
        try:
            evaluated.predicted.wait(0.0, whole=False)
        except Refused as refusal:
            return Sheet(title, (str(refusal),), line=str(refusal))
        part = evaluated.predicted.part()
        if not len(part.rows):
            return Sheet(title, (0,), line=say.not_yet(0, evaluated.count))
        lines: list[str] = [] if part.whole else [say.not_yet(len(part.rows), evaluated.count)]
        for name in evaluated.names:
            try:
                results = evaluated.output(name, whole=False)
            except Refused as refusal:
                lines.append(str(refusal))
                continue
            sentences = [say.figure_in_words(one["label"], one["value"]) for one in figures(results, part.seconds)]
            paint = partial(pictures.paint, results=results, what=pictures.first_picture(results))
            return Sheet(title, (len(part.rows), name), line=" · ".join([*lines, *sentences]), figure=paint)
        return Sheet(title, (len(part.rows),), line=" ".join(lines))
