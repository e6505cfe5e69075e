"""Figures as texts."""

from kwidgets.inside.texts import figure_text


def test_a_figure_has_three_digits_and_what_is_no_number_a_dash():
    assert [figure_text(value) for value in (1234567.0, 0.5, float("nan"), float("inf"))] == [
        "1.23e+06",
        "0.5",
        "—",
        "inf",
    ]
