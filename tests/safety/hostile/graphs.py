"""Graphs that are broken, and large honest ones."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Json, as_bytes, in_every_form

KIND = "graph"
NO_ARGUMENTS: dict[str, Json] = {}


def node(name: str, *calls: list[Json], class_name: str = "Dense", **settings: Json) -> dict[str, Json]:
    """A layer of a graph with its calls."""
    config = {"name": name, **({"units": 2} if class_name == "Dense" else {}), **settings}
    return {"name": name, "class_name": class_name, "config": config, "inbound_nodes": list(calls)}


def entry(name: str = "x", shape: tuple[Json, ...] = (4,)) -> dict[str, Json]:
    """An input."""
    return node(name, class_name="InputLayer", batch_input_shape=[None, *shape])


def source(name: Json, call: Json = 0, tensor: Json = 0) -> list[Json]:
    """One input of a call."""
    return [name, call, tensor, NO_ARGUMENTS]


def graph(layers: Json, inputs: Json = (("x", 0, 0),), outputs: Json = (("y", 0, 0),)) -> dict[str, Json]:
    """The config of a Model."""
    return {
        "class_name": "Model",
        "config": {"name": "graph", "layers": layers, "input_layers": inputs, "output_layers": outputs},
    }


X, Y = entry(), node("y", [source("x")])
BROKEN = {
    "a layer fed by itself": graph([X, node("y", [source("y")])]),
    "a circle of two": graph([X, node("a", [source("y")]), node("y", [source("a")])]),
    "a circle of calls": graph([X, node("a", [source("x")], [source("y")]), node("y", [source("a", 1)])]),
    "a circle of 1000": graph([X, *[node(f"n{i}", [source(f"n{(i + 1) % 1000}")]) for i in range(1000)], Y]),
    "a source that is missing": graph([X, node("y", [source("nobody")])]),
    "a call that is missing": graph([X, node("y", [source("x", 1)])]),
    "a call far away": graph([X, node("y", [source("x", 10**12)])]),
    "a call before the first": graph([X, node("y", [source("x", -1)])]),
    "a call by truth": graph([X, node("y", [source("x", True)])]),
    "a call by fraction": graph([X, node("y", [source("x", 0.5)])]),
    "an output that is missing": graph([X, node("y", [source("x", 0, 1)])]),
    "an output before the first": graph([X, node("y", [source("x", 0, -1)])]),
    "a source without a name": graph([X, node("y", [source(None)])]),
    "a source that is a number": graph([X, node("y", [source(3)])]),
    "a source of one item": graph([X, node("y", [["x"]])]),
    "a source of nine items": graph([X, node("y", [["x", 0, 0, {}, 0, 0, 0, 0, 0]])]),
    "arguments that are a text": graph([X, node("y", [["x", 0, 0, "training"]])]),
    "arguments that nobody knows": graph([X, node("y", [["x", 0, 0, {"__class__": 1}]])]),
    "calls that are a text": graph([X, {**Y, "inbound_nodes": "x"}]),
    "a call that is empty": graph([X, node("y", [])]),
    "two layers of one name": graph([X, Y, Y]),
    "no input": graph([Y], []),
    "no output": graph([X, Y], outputs=[]),
    "an output of nobody": graph([X, Y], outputs=[["z", 0, 0]]),
    "an input of nobody": graph([X, Y], inputs=[["z", 0, 0]]),
    "an input twice": graph([X, Y], inputs=[["x", 0, 0], ["x", 0, 0]]),
    "an output apart from the inputs": graph([X, entry("z"), node("y", [source("z")])]),
    "layers that are a table": graph({"x": X, "y": Y}),
    "layers that are a text": graph("x"),
    "layers that are numbers": graph([1, 2, 3]),
    "layers of nothing": graph([{}, {}]),
    "a config that is a text": {"class_name": "Model", "config": "x"},
    "a config that is none": {"class_name": "Model", "config": None},
    "two sizes that do not fit": graph([X, entry("z", (5,)), node("y", [source("x"), source("z")], class_name="Add")],
                                       inputs=[["x", 0, 0], ["z", 0, 0]]),
    "two inputs for a layer of one": graph([X, entry("z", (5,)), node("y", [source("x"), source("z")])],
                                           inputs=[["x", 0, 0], ["z", 0, 0]]),
}  # fmt: skip


def chain(length: int) -> dict[str, Json]:
    """Layers one behind the other."""
    names = ["x", *(f"n{i}" for i in range(length - 1)), "y"]
    layers = [
        node(b, [source(a)], class_name="Activation", activation="relu") for a, b in zip(names, names[1:], strict=False)
    ]
    return graph([X, *layers])


def diamonds(count: int) -> dict[str, Json]:
    """Layers with 2^count ways from the first to the last."""
    names = ["x", *(f"n{i}" for i in range(count - 1)), "y"]
    pairs = zip(names, names[1:], strict=False)
    return graph([X, *(node(b, [source(a), source(a)], class_name="Add") for a, b in pairs)])


HONEST = {"a chain of 300": chain(300), "2^30 ways": diamonds(30), "one layer": graph([X, Y])}


def cases() -> Iterator[Case]:
    """Every graph in every form."""
    for name, config in BROKEN.items():
        # The canvas shows a graph that is only unfinished.
        yield from in_every_form(name, KIND, config, builder="either")
    for name, config in HONEST.items():
        yield from in_every_form(name, KIND, config, "read", builder="read")
    yield Case("a chain of 1000", KIND, "model.json", as_bytes(chain(1000)), "read")
