"""Why outputs of layers over steps, and of what wraps them, have their shapes."""

from __future__ import annotations

from typing import Any

from ..layers import Bidirectional, ConvLSTM2D, ConvRNN2D
from ..layers.recurrent_base import RecurrentLayer
from ..types import Shape
from .explanation import Dims, Explanation, in_words, is_channels_first, replaced, sizes
from .expression import number
from .windows import Shapes, windowed


def recurrent(layer: RecurrentLayer, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Every step or the last one; `units` numbers."""
    shape = shapes[0]
    size = _output_size(layer)
    name = "units" if hasattr(layer, "units") else "the size of the cell's output"
    return _over_steps(
        layer, shape, size, [f"last axis = {name} = {in_words(size[0])}"], [sizes(s) for s in layer.state_shapes]
    )


def _output_size(layer: RecurrentLayer) -> Dims:
    """Size of one step's output: the units, or the first state of the (last) cell."""
    cell = getattr(layer, "cell", None)
    last = getattr(cell, "cells", [cell])[-1]
    units: int | None = getattr(layer, "units", getattr(last, "units", None))
    if units is not None:
        return [number(units)]
    size = last.state_size
    first = size[0] if isinstance(size, (list, tuple)) else size
    return sizes(tuple(first)) if isinstance(first, (list, tuple)) else [number(first)]


def convolutional(layer: ConvRNN2D | ConvLSTM2D, shapes: Shapes, outputs: Shapes) -> Explanation:
    """A convolution on each step, every step or the last one."""
    cell: Any = layer.cell  # a class of the user's too, if it has these settings
    shape = shapes[0]
    windows = windowed(cell, (shape[0], *shape[2:]), cell.kernel_size, "kernel")
    axis = 1 if is_channels_first(cell) else len(windows.dims) - 1
    step = replaced(windows.dims, [axis], [number(cell.filters)])[1:]
    lines = ["on each step a convolution:", *windows.lines, f"channels = filters = {cell.filters}"]
    return _over_steps(layer, shape, step, lines, [step, step])


def _over_steps(layer: RecurrentLayer, shape: Shape, step: Dims, lines: list[str], states: list[Dims]) -> Explanation:
    batch, steps = sizes(shape[:1]), sizes(shape[1:2])
    if layer.return_sequences:
        first = f"return_sequences is on: every step gives its output, the steps stay: {in_words(steps[0])}"
    else:
        first = "return_sequences is off: the last step alone gives its output, the steps are gone"
    dims = [*batch, *(steps if layer.return_sequences else []), *step]
    more: list[Dims] = []
    if layer.return_state:
        more = [[*batch, *state] for state in states]
        sizes_of_states = " and ".join(f"({', '.join(map(in_words, state))})" for state in states)
        lines = [*lines, f"return_state is on: the last states follow, a sample's sizes are {sizes_of_states}"]
    return Explanation([first, *lines], dims, more)


def merged_directions(layer: Bidirectional, inner: Explanation) -> Explanation:
    """Bidirectional: the output of the layer inside, joined with that of its twin."""
    outputs, last = [inner.dims], inner.dims[-1]
    if layer.merge_mode is None:
        line = "merge_mode is None: both outputs are given, forward and backward"
        outputs = [inner.dims, inner.dims]
    elif layer.merge_mode == "concat" and last is not None:
        line = f"merge_mode is `concat`, forward and backward beside each other: {last + last!r}"
        outputs = [[*inner.dims[:-1], last + last]]
    else:
        line = f"merge_mode is `{layer.merge_mode}`: forward and backward become one, the shape stays"
    more = [*outputs[1:], *inner.more, *inner.more]
    return Explanation([*inner.lines, line], outputs[0], more)


__all__ = ["convolutional", "merged_directions", "recurrent"]
