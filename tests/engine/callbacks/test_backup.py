"""`BackupAndRestore`: a training that was cut off and runs again comes to the numbers of one that was not."""

import numpy as np
import pytest

from engine._machine.random import seeded
from engine.callbacks import BackupAndRestore, LambdaCallback
from engine.errors import GraphError, SettingError
from engine.layers import Dense, Dropout, Input
from engine.models import Model
from engine.optimizers import Adam

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)), rng.normal(size=(40, 1))


def made():
    inputs = Input((3,))
    model = Model(inputs, Dense(1)(Dropout(0.2)(Dense(4, activation="tanh")(inputs))))
    model.compile(Adam(0.05), "mse", metrics=["mae"])
    return model


class CutOff(Exception):
    """What ends the first training."""


def trained(folder, epochs, save_freq, cut_at=None):
    def cut(batch, logs):
        counted[0] += 1
        if counted[0] == cut_at:
            raise CutOff

    counted = [0]
    with seeded(3):
        model = made()
        callbacks = [BackupAndRestore(folder, save_freq), LambdaCallback(on_batch_end=cut)]
        try:
            history = model.fit(X, Y, batch_size=8, epochs=epochs, callbacks=callbacks, verbose=0)
        except CutOff:
            return None, None, counted[0]
    return model, history, counted[0]


@pytest.mark.parametrize(("save_freq", "cut_at", "left"), [("epoch", 13, 10), (4, 14, 8), (3, 5, 17)])
def test_a_training_that_was_cut_off_goes_on_as_it_would_have(tmp_path, save_freq, cut_at, left):
    whole, expected, _ = trained(tmp_path / "whole", 4, save_freq)
    assert not list((tmp_path / "whole").iterdir())  # it came to its end
    trained(tmp_path / "cut", 4, save_freq, cut_at)
    assert (tmp_path / "cut" / "backup.h5").exists()
    again, history, batches = trained(tmp_path / "cut", 4, save_freq)
    assert batches == left and history.epoch == [0, 1, 2, 3]  # of 20; the file knows the epochs before it
    np.testing.assert_allclose(history.history["loss"], expected.history["loss"], rtol=1e-6)
    for ours, theirs in zip(again.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert not (tmp_path / "cut" / "backup.h5").exists()


def test_the_file_can_be_kept_and_wrong_settings_are_refused(tmp_path):
    model = made()
    model.fit(X, Y, verbose=0, callbacks=[BackupAndRestore(tmp_path, delete_checkpoint=False)])
    assert (tmp_path / "backup.h5").exists()
    counted = []
    callbacks = [BackupAndRestore(tmp_path)]
    model = made()
    model.fit(X, Y, verbose=0, epochs=2, callbacks=callbacks, listeners=[lambda e: counted.append(type(e).__name__)])
    assert counted.count("EpochBegin") == 1
    for wrong in (0, "batch", 2.5, True):
        with pytest.raises(SettingError, match="save_freq"):
            BackupAndRestore(tmp_path, wrong)


def test_a_model_with_a_step_of_its_own_is_refused(tmp_path):
    class Own(Model):
        def train_step(self, data):
            return {"loss": 0.0}

    model = Own()
    model.compile("sgd")
    with pytest.raises(GraphError, match="train_step of its own"):
        model.fit(X, Y, verbose=0, callbacks=[BackupAndRestore(tmp_path)])
