"""The graph that commands work on: ids, wires, and changes that leave earlier drafts whole."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwidgets.document import Document, Refused
from kwidgets.document.draft import (
    Draft,
    Part,
    Source,
    bare,
    downstream,
    is_chain,
    is_stack,
    node_id,
    order,
    outermost,
    path,
    split_node,
    split_wire,
    wire_id,
)

from .documents import inner, siamese, template
from .strategies import message


@given(st.text(), st.integers(0, 10**7))
def test_ids_are_taken_apart_as_they_were_put_together(name: str, number: int) -> None:
    assert split_node(node_id(name, number)) == (name, number)
    assert split_wire(wire_id(node_id(name, 0), number)) == (node_id(name, 0), number)


@pytest.mark.parametrize("text", ["", "dense", "dense@", "dense@x", "dense@-1", "dense@" + "9" * 30, "dense@①"])
def test_what_is_no_id_is_taken_for_none(text: str) -> None:
    assert split_node(text) == ("", -1)
    assert split_wire(text.replace("@", "#")) == ("", -1)


def test_a_node_inside_a_block_has_the_name_of_its_layer_and_the_block_around_it() -> None:
    node = inner("conv2d_1@0")
    assert (bare(split_node(node)[0]), outermost(node)) == ("conv2d_1", "tower@0")


def two_uses() -> Draft:
    """a -> shared, b -> shared (its second call), both -> sum."""
    both = (Source("shared", 0), Source("shared", 1))
    return Draft(
        "Model",
        layers={
            "a": Part("InputLayer", {}),
            "b": Part("InputLayer", {}),
            "shared": Part("Dense", {"units": 3}, ((Source("a"),), (Source("b"),))),
            "sum": Part("Add", {}, (both,)),
        },
        outputs=["sum@0"],
        layout={"shared@1": (0.0, 0.0)},
    )


def test_a_removed_call_takes_its_wires_along_and_later_calls_move_up() -> None:
    before = two_uses()
    after = before.copy()
    after.drop_nodes({"shared@0"})
    assert list(after.nodes()) == ["a@0", "b@0", "shared@0", "sum@0"]
    assert after.sources("shared@0") == (Source("b"),)
    assert after.sources("sum@0") == (Source("shared", 0),)
    assert after.layout == {"shared@0": (0.0, 0.0)}
    assert before == two_uses()


def test_a_new_name_is_that_of_wires_places_and_outputs_too() -> None:
    after = two_uses()
    after.rename_layer("shared", "tower")
    assert after.sources("sum@0") == (Source("tower", 0), Source("tower", 1))
    assert after.layout == {"tower@1": (0.0, 0.0)}
    after.rename_layer("sum", "out")
    assert after.outputs == ["out@0"]


def test_calls_in_another_order_give_the_same_graph() -> None:
    after = two_uses()
    after.permute_calls("shared", [1, 0])
    assert after.sources("shared@0") == (Source("b"),)
    assert after.sources("sum@0") == (Source("shared", 1), Source("shared", 0))
    after.permute_calls("shared", [1, 0])
    assert after == two_uses()


def test_ways_and_what_lies_behind_follow_the_wires() -> None:
    draft = two_uses()
    assert path(draft, "a@0", "sum@0") == ["a@0", "shared@0", "sum@0"]
    assert path(draft, "sum@0", "a@0") is None
    assert downstream(draft.targets(), "b@0") == {"shared@1", "sum@0"}
    assert draft.leaves() == ["sum@0"]


def test_nodes_on_a_circle_are_left_out_of_the_order() -> None:
    draft = two_uses()
    draft.put_call("shared@0", (Source("sum"),))
    assert order(draft) == ["a@0", "b@0"]


@pytest.mark.parametrize(
    ("name", "stack"), [("digits_cnn", True), ("linear_regression", True), ("residual", False), ("siamese", False)]
)
def test_a_chain_is_one_stack_with_its_output_at_the_end(name: str, stack: bool) -> None:
    draft = template(name).draft
    assert (is_stack(draft), is_chain(draft)) == (stack, stack)
    if stack:
        draft = draft.copy()
        draft.outputs = []
        assert not is_chain(draft)


def test_a_nested_model_that_is_called_twice_is_no_stack() -> None:
    assert not is_stack(siamese().draft)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_command_changes_a_draft_that_someone_else_holds(data: st.DataObject) -> None:
    made = Document()
    for _ in range(6):
        before = made.draft
        image = copy.deepcopy(before)
        try:
            made.do(message(data, made))
        except Refused:
            assert made.draft is before
        assert before == image
