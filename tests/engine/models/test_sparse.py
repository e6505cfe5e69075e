"""SciPy's sparse matrices as training data: read batch by batch, with the numbers of dense arrays."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from engine import backend as K
from engine._training.sparse_rows import SparseRows
from engine.errors import DataError
from engine.layers import Dense, Input
from engine.models import Model, Sequential

KINDS = [sparse.csr_matrix, sparse.csc_matrix, sparse.coo_matrix, sparse.csr_array, sparse.lil_matrix]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 30)) * (RNG.random((20, 30)) < 0.2)
Y = RNG.normal(size=(20, 2))


def _models():
    models = [Sequential([Dense(2, input_shape=(30,))]) for _ in "ab"]
    models[1].set_weights(models[0].get_weights())
    for model in models:
        model.compile("sgd", "mse", metrics=["mae"])
    return models


@pytest.mark.parametrize("kind", KINDS)
def test_every_way_to_pass_data_takes_them(kind):
    one, other = _models()
    rows = kind(X)
    assert one.train_on_batch(X, Y) == pytest.approx(other.train_on_batch(rows, Y))
    assert one.test_on_batch(X, Y) == pytest.approx(other.test_on_batch(rows, Y))
    assert one.evaluate(X, Y, verbose=0, batch_size=6) == pytest.approx(
        other.evaluate(rows, Y, verbose=0, batch_size=6)
    )
    settings = {"verbose": 0, "batch_size": 6, "validation_split": 0.25, "shuffle": False, "class_weight": {0: 2, 1: 1}}
    histories = [m.fit(x, Y, **settings).history for m, x in ((one, X), (other, rows))]
    assert histories[0] == {name: pytest.approx(values) for name, values in histories[1].items()}
    np.testing.assert_allclose(one.predict(X, batch_size=7), other.predict(rows, batch_size=7), rtol=1e-6)
    np.testing.assert_allclose(one.predict_on_batch(X), other.predict_on_batch(rows), rtol=1e-6)


def test_shuffled_rows_stay_beside_their_targets():
    model = Sequential([Dense(20, use_bias=False, kernel_initializer="zeros", input_shape=(20,))])
    model.compile("sgd", "mse")
    model.fit(sparse.identity(20, format="csr"), sparse.identity(20), epochs=20, batch_size=4, verbose=0, shuffle=True)
    kernel = model.get_weights()[0]
    assert (kernel.argmax(0) == np.arange(20)).all()


def test_several_inputs_and_sparse_placeholders_take_sparse_rows():
    a, b = Input(shape=(30,)), Input(shape=(30,), sparse=True)
    model = Model([a, b], [Dense(2)(a), Dense(3)(b)])
    model.compile("rmsprop", "mse")
    rows = sparse.csr_matrix(X)
    model.fit([rows, rows], [sparse.csr_matrix(Y), X[:, :3]], batch_size=8, verbose=0)
    assert [y.shape for y in model.predict([X, rows])] == [(20, 2), (20, 3)]


def test_generators_may_give_them():
    model = _models()[0]
    model.fit_generator(((sparse.csr_matrix(X), Y) for _ in range(4)), steps_per_epoch=4, verbose=0)


def test_nothing_becomes_dense_before_it_is_read():
    rows = SparseRows(sparse.csr_matrix((1_000_000, 50_000)))
    assert len(rows.part(0, 800_000)) == 800_000 and np.asarray(rows[[3, 5]]).shape == (2, 50_000)


def test_wrong_shapes_are_named_as_for_arrays():
    with pytest.raises(DataError, match="takes 30 numbers, but x holds 29 numbers a sample"):
        _models()[0].predict(sparse.csr_matrix(X[:, 1:]))


def test_the_backend_makes_them_dense():
    rows = sparse.csr_matrix(X)
    assert K.is_sparse(rows) and not K.is_sparse(K.variable(rows))
    np.testing.assert_allclose(K.eval(K.variable(rows)), X, rtol=1e-6)
    np.testing.assert_array_equal(K.to_dense(rows), X)
    x = K.placeholder(shape=(None, 30), sparse=True)
    np.testing.assert_allclose(K.function([x], [K.dot(x, K.ones((30, 1)))])([rows])[0][:, 0], X.sum(1), rtol=1e-5)
    np.testing.assert_allclose(Dense(1)(rows).shape, (20, 1))
