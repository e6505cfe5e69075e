"""Stepping through a batch from the page: which batch, its step layer by layer, before which batches a training pauses."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import cast

from engine.errors import EngineError
from engine.experiment import build_model
from engine.inspection import BadBatch, BatchSteps

from .inside.breaks import Conditions, KeepsBadBatch, PausesSession, each_batch
from .inside.walk import Walk, walk_of
from .inside.working import Working
from .looking import LookingInside, count_of, shown_of
from .messages import (
    BreaksAnswer,
    BreakSettings,
    SinceAnswer,
    SinceEpoch,
    StepsAnswer,
    StepSource,
    StepSourceEntry,
)
from .refused import Refused
from .session.marks import Numbers
from .session.session import Session
from .widgets.base import Answer, Gesture, Message, Reply
from .words import inside as say

MOST_EPOCHS = 16
# Numbers that all layers give for the probe, which is cut where there are more: each is kept twice, forward and back.
MOST_NUMBERS = 1 << 25
_NOTHING: StepsAnswer = {
    "busy": False,
    "sources": [],
    "source": "probe",
    "steps": [],
    "place": 0,
    "samples": 0,
    "loss": "",
    "bad": None,
    "bad_sample": None,
    "why": None,
    "panels": [],
    "total": 0,
    "first": 0,
    "figures": [],
    "columns": [],
    "rows": [],
    "code": "",
}


class SteppingThrough:
    """Answers what the page asks about single batches of a builder's training.

    Args:
        looking: looks inside the builder's network.
        session: what trains it.
    """

    def __init__(self, looking: LookingInside, session: Session) -> None:
        self._looking, self._session = looking, session
        self._walk: tuple[tuple[object, ...], Walk] | None = None
        self._numbers = Numbers()
        self._asked: Working[Walk] = Working(looking.turn)
        self._pauses, self._keeper = PausesSession(session), KeepsBadBatch(session)

    def gestures(self) -> dict[str, Gesture]:
        """What the page may ask."""
        return {"steps": self._steps, "breaks": self._breaks, "since": self._since}

    # A batch.

    @property
    def pauses(self) -> PausesSession:
        """What pauses the training before some batches: what code has set, else that of the page."""
        of_code = (one for one in self._session.callbacks if isinstance(one, PausesSession))
        return next(of_code, self._pauses)

    @property
    def bad(self) -> BadBatch | None:
        """The first bad batch of the last training; None where there was none, or it was not to be kept."""
        return self._keeper.found if self._keeper.keeps else None

    def steps(self, source: StepSource | None = None) -> BatchSteps:
        """The step of a batch: the one the training waits before, the first bad one, or the probe as one batch. Raises Refused."""
        sources = self._sources()
        return self._made(source or sources[0]["source"])

    def _sources(self) -> list[StepSourceEntry]:
        """The batches that there are, the best first."""
        sources: list[StepSourceEntry] = []
        waiting, bad = self.pauses, self.bad
        if waiting.waiting is not None:
            hit = waiting.waiting
            sources.append({"source": "waiting", "about": say.batch_of(hit.epoch + 1, hit.batch + 1)})
        if bad is not None:
            sources.append({"source": "bad", "about": say.batch_of(bad.epoch + 1, bad.batch + 1)})
        return [*sources, {"source": "probe", "about": say.AS_ONE_BATCH}]

    def _made(self, source: StepSource) -> BatchSteps:
        """The step of a batch. Raises Refused."""
        pauses, bad = self.pauses, self.bad
        if source == "waiting" and pauses.waiting is not None:
            reader = self._looking.reader()
            hit = pauses.waiting
            return BatchSteps.of_arrays(reader.model, hit.arrays, reader, hit.weighted)
        if source == "bad" and bad is not None:
            experiment = self._session.experiment
            if experiment is None:
                raise Refused(say.NOT_KEPT)
            # The model itself may have learnt since, or have the best epoch's weights again.
            return bad.replay(build_model(dict(experiment)))
        if source != "probe":
            raise Refused(say.NO_SUCH_BATCH)
        probe = self._looking.probe
        if not probe.y:
            raise Refused(say.NO_LABELS, say.CHOOSE_DATA)
        reader = self._looking.reader()
        each = sum(
            math.prod(size or 1 for size in y.shape[1:]) for place in reader.places.values() for y in place.outputs
        )
        probe = probe.first(MOST_NUMBERS // max(each, 1))
        return BatchSteps(reader.model, dict(probe.x), dict(probe.y), reader=reader)

    def _steps(self, message: Message) -> Reply:
        sources = self._sources()
        names: list[StepSource] = [one["source"] for one in sources]
        asked = message.get("source")
        source = asked if asked in names else names[0]
        walk = self._walked(source, message)
        if walk is None:
            return {**_NOTHING, "busy": True, "sources": sources, "source": source}, []
        position = min(count_of(message, "place") or 0, len(walk.order) - 1)
        made = walk.at(position, count_of(message, "sample") or 0, shown_of(message))
        answer: StepsAnswer = {
            "busy": False,
            "sources": sources,
            "source": source,
            "steps": walk.entries,
            "place": position,
            "samples": walk.samples,
            "loss": say.loss_text(walk.steps.loss),
            "bad": walk.bad,
            "bad_sample": walk.bad_sample,
            "why": made.why,
            "panels": made.drawn.panels,
            "total": made.drawn.total,
            "first": made.drawn.first,
            "figures": made.figures,
            "columns": made.columns,
            "rows": made.rows,
            "code": made.code,
        }
        return dict(answer), made.drawn.buffers

    def _walked(self, source: StepSource, message: Message) -> Walk | None:
        """The step of a batch, computed once for each time that the page takes it; None while it is computed."""
        pauses = self.pauses
        batch: object = self.bad if source == "bad" else pauses.waiting if source == "waiting" else None
        # While it trains what was taken stays; else it is of the weights that there are.
        key = (source, count_of(message, "take"), self._numbers.of(batch), *self._looking.version())
        if self._walk is not None and self._walk[0] == key:
            return self._walk[1]
        self._walk = None  # its arrays are given up before there are others

        def make() -> Walk:
            try:
                steps = self._made(source)
            except EngineError as error:
                raise Refused(str(error)) from error
            bad_place = self.bad.place if source == "bad" and self.bad is not None else None
            code = f"steps = b.steps({json.dumps(source)})"
            return walk_of(steps, self._looking.cards_of_layers(), code, bad_place)

        walk = self._asked.ask(key, make, None, lambda: None)
        if walk is not None:
            self._walk = key, walk
        return walk

    # Before which batches a training pauses.

    def _breaks(self, message: Message) -> Answer:
        # A callback that hears of each batch costs the smallest models a tenth of their speed, so it is there for those who ask.
        if self._pauses not in self._session.standing:
            self._session.standing.append(self._pauses)
        wanted = message.get("set")
        if isinstance(wanted, dict):
            self.set_breaks(_checked(cast("Message", wanted)))
        pauses, bad = self.pauses, self.bad
        hit = pauses.waiting
        answer: BreaksAnswer = {
            "settings": self._settings(),
            "live": pauses.looks and self._keeper.looks >= self._keeper.keeps,
            "waiting": None if hit is None else say.paused_before(hit.epoch + 1, hit.batch + 1, hit.why),
            "bad": None
            if bad is None
            else say.bad_batch(bad.epoch + 1, bad.batch + 1, str(bad.place or say.SOMEWHERE)),
        }
        return dict(answer)

    def keep_bad(self, keeps: bool) -> None:
        """Keep the first bad batch of each training that begins from now on, or no longer."""
        standing, self._keeper.keeps = self._session.standing, keeps
        standing[:] = [one for one in standing if one is not self._keeper] + ([self._keeper] if keeps else [])

    def set_breaks(self, settings: BreakSettings) -> None:
        """Pause before the batches for which one of these holds: of a training that looks already, and of each that begins."""
        conditions: Conditions = {
            "gradient_norm_above": settings["gradient_norm_above"],
            "loss_above": settings["loss_above"],
            "loss_is_nan": settings["loss_is_nan"],
            "class_in_batch": settings["class_in_batch"],
            "when": each_batch if settings["each_batch"] else None,
        }
        pauses, callbacks = self.pauses, self._session.callbacks
        pauses.change(conditions)
        if not pauses.looks_for_something and not pauses.looks and pauses in callbacks:
            callbacks.remove(pauses)
        self.keep_bad(settings["keeps_bad"])

    def _settings(self) -> BreakSettings:
        pauses = self.pauses
        return {
            "gradient_norm_above": pauses.gradient_norm_above,
            "loss_above": pauses.loss_above,
            "loss_is_nan": pauses.loss_is_nan,
            "class_in_batch": pauses.class_in_batch,
            "each_batch": pauses.when is each_batch,
            "keeps_bad": self._keeper.keeps,
        }

    # Since when something is wrong.

    def _since(self, message: Message) -> Answer:
        node = str(message.get("node"))
        epochs = thinned(self._looking.epochs(), MOST_EPOCHS)
        if not epochs:
            raise Refused(say.NO_EPOCH_KEPT)
        since: list[SinceEpoch] = []
        for epoch, cards in self._looking.signals_after(epochs):
            card = cards.get(node)
            if card is None:
                raise Refused(say.NOT_IN_THE_MODEL)
            since.append(
                {"epoch": epoch, "sign": card["sign"], "text": say.in_short(card["sign"], card["dead"], card["units"])}
            )
        answer: SinceAnswer = {"says": _since_when(since), "epochs": since}
        return dict(answer)


def _since_when(since: Sequence[SinceEpoch]) -> str:
    """The first of the epochs from which on it was wrong up to the last."""
    if since[-1]["sign"] is None:
        return say.NOT_AFTER_THE_LAST if any(one["sign"] for one in since) else say.AFTER_NO_EPOCH
    first = len(since) - 1
    while first > 0 and since[first - 1]["sign"] is not None:
        first -= 1
    return say.since_the_first(since[0]["epoch"]) if first == 0 else say.since_epoch(since[first]["epoch"])


def thinned(epochs: Sequence[int], most: int) -> list[int]:
    """At most so many epochs, evenly spread, the first and the last among them.

    Example:
        >>> thinned([1, 2, 3, 4, 5], 3)
        [1, 3, 5]
    """
    if len(epochs) <= most:
        return list(epochs)
    return [epochs[round(i * (len(epochs) - 1) / (most - 1))] for i in range(most)]


def _checked(wanted: Message) -> BreakSettings:
    """Settings that came from the page. Raises Refused."""
    class_number = wanted.get("class_in_batch")
    if class_number is not None and (
        not isinstance(class_number, int) or isinstance(class_number, bool) or class_number < 0
    ):
        raise Refused(say.no_class(class_number))
    return {
        "gradient_norm_above": _limit(wanted.get("gradient_norm_above")),
        "loss_above": _limit(wanted.get("loss_above")),
        "loss_is_nan": wanted.get("loss_is_nan") is True,
        "class_in_batch": class_number,
        "each_batch": wanted.get("each_batch") is True,
        "keeps_bad": wanted.get("keeps_bad") is True,
    }


def _limit(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise Refused(say.no_limit(value))
    return float(value)
