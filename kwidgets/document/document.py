"""The document: the experiment being edited, its undo list, its versions and those who look at it.

All changes go through `do`: under the lock a command works on a copy of the draft, the copy is settled and checked, the
old draft goes on the undo list, the version rises and the listeners hear of it. A command that is refused leaves
everything as it was. No widget is known here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..export import python_code
from . import edit_graph, edit_settings, mends, printing, problems, views  # noqa: F401  (edit_* register commands)
from .checks import Checker, Checkup
from .commands import COMMANDS, Done, apply
from .draft import Draft
from .refused import Refused
from .stale import meaning

UNDO_STEPS = 200
REMEMBERED_VERSIONS = 400
# Allowed while a run is on: they do not touch what is being trained.
HARMLESS = {"move", "arrange"}


@dataclass(frozen=True)
class Change:
    """What listeners hear. label: words of the command; nodes: what was made, for selection."""

    version: int
    label: str
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Step:
    label: str
    draft: Draft


class Document:
    """An experiment under edit.

    >>> document = Document()
    >>> document.do({"do": "add", "class_name": "Input", "settings": {"shape": [4]}})["nodes"]
    ['input_1@0']
    >>> document.do({"do": "add", "class_name": "Dense", "after": "input_1@0"})["nodes"]
    ['dense_1@0']
    >>> document.graph()["nodes"][1]["shape"]
    [None, 10]
    >>> document.undo()["label"]
    "add 'dense_1'"

    Errors: Refused, with the reason; the document is then as it was.
    """

    def __init__(self, draft: Draft | None = None) -> None:
        self._lock = threading.RLock()
        self._draft = Draft() if draft is None else draft
        self._version = 0
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._past: dict[int, tuple[Draft, str | None, str | None]] = {}
        self._checker = Checker()
        self._checkup: Checkup | None = None
        self._problems: list[problems.Problem] | None = None
        self._mends: dict[str, list[mends.Mend]] = {}
        self._texts: dict[str, str] = {}
        self._sources: list[dict[str, Any]] = []
        self._locked: str | None = None
        self.listeners: list[Callable[[Change], None]] = []
        self._remember()

    # What commands may ask (Surroundings).

    def shape_of(self, node: str) -> tuple[int | None, ...] | None:
        checked = self._check().nodes.get(node)
        return checked.shape if checked else None

    def array_shape(self, input_name: str | None) -> tuple[int, ...] | None:
        """Shape of the array chosen for an input; for a new input (None) the first array that no input uses yet."""
        arrays = {array["key"]: array["shape"] for array in self._arrays()}
        chosen = self._draft.data.get("inputs", {})
        if input_name in chosen:
            shape = arrays.get(chosen[input_name])
            return tuple(shape) if shape else None
        if input_name is None and not self._draft.input_names() and arrays:
            first = arrays.get("x", arrays.get("x_train", next(iter(arrays.values()))))
            return tuple(first) if len(first) > 1 else None
        return None

    def mend_commands(self, problem: str, mend: str) -> tuple[str, list[dict[str, Any]]]:
        self.problems()
        for offer in self._mends.get(problem, []):
            if offer.id == mend:
                return offer.label, [dict(step) for step in offer.commands]
        raise Refused("This problem is gone, or that mend no longer helps.", "The list has been refreshed.")

    # Changes.

    @property
    def version(self) -> int:
        return self._version

    @property
    def locked(self) -> str | None:
        """Why the graph cannot be edited now (a run is on), or None."""
        return self._locked

    @locked.setter
    def locked(self, why: str | None) -> None:
        with self._lock:
            if why == self._locked:
                return
            self._locked = why
        self._tell(Change(self._version, why or "unlocked"))

    def do(self, command: Mapping[str, Any], seen: int | None = None) -> dict[str, Any]:
        """Carries out a command; returns {version, label, nodes}.

        seen: the version that the sender has on the screen. Errors: Refused.
        """
        name = command.get("do")
        if name == "undo":
            return self.undo(seen)
        if name == "redo":
            return self.redo(seen)
        if not isinstance(name, str) or name not in COMMANDS:
            raise Refused(f"There is no command {name!r}.")
        with self._lock:
            if self._locked and name not in HARMLESS:
                raise Refused(self._locked, "Stop the run first.")
            self._refuse_stale(command, seen)
            before = self._draft
            after, done = apply(before, command, self)
            if after != before:
                self._undo = [*self._undo, _Step(done.label, before)][-UNDO_STEPS:]
                self._redo = []
                self._set(after)
            change = self._change(done)
        return self._tell(change)

    def undo(self, seen: int | None = None) -> dict[str, Any]:
        """Goes back one step; returns {version, label, nodes} with the label of what was undone."""
        with self._lock:
            change = self._step("undo", self._undo, self._redo, seen)
        return self._tell(change)

    def redo(self, seen: int | None = None) -> dict[str, Any]:
        """Does again what was undone last."""
        with self._lock:
            change = self._step("redo", self._redo, self._undo, seen)
        return self._tell(change)

    def _step(self, what: str, taken: list[_Step], given: list[_Step], seen: int | None) -> Change:
        if self._locked:
            raise Refused(self._locked, "Stop the run first.")
        if not taken:
            raise Refused(f"There is nothing to {what}.")
        if seen is not None and seen != self._version:
            then = self._past.get(seen)
            if then is None or then[1 if what == "undo" else 2] != taken[-1].label:
                raise _changed()
        step = taken.pop()
        given.append(_Step(step.label, self._draft))
        self._set(step.draft)
        return Change(self._version, step.label)

    def _refuse_stale(self, command: Mapping[str, Any], seen: int | None) -> None:
        if seen is None or seen == self._version:
            return
        then = self._past.get(seen)
        if then is None or meaning(then[0], command) != meaning(self._draft, command):
            raise _changed()

    def _set(self, draft: Draft) -> None:
        self._draft = draft
        self._version += 1
        self._forget()
        self._remember()

    def _forget(self) -> None:
        self._checkup = self._problems = None
        self._texts = {}

    def _remember(self) -> None:
        undo = self._undo[-1].label if self._undo else None
        redo = self._redo[-1].label if self._redo else None
        self._past[self._version] = (self._draft, undo, redo)
        self._past.pop(self._version - REMEMBERED_VERSIONS, None)

    def _change(self, done: Done) -> Change:
        return Change(self._version, done.label, tuple(node for node in done.nodes if self._draft.has(node)))

    def _tell(self, change: Change) -> dict[str, Any]:
        """Listeners are called outside the lock, so that one may wait for another thread."""
        for listener in list(self.listeners):
            listener(change)
        return {"version": change.version, "label": change.label, "nodes": list(change.nodes)}

    # Views: plain data, fresh each time.

    def _check(self) -> Checkup:
        if self._checkup is None:
            self._checkup = self._checker.check(self._draft)
        return self._checkup

    def problems(self) -> list[dict[str, Any]]:
        """[{id, node, sentence, hint, severity, mends: [{id, label}]}], errors before warnings."""
        with self._lock:
            if self._problems is None:
                checkup = self._check()
                self._problems = problems.find(self._draft, checkup)
                self._mends = {
                    problem.id: mends.offered(problem, self._draft, checkup, self._checker, self)
                    for problem in self._problems[: views.MOST_MENDED]
                }
            return views.problem_list(self._problems, self._mends)

    @property
    def draft(self) -> Draft:
        """The present draft; never change it."""
        return self._draft

    def graph(self) -> dict[str, Any]:
        """State of the canvas: nodes, wires, problems, totals, undo and redo labels."""
        with self._lock:
            found = self.problems()
            undo = self._undo[-1].label if self._undo else None
            redo = self._redo[-1].label if self._redo else None
            state = views.graph(self._draft, self._check(), found)
            return {"version": self._version, **state, "undo": undo, "redo": redo, "locked": self._locked is not None}

    def form(self, nodes: Sequence[str]) -> dict[str, Any] | None:
        """State of the form for selected nodes; None when nothing (or nothing that exists) is selected."""
        with self._lock:
            chosen = [node for node in nodes if self._draft.has(node)]
            return views.form(self._draft, self._check(), chosen) if chosen else None

    def text(self) -> dict[str, Any]:
        """{version, yaml, json, python}: three texts of the same experiment."""
        with self._lock:
            if not self._texts:
                draft = self._draft
                self._texts = {
                    "yaml": printing.yaml_text(draft),
                    "json": printing.json_text(draft),
                    "python": python_code.write(printing.experiment(draft)),
                }
            return {"version": self._version, **self._texts}

    def data(self) -> dict[str, Any]:
        """Chosen arrays, and what the model expects; problems in words."""
        with self._lock:
            return views.data(self._draft, self._check(), self._sources)

    def training(self) -> dict[str, Any]:
        with self._lock:
            return views.training(self._draft)

    def experiment(self) -> dict[str, Any]:
        """The experiment as the engine takes it: fresh plain data."""
        with self._lock:
            return printing.experiment(self._draft)

    def offer(self, sources: list[dict[str, Any]]) -> None:
        """Tells which arrays there are: [{name, kind, arrays: [{key, shape, dtype}]}]; no step of undo."""
        with self._lock:
            self._sources = [dict(source) for source in sources]
            self._forget()
        self._tell(Change(self._version, "data"))

    def _arrays(self) -> list[dict[str, Any]]:
        return views.arrays_of(self._sources, self._draft.data.get("source"))


def _changed() -> Refused:
    return Refused("The model was changed in another view meanwhile.", "The canvas has been refreshed; try again.")
