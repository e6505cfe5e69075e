"""The part of a builder's view that has to do with one's own blocks, which lie in the user's folder for every notebook."""

from __future__ import annotations

import weakref

from .. import blocks
from ..document.document import Document
from ..messages import BlockEntry
from ..refused import Refused
from ..words import builder as say
from .base import Answer, Gesture, Message
from .builder_view import BuilderView

BLOCKS = "blocks"
# The views of this kernel that have not been closed: they show the same blocks.
_OPEN: weakref.WeakSet[BuilderView] = weakref.WeakSet()


class BlocksPart:
    """Finds blocks beside the layers, keeps and removes them, and adds them to a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._view: BuilderView | None = None

    def show_in(self, view: BuilderView) -> None:
        """Show the blocks in a view, now and whenever those in the folder change."""
        self._view = view
        view.show(blocks=blocks.entries())
        view.sends(BLOCKS, lambda: view.show(blocks=blocks.entries()))
        _OPEN.add(view)

    def close(self) -> None:
        """Tell the view of changes no more."""
        if self._view is not None:
            _OPEN.discard(self._view)

    def gestures(self) -> dict[str, Gesture]:
        """What the page may ask of blocks; in a search and in what a command would change they stand beside the layers."""
        return {
            "search": self._search,
            "consequences": self._consequences,
            "save_block": self._save,
            "add_block": self._add,
            "remove_block": self._remove,
        }

    def _search(self, message: Message) -> Answer:
        text, after, wire = (message.get(key) for key in ("text", "after", "wire"))
        find = message.get("find") is True
        return dict(
            self._document.search(
                text if isinstance(text, str) else "",
                after if isinstance(after, str) else None,
                wire if isinstance(wire, str) else None,
                () if find else self._present(),
                find=find,
                everything=message.get("all") is True,
            )
        )

    def _present(self) -> list[BlockEntry]:
        """The blocks as the folder has them; where another program changed it, the palettes are told."""
        entries = blocks.entries()
        if self._view is None or entries != self._view.blocks:
            _refresh()
        return entries

    def _consequences(self, message: Message) -> Answer:
        command = message.get("command")
        if not isinstance(command, dict):
            raise Refused(say.command_must_be_a_table(command))
        return dict(self._document.consequences(_pasting(command) if command.get("do") == "add_block" else command))

    def _save(self, message: Message) -> Answer:
        nodes = message.get("nodes")
        fragment = self._document.copy(nodes if isinstance(nodes, list) else [])
        name = message.get("name")
        blocks.save(name if isinstance(name, str) and name.strip() else _free_name(), fragment["text"])
        _refresh()
        return {}

    def _add(self, message: Message) -> Answer:
        return self._document.do(_pasting(message))

    def _remove(self, message: Message) -> Answer:
        blocks.remove(str(message.get("name")))
        _refresh()
        return {}


def _refresh() -> None:
    """Have every open palette show what is in the folder of blocks now."""
    for view in list(_OPEN):
        view.changed(BLOCKS)


def _free_name() -> str:
    taken = {entry["name"] for entry in blocks.entries()}
    return next(name for number in range(1, len(taken) + 2) if (name := f"block_{number}") not in taken)


def _pasting(message: Message) -> Answer:
    """The command of the document that adds one of the user's blocks. Raises Refused where there is none."""
    where = {key: message[key] for key in ("after", "wire", "position") if message.get(key) is not None}
    return {"do": "paste_layers", "text": blocks.text(str(message.get("name"))), **where}
