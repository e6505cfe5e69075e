"""A table in the text of an experiment: where it lies, and what is done to it.

    data:
      source: {kind: table, file: houses.csv, target: rent, steps: [...], split: {validation: 0.1}}
      inputs: {dense_1_input: x}
      targets: {dense_2: y}

The arrays are named x and y; where a column is an array itself, the inputs have the names that `Dataset.x` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FileError, SettingTypeError, UnknownName, shorten
from ..types import Array, Config
from . import readers
from .dataset import Dataset, Labelled

KIND = "table"
_KEYS = ("kind", "file", "inputs", "target", "steps", "split", "broken")


class TableArrays(NamedTuple):
    """The arrays of a table by name.

    Args:
        train: those to train on.
        validation: those to measure after each epoch; None where the split keeps none.
        dataset: the table.
    """

    train: dict[str, Array]
    validation: dict[str, Array] | None
    dataset: Dataset


def source_of(data: Dataset, file: str) -> Config:
    """What an experiment holds of a data set.

    Args:
        data: the data set.
        file: where its table lies, seen from the experiment's folder.

    Returns:
        The value of `source`, plain data.

    Example:
        >>> import engine
        >>> data = engine.data.open({"x": [1.0, 2.0], "y": [1.0, 2.0]}, target="y")
        >>> source_of(data, "t.csv")["target"]
        'y'
    """
    return {"kind": KIND, "file": file, **data.get_config()}


def table_of(experiment: Mapping[str, Any], folder: Path, file: str | None = None) -> TableArrays | None:
    """The arrays of the table that an experiment names.

    Args:
        experiment: the experiment.
        folder: where its text lies: the table is there or below.
        file: path of the table, in place of the experiment's; None (the default): that one.

    Returns:
        The arrays; None where the experiment names no table.

    Raises:
        FileError: the file is not in the folder, or no table.
        SettingTypeError: it is not written as `source_of` writes it.
    """
    source = (experiment.get("data") or {}).get("source")
    if not isinstance(source, Mapping) or source.get("kind") != KIND:
        return None
    for key in source:
        if key not in _KEYS:
            raise UnknownName(str(key), _KEYS, kind="key", where="data, source", of_model=True)
    for key, kinds in (("inputs", list), ("target", str), ("steps", list), ("split", Mapping)):
        if not isinstance(source.get(key), (kinds, type(None))):
            expected = {"inputs": "names of columns", "target": "the name of a column", "steps": "a list of steps"}
            raise SettingTypeError(
                where=f"data, source, {key}",
                expected=expected.get(key, "a table of settings"),
                actual=shorten(source[key]),
            )
    for step in source.get("steps") or ():
        if not isinstance(step, Mapping):
            raise SettingTypeError(where="data, source, steps", expected="a table for each step", actual=shorten(step))
    path = Path(file) if file is not None else _inside(folder, source.get("file"))
    inputs, split = source.get("inputs"), source.get("split")
    columns = readers.read(path, None, "skip" if source.get("broken") == "skip" else "stop")
    dataset = Dataset(columns, inputs, source.get("target"), source.get("steps"), split, str(path))
    held_out = dataset.validation
    return TableArrays(_named(dataset.train), None if held_out is None else _named(held_out), dataset)


def _inside(folder: Path, file: object) -> Path:
    """A text must not name files all over the machine: who runs it may not be who wrote it."""
    if not isinstance(file, str) or not file:
        raise FileError(where="data, source, file", expected="the path of the table", actual=shorten(file))
    path, base = (folder / file).resolve(), folder.resolve()
    if not path.is_relative_to(base):
        raise FileError(
            where="data, source, file",
            expected=f"a file in {base}",
            actual=shorten(file),
            hint="Give its path with --data, or move it there.",
        )
    return path


def _named(part: Labelled) -> dict[str, Array]:
    inputs = part.x if isinstance(part.x, dict) else {"x": part.x}
    return {**inputs, **({} if part.y is None else {"y": part.y})}
