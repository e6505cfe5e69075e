"""The notebook around us: its variables, the end of its cells, its output. Outside a notebook all of it is empty."""

from __future__ import annotations

import hashlib
import os
import sys
import weakref
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from ..words import documents as say

Made = TypeVar("Made")
# What each cell made when it was run last; the references are weak.
_MADE: weakref.WeakValueDictionary[tuple[Place, type], Any] = weakref.WeakValueDictionary()
# For each cell the running that asked for places, and how many it was given.
_RUNNINGS: dict[str, tuple[str, int]] = {}
_LONGEST_CELL_ID = 12


class Place(NamedTuple):
    """Where something is made: in which cell, as the how manieth of its kind. It is the same when the cell is run again."""

    cell: str
    position: int


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
        data: Mapping[str, object],
        metadata: Mapping[str, object],
        *,
        transient: Mapping[str, object],
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


def next_place() -> Place | None:
    """A place for what the cell that runs makes; None where front ends do not tell the cell, or none runs."""
    kernel: Any = getattr(_shell(), "kernel", None)
    parent = (kernel.get_parent() if hasattr(kernel, "get_parent") else None) or {}
    cell, running = parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")
    if not isinstance(cell, str) or not isinstance(running, str):
        return None
    before = _RUNNINGS.get(cell)
    position = before[1] if before is not None and before[0] == running else 0
    _RUNNINGS[cell] = (running, position + 1)
    return Place(cell, position)


def made_at(spot: Place | None, thing: Made) -> Made | None:
    """Remember what is made in a cell; gives what of the same kind was made there when the cell was run before."""
    if spot is None:
        return None
    before = _MADE.get((spot, type(thing)))
    _MADE[spot, type(thing)] = thing
    return before


def file() -> str | None:
    """The path of the notebook, where Jupyter's server or VS Code tells it to the kernel; None elsewhere."""
    if not is_notebook():
        return None
    path = variables().get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    return path if isinstance(path, str) and path else None


def document_name(spot: Place | None) -> str | None:
    """A name for the document of a builder that has none: its notebook and its cell. None where one of them is not known."""
    path = file()
    if path is None or spot is None:
        return None
    home = os.path.join(os.path.expanduser("~"), "")
    short = os.path.join("~", path[len(home) :]) if path.startswith(home) else path
    cell = spot.cell
    if len(cell) > _LONGEST_CELL_ID:  # VS Code's are addresses
        cell = hashlib.sha256(cell.encode()).hexdigest()[:_LONGEST_CELL_ID]
    return say.document_of_a_cell(short, cell, spot.position + 1)


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


def publish(data: Mapping[str, object], metadata: Mapping[str, object], display_id: str, update: bool) -> None:
    """Show data by MIME type under the cell that runs; `update`: in place of what was shown under this display id."""
    shell = _shell()
    if shell is not None:
        shell.display_pub.publish(data, metadata, transient={"display_id": display_id}, update=update)


def display(thing: object) -> None:
    """Show `thing` under the cell that runs."""
    from IPython.display import display as show

    show(thing)
