"""Where cards stand: on a grid, near to where they were wanted, and never one on another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.document.positions import (
    CARD_HEIGHT,
    CARD_WIDTH,
    CLEARANCE,
    STEP,
    Place,
    free_place,
    free_places,
    overlapping,
    snapped,
)

from .documents import document

places = st.tuples(st.integers(-600, 600).map(float), st.integers(-600, 600).map(float))


@given(places)
def test_the_nearest_point_of_the_grid_is_at_most_half_a_step_away(place: Place) -> None:
    assert all(abs(near - value) <= 5 and near % 10 == 0 for near, value in zip(snapped(place), place, strict=True))
    assert snapped(snapped(place)) == snapped(place)


@given(places, st.lists(places, max_size=12), st.lists(places, max_size=3))
def test_a_free_place_keeps_its_distance_and_is_the_wanted_one_where_that_is_free(
    wanted: Place, taken: list[Place], notes: list[Place]
) -> None:
    boxes = [(x, y, 180.0, 90.0) for x, y in notes]
    place = free_place(wanted, taken, notes=boxes)
    assert free_places([place], taken, CLEARANCE, boxes) == [True]
    assert (place == wanted) == free_places([wanted], taken, CLEARANCE, boxes)[0]
    if place != wanted:
        # No place of a fine net is free and nearer.
        near = [(wanted[0] + 40 * i, wanted[1] + 40 * j) for i in range(-4, 5) for j in range(-4, 5)]
        free = free_places(near, taken, CLEARANCE, boxes)
        assert all(
            _apart(wanted, place) <= _apart(wanted, other) + 1e-9
            for other, is_free in zip(near, free, strict=True)
            if is_free
        )


def _apart(a: Place, b: Place) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


@given(st.lists(places, max_size=10))
def test_a_card_overlaps_when_it_lies_on_one_before_it(corners: list[Place]) -> None:
    cards = {str(index): place for index, place in enumerate(corners)}

    def lies_on(a: Place, b: Place) -> bool:
        return abs(a[0] - b[0]) < CARD_WIDTH and abs(a[1] - b[1]) < CARD_HEIGHT

    expected = [str(i) for i, place in enumerate(corners) if any(lies_on(place, before) for before in corners[:i])]
    assert overlapping(cards) == expected


@pytest.mark.parametrize(("moved", "pinned"), [(["input_1@0"], False), (["input_1@0", "dense_2@0"], True)])
def test_a_layer_between_two_that_were_placed_by_hand_is_pinned_under_the_first(moved: list[str], pinned: bool) -> None:
    made = document("Dense", "Dense")
    made.do({"do": "remove", "nodes": ["dense_1@0"], "heal": True})
    made.do({"do": "move", "positions": {node: [0, 300 * index] for index, node in enumerate(moved)}})
    added = made.do({"do": "add", "class_name": "Dropout", "wire": "dense_2@0#0"})["nodes"][0]
    assert made.draft.layout.get(added) == ((0.0, STEP) if pinned else None)
