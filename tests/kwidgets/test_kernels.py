"""The kernels that tests start."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import DeadKernelError

from .kernels import client_of, environment, run_all

LONG = 120


def notebook(*cells: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])


def test_a_kernel_takes_no_port_that_another_process_could_take_before(tmp_path: Path) -> None:
    client = client_of(notebook("1"), tmp_path, LONG)
    with client.setup_kernel(env=environment()):
        assert client.km.get_connection_info()["transport"] == ("tcp" if os.name == "nt" else "ipc")


def test_where_a_kernel_dies_it_is_told_what_it_wrote(tmp_path: Path) -> None:
    cell = "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"
    with pytest.raises(DeadKernelError, match=r"(?s)The kernel wrote:.*Current thread.*ipykernel"):
        run_all(notebook(cell), tmp_path, LONG)
