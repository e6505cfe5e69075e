"""Whoever listens hears of an old spelling; without a listener it is a warning at the user's line."""

from __future__ import annotations

import warnings

import pytest

from engine._declared.told import listening
from engine.layers import Dense


def test_a_listener_gets_the_message_and_no_warning_is_shown() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with listening() as messages:
            Dense(output_dim=3)
    assert messages == ["Dense: Keras 1 spelling; write Dense(units=3)."]


def test_without_a_listener_the_warning_points_at_the_users_line() -> None:
    with listening():
        pass
    with pytest.warns(UserWarning, match="units=3") as caught:
        Dense(output_dim=3)
    assert caught[0].filename == __file__
