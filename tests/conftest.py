"""What tests of several folders stand on: views without a built front end, and the engine in the place of Keras."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

import engine
from engine._machine.random import set_seed

# Nothing is timed: a slow machine is no fault of a property.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")


def pytest_configure() -> None:
    """Let the tests and their children be interrupted, also where a shell started them in the background and ignores that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: their browser leaves an event loop running in the main thread till the end."""
    items.sort(key=lambda item: item.nodeid.startswith("tests/e2e/"))


@pytest.fixture(autouse=True, scope="session")
def _user_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What outlives a kernel is written to a folder that goes with the tests, also by the kernels that they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KWIDGETS_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def _seeds_end() -> Iterator[None]:
    """What a test seeds ends with it, so that tests pass in any order and in any process."""
    yield
    set_seed(None)


@pytest.fixture
def small_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Views load a tiny bundle, so that wire tests need no built front end."""
    from kwidgets.widgets.base import View  # the engine's tests load no widget

    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "loader.js").write_text("export default {}")
    (folder / "kwidgets.js").write_text("export default {}")
    (folder / "kwidgets.css").write_text(".kw-root {}")
    monkeypatch.setattr(View, "static_folder", folder)
    return folder


@pytest.fixture
def engine_as_keras(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """`import keras` finds the engine."""
    before = set(sys.modules)
    monkeypatch.setitem(sys.modules, "keras", engine)
    yield engine
    for name in set(sys.modules) - before:
        if name.startswith(("keras.", "keras_")):
            del sys.modules[name]
