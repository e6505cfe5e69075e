"""The notebook around us: its variables, the end of its cells, its output. Outside a notebook all of it is empty."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any


def _shell() -> Any:
    """IPython's shell if one runs; IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def variables() -> Mapping[str, Any]:
    """The user's variables by name; empty outside IPython."""
    shell = _shell()
    return shell.user_ns if shell is not None else {}


def after_each_cell(function: Callable[[], None]) -> Callable[[], None]:
    """Have `function` called after every cell; gives a function that ends this."""
    shell = _shell()
    if shell is None:
        return lambda: None

    def called(*_: object) -> None:
        function()

    shell.events.register("post_run_cell", called)

    def end() -> None:
        if called in shell.events.callbacks["post_run_cell"]:
            shell.events.unregister("post_run_cell", called)

    return end


def is_notebook() -> bool:
    """Whether rich output reaches a notebook (and not a terminal)."""
    shell = _shell()
    return shell is not None and getattr(shell, "kernel", None) is not None


def display(thing: object) -> None:
    """Show `thing` under the cell that runs."""
    from IPython.display import display as show

    show(thing)
