"""The stand-in is no more than CuPy: what the engine asks of it is there in the release whose names were read."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .using import stand_in

MACHINE = Path(__file__).parents[2] / "engine" / "_machine"
# What is asked of objects of each class; `ptr` is set when a stream is made, so no class has it.
ASKED = {
    "Device": ("mem_info",),
    "Stream": ("begin_capture", "end_capture", "record", "synchronize", "wait_event"),
    "Event": ("record", "synchronize"),
    "Graph": ("launch",),
    "MemoryPool": ("malloc", "free_all_blocks", "free_bytes"),
}


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        yield module


def test_what_the_engine_asks_of_cards_is_there(cupy: Any) -> None:
    known = sys.modules["cupy._names"].NAMES.cuda  # type: ignore[attr-defined]
    asked = {f"{owner}.{name}" for owner, names in ASKED.items() for name in names}
    for file in ("gpu.py", "inlet.py", "cublas.py"):
        text = (MACHINE / file).read_text(encoding="utf-8")
        asked |= {name for name in re.findall(r"\bcuda\.((?:runtime\.)?\w+)", text) if name != "runtime"}
    assert asked - known == set()


def test_names_that_cupy_lacks_are_missing(cupy: Any) -> None:
    assert not hasattr(cupy, "sctypes") and not hasattr(cupy, "trapezoid_of_mine")
    with pytest.raises(TypeError, match="where"):
        cupy.log(cupy.ones(2), where=cupy.ones(2, bool))
    with pytest.raises(TypeError, match="mode"):
        cupy.take(cupy.ones(2), cupy.zeros(1, int), mode="clip")


def test_arrays_of_numpys_are_not_taken_and_not_given(cupy: Any) -> None:
    there = cupy.ones(3, "float32")
    with pytest.raises(TypeError, match="Unsupported type"):
        there + np.ones(3)
    with pytest.raises(TypeError, match="Implicit conversion"):
        np.asarray(there)
    with pytest.raises(TypeError, match="ask the array module"):
        np.exp(there)
    assert (np.float32(2) * there).get().tolist() == [2.0, 2.0, 2.0]


def test_indices_beyond_the_end_wrap_around(cupy: Any) -> None:
    there = cupy.arange(4)
    assert there[cupy.array([5, -1])].get().tolist() == [1, 3]
    assert cupy.take(there, cupy.array([6])).get().tolist() == [2]


def test_asking_for_figures_is_counted(cupy: Any) -> None:
    counts = sys.modules["cupy._counts"].counts  # type: ignore[attr-defined]
    before, there = counts.copy(), cupy.ones(())
    assert float(there) == 1.0 and bool(there) and there.item() == 1.0
    assert counts.since(before).to_host == 3
