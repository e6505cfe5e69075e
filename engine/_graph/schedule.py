"""What runs in one phase, in which order: the first decision of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from .fusion import fused
from .graph import order
from .layout import channels_last
from .memory import Sizes
from .tensor import Call, Tensor
from .unrolling import unrolled


class Schedule:
    """The calls that compute `targets` in a phase, pairs that have a rule fused, each after those that it needs.

    compiled: whether the library in C is to run them: then images with channels first are reordered, and loops unrolled;
    `shapes` gets what is new.
    absent: gradients that are zero in this phase, because they lie along a branch that it does not take.
    views: for each tensor that only reshapes another one, that other tensor; `computing` are the calls of all others.
    """

    def __init__(
        self,
        targets: Sequence[Tensor],
        calls: Sequence[Call],
        shapes: dict[Tensor, Sizes],
        training: bool,
        compiled: bool = False,
    ) -> None:
        self.training = training
        self.absent: set[Tensor] = set()
        for call in calls:
            self.absent.update(call.absences(training, self.absent))
        self.targets = [t for t in targets if t not in self.absent]
        ordered = order(self.targets, self.needs)
        if compiled:
            ordered, has_loops = unrolled(ordered, self.absent, shapes, training)
            ordered = self._needed(ordered) if has_loops else ordered
        self.calls = fused(ordered, {*self.targets, *self.absent}, shapes, training)
        if compiled:
            self.calls = channels_last(self.calls, self.targets, self.absent, shapes)
        self.computing: list[Call] = []
        self.views: dict[Tensor, Tensor] = {}
        for call in self.calls:
            source = call.view_of(training, self.absent)
            if source is None:
                self.computing.append(call)
            else:
                self.views.update((y, source) for y in call.outputs if y not in self.absent)

    def _needed(self, calls: Sequence[Call]) -> list[Call]:
        """Those of the calls that the targets need."""
        read, needed = set(self.targets), list[Call]()
        for call in reversed(calls):
            if any(y in read for y in call.outputs):
                needed.append(call)
                read.update(self.needs(call))
        return needed[::-1]

    def reads(self, call: Call) -> list[Tensor]:
        """Those whose values `call` reads in this phase."""
        return [x for x in call.reads(self.training) if x not in self.absent]

    def needs(self, call: Call) -> list[Tensor]:
        """The tensors that must be known before `call` runs in this phase."""
        return [x for x in call.needs(self.training) if x not in self.absent]
