"""Graphs of layers as plain data: Keras's config read into records, and orders in which what feeds comes first.

For programs that show, check or write graphs, finished or not.

>>> dense = {"name": "d", "class_name": "Dense", "config": {"units": 2}}
>>> form = read_graph_form({"layers": [{**dense, "inbound_nodes": [[]]}]}, unfinished=True)
>>> form.layers[0].class_name, form.order
('Dense', [('d', 0)])
"""

from .._files.call_numbers import counted_from_zero
from .._files.graph_form import (
    GraphForm,
    GraphFormError,
    LayerForm,
    SourceForm,
    ends_of,
    has_wires,
    listed_calls,
    read_calls,
    read_graph_form,
    read_layer_form,
)
from .._files.pruned_graph import without_unused_calls
from .._graph.ordering import circle, in_order
from ..layers.naming import input_name

__all__ = [
    "GraphForm",
    "GraphFormError",
    "LayerForm",
    "SourceForm",
    "circle",
    "counted_from_zero",
    "ends_of",
    "has_wires",
    "in_order",
    "input_name",
    "listed_calls",
    "read_calls",
    "read_graph_form",
    "read_layer_form",
    "without_unused_calls",
]
