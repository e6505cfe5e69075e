"""The builder in the browser: canvas, forms, texts, data, training, curves of one experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import traitlets

from .. import messages
from ..document import canvas_state
from ..document.canvas_state import CanvasState
from ..document.catalogue import catalogue
from ..document.commands import COMMANDS, INTERNAL, Change
from ..document.device_choice import device_choice
from ..document.dialects import dialect_named
from ..document.document import Document
from ..document.text_checks import check_text, models_of
from ..document.text_help import completions, meaning
from ..refused import Refused
from ..words import still as still_words
from ..words import views as say
from .base import Answer, Gesture, Message, Reply, View
from .chart_picture import run_sheet
from .picture import graph_sheet
from .run_part import Run, RunPart
from .runs_part import RunsPart
from .sheet import Sheet

EDITED = "document"
RUN = "run"
ROWS = "runs"
FORECAST = "forecast"
MOST_SELECTED = 10_000
MOST_PIXELS = 100_000
NOT_SAVED: messages.Saving = {"name": None, "saved": None, "writes": False, "trouble": None, "notice": None}
NO_FORECAST: messages.Forecast = {"seconds": None, "memory": None, "samples": None, "basis": None}


class BuilderView(View):
    """Shows a document and a run. The graph goes out as changes, the rest as traits; each page keeps its own selection.

    gestures: further messages to answer (start, export, open_data ...); they win over the document's commands.
    """

    catalogue = traitlets.Dict(read_only=True).tag(sync=True)
    blocks = traitlets.List(read_only=True).tag(sync=True)
    data = traitlets.Dict(read_only=True).tag(sync=True)
    training = traitlets.Dict(read_only=True).tag(sync=True)
    run = traitlets.Dict(read_only=True).tag(sync=True)
    runs = traitlets.List(read_only=True).tag(sync=True)
    forecast = traitlets.Dict(read_only=True).tag(sync=True)
    saving = traitlets.Dict(read_only=True).tag(sync=True)
    before = traitlets.Unicode(allow_none=True, default_value=None, read_only=True).tag(sync=True)
    log = traitlets.List(read_only=True).tag(sync=True)

    def __init__(self, document: Document, run: Run, gestures: Mapping[str, Gesture] | None = None) -> None:
        self._document = document
        self._run = run
        self._part = RunPart(run)
        # The state of the canvas that was drawn last, which this holds on to, and what a picture shows of it.
        self._pictured: tuple[CanvasState | None, Sheet] = (None, Sheet("", None))
        self._sent: CanvasState = document.state()
        self._brought: dict[str, Callable[[], None]] = {}
        super().__init__("builder")
        self._gestures |= dict.fromkeys([*COMMANDS.keys() - INTERNAL, "undo", "redo"], self.edit)
        self._gestures |= {**self._looking(), **self._part.gestures(), **RunsPart().gestures(), **(gestures or {})}
        self.show(
            catalogue=catalogue(), forecast=NO_FORECAST, saving=NOT_SAVED, **self._part.state(), **self._part.table()
        )
        self._show_document()
        document.listeners.append(self._document_changed)

    def close(self) -> None:
        """Take the view away; the document and the run live on."""
        if self._document_changed in self._document.listeners:
            self._document.listeners.remove(self._document_changed)
        super().close()

    def sheet(self) -> Sheet:
        """The graph, and the curves and the state of the run."""
        run = run_sheet(self._run)
        state = self._document.state()
        if self._pictured[0] is not state:
            self._pictured = (state, graph_sheet(canvas_state.whole(state), self._document.yaml()))
        graph = self._pictured[1]
        return replace(graph, state=(state.serial, run.state), line=run.line, pieces=run.pieces)

    def sentence(self, moment: datetime) -> str:
        """How to bring a picture of a moment to life, in words."""
        return still_words.run_to_edit(moment)

    def edit(self, message: Message) -> Answer:
        """Carry out a command of the document."""
        seen = message.get("seen")
        command = {key: value for key, value in message.items() if key not in ("id", "seen", "buffers")}
        return self._document.do(command, seen=seen if isinstance(seen, int) else None)

    def sends(self, name: str, bring: Callable[[], None]) -> None:
        """Have `bring` called in the sending thread whenever `changed(name)` is said."""
        self._brought[name] = bring

    def _looking(self) -> dict[str, Gesture]:
        """Questions, and how the graph is looked at: nothing of the document changes."""
        document = self._document
        return {
            "graph": lambda _: self._whole,
            "form": lambda message: {"form": document.form(_names(message.get("nodes")))},
            "why": lambda message: {"why": document.why(str(message.get("node")))},
            "texts": lambda message: {"texts": document.text(dialect_named(message.get("dialect")))},
            "check_text": lambda message: {
                "check": check_text(*_text(message), document.draft, _name(message.get("model")))
            },
            "completions": lambda message: dict(completions(*_text(message), _place(message))),
            "meaning": lambda message: {"meaning": meaning(*_text(message), _place(message))},
            "models": lambda _: dict(models_of(document.draft)),
            "yaml": lambda _: {"yaml": document.yaml()},
            "devices": lambda _: dict(device_choice()),
            "script": lambda _: {"script": document.script()},
            "copy": lambda message: dict(document.copy(_names(message.get("nodes")))),
            "joins": lambda message: dict(document.joins(str(message.get("source")), str(message.get("target")))),
            "canvas": self._resize,
            "open_fold": lambda message: document.open_fold(str(message.get("fold")), message.get("open") is True),
            "reveal": lambda message: document.reveal(str(message.get("node"))),
            "open_all": lambda message: document.open_all(message.get("open") is True),
        }

    def _resize(self, message: Message) -> None:
        self._document.resize(_pixels(message, "width"), _pixels(message, "height"))

    def _whole(self) -> Reply:
        """All of the graph as every page was told it last: the changes that follow fit all of them."""
        return dict(canvas_state.whole(self._sent)), []

    def _document_changed(self, change: Change) -> None:
        self.changed(EDITED)

    def _send_state(self, names: set[str]) -> None:
        if RUN in names:
            # Sent before the document, whose state takes longer, since whoever pressed Stop waits for it.
            self.show(**self._part.state())
        if ROWS in names or RUN in names:
            self.show(**self._part.table())
        if EDITED in names:
            self._send_graph()
            self._show_document()
        if RUN in names:
            points = self._part.new_points()
            if points is not None:
                self.send(*points)
        for name in names & self._brought.keys():
            self._brought[name]()

    def _send_graph(self) -> None:
        """What of the graph is new since the last message."""
        after = self._document.state()
        if after is not self._sent and not canvas_state.same(self._sent, after):
            self.send(dict(canvas_state.changes(self._sent, after)))
            self._sent = after

    def _show_document(self) -> None:
        self.show(data=self._document.data(), training=self._document.training())


def _pixels(message: Message, key: str) -> float:
    size = message.get(key)
    if not isinstance(size, (int, float)) or not 0 < size < MOST_PIXELS:
        raise Refused(say.no_number_of_pixels(key, size))
    return float(size)


def _text(message: Message) -> tuple[str, str]:
    """A text under way, and its format."""
    return str(message.get("text")), str(message.get("format"))


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _place(message: Message) -> int:
    at = message.get("at")
    return at if isinstance(at, int) and 0 <= at <= len(str(message.get("text"))) else 0


def _names(value: object) -> list[str]:
    return [str(name) for name in value][:MOST_SELECTED] if isinstance(value, list) else []
