"""Curves of many runs in one message."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.refused import Refused
from kwidgets.widgets.run_curves import curves_of, thinned

KNOWN = {
    "a": {
        "epoch": [0, 1, 2],
        "history": {"loss": [3.0, 2.0, 1.0], "val_loss": [4.0, 3.0, float("nan")]},
        "partial": False,
    },
    "b": {"epoch": [4, 5], "history": {"loss": [9.0, 8.0], "accuracy": [0.1, 0.2]}, "partial": False},
    "new": {"epoch": [], "history": {}, "partial": False},
}


def history(run):
    if run not in KNOWN:
        raise Refused("There is no such run.")
    return KNOWN[run]


def test_curves_of_several_runs_follow_each_other_in_two_buffers():
    answer, (xs, ys) = curves_of(["a", "gone", "new", "b"], ["loss"], history)
    assert [(c["run"], c["phase"], c["count"]) for c in answer["curves"]] == [
        ("a", "train", 3),
        ("a", "validation", 3),
        ("b", "train", 2),
    ]
    assert np.frombuffer(xs, np.float32).tolist() == [1, 2, 3, 1, 2, 3, 5, 6]
    assert np.frombuffer(ys, np.float32)[-2:].tolist() == [9, 8]


@given(
    st.lists(st.floats(-1e6, 1e6, width=32) | st.just(float("nan")), min_size=1, max_size=3000), st.integers(10, 500)
)
def test_a_thinned_curve_keeps_its_ends_and_its_extremes(values, most):
    ys = np.array(values, np.float32)
    xs = np.arange(len(ys), dtype=np.float32)
    x, y = thinned(xs, ys, most)
    assert len(x) <= most and (np.diff(x) > 0).all()
    assert (x[0], x[-1]) == (xs[0], xs[-1])
    assert np.array_equal(y, ys[x.astype(int)], equal_nan=True)
    finite, left = ys[np.isfinite(ys)], y[np.isfinite(y)]
    if len(finite):
        assert (left.min(), left.max()) == (finite.min(), finite.max())
