"""The arrays that an experiment names: those of its inputs and targets, and those that are measured in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

import numpy as np

from ..errors import DataError, shorten
from ..types import Array, Samples
from .read_rows import ReadRows


class NamedEnds(Protocol):
    """A model, as far as data are given to it by name."""

    @property
    def input_names(self) -> list[str]:
        """Names of its inputs."""
        ...

    @property
    def output_names(self) -> list[str]:
        """Names of its outputs."""
        ...


def chosen_arrays(
    experiment: Mapping[str, Any], arrays: Mapping[str, Samples], model: NamedEnds
) -> tuple[dict[str, Array], dict[str, Array]]:
    """The arrays that an experiment's `data` names, by input and by output.

    A single input or output takes the single entry whatever its name: a stack's input has no name of its own in Keras.

    Args:
        experiment: the experiment.
        arrays: all arrays by name.
        model: its model.

    Returns:
        The inputs and the targets.

    Raises:
        DataError: an array is not named, or there is none of its name.

    Example:
        >>> from engine.experiment import build_model
        >>> layer = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 4], "name": "d"}}
        >>> experiment = {"class_name": "Sequential", "config": [layer], "data": {"inputs": {"d": "x"}, "targets": {"d": "y"}}}
        >>> inputs, targets = chosen_arrays(experiment, {"x": [[1] * 4], "y": [[0, 1]]}, build_model(experiment))
        >>> list(targets)
        ['d']
    """
    data = experiment.get("data") or {}
    inputs = _chosen("inputs", data.get("inputs"), model.input_names, arrays)
    return inputs, _chosen("targets", data.get("targets"), model.output_names, arrays)


def own_validation(experiment: Mapping[str, Any], arrays: Mapping[str, Samples]) -> dict[str, Samples] | None:
    """The arrays that are measured after each epoch where the experiment's `data` names some in place of those trained on.

    Args:
        experiment: the experiment, such as one whose `data` holds {"validation": {"x_train": "x_val", "y_train": "y_val"}}.
        arrays: all arrays by name.

    Returns:
        They under the names of those that are trained on; None where a share of these is measured.

    Raises:
        DataError: there is none of a name, or it is no mapping.

    Example:
        >>> own_validation({"data": {"validation": {"x": "x_val"}}}, {"x": [1, 2], "x_val": [3]})
        {'x': [3]}
    """
    named = (experiment.get("data") or {}).get("validation")
    if not named:
        return None
    if not isinstance(named, Mapping):
        raise DataError(where="data, validation", expected="a mapping of array names", actual=shorten(named))
    for key in named.values():
        if key not in arrays:
            there = ", ".join(sorted(map(str, arrays))) or "none"
            raise DataError(where="data, validation", expected=f"an array named {key!r}", actual=f"only: {there}")
    return {str(trained): arrays[key] for trained, key in named.items()}


def _chosen(what: str, written: object, names: list[str], arrays: Mapping[str, Samples]) -> dict[str, Array]:
    keys = written or {}
    if not isinstance(keys, Mapping):
        raise DataError(where=f"data, {what}", expected="a mapping of layer and array name", actual=shorten(keys))
    if len(names) == 1 and len(keys) == 1:
        keys = dict(zip(names, keys.values(), strict=True))
    chosen: dict[str, Array] = {}
    for name in names:
        key = keys.get(name)
        if key is None:
            raise DataError(
                where=f"data, {what}", expected=f"an array for '{name}'", actual="none", hint="Choose one under Data."
            )
        if key not in arrays:
            there = ", ".join(sorted(map(str, arrays))) or "none"
            raise DataError(
                where=f"data, {what}, '{name}'", expected=f"an array named {key!r}", actual=f"only: {there}"
            )
        array = arrays[key]
        # What is read while training goes on stays in its file.
        chosen[name] = cast("Array", array) if isinstance(array, ReadRows) else np.asarray(array)
    return chosen
