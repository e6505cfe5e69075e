"""What runs in one phase, in which order: the first decision of a plan."""

from __future__ import annotations

from collections.abc import Sequence

from .fusion import fused
from .graph import order
from .layout import channels_last
from .memory import Sizes
from .tensor import Call, Tensor


class Schedule:
    """The calls that compute `targets` in a phase, pairs that have a rule fused, each after those that it needs.

    reordered: whether images with channels first are reordered, as the library in C needs them; `shapes` gets what is new.
    absent: gradients that are zero in this phase, because they lie along a branch that it does not take.
    views: for each tensor that only reshapes another one, that other tensor; `computing` are the calls of all others.
    """

    def __init__(
        self,
        targets: Sequence[Tensor],
        calls: Sequence[Call],
        shapes: dict[Tensor, Sizes],
        training: bool,
        reordered: bool = False,
    ) -> None:
        self.training = training
        self.absent: set[Tensor] = set()
        for call in calls:
            self.absent.update(call.absences(training, self.absent))
        self.targets = [t for t in targets if t not in self.absent]
        ordered = order(self.targets, self.needs)
        self.calls = fused(ordered, {*self.targets, *self.absent}, shapes)
        if reordered:
            self.calls = channels_last(self.calls, self.targets, self.absent, shapes)
        self.computing: list[Call] = []
        self.views: dict[Tensor, Tensor] = {}
        for call in self.calls:
            source = call.view_of(training, self.absent)
            if source is None:
                self.computing.append(call)
            else:
                self.views.update((y, source) for y in call.outputs if y not in self.absent)

    def needs(self, call: Call) -> list[Tensor]:
        """The tensors that must be known before `call` runs in this phase."""
        return [x for x in call.needs(self.training) if x not in self.absent]
