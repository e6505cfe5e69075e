"""K's sessions, names and printing."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K


class TestSessions:
    def test_a_session_computes(self) -> None:
        x = K.placeholder(shape=(None, 2))
        session = K.get_session()
        doubled, nothing = session.run([x * 2, None], feed_dict={x: np.ones((3, 2))})
        assert doubled.tolist() == [[2, 2]] * 3 and nothing is None

    def test_a_session_takes_the_phase_and_tensors_in_the_middle_beside_assignments(self) -> None:
        x, total = K.placeholder(shape=(None, 2)), K.variable(0.0)
        middle = x + 1
        fetches = [K.in_train_phase(middle * 2, middle), K.update_add(total, K.sum(middle))]
        for phase, factor in ((1, 2), (0, 1)):
            fed = {middle: np.full((1, 2), 5.0), K.learning_phase(): phase}
            y, summed = K.get_session().run(fetches, feed_dict=fed)
            assert y.tolist() == [[5 * factor] * 2] and summed == K.get_value(total)
        assert K.get_value(total) == 20 and not isinstance(summed, np.ndarray)

    def test_settings_of_sessions_have_no_effect_and_say_so(self) -> None:
        with pytest.warns(UserWarning, match="no sessions"):
            K.set_session(object())

    def test_each_name_has_numbers_of_its_own(self) -> None:
        K.reset_uids()
        assert [K.get_uid("a"), K.get_uid("a"), K.get_uid("b")] == [1, 2, 1]

    def test_a_printed_tensor_goes_on_unchanged(self, capsys: pytest.CaptureFixture[str]) -> None:
        K.eval(K.print_tensor(K.constant([1.0, 2.0]), "values:") * 2)
        assert capsys.readouterr().out == "values: [1. 2.]\n"


class TestAssignments:
    def test_a_session_makes_an_assignment_after_it_has_computed(self) -> None:
        x = K.variable([1.0, 2.0])
        session = K.get_session()
        before, after = session.run([x * 10, K.update_add(x, 1.0)])
        assert before.tolist() == [10, 20] and after.tolist() == [2, 3]
        assert session.run(K.update(x, x * 2)).tolist() == [4, 6] == K.get_value(x).tolist()

    def test_a_pair_of_tensors_is_fetched_and_not_assigned(self) -> None:
        x = K.variable(1.0)
        values = K.get_session().run((x, x + 1))
        assert [float(value) for value in values] == [1, 2] and K.get_value(x) == 1

    def test_a_function_makes_what_it_fetches_beside_its_updates(self) -> None:
        x, y = K.variable(0.0), K.variable(0.0)
        entry, other = K.placeholder(shape=()), K.placeholder(shape=())
        fed = {other: 2.0}
        function = K.function([entry], [entry + other], [(x, entry)], feed_dict=fed, fetches=[K.update(y, other * 5)])
        assert function([1.0]) == [3.0] and (K.get_value(x), K.get_value(y)) == (1, 10)
        fed[other] = 3.0
        assert function([4.0]) == [7.0] and (K.get_value(x), K.get_value(y)) == (4, 15)
