"""Which of a run's checkpoints stay while it goes on: the last, the best, those from its start to now at even distances."""

from __future__ import annotations

from engine.errors import EngineError
from engine.models.checkpoints import Checkpoint

from ..refused import Refused
from ..words import recording as say
from ..workspace.run_store import RunStore
from ..workspace.run_writer import RunWriter
from .best import leading, wants_more
from .stream import EpochHistory

MOST = 20
# Beyond this, the checkpoints of one run are further apart, but never fewer than three.
MOST_BYTES = 500_000_000
_FEWEST = 3


class ThinnedCheckpoints:
    """Writes the checkpoints of one run. trouble: what keeps them from being written, in words."""

    def __init__(self, writer: RunWriter, store: RunStore) -> None:
        self._writer, self._store = writer, store
        self._best: float | None = None
        self.trouble: str | None = None

    def write(self, checkpoint: Checkpoint, history: EpochHistory) -> None:
        """Write one, and drop those that are no longer needed. history: the epochs' values so far."""
        path = self._writer.checkpoint_path(checkpoint.epoch, checkpoint.batch)
        if path is None:
            return
        try:
            checkpoint.write(path)
            self._writer.checkpoint_written(checkpoint.epoch, checkpoint.batch, self._is_best(checkpoint, history))
            self._thin(checkpoint)
            self.trouble = None
        except (OSError, EngineError, Refused) as error:
            self.trouble = say.checkpoint_not_written(str(error))

    def _is_best(self, checkpoint: Checkpoint, history: EpochHistory) -> bool:
        """Whether its epoch is better than all that have a checkpoint so far."""
        name = leading(history.history)
        if name is None or checkpoint.batch or not checkpoint.epoch:
            return False
        values = dict(zip(reversed(history.epoch), reversed(history.history[name]), strict=False))
        value = values.get(checkpoint.epoch - 1)
        if value is None or value != value:
            return False
        better = self._best is None or (value > self._best if wants_more(name) else value < self._best)
        self._best = value if better else self._best
        return better

    def _thin(self, newest: Checkpoint) -> None:
        there = self._store.checkpoints(self._writer.id)
        size = max((one.bytes for one in there), default=0)
        most = max(_FEWEST, min(MOST, MOST_BYTES // max(size, 1)))
        epochs = [one.epoch for one in there if not one.batch]
        for epoch, batch in dropped(epochs, [(one.epoch, one.batch) for one in there if one.batch], most):
            one = next(one for one in there if (one.epoch, one.batch) == (epoch, batch))
            if not (one.best or one.pinned or (epoch, batch) == (newest.epoch, newest.batch)):
                self._writer.checkpoint_dropped(epoch, batch)


def dropped(epochs: list[int], within: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Which checkpoints go. epochs: those after whole epochs; within: (epoch, batch) of those within one.

    Of the latter the last one stays while no epoch has come after it.

    >>> dropped([0, 1, 2, 3, 4], [(2, 7), (4, 1), (4, 5)], 3)
    [(1, 0), (3, 0), (2, 7), (4, 1)]
    """
    last = max(epochs, default=-1)
    apart = 1
    while sum(epoch % apart == 0 for epoch in epochs) > max(most, 1):
        apart *= 2
    newest = max(within, default=(-1, 0))
    inside = [one for one in within if one != newest or one[0] < last]
    return [*((epoch, 0) for epoch in epochs if epoch % apart and epoch != last), *inside]
