"""Keras's config of a graph: what is read, in which spellings, and what is refused with its place."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine._files.graph_form import MOST_LAYERS, GraphFormError, read_graph_form

CONFIG: dict[str, Any] = {
    "name": "two",
    "layers": [
        {"name": "a", "class_name": "InputLayer", "config": {"batch_input_shape": [None, 4]}, "inbound_nodes": []},
        {
            "class_name": "Dense",
            "config": {"name": "d", "units": 4},
            "inbound_nodes": [[["a", 0, 0, {}]], [["d", 0, 0]]],
        },
        {"name": "s", "class_name": "Sequential", "config": [], "inbound_nodes": [[["d", 1, 0, {"mask": None}]]]},
    ],
    "input_layers": [["a", 0, 0]],
    "output_layers": [["s", 0, 0], ["d", 0, 0]],
}


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    config = copy.deepcopy(CONFIG)
    place: Any = config
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return config


@pytest.mark.parametrize("unfinished", [False, True])
def test_a_graph_is_read_into_records(unfinished: bool) -> None:
    form = read_graph_form(CONFIG, unfinished=unfinished)
    assert [(layer.name, layer.class_name, len(layer.calls)) for layer in form.layers] == [
        ("a", "InputLayer", 0),
        ("d", "Dense", 2),
        ("s", "Sequential", 1),
    ]
    assert form.layers[1].calls[1][0] == ("d", 0, 0, {})
    assert form.layers[2].calls[0][0] == ("d", 1, 0, {"mask": None})
    assert form.layers[2].config == {"layers": []}
    assert form.order == [("a", 0), ("d", 0), ("d", 1), ("s", 0)]
    assert [source.layer for source in form.inputs] == ["a"]
    assert [source[:3] for source in form.outputs or ()] == [("s", 0, 0), ("d", 0, 0)]


def test_a_single_end_or_source_may_stand_without_its_list() -> None:
    config = changed(("input_layers",), ["a", 0, 0])
    config["layers"][2]["inbound_nodes"] = [["d", 1, 0]]
    form = read_graph_form(config)
    assert form.inputs[0][:3] == ("a", 0, 0)
    assert form.layers[2].calls == ((("d", 1, 0, {}),),)


@pytest.mark.parametrize(
    ("path", "value", "sentence", "where"),
    [
        (("layers", 1, "inbound_nodes", 0, 0, 0), "b", "no layer named 'b'", ("layers", 1, "inbound_nodes", 0, 0)),
        (("layers", 1, "inbound_nodes", 0, 0, 1), 2, "'a' is called once", ("layers", 1, "inbound_nodes", 0, 0)),
        (("layers", 1, "inbound_nodes", 0, 0, 2), -1, "whole numbers from 0", ("layers", 1, "inbound_nodes", 0, 0)),
        (("layers", 1, "inbound_nodes", 0, 0, 3), 7, "must be a table", ("layers", 1, "inbound_nodes", 0, 0)),
        (("layers", 1, "inbound_nodes", 0), 3, "A call is a list", ("layers", 1, "inbound_nodes", 0)),
        (("layers", 1, "inbound_nodes"), 3, "one item for each call", ("layers", 1, "inbound_nodes")),
        (("layers", 1, "inbound_nodes", 0, 0), ["s", 0, 0], "circle: d -> d -> s -> d", ("layers", 1, "inbound_nodes")),
        (("layers", 1, "config"), 3, "table of settings", ("layers", 1, "config")),
        (("layers", 1, "config", "name"), "a", "two layers named 'a'", ("layers", 1, "config", "name")),
        (("layers", 2, "name"), 3, "is a text, not 3", ("layers", 2, "name")),
        (("layers", 2, "class_name"), None, "needs its class_name", ("layers", 2, "class_name")),
        (("layers", 2), None, "A layer is a table", ("layers", 2)),
        (("output_layers", 1, 0), "x", "no layer named 'x'", ("output_layers", 1)),
        (("output_layers",), "s", "'output_layers' must be a list", ("output_layers",)),
        (("layers",), [None] * (MOST_LAYERS + 1), "at most 100000 layers", ("layers",)),
    ],
)
@pytest.mark.parametrize("unfinished", [False, True])
def test_a_mistake_is_refused_in_words_and_with_its_path(
    path: tuple[Any, ...], value: Any, sentence: str, where: tuple[Any, ...], unfinished: bool
) -> None:
    with pytest.raises(GraphFormError) as refused:
        read_graph_form(changed(path, value), at=("config",), unfinished=unfinished)
    assert sentence in refused.value.sentence
    assert refused.value.path == ("config", *where)
    assert refused.value.expected and refused.value.actual
    assert str(refused.value).startswith("config of model 'two'")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("layers", 1, "inbound_nodes", 0), []),
        (("layers", 1, "inbound_nodes", 0, 0), ["d", 1, 0]),
        (("layers", 2), {"class_name": "Dense", "inbound_nodes": []}),
        (("output_layers",), []),
    ],
)
def test_only_an_unfinished_graph_may_lack_something(path: tuple[Any, ...], value: Any) -> None:
    config = changed(path, value)
    if path == ("layers", 2):
        config["output_layers"] = [["d", 0, 0]]
    if value == ["d", 1, 0]:
        config["layers"][1]["inbound_nodes"][1] = [["a", 0, 0]]
    read_graph_form(config, unfinished=True)
    with pytest.raises(GraphFormError):
        read_graph_form(config)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**70) | st.floats() | st.sampled_from(["a", "d", "s", "x", "\x00"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "config"]), inner, max_size=2),
    max_leaves=5,
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in items for path in paths(item, (*at, key)))]


@given(st.sampled_from(paths(CONFIG)[1:]), VALUES, st.booleans())
def test_whatever_stands_anywhere_is_read_or_refused(path: tuple[Any, ...], value: Any, unfinished: bool) -> None:
    try:
        form = read_graph_form(changed(path, value), unfinished=unfinished)
    except GraphFormError as refused:
        assert len(refused.sentence) < 400
    else:
        # Four calls stand there; an unfinished one may have a layer called as often as a value has entries.
        assert len(form.order) <= 3 + 4
