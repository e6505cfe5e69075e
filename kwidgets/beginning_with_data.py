"""A builder that begins with the path of data: a first model for a table, a file of arrays or a folder, which is chosen with it."""

from __future__ import annotations

import os

from engine.types import Config

from . import starting
from .beginning import Beginning, from_file
from .document.views import arrays_of
from .readiness import name_of
from .refused import Refused
from .session.data_sources import DataSources


def from_path(model: Beginning, sources: DataSources) -> Beginning:
    """As `from_file`; for the path of data, the experiment of a first model for them.

    Raises as `from_file` does, where a file holds neither a model nor an input with its target.
    """
    try:
        return from_file(model)
    except Refused:
        path = os.fspath(model) if isinstance(model, (str, os.PathLike)) else ""
        experiment = _experiment(path, sources)
        if experiment is None:
            raise
        return experiment


def file_of(model: Beginning) -> str | None:
    """The name of the file that a builder begins with; None for what is no path."""
    return name_of(model) if isinstance(model, (str, os.PathLike)) else None


def _experiment(path: str, sources: DataSources) -> Config | None:
    try:
        source = sources.open(path)
        arrays = arrays_of(sources.offered(), source)
        x, y = starting.pair_of(arrays)
        return starting.experiment_for(source, x, y, sources.facts(source, y["key"]))
    except Refused:
        return None
