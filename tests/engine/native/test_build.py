"""The build of the library: what it is made of is there, and a fresh one is left alone."""

from __future__ import annotations

import os
import sys

import pytest

from engine._native.build import FOLDER, SOURCES, build, compiler, is_fresh, library_path

from .programs import needs_library


def test_every_source_in_the_folder_is_looked_at_for_changes():
    assert {path.name for path in FOLDER.iterdir() if path.suffix in (".c", ".h")} <= set(SOURCES)


@needs_library
def test_a_library_older_than_a_source_is_built_anew():
    source, before = FOLDER / "native.h", os.stat(FOLDER / "native.h")
    os.utime(source, (before.st_atime, library_path().stat().st_mtime - 1))
    try:
        first = is_fresh() or any((FOLDER / name).stat().st_mtime > library_path().stat().st_mtime for name in SOURCES)
        os.utime(source, (before.st_atime, library_path().stat().st_mtime + 1))
        assert first
        assert not is_fresh()
    finally:
        os.utime(source, (before.st_atime, before.st_mtime))


def test_a_compiler_that_fails_is_reported_and_leaves_no_half_written_library():
    before = library_path().read_bytes() if library_path().is_file() else None
    with pytest.raises(Exception, match="non-zero"):
        build([sys.executable, "-c", "raise SystemExit(1)"])
    assert (library_path().read_bytes() if library_path().is_file() else None) == before
    assert compiler()[0] == sys.executable
