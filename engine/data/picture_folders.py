"""Folders of pictures as they are opened: by the names of the folders in them, or by a table that knows more of each picture."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from .._files.pictures import ENDINGS
from ..errors import FileError, SettingError, UnknownName, shorten
from .columns import Columns, column_of
from .own_rows import needed_columns, with_rows_of
from .picture_files import CLASS, EACH_CLASS_HAS_A_FOLDER, FILE, classes_of, names_in
from .pictures import AnyStep, Pictures
from .readers import Broken
from .split import Split


def open_pictures(
    folder: str | os.PathLike[str],
    inputs: Sequence[str] | None = None,
    target: str | None = None,
    *,
    table: Columns | None = None,
    steps: Sequence[AnyStep] | None = None,
    split: Split | Mapping[str, object] | None = None,
    broken: Broken = "stop",
    validation: str | os.PathLike[str] | Columns | None = None,
) -> Pictures:
    """A folder of pictures, by the names of its folders or by a table; see `engine.data.open`.

    `validation` is a second folder, or a second table of pictures in this one where there is a table.
    """
    if table is None:
        columns = _by_folders(folder)
        if target is not None and target != CLASS:
            raise UnknownName(
                target, [CLASS] if CLASS in columns else [], kind="column", where=os.fspath(folder), of_model=True
            )
        target = CLASS if CLASS in columns else None
        if validation is None:
            return Pictures(folder, columns, target, steps, split, broken)
        if isinstance(validation, Mapping):
            raise SettingError(where="validation", expected="a second folder of pictures", actual="a table")
        second = _by_folders(validation)
        if target is not None and CLASS not in second:
            raise FileError(
                file=os.fspath(validation),
                expected="a folder for each class, as in the other one",
                actual=f"pictures in the folder itself, such as {second[FILE].values[0]}",
                hint=EACH_CLASS_HAS_A_FOLDER,
            )
        # Seen from the first folder.
        way = Path(os.path.relpath(validation, folder)).as_posix()
        second[FILE] = column_of(FILE, [f"{way}/{name}" for name in second[FILE].values])
        joined = with_rows_of(columns, second, list(columns), os.fspath(validation))
        own_validation = len(second[FILE])
        return Pictures(folder, joined, target, steps, split, broken, own_validation=own_validation, second=validation)
    texts = [name for name, column in table.items() if column.kind == "text" and name != target]
    chosen = list(inputs) if inputs is not None else texts
    if len(chosen) != 1:
        raise SettingError(
            where="data, inputs",
            expected="the one column that names the pictures",
            actual=", ".join(map(repr, chosen)) or "none",
            hint="Write inputs=['file'] with its name.",
        )
    for name in (*chosen, *([] if target is None else [target])):
        if name not in table:
            raise UnknownName(name, table, kind="column", where="table", of_model=True)
    own_validation = 0
    if validation is not None:
        if not isinstance(validation, Mapping):
            raise SettingError(
                where="validation", expected="a second table of pictures in the folder", actual=shorten(validation)
            )
        own_validation = len(next(iter(validation.values())))
        table = with_rows_of(table, validation, needed_columns(table, chosen, target), "validation")
    return Pictures(folder, table, target, steps, split, broken, chosen[0], own_validation)


def _by_folders(folder: str | os.PathLike[str]) -> Columns:
    """The pictures of a folder and the folders in it that they lie in. Raises FileError where there are none."""
    names = names_in(folder, ENDINGS)
    if not names:
        raise FileError(
            file=os.fspath(folder),
            expected=f"pictures ({', '.join(ending[1:] for ending in ENDINGS)})",
            actual="none",
            hint=EACH_CLASS_HAS_A_FOLDER,
        )
    return {FILE: column_of(FILE, names), **classes_of(names)}
