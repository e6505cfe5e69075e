"""Questions that take long: the page hears that they are computed, asks again, and gets each answer once it is there."""

from __future__ import annotations

import threading

import pytest

from kwidgets.inside.working import MOST_ASKED, Working
from kwidgets.refused import Refused

from ..wire import LONG, until


def working(patience=LONG):
    return Working(threading.Lock(), patience)


def nothing():
    return None


def test_an_answer_that_is_there_in_time_comes_at_once():
    assert working().ask("a", lambda: 3, 1, nothing) == 3


def test_one_that_takes_long_is_asked_for_again_and_made_once():
    go, made, slow = threading.Event(), [], working(0.0)

    def make():
        assert go.wait(LONG)
        made.append(1)
        return len(made)

    assert slow.ask("a", make, 1, nothing) is None and slow.ask("a", make, 1, nothing) is None
    go.set()
    until(lambda: slow.ask("a", make, 1, nothing) == 1)
    # Without a mark nothing is kept.
    until(lambda: slow.ask("a", make, 1, nothing) == 2)


def test_an_answer_is_kept_for_as_long_as_what_it_was_made_of_stays():
    made, marks, asked = [], ["first"], working()

    def make():
        made.append(1)
        return len(made)

    for _ in range(3):
        assert asked.ask("a", make, 1, lambda: marks[0]) == 1
    marks[0] = "second"
    assert asked.ask("a", make, 1, lambda: marks[0]) == 2
    assert asked.ask("a", make, 2, lambda: marks[0]) == 3
    assert asked.ask("b", make, 2, lambda: marks[0]) == 4
    marks[0] = "first"
    assert asked.ask("a", make, 1, lambda: marks[0]) == 1


def test_what_making_it_raises_is_raised_where_it_is_asked():
    def make():
        raise Refused("no such layer")

    with pytest.raises(Refused, match="no such layer"):
        working().ask("a", make, 1, nothing)


def test_an_answer_about_what_is_there_no_more_is_not_given():
    go, slow = threading.Event(), working(0.0)
    assert slow.ask("a", lambda: go.wait(LONG) and "old", 1, nothing) is None
    assert slow.ask("a", lambda: "new", 2, nothing) is None
    go.set()
    answers = []
    until(lambda: answers.append(slow.ask("a", lambda: "new", 2, nothing)) or answers[-1] is not None)
    assert answers[-1] == "new"


def test_of_many_questions_the_last_few_are_answered_and_the_others_are_not_even_begun():
    go, begun, slow = threading.Event(), [], working(0.0)

    def make(name):
        begun.append(name)
        return go.wait(LONG) and name

    for name in range(20):
        assert slow.ask(name, lambda name=name: make(name), 1, nothing) is None
    go.set()
    last = range(20 - MOST_ASKED, 20)
    for name in last:
        until(lambda name=name: slow.ask(name, lambda: make(name), 1, nothing) == name)
    assert set(begun) <= {0, *last}


def test_those_that_share_a_turn_work_one_at_a_time():
    turn = threading.Lock()
    first, second = Working(turn, LONG), Working(turn, LONG)
    with turn:
        held = Working(turn, 0.0)
        assert held.ask("a", lambda: 1, 1, nothing) is None
    assert first.ask("a", lambda: turn.locked(), 1, nothing) is True
    assert second.ask("a", lambda: turn.locked(), 1, nothing) is True


def test_an_answer_that_nobody_came_for_is_made_anew_where_weights_are_others():
    marks, made, slow = ["first"], [], working(0.0)

    def make():
        made.append(marks[0])
        return marks[0]

    slow.ask("a", make, 1, lambda: marks[0])
    until(lambda: made == ["first"])
    marks[0] = "second"
    answers = []
    until(lambda: answers.append(slow.ask("a", make, 1, lambda: marks[0])) or answers[-1] is not None)
    assert answers[-1] == "second" and made == ["first", "second"]
