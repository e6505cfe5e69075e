"""The still picture of a view: when it is drawn, what is published, what a page is told."""

import base64
import io
from datetime import datetime

import pytest
from PIL import Image

from kwidgets.widgets.sheet import KEYWORD, Sheet
from kwidgets.widgets.still import Still

from .shell import shell_around

WIDGET = "0123456789abcdef0123456789abcdef"


class Seen:
    """What a picture is of; counts how often it was asked for, and whether the page was told."""

    def __init__(self) -> None:
        self.state = 0
        self.notified = 0
        self.fails = False

    def sheet(self) -> Sheet:
        if self.fails:
            raise ZeroDivisionError
        return Sheet(f"state {self.state}", self.state)

    def tell(self) -> None:
        self.notified += 1


@pytest.fixture
def seen():
    return Seen()


@pytest.fixture
def still(seen):
    made = Still(WIDGET, seen.sheet, lambda moment: f"of {moment.year}", seen.tell)
    yield made
    made.close()


@pytest.fixture
def shell(monkeypatch):
    return shell_around(monkeypatch)


def test_nothing_is_drawn_while_nothing_is_shown(still, shell, seen):
    still.touch()
    still.bring()
    assert shell.published == [] and seen.notified == 0


def test_what_is_shown_first_cannot_be_seen_and_the_end_of_the_cell_brings_the_picture(still, shell):
    still.show()
    (first, _, ids, update), (sentence, *_rest) = shell.published
    assert Image.open(io.BytesIO(base64.b64decode(first["image/png"]))).size == (1, 1)
    assert (first["text/plain"], sentence["text/html"], update) == ("", "", False)
    shell.end_cell()
    picture, metadata, same, update = shell.published[2]
    assert same == ids and update is True
    width = Image.open(io.BytesIO(base64.b64decode(picture["image/png"]))).width
    assert width == pytest.approx(metadata["image/png"]["width"] * 1.5, abs=2)
    assert picture["text/plain"] == "state 0"
    assert f"of {datetime.now().year}" in shell.published[3][0]["text/html"]


def test_only_what_has_changed_is_drawn_anew(still, shell, seen):
    still.show()
    shell.end_cell()
    count = len(shell.published)
    still.bring()
    assert len(shell.published) == count and seen.notified == 1
    seen.state = 1
    still.bring()
    assert shell.published[-2][0]["text/plain"] == "state 1"
    assert (still.serial, seen.notified) == (2, 2)


def test_what_was_published_between_two_cells_is_said_again_at_the_end_of_the_next(still, shell, seen):
    still.show()
    shell.end_cell()
    seen.state = 1
    still.bring()
    count = len(shell.published)
    shell.end_cell()
    assert len(shell.published) == count + 2 and shell.published[count][0]["text/plain"] == "state 1"
    shell.end_cell()
    assert len(shell.published) == count + 2


def test_a_page_finds_the_picture_by_its_widget_and_its_number(still, shell):
    """As the page does it: in the base64 text, from byte 33 on, without decoding the picture."""
    still.show()
    still.bring()
    text = shell.published[-2][0]["image/png"]
    assert base64.b64encode(WIDGET[:30].encode()).decode() in text
    png = base64.b64decode(text)
    start = png.index(KEYWORD.encode())
    assert png[start : start + 9 + 1 + 32 + 2] == f"{KEYWORD}\0{WIDGET} 1".encode()


def test_what_is_published_last_is_what_was_there_when_it_was_closed(still, shell, seen):
    still.show()
    shell.end_cell()
    seen.state = 5
    still.close()
    assert shell.published[-2][0]["text/plain"] == "state 5"
    seen.state = 6
    still.touch()
    still.bring()
    assert shell.published[-2][0]["text/plain"] == "state 5"


def test_a_fault_in_drawing_is_logged_and_harms_no_cell(still, shell, seen, caplog):
    seen.fails = True
    still.show()
    shell.end_cell()
    assert "could not be drawn" in caplog.text


def test_a_page_that_writes_it_into_its_notebook_gets_the_same(still, shell):
    still.show()
    still.bring()
    told, (png,) = still.message()
    assert (told["number"], told["html"]) == (1, shell.published[-1][0]["text/html"])
    assert base64.b64encode(png).decode() == shell.published[-2][0]["image/png"]


def test_markup_in_a_sentence_is_text(shell, seen):
    made = Still(WIDGET, seen.sheet, lambda _: "<script>", seen.tell)
    made.show()
    made.bring()
    assert "<script>" not in shell.published[-1][0]["text/html"]
    made.close()
