"""The part of a view that shows all runs that are kept, the list, one run closely, several over each other, notes and tags.

Nothing here needs a session: the store is asked, so runs of other kernels stand beside those of this one.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from engine.experiment import Experiment

from .. import messages
from ..refused import Refused
from ..session.continuing import same_graph
from ..words import fitted as in_code
from ..words import runs as say
from ..workspace.records import RunSummary
from ..workspace.run_store import RunStore
from ..workspace.run_store import store as users_store
from .base import Answer, Gesture, Message, Reply
from .run_columns import differences
from .run_curves import MOST_RUNS, curves_of
from .run_list import RunList

LINES_SHOWN = 400
MOST_COMPARED = 20
MOST_LETTERS = 4000
MOST_TAGS, MOST_TAG_LETTERS = 20, 40


class RunsPart:
    """Answers the Runs page. store: where the runs are."""

    def __init__(self, store: Callable[[], RunStore] = users_store) -> None:
        self._store = store
        self._list = RunList(store)

    def gestures(self) -> dict[str, Gesture]:
        """The messages that this part answers."""
        return {
            "list_runs": lambda message: dict(self._list.since(_version(message.get("since")))),
            "run_details": lambda message: dict(self._details(_run(message))),
            "run_curves": self._curves,
            "compare_runs": lambda message: dict(self._comparison(_runs(message)[:MOST_COMPARED])),
            "note_run": self._changes(
                lambda store, said: store.set_note(_run(said), _text(said, "note")[:MOST_LETTERS])
            ),
            "tag_run": self._changes(lambda store, said: store.set_tags(_run(said), _tags(said))),
            "hide_runs": self._changes(_hide),
            "pin_checkpoint": self._changes(_pin),
            "delete_runs": self._changes(lambda store, said: store.delete(_runs(said))),
            "undelete_runs": self._changes(lambda store, said: store.restore(_runs(said))),
            "sweep_runs": self._changes(_sweep),
            "export_run": self._export,
        }

    def _changes(self, change: Callable[[RunStore, Message], Answer | None]) -> Gesture:
        """A gesture that changes something of the store, which the page then sees at once."""

        def gesture(message: Message) -> Answer | None:
            answer = change(self._store(), message)
            self._list.again()
            return answer

        return gesture

    def _details(self, run: str) -> messages.RunDetails:
        store = self._store()
        summary = store.get(run)
        return {
            "run": run,
            "checkpoints": [
                {
                    "epoch": c.epoch,
                    "batch": c.batch,
                    "best": c.best,
                    "last": c.last,
                    "pinned": c.pinned,
                    "bytes": c.bytes,
                }
                for c in store.checkpoints(run)
            ],
            "events": [{"at": one.at, "when": one.when, "text": one.text} for one in store.interventions(run)],
            "log": store.log(run)[-LINES_SHOWN:],
            "data": [{"name": name, "fingerprint": mark} for name, mark in summary.data.items()],
            "rows": summary.rows,
            "ended_by": summary.ended_by,
            "versions": summary.versions,
            "machine": summary.machine,
            "opens": self._experiment(run) is not None,
            **self._in_code(summary),
        }

    def _in_code(self, run: RunSummary) -> messages.GoingOnInCode:
        """Of a fit in code what keeps it from going on from the page, and how code does it."""
        if self._experiment(run.id) is not None:
            return {"missing": None, "code": None}
        fit = self._store().fit(run.id)
        if fit is None:
            return {"missing": in_code.NOT_RECORDED_HOW, "code": in_code.model_of(run.number)}
        needs = [str(one) for one in _list(fit.get("needs"))]
        return {"missing": in_code.is_known_in_code(needs), "code": in_code.going_on(run.number, needs)}

    def _curves(self, message: Message) -> Reply:
        names = [str(name) for name in _list(message.get("names"))]
        return curves_of(_runs(message)[:MOST_RUNS], names, self._store().history)

    def _comparison(self, names: list[str]) -> messages.RunComparison:
        if len(names) < 2:
            raise Refused(say.NOTHING_TO_COMPARE)
        runs = [self._store().get(name) for name in names]
        listed, more = differences([run.settings for run in runs])
        return {
            "runs": names,
            "differences": listed,
            "more": more,
            "graph": _same_graphs([self._experiment(name) for name in names]),
            "data": _same([run.data or None for run in runs]),
            "seed": _same_seeds(runs),
        }

    def _experiment(self, run: str) -> Experiment | None:
        """What a run has trained; None for one of a fit in code, or where it cannot be read any more."""
        try:
            return self._store().experiment(run)
        except Refused:
            return None

    def _export(self, message: Message) -> Reply:
        store, run = self._store(), _run(message)
        history = store.history(run)
        if not history["epoch"]:
            raise Refused(say.NO_EPOCH_TO_EXPORT)
        file: messages.File = {
            "filename": f"run_{store.get(run).number}_{say.HISTORY}.json",
            "mime": "application/json",
        }
        return dict(file), [json.dumps(history, indent=1).encode()]


def _hide(store: RunStore, message: Message) -> None:
    for run in _runs(message):
        store.set_hidden(run, message.get("hidden") is True)


def _pin(store: RunStore, message: Message) -> None:
    epoch, batch = _count(message, "epoch"), _count(message, "batch")
    store.pin(_run(message), epoch, batch, message.get("pinned") is True)


def _sweep(store: RunStore, message: Message) -> Answer:
    swept = store.spare(remove=message.get("dry") is False)
    answer: messages.Swept = {"bytes": swept.bytes, "checkpoints": swept.checkpoints, "runs": swept.runs}
    return dict(answer)


def _same(values: list[dict[str, str] | None]) -> messages.Sameness:
    if any(value is None for value in values):
        return "unknown"
    return "same" if all(value == values[0] for value in values) else "different"


def _same_graphs(experiments: list[Experiment | None]) -> messages.Sameness:
    known = [one for one in experiments if one is not None]
    if len(known) < len(experiments):
        return "unknown"
    return "same" if all(same_graph(known[0], one) for one in known) else "different"


def _same_seeds(runs: list[RunSummary]) -> messages.Sameness:
    """Runs without a seed draw another one each time."""
    if any("seed" not in run.settings for run in runs):
        return "unknown"
    seeds = [run.settings["seed"] for run in runs]
    return "same" if seeds[0] is not None and all(seed == seeds[0] for seed in seeds) else "different"


def _version(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _run(message: Message) -> str:
    return _text(message, "run")


def _runs(message: Message) -> list[str]:
    return list(dict.fromkeys(str(run) for run in _list(message.get("runs"))))


def _tags(message: Message) -> list[str]:
    return [str(tag)[:MOST_TAG_LETTERS] for tag in _list(message.get("tags"))][:MOST_TAGS]


def _text(message: Message, key: str) -> str:
    value = message.get(key)
    if not isinstance(value, str):
        raise Refused(say.no_text(key, value))
    return value


def _count(message: Message, key: str) -> int:
    value = message.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refused(say.no_count(key, value))
    return value
