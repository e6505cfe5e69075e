"""What the palette offers."""

from __future__ import annotations

from typing import Literal, TypedDict

from .common import Family


class LayerEntry(TypedDict):
    """A layer class as the palette offers it. words: everyday names it is found by."""

    class_name: str
    title: str
    help: str
    family: Family
    old_names: list[str]
    words: list[str]
    inputs: Literal[0, 1, "many"]


class LayerGroup(TypedDict):
    name: str
    title: str
    layers: list[LayerEntry]


class TemplateEntry(TypedDict):
    """sketch: the widths of the template's rows, 0 to 1, for its thumbnail; two numbers stand beside each other."""

    name: str
    title: str
    help: str
    layers: int
    sketch: list[list[float]]


class Catalogue(TypedDict):
    """often: class names that are used most, in order."""

    often: list[str]
    groups: list[LayerGroup]
    templates: list[TemplateEntry]


class BlockEntry(TypedDict):
    """A block of one's own in the palette."""

    name: str
    layers: int
    help: str
