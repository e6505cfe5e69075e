"""Looking inside the network of a builder: which model, which samples, and what the page and code ask about both."""

from __future__ import annotations

import contextlib
import json
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Protocol, cast, get_args

import numpy as np

from engine.errors import EngineError
from engine.events import Event, TrainBegin
from engine.inspection import Reader, Signal, signals, troubles
from engine.models import Model
from engine.types import Array

from .document.document import Document
from .document.draft import SEPARATOR, split_node
from .inside.answers import Answered, Shown, Subject, answer
from .inside.probe import Names, Probe, data_of, make_probe
from .inside.probed import ProbedLayer
from .inside.watch import NO_SIGNALS, Watch
from .inside.working import PATIENCE, Working
from .messages import CardSignal, InsideState, InsideWhat, ProbeAnswer, SignalsAnswer, SignalSign
from .refused import Refused
from .session.coming_back import model_at
from .session.marks import Numbers, mark_of_weights
from .session.session import Session
from .widgets.base import Answer, Gesture, Message, Reply
from .words import inside as say

MOST_THUMBS = 10
_MOST_MODELS = 2
_WHATS: tuple[InsideWhat, ...] = get_args(InsideWhat)


class HasModel(Protocol):
    """A builder, as far as its network is looked at."""

    document: Document
    session: Session

    @property
    def model(self) -> Model:
        """The present graph as a model; raises Refused where it has problems."""
        ...

    @property
    def is_trained(self) -> bool:
        """Whether the session's model has the weights of the present graph."""
        ...


class ChosenArrays(Protocol):
    """The data that are chosen, as far as samples of them are looked at."""

    def arrays(self, keys: list[str]) -> Mapping[str, Array]:
        """Arrays by name; raises Refused."""
        ...

    def words(self, keys: list[str]) -> Mapping[str, Sequence[str]]:
        """The word of each number, of those of the arrays that hold numbers of words."""
        ...

    def classes(self) -> Sequence[str] | None:
        """Names of the target's classes, where they are known."""
        ...


class LookingInside:
    """Answers what the page asks about layers, and gives code the same.

    Args:
        builder: whose network it is.
        data: the chosen data.
        clock: seconds that pass.
        patience: seconds that a question of the page waits for its answer before it hears that it is computed.
    """

    def __init__(
        self,
        builder: HasModel,
        data: ChosenArrays,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
    ) -> None:
        self._builder, self._data, self._clock = builder, data, clock
        self._document, self._session = builder.document, builder.session
        self._lock = threading.RLock()
        self._readers: OrderedDict[object, tuple[Model, Reader]] = OrderedDict()
        self._numbers = Numbers()
        self._rows: list[int] | None = None
        self._probe: tuple[str, Probe, int] | None = None
        # Held by the thread that looks on behalf of the page.
        self.turn = threading.Lock()
        self._asked: Working[Reply] = Working(self.turn, patience)
        self._asked_signals: Working[SignalsAnswer] = Working(self.turn, patience)
        self._watch = Watch(self._signals, clock)
        self._session.watchers += [self._wait_for_looks, self._watch]

    def gestures(self) -> dict[str, Gesture]:
        """What the page may ask of the network's inside."""
        return {"inside": self._look, "probe": self._show_probe, "signals": self._show_signals}

    def layer(self, name: str) -> ProbedLayer:
        """A layer of the model as it is. Raises Refused and UnknownName."""
        reader, _ = self._reader(None)
        layer = ProbedLayer(reader, name, lambda: self.probe)
        if reader.places:  # a model without input shape has none before it has seen data
            layer.check()
        return layer

    @property
    def probe(self) -> Probe:
        """The samples that are looked at. Raises Refused where there are none."""
        return self._the_probe(self._model()[0])

    def choose_probe(self, rows: Sequence[int] | None) -> None:
        """Look at these samples of the data from now on; None: at those that are typical. Raises Refused."""
        with self._lock:
            before, self._rows, self._probe = self._rows, None if rows is None else [*rows], None
            try:
                self._the_probe(self._model()[0])
            except Refused:
                self._rows = before
                raise

    def reader(self) -> Reader:
        """A reader of the model as it is. Raises Refused."""
        return self._reader(None)[0]

    def version(self) -> tuple[int, int | None]:
        """Another one for another model, and for other weights of it while no training changes them. Raises Refused."""
        model = self._model()[0]
        moves = self._session.state == "running"
        return self._numbers.of(model), None if moves else mark_of_weights(model.weights)

    def cards_of_layers(self) -> dict[str, str]:
        """The card of each layer of the present model by its name, as inspection has it. Raises Refused."""
        return {name: node for node, names in self._cards(self.reader()) for name in names}

    def epochs(self) -> list[int]:
        """The epochs of the present run whose weights are kept."""
        run = self._session.run_id
        if run is None:
            return []
        with contextlib.suppress(Refused):
            return sorted({c.epoch for c in self._session.store().checkpoints(run) if not c.batch})
        return []

    def signals_after(self, epochs: Sequence[int]) -> Iterator[tuple[int, dict[str, CardSignal]]]:
        """The signals of all cards as they were after some epochs of the run. Raises Refused."""
        reader: Reader | None = None
        for epoch in epochs:
            model = self._model_after(epoch)
            if reader is None:
                reader = Reader(model)
            else:  # its plans serve all epochs
                cast("Model", reader.model).set_weights(model.get_weights())
            yield epoch, self._card_signals(reader, "checkpoint", gradient=True)

    # What is looked at.

    def _model(self) -> tuple[Model, bool]:
        """The model itself, also while it is trained, and whether its weights are those of a training."""
        trained = self._session.model
        if trained is not None and self._builder.is_trained:
            return trained, True
        return self._builder.model, False

    def _reader(self, epoch: int | None) -> tuple[Reader, InsideState]:
        """A reader of the model as it is, or as it was after an epoch of the run."""
        with self._lock:
            if epoch is not None:
                return self._earlier(epoch), "checkpoint"
            model, trained = self._model()
            state: InsideState = ("live" if self._session.alive else "trained") if trained else "fresh"
            return self._kept("now", lambda: model, model), state

    def _earlier(self, epoch: int) -> Reader:
        experiment = self._document.experiment()
        key = (self._session.run_id, epoch, json.dumps(experiment.get("config"), sort_keys=True, default=str))
        return self._kept(key, lambda: self._model_after(epoch))

    def _model_after(self, epoch: int) -> Model:
        """A model with the weights after an epoch of the run. Raises Refused where they are not kept."""
        run = self._session.run_id
        if run is None:
            raise Refused(say.no_checkpoint(epoch))
        store = self._session.store()
        try:
            return model_at(store, store.get(run), epoch, self._document.experiment())
        except Refused:
            if self._builder.is_trained:
                raise
            raise Refused(say.of_the_model_before(epoch)) from None

    def _kept(self, key: object, make: Callable[[], Model], same: Model | None = None) -> Reader:
        there = self._readers.pop(key, None)
        if there is None or (same is not None and there[0] is not same):
            model = make()
            there = (model, Reader(model))
        self._readers[key] = there
        while len(self._readers) > _MOST_MODELS + 1:
            self._readers.popitem(last=False)
        return there[1]

    def _the_probe(self, model: Model) -> Probe:
        with self._lock:
            experiment = self._document.experiment()
            chosen = json.dumps(
                [experiment.get("data"), model.input_names, model.output_names, self._rows], default=str
            )
            if self._probe is None or self._probe[0] != chosen:
                keys = [key for part in data_of(experiment) for key in part]
                if not keys:
                    raise Refused(say.NO_DATA, say.CHOOSE_DATA)
                arrays = self._data.arrays(keys)
                rows = min(len(array) for array in arrays.values())
                names = Names(self._data.words(data_of(experiment)[0]), self._data.classes() or [])
                self._probe = chosen, make_probe(experiment, arrays, model, self._rows, names), rows
            return self._probe[1]

    # What the page asks.

    def _look(self, message: Message) -> Reply:
        what = message.get("what")
        if what not in _WHATS:
            raise Refused(say.unknown_part(what))
        node, epoch, shown = str(message.get("node")), _epoch_of(message), shown_of(message)
        sample, of = count_of(message, "sample") or 0, count_of(message, "of")

        def make() -> Reply:
            began = self._clock()
            reader, state = self._reader(epoch)
            probe = self._the_probe(cast("Model", reader.model))
            reader.feed(dict(probe.sample(0)))  # a model without input shape has layers once it has seen data
            subject = Subject(reader, self._name_of(node, reader), probe, state, sample, of)
            try:
                made = answer(subject, what, shown)
            except EngineError as error:
                made = Answered(why=str(error))
            plain, buffers = made.message(state)
            if self._session.state == "running":
                plain["rest"] = self._watch.charge(self._clock() - began)
            return dict(plain), buffers

        # What does not depend on the sample or the channels is not computed anew for others.
        shows = () if what in ("gradients", "units") else (sample, tuple(shown.values()))
        question = (node, what, epoch, shows, of if what == "sample" else None, count_of(message, "take"))
        reply = self._asked.ask(question, make, self._version(), self._mark)
        return (dict(Answered().message("fresh")[0]) | {"busy": True}, []) if reply is None else reply

    def _wait_for_looks(self, event: Event) -> None:
        """A training that begins waits for looks that began before it, which know nothing of its updates."""
        if isinstance(event, TrainBegin):
            with self.turn:
                pass

    def _version(self) -> Hashable:
        """Another one where an answer that is being computed would be about something that is there no more."""
        session = self._session
        return self._document.version, session.run_id, session.state, None if self._rows is None else tuple(self._rows)

    def _mark(self) -> Hashable | None:
        """Tells models and their weights apart; None where a training changes them, or there is none yet."""
        known = self._readers.get("now")
        if known is None or self._session.state == "running":
            return None
        return self._numbers.of(known[0]), mark_of_weights(known[0].weights)

    def _name_of(self, node: str, reader: Reader) -> str:
        """The name by which inspection has a card. Raises Refused where there is none."""
        if node.startswith("fold:"):
            raise Refused(say.SHOW_ITS_LAYERS)
        name = name_of(node, self._inputs(), reader)
        if name is None:
            raise Refused(say.NOT_IN_THE_MODEL)
        return name

    def _inputs(self) -> list[str]:
        draft = self._document.draft
        return [layer for layer, part in draft.layers.items() if part.class_name == "InputLayer"]

    def _show_probe(self, message: Message) -> Reply:
        rows = message.get("rows")
        if isinstance(rows, list):
            self.choose_probe(cast("list[int]", rows))
        empty: ProbeAnswer = {"why": None, "samples": [], "rows": 0, "epochs": self.epochs()}
        try:
            probe = self._the_probe(self._model()[0])
        except Refused as refused:
            return {**empty, "why": str(refused)}, []
        samples, buffers = probe.thumbs(MOST_THUMBS)
        count = self._probe[2] if self._probe is not None else 0
        shown: ProbeAnswer = {**empty, "samples": samples, "rows": count}
        return dict(shown), buffers

    # Signals on the wires.

    def _show_signals(self, message: Message) -> Answer:
        gradient = message.get("gradient") is True
        if self._session.state == "running":
            return dict(self._watch.ask(gradient))
        answer = self._asked_signals.ask(gradient, lambda: self._signals(gradient), self._version(), self._mark)
        if answer is None:
            return {**NO_SIGNALS, "busy": True}
        self._watch.show(answer)
        return dict(answer)

    def _signals(self, gradient: bool) -> SignalsAnswer:
        state: InsideState = "fresh"
        try:
            reader, state = self._reader(None)
            cards = self._card_signals(reader, state, gradient)
        except (Refused, EngineError) as error:
            return {**NO_SIGNALS, "why": str(error), "state": state}
        return {**NO_SIGNALS, "state": state, "cards": cards}

    def _card_signals(self, reader: Reader, state: InsideState, gradient: bool) -> dict[str, CardSignal]:
        """The signal behind every card. Raises Refused, and the engine's errors in words."""
        probe = self._the_probe(cast("Model", reader.model))
        by_layer = signals(reader, dict(probe.x), dict(probe.y) if gradient and probe.y else None)
        known = {name: _signal(by_layer[name], sign) for name, sign in self._signs(by_layer, state).items()}
        return {node: signal for node, names in self._cards(reader) if (signal := _of_card(known, names)) is not None}

    def _signs(self, by_layer: Mapping[str, Signal], state: InsideState) -> dict[str, SignalSign | None]:
        """What is wrong with each layer; that some units are dead says nothing before anything was trained."""
        wrong = troubles(by_layer)
        trained = state != "fresh"
        signs: dict[str, SignalSign | None] = {}
        for name, one in by_layer.items():
            signs[name] = wrong.get(name) or ("dead" if one.dead and trained else None)
        return signs

    def _cards(self, reader: Reader) -> Iterator[tuple[str, list[str]]]:
        """The cards on the canvas, those inside opened models too, with the names of the layers that they stand for."""
        inputs = self._inputs()
        for node, card in self._document.state().cards.items():
            nodes = [node] if card["fold"] is None else card["fold"]["nodes"]
            yield node, [name for one in nodes if (name := name_of(one, inputs, reader)) is not None]


def name_of(node: str, inputs: Sequence[str], reader: Reader) -> str | None:
    """The name by which inspection has a card: "tower/dense_1" for a layer inside a model, "dense_1:2" for a second call."""
    steps = [split_node(step) if "@" in step else (step, 0) for step in node.split(SEPARATOR)]
    if any(call < 0 for _, call in steps):
        return None
    path = "/".join(layer for layer, _ in steps)
    name = path if steps[-1][1] == 0 else f"{path}:{steps[-1][1] + 1}"
    if name in reader.places:
        return name
    entries = [place.name for place in reader.places.values() if place.is_input]
    # The input of a stack has no name of its own in Keras.
    return entries[inputs.index(path)] if path in inputs and inputs.index(path) < len(entries) else None


def _signal(one: Signal, sign: SignalSign | None) -> CardSignal:
    return {
        "forward": None if one.forward is None else _finite(one.forward),
        "backward": None if one.backward is None else _finite(one.backward),
        "dead": one.dead,
        "units": one.units,
        "sign": sign,
        "says": _in_words(sign, one.dead, one.units),
        "hint": None if sign is None else say.dead_hint(one.dead, one.units) if sign == "dead" else say.HINTS[sign],
    }


def _of_card(known: Mapping[str, CardSignal], names: Sequence[str]) -> CardSignal | None:
    """The signal of a card: what its last layer gives, and what is wrong with the first of its layers that has a trouble."""
    signals = [known[name] for name in names if name in known]
    if not signals:
        return None
    wrong = next((one for one in signals if one["sign"] is not None), signals[-1])
    return {**wrong, "forward": signals[-1]["forward"], "backward": signals[-1]["backward"]}


def _in_words(sign: SignalSign | None, dead: int, units: int) -> str | None:
    if sign is None:
        return None
    if sign == "dead":
        return say.ALL_DEAD if dead == units else say.dead_units(dead, units)
    return {"nan": say.NAN, "vanishing": say.VANISHING, "exploding": say.EXPLODING}[sign]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _epoch_of(message: Message) -> int | None:
    epoch = message.get("epoch")
    return epoch if isinstance(epoch, int) and not isinstance(epoch, bool) else None


def shown_of(message: Message) -> Shown:
    """Which channels a message asks for."""
    first, channel = count_of(message, "first") or 0, count_of(message, "channel")
    return {"first": first, "sort": message.get("sort") is True, "channel": channel}


def count_of(message: Message, key: str) -> int | None:
    """A whole number from 0 on that a message has; None where it has none."""
    value = message.get(key)
    return int(value) if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= 0 else None
