from xml.etree import ElementTree

import pytest

from engine._drawing.boxes import Box
from engine._drawing.svg import draw, to_svg

NAMES = ["</text><script>alert(1)</script>", '" onload="x', "a\x00b\nc", "\u202eevil", "]]>&amp;", "x" * 10**6, "层"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_text_whatever_it_holds(name):
    svg = to_svg(draw([Box("a", "Dense", name, (("output", name),)), Box("b", name)], [("a", "b")]), title=name)
    root = ElementTree.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "style", "defs", "marker", "path", "g", "rect", "text", "tspan"}
    assert not any(key.startswith("on") or "href" in key for element in root.iter() for key in element.attrib)
    assert len(svg) < 10_000


def test_every_box_and_wire_is_drawn():
    svg = to_svg(draw([Box("a", "Input"), Box("b", "Dense", "dense_1")], [("a", "b")]))
    root = ElementTree.fromstring(svg)
    classes = [element.get("class") for element in root.iter()]
    assert (classes.count("b"), classes.count("w")) == (2, 1)


def test_given_positions_are_kept_up_to_a_shift():
    svg = to_svg(draw([Box("a", "A"), Box("b", "B")], [], {"a": (-50, 10), "b": (250, 10)}))
    assert "translate(0 0)" in svg and "translate(300 0)" in svg


def test_no_nodes_make_an_empty_picture():
    ElementTree.fromstring(to_svg(draw([], [])))


def test_given_ways_are_drawn_with_round_corners_and_belong_to_the_picture():
    boxes = [Box("a", "A", width=200, height=70), Box("b", "B", width=200, height=70)]
    way = [(100, 70), (100, 90), (250, 90), (250, -30), (100, -30), (100, 150)]
    svg = to_svg(draw(boxes, [("a", "b")], {"a": (0, 0), "b": (0, 150)}, [way]))
    path = next(e for e in ElementTree.fromstring(svg).iter() if e.get("class") == "w")
    assert path.get("d").startswith("M100 100C100 100 100 110 100 110C100 120 100 120 110 120")
    assert 'height="282"' in svg
