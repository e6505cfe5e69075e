"""A table beside a folder of pictures: which column names the files, and what of the others is likely to be learned."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from engine.data import Column, read_table
from engine.errors import EngineError

from ..refused import Refused
from ..words import data as say
from .likely_target import likely_target

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
# So many rows tell whether a column names files.
_PROBED = 100


def table_beside(folder: str, path: object) -> dict[str, Any]:
    """What the source of a folder holds of a table: its path, seen from beside the folder, the column of files, and a target.

    Raises Refused where it is no table, no column names pictures of the folder, or nothing else is known of them.
    """
    if not isinstance(path, str) or not path.strip() or "\0" in path:
        raise Refused(say.GIVE_THE_PATH_OF_A_TABLE, field="path")
    full, beside = Path(os.path.expanduser(path.strip())), Path(os.path.expanduser(folder))
    try:
        columns = read_table(full)
    except FileNotFoundError:
        raise Refused(say.no_file(path), say.paths_start_at(os.getcwd()), field="path") from None
    except (EngineError, OSError) as error:
        raise Refused(say.cannot_be_read(path, error), field="path") from None
    files = [name for name, column in columns.items() if column.kind == "text" and _names_files(column)]
    if not files:
        raise Refused(say.names_no_pictures(path), field="path")
    others = {name: column for name, column in columns.items() if name != files[0]}
    target = likely_target(others, least=1)
    if target is None:
        raise Refused(say.knows_nothing_of_the_pictures(path, files[0]), field="path")
    return {"table": os.path.relpath(full, beside.resolve().parent), "inputs": [files[0]], "target": target}


def _names_files(column: Column) -> bool:
    """Whether most of a column's texts end as pictures do."""
    some = [str(value).lower() for value in column.present()[:_PROBED]]
    return 2 * sum(one.endswith(_ENDINGS) for one in some) > len(some) > 0
