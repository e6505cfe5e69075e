"""Views without a browser: a stand-in bundle."""

import pytest

from kwidgets.widgets.base import View


@pytest.fixture
def small_bundle(tmp_path, monkeypatch):
    """Views load a tiny bundle, so that wire tests need no built front end."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "loader.js").write_text("export default {}")
    (folder / "kwidgets.js").write_text("export default {}")
    (folder / "kwidgets.css").write_text(".kw-root {}")
    monkeypatch.setattr(View, "static_folder", folder)
    return folder
