"""What is added to a layer beside its outputs: losses, metrics and updates.

What its `call` adds while it is recorded belongs to that call, and goes to the call's node; what is added outside of
calls belongs to the layer, or to the tensors that it is said to depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .._graph.tensor import Tensor, Variable
from ..errors import SettingError, SettingTypeError
from .node import Node, RecordedUpdate, as_list, call_in_progress, calls_in_progress

if TYPE_CHECKING:
    from .node import CalledLayer, Tensors, Update

Item = TypeVar("Item")


class WithLosses(Protocol):
    """A layer inside another one."""

    @property
    def losses(self) -> list[Any]:
        """Its losses."""
        ...


class Additions:
    """Losses, metrics and updates of a layer that belong to none of its calls."""

    def __init__(self) -> None:
        self.losses: list[Tensor] = []
        self.of_last_call: list[Any] = []  # on a tape, or values where layers compute at once
        self.updates: list[Update] = []
        self.metrics: list[tuple[str, Tensor]] = []
        self.losses_of_inputs: list[tuple[list[Tensor], Tensor]] = []
        self.updates_of_inputs: list[tuple[list[Tensor], Update]] = []
        self._penalties: dict[Variable, Tensor | float] = {}

    def add_losses(self, losses: list[Tensor], inputs: Tensors | None) -> None:
        """Add losses to the call in progress; outside of one to the layer, or to the `inputs` they belong to."""
        collected = call_in_progress()
        if collected is not None:
            collected.losses += losses
        elif inputs is None:
            self.losses += losses
        else:
            self.losses_of_inputs += [(as_list(inputs), loss) for loss in losses]

    def add_updates(self, layer: CalledLayer, updates: list[Update], inputs: Tensors | None, keeps_state: bool) -> None:
        """Add updates to the call in progress; outside of one to the layer, or to the `inputs` they belong to."""
        collected = call_in_progress()
        if collected is not None:
            layers = calls_in_progress() or (layer,)
            collected.updates.extend(RecordedUpdate(pair, layers, keeps_state) for pair in updates)
        elif inputs is None:
            self.updates += updates
        else:
            self.updates_of_inputs += [(as_list(inputs), pair) for pair in updates]

    def add_metric(self, name: str, value: object, aggregation: str | None, where: str) -> None:
        """Add a metric to the call in progress; outside of one to the layer.

        Raises:
            SettingTypeError: the value is no tensor.
            SettingError: another aggregation than "mean".
        """
        if not isinstance(value, Tensor):
            hint = "Write it with K's functions on the layer's inputs or outputs."
            raise SettingTypeError(where=where, expected="a tensor", actual=type(value).__name__, hint=hint)
        if aggregation not in (None, "mean"):
            raise SettingError(where=where, expected="aggregation 'mean'", actual=repr(aggregation))
        collected = call_in_progress()
        (self.metrics if collected is None else collected.metrics).append((name, value))

    def penalties_on(self, weights: list[Variable]) -> list[Tensor]:
        """What the regularizers of weights say of them, recorded once for each."""
        for weight in weights:
            if weight.regularizer is not None and weight not in self._penalties:
                self._penalties[weight] = weight.regularizer(weight)
        return [penalty for penalty in self._penalties.values() if isinstance(penalty, Tensor)]

    def all_losses(self, nodes: list[Node]) -> list[Tensor]:
        """The losses of the layer, of inputs and of all its calls."""
        of_calls = [loss for node in nodes for loss in node.losses]
        return [*self.losses, *(loss for _, loss in self.losses_of_inputs), *of_calls]

    def all_updates(self, nodes: list[Node]) -> list[Update]:
        """The updates of the layer, of inputs and of all its calls."""
        of_calls = [pair for node in nodes for pair in made(node)]
        return [*self.updates, *(pair for _, pair in self.updates_of_inputs), *of_calls]

    def losses_for(self, inputs: Tensors, nodes: list[Node]) -> list[Tensor]:
        """The losses of the calls on `inputs`, and those that were said to belong to these."""
        tensors = as_list(inputs)
        of_calls = [loss for node in nodes if node.input_tensors == tensors for loss in node.losses]
        return [*of_calls, *_belonging(self.losses_of_inputs, tensors)]

    def updates_for(self, inputs: Tensors, nodes: list[Node]) -> list[Update]:
        """The updates of the calls on `inputs`, and those that were said to belong to these."""
        tensors = as_list(inputs)
        of_calls = [pair for node in nodes if node.input_tensors == tensors for pair in made(node)]
        return [*of_calls, *_belonging(self.updates_of_inputs, tensors)]


def _belonging(added: list[tuple[list[Tensor], Item]], inputs: list[Tensor]) -> list[Item]:
    return [item for tensors, item in added if tensors == inputs]


def activity_penalties(regularizer: Callable[[Tensor], Tensor | float], outputs: list[Tensor]) -> list[Any]:
    """What an activity regularizer says of one call's outputs."""
    penalties = [regularizer(y) for y in outputs]
    for penalty in penalties:
        if isinstance(penalty, Tensor):
            vars(penalty)["_sums_samples"] = True  # processes that share a batch add up their parts
    return penalties


def losses_at_once(added: Additions, penalties: list[Tensor], inside: Sequence[WithLosses]) -> list[Any]:
    """What a layer and those inside added in their last calls, and the penalties on weights.

    Args:
        added: the layer's additions.
        penalties: the penalties on its own weights.
        inside: the layers inside.
    """
    # What a layer adds within the call of another is heard of twice.
    losses = [*added.losses, *added.of_last_call, *penalties, *(loss for one in inside for loss in one.losses)]
    return list({id(loss): loss for loss in losses}.values())


def made(node: Node) -> list[Update]:
    """The updates of a call that a training step makes."""
    return [update.pair for update in node.updates if update.is_made]
