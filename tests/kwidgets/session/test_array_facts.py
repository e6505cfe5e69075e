import gc
import json
import weakref

import numpy as np
import pytest

from kwidgets.messages import ArrayFacts
from kwidgets.session.array_facts import described


def test_pictures_have_figures_and_samples_from_dark_to_light():
    x = np.zeros((40, 8, 8, 1), "uint8")
    x[:, 2, 3] = 16
    facts = described(x)
    assert (facts["kind"], facts["shape"], facts["dtype"], facts["bytes"]) == ("pictures", [40, 8, 8, 1], "uint8", 2560)
    assert (facts["minimum"], facts["maximum"], facts["mean"], facts["missing"]) == (0, 16, 0.25, 0)
    assert len(facts["samples"]) == len(facts["rows"]) == 16
    assert facts["samples"][0][2][3] == [255] and facts["samples"][0][0][0] == [0]


def test_large_pictures_are_thinned_to_32_by_32_by_3():
    facts = described(np.random.default_rng(0).random((3, 200, 300, 4)))
    assert np.shape(facts["samples"]) == (3, 32, 32, 3)


def test_channels_first_are_turned():
    x = np.zeros((2, 3, 20, 10))
    x[:, 1] = 1
    assert described(x)["samples"][0][0][0] == [0, 255, 0]


def test_a_picture_and_its_label_are_of_the_same_rows():
    labels = np.arange(1000) % 7
    facts = described(labels)
    assert facts["rows"] == described(np.zeros((1000, 9)))["rows"]
    assert facts["samples"] == [str(labels[row]) for row in facts["rows"]]


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool", "float32", ">i4"])
def test_columns_of_whole_numbers_are_classes(dtype):
    facts = described(np.array([[0], [1], [1], [0], [1]]).astype(dtype))
    assert facts["kind"] == "classes"
    assert [one["count"] for one in facts["classes"] or ()] == [2, 3]


def test_rows_with_a_single_one_are_classes():
    facts = described(np.eye(3)[[0, 2, 2]])
    assert facts["classes"] == [{"name": "0", "count": 1}, {"name": "2", "count": 2}]
    assert facts["samples"] == ["0", "2", "2"]


def test_many_values_are_numbers_with_a_histogram():
    facts = described(np.linspace(0, 1, 480))
    assert (facts["kind"], facts["classes"]) == ("numbers", None)
    assert facts["histogram"] == [20] * 24


def test_steps_and_features_are_a_series():
    facts = described(np.random.default_rng(0).normal(size=(5, 100, 6)))
    assert facts["kind"] == "series" and np.shape(facts["samples"]) == (5, 32, 3)


def test_missing_numbers_are_counted_and_left_out():
    facts = described(np.array([[1.0, np.nan], [3.0, np.inf]]))
    assert (facts["missing"], facts["minimum"], facts["maximum"]) == (2, 1, 3)
    assert facts["samples"] == [[1, None], [3, None]]


class Rude:
    def __str__(self):
        raise RuntimeError("no")


ODD = {
    "empty": np.zeros((0, 3)),
    "no columns": np.zeros((3, 0)),
    "a number": np.float32(3),
    "all missing": np.full((4, 2), np.nan),
    "words": np.array(["a", "b" * 1000]),
    "bytes": np.array([b"a"]),
    "objects": np.array([None, Rude(), float("nan"), {"a": 1}], dtype=object),
    "dates": np.array(["2020-01-01", "NaT"], "datetime64[D]"),
    "complex": np.array([1j]),
    "records": np.zeros(3, [("a", "i4"), ("b", "f8")]),
    "ragged": [[1, 2], [3]],
    "big-endian": np.arange(6, dtype=">f8").reshape(2, 3),
    "huge numbers": np.array([1e308, -1e308, 1e308]),
    "half": np.full((3, 2), 60000, "float16"),
    "negative": np.array([-3, -1, -3]),
    "unsigned": np.array([2**64 - 1, 0], "uint64"),
    "backwards": np.arange(100.0).reshape(10, 10)[::-1, ::-2],
    "six axes": np.zeros((2, 3, 4, 5, 6, 7)),
    "masked": np.ma.masked_array([1.0, 2.0], [True, False]),
    "one": np.zeros((1, 1)),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_arrays_are_described_as_json(name):
    facts = described(ODD[name])
    assert set(facts) == set(ArrayFacts.__annotations__)
    json.dumps(facts, allow_nan=False)


def test_objects_that_are_missing_are_counted():
    assert described(ODD["objects"])["missing"] == 2


def test_large_arrays_are_looked_at_in_part():
    x = np.zeros((6_000, 32, 32, 3), "float32")
    facts = described(x)
    assert not facts["whole"] and facts["missing"] is not None and facts["missing"] == 0


def test_a_single_large_row_is_looked_at_in_part():
    assert not described(np.zeros((1, 3000, 3000), "uint8"))["whole"]


def test_facts_are_kept_until_the_array_changes():
    x = np.arange(12.0).reshape(4, 3)
    first = described(x)
    assert described(x) is first
    x /= 11
    assert described(x)["maximum"] == 1


def test_kept_facts_do_not_keep_arrays_alive():
    array = np.zeros(3)
    alive = weakref.ref(array)
    described(array)
    del array
    gc.collect()
    assert alive() is None
