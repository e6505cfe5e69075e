"""One path for all data: what arrays, generators and Sequences give is the same, whatever the method."""

import copy
import inspect

import numpy as np
import pytest

from engine.errors import DataError, NotCompiled
from engine.layers import Dense, Dropout
from engine.models import Model, Sequential
from engine.models.network import Network

RNG = np.random.default_rng(5)
X = RNG.normal(size=(12, 3)).astype("float32")
Y = RNG.normal(size=(12, 2)).astype("float32")


class Parts:
    """The data as a Sequence of batches of four."""

    def __len__(self):
        return 3

    def __getitem__(self, i):
        part = slice(4 * i, 4 * i + 4)
        return X[part], Y[part]


def endless():
    while True:
        yield from (Parts()[i] for i in range(3))


SOURCES = {"sequence": Parts, "generator": endless}


def model(**first):
    made = Sequential([Dense(2, kernel_initializer="ones", **first)])
    made.compile("sgd", "mse", metrics=["mae"])
    return made


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("first", [{"input_dim": 3}, {}], ids=["built", "not built"])
def test_batch_by_batch_is_the_same_as_arrays(source, first):
    expected, found = model(input_dim=3), model(**first)

    one = expected.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0, validation_data=(X, Y))
    other = found.fit_generator(
        SOURCES[source](), 3, 2, verbose=0, shuffle=False, validation_data=SOURCES[source](), validation_steps=3
    )

    assert {name: pytest.approx(values, rel=1e-6) for name, values in one.history.items()} == other.history
    assert found.evaluate_generator(SOURCES[source](), 3) == pytest.approx(expected.evaluate(X, Y, verbose=0), rel=1e-6)
    np.testing.assert_allclose(found.predict_generator(SOURCES[source](), 3), expected.predict(X), rtol=1e-6)


@pytest.mark.parametrize("method", ["evaluate_generator", "predict_generator"])
def test_a_model_without_input_shape_takes_it_from_the_first_batch(method):
    found = getattr(model(), method)(endless(), 3)

    expected = getattr(model(input_dim=3), method)(endless(), 3)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_generator_without_a_batch_is_named():
    with pytest.raises(DataError, match="at least one batch"):
        model().fit_generator(iter(()), 1, verbose=0)


@pytest.mark.parametrize("source", SOURCES)
def test_fit_on_arrays_validates_on_whatever_has_batches(source):
    found = model(input_dim=3).fit(X, Y, 4, verbose=0, validation_data=SOURCES[source](), validation_steps=3)

    expected = model(input_dim=3).fit(X, Y, 4, verbose=0, shuffle=True, validation_data=(X, Y))
    assert found.history.keys() == expected.history.keys()
    assert np.isfinite(found.history["val_mean_absolute_error"]).all()


def test_an_uncompiled_model_says_so_whatever_it_is_given():
    plain = Sequential([Dense(2, input_dim=3)])

    for call in (lambda: plain.fit(X, Y), lambda: plain.fit_generator(endless(), 1), lambda: plain.evaluate(X, Y)):
        with pytest.raises(NotCompiled, match=r"model\.compile"):
            call()


def test_a_copy_trains_itself_and_its_callbacks_know_it():
    first = model(input_dim=3)
    first.fit(X, Y, verbose=0)

    second = copy.deepcopy(first)
    history = second.fit(X, Y, verbose=0)

    assert history.model is second and second.history is history and first.history is not history
    assert not np.array_equal(first.get_weights()[0], second.get_weights()[0])


def test_models_are_at_most_five_classes_deep():
    deep = [base for base in inspect.getmro(Sequential) if base is not object]

    assert len(deep) == 5 and Model in deep and Network in deep


def test_a_network_asks_its_kind_in_one_way():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.drop = Dropout(0.5)

        def call(self, inputs):
            return self.drop(inputs)

    built = model(input_dim=3)
    kinds = [one.model_kind for one in (built, Sequential(), Model(built.inputs, built.outputs), Own())]

    assert kinds == ["stack", "stack", "graph", "subclass"]
