"""Callbacks that watch a value: early stopping, checkpoints, falling rates."""

import math

import numpy as np
import pytest

from engine import callbacks
from engine.layers import Dense
from engine.models import Sequential

from .line import X, Y, line


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


def test_the_rate_falls_at_the_end_of_the_patience_th_bad_epoch():
    model = line(lr=0.1)
    plateau = callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=2, min_delta=1e9)

    history = model.fit(X, Y, epochs=6, verbose=0, callbacks=[plateau])

    # The first epoch always counts as better than nothing.
    np.testing.assert_allclose(history.history["lr"], [0.1, 0.1, 0.1, 0.05, 0.05, 0.025], rtol=1e-6)


def test_the_old_name_of_min_delta_is_understood():
    with pytest.warns(UserWarning, match="min_delta"):
        assert callbacks.ReduceLROnPlateau(epsilon=0.5).min_delta == 0.5


def test_values_are_watched_written_and_kept_under_the_names_of_keras_2_3(tmp_path):
    model = Sequential([Dense(2, activation="softmax", input_dim=1)])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    x, y = np.zeros((4, 1)), np.eye(2)[[0, 1, 0, 1]]
    watching = callbacks.EarlyStopping("val_accuracy", patience=1)
    writing = callbacks.ModelCheckpoint(str(tmp_path / "{epoch}-{val_accuracy:.1f}.h5"), monitor="val_accuracy")
    history = model.fit(x, y, epochs=9, validation_data=(x, y), verbose=0, callbacks=[watching, writing]).history
    assert history["val_accuracy"] == history["val_acc"] == [0.5, 0.5]  # it never gets better
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1-0.5.h5", "2-0.5.h5"]


def test_a_subclass_watches_with_the_names_of_keras():
    class Kept(callbacks.EarlyStopping):
        seen = 0

        def on_epoch_end(self, epoch, logs=None):
            if self.monitor_op(logs["loss"], self.best):
                self.best, self.seen = logs["loss"], self.seen + 1

    kept = Kept("loss")
    model = line()
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[kept]).history["loss"]
    assert kept.seen and kept.best == min(history)
    kept.monitor_op = np.greater
    assert kept.monitor_op(2.0, 1.0) and not kept.monitor_op(1.0, 2.0)
