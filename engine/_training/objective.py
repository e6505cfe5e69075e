"""What is trained: outputs, targets, sample weights, losses and metrics as one graph.

For each output, with score = loss(y_true, y_pred) (numbers of Keras 2.2.4):
    with a mask:     score * mask / mean(mask)
    with weights:    mean of score over further axes, * weights / mean(weights != 0)
    then the mean; where nothing counts, the score is 0 (Keras: NaN).
    total = sum of loss_weight * loss over the outputs + penalties (regularizers, add_loss).
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard, cast

import numpy as np

from .. import _ops as ops
from .. import losses, metrics
from .._graph.tensor import Placeholder, Tensor
from .._machine import config
from ..errors import NotCompiled, SettingTypeError
from ..losses import LossFunction
from ..metrics import Metric, MetricFunction, MetricLike
from ..types import Shape
from .part import Part
from .step import Update

_ACCURACY = {
    "acc": (metrics.binary_accuracy, metrics.sparse_categorical_accuracy, metrics.categorical_accuracy),
    "ce": (losses.binary_crossentropy, losses.sparse_categorical_crossentropy, losses.categorical_crossentropy),
}


class StatefulMetric(Protocol):
    """A metric that counts on from batch to batch, which in Keras 2.2.4 is a layer."""

    updates: Sequence[Update]

    def __call__(self, y_true: Tensor, y_pred: Tensor, /) -> Tensor | dict[str, Tensor]: ...

    def reset_states(self) -> None:
        """Begin anew."""
        ...


class WeightedLoss(Protocol):
    """A loss that takes the mask and the sample weights into account and gives one number."""

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, weights: Tensor | None, mask: Tensor | None = None
    ) -> Tensor: ...


@dataclass(frozen=True)
class OutputSpec:
    """What one output is trained for and measured by.

    Args:
        name: the output's name.
        output: its tensor.
        loss: the loss; None where the output is not trained.
        loss_weight: its share of the total loss.
        mask: the output's mask as the layers computed it, or None.
        metrics: names or functions.
        weighted_metrics: names or functions, for which sample weights count.
        temporal: whether there is a sample weight for each time step.
        target: the tensor of targets that the user passed; None for one that is fed.
    """

    name: str
    output: Tensor
    loss: LossFunction | None
    loss_weight: float | Tensor = 1.0
    mask: Tensor | None = None
    metrics: tuple[MetricLike, ...] = ()
    weighted_metrics: tuple[MetricLike, ...] = ()
    temporal: bool = False
    target: Tensor | None = None

    @property
    def fed(self) -> bool:
        """Whether targets come with the data."""
        return self.target is None or isinstance(self.target, Placeholder)

    @property
    def target_shape(self) -> Shape | None:
        """Shape that targets must have; None when the loss is the user's own, which may take any."""
        if self.target is not None:
            return self.target.shape
        function = losses.function_behind(self.loss)
        if function is losses.sparse_categorical_crossentropy:
            return (*self.output.shape[:-1], 1)
        known = function is not None and getattr(losses, getattr(function, "__name__", ""), None) is function
        return self.output.shape if known else None

    @property
    def is_of_classes(self) -> bool:
        """Whether its targets are numbers of classes."""
        return losses.function_behind(self.loss) is losses.sparse_categorical_crossentropy


class Objective:
    """The graph of all outputs that are trained.

    `inputs` are the placeholders to feed after the model's own, a target for each trained output, but for those whose
    target has values of its own, then the weights.
    `names` and `values` run side by side: "loss", the losses of the outputs when there are several, the metrics.
    `stateful_names` are those of `stateful_metrics`, `metric_updates` what these assign after each batch.

    Args:
        output_specs: one for each output.
        penalties: tensors or numbers that are added to the loss.
        weighted: names of the outputs whose sample weights are fed.
        added_metrics: name and tensor of what layers show by `add_metric`.
        part: the part of the batch that this process has, where several train together: `values` are then what it adds to
            those of the whole batch. None where it has all.
    """

    def __init__(
        self,
        output_specs: Sequence[OutputSpec],
        penalties: Sequence[Tensor | float],
        weighted: Collection[str] = (),
        added_metrics: Sequence[tuple[str, Tensor]] = (),
        part: Part | None = None,
    ) -> None:
        self._part = part
        self.output_specs = [spec for spec in output_specs if spec.loss is not None]
        if not self.output_specs and not penalties:
            raise NotCompiled(
                where="compile",
                expected="a loss to optimize",
                actual="none",
                hint="Give compile(loss=...) or use add_loss.",
            )
        self._several = len(output_specs) > 1
        self.targets = [_target(spec) for spec in self.output_specs]
        self.weights = {g.name: _sample_weight(g) for g in self.output_specs if g.name in weighted}
        self.names: list[str] = ["loss"]
        self.stateful_names: list[str] = []
        self.stateful_metrics: list[StatefulMetric | Metric] = []
        self.metric_updates: list[Update] = []
        self.values: list[Tensor] = []
        self.total = self._record_losses(penalties)
        self.values.insert(0, self.total)
        for spec, target in zip(self.output_specs, self.targets, strict=True):
            for metric in spec.metrics:
                self._record_metric(spec, target, metric, None, "")
            for metric in spec.weighted_metrics:
                self._record_metric(spec, target, metric, self.weights.get(spec.name), "weighted_")
        for name, value in added_metrics:
            self.names.append(self._free_name(name))
            self.values.append(self._of_part(_mean_score(value, None, None)))

    @property
    def inputs(self) -> list[Placeholder]:
        """Targets, then sample weights."""
        return [*(target for target in self.targets if isinstance(target, Placeholder)), *self.weights.values()]

    def _record_losses(self, penalties: Sequence[Tensor | float]) -> Tensor:
        parts: list[Tensor | float] = []
        for spec, target in zip(self.output_specs, self.targets, strict=True):
            assert spec.loss is not None
            loss = reduced(spec.loss, target, spec.output, self.weights.get(spec.name), spec.mask)
            is_sum = isinstance(spec.loss, losses.Loss) and spec.loss.reduction == losses.Reduction.SUM
            loss = self._of_part(loss, is_sum)
            if self._several:
                self.names.append(f"{spec.name}_loss")
                self.values.append(loss)
            weight = spec.loss_weight
            parts.append(loss if not isinstance(weight, Tensor) and weight == 1 else ops.multiply(loss, weight))
        for penalty in penalties:
            cost = ops.mean(penalty) if isinstance(penalty, Tensor) and penalty.ndim else penalty
            # What an activity costs is a sum over the samples, of which each process has its own.
            parts.append(self._of_part(cost, is_sum_over_samples(penalty)))
        total, *others = parts
        for part in others:
            total = ops.add(total, part)
        return cast("Tensor", total)  # a number only where add_loss was passed nothing but numbers

    def _of_part(self, value: Any, is_sum: bool = False) -> Any:
        """What a mean over this process's samples, or a sum, adds to that over all."""
        if self._part is None:
            return value
        return ops.multiply(self._part.present if is_sum else self._part.share, value)

    def _record_metric(
        self, spec: OutputSpec, target: Tensor, metric: MetricLike, weights: Tensor | None, prefix: str
    ) -> None:
        function, name = resolve_metric(metric, spec)
        if isinstance(function, Metric):
            measured, weights, mask, prefix = self._counted(function, target, spec, weights), None, None, ""
        else:
            measured, mask = self._measured(function, target, spec.output), spec.mask
        parts = measured.items() if isinstance(measured, dict) else [(name, measured)]
        for part_name, score in parts:
            value = self._of_part(_mean_score(score, weights, mask))
            shown = self._free_name(f"{spec.name}_{prefix}{part_name}" if self._several else prefix + part_name)
            self.names.append(shown)
            self.values.append(value)
            if isinstance(function, Metric) or is_stateful(function):
                self.stateful_names.append(shown)

    def _counted(
        self, metric: Metric, target: Tensor, spec: OutputSpec, weights: Tensor | None
    ) -> Tensor | dict[str, Tensor]:
        """The value of a metric that is an object, for which masked time steps weigh nothing."""
        if spec.mask is not None:
            present = ops.cast(spec.mask, config.floatx())
            weights = present if weights is None else ops.multiply(_with_rank(weights, present.ndim), present)
        measured, updates = metric.recorded(target, spec.output, sample_weight=weights)
        if isinstance(measured, Tensor) and measured.ndim:
            warning = f"metric '{metric.name}' gives {measured.shape[0]} numbers; their mean is shown."
            warnings.warn(warning, stacklevel=2)
        self.metric_updates += updates
        if metric not in self.stateful_metrics:
            self.stateful_metrics.append(metric)
        return measured

    def _measured(self, function: MetricFunction, target: Tensor, output: Tensor) -> Tensor | dict[str, Tensor]:
        """The value of a metric; a stateful one also says what it assigns after each batch."""
        if not is_stateful(function):
            return function(target, output)
        if self._part is not None:
            raise SettingTypeError(
                where="compile, metrics",
                expected="metrics whose counts several processes can add up",
                actual=f"{type(function).__name__}, a layer that counts (Keras 2.2.4's stateful metric)",
                hint="Write it as a subclass of engine.metrics.Metric.",
            )
        known = {id(update) for update in function.updates}
        measured = function(target, output)
        self.metric_updates += [update for update in function.updates if id(update) not in known]
        if function not in self.stateful_metrics:
            self.stateful_metrics.append(function)
        return measured

    def _free_name(self, name: str) -> str:
        count, free = 1, name
        while free in self.names:
            free, count = f"{name}_{count}", count + 1
        return free


def is_sum_over_samples(penalty: object) -> bool:
    """Whether a penalty is a sum over the batch's samples, as an activity regularizer's; others are means, or know no samples."""
    return bool(getattr(penalty, "_sums_samples", False))


def is_stateful(metric: object) -> TypeGuard[StatefulMetric]:
    """Whether a metric is a layer that counts on from batch to batch (Keras 2.2.4's stateful metrics)."""
    return bool(getattr(metric, "stateful", False)) and hasattr(metric, "reset_states") and hasattr(metric, "updates")


def reduced(
    function: LossFunction, target: Tensor, output: Tensor, weights: Tensor | None = None, mask: Tensor | None = None
) -> Tensor:
    """The loss as one number, as the module's formula says, or as an object's own reduction does."""
    if isinstance(function, losses.Loss):
        return function.of_batch(target, output, weights, mask)
    return _mean_score(function(target, output), weights, mask)


def weighted_masked_objective(fn: LossFunction | None) -> WeightedLoss | None:
    """A loss as function of (y_true, y_pred, weights, mask=None) that gives one number (Keras 2.2.4's name)."""
    if fn is None:
        return None

    def weighted(y_true: Tensor, y_pred: Tensor, weights: Tensor | None, mask: Tensor | None = None) -> Tensor:
        return reduced(fn, y_true, y_pred, weights, mask)

    return weighted


def _mean_score(score: object, weights: Tensor | None, mask: Tensor | None) -> Tensor:
    """The mean of a loss's or metric's values by the module's formula; what functions of users return is checked."""
    if not isinstance(score, Tensor):
        raise SettingTypeError(
            where="compile",
            expected="a loss or metric that gives a tensor",
            actual=type(score).__name__,
            hint="Write it with engine.backend functions on y_true and y_pred.",
        )
    values: Tensor = score if score.dtype.kind == "f" else ops.cast(score, config.floatx())
    if mask is not None and values.ndim:
        present = ops.cast(mask, values.dtype)
        values = ops.divide(ops.multiply(values, _with_rank(present, values.ndim)), _share(present))
    if weights is not None and values.ndim:
        if values.ndim > weights.ndim:
            values = ops.mean(values, axis=tuple(range(weights.ndim, values.ndim)))
        used = ops.cast(ops.not_equal(weights, 0.0), values.dtype)
        values = ops.divide(ops.multiply(values, weights), _share(used))
    return ops.mean(values) if values.ndim else values


def _share(used: Tensor) -> Tensor:
    """The mean of ones and zeros as a divisor; not 0 where nothing counts, so that such a batch scores 0 and not NaN.

    It is that of the whole batch, of which other processes may have a part.
    """
    return ops.maximum(ops.mean_of_all(used), float(np.finfo(used.dtype.name).tiny))


def _with_rank(mask: Tensor, rank: int) -> Tensor:
    for _ in range(rank - mask.ndim):
        mask = ops.expand_dims(mask, -1)
    return mask


def resolve_metric(metric: MetricLike, spec: OutputSpec) -> tuple[MetricFunction | Metric, str]:
    """The function and shown name of a metric; 'accuracy' and 'crossentropy' follow the output and its loss.

    Binary when the output's last axis is 1 or the loss is binary_crossentropy, sparse when the loss is sparse. Later Keras shows
    a name as it was written.
    """
    kind = (
        {"accuracy": "acc", "acc": "acc", "crossentropy": "ce", "ce": "ce"}.get(metric)
        if isinstance(metric, str)
        else None
    )
    if kind is not None:
        binary, sparse, categorical = _ACCURACY[kind]
        kind = str(metric) if config.follows_later_keras() else kind
        if spec.output.shape[-1] == 1 or losses.function_behind(spec.loss) is losses.binary_crossentropy:
            return binary, kind
        return (sparse if spec.is_of_classes else categorical), kind
    function = _known_metric(metric)
    if isinstance(metric, str) and config.follows_later_keras() and not isinstance(function, (Metric, type)):
        return function, metric
    return function, getattr(function, "name", None) or getattr(function, "__name__", type(function).__name__)


def _known_metric(metric: MetricLike | None) -> MetricFunction | Metric:
    """The function of a metric; raises SettingTypeError for None in a list of metrics."""
    function = metrics.get(metric)
    if function is None:
        raise SettingTypeError(where="compile", expected="a metric's name or a function", actual=repr(metric))
    return function


def _target(spec: OutputSpec) -> Tensor:
    if spec.target is not None:
        return spec.target
    shape = spec.target_shape
    return Placeholder((None,) * spec.output.ndim if shape is None else shape, name=f"{spec.name}_target")


def _sample_weight(spec: OutputSpec) -> Placeholder:
    return Placeholder((None, None) if spec.temporal else (None,), name=f"{spec.name}_sample_weights")
