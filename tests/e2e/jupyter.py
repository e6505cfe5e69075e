"""A Jupyter server (Lab and Notebook 7) or Voila for the browser tests, with settings and home of its own."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 180.0
# What the server answers of a session that has ended by itself, and of one whose kernel has.
GONE = (404, 410)
KERNEL_READY = """() => {
  const name = document.querySelector('.jp-KernelName, .jp-Toolbar-kernelName');
  const sign = document.querySelector('.jp-Notebook-ExecutionIndicator');
  return name && !/no kernel/i.test(name.textContent) && sign && sign.dataset.status === 'idle';
}"""


def free_port():
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment(home, theme):
    """Variables that keep the server away from the user's own settings."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    # News and updates would cover the page, and ask the network.
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    # Each page would have the server start Node to see whether JupyterLab is to be built anew.
    page = home / "config" / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"buildAvailable": False, "buildCheck": False}))
    return {
        **os.environ,
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }


@contextlib.contextmanager
def serving(command, theme="JupyterLab Light", answers="/api/status"):
    """Run a server; `command` gets port and token. Gives (address, token) when `answers` (None: the port) answers."""
    port, token = free_port(), secrets.token_hex(16)
    home = Path(tempfile.mkdtemp(prefix="kw-home-"))
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = f"http://127.0.0.1:{port}"
    with open(home / "server.log", "wb") as log:
        process = subprocess.Popen(
            command(port, token), env=environment(home, theme), stdout=log, stderr=subprocess.STDOUT, cwd=home
        )
        try:
            deadline = time.monotonic() + STARTS_WITHIN
            while True:
                try:
                    if answers is None:
                        socket.create_connection(("127.0.0.1", port), timeout=5).close()
                    else:
                        direct.open(f"{address}{answers}?token={token}", timeout=5).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError((home / "server.log").read_text(errors="replace")[-4000:]) from None
                    time.sleep(0.1)
            yield address, token
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            shutil.rmtree(home, ignore_errors=True)


def lab(folder, app="lab", theme="JupyterLab Light"):
    """JupyterLab ("lab") or Notebook 7 ("notebook") over a folder."""

    def command(port, token):
        options = [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
        always = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"]
        return [sys.executable, "-m", "jupyter", app, *always, *options]

    return serving(command, theme)


def voila(notebook):
    """Voila on one notebook."""

    def command(port, token):
        return [sys.executable, "-m", "voila", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", str(notebook)]

    # Every page that Voila serves runs the notebook, so only the port is asked.
    return serving(command, answers=None)


def write_notebook(path, *cells):
    """A notebook of code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = [
        {"cell_type": "code", "id": f"c{i}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for i, source in enumerate(cells)
    ]
    content = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content))


def open_notebook(page, address, token, name, app="lab"):
    """Open a notebook and wait for its kernel."""
    place = "lab/tree" if app == "lab" else "notebooks"
    page.goto(f"{address}/{place}/{name}?token={token}" + ("&reset" if app == "lab" else ""))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    # The sign says "idle" while there is no kernel yet; a run started then is lost without an error.
    page.wait_for_function(KERNEL_READY)


def shut_down_kernels(address, token):
    """End what runs on a server: a kernel outlives its page, and what it trains would take time from the next test."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{address}/api/sessions?token={token}") as answer:
        sessions = [session["id"] for session in json.load(answer)]
    for session in sessions:
        request = urllib.request.Request(f"{address}/api/sessions/{session}?token={token}", method="DELETE")
        try:
            direct.open(request).close()
        except urllib.error.HTTPError as error:
            if error.code not in GONE:
                raise


@contextlib.contextmanager
def setting(address, token, plugin, values):
    """Settings of JupyterLab, for pages that are opened meanwhile."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    where = f"{address}/lab/api/settings/{plugin}?token={token}"

    def put(raw):
        direct.open(urllib.request.Request(where, json.dumps({"raw": raw}).encode(), method="PUT")).close()

    put(json.dumps(values))
    try:
        yield
    finally:
        put("{}")


def run_all(page):
    """Run all cells."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
