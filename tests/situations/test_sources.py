"""`fit`, `evaluate` and `predict` take what their `..._generator` twins take, with the same numbers, and never wait for ever."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.errors import DataError
from engine.layers import Dense, Flatten
from engine.models import Sequential
from engine.preprocessing.image import ImageDataGenerator
from engine.utils import Sequence

RNG = np.random.default_rng(7)
X, Y = RNG.random((12, 4, 4, 1)), RNG.random((12, 2))


class Batches(Sequence):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        rows = slice(4 * index, 4 * index + 4)
        return X[rows], Y[rows]


def _endless():
    while True:
        for index in range(3):
            yield Batches()[index]


def _finite():
    yield from (Batches()[index] for index in range(3))


KNOWN = {"Sequence": Batches, "flow": lambda: ImageDataGenerator().flow(X, Y, batch_size=4, shuffle=False)}
UNKNOWN = {"endless": _endless, "finite": _finite}


def _model():
    model = Sequential([Flatten(input_shape=(4, 4, 1)), Dense(2, kernel_initializer="ones")])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("kind", [*KNOWN, *UNKNOWN])
def test_batches_give_the_numbers_of_arrays(kind):
    make = {**KNOWN, **UNKNOWN}[kind]
    by_arrays, by_batches = _model(), _model()
    expected = by_arrays.fit(X, Y, batch_size=4, epochs=1, shuffle=False, verbose=0).history
    history = by_batches.fit(make(), steps_per_epoch=3, epochs=1, shuffle=False, verbose=0).history
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-5)
    np.testing.assert_allclose(
        by_batches.evaluate(make(), steps=3, verbose=0), by_arrays.evaluate(X, Y, verbose=0), rtol=1e-5
    )
    np.testing.assert_allclose(by_batches.predict(make(), steps=3), by_arrays.predict(X), rtol=1e-5)


@pytest.mark.parametrize("kind", KNOWN)
def test_what_knows_its_length_needs_no_steps(kind):
    model = _model()
    model.fit(KNOWN[kind](), validation_data=KNOWN[kind](), verbose=0)
    assert model.predict(KNOWN[kind]()).shape == (12, 2)
    assert len(model.evaluate(KNOWN[kind](), verbose=0)) == 2


@pytest.mark.parametrize("kind", UNKNOWN)
def test_what_may_be_endless_is_refused_before_the_first_batch(kind):
    model = _model()
    before = model.get_weights()
    for refused, name in (
        (lambda: model.fit(UNKNOWN[kind](), verbose=0), "steps_per_epoch"),
        (lambda: model.fit(X, Y, validation_data=UNKNOWN[kind](), verbose=0), "validation_steps"),
        (lambda: model.evaluate(UNKNOWN[kind](), verbose=0), "steps"),
        (lambda: model.predict(UNKNOWN[kind]()), "steps"),
    ):
        with pytest.raises(ValueError, match=rf"may be endless.*Write {name}="):
            refused()
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_what_belongs_into_the_batches_is_refused_beside_them():
    model = _model()
    for settings in ({"y": Y}, {"sample_weight": np.ones(12)}):
        with pytest.raises(ValueError, match=r"as the batches of the Batches hold it.*Let it give \(x, y\)"):
            model.fit(Batches(), verbose=0, **settings)
    with pytest.warns(UserWarning, match="batch_size=4 is not used"):
        model.fit(Batches(), batch_size=4, verbose=0)


FLOW = KNOWN["flow"]
IN_AN_ARRAYS_PLACE = {
    "targets": lambda model, it: model.fit(X, it, verbose=0),
    "one of a list": lambda model, it: model.predict([it]),
    "by name": lambda model, it: model.predict({model.input_names[0]: it}),
    "targets of validation": lambda model, it: model.fit(X, Y, validation_data=(X, it), verbose=0),
    "weights": lambda model, it: model.fit(X, Y, sample_weight=it, verbose=0),
    "train_on_batch": lambda model, it: model.train_on_batch(it, Y),
    "test_on_batch": lambda model, it: model.test_on_batch(X, it),
    "predict_on_batch": lambda model, it: model.predict_on_batch(it),
}


@pytest.mark.parametrize("place", IN_AN_ARRAYS_PLACE)
@pytest.mark.parametrize("kind", {**KNOWN, **UNKNOWN, "function": None})
def test_what_gives_batches_is_refused_where_an_array_belongs(place, kind):
    """NumPy would wait for the end of what has none."""
    source = _endless if kind == "function" else {**KNOWN, **UNKNOWN}[kind]()
    with pytest.raises(ValueError, match=r"expected (an array, found what gives batches|numbers)"):
        IN_AN_ARRAYS_PLACE[place](_model(), source)


@pytest.mark.parametrize(
    "use",
    [
        np.asarray,
        K.variable,
        lambda it: K.function([K.placeholder((None, 4, 4, 1))], [K.constant(1.0)])([it]),
        ImageDataGenerator().flow,
        ImageDataGenerator(featurewise_center=True).fit,
    ],
)
def test_endless_batches_of_images_refuse_to_become_an_array(use):
    with pytest.raises(DataError, match="batches without end"):
        use(FLOW())


class Loader:
    """Batches that can only be walked through, as a DataLoader's."""

    def __iter__(self):
        return _finite()


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (_endless, "Call it"),
        (X, "Arrays go to fit"),
        (None, "expected a generator, or a Sequence, found NoneType"),
        (3, "found int"),
    ],
)
def test_what_is_no_generator_is_refused_before_training_begins(source, hint, capsys):
    model = _model()
    for call in (model.fit_generator, model.evaluate_generator, model.predict_generator):
        with pytest.raises(DataError, match=hint):
            call(source, 1)
    assert not capsys.readouterr().out
    for source in (Loader(), iter(Loader())):
        model.fit_generator(source, 2, verbose=0)
