"""Ways round cards that stand anywhere."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine._drawing.routes import Cards, completed
from engine._drawing.wrap import Wire

CARD = (210.0, 70.0)
Place = tuple[float, float]


def test_a_wire_goes_straight_where_nothing_stands_in_its_way() -> None:
    assert completed([Wire(0, 1)], [(0, 0), (0, 150)], [[]], CARD) == [[(105.0, 70.0), (105.0, 150)]]


def test_a_wire_goes_round_a_card_and_back_up() -> None:
    places: list[Place] = [(0, 0), (0, 150), (0, 300)]
    ways = completed([Wire(0, 2), Wire(2, 0)], places, [[], []], CARD)
    assert not any(Cards(places, CARD).crossed(ways))
    assert ways[1][-1] == (105.0, 0)


def test_ways_that_are_free_stay_as_they_are() -> None:
    places: list[Place] = [(0, 0), (0, 300), (0, 150), (400, 0)]
    detour = [(105.0, 70.0), (105.0, 90.0), (300.0, 90.0), (300.0, 280.0), (105.0, 280.0), (105.0, 300.0)]
    assert completed([Wire(0, 1)], places, [detour], CARD) == [detour]
    assert completed([Wire(0, 1)], places, [[(105.0, 70.0), (105.0, 300.0)]], CARD)[0] != [
        (105.0, 70.0),
        (105.0, 300.0),
    ]


def test_wires_of_different_sources_do_not_share_a_line() -> None:
    places: list[Place] = [(0, 0), (240, 0), (120, 150), (0, 300), (240, 300)]
    ways = completed([Wire(0, 4), Wire(1, 3)], places, [[], []], CARD)
    first, second = ({piece for pair in zip(way, way[1:], strict=False) for piece in pieces(*pair)} for way in ways)
    assert not first & second


def pieces(start: Place, end: Place) -> list[tuple[int, int, bool]]:
    """Steps of one pixel of a line: where each begins, and whether it is level."""
    level = start[1] == end[1]
    (x, y), (a, b) = sorted((start, end))
    if level:
        return [(step, int(y), True) for step in range(int(x), int(a))]
    return [(int(x), step, False) for step in range(int(y), int(b))]


@st.composite
def scattered(draw: st.DrawFn) -> list[Place]:
    """Cards that do not lie on each other; some touch."""
    places: list[Place] = []
    for x, y in draw(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 60)), min_size=2, max_size=25)):
        if all(abs(10 * x - a) >= CARD[0] or abs(10 * y - b) >= CARD[1] for a, b in places):
            places.append((10.0 * x, 10.0 * y))
    assume(len(places) > 1)
    return places


@settings(max_examples=100, deadline=None)
@given(scattered(), st.data())
def test_no_way_passes_under_a_card(places: list[Place], data: st.DataObject) -> None:
    ends = st.integers(0, len(places) - 1)
    pairs = data.draw(st.lists(st.tuples(ends, ends).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=12))
    wires = [Wire(source, target, data.draw(st.sampled_from([0.5, 1 / 3, 2 / 3]))) for source, target in pairs]
    ways = completed(wires, places, [[] for _ in wires], CARD)
    assert not any(Cards(places, CARD).crossed(ways))
