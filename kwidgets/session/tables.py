"""Tables as sources of a builder: arrays of a file's columns by roles and steps, and what is said of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.data import Dataset, dataset_of
from engine.errors import EngineError
from engine.experiment import kind_of
from engine.types import Array

from ..messages import ArrayEntry, Source, TableColumn, TableFacts
from ..refused import Refused
from ..words import data as say
from .table_edits import Stages, offers_of, split_fields, steps_of

KIND = "table"
# Of fewer rows none are left for a test.
_FEWEST_TO_TEST = 100
_TEST_SHARE = 0.1


def is_table(path: str) -> bool:
    """Whether a file is a table of values rather than of arrays; OSError as the system says it."""
    return kind_of(path).name in ("table", "parquet") or path.lower().endswith((".csv", ".tsv"))


class _Made(NamedTuple):
    """A table that has been read. stamp: of the file then. asked: what was asked for."""

    stamp: tuple[int, int]
    asked: str
    dataset: Dataset


class Tables:
    """The tables that a builder has opened, each as it was asked for last."""

    def __init__(self) -> None:
        self._chosen: dict[str, dict[str, Any]] = {}
        self._made: dict[str, _Made] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._chosen)

    def source(self, chosen: object) -> dict[str, Any]:
        """The plain source for a path, or for a source that names roles and steps: the last column is the target by default.

        Raises Refused in words where it is no table.
        """
        source = dict(chosen) if isinstance(chosen, Mapping) else {"kind": KIND, "name": chosen}
        name = str(source["name"])
        if set(source) <= {"kind", "name"}:
            if name in self._chosen:
                return self._chosen[name]
            columns = self._dataset({**source, "target": None, "split": {"validation": 0.0}}, 0.0).columns
            rows = len(next(iter(columns.values())))
            test = _TEST_SHARE if rows >= _FEWEST_TO_TEST else 0.0
            source = {"kind": KIND, "name": name, "target": list(columns)[-1], "split": {"test": test, "seed": 0}}
        if source != self._chosen.get(name):
            self._dataset(source, 0.0)
            self._chosen[name] = source
        return source

    def dataset(self, name: str, validation: float) -> Dataset:
        """The table of this name with so large a share for validation."""
        return self._dataset(self._chosen[name], validation)

    def arrays(self, name: str, validation: float) -> dict[str, Array]:
        """Its arrays: x and y, the rows for validation last, as `fit` divides them; x_test and y_test.

        Raises Refused where its steps do not make arrays of it.
        """
        data = self.dataset(name, validation)
        try:
            parts = [part.by_name() for part in (data.train, data.validation) if part is not None]
            test = {} if data.test is None else data.test.by_name()
        except EngineError as error:
            raise Refused(str(error), field="source") from None
        joined = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
        return {**joined, **{f"{key}_test": array for key, array in test.items()}}

    def described(self, name: str, validation: float) -> Source:
        """What the page shows of it; without arrays where its steps do not make any, and why."""
        data, arrays, trouble = self.dataset(name, validation), dict[str, Array](), None
        try:
            arrays = self.arrays(name, validation)
        except Refused as refused:
            trouble = str(refused)
        columns: list[TableColumn] = [
            {
                "name": column.name,
                "kind": column.kind,
                "missing": int(column.missing.sum()),
                "used": column.name in data.inputs,
            }
            for column in data.columns.values()
        ]
        stages = Stages(data)
        facts: TableFacts = {
            "rows": len(data),
            "columns": columns,
            "target": data.target,
            "steps": steps_of(data, stages),
            "offers": offers_of(stages),
            "split": split_fields(data),
            "findings": [{"sentence": one.sentence, "mend": one.mend} for one in data.warnings],
            "trouble": trouble,
        }
        entries: list[ArrayEntry] = [
            {"key": key, "shape": list(array.shape), "dtype": str(array.dtype)} for key, array in arrays.items()
        ]
        return {"name": name, "kind": KIND, "arrays": entries, "table": facts}

    def mended(self, name: str, number: int, validation: float) -> dict[str, Any]:
        """The source behind the mend of a finding. Raises Refused where there is none of this number."""
        data = self.dataset(name, validation)
        finding = data.warnings[number] if 0 <= number < len(data.warnings) else None
        if finding is None or finding.change is None:
            raise Refused(say.NO_SUCH_FINDING, field="finding")
        return self.plain(name, data.mended(finding))

    def plain(self, name: str, made: Dataset) -> dict[str, Any]:
        """The source of a table that was changed."""
        steps = {} if made.has_proposed_steps else {"steps": [step.get_config() for step in made.steps]}
        split = {key: value for key, value in made.split.get_config().items() if key != "validation"}
        return {**self._chosen[name], "inputs": list(made.inputs), "split": split, **steps}

    def _dataset(self, source: Mapping[str, Any], validation: float) -> Dataset:
        name = str(source["name"])
        path = Path(os.path.expanduser(name))
        try:
            status = os.stat(path)
            stamp = status.st_mtime_ns, status.st_size
            asked = json.dumps([stamp, dict(source), validation], sort_keys=True, default=str)
            known = self._made.get(name)
            if known is not None and known.asked == asked:
                return known.dataset
            columns = known.dataset.columns if known is not None and known.stamp == stamp else None
            made = dataset_of(source, path, validation, columns)
            _ = made.parts  # refuses a split that leaves a part empty
        except (EngineError, OSError) as error:
            raise Refused(say.cannot_be_read(name, error), field="source") from None
        self._made[name] = _Made(stamp, asked, made)
        return made
