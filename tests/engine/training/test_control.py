import threading

from engine._training.control import Control


def test_the_first_reason_stays():
    control = Control()

    control.stop("early")
    control.stop()

    assert control.reason == "early"


def test_a_paused_loop_waits_for_resume():
    control = Control()
    control.pause()
    passed = threading.Event()
    thread = threading.Thread(target=lambda: control.wait_for_turn() and passed.set())
    thread.start()

    waited = not passed.wait(0.15)
    control.resume()
    thread.join(60)

    assert waited and passed.is_set()


def test_a_step_lets_one_batch_through():
    control = Control()
    control.step()

    assert control.wait_for_turn()
    assert control.paused


def test_stop_ends_a_pause():
    control = Control()
    control.pause()
    answers = []
    thread = threading.Thread(target=lambda: answers.append(control.wait_for_turn()))
    thread.start()

    control.stop()
    thread.join(60)

    assert answers == [False]


def test_a_learning_rate_is_taken_once():
    control = Control()
    control.learning_rate = 0.5

    assert control.take_learning_rate() == 0.5
    assert control.take_learning_rate() is None


def test_reset_forgets_stop_and_pause():
    control = Control()
    control.stop()
    control.pause()

    control.reset()

    assert control.wait_for_turn()


class Agreed:
    """What processes have agreed on, told by a test: `looks` are the answers to come."""

    def __init__(self, *looks: bool) -> None:
        self.reason, self.paused, self.looks = None, True, list(looks)

    def look(self) -> None:
        self.paused = self.looks.pop(0)


def test_where_processes_train_together_a_wish_is_none_before_all_have_agreed() -> None:
    control = Control()
    control.agreement = agreed = Agreed()
    control.stop()
    control.pause()
    agreed.paused = False
    assert control.asked == "stopped" and control.asked_to_wait
    assert not control.stopped and control.reason is None and not control.paused
    assert control.wait_for_turn()
    agreed.reason = "stopped"
    assert control.stopped and not control.wait_for_turn()


def test_where_processes_train_together_all_wait_until_they_agree_on_going_on() -> None:
    control = Control()
    control.step()
    control.agreement = agreed = Agreed(True, True, False)
    assert control.wait_for_turn()
    assert agreed.looks == []
    assert control.asked_to_wait  # the one batch that was asked for has had its turn
