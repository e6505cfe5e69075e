"""Kernels for tests: of this very Python, without ports, and with a reason where one dies."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import jupyter_client
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode


def of_this_python(manager: jupyter_client.KernelManager) -> None:
    """Has a manager start the kernel of this very Python, whatever kernels the machine knows.

    A manager looks for free ports and lets them go before its kernel takes them. Where many tests run beside each other another
    process may have one by then, and the kernel dies as it starts. Sockets in the file system have names of their own.
    """
    manager.kernel_spec.argv[0] = sys.executable
    if os.name != "nt":  # which has none
        manager.transport, manager.ip = "ipc", str(Path(tempfile.gettempdir()) / f"kernel-{secrets.token_hex(6)}")


def environment(**variables: str) -> dict[str, str]:
    """For a kernel that says where it was when it dies."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONFAULTHANDLER": "1", **variables}


@contextmanager
def saying_why(log: Path) -> Iterator[IO[bytes]]:
    """A file for what a kernel writes on its own; it is told with the error where the kernel dies."""
    with log.open("ab") as file:
        try:
            yield file
        except (DeadKernelError, RuntimeError) as error:
            raise type(error)(f"{error}\nThe kernel wrote:\n{log.read_text('utf-8', 'replace')[-20_000:]}") from error


def client_of(made: NotebookNode, folder: Path, timeout: int) -> NotebookClient:
    """Runs a notebook in a kernel of this very Python."""
    client = NotebookClient(made, timeout=timeout, resources={"metadata": {"path": str(folder)}})
    client.create_kernel_manager()
    of_this_python(client.km)
    return client


def run_all(made: NotebookNode, folder: Path, timeout: int, **variables: str) -> None:
    """Run all cells of a notebook."""
    settings: dict[str, Any] = {"env": environment(**variables)}
    with saying_why(folder / "kernel.log") as file:
        client_of(made, folder, timeout).execute(stderr=file, **settings)
