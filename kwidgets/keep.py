"""Keep: a callback that records a training which was begun in code, as a builder's is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from engine.events import BatchEnd, EpochBegin, EpochEnd, Event, Listener, TrainBegin, TrainEnd
from engine.experiment import Control
from engine.models import Model

from .fitted import Fitted, Looks
from .refused import Refused
from .session.failure import ending, log_of
from .session.recording import Begins, Recording, of_model
from .session.run_state import plain_rate
from .session.stream import Clock, Stream
from .widgets import notebook
from .workspace import run_store


class RecordedFit:
    """Records one `fit`: a listener that is called after all callbacks.

    stream: what has heard the events, or is to hear them (`feeds`). model: what is trained. begun: told of the record once it
    has begun.
    """

    hears = (TrainBegin, EpochBegin, BatchEnd, EpochEnd, TrainEnd)

    def __init__(
        self,
        stream: Stream,
        model: Model,
        control: Control,
        feeds: bool = True,
        begun: Callable[[Recording], None] = lambda recording: None,
    ) -> None:
        self._stream, self._model, self._control, self._feeds, self._begun = stream, model, control, feeds, begun
        self.recording = Recording(run_store.store, self._changed)

    @property
    def next_batch(self) -> int:
        """The batch that it waits for."""
        return self._stream.pace.next_batch

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        if self._feeds:
            self._stream(event)
        if isinstance(event, TrainBegin):
            self.recording.begin(self._stream, self._begins(event))
            self.recording.watch(self._model, self._control)
            self._begun(self.recording)
        self.recording(event)
        if isinstance(event, TrainEnd):
            reason, error = ending(event, self._stream.finite)
            if self._feeds and error is not None:
                for text in log_of(error):
                    self._stream.say(text)
            # One that went on to its last epoch without a number has come to nothing all the same.
            self.recording.end("nan" if reason == "finished" and not self._stream.finite else reason, error)
            self.recording.waiter()()

    def _begins(self, event: TrainBegin) -> Begins:
        call = self._control.call
        if call is not None:
            return Fitted(self._model, call, notebook.variables).begins()
        asked = {"epochs": event.epochs, "batch_size": event.batch_size or 0}
        return Begins(lambda: of_model(self._model, event.samples, asked))

    def _changed(self, trouble: str | None) -> None:
        if trouble is not None:
            self._stream.say(trouble)


class Keep(Looks):
    """Records a `fit` in the store of runs: curves, history, log and checkpoints; `kwidgets.runs()` lists it.

    Nothing is shown. A store that cannot be written to never disturbs the training; `trouble` says what is wrong.

    Args:
        note: a note of the run; empty by default.
        tags: its tags; none by default.
        clock: gives seconds and never goes back; the machine's by default.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> from kwidgets import Keep, runs
        >>> model = Sequential([Dense(1, input_shape=(3,))])
        >>> model.compile("sgd", "mse")
        >>> keep = Keep(note="a first try", tags=["small"])
        >>> history = model.fit(np.zeros((8, 3)), np.zeros((8, 1)), epochs=2, verbose=0, callbacks=[keep])
        >>> runs()[0].note, runs()[0].state
        ('a first try', 'finished')
    """

    def __init__(self, note: str = "", tags: Iterable[str] = (), clock: Clock = time.monotonic) -> None:
        super().__init__()
        self.note, self.tags, self._clock = note, tuple(tags), clock
        self._fit: RecordedFit | None = None

    @property
    def id(self) -> str | None:
        """The id of the last fit in the store; None before it."""
        return None if self._fit is None else self._fit.recording.id

    @property
    def trouble(self) -> str | None:
        """What keeps it from being recorded, in words; None while nothing does."""
        return None if self._fit is None else self._fit.recording.trouble

    def make_listener(self, control: Control) -> Listener:
        """The function that records the training that begins.

        Args:
            control: of this training.

        Returns:
            The function.
        """
        stream = Stream(self._clock, rate=lambda: plain_rate(self.model))
        self._fit = RecordedFit(stream, self.model, control, begun=self._describe)
        return self._fit

    def _describe(self, recording: Recording) -> None:
        """Give the run its note and tags."""
        name = recording.id
        if name is None or recording.trouble is not None:
            return
        try:
            store = recording.store()
            if self.note:
                store.set_note(name, self.note)
            if self.tags:
                store.set_tags(name, self.tags)
        except Refused as refused:
            recording.say(str(refused))
