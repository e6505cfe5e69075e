"""Plans as one call of the library in C: the numbers of the ops in Python, for models, losses, metrics and sizes by chance."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Constant, Placeholder, Variable
from engine._native.library import turned_off
from engine.backend import floatx
from engine.errors import DataError
from engine.layers import Activation, BatchNormalization, Dense, Dropout, Input
from engine.layers.merge import add, concatenate
from engine.models import Model, Sequential
from engine.optimizers import SGD

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library


def _both(build, arrays, rtol=1e-5, atol=1e-6):
    """Results of a graph on arrays, in machine code and by NumPy; they are compared. Gives whether it ran in machine code."""
    inputs = [Placeholder((None, *a.shape[1:]), a.dtype) for a in arrays]
    outputs = build(*inputs)
    feeds = {x: a.shape for x, a in zip(inputs, arrays, strict=True)}
    native = Plan(outputs, inputs, feeds, training=True)
    with turned_off():
        python = Plan(outputs, inputs, feeds, training=True)
    assert not python.is_native
    for _ in range(2):
        for mine, expected in zip(native.run(arrays), python.run(arrays), strict=True):
            np.testing.assert_allclose(mine, expected, rtol=within(rtol), atol=within(atol))
    return native.is_native


RNG = np.random.default_rng(0)


def _normal(*shape):
    return RNG.normal(size=shape).astype(floatx())


def _weight(*shape, seed=0):
    return Variable(shape, initializer=np.random.default_rng(seed).normal(size=shape) * 0.3)


@pytest.mark.parametrize("steps", [(), (4,), (2, 3)], ids=str)
@pytest.mark.parametrize("batch", [1, 2, 17, 40])
def test_dense_layers_over_any_number_of_axes(batch, steps):
    kernel, bias, second = _weight(5, 9), _weight(9), _weight(9, 5, seed=1)

    def build(x):
        y = ops.relu(ops.linear(ops.tanh(ops.linear(ops.relu(ops.linear(x, kernel, bias)), second)), kernel))
        loss = ops.mean(ops.square(y))
        return [y, loss, *gradients(loss, [kernel, bias, second, x])]

    assert _both(build, [_normal(batch, *steps, 5)])


@pytest.mark.parametrize(
    "array", [lambda: _normal(9, 5).T, lambda: np.broadcast_to(_normal(5, 1), (5, 9))], ids=["transposed", "repeated"]
)
def test_a_constant_array_counts_by_its_own_strides(array):
    def build(x):
        return [ops.linear(x, Constant(array())) * Constant(_normal(9, 4).T)[:1]]

    assert _both(build, [_normal(4, 5)])


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("batch", [1, 3, 33])
def test_cross_entropies_and_their_gradients(batch, from_logits):
    def build(x, one_hot, labels, bits):
        p = x if from_logits else ops.softmax(x)
        odds = x if from_logits else ops.sigmoid(x)
        scores = [
            ops.categorical_crossentropy(one_hot, p, from_logits),
            ops.sparse_categorical_crossentropy(labels, p, from_logits),
            ops.binary_crossentropy(bits, odds, from_logits),
        ]
        return [g for score in scores for g in (score, *gradients(ops.mean(score), [x]))]

    labels = RNG.integers(0, 7, (batch, 1)).astype(floatx())
    one_hot = np.eye(7, dtype=floatx())[labels[:, 0].astype(int)]
    assert _both(build, [4 * _normal(batch, 7), one_hot, labels, (_normal(batch, 7) > 0).astype(floatx())], 1e-4)


def test_saturated_outputs_stay_within_the_limits_of_probabilities():
    def build(x, target):
        p, odds = ops.softmax(x), ops.sigmoid(x)
        scores = [ops.categorical_crossentropy(target, p), ops.binary_crossentropy(target, odds)]
        return [g for score in scores for g in (score, *gradients(ops.mean(score), [x]))]

    assert _both(build, [np.array([[200, -200, 0], [-200, 0, 200]], floatx()), np.eye(3, dtype=floatx())[:2]])


def test_what_is_no_number_comes_out_where_numpy_has_it():
    kernel = _weight(4, 6)

    def build(x):
        y = ops.softmax(ops.relu(ops.linear(x, kernel)))
        return [y, *gradients(ops.mean(ops.square(y)), [x])]

    x = _normal(5, 4)
    x[1, 2], x[3, 0] = np.nan, np.inf
    with np.errstate(all="ignore"):
        assert _both(build, [x])


def test_weights_of_samples_wait_for_the_mean_over_the_batch():
    kernel = _weight(4, 3)

    def build(x, weights):
        score = ops.mean(ops.square(ops.linear(x, kernel)), axis=-1)
        used = ops.cast(ops.not_equal(weights, 0.0), floatx())
        loss = ops.mean(ops.divide(ops.multiply(score, weights), ops.maximum(ops.mean(used), 1e-30)))
        return [loss, *gradients(loss, [kernel])]

    assert _both(build, [_normal(50, 4), (_normal(50) > 0).astype(floatx())])


FUNCTIONS = {
    "relu": ops.relu,
    "leaky": lambda x: ops.relu(x, alpha=0.2),
    "limited": lambda x: ops.relu(x, alpha=0.1, max_value=2.0, threshold=0.5),
    "clip": lambda x: ops.clip(x, -1.0, 2.0),
    "log": lambda x: ops.log(ops.absolute(x) + 0.1),
    "sqrt": ops.sqrt,
    "hinge": lambda x: ops.maximum(1.0 - x, 0.0),
    "elu": lambda x: ops.elu(x, 1.5),
    "selu": ops.selu,
    "sigmoid": ops.sigmoid,
    "hard_sigmoid": ops.hard_sigmoid,
    "tanh": ops.tanh,
    "softplus": ops.softplus,
    "erf": ops.erf,
    "gelu": ops.gelu,
    "mish": ops.mish,
    "silu": ops.silu,
    "softsign": ops.softsign,
    "exp": ops.exp,
    "absolute": ops.absolute,
    "negative": ops.negative,
    "softmax": ops.softmax,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_and_their_gradients(name):
    def build(x):
        y = FUNCTIONS[name](x * 3.0)
        return [y, *gradients(ops.mean(ops.square(y)), [x])]

    x = np.concatenate([_normal(20, 19), np.float32(1e-3) * _normal(1, 19), np.zeros((1, 19), floatx())])
    assert _both(build, [x])


def test_joined_columns_and_sums_over_rows_and_everything():
    def build(a, b):
        y = ops.concatenate([a, ops.tanh(b), a])
        penalty = ops.sum(ops.square(y)) * 0.01
        loss = ops.mean(ops.sum(ops.square(y), axis=-1)) + penalty
        return [y, loss, *gradients(loss, [a, b])]

    assert _both(build, [_normal(37, 3), _normal(37, 5)])
    assert _both(build, [_normal(37, 2, 3), _normal(37, 2, 5)])


@pytest.mark.parametrize("reduce", [ops.mean, ops.sum])
def test_sums_and_means_over_steps(reduce):
    def build(x):
        y = reduce(ops.tanh(x), axis=1)
        return [y, *gradients(ops.mean(ops.square(y)), [x])]

    assert _both(build, [_normal(21, 6, 19)])


@pytest.mark.parametrize("loss", ["hinge", "poisson", "logcosh", "mape", "msle"])
def test_every_loss_of_outputs_alone_runs_as_one_call(loss):
    model = Sequential([Dense(3, activation="softmax", input_dim=4)])
    model.compile("sgd", loss)
    x, y = _normal(6, 4), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    model.train_on_batch(x, y)
    assert model.profile(x, y).how.startswith("runs as one compiled call")


@pytest.mark.parametrize("kind", ["int32", "int64", "float"])
def test_rows_of_a_table_and_their_gradient(kind):
    table = _weight(50, 7)

    def build(indices):
        loss = ops.mean(ops.square(ops.embedding(indices, table)))
        return [loss, *gradients(loss, [table])]

    assert _both(build, [RNG.integers(0, 50, (33, 6)).astype(floatx() if kind == "float" else kind)])


@pytest.mark.parametrize("wrong", [-1, 50, np.nan])
def test_a_number_that_no_row_of_a_table_has_is_refused(wrong):
    x = Placeholder((None, 2))
    plan = Plan([ops.embedding(x, _weight(50, 7))], [x], {x: (4, 2)})
    assert plan.is_native
    with np.errstate(invalid="ignore"), pytest.raises(DataError, match="index"):
        plan.run([np.full((4, 2), wrong)])


def test_floats_of_another_type_are_computed_in_python():
    x = Placeholder((None, 4), "float16")
    assert not Plan([ops.relu(x)], [x], {x: (3, 4)}).is_native
    both = Plan([ops.relu(ops.cast(ops.relu(x), "float64"))], [x], {x: (3, 4)})
    assert not both.is_native and "2 in Python" in both.how
    np.testing.assert_array_equal(both.run([np.full((3, 4), -1, "float16")])[0], np.zeros((3, 4)))


def test_a_label_that_is_no_class_is_refused_as_in_python():
    model = Sequential([Dense(3, activation="softmax", input_dim=4)])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.train_on_batch(np.zeros((5, 4)), np.zeros((5, 1)))
    before = model.get_weights()
    with pytest.raises(DataError, match=r"knows classes 0 to 2, but y holds 3\."):
        model.test_on_batch(np.zeros((5, 4)), np.full((5, 1), 3))
    with pytest.raises(DataError, match=r"knows classes 0 to 2, but y holds 3\."):
        model.train_on_batch(np.zeros((5, 4)), np.full((5, 1), 3))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


LOSSES = {
    "categorical_crossentropy": "softmax",
    "sparse_categorical_crossentropy": "softmax",
    "binary_crossentropy": "sigmoid",
    "mse": "linear",
    "mae": "tanh",
}


def _trained(native, units, activations, loss, batch, samples, dropout, weighted, frozen):
    """History, weights, predictions and measures of a small net, trained in machine code or by NumPy."""
    rng = np.random.default_rng(1)
    with nullcontext() if native else turned_off():
        np.random.seed(5)
        x_in = y_out = Input((6,))
        for n, activation in zip(units, activations, strict=True):
            y_out = Dropout(dropout)(Dense(n, activation=activation)(y_out))
        model = Model(x_in, Dense(3, activation=LOSSES[loss])(y_out))
        model.set_weights([rng.normal(size=w.shape) * 0.4 for w in model.get_weights()])
        model.layers[1].trainable = not frozen
        model.compile(SGD(0.003), loss, metrics=[] if "sparse" in loss else ["mae", "mse"])
        x, labels = rng.normal(size=(samples, 6)), rng.integers(0, 3, samples)
        y = labels[:, None] if "sparse" in loss else np.eye(3)[labels]
        weights = rng.integers(0, 3, samples).astype(float) if weighted else None
        history = model.fit(x, y, batch, epochs=2, shuffle=False, verbose=0, sample_weight=weights).history
        measured = model.evaluate(x, y, batch_size=batch, verbose=0)
        return [*history.values(), *model.get_weights(), model.predict(x, batch_size=batch), measured]


@settings(max_examples=20, deadline=None)
@given(
    units=st.lists(st.integers(1, 40), max_size=3),
    activations=st.lists(
        st.sampled_from(["relu", "tanh", "sigmoid", "linear", "softmax", "elu"]), min_size=3, max_size=3
    ),
    loss=st.sampled_from(sorted(LOSSES)),
    batch=st.integers(1, 40),
    samples=st.integers(1, 70),
    dropout=st.sampled_from([0.0, 0.4]),
    weighted=st.booleans(),
    frozen=st.booleans(),
)
def test_nets_by_chance_train_as_by_numpy(units, activations, loss, batch, samples, dropout, weighted, frozen):
    setting = (units, activations[: len(units)], loss, batch, samples, dropout, weighted, frozen)
    for mine, expected in zip(_trained(True, *setting), _trained(False, *setting), strict=True):
        np.testing.assert_allclose(mine, expected, rtol=2e-2, atol=2e-3)


def test_models_with_several_branches_and_shared_layers_train_as_by_numpy():
    def train(native):
        rng = np.random.default_rng(0)
        with nullcontext() if native else turned_off():
            shared = Dense(8, activation="relu")
            left, right = Input((4,)), Input((4,))
            both = add([shared(left), shared(right)])
            joined = concatenate([both, left])
            model = Model([left, right], [Dense(1)(both), Activation("softmax")(Dense(3)(joined))])
            model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
            model.compile("adam", ["mse", "categorical_crossentropy"], loss_weights=[1.0, 0.3])
            x = [rng.normal(size=(30, 4)) for _ in range(2)]
            y = [rng.normal(size=(30, 1)), np.eye(3)[rng.integers(0, 3, 30)]]
            history = model.fit(x, y, batch_size=7, epochs=3, shuffle=False, verbose=0).history
            return [*history.values(), *model.get_weights()]

    for mine, expected in zip(train(True), train(False), strict=True):
        np.testing.assert_allclose(mine, expected, rtol=1e-3, atol=1e-5)


def test_a_model_that_normalises_batches_still_trains():
    model = Sequential([Dense(8, input_dim=4), BatchNormalization(), Dense(1)])
    model.compile("adam", "mse")
    assert np.isfinite(model.fit(_normal(20, 4), _normal(20, 1), verbose=0).history["loss"]).all()


def test_weights_that_another_model_moved_are_found_again():
    shared = Dense(5, activation="relu")
    x_in = Input((3,))
    first, second = (Model(x_in, Dense(n)(shared(x_in))) for n in (1, 2))
    x = _normal(10, 3)
    before = first.predict(x)
    second.compile("sgd", "mse")
    second.fit(x, _normal(10, 2), verbose=0)
    after = first.predict(x)
    assert not np.allclose(before, after)
    with turned_off():
        again = Model(x_in, first.outputs)
        np.testing.assert_allclose(after, again.predict(x), rtol=1e-5, atol=1e-6)
