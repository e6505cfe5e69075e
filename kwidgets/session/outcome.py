"""What a run has come to: why it ended, whose weights the model has now, and the conclusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.events import Reason
from engine.models import Model

from ..messages import Conclusion
from ..words import run as say
from .best import BestWeights
from .failure import log_of
from .stream import Stream


@dataclass
class Outcome:
    """Of one run, from its start on.

    reason: why it ended, as the loop says it. error: of a failed run. note: a sentence about the weights, if they are not
    those of the last update. lost: they are not worth going on from. restored: an earlier epoch's were put back.
    """

    reason: Reason | None = None
    error: BaseException | None = None
    note: str | None = None
    conclusion: Conclusion | None = None
    lost: bool = False
    restored: bool = False

    def restore(self, best: BestWeights, model: Model | None, log: Callable[[str], None]) -> None:
        """Put the best epoch's weights back, those of the start where no epoch was whole."""
        if model is None:
            return
        epoch = best.restore(model)
        self.note = say.WEIGHTS_FROM_BEFORE if epoch is None else say.weights_of_the_best(epoch)
        # The weights of the start have learnt nothing, so there is nothing to go on from.
        self.lost, self.restored = epoch is None, True
        log(self.note)

    def settle(self, stream: Stream, best: BestWeights, model: Model | None, restores: bool) -> None:
        """The training is over: put back weights where that was asked for or is needed, and say whose they are."""
        self.lost = not stream.finite
        if self.error is None and (restores or (self.reason == "nan" and best.any)):
            self.restore(best, model, stream.say)
        elif self.lost:
            self.note = say.weights_are_lost(best.refusal)
        elif self.error is None and stream.trouble is not None and best.epoch is not None:
            self.note = say.diverged_best_are_kept(best.epoch)

    def fail(self, error: BaseException, log: Callable[[str], None]) -> None:
        """The run ended with an error, which the log tells."""
        self.error = error
        for text in log_of(error):
            log(text)
