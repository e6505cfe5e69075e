"""What is trained: outputs, targets, sample weights, losses and metrics as one graph.

For each output, with score = loss(y_true, y_pred) (numbers of Keras 2.2.4):
    with a mask:     score * mask / mean(mask)
    with weights:    mean of score over further axes, * weights / mean(weights != 0)
    then the mean.   total = sum of loss_weight * loss over the outputs + penalties (regularizers, add_loss).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from .. import _ops as ops
from .. import losses, metrics
from .._graph.tensor import Placeholder, Tensor
from .._machine import config
from ..errors import NotCompiled, SettingTypeError

Function = Callable[[Any, Any], Any]
_ACCURACY = {
    "acc": (metrics.binary_accuracy, metrics.sparse_categorical_accuracy, metrics.categorical_accuracy),
    "ce": (losses.binary_crossentropy, losses.sparse_categorical_crossentropy, losses.categorical_crossentropy),
}


@dataclass(frozen=True)
class Goal:
    """What one output is trained for and measured by.

    `mask` as the layers computed it, or None; `loss` None: the output is not trained; `temporal`: a sample weight
    for each time step; `metrics` and `weighted_metrics` are names or functions, the latter use the sample weights; `target`
    is the tensor of targets, where the user gave one; a placeholder is fed.
    """

    name: str
    output: Tensor
    loss: Function | None
    loss_weight: float = 1.0
    mask: Tensor | None = None
    metrics: tuple[Any, ...] = ()
    weighted_metrics: tuple[Any, ...] = ()
    temporal: bool = False
    target: Tensor | None = None

    @property
    def fed(self) -> bool:
        """Whether targets come with the data."""
        return self.target is None or isinstance(self.target, Placeholder)

    @property
    def target_shape(self) -> tuple[int | None, ...] | None:
        """Shape that targets must have; None when the loss is the user's own, which may take any."""
        if self.target is not None:
            return self.target.shape
        if self.loss is losses.sparse_categorical_crossentropy:
            return (*self.output.shape[:-1], 1)
        known = getattr(losses, getattr(self.loss, "__name__", ""), None) is self.loss
        return self.output.shape if known else None


class Objective:
    """The graph of all goals. `weighted` names the outputs whose sample weights are fed.

    `inputs` are the placeholders to feed after the model's own: a target for each trained output (but for those whose
    target has values of its own), then the weights.
    `names` and `values` run side by side: "loss", the losses of the outputs when there are several, the metrics.
    `stateful_names` are those of `stateful_metrics`, `metric_updates` what these assign after each batch.
    """

    def __init__(
        self,
        goals: Sequence[Goal],
        penalties: Sequence[Any],
        weighted: Collection[str] = (),
        added_metrics: Sequence[tuple[str, Tensor]] = (),
    ) -> None:
        self.goals = [goal for goal in goals if goal.loss is not None]
        if not self.goals and not penalties:
            raise NotCompiled(
                where="compile",
                expected="a loss to optimize",
                found="none",
                hint="Give compile(loss=...) or use add_loss.",
            )
        self._several = len(goals) > 1
        self.targets = [_target(goal) for goal in self.goals]
        self.weights = {g.name: _sample_weight(g) for g in self.goals if g.name in weighted}
        self.names: list[str] = ["loss"]
        self.stateful_names: list[str] = []
        self.stateful_metrics: list[Any] = []
        self.metric_updates: list[Any] = []
        self.values: list[Tensor] = []
        self.total = self._record_losses(penalties)
        self.values.insert(0, self.total)
        for goal, target in zip(self.goals, self.targets, strict=True):
            for metric in goal.metrics:
                self._record_metric(goal, target, metric, None, "")
            for metric in goal.weighted_metrics:
                self._record_metric(goal, target, metric, self.weights.get(goal.name), "weighted_")
        for name, value in added_metrics:
            self.names.append(self._free_name(name))
            self.values.append(_mean_score(value, None, None))

    @property
    def inputs(self) -> list[Placeholder]:
        """Targets, then sample weights."""
        return [*(target for target in self.targets if isinstance(target, Placeholder)), *self.weights.values()]

    def _record_losses(self, penalties: Sequence[Any]) -> Tensor:
        total: Any = None
        for goal, target in zip(self.goals, self.targets, strict=True):
            assert goal.loss is not None
            loss = reduced(goal.loss, target, goal.output, self.weights.get(goal.name), goal.mask)
            if self._several:
                self.names.append(f"{goal.name}_loss")
                self.values.append(loss)
            part = loss if goal.loss_weight == 1 else ops.multiply(loss, float(goal.loss_weight))
            total = part if total is None else ops.add(total, part)
        for penalty in penalties:
            part = ops.mean(penalty) if getattr(penalty, "ndim", 0) else penalty
            total = part if total is None else ops.add(total, part)
        return total

    def _record_metric(self, goal: Goal, target: Tensor, metric: Any, weights: Tensor | None, prefix: str) -> None:
        function, name = resolve_metric(metric, goal)
        found = self._measured(function, target, goal.output)
        parts = found.items() if isinstance(found, dict) else [(name, found)]
        for part_name, score in parts:
            value = _mean_score(score, weights, goal.mask)
            shown = self._free_name(f"{goal.name}_{prefix}{part_name}" if self._several else prefix + part_name)
            self.names.append(shown)
            self.values.append(value)
            if is_stateful(function):
                self.stateful_names.append(shown)

    def _measured(self, function: Any, target: Tensor, output: Tensor) -> Any:
        """The metric's value; of a stateful one also what it assigns after each batch."""
        if not is_stateful(function):
            return function(target, output)
        known = {id(update) for update in function.updates}
        found = function(target, output)
        self.metric_updates += [update for update in function.updates if id(update) not in known]
        if function not in self.stateful_metrics:
            self.stateful_metrics.append(function)
        return found

    def _free_name(self, name: str) -> str:
        number, free = 1, name
        while free in self.names:
            free, number = f"{name}_{number}", number + 1
        return free


def is_stateful(metric: Any) -> bool:
    """Whether a metric is a layer that counts on from batch to batch (Keras 2.2.4's stateful metrics)."""
    return bool(getattr(metric, "stateful", False)) and hasattr(metric, "reset_states") and hasattr(metric, "updates")


def reduced(function: Function, target: Any, output: Any, weights: Any = None, mask: Any = None) -> Any:
    """The loss as one number, as the module's formula says."""
    return _mean_score(function(target, output), weights, mask)


def weighted_masked_objective(fn: Function | None) -> Callable[..., Any] | None:
    """A loss as function of (y_true, y_pred, weights, mask=None) that gives one number (Keras 2.2.4's name)."""
    if fn is None:
        return None
    return lambda y_true, y_pred, weights, mask=None: reduced(fn, y_true, y_pred, weights, mask)


def _mean_score(score: Any, weights: Any, mask: Any) -> Any:
    if not isinstance(score, Tensor):
        raise SettingTypeError(
            where="compile",
            expected="a loss or metric that gives a tensor",
            found=type(score).__name__,
            hint="Write it with engine.backend functions on y_true and y_pred.",
        )
    if score.dtype.kind != "f":
        score = ops.cast(score, config.floatx())
    if mask is not None and score.ndim:
        kept = ops.cast(mask, score.dtype)
        score = ops.divide(ops.multiply(score, _with_rank(kept, score.ndim)), ops.mean(kept))
    if weights is not None and score.ndim:
        if score.ndim > weights.ndim:
            score = ops.mean(score, axis=tuple(range(weights.ndim, score.ndim)))
        used = ops.mean(ops.cast(ops.not_equal(weights, 0.0), score.dtype))
        score = ops.divide(ops.multiply(score, weights), used)
    return ops.mean(score) if score.ndim else score


def _with_rank(mask: Any, rank: int) -> Any:
    for _ in range(rank - mask.ndim):
        mask = ops.expand_dims(mask, -1)
    return mask


def resolve_metric(metric: Any, goal: Goal) -> tuple[Function, str]:
    """The function and shown name of a metric; 'accuracy' and 'crossentropy' follow the output and its loss.

    Binary when the output's last axis is 1 or the loss is binary_crossentropy, sparse when the loss is sparse.
    """
    kind = (
        {"accuracy": "acc", "acc": "acc", "crossentropy": "ce", "ce": "ce"}.get(metric)
        if isinstance(metric, str)
        else None
    )
    if kind is not None:
        binary, sparse, categorical = _ACCURACY[kind]
        if goal.output.shape[-1] == 1 or goal.loss is losses.binary_crossentropy:
            return binary, kind
        return (sparse if goal.loss is losses.sparse_categorical_crossentropy else categorical), kind
    function = metrics.get(metric)
    if function is None:
        raise SettingTypeError(where="compile", expected="a metric's name or a function", found=repr(metric))
    return function, getattr(function, "name", None) or getattr(function, "__name__", type(function).__name__)


def _target(goal: Goal) -> Tensor:
    if goal.target is not None:
        return goal.target
    shape = goal.target_shape
    return Placeholder((None,) * goal.output.ndim if shape is None else shape, name=f"{goal.name}_target")


def _sample_weight(goal: Goal) -> Placeholder:
    return Placeholder((None, None) if goal.temporal else (None,), name=f"{goal.name}_sample_weights")
