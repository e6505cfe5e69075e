"""The order of hooks, ends of a training, and what the progress bar shows."""

import math
import warnings

import numpy as np
import pytest

from engine import callbacks
from engine.errors import SettingTypeError

from .line import X, Y, line


class Recorder(callbacks.Callback):
    """Writes down what is called."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append("train_begin")

    def on_train_end(self, logs=None):
        self.calls.append("train_end")

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(("epoch_begin", epoch))

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(("epoch_end", epoch, sorted(logs)))

    def on_batch_begin(self, batch, logs=None):
        self.calls.append(("batch_begin", batch, logs["size"]))

    def on_batch_end(self, batch, logs=None):
        self.calls.append(("batch_end", batch, sorted(logs)))


def test_hooks_come_in_kerass_order():
    recorder = Recorder()

    line().fit(X, Y, batch_size=32, verbose=0, callbacks=[recorder], validation_data=(X, Y))

    assert recorder.calls == [
        "train_begin",
        ("epoch_begin", 0),
        ("batch_begin", 0, 32),
        ("batch_end", 0, ["batch", "loss", "size"]),
        ("batch_begin", 1, 8),
        ("batch_end", 1, ["batch", "loss", "size"]),
        ("epoch_end", 0, ["loss", "val_loss"]),
        "train_end",
    ]
    assert recorder.params["metrics"] == ["loss", "val_loss"]
    assert (recorder.params["samples"], recorder.params["steps"]) == (40, 2)


def test_train_end_is_called_when_a_callback_fails():
    recorder = Recorder()

    def fail(epoch, logs):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        line().fit(X, Y, verbose=0, callbacks=[recorder, callbacks.LambdaCallback(on_epoch_end=fail)])
    assert recorder.calls[-1] == "train_end"


def test_a_stop_that_a_later_callback_takes_back_is_none():
    def stop(epoch, logs=None):
        model.stop_training = True

    def go_on(epoch, logs=None):
        model.stop_training = False

    model = line()
    history = model.fit(
        X,
        Y,
        epochs=3,
        verbose=0,
        callbacks=[callbacks.LambdaCallback(on_epoch_end=stop), callbacks.LambdaCallback(on_epoch_end=go_on)],
    )
    assert history.epoch == [0, 1, 2]


def test_data_may_stop_the_training_that_they_feed():
    model = line()
    fed = []

    def batches():
        while True:
            fed.append(len(fed))
            model.stop_training = len(fed) > 2
            yield X, Y

    history = model.fit_generator(batches(), steps_per_epoch=100, epochs=3, verbose=0, max_queue_size=1, workers=0)
    assert history.epoch == [0] and len(fed) == 3


def test_stop_training_ends_after_the_batch():
    model = line()

    def stop(batch, logs):
        model.stop_training = True

    history = model.fit(
        X, Y, batch_size=8, verbose=0, epochs=3, callbacks=[callbacks.LambdaCallback(on_batch_end=stop)]
    )

    assert int(model.optimizer.iterations.array) == 1
    assert len(history.history["loss"]) == 1
    assert not model.stopped


def test_training_ends_at_a_loss_that_is_no_number(capsys):
    model = line()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        history = model.fit(X, Y * math.nan, epochs=5, verbose=0, callbacks=[callbacks.TerminateOnNaN()])

    assert len(history.epoch) == 1
    assert np.isfinite(model.get_weights()[0]).all()
    assert "Invalid loss" in capsys.readouterr().out


def test_the_progress_bar_shows_epochs_means_and_validation(capsys):
    line(metrics=["mae"]).fit(X, Y, batch_size=8, epochs=2, validation_split=0.5)

    out = capsys.readouterr().out
    assert "Train on 20 samples, validate on 20 samples" in out
    assert "Epoch 2/2" in out
    assert "20/20 [==============================]" in out
    assert "val_mean_absolute_error" in out


def test_verbose_2_prints_one_line_an_epoch(capsys):
    line().fit(X, Y, epochs=2, verbose=2)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2" and lines[1].startswith(" - ") and "loss:" in lines[1]
    assert len(lines) == 4


@pytest.mark.parametrize(("verbose", "first"), [(1, "Train on 20"), (2, "Train on 20"), (0, "")])
def test_samples_of_both_parts_are_told_wherever_anything_is(capsys, verbose, first):
    line().fit(X, Y, validation_split=0.5, verbose=verbose)
    assert capsys.readouterr().out.startswith(first)
    line().fit(X, Y, verbose=verbose)
    assert "Train on" not in capsys.readouterr().out


def test_an_unknown_hook_is_refused():
    with pytest.raises(SettingTypeError, match="on_epoch_stop"):
        callbacks.LambdaCallback(on_epoch_stop=print)


def test_batches_are_told_under_the_names_of_keras_2_3():
    class Later(callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.calls = []

        def on_batch_begin(self, batch, logs=None):
            self.calls.append(("older", batch))

        def on_train_batch_begin(self, batch, logs=None):
            super().on_train_batch_begin(batch, logs)

        def on_train_batch_end(self, batch, logs=None):
            self.calls.append(("end", batch, logs["size"]))

    later = Later()
    line().fit(X[:4], Y[:4], batch_size=2, epochs=1, verbose=0, callbacks=[later])
    assert later.calls == [("older", 0), ("end", 0, 2), ("older", 1), ("end", 1, 2)]
