import threading

import numpy as np
import pytest

from kwidgets.evaluation.predicted import Predicted, pieces
from kwidgets.refused import Refused

LONG = 60


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 5000, 60_000])
def test_pieces_hold_each_sample_once_and_the_first_is_small_and_spread(count):
    made = pieces(count)
    joined = np.sort(np.concatenate(made)) if made else np.zeros(0)
    assert (joined == np.arange(count)).all()
    if count > 1000:
        assert len(made[0]) <= 256 and np.diff(made[0]).max() - np.diff(made[0]).min() <= 1
        assert made[0][-1] > 0.9 * count and max(map(len, made)) <= 10_000


def test_all_samples_come_in_their_order():
    x = np.arange(3000.0)[:, None]
    predicted = Predicted(lambda inputs, _: [inputs["x"] * 2, inputs["x"] + 1], {"x": x}, ["a", "b"])
    predicted.start()
    assert predicted.wait(LONG)
    part = predicted.part()
    assert part.whole and (part.rows == np.arange(3000)).all() and part.seconds > 0
    assert (part.by_name["a"] == 2 * x).all() and (part.by_name["b"] == x + 1).all()


def test_what_is_there_can_be_looked_at_before_all_is():
    go_on = threading.Event()

    def predict(inputs, _):
        if len(inputs["x"]) > 256:
            assert go_on.wait(LONG)
        return [inputs["x"]]

    predicted = Predicted(predict, {"x": np.arange(3000.0)[:, None]}, ["a"])
    predicted.start()
    assert predicted.wait(LONG, whole=False)
    part = predicted.part()
    assert not part.whole and 0 < len(part.rows) < 3000 and (part.by_name["a"][:, 0] == part.rows).all()
    assert not predicted.wait(0.0)
    go_on.set()
    assert predicted.wait(LONG) and len(predicted.part().rows) == 3000


def test_outputs_that_would_fill_the_memory_are_kept_of_spread_samples_and_it_is_said():
    predicted = Predicted(
        lambda inputs, _: [np.zeros((len(inputs["x"]), 1000))], {"x": np.zeros((3000, 1))}, ["a"], 800_000
    )
    predicted.start()
    assert predicted.wait(LONG)
    rows = predicted.part().rows
    assert len(rows) == 100 and rows.max() > 2000 and "100 of 3,000" in predicted.left_out


def test_one_sample_larger_than_the_bound_is_still_looked_at():
    predicted = Predicted(lambda inputs, _: [np.zeros((len(inputs["x"]), 1000))], {"x": np.zeros((300, 1))}, ["a"], 10)
    predicted.start()
    assert predicted.wait(LONG) and len(predicted.part().rows) == 1


@pytest.mark.parametrize("error", [ValueError("no room"), MemoryError(), Refused("It does not fit.")])
def test_a_failure_is_said_to_whoever_waits(error):
    def predict(inputs, _):
        raise error

    predicted = Predicted(predict, {"x": np.zeros((3, 1))}, ["a"])
    predicted.start()
    with pytest.raises(Refused, match=r"no room|memory|does not fit"):
        predicted.wait(LONG)


def test_what_is_read_while_it_is_used_is_read_by_lists_of_rows():
    class Read:
        shape, dtype = (600, 2), np.dtype("float32")

        def __len__(self):
            return 600

        def __getitem__(self, rows):
            assert isinstance(rows, list)
            return np.array(rows, "float32")[:, None].repeat(2, 1)

    predicted = Predicted(lambda inputs, _: [inputs["x"]], {"x": Read()}, ["a"])
    predicted.start()
    assert predicted.wait(LONG) and (predicted.part().by_name["a"][:, 0] == np.arange(600)).all()
