"""The sheet of a still picture: what is drawn, how large it is, what it carries."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image

from engine.experiment import text_in_picture
from kwidgets import Builder
from kwidgets.document import Document
from kwidgets.session.points import Piece
from kwidgets.widgets.picture import MOST_CARDS, graph_sheet
from kwidgets.widgets.sheet import KEYWORD, MOST_BYTES, Picture, Sheet, draw

pytestmark = pytest.mark.usefixtures("small_bundle")
NOTE = "0" * 32 + " 1"


def piece(*values: float, name: str = "loss", phase: str = "train") -> Piece:
    ys = np.array(values, "float32")
    return Piece(name, phase, 0, np.arange(1, len(ys) + 1, dtype="float32"), ys)


def image(picture: Picture) -> Image.Image:
    opened = Image.open(io.BytesIO(picture.png))
    opened.load()
    return opened.convert("RGB")


def blue(picture: Picture) -> int:
    """Points of the colour of curves."""
    return sum(n for n, (red, green, b) in image(picture).getcolors(2**20) if b - red > 120 and b - green > 60)


def test_a_chart_stands_for_each_metric_and_batches_only_while_no_epoch_has_ended():
    none = draw(Sheet("a", 0), NOTE)
    one = draw(Sheet("a", 0, pieces=[piece(3, 2, 1)]), NOTE)
    three = draw(Sheet("a", 0, pieces=[piece(3, 2, name=name) for name in ("loss", "acc", "mae")]), NOTE)
    batches = draw(Sheet("a", 0, pieces=[piece(3, 2), piece(1, 2, name="size", phase="batch")]), NOTE)
    assert none.height < one.height == batches.height < three.height
    assert blue(none) == 0 < blue(one)


@pytest.mark.parametrize("values", [(1.0,), (2.0, 2.0), (float("nan"), 1.0), (float("inf"), float("nan")), ()])
def test_curves_of_any_values_are_drawn(values):
    picture = draw(Sheet("a", 0, line="running", pieces=[piece(*values)]), NOTE)
    assert image(picture).width == pytest.approx(picture.width * 1.5, abs=2)


def test_a_graph_without_end_is_drawn_in_part_and_says_so():
    document = Document()
    document.do({"do": "add", "class_name": "Input", "settings": {"shape": [4]}})
    for _ in range(MOST_CARDS + 10):
        document.do({"do": "add", "class_name": "Dense", "after": document.graph()["order"][-1]})
    document.open_all(True)
    sheet = graph_sheet(document.graph(), document.yaml())
    assert len(sheet.drawing.boxes) == MOST_CARDS and sheet.more == 11
    assert len(draw(sheet, NOTE).png) < MOST_BYTES + 10_000


def test_a_text_that_would_make_the_picture_large_is_left_out():
    small, large = "a: 1\n", "".join(map(str, np.random.default_rng(0).integers(0, 2**60, 20_000)))
    carrying = draw(Sheet("a", 0, carried=small), NOTE).png
    assert text_in_picture(carrying) == small
    # Where a page looks for it, whatever else is carried.
    assert carrying[41:].startswith(f"{KEYWORD}\0{NOTE}".encode())
    picture = draw(Sheet("a", 0, carried=large), NOTE)
    assert text_in_picture(picture.png) is None and len(picture.png) < MOST_BYTES


def test_letters_that_no_font_has_are_drawn_without_a_warning_in_the_cell():
    builder = Builder(template="linear_regression")
    builder.document.do({"do": "name_model", "name": "模型🙂"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert draw(builder.view.sheet(), NOTE).png
    builder.close()


def test_a_long_state_is_broken_into_lines_and_stays_on_the_sheet():
    line = ", ".join(f"metric_with_a_long_name_{i} 0.{i}" for i in range(20))
    assert draw(Sheet("a" * 300, 0, line=line), NOTE).height > draw(Sheet("a", 0, line="short"), NOTE).height
