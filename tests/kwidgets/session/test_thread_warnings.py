import threading
import warnings

import pytest

from kwidgets.session.thread_warnings import warnings_to
from tests.kwidgets.wire import LONG

pytestmark = pytest.mark.filterwarnings("always")


def warn_inside(say, entered=None, leave=None):
    with warnings_to(say):
        if entered is not None:
            entered.set()
            assert leave.wait(LONG)
        warnings.warn("from the thread", RuntimeWarning, stacklevel=1)


def test_a_threads_warnings_go_to_its_log_and_nowhere_else(recwarn):
    lines = []
    thread = threading.Thread(target=warn_inside, args=(lines.append,))
    thread.start()
    thread.join(LONG)
    assert lines == ["RuntimeWarning: from the thread"] and not recwarn.list


def test_warnings_of_other_threads_stay_where_they_were(recwarn):
    lines, entered, leave = [], threading.Event(), threading.Event()
    thread = threading.Thread(target=warn_inside, args=(lines.append, entered, leave))
    thread.start()
    assert entered.wait(LONG)
    warnings.warn("from a cell", UserWarning, stacklevel=1)
    leave.set()
    thread.join(LONG)
    assert [str(w.message) for w in recwarn.list] == ["from a cell"]
    assert lines == ["RuntimeWarning: from the thread"]


def test_nothing_of_ours_stays_behind():
    before = warnings.showwarning
    warn_inside(lambda _: None)
    assert warnings.showwarning is before


def test_a_function_that_was_put_over_ours_stays_and_still_works():
    before, seen = warnings.showwarning, []
    with warnings_to(seen.append):
        ours = warnings.showwarning
        warnings.showwarning = lambda *a, **k: ours(*a, **k)
        theirs = warnings.showwarning
        warnings.warn("through both", stacklevel=1)
    assert warnings.showwarning is theirs and seen == ["UserWarning: through both"]
    warnings.showwarning = before
