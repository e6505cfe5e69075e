"""A shell with a kernel around a test: notes what is shown, and can end a cell."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest


class Shell:
    """published: (data, metadata, display id, whether it was an update) of each output."""

    def __init__(self) -> None:
        self.published: list[tuple[dict[str, Any], dict[str, Any], str, bool]] = []
        self.user_ns: dict[str, object] = {}
        self.kernel = SimpleNamespace(get_parent=dict)
        self.callbacks: dict[str, list[Any]] = {"post_run_cell": []}
        self.events = self
        self.display_pub = self

    def register(self, event: str, function: object) -> None:
        """As IPython's events."""
        self.callbacks[event].append(function)

    def unregister(self, event: str, function: object) -> None:
        """As IPython's events."""
        self.callbacks[event].remove(function)

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any], *, transient: dict[str, Any], update: bool
    ) -> None:
        """As IPython's display publisher."""
        self.published.append((data, metadata, transient["display_id"], update))

    def end_cell(self) -> None:
        """Call what waits for the end of a cell."""
        for function in list(self.callbacks["post_run_cell"]):
            function(None)


def shell_around(monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The shell that IPython is asked for from now on."""
    shell = Shell()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell, version_info=(9, 0)))
    return shell
