"""Sphinx's settings for the reference of the public names; `python -m tests.reference` makes its pages and runs it."""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from typing import TYPE_CHECKING

from docutils.nodes import Element
from sphinx.addnodes import desc_signature, pending_xref
from sphinx.util.inspect import stringify_signature

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "kwidgets"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "basic"
# A word between single backticks is code, as in Markdown.
default_role = "code"
napoleon_numpy_docstring = False
# Headings of layers' docstrings that napoleon does not know.
napoleon_custom_sections = ["Input shape", "Output shape"]
autodoc_member_order = "bysource"
# Quotation marks stay as they are typed in code.
smartquotes = False
# Warn of names in `Raises:` and of types in `Returns:` that do not exist.
nitpicky = True

# A character of the private area, which no text has.
HIDDEN_COLON = "\ue000"
# Where such names are looked up.
SCOPES = (
    "builtins",
    "typing",
    "collections.abc",
    "engine.errors",
    "engine.types",
    "engine._graph.tensor",
    "engine.layers",
    "engine.models",
    "kwidgets.refused",
)


def setup(app: Sphinx) -> None:
    """Adapt what autodoc reads, and look names up in the code."""
    app.connect("autodoc-process-signature", as_written)
    app.connect("autodoc-process-docstring", hide_colon, priority=400)
    app.connect("autodoc-process-docstring", show_colon, priority=600)
    app.connect("missing-reference", existing_name)


def as_written(
    app: Sphinx, what: str, name: str, thing: object, options: object, signature: str | None, returns: str | None
) -> tuple[str, str | None] | None:
    """The signature with annotations as the source has them: `Array`, not what this alias stands for."""
    if not callable(thing) or not signature:
        return None
    try:
        written = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    parameters = list(written.parameters.values())
    if what == "method" and parameters and parameters[0].name == "self":
        written = written.replace(parameters=parameters[1:])
    arguments, _, result = stringify_signature(written).partition(" -> ")
    return arguments, None if inspect.isclass(thing) else result or None


def hide_colon(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Keep napoleon, which runs next, from taking "What it is: more of it" for a type and a description."""
    if what == "data" and "\n".join(lines).strip() == inspect.getdoc(thing):
        lines.clear()  # A value without a text of its own would be described as its class is.
    if what in ("attribute", "data", "property") and lines:
        lines[0] = lines[0].replace(":", HIDDEN_COLON)


def show_colon(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Put back what `hide_colon` took away."""
    lines[:] = [line.replace(HIDDEN_COLON, ":") for line in lines]


def existing_name(app: Sphinx, env: BuildEnvironment, node: pending_xref, text: Element) -> Element | None:
    """The text of a name that exists without an entry in the reference; None, and so a warning, for others.

    The type checker looks at those in signatures.
    """
    parent = node.parent
    while parent is not None:
        if isinstance(parent, desc_signature):
            return text
        parent = parent.parent
    target = str(node["reftarget"]).partition("[")[0]
    return text if any(_exists(path) for path in (target, *(f"{scope}.{target}" for scope in SCOPES))) else None


@cache
def _exists(path: str) -> bool:
    """Whether a module, or something in a module, is called so."""
    module, _, name = path.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), name) if module else False
    except ImportError:
        return False
