"""Errors and interrupts in code of the user's, threads and loops: raised, and what comes after works."""

from __future__ import annotations

import asyncio
import gc
import threading

import numpy as np
import pytest

from engine.callbacks import Callback, EarlyStopping
from engine.layers import BatchNormalization, Dense, Dropout, Input
from engine.models import Model, Sequential, clone_model
from engine.utils import Sequence

RNG = np.random.default_rng(4)
X, Y = RNG.normal(size=(9, 4)), RNG.normal(size=(9, 1))
MOMENTS = ["train_begin", "epoch_begin", "batch_begin", "batch_end", "epoch_end", "train_end"]
ERRORS = [KeyboardInterrupt, SystemExit, ValueError, StopIteration, GeneratorExit]


def _model():
    model = Sequential([Dense(3, input_dim=4), BatchNormalization(), Dense(1)])
    model.compile("sgd", "mse")
    return model


def _goes_on(model):
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    assert np.isfinite(model.fit(X, Y, epochs=2, verbose=0, validation_data=(X, Y)).history["loss"]).all()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("engine-data")]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_a_callback_is_raised(error, moment):
    def fail(self, *arguments):
        raise error("mine")

    model = _model()
    ending = type("Ending", (Callback,), {f"on_{moment}": fail})()
    with pytest.raises(error):
        model.fit(X, Y, epochs=2, batch_size=4, verbose=0, callbacks=[ending])
    _goes_on(model)


class Failing(Sequence):
    def __init__(self, error):
        self.error = error

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index == 1:
            raise self.error("mine")
        return X[:4], Y[:4]


def _failing(error):
    yield X[:4], Y[:4]
    raise error("mine")


@pytest.mark.parametrize("workers", [0, 1, 3])
@pytest.mark.parametrize("make", [Failing, _failing], ids=["Sequence", "generator"])
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_a_source_of_batches_is_raised_from_every_entry_point(error, make, workers):
    model = _model()
    # Python itself makes a RuntimeError of a StopIteration within a generator.
    expected = RuntimeError if error is StopIteration else error
    for entry in (
        lambda: model.fit_generator(make(error), steps_per_epoch=3, workers=workers, verbose=0),
        lambda: model.evaluate_generator(make(error), steps=3, workers=workers),
        lambda: model.predict_generator(make(error), steps=3, workers=workers),
        lambda: model.fit(X, Y, validation_data=make(error), validation_steps=3, verbose=0),
    ):
        with pytest.raises(expected):
            entry()
    _goes_on(model)


def test_threads_predict_and_measure_while_one_trains():
    model, errors, over = _model(), [], threading.Event()

    def ask():
        while not over.is_set():
            try:
                model.predict(X)
                model.evaluate(X, Y, verbose=0)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    model.fit(X, Y, epochs=20, verbose=0, validation_data=(X, Y))
    over.set()
    for thread in threads:
        thread.join()
    assert not errors


def test_models_trained_in_threads_have_the_numbers_of_one():
    models = [clone_model(model) for model in [_model()] * 4]
    for model in models:
        model.set_weights(models[0].get_weights())
        model.compile("adam", "mse")
    threads = [threading.Thread(target=lambda m=m: m.fit(X, Y, epochs=10, shuffle=False, verbose=0)) for m in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for model in models[1:]:
        for ours, first in zip(model.get_weights(), models[0].get_weights(), strict=True):
            np.testing.assert_array_equal(ours, first)


def test_layers_made_in_threads_have_names_of_their_own():
    names = []
    threads = [threading.Thread(target=lambda: names.extend(Dense(1).name for _ in range(200))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == len(names) == 800


def test_training_runs_within_an_event_loop_and_in_its_executor():
    model = _model()

    async def work():
        model.fit(X, Y, verbose=0)
        loop = asyncio.get_running_loop()
        training = loop.run_in_executor(None, lambda: model.fit(X, Y, epochs=3, verbose=0))
        asked = [loop.run_in_executor(None, model.predict, X) for _ in range(4)]
        return await asyncio.gather(training, *asked)

    history, *outputs = asyncio.run(work())
    assert history.epoch == [0, 1, 2]
    assert all(np.isfinite(output).all() for output in outputs)


def _compiled_again(model):
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, verbose=0)


def _built_anew(_):
    x = Input((4,))
    inner = Sequential([Dense(3, input_dim=4), BatchNormalization()])
    model = Model(x, Dense(1)(Dropout(0.2)(inner(x))))
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, verbose=0, validation_split=0.3, callbacks=[EarlyStopping("loss")])
    clone_model(model).predict(X)


@pytest.mark.parametrize("repeated", [_compiled_again, _built_anew])
def test_what_is_repeated_leaves_as_many_objects_as_before(repeated):
    model = _model()

    def objects_after(times):
        for _ in range(times):
            repeated(model)
        gc.collect()
        # Only the engine's: threads that earlier tests left may make others meanwhile.
        return sum(str(type(one).__module__).startswith("engine.") for one in gc.get_objects())

    objects_after(3)
    assert objects_after(30) - objects_after(1) < 30  # less than one for each model
