"""What views have on their screens: a gesture that was made on an older state is refused where it would mean something else now."""

from __future__ import annotations

from ..refused import Refused
from ..words import common
from ..words import graph as say
from .commands import Message
from .draft import Draft
from .stale import meaning

REMEMBERED_VERSIONS = 400
# What undo and redo would do, in words; None where there is nothing.
Labels = tuple[str | None, str | None]


class SeenVersions:
    """The latest versions of one document, by their numbers."""

    def __init__(self) -> None:
        self._past: dict[int, tuple[Draft, Labels]] = {}

    def remember(self, version: int, draft: Draft, labels: Labels) -> None:
        """Keeps a version that views may show from now on."""
        self._past[version] = (draft, labels)
        self._past.pop(version - REMEMBERED_VERSIONS, None)

    def refuse_stale(self, command: Message, seen: int, draft: Draft) -> None:
        """Raises Refused where a command meant something else in the version `seen` than it does in `draft`."""
        then = self._past.get(seen)
        if then is None or meaning(then[0], command) != meaning(draft, command):
            raise changed()

    def refuse_other_step(self, what: str, label: str, seen: int) -> None:
        """Raises Refused where "undo" or "redo" would have done something else in the version `seen`."""
        then = self._past.get(seen)
        if then is None or then[1][what == "redo"] != label:
            raise changed()


def changed() -> Refused:
    """The refusal of what was meant for an older state."""
    return Refused(say.CHANGED_IN_ANOTHER_VIEW, common.CANVAS_IS_REFRESHED)
