"""Layers that prepare numbers, such as Normalization, as steps of a table: adapted to its training rows, kept as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from .._declared import rules
from .._declared.fields import REQUIRED, field
from ..errors import DataError, EngineError, FileError, SettingError, shorten
from ..layers import CategoryEncoding, Discretization, IntegerLookup, Normalization, Rescaling
from ..types import Array, Config
from .columns import Column, ColumnKind, Columns, numbers
from .step import Step

_LAYERS = (Normalization, Rescaling, Discretization, IntegerLookup, CategoryEncoding)
_FITTED, _COLUMNS = "layer", "columns"
# What a layer begins with.
_RANGES, _MOST_CATEGORIES = 4, 1000


def _built(value: object) -> object:
    """A layer of its config, whose name takes none from the layers of models."""
    if isinstance(value, Mapping) and isinstance(value.get("config"), Mapping):
        value = {**value, "config": {**value["config"], "name": _FITTED}}
    return rules.layer.check(value) if isinstance(value, (Mapping, str)) else value


def _plain(layer: object) -> Config:
    """A layer's config without its name, which counts the layers of the process."""
    config = rules.layer.serialize(layer)
    return {**config, "config": {key: value for key, value in config["config"].items() if key != "name"}}


_preparing = rules.Rule(rules.layer.test, rules.layer.sentence, rules.layer.bad, rules.layer.control, _built, _plain)


class PreparingLayer(Step):
    """A layer that prepares numbers as a step: it gets the columns as an array (rows, columns) and is adapted to training rows.

    Args:
        columns: their names, in the array's order.
        layer: Normalization, Rescaling, Discretization, IntegerLookup or CategoryEncoding, or the config of one. What it is adapted
            to is learned anew; given means, boundaries and vocabularies stay.

    Raises:
        SettingError: it is another layer, whose place is in the model.

    Example:
        >>> from engine.data import columns_of
        >>> from engine.layers import Normalization
        >>> columns = columns_of({"size": [50.0, 70.0, 90.0], "rooms": [1.0, 2.0, 3.0]})
        >>> step = PreparingLayer(["size", "rooms"], layer=Normalization())
        >>> step.apply(columns, step.fit(columns, np.arange(3)))["rooms"].values.round(3).tolist()
        [-1.225, 0.0, 1.225]
    """

    kind: ClassVar[str] = "layer"
    one_at_a_time: ClassVar[bool] = True
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "boolean")
    layers: ClassVar[tuple[str, ...]] = tuple(layer.__name__ for layer in _LAYERS)
    """Names of the layers that prepare numbers."""
    layer: Any = field(_preparing, default=REQUIRED, help="a layer such as Normalization()")

    @classmethod
    def begun(cls, columns: Sequence[Column], rows: Array) -> PreparingLayer:
        """Normalization of some columns."""
        return cls.begun_with("Normalization", columns, rows)

    @classmethod
    def begun_with(cls, layer: str, columns: Sequence[Column], rows: Array) -> PreparingLayer:
        """A layer with settings that work for some columns: four ranges, or as many categories as there are.

        Args:
            layer: one of `layers`.
            columns: the columns that it is to change.
            rows: numbers of the rows to learn from.

        Returns:
            The step.
        """
        settings: Config = {}
        if layer == "Rescaling":
            settings = {"scale": 1.0}
        elif layer == "Discretization":
            settings = {"num_bins": _RANGES}
        elif layer == "CategoryEncoding":
            largest = max((float(column.present(rows).max(initial=0)) for column in columns), default=0.0)
            settings = {"num_tokens": int(min(max(largest, 0), _MOST_CATEGORIES - 1)) + 1}
        config = {"class_name": layer, "config": settings}
        return cls(columns=[column.name for column in columns], layer=config)

    def prepare(self) -> None:
        """Refuse a layer that is no preparation of numbers."""
        if not isinstance(self.layer, _LAYERS):
            raise SettingError(
                where="step layer",
                expected=", ".join(layer.__name__ for layer in _LAYERS[:-1]) + f" or {_LAYERS[-1].__name__}",
                actual=type(self.layer).__name__,
                hint="Other layers stand in the model.",
            )

    def fit(self, columns: Columns, rows: Array) -> Config:
        """The layer's config with what it was adapted to."""
        chosen = [column.take(rows) for column in self.chosen(columns)]
        there = ~np.any([column.missing for column in chosen], axis=0)
        made = _preparing.check(_plain(self.layer), "step layer")
        needs = isinstance(made, Normalization) and made.mean is None
        needs |= isinstance(made, Discretization) and made.bin_boundaries is None
        needs |= isinstance(made, IntegerLookup) and made.vocabulary is None
        if needs:
            if not there.any():
                raise DataError(
                    where=f"step layer, {type(made).__name__}",
                    expected="training rows with a value in each column",
                    actual="none",
                    hint="Leave a column out, or fill it before.",
                )
            made.adapt(self._numbers([column.take(there) for column in chosen], made))
        return {_FITTED: _adapted(made), _COLUMNS: list(self.columns)}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """What the layer makes of the columns, at the place of the first; missing where one of them is."""
        layer, columns_then = self._fitted(fitted)
        if list(self.columns) != columns_then:
            raise DataError(
                where="step layer",
                expected=f"the columns that it was adapted to: {', '.join(columns_then)}",
                actual=", ".join(self.columns),
                hint="Give the target and the inputs a step each.",
            )
        chosen = self.chosen(columns)
        missing = np.any([column.missing for column in chosen], axis=0)
        features = self._numbers(chosen, layer)
        features[missing] = features[~missing][0] if (~missing).any() else 0
        made = np.asarray(layer(features)).reshape(len(features), -1).astype(np.float64)
        first = self.columns[0]
        same = made.shape[1] == len(chosen)
        names = list(self.columns) if same else [f"{first} {place}" for place in range(made.shape[1])]
        new = {name: numbers(name, made[:, place], missing) for place, name in enumerate(names)}
        result: Columns = {}
        for name, column in columns.items():
            if name == first:
                result.update(new)
            elif name not in self.columns:
                result[name] = column
        return result

    def undo(self, name: str, values: Array, fitted: Config) -> Array:
        """A target as it was before Normalization or Rescaling; others have no way back."""
        layer, columns = self._fitted(fitted)
        if columns != [name]:
            return values
        if isinstance(layer, Normalization) and layer.mean is not None and layer.variance is not None:
            mean, width = _one(layer.mean), max(float(np.sqrt(_one(layer.variance))), 1e-7)
            return (values - mean) / width if layer.invert else values * width + mean
        if isinstance(layer, Rescaling):
            return (values - _one(layer.offset)) / _one(layer.scale)
        return values

    def _fitted(self, fitted: Config) -> tuple[Any, list[str]]:
        """The adapted layer, and the columns that it was adapted to. Raises FileError where it is none."""
        columns = fitted.get(_COLUMNS)
        try:
            layer = _preparing.check(fitted.get(_FITTED), "step layer")
        except EngineError:
            layer = None
        if not isinstance(layer, _LAYERS) or not isinstance(columns, list):
            raise FileError(
                where="preparation, step layer", expected="a layer that prepares, and columns", actual=shorten(fitted)
            )
        return layer, [str(column) for column in columns]

    def _numbers(self, columns: list[Column], layer: object) -> Array:
        """The columns as the layer takes them."""
        kind = np.int64 if isinstance(layer, (IntegerLookup, CategoryEncoding)) else np.float64
        filled = [np.where(column.missing, 0, column.values) for column in columns]
        return np.stack(filled, axis=1).astype(kind)


def _adapted(layer: Any) -> Mapping[str, object]:
    """A layer's config that holds what it was adapted to as settings."""
    config = _plain(layer)
    settings = dict(config["config"])
    if isinstance(layer, Normalization) and layer.mean is None:
        mean, variance = (one.astype(np.float64).reshape(-1).tolist() for one in layer.get_weights()[:2])
        settings |= {"mean": mean, "variance": variance}
    elif isinstance(layer, Discretization) and layer.boundaries is not None:
        settings |= {"bin_boundaries": [float(one) for one in layer.boundaries], "num_bins": None}
    elif isinstance(layer, IntegerLookup) and layer.vocabulary is None:
        settings["vocabulary"] = layer.get_vocabulary(include_special_tokens=False)
    return {**config, "config": settings}


def _one(value: Any) -> float:
    return float(np.asarray(value, np.float64).reshape(-1)[0])
