"""Tables as sources of a builder: arrays of a file's or a frame's columns by roles and steps, and what is said of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.data import Dataset, folder_is_too_large, is_too_large
from engine.errors import EngineError
from engine.experiment import kind_of
from engine.types import Array

from ..messages import ArrayEntry, Source, TableColumn, TableFacts, TableLook
from ..refused import Refused
from ..words import data as say
from .likely_target import likely_target
from .notebook_tables import Frames, is_notebook_table
from .open_table import BROKEN, OpenTable, arrays_of, may_skip
from .read_tables import FRAME, TABLE, FewRows, has_changed, read, stamp_of
from .table_edits import Stages, offers_of, split_fields, steps_of

KINDS = (TABLE, FRAME)
# Of fewer rows none are left for a test.
_FEWEST_TO_TEST = 100
_TEST_SHARE = 0.1
_MOST_FRAMES = 50

# What a source says of a table that is opened for the first time.
_AS_OPENED = {"kind", "name", "broken", "in_memory"}

Slot = tuple[str, str]


def is_table(path: str) -> bool:
    """Whether a file is a table of values rather than of arrays; OSError as the system says it."""
    return kind_of(path).name in ("table", "parquet") or path.lower().endswith((".csv", ".tsv"))


class Tables:
    """The tables that a builder has opened, each as it was asked for last.

    frames: gives the notebook's variables. few_rows: how many rows of large tables are looked at first. too_large: whether a file
    is to be read in blocks while training goes on.
    """

    def __init__(
        self,
        frames: Frames = dict,
        few_rows: FewRows | None = None,
        too_large: Callable[[str], bool] = is_too_large,
    ) -> None:
        self._frames, self._few_rows, self._too_large = frames, few_rows or FewRows(), too_large
        self._chosen: dict[Slot, dict[str, Any]] = {}
        self._open: dict[Slot, OpenTable] = {}

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(list(self._chosen.values()))

    def named(self, name: object, kind: str) -> bool:
        """Whether a table of this name has been opened."""
        return (kind, name) in self._chosen

    def frames(self) -> list[str]:
        """Names of the notebook's frames."""
        there = [
            name for name, value in self._frames().items() if not name.startswith("_") and is_notebook_table(value)
        ]
        return there[:_MOST_FRAMES]

    def source(self, chosen: object) -> dict[str, Any]:
        """The plain source for a path, or for a source that names roles and steps: the last column is the target by default.

        Raises Refused in words where it is no table.
        """
        source = dict(chosen) if isinstance(chosen, Mapping) else {"kind": TABLE, "name": chosen}
        slot = _slot(source)
        if set(source) <= _AS_OPENED:
            if slot in self._chosen and not {"broken", "in_memory"} & set(source):
                return self._chosen[slot]
            if "in_memory" not in source and self._is_too_large(source):
                source["in_memory"] = False
            table = self._table({**source, "target": None, "split": {"validation": 0.0}}, 0.0)
            test = _TEST_SHARE if table.rows >= _FEWEST_TO_TEST else 0.0
            target = likely_target(table.few.columns)
            source |= {"target": target, "split": {"test": test, "seed": 0}, **table.read.begins}
        if source != self._chosen.get(slot):
            self._table(source, 0.0)
            self._chosen[slot] = source
        return source

    def _is_too_large(self, source: Mapping[str, Any]) -> bool:
        path = os.path.expanduser(str(source["name"]))
        try:
            if source["kind"] == TABLE and os.path.isdir(path):
                return folder_is_too_large(path)
            return source["kind"] == TABLE and os.path.isfile(path) and self._too_large(path)
        except (EngineError, OSError):
            return False  # what is wrong with it is said where it is read

    def dataset(self, source: Mapping[str, Any], validation: float) -> Dataset:
        """The table with so large a share for validation; of a large one a few rows, by whose columns steps are edited."""
        return self.table(source, validation).few

    def table(self, source: Mapping[str, Any], validation: float) -> OpenTable:
        """The table of a source, as it was chosen last. Raises Refused where it is not there any more."""
        return self._table(self._chosen[_slot(source)], validation)

    def recheck(self, source: Mapping[str, Any], large: bool = True) -> None:
        """Read a frame anew where a cell has changed some of its values. large: also one of which only a few rows are shown."""
        slot = _slot(source)
        known = self._open.get(slot)
        if source["kind"] != FRAME or known is None or (known.is_large and not large):
            return
        if has_changed(known.read, source, self._frames):
            known.close()
            del self._open[slot]

    def arrays(self, source: Mapping[str, Any], validation: float) -> dict[str, Array]:
        """Its arrays: x and y, the rows for validation last, as `fit` divides them; x_test and y_test.

        Raises Refused where its steps do not make arrays of it.
        """
        table = self.table(source, validation)
        try:
            return table.arrays()
        except EngineError as error:
            raise Refused(str(error), field="source") from None

    def of_folds(self, source: Mapping[str, Any], validation: float) -> Dataset:
        """The table with all rows, divided into folds. Raises Refused where it is not."""
        table = self.table(source, validation)
        if table.in_blocks or table.few.split.folds is None:
            raise Refused(say.NO_FOLDS, field="split")
        return table.whole()

    def validates(self, source: Mapping[str, Any], validation: float, exactly: bool = True) -> int:
        """How many of the last rows of its arrays validate. exactly: by all rows; else of a large one as far as is known.

        Raises Refused where they cannot be divided.
        """
        table = self.table(source, validation)
        try:
            return table.validates() if exactly or not table.is_large else table.known().validates
        except EngineError as error:
            raise Refused(str(error), field="source") from None

    def few_arrays(self, source: Mapping[str, Any], validation: float) -> dict[str, Array] | None:
        """The arrays of a few rows of a large table; None where it is none. Raises Refused."""
        table = self.table(source, validation)
        if not table.is_large:
            return None
        try:
            return arrays_of(table.few)
        except EngineError as error:
            raise Refused(str(error), field="source") from None

    def described(self, source: Mapping[str, Any], validation: float) -> Source:
        """What the page shows of it; without arrays where its steps do not make any, and why."""
        table = self.table(source, validation)
        data, known = table.few, table.known()
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
            "rows": table.rows,
            "whole": known.whole,
            "about": table.about,
            "in_blocks": table.in_blocks,
            "columns": columns,
            "targets": [],
            "target": data.target,
            "steps": steps_of(data, stages),
            "offers": offers_of(stages, table.in_blocks),
            "split": split_fields(data, table.in_blocks),
            "findings": [
                *({"sentence": one.sentence, "mend": one.mend} for one in known.findings),
                *({"sentence": sentence, "mend": None} for sentence in table.read.said),
            ],
            "trouble": known.trouble,
        }
        entries: list[ArrayEntry] = [
            {"key": key, "shape": list(shape), "dtype": dtype} for key, (shape, dtype) in known.arrays.items()
        ]
        return {
            "name": str(source["name"]),
            "kind": str(source["kind"]),
            "arrays": entries,
            "table": facts,
            "absent": None,
            "trouble": {},
        }

    def look(self, source: Mapping[str, Any], validation: float) -> tuple[TableLook, bool]:
        """The table at one look, and whether more is known of it than before: what is offered of it has changed then."""
        return self.table(source, validation).look()

    def mended(self, source: Mapping[str, Any], finding_number: int, validation: float) -> dict[str, Any]:
        """The source behind the mend of a finding. Raises Refused where there is none of this number."""
        table = self.table(source, validation)
        findings = table.known().findings
        finding = findings[finding_number] if 0 <= finding_number < len(findings) else None
        if finding is not None and finding.kind == BROKEN:
            return {**self._chosen[_slot(source)], "broken": "skip"}
        if finding is None or finding.change is None:
            raise Refused(say.NO_SUCH_FINDING, field="finding")
        return self.plain(source, table.few.mended(finding))

    def plain(self, source: Mapping[str, Any], made: Dataset) -> dict[str, Any]:
        """The source of a table that was changed."""
        steps = {} if made.has_proposed_steps else {"steps": [step.get_config() for step in made.steps]}
        split = {key: value for key, value in made.split.get_config().items() if key != "validation"}
        return {**self._chosen[_slot(source)], "inputs": list(made.inputs), "split": split, **steps}

    def _table(self, source: Mapping[str, Any], validation: float) -> OpenTable:
        name, slot = str(source["name"]), _slot(source)
        try:
            stamp = stamp_of(source, self._frames)
            asked = json.dumps([repr(stamp), dict(source), validation], sort_keys=True, default=str)
            known = self._open.get(slot)
            if known is not None and known.asked == asked:
                return known
            columns = known.read if known is not None and known.read.stamp == stamp else None
            made = OpenTable(source, columns or read(source, stamp, self._frames, self._few_rows), validation, asked)
            _ = made.few.parts  # refuses a split that leaves a part empty
        except (EngineError, OSError) as error:
            mend = say.WITHOUT_BROKEN if may_skip(error) else None
            raise Refused(say.cannot_be_read(name, error), field="source", mend=mend) from None
        if known is not None:
            known.close()
        self._open[slot] = made
        return made


def _slot(source: Mapping[str, Any]) -> Slot:
    return str(source["kind"]), str(source["name"])
