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

    def test_settings_of_sessions_have_no_effect_and_say_so(self) -> None:
        with pytest.warns(UserWarning, match="no sessions"):
            K.set_session(object())

    def test_each_name_has_numbers_of_its_own(self) -> None:
        K.reset_uids()
        assert [K.get_uid("a"), K.get_uid("a"), K.get_uid("b")] == [1, 2, 1]

    def test_a_printed_tensor_goes_on_unchanged(self, capsys: pytest.CaptureFixture[str]) -> None:
        K.eval(K.print_tensor(K.constant([1.0, 2.0]), "values:") * 2)
        assert capsys.readouterr().out == "values: [1. 2.]\n"
