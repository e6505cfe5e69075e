"""What Keras's own tests are run in: `import keras` finds the engine, and what NumPy and pytest have since taken away is back.

Loaded by `python -m pytest -p tests.long.keras_suite.plugin`; writes a line for each test to the file that the variable
KERAS_OUTCOMES names: the test, a tab, "passed", "failed" or "skipped", a tab, the last line of what went wrong.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace

import h5py
import numpy as np
import pytest
import scipy
import scipy.special

import engine
from engine import backend as K
from engine._machine.random import seeded

# Keras skips these everywhere for the sake of its processes; batches are made by threads here.
NOT_SKIPPED = "Temporarily disabled until the use_multiprocessing problem is solved"
# How much faster a graphics card is: minutes of training.
TIMED = "test_cudnn_rnn_timing"


class FileOf2018(h5py.File):
    """A file that is opened for writing too where nothing is said, as h5py did."""

    def __init__(self, name: object, mode: str = "a", **settings: object) -> None:
        super().__init__(name, mode, **settings)


def as_other_backend() -> ModuleType:
    """The engine's K under a second name, for tests that compare backends."""
    module = ModuleType("engine.backend.theano_backend")
    vars(module).update({name: getattr(K, name) for name in dir(K) if not name.startswith("__")})
    vars(module)["th_sparse_module"] = None
    return module


def small_tensorflow() -> ModuleType:
    """The little of TensorFlow that tests of models use: variables with values of their own."""
    module = ModuleType("tensorflow")
    vars(module).update(Variable=K.variable, float32="float32", __version__="1.7.0")
    return module


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Put the engine in Keras's place before any file of the tests is imported."""
    sys.modules["keras"] = engine
    sys.modules["engine.backend.theano_backend"] = as_other_backend()
    sys.modules["tensorflow"] = small_tensorflow()
    sys.modules["scipy.misc"] = ModuleType("scipy.misc")
    scipy.misc = SimpleNamespace(logsumexp=scipy.special.logsumexp)
    np.alltrue = np.all
    h5py.File = FileOf2018
    pytest.warns = functools.partial(_warns, pytest.warns)
    # The layers of CuDNN's names need no graphics card here.
    K._get_available_gpus = lambda: ["/gpu:0"]


def _warns(warns: Callable[..., object], expected: object, **settings: object) -> object:
    return pytest.WarningsRecorder(_ispytest=True) if expected is None else warns(expected, **settings)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let run what Keras skips for reasons that do not hold here."""
    for item in items:
        for node in item.listchain():
            node.own_markers[:] = [mark for mark in node.own_markers if mark.kwargs.get("reason") != NOT_SKIPPED]
        if item.name.startswith(TIMED):
            item.add_marker(pytest.mark.skip(reason="measures a graphics card"))


@pytest.fixture(autouse=True)
def settings_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test begins with the same settings, and each try of it with other random numbers."""
    before = K.floatx(), K.epsilon(), K.image_data_format()
    with seeded(getattr(request.node, "execution_count", 1)):
        yield
    for change, value in zip((K.set_floatx, K.set_epsilon, K.set_image_data_format), before, strict=True):
        change(value)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write what became of a test; of one that is tried again, the last counts."""
    if report.when == "call" or report.outcome in ("failed", "skipped"):
        _write(report.nodeid, str(report.outcome), report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Write that a file could not be imported."""
    if report.outcome == "failed":
        _write(report.nodeid, "failed", report.longrepr)


def _write(test: str, outcome: str, problem: object) -> None:
    lines = [line for line in str(problem or "").splitlines() if line.startswith("E ")] or [""]
    with Path(os.environ["KERAS_OUTCOMES"]).open("a", encoding="utf-8") as file:
        file.write(f"{test}\t{outcome}\t{lines[0].removeprefix('E').strip()}\n")
