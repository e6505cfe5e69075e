"""What was done to a document: the undo list, and the same as lines of code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..refused import Refused
from ..words import graph as say
from ..words import scripting
from . import action_code, printing
from .draft import Draft
from .steps import Made, Step

UNDO_STEPS = 200
# Of lines of code; the oldest half goes beyond it, and the script begins with the model as it was then.
MOST_ACTIONS = 4000
# So many drafts are held for lines that might become the first one: each has a table of all layers.
HELD_DRAFTS = 80


@dataclass(frozen=True)
class Action:
    """One thing that was done.

    Attributes:
        code: the line that does it again.
        before: the draft that it was done to, where it is held.
        step: "undo" or "redo", where it is one.
    """

    code: str
    before: Draft | None
    step: str | None = None


class History:
    """Steps that can be undone and done again, and a line of code for each thing that was done since `begin`.

    known_undo and known_redo count the steps at the end of both lists that the lines make as well: further back the lines
    cannot go by undo, and give the model itself. template: of which the document was made.
    """

    def __init__(self, template: str | None = None) -> None:
        self._template = template
        self.undo: list[Step] = []
        self.redo: list[Step] = []
        self.actions: list[Action] = []
        self._number = 0  # of lines since `begin`
        self._known_undo = 0
        self._known_redo = 0

    def begin(self, undo: tuple[Step, ...], redo: tuple[Step, ...]) -> None:
        """Take over the undo list of a document that comes back; what is done from here on makes the lines."""
        self.undo, self.redo, self.actions = list(undo[-UNDO_STEPS:]), list(redo[-UNDO_STEPS:]), []
        self._number = self._known_undo = self._known_redo = 0
        self._template = None

    def made(self, label: str, before: Draft, message: Mapping[str, object]) -> None:
        """A command has changed the draft."""
        self._note(before, message)
        self.undo = [*self.undo, Made(label, before)][-UNDO_STEPS:]
        self.redo = []
        self._known_undo, self._known_redo = min(self._known_undo + 1, UNDO_STEPS), 0

    def became(self, label: str, before: Draft, after: Draft) -> None:
        """Another model was put in the place of the draft."""
        self.made(label, before, _as_text(after))

    def step(self, what: str, now: Draft) -> Draft:
        """Goes back a step ("undo") or forth ("redo") from the draft as it is now; gives the draft there. Raises Refused."""
        back = what == "undo"
        taken, other = (self.undo, self.redo) if back else (self.redo, self.undo)
        if not taken:
            raise Refused(say.nothing_to_undo_or_redo(what))
        step = taken[-1]
        draft = step.draft
        if (self._known_undo if back else self._known_redo) > 0:
            self._note(now, {"do": what}, what)
            self._known_undo += -1 if back else 1
            self._known_redo += 1 if back else -1
        else:
            self._note(now, _as_text(draft))
            self._known_undo = self._known_redo = 0
        taken.pop()
        other.append(Made(step.label, now))
        return draft

    def labels(self) -> tuple[str | None, str | None]:
        """What undo and redo would do now, in words."""
        return self.undo[-1].label if self.undo else None, self.redo[-1].label if self.redo else None

    def script(self, now: Draft) -> str:
        """The lines as a program that makes a builder with the same model; the last line shows it."""
        before = (self.actions[0].before if self.actions else None) or now
        model = action_code.literal(printing.yaml_text(before)) if before.layers else ""
        beginning = model if self._template is None else f"template={action_code.literal(self._template)}"
        done = (action.code for action in self.actions)
        return "\n".join([scripting.IMPORT, "", f"b = Builder({beginning})", *done, "b"])

    def _note(self, before: Draft, message: Mapping[str, object], step: str | None = None) -> None:
        is_held = not self.actions or self._number % max(1, MOST_ACTIONS // HELD_DRAFTS) == 0
        self._number += 1
        self.actions.append(Action(action_code.line(before, message), before if is_held else None, step))
        if len(self.actions) > MOST_ACTIONS:
            steps, can_begin = (
                [action.step for action in self.actions],
                [action.before is not None for action in self.actions],
            )
            del self.actions[: _first_that_stands_alone(steps, can_begin, MOST_ACTIONS // 2)]
            self._template = None
            known = sum(1 if action.step != "undo" else -1 for action in self.actions)
            self._known_undo = min(self._known_undo, known)


def _as_text(draft: Draft) -> dict[str, object]:
    return {"do": "paste", "format": "yaml", "text": printing.yaml_text(draft)}


def _first_that_stands_alone(steps: Sequence[str | None], can_begin: Sequence[bool], least: int) -> int:
    """The first number from `least` on that can begin and from which no step goes back beyond itself; the end where none is.

    >>> _first_that_stands_alone([None, None, "undo", None, "undo", "redo"], [True] * 6, 2)
    3
    """
    start, deepest = len(steps), 0
    for number in range(len(steps) - 1, least - 1, -1):
        deepest = min(0, deepest + (-1 if steps[number] == "undo" else 1))
        if deepest == 0 and steps[number] is None and can_begin[number]:
            start = number
    return start
