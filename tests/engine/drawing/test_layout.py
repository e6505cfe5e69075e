import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine._drawing.layout import arrange
from tests.counting import calls_of

WIRES = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=40)


def overlaps(nodes, positions):
    boxes = sorted((positions[node][1], positions[node][0], w, h) for node, w, h in nodes)
    for index, (y, x, w, h) in enumerate(boxes):
        for other_y, other_x, other_w, _ in boxes[index + 1 :]:
            if other_y >= y + h:
                break
            if x < other_x + other_w - 0.1 and other_x < x + w - 0.1:
                return True
    return False


@given(
    WIRES,
    st.lists(st.tuples(st.integers(20, 200), st.integers(20, 90)), min_size=15, max_size=15),
    st.sampled_from(["TB", "BT", "LR", "RL"]),
)
def test_boxes_never_overlap(edges, sizes, direction):
    nodes = [(index, *size) for index, size in enumerate(sizes)]
    plan = arrange(nodes, edges, direction)
    assert not overlaps(nodes, plan.positions)
    assert all(0 <= x <= plan.width and 0 <= y <= plan.height for x, y in plan.positions.values())


@given(WIRES)
def test_wires_of_a_graph_without_circles_point_down(edges):
    edges = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]
    positions = arrange([(index, 40, 20) for index in range(15)], edges).positions
    assert all(positions[source][1] < positions[target][1] for source, target in edges)


def test_a_chain_is_straight_and_a_branch_symmetrical():
    chain = arrange([("a", 100, 40), ("b", 60, 40), ("c", 80, 40)], [("a", "b"), ("b", "c")]).positions
    assert chain["a"][0] + 50 == chain["b"][0] + 30 == chain["c"][0] + 40
    fork = arrange([(i, 100, 40) for i in range(4)], [(0, 1), (0, 2), (1, 3), (2, 3)]).positions
    assert fork[0][0] == fork[3][0] == pytest.approx((fork[1][0] + fork[2][0]) / 2, abs=0.5)


def test_a_long_wire_goes_round_the_boxes():
    nodes = [(i, 100, 40) for i in range(4)]
    plan = arrange(nodes, [(0, 1), (1, 2), (2, 3), (0, 3)])
    for x, y in plan.routes[3]:
        assert not any(left <= x <= left + 100 and top <= y <= top + 40 for left, top in plan.positions.values())


def test_an_input_stands_right_above_its_first_use():
    positions = arrange([(i, 50, 20) for i in range(4)], [(0, 1), (1, 2), (3, 2)]).positions
    assert positions[3][1] == positions[1][1]


def test_single_nodes_form_a_block_and_not_a_row():
    positions = arrange([(i, 100, 40) for i in range(400)], []).positions
    assert max(x for x, _ in positions.values()) < 8000


@pytest.mark.parametrize("shape", ["deep", "wide", "tree", "tangle", "skips"])
def test_the_work_grows_with_the_nodes_not_with_their_square(shape):
    assert calls_of(lambda: laid_out(shape, 1000)) < 3 * calls_of(lambda: laid_out(shape, 500))


def laid_out(shape, count):
    dice = random.Random(0)
    edges = {
        "deep": [(i, i + 1) for i in range(count - 1)],
        "wide": [(0, i) for i in range(1, count - 1)] + [(i, count - 1) for i in range(1, count - 1)],
        "tree": [(i // 3, i) for i in range(1, count)],
        "tangle": [(dice.randrange(count), dice.randrange(count)) for _ in range(3 * count)],
        "skips": [(i, i + 1) for i in range(count - 1)] + [(i, count - 1) for i in range(count - 1)],
    }[shape]
    return arrange([(i, 120, 50) for i in range(count)], edges)


@pytest.mark.parametrize(
    ("nodes", "edges", "direction"), [([("a", 1, 1)], [("a", "b")], "TB"), ([("a", 1, 1)] * 2, [], "TB"), ([], [], "X")]
)
def test_what_makes_no_sense_is_refused(nodes, edges, direction):
    with pytest.raises(ValueError):
        arrange(nodes, edges, direction)
