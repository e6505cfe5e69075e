"""What there is to say about layers that were called on tensors: what they cost, and why their outputs have their shapes."""

from .cost import Cost, OpCost, cost, cost_by_op
from .explain import explain
from .explanation import Explanation
from .expression import Expression

__all__ = ["Cost", "Explanation", "Expression", "OpCost", "cost", "cost_by_op", "explain"]
