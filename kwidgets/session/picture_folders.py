"""Folders of pictures as sources of a builder: pictures that are read while training goes on, with their classes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import Pictures, pictures_of
from engine.errors import EngineError
from engine.types import Array

from ..messages import ArrayEntry, Source, TableFacts
from ..refused import Refused
from ..words import data as say
from .picture_edits import offers_of, split_fields, steps_of
from .picture_tables import table_beside

PICTURES = "pictures"
_FEWEST_TO_TEST = 100
_TEST_SHARE = 0.1
# What a source says of the pictures themselves.
_OF_PICTURES = ("kind", "name", "split", "broken")


class PictureFolders:
    """The folders of pictures that a builder has opened, each as it was asked for last."""

    def __init__(self) -> None:
        self._chosen: dict[str, dict[str, Any]] = {}
        self._made: dict[str, tuple[str, Pictures]] = {}

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(list(self._chosen.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._chosen

    def source(self, chosen: object, again: bool = False) -> dict[str, Any]:
        """The plain source for a path, or for a source that names steps and a split. again: the folder may be another by now.

        Raises Refused in words where there are no pictures in it.
        """
        source = dict(chosen) if isinstance(chosen, Mapping) else {"kind": PICTURES, "name": chosen}
        name = str(source["name"])
        if again:
            self._made.pop(name, None)
        if set(source) <= {"kind", "name", "broken"}:
            if name in self._chosen and not again:
                return self._chosen[name]
            count = len(self._pictures({**source, "split": {"validation": 0.0}}, 0.0))
            test = _TEST_SHARE if count >= _FEWEST_TO_TEST else 0.0
            source = {**source, "split": {"test": test, "seed": 0}}
        if source != self._chosen.get(name):
            self._pictures(source, 0.0)
            self._chosen[name] = source
        return source

    def dataset(self, source: Mapping[str, Any], validation: float) -> Pictures:
        """The pictures with so large a share for validation."""
        return self._pictures(self._chosen[str(source["name"])], validation)

    def with_table(self, source: Mapping[str, Any], path: object) -> dict[str, Any]:
        """The source with a table that knows more of the pictures than their folders; what was said of targets is forgotten.

        Raises Refused where it is none.
        """
        picture_settings = {
            key: value for key, value in self._chosen[str(source["name"])].items() if key in _OF_PICTURES
        }
        return {**picture_settings, **table_beside(str(source["name"]), path)}

    def arrays(self, source: Mapping[str, Any], validation: float) -> dict[str, Array]:
        """Its arrays, the rows for validation last, as `fit` divides them: x and x_test are read while training goes on.

        Raises Refused where the steps do not make arrays of the pictures.
        """
        try:
            return arrays_of(self.dataset(source, validation))
        except EngineError as error:
            raise Refused(str(error), field="source") from None

    def of_folds(self, source: Mapping[str, Any], validation: float) -> Pictures:
        """The pictures, divided into folds. Raises Refused where they are not."""
        data = self.dataset(source, validation)
        if data.split.folds is None:
            raise Refused(say.NO_FOLDS, field="split")
        return data

    def validates(self, source: Mapping[str, Any], validation: float) -> int:
        """How many of the last rows of its arrays validate."""
        return len(self.dataset(source, validation).parts.validation)

    def described(self, source: Mapping[str, Any], validation: float) -> Source:
        """What the page shows of them; without arrays where the steps do not make any, and why."""
        data, arrays, trouble = self.dataset(source, validation), dict[str, Array](), None
        findings: Sequence[Any] = ()
        try:
            findings = data.warnings
            arrays = self.arrays(source, validation)
        except (EngineError, Refused) as error:
            trouble = str(error)
        facts: TableFacts = {
            "rows": len(data),
            "whole": True,
            "about": False,
            "in_blocks": True,
            "columns": [],
            "targets": data.known if "table" in self._chosen[str(source["name"])] else [],
            "target": data.target,
            "steps": steps_of(data) if trouble is None else [],
            "offers": offers_of(data) if trouble is None else [],
            "split": split_fields(data),
            "findings": [{"sentence": one.sentence, "mend": one.mend} for one in findings],
            "trouble": trouble,
        }
        entries: list[ArrayEntry] = [
            {"key": key, "shape": list(array.shape), "dtype": str(array.dtype)} for key, array in arrays.items()
        ]
        return {
            "name": str(source["name"]),
            "kind": PICTURES,
            "arrays": entries,
            "table": facts,
            "absent": None,
            "trouble": {},
        }

    def mended(self, source: Mapping[str, Any], finding_number: int, validation: float) -> dict[str, Any]:
        """The source behind the mend of a finding. Raises Refused where there is none of this number."""
        data = self.dataset(source, validation)
        finding = data.warnings[finding_number] if 0 <= finding_number < len(data.warnings) else None
        if finding is None or finding.mend is None:
            raise Refused(say.NO_SUCH_FINDING, field="finding")
        return self.plain(source, data.mended(finding))

    def plain(self, source: Mapping[str, Any], made: Pictures) -> dict[str, Any]:
        """The source of pictures that were changed."""
        steps = [] if made.has_proposed_steps else [step.get_config() for step in (*made.steps, *made.target_steps)]
        split = {key: value for key, value in made.split.get_config().items() if key != "validation"}
        return {**self._chosen[str(source["name"])], "split": split, **({"steps": steps} if steps else {})}

    def _pictures(self, source: Mapping[str, Any], validation: float) -> Pictures:
        name = str(source["name"])
        asked = json.dumps([dict(source), validation], sort_keys=True, default=str)
        known = self._made.get(name)
        if known is not None and known[0] == asked:
            return known[1]
        try:
            said = source.get("validation")
            second = None if said is None else Path(os.path.expanduser(str(said)))
            made = pictures_of(source, Path(os.path.expanduser(name)), validation, second=second)
            _ = made.parts  # refuses a split that leaves a part empty
        except (EngineError, OSError, ImportError) as error:
            raise Refused(say.cannot_be_read(name, error), field="source") from None
        self._made[name] = asked, made
        return made


def arrays_of(data: Pictures) -> dict[str, Array]:
    """The arrays of pictures as `fit` divides them. Raises EngineError where the steps do not make any."""
    parts = data.parts
    made = data.part(np.concatenate([parts.train, parts.validation]), by_chance=True).by_name()
    test = data.part(parts.test).by_name() if len(parts.test) else {}
    return {**made, **{f"{key}_test": array for key, array in test.items()}}
