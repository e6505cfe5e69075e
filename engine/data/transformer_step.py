"""Steps that others wrote: scikit-learn's transformers and what follows their manner."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from ..errors import DataError, SettingError, SettingTypeError, shorten
from ..types import Array, Config
from .columns import Column, ColumnKind, Columns, numbers
from .step import Step

_FITTED, _COLUMNS = "transformer", "columns"


@runtime_checkable
class FitsAndTransforms(Protocol):
    """What scikit-learn calls a transformer."""

    def fit(self, rows: Any, /) -> Any:
        """Learn from rows (rows, columns)."""
        ...

    def transform(self, rows: Any, /) -> Any:
        """Rows as they are behind it."""
        ...


class Transformer(Step):
    """A transformer of scikit-learn, or of a library in its manner, as a step: fitted on a copy, on training rows alone.

    It gets float64 (rows, columns) with NaN where a value is missing; texts too where a column holds texts, with None; and one
    column of texts alone where it makes numbers of texts, as `TfidfVectorizer` does. It is for programs: nothing of it can be
    written into an experiment, and a `Preparation` with it cannot be kept as plain data.

    Args:
        transformer: an object with `fit` and `transform`; with `inverse_transform` a target comes back.
        columns: names of the columns that it gets.

    Example:
        >>> from sklearn.preprocessing import QuantileTransformer
        >>> import engine
        >>> table = {"size": [float(n * n) for n in range(40)], "rent": [float(n) for n in range(40)]}
        >>> steps = [engine.data.Transformer(QuantileTransformer(n_quantiles=10), ["size"])]
        >>> float(engine.data.open(table, target="rent", steps=steps).x.max())
        1.0
    """

    kind: ClassVar[str] = "transformer"
    one_at_a_time: ClassVar[bool] = True
    takes: ClassVar[tuple[ColumnKind, ...]] = ("number", "boolean", "text")

    def __init__(self, transformer: FitsAndTransforms, columns: str | Sequence[str]) -> None:
        _check(transformer)
        super().__init__(columns=columns)
        self.transformer = transformer

    def of(self, columns: Sequence[str]) -> Step:
        """The same transformer for other columns."""
        return Transformer(self.transformer, columns)

    def fit(self, columns: Columns, rows: Array) -> Config:
        """A fitted copy of the transformer; no plain data."""
        made = copy.deepcopy(self.transformer)
        made.fit(self._given([column.take(rows) for column in self.chosen(columns)]))
        return {_FITTED: made, _COLUMNS: list(self.columns)}

    def apply(self, columns: Columns, fitted: Config) -> Columns:
        """What it makes of the columns, at the place of the first."""
        chosen, transformer = self.chosen(columns), fitted[_FITTED]
        if list(self.columns) != fitted[_COLUMNS]:
            raise DataError(
                where=f"step transformer, {type(transformer).__name__}",
                expected=f"the columns that it was fitted on: {', '.join(fitted[_COLUMNS])}",
                actual=", ".join(self.columns),
                hint="Give the target and the inputs a transformer each.",
            )
        made = transformer.transform(self._given(chosen))
        values = np.asarray(made.toarray() if hasattr(made, "toarray") else made)
        values = values.reshape(len(values), -1)
        if values.dtype.kind not in "biuf":
            raise DataError(
                where=f"step transformer, {type(transformer).__name__}",
                expected="numbers behind it",
                actual=f"dtype {values.dtype}",
            )
        names = self._names(transformer, values.shape[1])
        new = [numbers(name, values[:, place].astype(np.float64)) for place, name in enumerate(names)]
        result: Columns = {}
        for name, column in columns.items():
            if name == self.columns[0]:
                result.update({one.name: one for one in new})
            elif name not in self.columns:
                result[name] = column
        return result

    def undo(self, name: str, values: Array, fitted: Config) -> Array:
        """The target before it, where the transformer knows the way back."""
        back = getattr(fitted[_FITTED], "inverse_transform", None)
        if back is None or tuple(self.columns) != (name,):
            return values
        return np.asarray(back(np.asarray(values, np.float64).reshape(len(values), -1)))[:, 0]

    def get_config(self) -> Config:
        """Refuses: an object of another library is no plain data. Raises SettingError."""
        raise SettingError(
            where="step transformer",
            expected="a step that a text can hold",
            actual=f"{type(self.transformer).__name__}, an object of this program",
            hint="Use one of engine.data's own steps, such as scale or one_hot, where the experiment is to be kept.",
        )

    def _given(self, columns: Sequence[Column]) -> Any:
        """The columns as the transformer takes them."""
        if len(columns) == 1 and columns[0].kind == "text" and hasattr(self.transformer, "build_analyzer"):
            texts = zip(columns[0].values, columns[0].missing, strict=True)
            return ["" if absent else text for text, absent in texts]
        if all(column.kind != "text" for column in columns):
            rows = np.stack([column.values.astype(np.float64) for column in columns], axis=1)
            rows[np.stack([column.missing for column in columns], axis=1)] = np.nan
            return rows
        mixed = np.empty((len(columns[0]), len(columns)), object)
        for place, column in enumerate(columns):
            mixed[:, place] = column.values
            mixed[column.missing, place] = None
        return mixed

    def _names(self, transformer: Any, count: int) -> list[str]:
        """Names of what comes out: its own where it has some, else those of the columns, or numbered ones."""
        if count == len(self.columns):
            return list(self.columns)
        first = self.columns[0]
        get_names = getattr(transformer, "get_feature_names_out", None)
        if get_names is not None and hasattr(transformer, "build_analyzer"):
            return [f"{first} = {name}" for name in get_names()]
        if get_names is not None:
            try:
                return [str(name) for name in get_names(list(self.columns))]
            except (TypeError, ValueError):
                pass
        return [f"{first} {place}" for place in range(count)]


def _check(transformer: object) -> None:
    """Refuse what has no `fit` and `transform`, and a class in place of an object of it."""
    if isinstance(transformer, type) or not isinstance(transformer, FitsAndTransforms):
        raise SettingTypeError(
            where="step transformer",
            expected="an object with fit and transform",
            actual=shorten(transformer),
            hint=f"Write it with brackets: {transformer.__name__}()." if isinstance(transformer, type) else None,
        )
