"""The arguments of `compile` -> one Goal for each output."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from .. import losses
from .._graph.tensor import Tensor
from ..errors import SettingError, SettingTypeError, UnknownName
from .objective import Goal


def make_goals(
    outputs: Sequence[Tensor],
    names: Sequence[str],
    *,
    loss: Any,
    metrics: Any = None,
    weighted_metrics: Any = None,
    loss_weights: Any = None,
    sample_weight_mode: Any = None,
    target_tensors: Any = None,
) -> list[Goal]:
    """One Goal for each output; each argument is for all outputs, a list by output, or a dict by output name.

    An output that the loss dict leaves out is not trained (a warning says so). Raises UnknownName, SettingError.
    """
    found_losses = _losses(loss, names)
    weights = _spread("loss_weights", loss_weights, names, 1.0)
    modes = _spread("sample_weight_mode", sample_weight_mode, names, None)
    targets = _targets(target_tensors, names)
    plain, weighted = _metrics("metrics", metrics, names), _metrics("weighted_metrics", weighted_metrics, names)
    return [
        Goal(
            name=name,
            output=output,
            loss=found_losses[i],
            loss_weight=1.0 if weights[i] is None else float(weights[i]),
            mask=getattr(output, "_mask", None),
            metrics=plain[i],
            weighted_metrics=weighted[i],
            temporal=_is_temporal(modes[i], name, output),
            target=targets[i],
        )
        for i, (name, output) in enumerate(zip(names, outputs, strict=True))
    ]


def _losses(loss: Any, names: Sequence[str]) -> list[Any]:
    if isinstance(loss, Mapping) and not _is_config(loss):
        _check_names("loss", loss, names)
        for name in names:
            if name not in loss:
                warnings.warn(f"Output '{name}' is not in the loss dict: it is not trained.", stacklevel=7)
        return [losses.get(loss.get(name)) for name in names]
    if isinstance(loss, (list, tuple)):
        _check_length("loss", loss, names)
        return [losses.get(one) for one in loss]
    function = losses.get(loss)
    if function is not None and not callable(function):
        raise SettingTypeError(where="compile, loss", expected="a loss's name or a function", found=repr(loss))
    return [function] * len(names)


def _is_config(given: Mapping[str, Any]) -> bool:
    """Whether a mapping describes one object and not what each output has."""
    return set(given) == {"class_name", "config"}


def _metrics(what: str, metrics: Any, names: Sequence[str]) -> list[tuple[Any, ...]]:
    if not metrics:
        return [()] * len(names)
    if isinstance(metrics, Mapping):
        _check_names(what, metrics, names)
        return [_as_tuple(metrics.get(name, ())) for name in names]
    if not isinstance(metrics, (list, tuple)):
        raise SettingTypeError(
            where=f"compile, {what}",
            expected="a list of metrics or a dict by output name",
            found=repr(metrics),
            hint=f"Write {what}=[{metrics!r}].",
        )
    return [tuple(metrics)] * len(names)


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _spread(what: str, value: Any, names: Sequence[str], default: Any) -> list[Any]:
    if value is None:
        return [default] * len(names)
    if isinstance(value, Mapping):
        _check_names(what, value, names)
        return [value.get(name, default) for name in names]
    if isinstance(value, (list, tuple)):
        _check_length(what, value, names)
        return list(value)
    if isinstance(value, str):
        return [value] * len(names)
    expected = f"a list of {len(names)} or a dict by output name"
    raise SettingTypeError(where=f"compile, {what}", expected=expected, found=repr(value))


def _targets(given: Any, names: Sequence[str]) -> list[Tensor | None]:
    found = _spread("target_tensors", [given] if isinstance(given, Tensor) else given, names, None)
    for target, name in zip(found, names, strict=True):
        if target is not None and not isinstance(target, Tensor):
            raise SettingTypeError(
                where=f"compile, target_tensors of output '{name}'",
                expected="a tensor (K.placeholder, K.variable)",
                found=type(target).__name__,
            )
    return found


def _is_temporal(mode: Any, name: str, output: Tensor) -> bool:
    if mode in (None, "samplewise"):
        return False
    where = f"compile, sample_weight_mode of output '{name}'"
    if mode != "temporal":
        raise SettingError(where=where, expected="None or 'temporal'", found=repr(mode))
    if output.ndim < 3:
        raise SettingError(where=where, expected="an output with a time axis (rank 3)", found=f"shape {output.shape}")
    return True


def _check_names(what: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in given:
        if name not in names:
            raise UnknownName(name, names, kind="output", where=f"compile, {what}")


def _check_length(what: str, given: Sequence[Any], names: Sequence[str]) -> None:
    if len(given) != len(names):
        expected = f"{len(names)} entries, one for each of {', '.join(names)}"
        raise SettingError(where=f"compile, {what}", expected=expected, found=f"{len(given)}")
