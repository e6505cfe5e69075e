import gc
import json
import weakref

import numpy as np
import pytest

from engine._training.read_rows import ReadRows
from kwidgets.messages import ArrayFacts
from kwidgets.session.array_facts import described, of_rows


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


def test_sounds_are_waves_of_the_least_and_the_most_of_each_piece():
    t = np.arange(4000) / 4000
    x = (np.sin(2 * np.pi * np.arange(1, 9)[:, None] * t) * 0.5).astype("float32")
    for sound in (x, x[..., None], (x * 30_000).astype("int16")):
        facts = described(sound)
        assert facts["kind"] == "wave" and np.shape(facts["samples"]) == (8, 80, 2)
        first = np.array(facts["samples"][0])
        assert (first[:, 0] <= first[:, 1]).all() and first[0, 1] < first[20, 1]


@pytest.mark.parametrize(
    "rows",
    [
        np.random.default_rng(0).normal(size=(20, 800)),
        np.random.default_rng(0).random((20, 800)),
        np.sin(np.arange(300) / 9)[None],
        np.zeros((3, 800)),
        np.full((3, 800), np.nan),
    ],
)
def test_features_are_no_sound(rows):
    assert described(rows)["kind"] != "wave"


def test_of_rows_that_take_time_to_read_those_are_described_that_are_shown():
    class Slow(ReadRows):
        def read(self, rows, epoch=None):
            asked.append(len(rows))
            return np.asarray(rows, np.float32)[:, None, None, None] * np.ones((1, 8, 8, 1), np.float32)

    asked = []
    facts = of_rows(Slow((5000, 8, 8, 1), np.dtype("float32")))
    assert (facts["kind"], facts["shape"], facts["whole"], facts["rows"][-1]) == (
        "pictures",
        [5000, 8, 8, 1],
        False,
        4999,
    )
    assert asked == [16] and facts["maximum"] == 4999


def test_rows_that_come_by_turns_are_shown_of_several_classes():
    facts = described(np.arange(300) % 10)
    assert facts["rows"] == sorted(facts["rows"]) and facts["rows"][0] == 0 and facts["rows"][-1] == 299
    assert len(set(facts["samples"])) > 5
