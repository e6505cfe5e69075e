"""Orders of random graphs: everything after what it needs, circles told, nothing moved without need."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine._graph.ordering import circle, depth_first, in_order

GRAPHS = (
    st.integers(1, 12)
    .flatmap(lambda count: st.lists(st.lists(st.integers(0, count - 1), max_size=4), min_size=count, max_size=count))
    .map(lambda needs: dict(enumerate(needs)))
)
FORWARD = GRAPHS.map(lambda needs: {node: [one for one in before if one < node] for node, before in needs.items()})


@given(FORWARD, st.randoms())
def test_everything_comes_after_what_it_needs(needs, random):
    shuffled = dict(random.sample(sorted(needs.items()), len(needs)))
    for ordered in (in_order(shuffled), depth_first(shuffled, needs.__getitem__)):
        place = {node: position for position, node in enumerate(ordered)}
        assert sorted(ordered) == sorted(needs)
        assert all(place[one] < place[node] for node, before in needs.items() for one in before)
    assert circle(shuffled) == []


@given(FORWARD)
def test_what_is_in_order_stays_as_it_is(needs):
    assert in_order(needs) == list(needs) == depth_first(needs, needs.__getitem__)


@given(FORWARD, st.randoms())
def test_where_there_is_a_choice_the_first_key_comes_first(needs, random):
    waiting = dict(random.sample(sorted(needs.items()), len(needs)))
    for node in in_order(waiting):
        assert node == next(one for one, before in waiting.items() if not waiting.keys() & set(before))
        del waiting[node]


@given(GRAPHS)
def test_an_order_that_is_short_means_a_circle_along_the_wires(needs):
    way, ordered = circle(needs), in_order(needs)
    assert (way == []) == (len(ordered) == len(needs))
    assert way[:1] == way[-1:]
    assert len(set(way)) == max(len(way) - 1, 0)
    assert all(earlier in needs[later] for earlier, later in zip(way, way[1:], strict=False))
    assert not set(way) & set(ordered)


def test_a_long_chain_needs_no_recursion():
    needs = {node: [node + 1] if node < 50_000 else [] for node in range(50_001)}
    assert in_order(needs) == depth_first([0], needs.__getitem__) == list(range(50_000, -1, -1))
    needs[50_000] = [0]
    assert len(circle(needs)) == 50_002
