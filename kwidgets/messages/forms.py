"""The settings of layers as the inspector shows them, and why a shape is what it is."""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

from .common import Family, Json, Shape


class Control(TypedDict):
    """minimum, maximum: allowed themselves; above, below: not. "names" are some of the options, in any number.

    labels: what is shown in an option's place, where that is more than the option.
    """

    kind: Literal["integer", "number", "choice", "switch", "integers", "text", "texts", "names"]
    options: NotRequired[list[str]]
    labels: NotRequired[dict[str, str]]
    minimum: NotRequired[float]
    maximum: NotRequired[float]
    above: NotRequired[float]
    below: NotRequired[float]
    length: NotRequired[int | None]
    optional: NotRequired[bool]


class Field(TypedDict):
    """A setting. name: the name in code; with a path ("layer.units") for a layer inside. label: in words.

    shared: "2 of 3" where only some of the chosen layers have it. mixed: their values differ; `values` lists them.
    """

    name: str
    label: str
    help: str
    control: Control
    value: Json
    default: Json
    old_names: list[str]
    mixed: bool
    values: NotRequired[str]
    shared: NotRequired[str]


class Section(TypedDict):
    """Fields under a title; the first section of a form has none and is always open."""

    title: str
    fields: list[Field]


class Weight(TypedDict):
    name: str
    shape: Shape


class Use(TypedDict):
    """A call of a shared layer: the node, and the names of the layers before it."""

    node: str
    after: list[str]


class Form(TypedDict):
    """The settings of one layer, or what several have in common. wrapper: None, or the class around the layer.

    wrappers: classes that may be put around it. inner: the form of the layer inside, its field names with a path.
    """

    layers: list[str]
    nodes: list[str]
    class_name: str | None
    title: str
    summary: str
    family: Family
    help: str
    name: str | None
    shape: Shape | list[Shape] | None
    sections: list[Section]
    wrapper: str | None
    wrappers: list[str]
    inner: Form | None
    weights: list[Weight]
    uses: list[Use]
    parameters: int
    work: int
    memory: int
    frozen: bool | None
    bypassed: bool | None
    output: bool | None


class Why(TypedDict):
    """Why a layer's output has its shape: `lines` are sentences with this graph's numbers, one a dimension or rule."""

    shape: Shape | list[Shape] | None
    lines: list[str]
