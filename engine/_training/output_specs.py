"""The arguments of `compile` -> one OutputSpec for each output."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard, TypeVar

from .. import losses
from .._graph.tensor import Tensor, is_tensor
from .._machine.config import follows_later_keras
from ..errors import SettingError, SettingTypeError, UnknownName
from ..losses import LossFunction, LossLike
from ..metrics import Metric, MetricLike
from ..types import Config, Listed, PerOutput, SampleWeightMode
from .objective import OutputSpec

Item = TypeVar("Item")

Metrics: TypeAlias = Listed[MetricLike] | Mapping[str, MetricLike | Sequence[MetricLike]]
"""A list of metrics for all outputs, or a mapping by output name."""

LossWeight: TypeAlias = float | Tensor | None
LossWeights: TypeAlias = Sequence[LossWeight] | Mapping[str, LossWeight]
"""A weight for each output's loss: a list in the outputs' order, or a mapping by output name; None is 1.

A variable (`K.variable(0.5)`) counts with the value that it has at each step.
"""


@dataclass
class CompileArguments:
    """What `compile` was called with, but for the optimizer; see `Model.compile`."""

    loss: PerOutput[LossLike] | None = None
    metrics: Metrics | None = None
    loss_weights: LossWeights | None = None
    sample_weight_mode: PerOutput[SampleWeightMode] | None = None
    weighted_metrics: Metrics | None = None
    target_tensors: PerOutput[Tensor] | None = None


def make_output_specs(outputs: Sequence[Tensor], names: Sequence[str], arguments: CompileArguments) -> list[OutputSpec]:
    """One OutputSpec for each output; each argument is for all outputs, a list by output, or a dict by output name.

    An output that the loss dict leaves out is not trained, with a warning.

    Raises:
        UnknownName: there is no output, loss or metric of a name.
        SettingError: an argument has a value that it may not have.
    """
    functions = _losses(arguments.loss, names)
    weights = _spread("loss_weights", arguments.loss_weights, names)
    mode = arguments.sample_weight_mode
    modes = _spread("sample_weight_mode", [mode] * len(names) if isinstance(mode, str) else mode, names)
    targets = _targets(arguments.target_tensors, names)
    plain = _metrics("metrics", arguments.metrics, names)
    weighted = _metrics("weighted_metrics", arguments.weighted_metrics, names)
    return [
        OutputSpec(
            name=name,
            output=output,
            loss=functions[i],
            loss_weight=1.0 if weight is None else weight if isinstance(weight, Tensor) else float(weight),
            mask=getattr(output, "_mask", None),
            metrics=plain[i],
            weighted_metrics=weighted[i],
            temporal=_is_temporal(modes[i], name, output),
            target=targets[i],
        )
        for i, (name, output, weight) in enumerate(zip(names, outputs, weights, strict=True))
    ]


def _losses(loss: PerOutput[LossLike] | None, names: Sequence[str]) -> list[LossFunction | None]:
    if loss is None or (isinstance(loss, Mapping) and not loss):
        return [None] * len(names)
    if isinstance(loss, Mapping) and not _is_config(loss):
        _check_names("loss", loss, names)
        for name in names:
            if name not in loss:
                warnings.warn(f"Output '{name}' is not in the loss dict: it is not trained.", stacklevel=7)
        return [losses.get(loss.get(name)) for name in names]
    if isinstance(loss, Sequence) and not isinstance(loss, str):
        _check_length("loss", loss, names)
        return [losses.get(one) for one in loss]
    function = losses.get(loss)
    if function is not None and not callable(function):
        raise SettingTypeError(where="compile, loss", expected="a loss's name or a function", actual=repr(loss))
    return [function] * len(names)


def _is_config(mapping: Mapping[str, object]) -> TypeGuard[Config]:
    """Whether a mapping is the config of one object, and not a dict by output."""
    return set(mapping) == {"class_name", "config"}


def _metrics(what: str, metrics: Metrics | None, names: Sequence[str]) -> list[tuple[MetricLike, ...]]:
    if not metrics:
        return [()] * len(names)
    if isinstance(metrics, Mapping):
        _check_names(what, metrics, names)
        return [_as_tuple(metrics.get(name, ())) for name in names]
    if isinstance(metrics, (str, Metric)) and follows_later_keras():  # which takes one alone
        metrics = [metrics]
    if not isinstance(metrics, (list, tuple)):
        raise SettingTypeError(
            where=f"compile, {what}",
            expected="a list of metrics or a dict by output name",
            actual=repr(metrics),
            hint=f"Write {what}=[{metrics!r}].",
        )
    if any(isinstance(m, (list, tuple)) for m in metrics):  # one list for each output, as in Keras 2.3
        _check_length(what, metrics, names)
        return [_as_tuple(listed) for listed in metrics]
    # An object counts for one output; each further one has its own copy, as in Keras 2.3.
    return [tuple(m.copied() if i and isinstance(m, Metric) else m for m in metrics) for i in range(len(names))]


def _as_tuple(metrics: MetricLike | Sequence[MetricLike]) -> tuple[MetricLike, ...]:
    return (metrics,) if isinstance(metrics, str) or not isinstance(metrics, Sequence) else tuple(metrics)


def _spread(
    what: str, value: Sequence[Item | None] | Mapping[str, Item | None] | None, names: Sequence[str]
) -> list[Item | None]:
    """The argument `what` of compile for each output, as the user wrote it; None where it says nothing."""
    if value is None:
        return [None] * len(names)
    if isinstance(value, Mapping):
        _check_names(what, value, names)
        return [value.get(name) for name in names]
    if isinstance(value, (list, tuple)):
        _check_length(what, value, names)
        return list(value)
    expected = f"a list of {len(names)} or a dict by output name"
    raise SettingTypeError(where=f"compile, {what}", expected=expected, actual=repr(value))


def _targets(tensors: PerOutput[Tensor] | None, names: Sequence[str]) -> list[Tensor | None]:
    spread = _spread("target_tensors", [tensors] if isinstance(tensors, Tensor) else tensors, names)
    targets: list[Tensor | None] = []
    for target, name in zip(spread, names, strict=True):
        if target is not None and not is_tensor(target):
            raise SettingTypeError(
                where=f"compile, target_tensors of output '{name}'",
                expected="a tensor (K.placeholder, K.variable)",
                actual=type(target).__name__,
            )
        targets.append(target)
    return targets


def _is_temporal(mode: object, name: str, output: Tensor) -> bool:
    if mode in (None, "samplewise"):
        return False
    where = f"compile, sample_weight_mode of output '{name}'"
    if mode != "temporal":
        raise SettingError(where=where, expected="None or 'temporal'", actual=repr(mode))
    if output.ndim < 3:
        raise SettingError(where=where, expected="an output with a time axis (rank 3)", actual=f"shape {output.shape}")
    return True


def _check_names(what: str, by_name: Mapping[str, object], names: Sequence[str]) -> None:
    for name in by_name:
        if name not in names:
            raise UnknownName(name, names, kind="output", where=f"compile, {what}", of_model=True)


def _check_length(what: str, listed: Sequence[object], names: Sequence[str]) -> None:
    if len(listed) != len(names):
        expected = f"{len(names)} entries, one for each of {', '.join(names)}"
        raise SettingError(where=f"compile, {what}", expected=expected, actual=f"{len(listed)}")
