"""Dashboard: a run and the view of it, for models that were made in code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.callbacks import Callback
from engine.events import Listener
from engine.experiment import Control
from engine.models import Model

from .refused import Refused
from .session.session import Session, What
from .session.stream import EpochHistory
from .widgets.base import Message, MimeBundle, Reply
from .widgets.dashboard_view import RUN, DashboardView
from .words import builder as say


class Dashboard:
    """Curves, progress and controls of a training that goes on in the background.

    session: the run to show; None (default) makes one.

    >>> from kwidgets import Dashboard
    >>> board = Dashboard()  # doctest: +SKIP
    >>> board.fit(model, x, y, epochs=20)  # doctest: +SKIP
    >>> board  # doctest: +SKIP
    """

    def __init__(self, session: Session | None = None) -> None:
        self.session = Session() if session is None else session
        self.view = DashboardView(self.session, {"export": self._export})
        self.session.listeners.append(self._run_changed)

    def fit(self, model: Model, *args: Any, terminate_on_nan: bool = True, **settings: Any) -> None:
        """Train a compiled model as `model.fit(*args, **settings)` does, but in the background; returns at once.

        terminate_on_nan: end after the first batch whose loss is NaN or infinite, with the weights of the best epoch.
        Do not use the model before `session.wait()` or a stop: it is being trained. Raises Refused while a run is on.
        """
        settings.setdefault("verbose", 0)
        callbacks, listeners = list(settings.pop("callbacks", None) or ()), list(settings.pop("listeners", ()))

        def work(control: Control, ours: Sequence[Listener], captured: Sequence[Callback]) -> object:
            return model.fit(
                *args, control=control, listeners=(*ours, *listeners), callbacks=[*captured, *callbacks], **settings
            )

        arguments = {**dict(zip(("x", "y"), args, strict=False)), **settings}
        data = {name: arguments[name] for name in ("x", "y") if isinstance(arguments.get(name), np.ndarray)}
        self.session.launch(work, data=data, terminate_on_nan=terminate_on_nan)

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
