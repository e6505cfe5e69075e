"""What tells that something is another one than before: numbers that are never used twice, marks of what arrays hold."""

import numpy as np

from engine.layers import Dense
from engine.models import Sequential
from kwidgets.session.marks import Numbers, fingerprint, mark_of_weights


class Thing:
    pass


def test_an_object_keeps_its_number_and_one_at_its_old_place_gets_another():
    numbers = Numbers()
    kept = Thing()
    first = numbers.of(kept)
    seen, places = set(), set()
    for _ in range(200):
        thing = Thing()
        places.add(id(thing))
        seen.add(numbers.of(thing))
        del thing
    assert len(places) < 200 and len(seen) == 200 and first not in seen
    assert numbers.of(kept) == first and numbers.of(None) == 0
    assert len(numbers._known) <= 2


def test_arrays_that_are_equal_are_two():
    numbers, one, other = Numbers(), np.zeros(3), np.zeros(3)
    assert numbers.of(one) != numbers.of(other) and numbers.of(one) == numbers.of(one)


def test_an_update_changes_the_mark_of_weights():
    model = Sequential([Dense(300, input_shape=(40,)), Dense(1)])
    model.compile("sgd", "mse")
    before = mark_of_weights(model.weights)
    assert mark_of_weights(model.weights) == before
    model.train_on_batch(np.ones((2, 40)), np.ones(2))
    assert mark_of_weights(model.weights) != before


def test_a_mark_needs_no_copy_of_what_lies_in_no_one_piece():
    x = np.arange(1_000_000.0).reshape(1000, 1000)
    assert fingerprint([x.T]) != fingerprint([x]) and fingerprint([x[::2]]) == fingerprint([x[::2].copy()])
