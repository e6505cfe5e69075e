"""Random numbers of cards: those of Philox's authors, the same on every device, streams that are saved and go on."""

from __future__ import annotations

import numpy as np
import pytest

from engine._machine import devices
from engine._machine.philox import Philox
from engine._machine.random import Stream

from .using import stand_in


def test_the_words_are_those_that_the_authors_publish() -> None:
    # kat_vectors of Random123 1.14: philox4x32 10, counter and key 0.
    assert [hex(int(word)) for word in Philox(0, devices.CPU).words(4)] == [
        "0x6627e8d5",
        "0xe169c58d",
        "0xbc57ac4c",
        "0x9b00dbd8",
    ]


def test_a_card_gives_what_numpy_gives() -> None:
    with stand_in():
        card = devices.named("gpu:0")
        for dtype in ("float16", "float32", "float64"):
            one, other = np.empty((3, 7), dtype), np.empty((3, 7), dtype)
            for fill in ("uniform", "normal"):
                getattr(Philox(5, devices.CPU), fill)(one)
                with card.active():
                    there = card.xp.empty((3, 7), dtype)
                    getattr(Philox(5, card), fill)(there)
                np.testing.assert_allclose(card.host(there), one, rtol=1e-3 if dtype == "float16" else 1e-6)
            assert other.shape == one.shape


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_uniform_and_normal_numbers_are_spread_as_they_should_be(dtype: str) -> None:
    stream, numbers = Philox(3, devices.CPU), np.empty(40_001, dtype)
    stream.uniform(numbers)
    assert numbers.min() >= 0 and numbers.max() < 1
    assert numbers.astype(float).mean() == pytest.approx(0.5, abs=0.01)
    stream.normal(numbers)
    assert np.isfinite(numbers).all()
    assert numbers.astype(float).mean() == pytest.approx(0, abs=0.03)
    assert numbers.astype(float).std() == pytest.approx(1, abs=0.03)


def test_a_stream_on_a_card_goes_on_where_it_was_saved() -> None:
    with stand_in():
        card = devices.named("gpu:0")

        def draw(stream: Stream) -> np.ndarray:
            with card.active():
                numbers = card.xp.empty(5, "float32")
                stream.uniform(numbers)
                return card.host(numbers)

        first, again = Stream(1), Stream(1)
        draw(first)
        state = first.get_state()
        expected = [draw(first), draw(first)]
        again.set_state(state)
        np.testing.assert_array_equal([draw(again), draw(again)], expected)
        first.set_state(state)
        mark = first.mark()
        np.testing.assert_array_equal(draw(first), expected[0])
        first.go_to(mark)
        np.testing.assert_array_equal(draw(first), expected[0])


def test_a_stream_that_no_card_draws_from_is_saved_as_before() -> None:
    assert "drawn_on_cards" not in Stream(1).get_state()
