"""A graph in Graphviz's language that can be looked at and changed: with the methods of pydot's nodes, edges and graphs.

Texts are written by the graphviz package, which knows what has to be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from .boxes import Box, shorten

if TYPE_CHECKING:
    from graphviz import Digraph

# What Graphviz calls the attributes of nodes, edges and graphs (https://graphviz.org/doc/info/attrs.html).
_ATTRIBUTES = """
    URL arrowhead arrowsize arrowtail bb bgcolor center charset class clusterrank color colorscheme comment compound
    concentrate constraint decorate dim dir distortion dpi edgeURL edgehref edgetarget edgetooltip epsilon esep fillcolor
    fixedsize fontcolor fontname fontpath fontsize forcelabels gradientangle group head_lp headclip headlabel headport height
    href id image imagepos imagescale label labelangle labeldistance labelfloat labelfontcolor labelfontname labelfontsize
    labeljust labelloc landscape layer layers layout len levels lhead lp ltail margin maxiter mclimit mindist minlen mode model
    nodesep nojustify normalize nslimit ordering orientation outputorder overlap pack packmode pad page pagedir pencolor
    penwidth peripheries pin pos quantum rank rankdir ranksep ratio rects regular remincross resolution root rotate samehead
    sametail samplepoints searchsize sep shape shapefile showboxes sides size skew sortv splines start style stylesheet tail_lp
    tailclip taillabel tailport target tooltip truecolor vertices viewport weight width xlabel xlp z
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())


class _Node(Protocol):
    def get_name(self) -> str: ...
    def get_attributes(self) -> Mapping[str, object]: ...


class _Edge(Protocol):
    def get_source(self) -> str: ...
    def get_destination(self) -> str: ...
    def get_attributes(self) -> Mapping[str, object]: ...


class DotItem:
    """Something with Graphviz's attributes: `get("color")` or `get_color()`, `set("color", "red")` or `set_color("red")`."""

    def __init__(self, **attributes: object) -> None:
        self._attributes: dict[str, object] = attributes

    def get(self, name: str) -> Any:
        """An attribute's value; None where it is not set."""
        return self._attributes.get(name)

    def set(self, name: str, value: object) -> None:
        """Set an attribute."""
        self._attributes[name] = value

    def get_attributes(self) -> dict[str, object]:
        """All attributes that are set: the dictionary itself."""
        return self._attributes

    def __getattr__(self, name: str) -> Callable[..., Any]:
        kind, attribute = name[:4], name[4:]
        if attribute in ATTRIBUTES and kind == "get_":
            return partial(self.get, attribute)
        if attribute in ATTRIBUTES and kind == "set_":
            return partial(self.set, attribute)
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    @property
    def obj_dict(self) -> dict[str, Any]:
        """What pydot keeps of it: its attributes are those that are written."""
        return {"attributes": self._attributes}

    def _written(self) -> dict[str, str]:
        return {name: value if isinstance(value, str) else str(value) for name, value in self._attributes.items()}

    def write_to(self, graph: Digraph) -> None:
        """Add it to a graph of the graphviz package."""
        raise NotImplementedError

    def to_string(self) -> str:
        """It as DOT text."""
        from graphviz import Digraph

        graph = Digraph()
        self.write_to(graph)
        return "".join(graph.body).strip() + ";"

    def __str__(self) -> str:
        return self.to_string()


class DotNode(DotItem):
    """A node by its name."""

    def __init__(self, name: object = "", **attributes: object) -> None:
        super().__init__(**attributes)
        self._name = plain(name)

    def get_name(self) -> str:
        """The name that edges call it by."""
        return self._name

    def set_name(self, name: object) -> None:
        """Give it another name; its edges keep the old one."""
        self._name = plain(name)

    @property
    def obj_dict(self) -> dict[str, Any]:
        """What pydot keeps of it."""
        return {"name": self._name, "attributes": self._attributes}

    def write_to(self, graph: Digraph) -> None:
        """Add it to a graph of the graphviz package."""
        graph.node(self._name, **self._written())


class DotEdge(DotItem):
    """An edge between two nodes, each given as a node or as its name."""

    def __init__(self, source: object = "", destination: object = "", **attributes: object) -> None:
        super().__init__(**attributes)
        self._source, self._destination = plain(source), plain(destination)

    def get_source(self) -> str:
        """The name of the node where it begins."""
        return self._source

    def get_destination(self) -> str:
        """The name of the node where it ends."""
        return self._destination

    @property
    def obj_dict(self) -> dict[str, Any]:
        """What pydot keeps of it."""
        return {"points": (self._source, self._destination), "attributes": self._attributes}

    def write_to(self, graph: Digraph) -> None:
        """Add it to a graph of the graphviz package."""
        graph.edge(self._source, self._destination, **self._written())


class DotGraph(DotItem):
    """A directed graph of `DotNode`s and `DotEdge`s, in the order in which they came."""

    def __init__(self, name: str = "model", **attributes: object) -> None:
        super().__init__(**attributes)
        self._name = name
        self._defaults: dict[str, object] = {"shape": "box", "fontname": "Helvetica"}
        self._nodes: list[DotNode] = []
        self._edges: list[DotEdge] = []

    @classmethod
    def of_boxes(cls, boxes: Sequence[Box], edges: Sequence[tuple[str, str]], direction: str) -> DotGraph:
        """The graph of a diagram: nodes n0, n1 ... whose labels have a line for each text of a box."""
        from graphviz import escape, nohtml

        graph = cls(rankdir=direction)
        ids = {box.id: f"n{index}" for index, box in enumerate(boxes)}
        for box in boxes:
            texts = [box.title, box.subtitle, *(f"{label}: {text}" for label, text in box.rows)]
            # Backslash sequences such as \N mean something to Graphviz, so those of texts are escaped.
            lines = [str(escape(shorten(text, 256))) for text in texts if text]
            graph.add_node(DotNode(ids[box.id], label=nohtml("\\n".join(lines))))
        for source, target in edges:
            graph.add_edge(DotEdge(ids[source], ids[target]))
        return graph

    def boxes(self) -> tuple[list[Box], list[tuple[str, str]]]:
        """What a diagram of it draws: a box for each node, its label's lines in it, and edges by their names."""
        edges = [(edge.get_source(), edge.get_destination()) for edge in self._edges]
        names = dict.fromkeys([*(node.get_name() for node in self._nodes), *(end for edge in edges for end in edge)])
        labels = {node.get_name(): node.get("label") for node in self._nodes}
        return [_box(name, labels.get(name)) for name in names], edges

    def get_name(self) -> str:
        """The graph's name."""
        return self._name

    def get_type(self) -> str:
        """Which kind of graph it is, by Graphviz's word."""
        return "digraph"

    def get_nodes(self) -> list[DotNode]:
        """All nodes."""
        return list(self._nodes)

    def get_edges(self) -> list[DotEdge]:
        """All edges."""
        return list(self._edges)

    get_node_list, get_edge_list = get_nodes, get_edges

    def get_node(self, name: object) -> list[DotNode]:
        """The nodes of a name: a list, of one as a rule."""
        return [node for node in self._nodes if node.get_name() == plain(name)]

    def get_edge(self, source: object, destination: object) -> list[DotEdge]:
        """The edges from one node to another: a list."""
        ends = plain(source), plain(destination)
        return [edge for edge in self._edges if (edge.get_source(), edge.get_destination()) == ends]

    def add_node(self, node: DotNode | _Node) -> None:
        """Add a node, of ours or of pydot."""
        made = node if isinstance(node, DotNode) else DotNode(node.get_name(), **node.get_attributes())
        self._nodes.append(made)

    def add_edge(self, edge: DotEdge | _Edge) -> None:
        """Add an edge, of ours or of pydot."""
        ends = edge.get_source(), edge.get_destination()
        self._edges.append(edge if isinstance(edge, DotEdge) else DotEdge(*ends, **edge.get_attributes()))

    def del_node(self, name: object) -> bool:
        """Take the nodes of a name away, or this node; its edges stay. Whether there was one."""
        gone = self.get_node(name)
        self._nodes = [node for node in self._nodes if node not in gone]
        return bool(gone)

    def del_edge(self, source: object, destination: object) -> bool:
        """Take the edges from one node to another away; whether there was one."""
        gone = self.get_edge(source, destination)
        self._edges = [edge for edge in self._edges if edge not in gone]
        return bool(gone)

    def set_node_defaults(self, **attributes: object) -> None:
        """Set attributes of all nodes that do not have them."""
        self._defaults.update(attributes)

    def get_node_defaults(self) -> dict[str, object]:
        """Attributes of all nodes that do not have them."""
        return self._defaults

    @property
    def obj_dict(self) -> dict[str, Any]:
        """What pydot keeps of it."""
        nodes: dict[str, list[dict[str, Any]]] = {}
        edges: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for node in self._nodes:
            nodes.setdefault(node.get_name(), []).append(node.obj_dict)
        for edge in self._edges:
            edges.setdefault((edge.get_source(), edge.get_destination()), []).append(edge.obj_dict)
        return {"name": self._name, "type": "digraph", "attributes": self._attributes, "nodes": nodes, "edges": edges}

    # As the graphviz package's graphs have it.

    def node(self, name: str, label: str | None = None, **attributes: object) -> None:
        """Add a node."""
        self.add_node(DotNode(name, **({} if label is None else {"label": label}), **attributes))

    def edge(self, tail_name: str, head_name: str, label: str | None = None, **attributes: object) -> None:
        """Add an edge."""
        self.add_edge(DotEdge(tail_name, head_name, **({} if label is None else {"label": label}), **attributes))

    @property
    def source(self) -> str:
        """The DOT text."""
        from graphviz import Digraph

        defaults = {name: str(value) for name, value in self._defaults.items()}
        graph = Digraph(self._name, graph_attr=self._written(), node_attr=defaults)
        for item in (*self._nodes, *self._edges):
            item.write_to(graph)
        return graph.source.replace("\t", "    ")

    def to_string(self) -> str:
        """The DOT text."""
        return self.source


def plain(name: object) -> str:
    """A node's name, given as the node or the name, without the quotes that pydot puts around one.

    >>> plain('"a b"'), plain(3), plain(DotNode("n1"))
    ('a b', '3', 'n1')
    """
    own_name: Callable[[], object] | None = getattr(name, "get_name", None)
    text = str(name if own_name is None else own_name())
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _box(name: str, label: object) -> Box:
    """The box of a node; DOT's backslash sequences in its label are undone."""
    text = plain(name if label is None else label)
    lines = re.split(r"(?<!\\)(?:\\\\)*\\[nlr]|\n", text)
    title, subtitle, *rows = [line.replace("\\\\", "\\") for line in (*lines, "", "")[: max(2, len(lines))]]
    return Box(name, title, subtitle, tuple((row.partition(": ")[0], row.partition(": ")[2]) for row in rows))
