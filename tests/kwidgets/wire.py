"""The browser's end of the wire, for tests: says messages, keeps what comes back."""

from __future__ import annotations

from typing import Any


class Wire:
    """Speaks to a view as the front end does. `sent`: every message that left, as (content, buffers)."""

    def __init__(self, view: Any) -> None:
        self.view = view
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self._number = 0
        view.send = lambda content, buffers=None: self.sent.append((content, list(buffers or [])))

    def say(self, do: str, **message: Any) -> dict[str, Any]:
        """Send a message, wait for its reply."""
        return self.say_for_bytes(do, **message)[0]

    def say_for_bytes(self, do: str, **message: Any) -> tuple[dict[str, Any], list[bytes]]:
        """The reply with its buffers."""
        self._number += 1
        number = f"m{self._number}"
        self.view._handle_custom_msg({"do": do, "id": number, **message}, [])
        assert self.view.settled()
        return next((content, buffers) for content, buffers in self.sent if content.get("id") == number)

    def points(self) -> list[dict[str, Any]]:
        """All messages with points."""
        return [content for content, _ in self.sent if content.get("kind") == "points"]
