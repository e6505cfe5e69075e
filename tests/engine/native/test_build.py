"""The build of the library: one of other sources is not loaded, and a compiler that fails leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine._native.build import build, build_where_missing, compiler
from engine._native.location import FOLDER, library_path

from .programs import needs_library


@needs_library
def test_the_library_that_is_there_is_kept():
    before = library_path().stat().st_mtime_ns
    assert build_where_missing() == library_path()
    assert library_path().stat().st_mtime_ns == before


def test_a_compiler_that_fails_is_named_and_leaves_no_half_written_library(tmp_path):
    target = tmp_path / library_path().name
    with pytest.raises(subprocess.CalledProcessError, match="non-zero exit status"):
        build([sys.executable, "-c", "raise SystemExit(1)"], target)
    assert not list(tmp_path.iterdir())
    assert compiler()[0] == sys.executable


def test_the_name_of_the_library_tells_what_it_is_built_of():
    assert library_path().parent == FOLDER
    assert library_path().stem.startswith("engine_native-")
