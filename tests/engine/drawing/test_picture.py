import struct
import sys

import pytest

from engine._drawing.boxes import Box
from engine._drawing.picture import to_dot, to_picture
from engine._drawing.svg import draw

BOXES = [Box("a", "Input", "input_1", (("output", "(None, 28, 28)"),)), Box("b", "Dense", "$broken{math^")]


def test_a_png_has_the_size_of_the_layout_and_repeats_byte_for_byte():
    data = to_picture(draw(BOXES, [("a", "b")]), dpi=96)
    width, height = struct.unpack(">II", data[16:24])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert 100 < width < 400 and 100 < height < 400
    assert data == to_picture(draw(BOXES, [("a", "b")]), dpi=96)


def test_a_pdf_is_a_pdf():
    assert to_picture(draw(BOXES, [("a", "b")]), format="pdf")[:5] == b"%PDF-"


def test_pyplot_is_left_alone():
    to_picture(draw(BOXES, []))
    assert "matplotlib.pyplot" not in sys.modules or sys.modules["matplotlib.pyplot"].get_fignums() == []


def test_a_huge_graph_still_gives_a_picture():
    boxes = [Box(str(index), "Dense") for index in range(300)]
    data = to_picture(draw(boxes, [(str(index), str(index + 1)) for index in range(299)]))
    assert struct.unpack(">II", data[16:24])[1] <= 16_100


@pytest.mark.parametrize("name", ['a"];b[label="', "\\N", "\\", 'x\\"', "a\nb", "<b>html</b>", "\x00"])
def test_a_name_stays_inside_its_quotes_in_dot(name):
    line = to_dot([Box("a", "Dense", name)], []).splitlines()[3]
    body = line.removeprefix('    n0 [label="').removesuffix('"]')
    rest = body.replace("\\\\", "").replace('\\"', "")
    assert '"' not in rest and "\x00" not in rest and rest.startswith("Dense")
