"""What there is to say about layers that were called on tensors: what they cost, and why their outputs have their shapes."""

from .._graph.tensor import Tensor
from ..layers.base import layer_of
from . import classes, diagram, graphs
from .cost import Cost, OpCost, cost, cost_by_op
from .explain import explain
from .explanation import Explanation
from .expression import Expression
from .op_kinds import OpKind

__all__ = [
    "Cost",
    "Explanation",
    "Expression",
    "OpCost",
    "OpKind",
    "Tensor",
    "classes",
    "cost",
    "cost_by_op",
    "diagram",
    "explain",
    "graphs",
    "layer_of",
]
