"""One browser and one server for all browser tests of a theme."""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e import browser, jupyter
from tests.e2e.builder_page import BuilderPage

pytestmark = pytest.mark.browser


def pytest_collection_modifyitems(items):
    """Without a browser the tests here are skipped, unless KW_E2E=required (`python -m tests` and CI set it)."""
    if os.environ.get("KW_E2E") == "required" or browser.find_browser() is not None:
        return
    skip = pytest.mark.skip(reason="no Chromium on this machine: run `python -m tests`, which gets one")
    for item in items:
        if "e2e" in item.nodeid:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def context():
    """A browser for the whole session."""
    with browser.started() as started:
        yield started


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder in which the notebooks of a session lie."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def light(folder):
    """A running JupyterLab in the light theme."""
    with jupyter.lab(folder) as server:
        yield server


@pytest.fixture(scope="session")
def dark(folder):
    """A running JupyterLab in the dark theme."""
    with jupyter.lab(folder, theme="JupyterLab Dark") as server:
        yield server


@pytest.fixture
def open_builder(context, folder):
    """Write cells into a notebook, run them and give the builder's page; at the end it must have been clean."""
    opened, servers = [], set()
    # A notebook of the same name, such as that of a test which is run once more, would have its document back.
    shutil.rmtree(Path(os.environ["KWIDGETS_HOME"]) / "documents", ignore_errors=True)

    def open_it(server, name, *cells, app="lab", hidden=False):
        address, token = server
        servers.add(server)
        jupyter.write_notebook(folder / f"{name}.ipynb", *cells)
        page = context.new_page()
        builder = BuilderPage(page, forgive=app == "notebook")
        opened.append(builder)
        jupyter.open_notebook(page, address, token, f"{name}.ipynb", app)
        jupyter.run_all(page)
        return builder if hidden else builder.wait()

    yield open_it
    for builder in opened:
        builder.page.close()
    for server in servers:
        jupyter.shut_down_kernels(*server)
    for builder in opened:
        builder.check_clean()
