"""Pictures of models; no `dot` program is needed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal

from .._drawing.dot_graph import DotGraph
from .._drawing.model_boxes import model_boxes
from .._drawing.picture import PICTURES, to_dot, to_picture
from .._drawing.svg import draw, to_svg
from .._files import files
from ..errors import EngineError, SettingError
from ..models import persistence
from ..models.network import Network
from .model_dot import ModelDot

_DIRECTIONS = ("TB", "LR")


@dataclass(frozen=True)
class ModelPicture:
    """A model's diagram: shown by notebooks, also as `svg` text."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


def plot_model(
    model: Network,
    to_file: str | bytes | PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_layer_names: bool = True,
    rankdir: Literal["TB", "LR"] = "TB",
) -> ModelPicture:
    """Draw a model into a file. No `dot` program is needed.

    A .png or .svg file carries the model's YAML, so that a builder opens the picture as the model
    (`engine.experiment.read_picture` gives the text).

    Args:
        model: the model.
        to_file: the file, which ends in .png, .svg, .pdf, .jpg or .dot; "model.png" by default.
        show_shapes: whether layers show the shapes of their inputs and outputs, False by default.
        show_layer_names: whether layers show their names, which is so by default.
        rankdir: "TB" (the default) from top to bottom, "LR" from left to right.

    Returns:
        The diagram, which a notebook shows; its `svg` is the text.

    Raises:
        SettingError: another ending or direction.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> plot_model(Sequential([Dense(2, input_shape=(3,))]), "a.gif")
        Traceback (most recent call last):
        engine.errors.SettingError: plot_model, to_file: expected a file ending in .png, .svg, .pdf, .jpg or .dot, found 'a.gif'.
    """
    if rankdir not in _DIRECTIONS:
        raise SettingError(where="plot_model, rankdir", expected=" or ".join(_DIRECTIONS), actual=repr(rankdir))
    boxes, edges = model_boxes(model, show_shapes, show_layer_names)
    drawing = draw(boxes, edges, direction=rankdir)
    drawing.carried = _text_of(model)
    svg = to_svg(drawing, title=model.name)
    path = Path(os.fsdecode(to_file))
    ending = path.suffix.lower() or ".png"
    if ending == ".svg":
        files.write_text(path, svg)
    elif ending == ".dot":
        files.write_text(path, to_dot(boxes, edges, rankdir))
    elif ending[1:] in PICTURES:
        target = path if path.suffix else path.with_suffix(".png")
        files.write_bytes(target, to_picture(drawing, format=ending[1:]))
    else:
        expected = "a file ending in .png, .svg, .pdf, .jpg or .dot"
        raise SettingError(where="plot_model, to_file", expected=expected, actual=repr(str(to_file)))
    return ModelPicture(svg)


plot = plot_model  # its name in Keras 1


def model_to_dot(
    model: Network, show_shapes: bool = False, show_layer_names: bool = True, rankdir: Literal["TB", "LR"] = "TB"
) -> ModelDot:
    """The diagram of a model as a graph for Graphviz, with the methods of pydot's and graphviz's graphs.

    Args:
        model: the model.
        show_shapes: whether layers show the shapes of their inputs and outputs, False by default.
        show_layer_names: whether layers show their names, which is so by default.
        rankdir: "TB" (the default) from top to bottom, "LR" from left to right.

    Returns:
        The graph. `get_nodes`, `get_edge`, `add_node`, `set_rankdir` and the like look at it and change it, `create`,
        `write_png`, `render` and the like draw it, by Graphviz where it is installed; `to_string` and `str` give its text.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> dot = model_to_dot(Sequential([Dense(2, input_shape=(3,))]))
        >>> dot.splitlines()[0], dot.create(prog="dot", format="svg")[:4]
        ('digraph model {', b'<svg')
    """
    boxes, edges = model_boxes(model, show_shapes, show_layer_names)
    drawing = draw(boxes, edges, direction=rankdir)
    drawing.carried = _text_of(model)
    return ModelDot(DotGraph.of_boxes(boxes, edges, rankdir), drawing, model.name)


def _text_of(model: Network) -> str:
    """The YAML of a model for its pictures; none for one that no text can describe, as a subclass of Model."""
    try:
        return persistence.to_yaml(model)
    except (EngineError, NotImplementedError):
        return ""
