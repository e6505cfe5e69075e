"""The notebook around us: its variables, the end of its cells, its output. Outside a notebook all of it is empty."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

Made = TypeVar("Made")
# What each cell made when it was run last, by the cell's id; the references are weak.
_MADE: weakref.WeakValueDictionary[tuple[str, type], Any] = weakref.WeakValueDictionary()


class Events(Protocol):
    """Where IPython tells what happens."""

    callbacks: dict[str, list[Callable[..., object]]]

    def register(self, event: str, function: Callable[..., object]) -> None:
        """Have a function called at an event."""
        ...

    def unregister(self, event: str, function: Callable[..., object]) -> None:
        """Call a function no more when an event happens."""
        ...


class Publisher(Protocol):
    """What sends outputs to the page."""

    def publish(
        self,
        data: dict[str, object],
        metadata: dict[str, object],
        *,
        transient: dict[str, object],
        update: bool,
    ) -> None:
        """Send an output, or new data for those of a display id."""
        ...


class Shell(Protocol):
    """What is asked of IPython's shell."""

    user_ns: dict[str, object]
    events: Events
    display_pub: Publisher


def _shell() -> Shell | None:
    """IPython's shell if one runs; IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def variables() -> Mapping[str, object]:
    """The user's variables by name; empty outside IPython."""
    shell = _shell()
    return shell.user_ns if shell is not None else {}


def cell_id() -> str | None:
    """Id of the cell that runs, as Jupyter's front ends tell it; None elsewhere."""
    kernel: Any = getattr(_shell(), "kernel", None)
    parent = kernel.get_parent() if hasattr(kernel, "get_parent") else None
    cell = (parent or {}).get("metadata", {}).get("cellId")
    return cell if isinstance(cell, str) else None


def made_in_cell(thing: Made) -> Made | None:
    """Remember what the cell that runs makes; gives what of the same kind it made when it was run before."""
    cell = cell_id()
    if cell is None:
        return None
    key = (cell, type(thing))
    before = _MADE.get(key)
    _MADE[key] = thing
    return before


def after_each_cell(method: weakref.WeakMethod[Callable[[], None]]) -> Callable[[], None]:
    """Have a method called after every cell while its object lives; gives a function that ends this."""
    shell = _shell()
    if shell is None:
        return lambda: None

    def called(*_: object) -> None:
        function = method()
        if function is None:
            end()
        else:
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


def publish(data: dict[str, object], metadata: dict[str, object], display_id: str, update: bool) -> None:
    """Show data by MIME type under the cell that runs; `update`: in place of what was shown under this display id."""
    shell = _shell()
    if shell is not None:
        shell.display_pub.publish(data, metadata, transient={"display_id": display_id}, update=update)


def display(thing: object) -> None:
    """Show `thing` under the cell that runs."""
    from IPython.display import display as show

    show(thing)
