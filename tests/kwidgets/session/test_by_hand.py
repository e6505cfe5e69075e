import numpy as np
import pytest

from kwidgets.refused import Refused
from kwidgets.session import by_hand

RNG = np.random.default_rng(0)
DIGITS = np.zeros((40, 8, 8, 1), "float32")
DIGITS[:, 1:7, 2:6] = 16.0


def pad(box, side=192):
    """A drawing with ink in a box of it, as the page sends it."""
    pixels = np.zeros((side, side, 4), np.uint8)
    top, bottom, left, right = box
    pixels[top:bottom, left:right, 3] = 255
    return pixels


def test_forms_follow_the_shape_of_the_samples():
    assert by_hand.form_of(DIGITS)["kind"] == "picture" and by_hand.form_of(DIGITS)["height"] == 8
    assert "8×8" in by_hand.form_of(DIGITS)["says"] and not by_hand.form_of(DIGITS)["colours"]
    assert by_hand.form_of(RNG.normal(size=(9, 16, 12, 3)))["colours"]
    row = by_hand.form_of(RNG.normal(size=(9, 4)))
    assert row["kind"] == "numbers" and row["numbers"] == 4
    assert by_hand.form_of(RNG.normal(size=(3, 200, 100))) is None


def test_a_drawing_lies_in_the_middle_as_large_as_those_of_the_data_wherever_it_was_drawn():
    small, corner = pad((80, 110, 80, 100)), pad((10, 100, 10, 70))
    for pixels in (small, corner):
        made = by_hand.picture_for(DIGITS, pixels, drawn=True)
        assert made.shape == (1, 8, 8, 1) and made.dtype == np.float32
        np.testing.assert_allclose(made, DIGITS[:1], atol=0.6)
    assert by_hand.picture_for(DIGITS, pad((0, 0, 0, 0)), drawn=True).max() == 0


def test_a_drawing_is_dark_on_light_where_the_data_are():
    made = by_hand.picture_for(16 - DIGITS, pad((80, 110, 80, 100)), drawn=True)
    np.testing.assert_allclose(made, 16 - DIGITS[:1], atol=0.6)


def test_a_picture_takes_the_size_the_channels_and_the_range_of_the_data():
    pixels = np.full((50, 80, 4), 255, np.uint8)
    pixels[..., :3] = (255, 0, 127)
    colours = RNG.uniform(-1, 1, size=(9, 10, 16, 3)).astype("float32")
    made = by_hand.picture_for(colours, pixels, drawn=False)
    low, high = -1.0, 1.0
    np.testing.assert_allclose(made[0, 0, 0], [high, low, (low + high) / 2], atol=0.02)
    first = np.moveaxis(colours, -1, 1)
    np.testing.assert_allclose(by_hand.picture_for(first, pixels, drawn=False), np.moveaxis(made, -1, 1), atol=0.02)
    whole = by_hand.picture_for(np.arange(256, dtype="uint8").repeat(64).reshape(64, 16, 16), pixels, drawn=False)
    assert whole.shape == (1, 16, 16) and whole.dtype == np.uint8


def test_numbers_are_read_between_blanks_and_commas():
    array = RNG.normal(size=(5, 2, 2)).astype("float32")
    assert by_hand.numbers_for(array, " 1, 2\n3;4 ").tolist() == [[[1, 2], [3, 4]]]
    with pytest.raises(Refused, match="4 numbers; 3 numbers are"):
        by_hand.numbers_for(array, "1 2 3")
    with pytest.raises(Refused, match="no numbers"):
        by_hand.numbers_for(array, "1 2 3 x")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"height": 2, "width": 2},
        {"height": 2, "width": 2, "buffers": [b"123"]},
        {"height": 10**6, "width": 10**6, "buffers": [b"123"]},
        {"height": "2", "width": 2, "buffers": [bytes(16)]},
    ],
)
def test_a_message_without_a_picture_is_refused(message):
    with pytest.raises(Refused, match="No picture"):
        by_hand.pixels_of(message)


def test_the_pixels_of_a_message():
    pixels = by_hand.pixels_of({"height": 1, "width": 2, "buffers": [memoryview(bytes(range(8)))]})
    assert pixels.tolist() == [[[0, 1, 2, 3], [4, 5, 6, 7]]]
