"""Batches that a model cannot take are refused by name, before anything changes; those that count nothing do no harm."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.errors import DataError
from engine.layers import (
    GRU,
    LSTM,
    Bidirectional,
    ConvLSTM2D,
    CuDNNLSTM,
    Dense,
    Embedding,
    GlobalAveragePooling1D,
    Input,
    Lambda,
    Masking,
    SimpleRNN,
    TimeDistributed,
)
from engine.models import Model, Sequential

RNG = np.random.default_rng(1)
STATEFUL = {
    "LSTM": (lambda **kw: LSTM(3, **kw), (5, 2)),
    "GRU": (lambda **kw: GRU(3, **kw), (5, 2)),
    "SimpleRNN": (lambda **kw: SimpleRNN(3, **kw), (5, 2)),
    "CuDNNLSTM": (lambda **kw: CuDNNLSTM(3, **kw), (5, 2)),
    "ConvLSTM2D": (lambda **kw: ConvLSTM2D(2, 3, padding="same", **kw), (3, 4, 4, 1)),
}
ENTRIES = {
    "fit": lambda m, x, y: m.fit(x, y, batch_size=len(x), verbose=0),
    "evaluate": lambda m, x, y: m.evaluate(x, y, batch_size=len(x), verbose=0),
    "predict": lambda m, x, y: m.predict(x, batch_size=len(x)),
    "train_on_batch": lambda m, x, y: m.train_on_batch(x, y),
    "test_on_batch": lambda m, x, y: m.test_on_batch(x, y),
    "predict_on_batch": lambda m, x, y: m.predict_on_batch(x),
    "fit_generator": lambda m, x, y: m.fit_generator(iter([(x, y)]), steps_per_epoch=1, verbose=0),
    "evaluate_generator": lambda m, x, y: m.evaluate_generator(iter([(x, y)]), steps=1),
    "predict_generator": lambda m, x, y: m.predict_generator(iter([x]), steps=1),
    "K.function": lambda m, x, y: K.function(m.inputs, m.outputs)([x]),
    "validation": lambda m, x, y: m.fit(
        np.repeat(x[:1], 8, 0), np.repeat(y[:1], 8, 0), batch_size=8, validation_data=(x, y), verbose=0
    ),
}


def _fixed():
    x = Input(batch_shape=(8, 6))
    z = Lambda(lambda a: a + K.random_normal((8, 2)))(Dense(2)(x))
    model = Model(x, Dense(3)(z))
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("samples", [1, 5, 12])
def test_another_batch_than_the_fixed_one_is_refused_at_every_entry(entry, samples):
    model = _fixed()
    before = model.get_weights()
    with pytest.raises(DataError, match=r"batches of 8 samples.*found a batch of|\(8, 6\)"):
        ENTRIES[entry](model, RNG.random((samples, 6)), RNG.random((samples, 3)))
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("samples", [9, 17, 20])
def test_a_short_last_batch_is_refused_before_the_first_one_is_trained_on(samples):
    model = _fixed()
    before = model.get_weights()
    for refused in (
        lambda: model.fit(RNG.random((samples, 6)), RNG.random((samples, 3)), batch_size=8, verbose=0),
        lambda: model.fit(RNG.random((20, 6)), RNG.random((20, 3)), batch_size=8, validation_split=0.2, verbose=0),
    ):
        with pytest.raises(DataError, match="a batch of"):
            refused()
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_without_a_batch_size_the_fixed_one_is_taken():
    model = _fixed()
    assert model.predict(RNG.random((16, 6))).shape == (16, 3)
    assert np.isfinite(model.evaluate(RNG.random((16, 6)), RNG.random((16, 3)), verbose=0))


@pytest.mark.parametrize("wrapped", [False, True], ids=["alone", "bidirectional"])
@pytest.mark.parametrize("kind", STATEFUL)
def test_a_refused_batch_leaves_the_state_of_stateful_layers(kind, wrapped):
    make, shape = STATEFUL[kind]
    if wrapped:
        model = Sequential([Bidirectional(make(stateful=True), batch_input_shape=(4, *shape))])
    else:
        model = Sequential([make(stateful=True, batch_input_shape=(4, *shape))])
    x = RNG.normal(size=(4, *shape))
    model.predict(x)
    expected = model.predict(x)
    model.reset_states()
    model.predict(x)
    for samples in (1, 2, 6):
        with pytest.raises(DataError, match="batch"):
            model.predict(RNG.normal(size=(samples, *shape)), batch_size=samples)
    np.testing.assert_allclose(model.predict(x), expected, atol=1e-6)


LOSSES = ["mse", "mae", "mape", "msle", "hinge", "logcosh", "poisson", "kld", "cosine", "binary_crossentropy"]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("metrics", [[], ["mae"]])
def test_a_batch_in_which_no_sample_counts_changes_nothing(loss, metrics):
    model = Sequential([Dense(2, input_dim=2, activation="sigmoid")])
    model.compile("sgd", loss, weighted_metrics=metrics)
    before = model.get_weights()
    results = np.ravel(model.train_on_batch(np.ones((3, 2)), np.ones((3, 2)), sample_weight=np.zeros(3)))
    assert (results == 0).all()
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert np.isfinite(
        model.evaluate(np.ones((5, 2)), np.ones((5, 2)), sample_weight=[1, 1, 1, 0, 0], batch_size=3, verbose=0)
    ).all()


def test_class_weights_of_zero_and_an_output_without_labels_leave_finite_weights():
    x = RNG.random((12, 2))
    one = Sequential([Dense(2, input_dim=2, activation="softmax")])
    one.compile("sgd", "categorical_crossentropy", metrics=["acc"])
    history = one.fit(
        x, np.eye(2)[[0] * 8 + [1] * 4], class_weight={0: 0.0, 1: 1.0}, batch_size=4, shuffle=False, verbose=0
    )
    assert np.isfinite(history.history["loss"]).all()
    i = Input((2,))
    two = Model(i, [Dense(1, name="a")(i), Dense(1, name="b")(i)])
    two.compile("sgd", "mse")
    weights = {"a": np.ones(12), "b": np.zeros(12)}
    assert np.isfinite(two.train_on_batch(x, [np.ones((12, 1))] * 2, sample_weight=weights)).all()
    assert all(np.isfinite(w).all() for w in [*one.get_weights(), *two.get_weights()])


@pytest.mark.parametrize("layer", [LSTM, GRU, SimpleRNN])
def test_a_batch_of_empty_sequences_leaves_finite_weights(layer):
    i = Input((4, 3))
    model = Model(i, TimeDistributed(Dense(1))(layer(2, return_sequences=True)(Masking()(i))))
    model.compile("sgd", "mse")
    assert model.train_on_batch(np.zeros((2, 4, 3)), np.ones((2, 4, 1))) == 0
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_the_mean_over_no_steps_is_zero_and_trains():
    model = Sequential([Embedding(10, 3, mask_zero=True, input_length=4), GlobalAveragePooling1D(), Dense(1)])
    model.compile("sgd", "mse")
    x = np.array([[1, 2, 0, 0], [0, 0, 0, 0], [3, 3, 3, 3]])
    assert model.predict(x)[1, 0] == model.get_weights()[-1][0]
    model.fit(x, np.ones(3), verbose=0)
    assert all(np.isfinite(w).all() for w in model.get_weights())


@pytest.mark.parametrize("settings", [{}, {"mask_zero": True}, {"input_length": None}])
def test_an_embedding_at_the_beginning_takes_texts_of_any_length(settings, tmp_path):
    model = Sequential([Embedding(40, 6, **settings), LSTM(5), Dense(1)])
    assert model.count_params() == 40 * 6 + 4 * 5 * 12 + 6
    assert (model.input_shape, model.output_shape) == ((None, None), (None, 1))
    model.compile("adam", "mse")
    for length in (3, 12, 30):
        x = RNG.integers(1, 40, (4, length))
        model.fit(x, np.zeros(4), verbose=0)
        assert model.predict(x).shape == (4, 1)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "uint32", "float32", "float64", ">i4"])
def test_row_numbers_arrive_whole_whatever_their_type(dtype):
    table = np.arange(120.0, dtype="float32")[:, None]
    model = Sequential([Embedding(120, 1, input_length=1)])
    model.set_weights([table])
    numbers = np.arange(120)[::-1]
    np.testing.assert_array_equal(model.predict(numbers[:, None].astype(dtype)).ravel(), numbers)


def test_row_numbers_of_large_tables_are_not_rounded():
    rows = 2**24 + 8
    model = Sequential([Embedding(rows, 1, input_length=1, embeddings_initializer="zeros")])
    table = np.zeros((rows, 1), "float32")
    table[-8:, 0] = range(8)
    model.set_weights([table])
    assert model.predict(np.arange(rows - 8, rows)[:, None]).ravel().tolist() == list(range(8))
    with pytest.raises(ValueError, match=r"float32 rounds.*dtype='int64'"):
        Embedding(rows, 1)(Input((1,)))
