"""The part of a session that starts a training otherwise than it was asked for: with a lower rate, with smaller batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.errors import OutOfMemory

from ..refused import Refused
from ..words import run as say
from . import continuing
from .present_model import PresentModel
from .recording import Recording
from .request import Request


class StartsOtherwise(PresentModel):
    """Ways out of a training that went wrong. Who derives from it trains."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.on_batch_size: Callable[[int], None] | None = None
        """Called with a batch size that was chosen for a card, before it is used, as `on_rate` with a rate."""

    def restart_lower(self) -> None:
        """Begin again with new weights and a tenth of the learning rate; a training that is on is stopped first.

        Raises Refused for a run that was begun in code.
        """
        with self._lock:
            request, rate = self._request, self.learning_rate
            if request is None or rate is None:
                raise Refused(say.BEGUN_IN_CODE, say.LOWER_THE_RATE_IN_CODE)
            lower = float(f"{rate / 10:.6g}")
            if self.on_rate is not None:
                self.on_rate(lower)
            request = replace(request, experiment=continuing.with_rate(request.experiment, lower))
            if self.alive:
                self._after = lambda: self._begin(request, on=False)
                self.stop()
            else:
                self._begin(request, on=False)

    @property
    def fitting(self) -> int | None:
        """The largest batch that a card has memory for, where the run failed on a larger one and can go on from here."""
        error = self._outcome.error
        return error.batch_size if isinstance(error, OutOfMemory) and self._request is not None else None

    def go_on_smaller(self) -> None:
        """Go on with the batch that fits, from the weights of the last whole update, where a card had no memory for a larger one.

        The epoch that was cut short begins anew. Raises Refused where no batch was too large.
        """
        with self._lock:
            request, size = self._request, self.fitting
            if request is None or size is None:
                raise Refused(say.NO_BATCH_WAS_TOO_LARGE)
            if self.on_batch_size is not None:
                self.on_batch_size(size)
            request = replace(request, experiment=continuing.with_batch_size(request.experiment, size))
            self._begin(request, on=self.model is not None, done=self.stream.epochs_ended)

    def _begin(self, request: Request, on: bool, steps: int = 0, done: int | None = None) -> None:
        raise NotImplementedError
