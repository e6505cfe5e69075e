"""A training whose process is killed comes back and ends as the undisturbed one (more of it: `tests.long killed_trainings`)."""

from .killed_trainings import kill_trainings


def test_killed_trainings_are_interrupted_and_come_back_to_the_undisturbed_end(tmp_path):
    outcome = kill_trainings(tmp_path, kills=4, seed=1, epochs=60)
    assert outcome.faults == []
    assert outcome.kills >= 2
