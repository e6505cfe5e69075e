"""The build of the library: one of other sources is not loaded, and a compiler that fails or is missing stops no installation."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine._native.build import build, build_where_missing
from engine._native.location import FOLDER, checksum, checksum_path, library_path

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


def test_the_name_of_the_library_tells_what_it_is_built_of(tmp_path):
    assert library_path().parent == FOLDER
    copy = _sources(tmp_path)
    assert _library_of(copy).name == library_path().name
    (copy / "rows.c").write_text("/* other sources */")
    assert _library_of(copy).name != library_path().name


def _sources(folder: Path) -> Path:
    """A copy of the sources, without a library."""
    return Path(
        shutil.copytree(FOLDER, folder / "_native", ignore=shutil.ignore_patterns("*engine_native-*", "__pycache__"))
    )


def _library_of(sources: Path) -> Path:
    return runpy.run_path(str(sources / "location.py"))["library_path"]()


def _build(sources: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As the hook builds: by the path of the file."""
    command = [sys.executable, str(sources / "build.py")]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_a_broken_wheel_of_the_compiler_is_said_in_a_line_and_leaves_the_folder_as_it_was(tmp_path):
    copy = _sources(tmp_path)
    before = sorted(copy.iterdir())
    (tmp_path / "wheels" / "ziglang").mkdir(parents=True)
    (tmp_path / "wheels" / "ziglang" / "__init__.py").touch()
    ran = _build(copy, PYTHONPATH=str(tmp_path / "wheels"))
    assert ran.returncode == 1
    assert ran.stdout == "not built\n"
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("The library for compiled steps was not built, NumPy computes instead: ")
    assert sorted(copy.iterdir()) == before


def test_a_library_of_other_sources_goes_when_that_of_these_is_there(tmp_path):
    copy = _sources(tmp_path)
    _library_of(copy).write_bytes(b"of these sources")
    checksum_path(_library_of(copy)).write_text(checksum(_library_of(copy)))
    old = copy / f"engine_native-00000000{library_path().suffix}"
    old.write_bytes(b"of other sources")
    ran = _build(copy)
    assert (ran.returncode, ran.stdout.strip()) == (0, str(_library_of(copy)))
    assert _library_of(copy).read_bytes() == b"of these sources"
    assert checksum_path(_library_of(copy)).is_file()
    assert not old.exists()


@pytest.mark.parametrize("checksum", ["", "5 bytes, CRC 00000000"])
def test_a_library_that_is_not_whole_is_built_anew(tmp_path, checksum):
    copy = _sources(tmp_path)
    (tmp_path / "wheels" / "ziglang").mkdir(parents=True)
    (tmp_path / "wheels" / "ziglang" / "__init__.py").touch()
    _library_of(copy).write_bytes(b"cut off")
    if checksum:
        checksum_path(_library_of(copy)).write_text(checksum)
    ran = _build(copy, PYTHONPATH=str(tmp_path / "wheels"))
    assert ran.stderr.startswith("The library for compiled steps was not built"), (
        "the compiler is asked for, which is broken here"
    )
