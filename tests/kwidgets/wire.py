"""The browser's end of the wire, for tests: says messages, keeps what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

# Seconds after which a test gives up on what a machine, however slow, does sooner.
LONG = 120.0
# The most epochs that there may be: weeks for any machine.
ENDLESS = 10**9


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
        """The reply with its buffers; asked again, as the page does, while it is still computed."""
        while True:
            self._number += 1
            number = f"m{self._number}"
            self.view._handle_custom_msg({"do": do, "id": number, **message}, [])
            assert self.view.settled(LONG)
            reply = next((content, buffers) for content, buffers in self.sent if content.get("id") == number)
            if reply[0].get("busy") is not True:
                return reply

    def cards(self) -> list[dict[str, Any]]:
        """The cards of the canvas, in order."""
        return self.say("graph")["cards"]

    def followed(self, begun: dict[str, Any]) -> dict[str, Any]:
        """The whole state of the canvas that a page has which began with `begun` and took every change since."""
        parts = {"cards": {card["id"]: card for card in begun["cards"]}, "wires": {w["id"]: w for w in begun["wires"]}}
        state = {
            "serial": begun["serial"],
            "head": begun["head"],
            "places": dict(begun["places"]),
            "order": begun["order"],
        }
        for change in [content for content, _ in self.sent if content.get("kind") == "graph" and "id" not in content]:
            if change["before"] is None or change["serial"] <= state["serial"]:
                continue
            assert change["before"] == state["serial"], "a change is missing"
            for part, gone in (("cards", "gone"), ("wires", "gone_wires")):
                parts[part] = {name: item for name, item in parts[part].items() if name not in change[gone]}
                parts[part] |= {item["id"]: item for item in change[part]}
            state["places"] = {n: at for n, at in state["places"].items() if n not in change["gone"]} | change["places"]
            for key in ("head", "order"):
                state[key] = state[key] if change[key] is None else change[key]
            state["serial"] = change["serial"]
        return {**state, **parts}

    def points(self) -> list[dict[str, Any]]:
        """All messages with points."""
        return [content for content, _ in self.sent if content.get("kind") == "points"]


def endless(wire: Wire) -> None:
    """Set so many epochs that a run ends only when it is stopped."""
    assert wire.say("set_training", epochs=ENDLESS)["ok"]


def until(condition: Callable[[], object], seconds: float = LONG, says: Callable[[], str] = str) -> None:
    """Wait until something is so. says: what there is in its place, for the failure."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, says()
        time.sleep(0.005)
