"""Sentences about a document that code changes, and about its actions as code."""

from __future__ import annotations

from collections.abc import Sequence

# The first line of a script.
IMPORT = "from kwidgets import Builder"
CONNECT_THEM_FIRST = "Wires are named by their two ends, ('conv2d_1', 'dense_1'); connect them first."
STEPS_ARE_COMMANDS = "do_all takes a list of commands, each a table with 'do' and what belongs to it."


def no_such_layer(name: object) -> str:
    """Refuses a name that code gave."""
    return f"There is no layer named {name!r}."


def layers_like_it(names: Sequence[str]) -> str:
    """The names that may have been meant."""
    return f"There is: {', '.join(names)}." if names else "The model has no layers yet; add one first."


def no_wire_between(source: str, target: str) -> str:
    """Refuses two names as a wire."""
    return f"No wire goes from {source!r} to {target!r}."


def no_step(name: object) -> str:
    """Refuses a part of several steps."""
    return f"{name!r} cannot be one of several steps."
