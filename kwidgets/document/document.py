"""The document: the experiment being edited, its undo list, its versions and those who look at it.

All changes go through `do`: under the lock a command works on a copy of the draft, the copy is settled and checked, the
old draft goes on the undo list, the version rises and the listeners hear of it. A command that is refused leaves
everything as it was. No widget is known here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from engine.types import Shape

from .. import messages
from ..refused import Refused
from ..words import common
from ..words import graph as say
from . import (
    canvas_state,
    consequences,
    data_problems,
    edit_blocks,
    edit_graph,
    edit_nested,
    edit_selection,
    edit_settings,
    edit_together,
    forms,
    in_blocks,
    nested,
    notes,
    printing,
    problems,
    search,
    views,
    why,
)
from .canvas import About, Canvas
from .canvas_state import CanvasState
from .checks import Checker, Checkup
from .commands import COMMANDS, HARMLESS, INTERNAL, REPLACING, Change, Done, Message, Reply, a_place, apply
from .draft import Draft
from .history import History
from .identity import identified
from .offers import Offers
from .python_code import Program
from .records import Experiment
from .scripting import Scripted
from .seen import SeenVersions
from .spread import Insides, View
from .steps import Steps
from .trying import Trials
from .written import DocumentTexts

# The modules whose commands a document carries out; they are registered when these are imported.
COMMAND_MODULES = (data_problems, edit_blocks, edit_graph, edit_nested, edit_selection, edit_settings, notes)
# These take the places of cards from a text.
READING = {*REPLACING, "paste"}


class Document(Scripted):
    """An experiment under edit; `add`, `set`, `connect` and the other commands are methods for programs.

    Example:
        >>> document = Document()
        >>> document.do({"do": "add", "class_name": "Input", "settings": {"shape": [4]}})["nodes"]
        ['input_1@0']
        >>> document.add("Dense", after="input_1")
        'dense_1'
        >>> document.graph()["cards"][1]["shape"]
        [None, 10]
        >>> document.undo()["label"]
        'add Dense'

    template: of which `draft` was made, for the script. Raises Refused, with the reason; the document is then as it was.
    """

    def __init__(self, draft: Draft | None = None, template: str | None = None, trials: Trials | None = None) -> None:
        self._lock = threading.RLock()
        self._draft = Draft() if draft is None else draft
        self._version = 0
        self._history = History(template)
        self._seen = SeenVersions()
        self._checker = Checker()
        self._checkup: Checkup | None = None
        self._insides = Insides()
        self._problems: list[problems.Problem] | None = None
        self.offers = Offers(trials or Trials())
        self.offers.trials.listeners.append(self._tried)
        self._texts = DocumentTexts()
        self._sources: list[messages.Source] = []
        self._facts: dict[str, messages.ArrayFacts] = {}
        self._locked: str | None = None
        self._canvas = Canvas()
        self._state: CanvasState | None = None
        self.listeners: list[Callable[[Change], None]] = []
        self._seen.remember(self._version, self._draft, self._history.labels())

    # What commands may ask (Surroundings).

    def shape_of(self, node: str) -> Shape | None:
        """The shape of what comes out of a node at any depth; None while it is not known."""
        checked = (self._look()[1] if nested.block_of(node) else self._check()).nodes.get(node)
        return checked.shape if checked else None

    def array_shape(self, input_name: str | None) -> tuple[int, ...] | None:
        """Shape of the array chosen for an input; for a new input (None) the first array that no input uses yet."""
        return views.array_shape(self._draft, self._sources, input_name)

    def mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        """(label, commands) of a mend that `problems` offers. Raises Refused where it is offered no more."""
        self._found()
        if problem not in self.offers.by_problem:
            self.problems()
        return self.offers.commands(problem, mend)

    def data_mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        """(label, commands) of a mend that `data` offers. Raises Refused where it is offered no more."""
        of = (self._draft, self._check(), self._sources)
        return data_problems.mend_commands(*of, problem, mend, self._facts, self.offers.trials)

    # Changes.

    @property
    def version(self) -> int:
        """How many changes there have been; a view sends it back with what it asks."""
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
            self._state = None
        self._tell(Change(self._version, why or "unlocked"))

    def _refuse_locked(self) -> None:
        if self._locked:
            raise Refused(self._locked, say.STOP_THE_RUN_FIRST)

    def follow_rate(self, rate: float) -> None:
        """Takes over a learning rate that was set in a run, so that the next one begins with it. Raises Refused."""
        self.do({"do": "set_training", "learning_rate": rate}, even_locked=True)

    def follow_batch_size(self, size: int) -> None:
        """Takes over the batch size with which a run goes on that had no memory for more. Raises Refused."""
        self.do({"do": "set_training", "batch_size": size}, even_locked=True)

    def do(self, command: Message, seen: int | None = None, even_locked: bool = False) -> messages.Done:
        """Carries out a command; returns {version, label, nodes} and what the command itself replies.

        A fold's id ("fold:...") means its nodes. seen: the version that the sender has on the screen. even_locked: for
        what the run itself tells. Raises Refused.
        """
        name = command.get("do")
        if name in ("undo", "redo"):
            return self.undo(seen) if name == "undo" else self.redo(seen)
        if not isinstance(name, str) or name not in COMMANDS or name in INTERNAL:
            raise Refused(say.no_such_command(name))
        with self._lock:
            if name not in HARMLESS and not even_locked:
                self._refuse_locked()
            before = self._draft
            asked = self._dropped(before, self._canvas.addressed(before, command))
            meant = edit_nested.directed(before, asked)
            if seen is not None and seen != self._version:
                self._seen.refuse_stale(meant, seen, before)
            change, reply = self._carry_out(asked, meant)
        return {**self._tell(change), **reply}

    def do_together(self, message: Message) -> messages.Done:
        """Carries out several commands {label?, commands, rewired?} as one step of undo. Raises Refused."""
        with self._lock:
            self._refuse_locked()
            meant = {**message, "do": "do_all"}
            change, reply = self._carry_out(meant, meant)
        return {**self._tell(change), **reply}

    def _carry_out(self, asked: Message, meant: Message) -> tuple[Change, Reply]:
        before, name = self._draft, str(asked["do"])
        noted = edit_together.as_steps(asked, self)
        after, done = apply(before, meant, self)
        if name not in READING:
            self._canvas.make_free(before, after, asked)
        self._canvas.follow(asked)
        if after != before or after.written != before.written:
            self._history.made(done.label, before, noted)
            self._set(after)
        return self._change(done), done.reply

    def _dropped(self, draft: Draft, asked: Message) -> Message:
        """A command that drops something in the frame of a block, with that block."""
        if asked.get("block") is None and edit_nested.is_dropped(asked):
            block = self._canvas.block_at(draft, a_place(asked["position"]))
            return asked if block is None else {**asked, "block": block}
        return asked

    def undo(self, seen: int | None = None) -> messages.Done:
        """Goes back one step; returns {version, label, nodes} with the label of what was undone."""
        with self._lock:
            change = self._step("undo", seen)
        return self._tell(change)

    def redo(self, seen: int | None = None) -> messages.Done:
        """Does again what was undone last."""
        with self._lock:
            change = self._step("redo", seen)
        return self._tell(change)

    def _step(self, what: str, seen: int | None) -> Change:
        self._refuse_locked()
        label = self._history.labels()[what == "redo"]
        if label is not None and seen is not None and seen != self._version:
            self._seen.refuse_other_step(what, label, seen)
        draft = self._history.step(what, self._draft)
        self._set(draft)
        return Change(self._version, label or what)

    # What outlives a kernel.

    def steps(self) -> Steps:
        """The present state with its undo list, and what of it is open."""
        with self._lock:
            undo, redo = tuple(self._history.undo), tuple(self._history.redo)
            return Steps(self._draft, undo, redo, *self._canvas.open_nodes, self._draft.identities)

    def script(self) -> str:
        """What was done since it was opened, as a program that makes a builder with the same model."""
        with self._lock:
            return self._history.script(self._draft)

    def restore(self, steps: Steps) -> None:
        """Becomes what `steps` was taken of, its undo list included. Raises Refused while a run is on."""
        with self._lock:
            self._refuse_locked()
            self._history.begin(steps.undo, steps.redo)
            self._canvas.open_nodes = steps.opened, steps.entered
            self._set(steps.draft)
        self._tell(Change(self._version, say.RESTORED))

    def become(self, draft: Draft, label: str) -> messages.Done:
        """Becomes another state, as one step of undo. Raises Refused while a run is on."""
        with self._lock:
            self._refuse_locked()
            self._history.became(label, self._draft, draft)
            self._canvas.close_all()
            self._set(draft)
            change = Change(self._version, label)
        return self._tell(change)

    def take_identities(self, layers: Mapping[str, str]) -> None:
        """Has its layers be those that a run knew by these identities."""
        with self._lock:
            self._set(identified(self._draft, layers))
        self._tell(Change(self._version, say.RESTORED))

    def _set(self, draft: Draft) -> None:
        self._draft = draft
        self._version += 1
        self._forget()
        self._seen.remember(self._version, draft, self._history.labels())

    def _forget(self) -> None:
        self._checkup = self._problems = self._state = None

    def _change(self, done: Done) -> Change:
        noted = {note["id"] for note in self._draft.notes}
        nodes = [node for node in done.nodes if node in noted or nested.exists(self._draft, node)]
        return Change(self._version, done.label, tuple(self._canvas.cards_of(self._draft, nodes)))

    def _tell(self, change: Change) -> messages.Done:
        """Listeners are called outside the lock, so that one may wait for another thread."""
        for listener in list(self.listeners):
            listener(change)
        return {"version": change.version, "label": change.label, "nodes": list(change.nodes)}

    # Views: plain data, fresh each time.

    def _check(self) -> Checkup:
        if self._checkup is None:
            self._checkup = self._checker.check(self._draft)
        return self._checkup

    def _look(self) -> tuple[View, Checkup]:
        """The model with all nested models open, and the verdict on every node at every depth."""
        return self._insides.of(self._draft, self._check())

    def problems(self) -> list[messages.Problem]:
        """What is wrong, errors before warnings, with mends for the first of them."""
        with self._lock:
            present = self._found()
            if self.offers.unfinished:
                self.offers.go_on(self._draft, self._check(), self._checker, self, to_the_end=True)
                self._state = None
            return views.problem_list(self._look()[0].draft, present, self.offers.by_problem)

    def _found(self) -> list[problems.Problem]:
        """All problems, with the mends of those for which there was time."""
        if self._problems is None:
            self._problems = problems.everywhere(self._draft, self._check(), *self._look())
            self.offers.find(self._problems, self._draft, self._check(), self._checker, self)
        return self._problems

    def _tried(self) -> None:
        with self._lock:
            if self._problems is not None and self.offers.unfinished:
                self.offers.go_on(self._draft, self._check(), self._checker, self)
            self._problems, self._state = self._problems if self.offers.refresh() else None, None
        self._tell(Change(self._version, "tried"))

    @property
    def draft(self) -> Draft:
        """The present draft; never change it."""
        return self._draft

    def graph(self) -> messages.GraphChange:
        """The whole state of the canvas: cards, wires, places, problems with all mends, totals, undo and redo labels."""
        with self._lock:
            self.problems()
            return canvas_state.whole(self.state())

    def state(self) -> CanvasState:
        """As `graph`, to compare with a later one (`canvas_state.changes`); the same object while nothing changes.

        It waits a moment for mends; of those that come later the listeners are told.
        """
        with self._lock:
            if self._state is None:
                undo, redo = self._history.labels()
                about = About(self._version, undo, redo, self._locked)
                view, deep = self._look()
                listed = views.problem_list(view.draft, self._found(), self.offers.by_problem)
                self._state = self._canvas.state(self._draft, self._check(), deep, listed, about)
            return self._state

    # How the graph is shown; no steps of undo.

    def resize(self, width: float, height: float) -> None:
        """Tells how large the canvas is on the page, in pixels: columns are made to fill it."""
        with self._lock:
            before = self.state()
            self._canvas.resize(width, height)
            self._state = None
            changed = self.state() is not before
        if changed:
            self._tell(Change(self._version, "resize"))

    def open_fold(self, fold: str, open: bool = True) -> None:
        """Shows the layers of a fold or a nested model (its node) in a frame, or as one card again.

        Raises Refused where there is no such thing.
        """
        label = say.OPEN_A_FOLD if open else say.CLOSE_A_FOLD
        self._look_otherwise(label, lambda: self._canvas.open_fold(self._draft, fold, open=open))

    def reveal(self, node: str) -> None:
        """Opens what hides a node. Raises Refused where it is gone."""
        self._look_otherwise(say.OPEN_A_FOLD, lambda: self._canvas.reveal(self._draft, node))

    def open_all(self, open: bool = True) -> None:
        """Opens or closes every fold and every nested model."""
        label = say.OPEN_ALL_FOLDS if open else say.CLOSE_ALL_FOLDS
        self._look_otherwise(label, lambda: self._canvas.open_all(self._draft, open=open))

    def _look_otherwise(self, label: str, look: Callable[[], None]) -> None:
        with self._lock:
            look()
            self._state = None
        self._tell(Change(self._version, label))

    def expand(self, cards: Sequence[str]) -> list[str]:
        """Nodes for ids of cards: all nodes of a fold, others as they are."""
        with self._lock:
            return self._canvas.nodes_of(self._draft, cards)

    def _flat(self) -> tuple[Draft, Checkup]:
        view, checkup = self._look()
        return view.draft, checkup

    def _chosen(self, cards: Sequence[str]) -> list[str]:
        return [node for node in self.expand(cards) if nested.exists(self._draft, node)]

    def form(self, nodes: Sequence[str]) -> messages.Form | None:
        """State of the form for selected cards; None when nothing (or nothing that exists) is selected."""
        with self._lock:
            chosen = self._chosen(nodes)
            return forms.form(*self._flat(), chosen) if chosen else None

    def why(self, node: str) -> messages.Why:
        """Why what leaves a card has its shape. Raises Refused for one that does not exist."""
        with self._lock:
            chosen = self._chosen([node])
            if not chosen:
                raise Refused(say.no_such_node(node), common.CANVAS_IS_REFRESHED)
            return why.why(*self._flat(), chosen[-1])

    def search(
        self,
        text: str,
        after: str | None = None,
        wire: str | None = None,
        blocks: Sequence[messages.BlockEntry] = (),
        find: bool = False,
        everything: bool = False,
    ) -> messages.SearchAnswer:
        """Layers to add after a card or on a wire, and layers of the model, by what was typed; blocks: one's own.

        find: only layers of the model. everything: also all that fit only after a change.
        """
        with self._lock:
            if find:
                view, checkup = self._look()
                return search.find(view.with_blocks(), checkup, text)
            behind = None if after is None else (self._chosen([after]) or [after])[-1]
            onto = None if wire is None else edit_nested.outer_wire(self._draft, wire)
            view, checkup = self._look()
            asked = search.Asking(text, behind, onto, blocks, everything, (view.with_blocks(), checkup))
            return in_blocks.answer(self._draft, self._check(), self, asked)

    def consequences(self, command: Message) -> messages.Consequences:
        """What a command would change of the other layers, tried on a copy; nothing is changed."""
        with self._lock:
            if self._locked:
                return consequences.refusal(say.locked_stop_the_run_first(self._locked))
            try:
                asked = self._dropped(self._draft, self._canvas.addressed(self._draft, command))
                meant = edit_nested.directed(self._draft, asked)
            except Refused as refused:
                return consequences.refusal(str(refused))
            return in_blocks.all_consequences(self._draft, self._check(), self._checker, meant, self, self._insides)

    def joins(self, source: str, target: str) -> messages.JoinsAnswer:
        """What a wire between two cards may become where the target's input is taken. Raises Refused for no wire."""
        with self._lock:
            self._refuse_locked()
            ends = self._canvas.addressed(self._draft, {"source": source, "target": target})
            meant = edit_nested.directed(self._draft, {"do": "connect", **ends})
            return in_blocks.joins(self._draft, meant, self)

    def copy(self, nodes: Sequence[str]) -> messages.Fragment:
        """The layers of some cards as a text, for `paste_layers`. Raises Refused where none of them exists."""
        with self._lock:
            chosen = self._chosen(nodes)
            if not chosen:
                raise Refused(say.NOTHING_TO_COPY, say.CHOOSE_A_CARD_FIRST)
            return in_blocks.copied(self._draft, chosen, self)

    def text(self, dialect: messages.Dialect | None = None) -> messages.Texts:
        """Three texts of the same experiment; of the Python, in a dialect, or as it was typed."""
        with self._lock:
            return self._texts.all(self._draft, self._version, dialect)

    def python(self, dialect: messages.Dialect = "engine") -> Program:
        """A program in one dialect, and in words what this has no word for. Raises ValueError for another dialect."""
        with self._lock:
            return self._texts.program(self._draft, dialect)

    def yaml(self) -> str:
        """The experiment as YAML alone, which is asked for after every change."""
        with self._lock:
            return self._texts.yaml(self._draft)

    def data(self) -> messages.Data:
        """Chosen arrays, and what the model expects; what does not fit, with mends."""
        with self._lock:
            of = (self._draft, self._check(), self._sources)
            return views.data(*of, *data_problems.data_problems(*of, self._facts, self.offers.trials))

    def training(self) -> messages.Training:
        """Training settings as the page shows them."""
        with self._lock:
            return forms.training(self._draft)

    def experiment(self) -> Experiment:
        """The experiment as the engine takes it: fresh plain data."""
        with self._lock:
            return printing.experiment(self._draft)

    def offer(self, sources: Sequence[messages.Source]) -> None:
        """Tells which arrays there are; no step of undo."""
        with self._lock:
            self._sources = [source.copy() for source in sources]
            self._forget()
        self._tell(Change(self._version, "data"))

    def know(self, facts: dict[str, messages.ArrayFacts]) -> None:
        """Tells what is in arrays, by key: classes or quantities, so that mends of the data fit; no step of undo."""
        with self._lock:
            if facts == self._facts:
                return
            self._facts = facts
        self._tell(Change(self._version, "data"))
