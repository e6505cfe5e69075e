import csv
import math
import warnings

import numpy as np
import pytest

from engine import callbacks
from engine.errors import SettingTypeError
from engine.layers import Dense
from engine.models import Sequential

X = np.linspace(-1, 1, 40)[:, None]
Y = 0.5 * X + 2


def line(lr=0.1, metrics=None):
    from engine import optimizers

    model = Sequential([Dense(1, input_dim=1, kernel_initializer="zeros")])
    model.compile(optimizers.SGD(lr=lr), "mse", metrics=metrics)
    return model


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


def test_early_stopping_waits_and_restores_the_best_weights():
    model = line(lr=0.0)
    stopper = callbacks.EarlyStopping(monitor="loss", min_delta=1e-6, patience=2, restore_best_weights=True)

    history = model.fit(X, Y, epochs=20, verbose=0, callbacks=[stopper])

    assert stopper.stopped_epoch == 2
    assert history.epoch == [0, 1, 2]


def test_early_stopping_knows_that_accuracy_grows():
    stopper = callbacks.EarlyStopping(monitor="val_acc")
    stopper.on_train_begin()

    assert stopper.best == -math.inf


def test_a_value_that_is_not_there_is_named():
    with pytest.warns(RuntimeWarning, match="val_loss"):
        line().fit(X, Y, verbose=0, callbacks=[callbacks.EarlyStopping()])


def test_the_checkpoint_keeps_the_best_and_never_a_nan(tmp_path):
    saved = []

    class Saver:
        def save(self, path, overwrite):
            saved.append(path)

    checkpoint = callbacks.ModelCheckpoint("m{epoch:02d}-{loss:.1f}.h5", monitor="loss", save_best_only=True)
    checkpoint.set_model(Saver())
    for epoch, loss in enumerate([3.0, 2.0, math.nan, 2.5, 1.0]):
        checkpoint.on_epoch_end(epoch, {"loss": loss})

    assert saved == ["m01-3.0.h5", "m02-2.0.h5", "m05-1.0.h5"]


def test_a_full_disk_gives_a_warning_and_the_next_epoch_tries_again():
    class Full:
        tries = 0

        def save(self, path, overwrite):
            self.tries += 1
            raise OSError(28, "No space left on device")

    model = Full()
    checkpoint = callbacks.ModelCheckpoint("m.h5", monitor="loss", save_best_only=True)
    checkpoint.set_model(model)
    for epoch in range(2):
        with pytest.warns(UserWarning, match="No space left"):
            checkpoint.on_epoch_end(epoch, {"loss": 1.0})

    assert model.tries == 2


def test_the_scheduler_sets_the_rate_and_history_shows_it():
    model = line()

    history = model.fit(
        X, Y, epochs=3, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))]
    )

    np.testing.assert_allclose(history.history["lr"], [0.1, 0.05, 0.1 / 3], rtol=1e-6)
    with pytest.raises(SettingTypeError, match="float"):
        model.fit(X, Y, verbose=0, callbacks=[callbacks.LearningRateScheduler(lambda epoch: "fast")])


def test_the_rate_falls_at_the_end_of_the_patience_th_bad_epoch():
    model = line(lr=0.1)
    plateau = callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=2, min_delta=1e9)

    history = model.fit(X, Y, epochs=6, verbose=0, callbacks=[plateau])

    # The first epoch always counts as better than nothing.
    np.testing.assert_allclose(history.history["lr"], [0.1, 0.1, 0.1, 0.05, 0.05, 0.025], rtol=1e-6)


def test_the_old_name_of_min_delta_is_understood():
    with pytest.warns(UserWarning, match="min_delta"):
        assert callbacks.ReduceLROnPlateau(epsilon=0.5).min_delta == 0.5


def test_the_csv_file_has_a_line_for_each_epoch(tmp_path):
    path = tmp_path / "log.csv"
    logger = callbacks.CSVLogger(str(path))

    history = line(metrics=["mae"]).fit(X, Y, epochs=3, verbose=0, callbacks=[logger], validation_split=0.5)
    line().fit(X, Y, epochs=1, verbose=0, callbacks=[callbacks.CSVLogger(str(path), append=True)])

    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert list(rows[0]) == ["epoch", "loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "0"]
    assert float(rows[1]["loss"]) == history.history["loss"][1]


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


def test_an_unknown_hook_is_refused():
    with pytest.raises(SettingTypeError, match="on_epoch_stop"):
        callbacks.LambdaCallback(on_epoch_stop=print)
