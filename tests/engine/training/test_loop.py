import threading
import time

import numpy as np
import pytest

from engine._training.control import Control
from engine._training.data import Batch
from engine._training.loop import Training, run_evaluation, run_prediction, run_training
from engine._training.prefetch import GeneratorBatches
from engine._training.sources import ArrayBatches
from engine.events import BatchEnd, EpochBegin, EpochEnd, TrainBegin, TrainEnd, only_for


def _batches(n=10, size=4):
    return ArrayBatches([np.arange(n, dtype="float64")], size)


def _mean(batch):
    return [float(batch.arrays[0].mean())]


def _training(step=_mean, **settings):
    seen = []
    settings.setdefault("epochs", 2)
    return Training(step, _batches(), ["loss"], listeners=[seen.append], **settings), seen


def test_events_come_in_order_with_means_over_samples():
    training, seen = _training()

    reason = run_training(training)

    assert reason == "finished"
    assert isinstance(seen[0], TrainBegin) and seen[0].batches_per_epoch == 3 and seen[0].samples == 10
    assert isinstance(seen[1], EpochBegin)
    assert [e.size for e in seen if isinstance(e, BatchEnd)] == [4, 4, 2, 4, 4, 2]
    assert [e.logs["loss"] for e in seen if isinstance(e, EpochEnd)] == [4.5, 4.5]
    assert seen[-1] == TrainEnd("finished")


def test_stop_ends_after_the_current_batch_with_a_partial_epoch():
    control = Control()

    def step(batch):
        control.stop()
        return _mean(batch)

    training, seen = _training(step, control=control)

    reason = run_training(training)

    ends = [e for e in seen if isinstance(e, EpochEnd)]
    assert reason == "stopped"
    assert [(e.epoch, e.partial, e.logs["loss"]) for e in ends] == [(0, True, 1.5)]


def test_stop_in_the_last_batch_leaves_a_whole_epoch():
    control = Control()

    def step(batch):
        if batch.size == 2:
            control.stop()
        return _mean(batch)

    training, seen = _training(step, control=control)
    run_training(training)

    assert [(e.epoch, e.partial) for e in seen if isinstance(e, EpochEnd)] == [(0, False)]


def test_single_steps_run_one_batch_each():
    control = Control()
    done = []
    control.step()

    def step(batch):
        done.append(batch.size)
        if len(done) < 4:
            control.step()
        else:
            control.stop()
        return _mean(batch)

    training, _ = _training(step, control=control)
    run_training(training)

    assert done == [4, 4, 2, 4]


def test_a_changed_learning_rate_is_set_before_the_next_batch():
    control = Control()
    rates = []
    control.learning_rate = 0.25

    training, _ = _training(control=control, epochs=1, set_learning_rate=rates.append)
    run_training(training)

    assert rates == [0.25]


def test_validation_values_join_the_logs_of_the_epoch():
    training, seen = _training(epochs=1, validate=lambda: {"val_loss": 7.0})

    run_training(training)

    assert [e.logs for e in seen if isinstance(e, EpochEnd)] == [{"loss": 4.5, "val_loss": 7.0}]


def test_an_error_passes_through_and_train_end_is_sent():
    def step(batch):
        raise LookupError("broken")

    training, seen = _training(step)

    with pytest.raises(LookupError, match="broken"):
        run_training(training)
    assert seen[-1] == TrainEnd("failed")


def test_an_error_of_one_who_is_told_the_end_reaches_the_caller_and_nobody_else():
    def raises(event):
        if isinstance(event, TrainEnd):
            raise LookupError("broken")

    training, seen = _training()
    first = []
    training.listeners = [first.append, raises, *training.listeners]

    with pytest.raises(LookupError, match="broken"):
        run_training(training)
    assert first[-1] == TrainEnd("finished") and seen[-1] == TrainEnd("failed")
    assert sum(isinstance(event, TrainEnd) for event in seen) == 1


def test_a_loss_that_is_no_number_is_named_with_epoch_and_batch():
    training, seen = _training(lambda batch: [float("nan")], epochs=1)

    with pytest.warns(UserWarning, match="epoch 1, batch 1"):
        run_training(training)
    assert not any(e.finite for e in seen if isinstance(e, BatchEnd))


def test_evaluation_gives_means_over_samples_and_none_when_stopped():
    control = Control()

    assert run_evaluation(_mean, _batches(), ["loss"], control) == {"loss": 4.5}
    control.stop()
    assert run_evaluation(_mean, _batches(), ["loss"], control) is None


def test_prediction_joins_the_batches():
    found = run_prediction(lambda arrays: [arrays[0] * 2], _batches(), samples=10)

    np.testing.assert_array_equal(found[0], np.arange(10) * 2)


def test_a_sequence_hears_of_the_end_of_each_whole_epoch():
    ended = []

    class Numbers:
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return i

        def on_epoch_end(self):
            ended.append(True)

    source = GeneratorBatches(Numbers(), 3, lambda item: Batch([np.array([float(item)])], 1))

    run_training(Training(_mean, source, ["loss"], epochs=2))

    assert ended == [True, True]


def test_a_listener_is_called_only_for_the_events_that_it_hears():
    every, ends = [], []

    @only_for(BatchEnd, TrainEnd)
    def heard(event):
        ends.append(event)

    run_training(Training(_mean, _batches(), ["loss"], epochs=2, listeners=[every.append, heard]))
    assert ends == [event for event in every if isinstance(event, (BatchEnd, TrainEnd))]
    assert len(ends) > 2


class _Waits:
    """A listener that leaves batches out before `next_batch`."""

    hears = (TrainBegin, EpochBegin, BatchEnd, EpochEnd, TrainEnd)

    def __init__(self, next_batch):
        self.next_batch, self.heard = next_batch, []

    def __call__(self, event):
        self.heard.append(event)

    @property
    def batches(self):
        return [(event.epoch, event.batch) for event in self.heard if isinstance(event, BatchEnd)]


def test_a_listener_hears_of_no_batch_before_the_one_it_waits_for_but_of_the_last_of_each_epoch():
    listener = _Waits(10**9)
    run_training(Training(_mean, _batches(), ["loss"], epochs=2, listeners=[listener]))
    kinds = [TrainBegin, EpochBegin, BatchEnd, EpochEnd, EpochBegin, BatchEnd, EpochEnd, TrainEnd]
    assert [type(event) for event in listener.heard] == kinds
    assert listener.heard[2] == BatchEnd(0, 2, 2, {"loss": 8.5})


def test_a_listener_that_hears_of_each_batch_has_the_others_hear_of_them_too():
    waits, every = _Waits(10**9), []
    run_training(Training(_mean, _batches(), ["loss"], epochs=1, listeners=[waits, every.append]))
    assert waits.batches == [(e.epoch, e.batch) for e in every if isinstance(e, BatchEnd)]


def test_a_batch_without_a_number_is_told_of_whoever_waits_for_which():
    listener = _Waits(10**9)
    losses = iter([1.0, float("nan"), 1.0, 1.0])
    with pytest.warns(UserWarning, match="The loss is nan"):
        run_training(Training(lambda batch: [next(losses, 1.0)], _batches(), ["loss"], epochs=1, listeners=[listener]))
    assert (0, 1) in listener.batches and (0, 0) not in listener.batches


def test_batches_that_take_longer_than_a_quarter_of_a_second_are_all_told_of():
    listener, seconds = _Waits(10**9), iter(range(10**6))
    source = _batches()
    run_training(Training(_mean, source, ["loss"], epochs=1, listeners=[listener], clock=lambda: float(next(seconds))))
    assert listener.batches == [(0, batch) for batch in range(source.steps)]


def test_the_last_batch_is_told_of_before_a_pause_and_before_an_error():
    control, listener = Control(), _Waits(10**9)
    told_before = []

    def step(batch):
        if len(told_before) == 2:
            control.pause()
            threading.Timer(0.0, resume_once_told).start()
        told_before.append(len(listener.batches))
        if len(told_before) == 4:
            raise ValueError("the data are gone")
        return [1.0]

    def resume_once_told():
        while not listener.batches:
            time.sleep(0.001)
        control.resume()

    with pytest.raises(ValueError, match="the data are gone"):
        run_training(Training(step, _batches(40), ["loss"], epochs=1, control=control, listeners=[listener]))
    # The pause came after the third batch, the error instead of the fourth.
    assert listener.batches == [(0, 2)]
