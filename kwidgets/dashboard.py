"""Dashboard: a run and the view of it, for models that were made in code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
from typing_extensions import Unpack

from engine.callbacks import Callback
from engine.events import Listener
from engine.experiment import Control, FitCall
from engine.models import Model
from engine.types import Data, ValidationData

from .fitted import Fitted
from .refused import Refused
from .session.session import Session
from .session.steering import What
from .session.stream import EpochHistory
from .widgets import notebook
from .widgets.base import Message, MimeBundle, Reply
from .widgets.dashboard_view import RUN, DashboardView
from .words import builder as say
from .workspace import run_store


class FitSettings(TypedDict, total=False):
    """What `Model.fit` takes by name, Keras 1's spelling of the epochs included."""

    nb_epoch: int
    verbose: int
    callbacks: Sequence[Callback] | None
    validation_split: float
    validation_data: ValidationData | None
    shuffle: bool | str
    class_weight: Mapping[int, float] | Mapping[str, Mapping[int, float]] | None
    sample_weight: Data | None
    initial_epoch: int
    steps_per_epoch: int | None
    validation_steps: int | None
    listeners: Iterable[Listener]


_OTHERS = ("sample_weight", "class_weight", "validation_data", "steps_per_epoch")


class Dashboard:
    """Curves, progress and controls of a training that goes on in the background.

    The last line of a cell shows it.

    Args:
        session: the run to show; None (the default) makes one.
        keep: whether the runs of a session made here are recorded, which is so by default; `kwidgets.runs()` lists them.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> from kwidgets import Dashboard
        >>> model = Sequential([Dense(1, input_shape=(3,))])
        >>> model.compile("sgd", "mse")
        >>> board = Dashboard()
        >>> board.fit(model, np.zeros((8, 3)), np.zeros((8, 1)), epochs=2)
        >>> board.session.wait()
        True
        >>> board.history.epoch
        [0, 1]
        >>> board.close()
    """

    def __init__(self, session: Session | None = None, *, keep: bool = True) -> None:
        self.session = Session(store=run_store.store if keep else None) if session is None else session
        self.view = DashboardView(self.session, {"export": self._export})
        self.session.listeners.append(self._run_changed)

    def fit(
        self,
        model: Model,
        x: Data | None = None,
        y: Data | None = None,
        batch_size: int | None = None,
        epochs: int = 1,
        *,
        terminate_on_nan: bool = True,
        **settings: Unpack[FitSettings],
    ) -> None:
        """Train a compiled model as `model.fit(x, y, ...)` does, but in the background; returns at once.

        Do not use the model before `session.wait()` or a stop: it is being trained.

        Args:
            model: the compiled model.
            x: the inputs, as in `Model.fit`.
            y: the targets, as in `Model.fit`.
            batch_size: samples for each update; None (the default) takes 32.
            epochs: how often to go over the data, 1 by default.
            terminate_on_nan: whether to end after the first batch whose loss is NaN or infinite, with the weights of the
                best epoch; which is so by default.
            **settings: what `Model.fit` takes besides: `validation_split`, `callbacks`, `class_weight` ...

        Raises:
            Refused: a run is on already.
        """
        arguments: dict[str, Any] = {"verbose": 0, **settings}
        if "nb_epoch" not in arguments:
            arguments["epochs"] = epochs
        callbacks, listeners = list(arguments.pop("callbacks", None) or ()), list(arguments.pop("listeners", ()))

        def work(control: Control, ours: Sequence[Listener], captured: Sequence[Callback]) -> object:
            return model.fit(
                x,
                y,
                batch_size,
                control=control,
                listeners=(*ours, *listeners),
                callbacks=[*captured, *callbacks],
                **arguments,
            )

        data = {name: array for name, array in (("x", x), ("y", y)) if isinstance(array, np.ndarray)}
        call = _call(x, y, batch_size, arguments, callbacks)
        begins = Fitted(model, call, notebook.variables).begins()
        self.session.launch(work, data=data, terminate_on_nan=terminate_on_nan, begins=begins)

    @property
    def history(self) -> EpochHistory:
        """The epochs so far (`epoch`, `history`), a copy."""
        return self.session.history

    def close(self) -> None:
        """Take the view away; the run goes on."""
        if self._run_changed in self.session.listeners:
            self.session.listeners.remove(self._run_changed)
        self.view.close()

    def _run_changed(self, what: What) -> None:
        self.view.changed(RUN, often=what == "progress")

    def _export(self, message: Message) -> Reply:
        if message.get("what") != "history":
            raise Refused(say.DASHBOARD_GIVES_HISTORY_ONLY, say.BUILDER_EXPORTS_THE_REST)
        text = self.history.to_json(self.session.state == "stopped")
        return {"filename": "history.json", "mime": "application/json"}, [text.encode()]

    def _repr_mimebundle_(self, **kwargs: object) -> MimeBundle:
        return self.view.shown_as(**kwargs)


def _call(
    x: Data | None, y: Data | None, batch_size: int | None, arguments: Mapping[str, Any], callbacks: Sequence[Callback]
) -> FitCall:
    """What is asked for, before the model knows of it."""
    others = tuple(name for name in _OTHERS if arguments.get(name) is not None)
    share, size = arguments.get("validation_split") or 0.0, batch_size or 32
    samples = len(x) if isinstance(x, np.ndarray) else None
    return FitCall(
        x,
        y,
        size,
        None if samples is None else -(-int(samples * (1.0 - share)) // size),
        arguments.get("nb_epoch") or arguments.get("epochs") or 1,
        arguments.get("shuffle", True),
        share,
        others,
        callbacks,
    )
