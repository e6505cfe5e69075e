"""Hostile and honest files of every kind that docs/safety.md names, made from a seed: `every_file()`."""

from __future__ import annotations

from collections.abc import Iterator

from . import (
    archives,
    arrays,
    caffe_nets,
    configs,
    damaged,
    diagrams,
    graphs,
    hdf5_files,
    keras_files,
    names,
    pickles,
    sizes,
    sounds,
    tables,
    texts,
)
from .case import Case

KINDS = (
    texts,
    configs,
    sizes,
    graphs,
    names,
    hdf5_files,
    caffe_nets,
    keras_files,
    arrays,
    pickles,
    archives,
    tables,
    sounds,
    diagrams,
    damaged,
)


def every_file() -> Iterator[Case]:
    """All files, each kind after the other; the same in every run."""
    for kind in KINDS:
        yield from kind.cases()
