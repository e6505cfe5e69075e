"""Where everything is kept."""

from pathlib import Path

import pytest

from kwidgets.workspace.home import home


def test_the_folder_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path / "elsewhere"))
    assert home() == tmp_path / "elsewhere"


def test_the_folder_of_earlier_releases_stays_in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KWIDGETS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert home().name == "kwidgets"
    (tmp_path / ".kwidgets").mkdir()
    assert home() == tmp_path / ".kwidgets"
