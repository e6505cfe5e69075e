"""Graphs set in columns: what stands where, and ways that pass under no card."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine._drawing.routes import Cards
from engine._drawing.wrap import MARGIN, Wire, Wrapped, wrap

CARD = (210.0, 70.0)


def chain(count: int) -> list[Wire]:
    return [Wire(number, number + 1) for number in range(count - 1)]


def columns(wrapped: Wrapped) -> list[int]:
    """How many cards stand in each column of a chain."""
    xs = [x for x, _ in wrapped.places]
    return [xs.count(x) for x in sorted(set(xs))]


def on_each_other(places: list[tuple[float, float]]) -> bool:
    near = [(abs(a - c) < CARD[0] and abs(b - d) < CARD[1]) for i, (a, b) in enumerate(places) for c, d in places[:i]]
    return any(near)


def test_a_short_chain_is_one_column_and_a_longer_one_is_balanced() -> None:
    assert columns(wrap(4, chain(4))) == [4]
    assert columns(wrap(8, chain(8))) == [4, 4]
    assert columns(wrap(14, chain(14))) == [5, 5, 4]


def test_pitch_is_comfortable_where_there_is_room_and_never_below_a_hundred() -> None:
    assert wrap(8, chain(8)).places[1] == (0.0, 118.0)
    assert wrap(15, chain(15)).places[1][1] >= 100


def test_the_zoom_is_the_first_at_which_all_fits() -> None:
    assert wrap(8, chain(8)).zoom == 1.0
    assert wrap(15, chain(15), canvas=(636.0, 556.0)).zoom == 0.9
    large = wrap(60, chain(60))
    assert large.zoom == 0.85
    assert large.width > 690 / 0.85
    assert large.height <= 556 / 0.85 - 2 * MARGIN


def test_a_wire_to_the_next_column_goes_under_up_and_over() -> None:
    wrapped = wrap(8, chain(8))
    assert wrapped.routes[0] == [(105.0, 70.0), (105.0, 118.0)]
    assert wrapped.routes[3] == [
        (105.0, 424.0), (105.0, 448.0), (240.0, 448.0), (240.0, -24.0), (375.0, -24.0), (375.0, 0.0)
    ]  # fmt: skip


def test_a_short_cut_runs_beside_the_main_way() -> None:
    wires = [Wire(0, 1), Wire(1, 2), Wire(2, 3, 1 / 3), Wire(0, 3, 2 / 3)]
    wrapped = wrap(4, wires)
    assert len({x for x, _ in wrapped.places}) == 1
    right = wrapped.places[1][0] + CARD[0]
    lane = [x for x, _ in wrapped.routes[3] if x > right]
    assert lane
    assert min(lane) - right >= 12


def test_opened_groups_stand_in_columns_of_their_own() -> None:
    wrapped = wrap(30, chain(30), groups=[range(8, 22)])
    group = wrapped.places[8:22]
    left, right = min(x for x, _ in group), max(x for x, _ in group) + CARD[0]
    others = [*wrapped.places[:8], *wrapped.places[22:]]
    assert all(x + CARD[0] < left or x > right for x, _ in others)


def test_nothing_and_one_card_are_laid_out() -> None:
    assert wrap(0, []).places == []
    assert wrap(1, []).places == [(0.0, 0.0)]


@st.composite
def graphs(draw: st.DrawFn, most: int = 30) -> tuple[int, list[Wire]]:
    count = draw(st.integers(1, most))
    ends = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=2 * count))
    spine = chain(count) if draw(st.booleans()) else []
    pairs = [(wire.source, wire.target) for wire in spine] + [(min(e), max(e)) for e in ends if e[0] != e[1]]
    into: dict[int, list[int]] = {}
    for source, target in dict.fromkeys(pairs):
        into.setdefault(target, []).append(source)
    wires = [
        Wire(source, target, (index + 1) / (len(sources) + 1))
        for target, sources in into.items()
        for index, source in enumerate(sources)
    ]
    return count, wires


@settings(max_examples=150, deadline=None)
@given(graphs(), st.sampled_from([(690.0, 556.0), (300.0, 200.0), (1400.0, 900.0)]))
def test_no_card_lies_on_another_and_no_wire_runs_under_one(
    graph: tuple[int, list[Wire]], canvas: tuple[float, float]
) -> None:
    count, wires = graph
    wrapped = wrap(count, wires, canvas=canvas)
    assert not on_each_other(wrapped.places)
    assert not any(Cards(wrapped.places, CARD).crossed(wrapped.routes))
    for wire, way in zip(wires, wrapped.routes, strict=True):
        (x, y), (a, b) = wrapped.places[wire.source], wrapped.places[wire.target]
        assert way[0] == (x + 105, y + 70)
        assert abs(way[-1][0] - a - 210 * wire.port) < 1e-6
        assert way[-1][1] == b
        assert all(p[0] == q[0] or p[1] == q[1] for p, q in zip(way, way[1:], strict=False))
