"""Different values and their places are those of NumPy, for texts too."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.distinct import TEXTS_AT_A_TIME, distinct, distinct_texts

rng = np.random.default_rng(0)


@pytest.mark.parametrize(
    "values",
    [
        rng.integers(0, 9, 100),
        rng.normal(size=50),
        np.array([True, False, True]),
        np.array(["2020-01-02", "2020-01-01"], "datetime64[us]"),
        np.array(["b", "ä", "a", "", "b"], object),
        np.array([f"t{i}" for i in rng.integers(0, 30, TEXTS_AT_A_TIME + 7)], object),
        np.array([], object),
    ],
)
def test_they_are_those_of_numpy(values: np.ndarray) -> None:
    names, places = distinct(values)
    expected, inverse = np.unique(values, return_inverse=True)
    assert names.tolist() == expected.tolist() and places.tolist() == inverse.tolist()
    texts, of_texts = distinct_texts(values)
    expected, inverse = np.unique(values.astype(str), return_inverse=True)
    assert texts.tolist() == expected.tolist() and of_texts.tolist() == inverse.tolist()
