"""A training that was cut off goes on to the end of the undisturbed one, bit for bit."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import backend as K
from engine._machine.random import seeded
from engine._training.control import Control
from engine.callbacks import Callback, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from engine.errors import FileError
from engine.layers import LSTM, BatchNormalization, Dense, Dropout, GaussianNoise, Layer
from engine.models import Sequential, load_model
from engine.models.checkpoints import CheckpointCopies, Checkpoints, restore_checkpoint, write_checkpoint
from engine.utils import Sequence

from .small_models import stopping

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = RNG.integers(0, 3, 50)
STEPS = X.reshape(50, 2, 2)


class Batches(Sequence):
    """The data by numbered batches."""

    def __len__(self):
        return 7

    def __getitem__(self, index):
        rows = slice(7 * index, 7 * index + 7)
        return X[rows], Y[rows]


class Recalls(Layer):
    """A running mean of what came by, which is a weight, and a share of it that is added."""

    def build(self, input_shape):
        self.mean = self.add_weight("mean", (input_shape[-1],), initializer="zeros", trainable=False)
        super().build(input_shape)

    def call(self, x):
        self.add_update(K.moving_average_update(self.mean, K.mean(x, 0), 0.9))
        return x + 0.1 * self.mean


def plain():
    return Sequential(
        [Dense(6, input_dim=4, activation="relu"), Dropout(0.3), BatchNormalization(), Dense(3, activation="softmax")]
    )


def with_seeds():
    return Sequential(
        [Dropout(0.2, seed=3, input_shape=(4,)), GaussianNoise(0.1), Recalls(), Dense(3, activation="softmax")]
    )


def recurrent():
    return Sequential([LSTM(5, input_shape=(2, 2), dropout=0.2, recurrent_dropout=0.2), Dense(3, activation="softmax")])


def stateful():
    return Sequential([LSTM(5, batch_input_shape=(10, 2, 2), stateful=True), Dense(3, activation="softmax")])


class Counts(Callback):
    """Says what it has counted to a checkpoint."""

    batches = 0

    def on_batch_end(self, batch, logs=None):
        self.batches += 1

    def get_state(self):
        return {"batches": self.batches}

    def set_state(self, state):
        self.batches = state["batches"]


def callbacks(path):
    return [
        Counts(),
        LearningRateScheduler(lambda epoch, rate: rate * 0.9),
        ReduceLROnPlateau(monitor="loss", patience=1, factor=0.5),
        EarlyStopping(monitor="loss", patience=2, restore_best_weights=True),
        ModelCheckpoint(path / "best.h5", monitor="loss", save_best_only=True),
    ]


CASES = {
    "plain": (plain, X, {"validation_split": 0.2, "batch_size": 8}),
    "in blocks": (plain, X, {"shuffle": "batch", "batch_size": 8}),
    "in order": (plain, X, {"shuffle": False, "batch_size": 16}),
    "steps": (plain, X, {"steps_per_epoch": 3, "batch_size": 8}),
    "with seeds": (with_seeds, X, {"batch_size": 8}),
    "recurrent": (recurrent, STEPS, {"batch_size": 8}),
    "stateful": (stateful, STEPS, {"batch_size": 10, "shuffle": False}),
}


def train(model, path, x, settings, control=None, listeners=(), seed=5):
    with seeded(seed):
        return model.fit(
            x, Y, epochs=5, verbose=0, callbacks=callbacks(path), control=control, listeners=listeners, **settings
        )


def compiled(make, optimizer="adam"):
    with seeded(1):
        model = make()
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("after", [1, 6, 14])
def test_a_stopped_training_goes_on_to_the_same_end(tmp_path, case, after):
    make, x, how = CASES[case]
    whole = compiled(make)
    history = train(whole, tmp_path, x, how)
    control, first = Control(), compiled(make)
    train(first, tmp_path, x, how, control, [stopping(control, after), Checkpoints(tmp_path / "c.h5", first, control)])
    second, control = compiled(make), Control()
    control.begin_at = restore_checkpoint(tmp_path / "c.h5", second)
    resumed = train(second, tmp_path, x, how, control, seed=99)
    assert (resumed.epoch, resumed.history) == (history.epoch, history.history)
    for ours, theirs in zip(second.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(second.optimizer.get_weights(), whole.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_training_that_is_stopped_between_two_batches_is_kept_as_it_was_before_callbacks_saw_its_end(tmp_path):
    whole, first, second = compiled(plain), compiled(plain), compiled(plain)
    history = train(whole, tmp_path, X, {"batch_size": 8})
    control = Control()
    # The stop comes when the checkpoints have heard of the batch already, as that of a paused training does.
    train(
        first,
        tmp_path,
        X,
        {"batch_size": 8},
        control,
        [Checkpoints(tmp_path / "c.h5", first, control), stopping(control, 9)],
    )
    assert first.history.partial
    control = Control()
    control.begin_at = restore_checkpoint(tmp_path / "c.h5", second)
    assert control.begin_at["position"] == {**control.begin_at["position"], "epoch": 1, "batch": 2}
    resumed = train(second, tmp_path, X, {"batch_size": 8}, control)
    assert (resumed.epoch, resumed.history, resumed.partial) == (history.epoch, history.history, False)
    for ours, theirs in zip(second.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_copies_of_a_training_are_checkpoints_of_the_moments_at_which_they_were_taken(tmp_path):
    whole, first = compiled(plain), compiled(plain)
    history = train(whole, tmp_path, X, {"batch_size": 8})
    taken, control = [], Control()
    train(first, tmp_path, X, {"batch_size": 8}, control, [CheckpointCopies(taken.append, first, control, share=1e9)])
    assert [(one.epoch, one.batch) for one in taken] == [
        (0, 0),
        *((epoch, 0) for epoch in range(1, len(history.epoch) + 1)),
    ]
    for one in taken[:-1]:
        one.write(tmp_path / "c.h5")
        model, control = compiled(plain), Control()
        control.begin_at = restore_checkpoint(tmp_path / "c.h5", model)
        resumed = train(model, tmp_path, X, {"batch_size": 8}, control, seed=99)
        assert resumed.history == history.history
        for ours, theirs in zip(model.get_weights(), whole.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.filterwarnings("ignore:The loss is")
def test_weights_that_are_no_numbers_do_not_take_the_place_of_good_ones(tmp_path):
    model, control = compiled(plain), Control()
    control.ends_on_nan = True
    keeping = Checkpoints(tmp_path / "c.h5", model, control)
    spoilt = np.where(np.arange(50)[:, None] == 40, np.float32("nan"), X)
    model.fit(spoilt, Y, batch_size=8, shuffle=False, verbose=0, control=control, listeners=[keeping])
    assert control.reason == "nan" and keeping.written == 0


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam"])
@settings(max_examples=3, deadline=None)
@given(after=st.integers(1, 24))
def test_every_optimizer_goes_on_where_it_was(tmp_path_factory, optimizer, after):
    path = tmp_path_factory.mktemp("run")
    whole = compiled(plain, optimizer)
    train(whole, path, X, {"batch_size": 10})
    control, first = Control(), compiled(plain, optimizer)
    train(
        first,
        path,
        X,
        {"batch_size": 10},
        control,
        [stopping(control, after), Checkpoints(path / "c.h5", first, control)],
    )
    second, control = compiled(plain, optimizer), Control()
    control.begin_at = restore_checkpoint(path / "c.h5", second)
    train(second, path, X, {"batch_size": 10}, control)
    for ours, theirs in zip(second.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_batches_of_a_sequence_go_on_with_the_next_number(tmp_path):
    def fit(model, control, listeners=()):
        with seeded(2):
            return model.fit_generator(Batches(), epochs=3, verbose=0, control=control, listeners=listeners)

    whole, first, second = compiled(plain), compiled(plain), compiled(plain)
    fit(whole, Control())
    control = Control()
    fit(first, control, [stopping(control, 10), Checkpoints(tmp_path / "c.h5", first, control)])
    control = Control()
    control.begin_at = restore_checkpoint(tmp_path / "c.h5", second)
    fit(second, control)
    for ours, theirs in zip(second.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_checkpoint_is_a_model_file_as_well(tmp_path):
    model, control = compiled(plain), Control()
    train(model, tmp_path, X, {}, control, [Checkpoints(tmp_path / "c.h5", model, control)])
    snapshot = restore_checkpoint(tmp_path / "c.h5", compiled(plain))
    assert snapshot["position"]["epoch"] == len(model.history.epoch)
    again = load_model(tmp_path / "c.h5")
    assert again.predict(X).shape == (50, 3)
    assert int(again.optimizer.iterations.array) == int(model.optimizer.iterations.array)


def test_what_is_no_checkpoint_of_the_model_is_refused_and_changes_nothing(tmp_path):
    model, control = compiled(plain), Control()
    train(model, tmp_path, X, {}, control, [Checkpoints(tmp_path / "c.h5", model, control)])
    other = compiled(lambda: Sequential([Dense(3, input_dim=4)]))
    before = other.get_weights()
    with pytest.raises(FileError):
        restore_checkpoint(tmp_path / "c.h5", other)
    model.save(tmp_path / "model.h5")
    with pytest.raises(FileError, match="says where a training stands"):
        restore_checkpoint(tmp_path / "model.h5", compiled(plain))
    for now, then in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    fresh, control = compiled(plain), Control()
    control.begin_at = restore_checkpoint(tmp_path / "c.h5", fresh)
    with pytest.raises(FileError, match="callbacks"):
        fresh.fit(X, Y, verbose=0, control=control)


def test_damaged_states_are_refused(tmp_path):
    model = compiled(plain)
    for state in ({}, [], {"position": {}}, None):
        write_checkpoint(tmp_path / "c.h5", model, state)
        with pytest.raises(FileError, match="state"):
            restore_checkpoint(tmp_path / "c.h5", compiled(plain))


def test_a_disk_that_is_gone_does_not_end_the_training(tmp_path):
    model, control = compiled(plain), Control()
    with pytest.warns(UserWarning, match="The training goes on") as warned:
        train(model, tmp_path, X, {}, control, [Checkpoints(tmp_path / "gone" / "c.h5", model, control)])
    assert len([w for w in warned if "goes on" in str(w.message)]) == 1
    assert model.history.epoch


def test_writing_takes_a_small_share_of_the_time_and_none_is_lost_for_longer_than_asked(tmp_path):
    now = [0.0]

    def clock():
        now[0] += 1.0
        return now[0]

    model, control = compiled(plain), Control()
    keeping = Checkpoints(tmp_path / "c.h5", model, control, every=1e9, clock=clock)
    with seeded(1):
        model.fit(X, Y, epochs=100, batch_size=50, verbose=0, control=control, listeners=[keeping])
    assert 2 <= keeping.written <= 12  # a write takes one tick of some five hundred, fifty pass before the next
    control = Control()
    often = Checkpoints(tmp_path / "c.h5", model, control, every=5.0, clock=clock)
    with seeded(1):
        model.fit(X, Y, epochs=4, batch_size=1, verbose=0, control=control, listeners=[often])
    assert often.written >= 8  # of quick batches one in eight asks for the time


EXPERIMENT = """
class_name: Sequential
config:
  - {class_name: Dense, config: {units: 8, activation: relu, batch_input_shape: [null, 4], name: a}}
  - {class_name: Dropout, config: {rate: 0.3, name: b}}
  - {class_name: Dense, config: {units: 3, activation: softmax, name: c}}
data: {inputs: {a_input: x}, targets: {c: y}}
training: {epochs: 60, batch_size: 5, seed: 3, loss: sparse_categorical_crossentropy, validation_split: 0.2}
"""


def command(folder, *more):
    return [sys.executable, "-m", "engine", "train", "e.yaml", "--data", "d.npz", "--keep", folder, "--quiet", *more]


def test_a_killed_training_resumed_by_the_command_line_ends_as_the_undisturbed_one(tmp_path):
    (tmp_path / "e.yaml").write_text(EXPERIMENT)
    np.savez(tmp_path / "d.npz", x=X, y=Y)
    subprocess.run(command("whole"), cwd=tmp_path, check=True, capture_output=True)
    randomness, kills = random.Random(4), 0
    for _ in range(40):
        known = (tmp_path / "cut" / "experiment.yaml").exists()
        run = subprocess.Popen(
            command("cut", *(["--resume"] if known else [])), cwd=tmp_path, stdout=subprocess.DEVNULL
        )
        time.sleep(0.3 + randomness.random() * 0.5)
        if run.poll() is None and kills < 5:
            os.kill(run.pid, signal.SIGKILL)
            kills += 1
            run.wait()
        elif run.wait() == 0:
            break
    assert (tmp_path / "whole" / "history.json").read_text() == (tmp_path / "cut" / "history.json").read_text()
    first, second = load_model(tmp_path / "whole" / "checkpoint.h5"), load_model(tmp_path / "cut" / "checkpoint.h5")
    for ours, theirs in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
