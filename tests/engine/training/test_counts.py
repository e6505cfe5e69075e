"""Epochs, steps, sizes and shares in the forms that users write them, at every entry point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import callbacks
from engine._training.counts import batches, share, whole
from engine.errors import DataError, SettingError
from engine.layers import Dense, Embedding, Flatten, Input, concatenate
from engine.models import Model, Sequential
from engine.preprocessing.image import ImageDataGenerator
from engine.preprocessing.sequence import TimeseriesGenerator, pad_sequences
from engine.preprocessing.text import Tokenizer
from engine.utils import Sequence

X = np.random.default_rng(0).uniform(size=(40, 6)).astype("float32")
Y = np.random.default_rng(1).uniform(size=(40, 2)).astype("float32")
NO_COUNTS = [0, -1, True, "5", math.nan, math.inf, [2], np.array([2, 3])]


class Rows(Sequence):
    """Five batches of eight."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        return X[index * 8 : index * 8 + 8], Y[index * 8 : index * 8 + 8]


def _endless() -> Iterator[Any]:
    while True:
        yield X[:8], Y[:8]


def _model() -> Any:
    model = Sequential([Dense(2, input_shape=(6,))])
    model.compile("sgd", "mse")
    return model


STEPS: dict[str, Callable[[Any, Any], Any]] = {
    "fit": lambda model, n: model.fit(X, Y, steps_per_epoch=n, verbose=0),
    "fit on batches": lambda model, n: model.fit(_endless(), steps_per_epoch=n, verbose=0),
    "fit_generator": lambda model, n: model.fit_generator(_endless(), n, verbose=0),
    "validation": lambda model, n: model.fit(X, Y, validation_data=_endless(), validation_steps=n, verbose=0),
    "validation on arrays": lambda model, n: model.fit(X, Y, validation_data=(X, Y), validation_steps=n, verbose=0),
    "evaluate": lambda model, n: model.evaluate(X, Y, steps=n, verbose=0),
    "evaluate_generator": lambda model, n: model.evaluate_generator(_endless(), n),
    "predict": lambda model, n: model.predict(X, steps=n),
    "predict_generator": lambda model, n: model.predict_generator((x for x, _ in _endless()), n),
}


@given(st.integers(0, 10**6), st.sampled_from([int, float, np.int64, np.float64, np.array]))
def test_a_whole_number_is_one_in_every_form(number: int, form: Any) -> None:
    assert whole(form(number), "epochs", 0) == number
    assert number == 0 or batches(form(number), "steps") == number


@given(st.integers(1, 10**5), st.integers(1, 512))
def test_a_quotient_counts_the_batch_that_is_begun(samples: int, size: int) -> None:
    assert batches(samples / size, "steps") == -(-samples // size)


@pytest.mark.parametrize("entry", STEPS)
@pytest.mark.parametrize("number", NO_COUNTS, ids=repr)
def test_steps_that_are_no_number_of_batches_are_refused_everywhere(entry: str, number: Any) -> None:
    model = _model()
    before = model.get_weights()
    with pytest.raises(SettingError, match=r"steps.*a number of batches above 0, found"):
        STEPS[entry](model, number)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


@pytest.mark.parametrize("entry", STEPS)
def test_steps_that_are_a_quotient_are_taken_everywhere(entry: str) -> None:
    STEPS[entry](_model(), 12 / 8)


def test_as_many_samples_are_predicted_and_trained_on_as_the_quotient_counts() -> None:
    seen: list[int] = []
    count = callbacks.LambdaCallback(on_batch_end=lambda batch, logs: seen.append(batch))
    _model().fit_generator(_endless(), 20 / 8, verbose=0, callbacks=[count])
    assert seen == [0, 1, 2]
    assert _model().predict_generator((x for x, _ in _endless()), 20 / 8).shape == (24, 2)


@pytest.mark.parametrize("number", [*NO_COUNTS, 1.5, None], ids=repr)
def test_epochs_and_sizes_that_are_no_whole_numbers_are_refused(number: Any) -> None:
    if number is not NO_COUNTS[0]:
        for name in ("epochs", "initial_epoch"):
            with pytest.raises(SettingError, match=f"{name}: expected a whole number, 0 or above, found"):
                _model().fit(X, Y, verbose=0, **{name: number})
    if number is not None:
        for call in (
            lambda: _model().fit(X, Y, number, verbose=0),
            lambda: _model().evaluate(X, Y, number, verbose=0),
            lambda: _model().predict(X, number),
        ):
            with pytest.raises(SettingError, match="batch_size: expected a whole number above 0, found"):
                call()


def test_epochs_and_sizes_may_be_whole_floats_and_numbers_of_numpy() -> None:
    history = _model().fit(X, Y, np.int8(8), 2.0, verbose=0)
    assert history.epoch == [0, 1]
    assert _model().predict(X, batch_size=np.array(8)).shape == (40, 2)


@pytest.mark.parametrize("name", ["workers", "max_queue_size"])
def test_workers_and_queues_are_whole_numbers(name: str) -> None:
    wrong: Any
    for wrong in (None, "2", 1.5):
        with pytest.raises(SettingError, match=f"{name}: expected a whole number, found"):
            _model().fit_generator(Rows(), verbose=0, **{name: wrong})
    right: Any
    for right in (2.0, np.int64(2), 0, -1):
        _model().fit_generator(Rows(), verbose=0, **{name: right})


def test_a_share_is_a_number_between_0_and_1() -> None:
    assert share(np.array(0.5), "s") == 0.5
    wrong: Any
    for wrong in (1, "0.2", True, -0.1, math.nan, [0.2]):
        with pytest.raises(SettingError, match="validation_split: expected a share between 0 and 1, found"):
            _model().fit(X, Y, verbose=0, validation_split=wrong)
    _model().fit(X, Y, verbose=0, validation_split=0)


class TestCallbacks:
    def test_one_stands_for_a_list_of_one(self) -> None:
        epochs: list[int] = []
        one: Any = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(epoch))
        _model().fit(X, Y, epochs=2, verbose=0, callbacks=one)
        _model().fit(X, Y, verbose=0, callbacks=(one,))
        assert epochs == [0, 1, 0]

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (callbacks.EarlyStopping, r"Write EarlyStopping\(...\)"),
            ([callbacks.EarlyStopping], r"Write EarlyStopping\(...\)"),
            ([print], r"Write LambdaCallback\(...\)"),
            ("early", "found 'early'"),
            ([None], "found None"),
        ],
    )
    def test_what_is_none_is_refused_in_words(self, wrong: Any, message: str) -> None:
        with pytest.raises(SettingError, match=f"callbacks: expected callbacks.*{message}"):
            _model().fit(X, Y, verbose=0, callbacks=wrong)


class TestWeightsOfSamplesAndClasses:
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ([1, 2, 3], r"found list. Write dict\(enumerate"),
            (np.ones(3), r"found ndarray. Write dict\(enumerate"),
            ("balanced", "found 'balanced'. sklearn's compute_class_weight"),
            ({"0": 1.0, "1": 2.0}, "known output, found '0'. Known: 'dense"),
            ({0: 1, 1: 2}, r"none for \[2\]"),
            ({0: 1, 1: 2, 2: "x"}, "expected numbers"),
        ],
    )
    def test_weights_of_classes_that_are_none_are_refused_with_what_to_write(self, wrong: Any, message: str) -> None:
        model = Sequential([Dense(3, activation="softmax", input_shape=(6,))])
        model.compile("sgd", "sparse_categorical_crossentropy")
        with pytest.raises(ValueError, match=message):
            model.fit(X, np.arange(40) % 3, class_weight=wrong, verbose=0)

    def test_weights_of_samples_that_are_no_numbers_are_refused(self) -> None:
        wrong: Any
        for wrong in ("auto", ["a"] * 40, [[1], [2, 3]]):
            with pytest.raises(DataError, match=r"sample_weight of output 'dense.*expected numbers"):
                _model().fit(X, Y, sample_weight=wrong, verbose=0)


class TestDataInOtherForms:
    def test_a_range_is_numbers(self) -> None:
        model = Sequential([Embedding(50, 2, input_length=1), Flatten(), Dense(1)])
        model.compile("sgd", "mse")
        model.fit(range(40), range(40), verbose=0)
        np.testing.assert_array_equal(model.predict(range(3)), model.predict(np.arange(3)))

    def test_one_sample_without_its_batch_axis_is_said_as_it_was_written(self) -> None:
        with pytest.raises(
            DataError, match=r"holds one number a sample. Take it as one sample: x = np.expand_dims\(x, 0\)"
        ):
            _model().predict(X[0])

    def test_a_wrong_name_of_an_input_is_answered_with_the_right_ones(self) -> None:
        left, right = Input((6,), name="left"), Input((6,), name="right")
        model = Model([left, right], Dense(2, name="middle")(concatenate([left, right])))
        with pytest.raises(ValueError, match=r"found 'up'\. Known: 'left', 'right'"):
            model.predict({"up": X, "right": X})
        with pytest.raises(ValueError, match=r"known output, found 'end'\. Known: 'middle'"):
            model.compile("sgd", {"end": "mse"})


IMAGES = np.zeros((4, 6, 6, 3))
MAKERS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "NumpyArrayIterator, batch_size": (lambda n: next(ImageDataGenerator().flow(IMAGES, batch_size=n)), 0),
    "TimeseriesGenerator, batch_size": (lambda n: TimeseriesGenerator(X, Y, 3, batch_size=n)[0], 0),
    "TimeseriesGenerator, length": (lambda n: TimeseriesGenerator(X, Y, n)[0], 0),
    "TimeseriesGenerator, sampling_rate": (lambda n: TimeseriesGenerator(X, Y, 4, sampling_rate=n)[0], 0),
    "TimeseriesGenerator, stride": (lambda n: TimeseriesGenerator(X, Y, 4, stride=n)[0], 0),
    "pad_sequences, maxlen": (lambda n: pad_sequences([[1], [2, 3]], maxlen=n), -1),
    "Tokenizer, num_words": (Tokenizer, -1),
    "EarlyStopping, patience": (lambda n: callbacks.EarlyStopping(patience=n), "3"),
    "ReduceLROnPlateau, patience": (lambda n: callbacks.ReduceLROnPlateau(patience=n), "3"),
    "ReduceLROnPlateau, cooldown": (lambda n: callbacks.ReduceLROnPlateau(cooldown=n), "3"),
    "ModelCheckpoint, period": (lambda n: callbacks.ModelCheckpoint("m.h5", period=n), 0),
}


@pytest.mark.parametrize("argument", MAKERS)
def test_sizes_and_patience_are_checked_where_they_are_written(argument: str) -> None:
    make, too_small = MAKERS[argument]
    wrong: Any
    for wrong in ("2", 2.5, True, too_small):
        with pytest.raises(SettingError, match=f"{argument}: expected a whole number"):
            make(wrong)
    right: Any
    for right in (2, 2.0, np.int64(2), np.array(2)):
        make(right)
