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
