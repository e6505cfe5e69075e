"""Why a node's output has its shape, in sentences with this graph's numbers."""

from __future__ import annotations

from engine.describe import Tensor, explain, layer_of

from .. import messages
from ..words import problems as say
from .checks import Checked, Checkup, shape_text
from .costs import call_that_made
from .draft import Draft, split_node


def why(draft: Draft, checkup: Checkup, node: str) -> messages.Why:
    """The shape, or shapes of several outputs, and a sentence for each rule; for a node without one, what it lacks."""
    checked = checkup.nodes[node]
    if not checked.tensors:
        return {"shape": None, "lines": [_missing(checked)]}
    shapes = [_plain(tensor) for tensor in checked.tensors]
    shape = shapes if len(shapes) > 1 else shapes[0]
    if split_node(node)[0] in draft.bypassed:
        return {"shape": shape, "lines": [say.bypassed(shape_text(shapes[0]))]}
    call = call_that_made(checked.tensors[0])
    shapes_out = [tuple(one) for one in shapes]
    explanation = explain(layer_of(call), call.input_shapes, shapes_out if len(shapes_out) > 1 else shapes_out[0])
    return {"shape": shape, "lines": explanation.lines}


def _missing(checked: Checked) -> str:
    if checked.fault is not None:
        return checked.fault.sentence
    return say.waits_for(str(checked.waits_for))


def _plain(tensor: Tensor) -> messages.Shape:
    return [None if n is None else int(n) for n in tensor.shape]
