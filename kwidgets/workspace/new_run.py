"""What is written down of a run when it begins."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from engine.experiment import json_able, write_json

from .checkpoint_files import FOLDER
from .flat_settings import flat_settings
from .records import NewRun, Scalar
from .run_files import ARCHITECTURE, EXPERIMENT, FIT, LAYERS


def first_line(run: str, new: NewRun, now: float) -> dict[str, object]:
    """The columns of its row."""
    settings: Mapping[str, Scalar] = flat_settings(new.experiment) if new.settings is None else new.settings
    facts = {
        "data": dict(new.fingerprints),
        "rows": new.rows,
        "seed": new.seed,
        "versions": _versions(),
        "machine": platform.node(),
    }
    parent, epoch = new.parent or (None, None)
    return {
        "id": run,
        "document": new.document,
        "began": now,
        "wrote": now,
        "state": "running",
        "planned": new.planned,
        "settings": dict(settings),
        "parent": parent,
        "parent_epoch": epoch,
        "facts": facts,
    }


def make_folder(folder: Path, new: NewRun) -> None:
    """Its folder with what it trains. Raises OSError."""
    (folder / FOLDER).mkdir(parents=True)
    # There is nothing yet that a torn file could take away, so nobody waits for the disk here.
    if new.experiment is not None:
        (folder / EXPERIMENT).write_bytes(write_json(dict(new.experiment)).encode("utf-8", "replace"))
    if new.layers:
        (folder / LAYERS).write_bytes(write_json(dict(new.layers)).encode("utf-8", "replace"))
    if new.fit is not None:
        (folder / FIT).write_bytes(write_json(json_able(dict(new.fit))).encode("utf-8", "replace"))
    if new.architecture is not None:
        (folder / ARCHITECTURE).write_bytes(new.architecture.encode("utf-8", "replace"))


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for name in ("kwidgets", "numpy"):
        module = sys.modules.get(name)
        versions[name] = str(getattr(module, "__version__", None) or metadata.version(name))
    return versions
