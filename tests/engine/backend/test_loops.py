"""K.rnn, K.map_fn, K.foldl, K.foldr: functions of users run over an axis."""

import numpy as np
import pytest

from engine import backend as K
from engine.errors import ShapeError

X = np.arange(24.0).reshape(2, 3, 4)


def step(x, states):
    total = x + states[0]
    return total * 2, [total]


def test_rnn_gives_last_output_outputs_and_states():
    last, outputs, states = K.rnn(step, K.variable(X), [K.zeros((2, 4))])
    np.testing.assert_array_equal(K.eval(outputs), X.cumsum(axis=1) * 2)
    np.testing.assert_array_equal(K.eval(last), X.sum(axis=1) * 2)
    np.testing.assert_array_equal(K.eval(states[0]), X.sum(axis=1))


def test_rnn_takes_steps_of_unknown_number_and_gives_the_constants_last():
    x, scale = K.placeholder((None, None, 4)), K.variable(np.full((4,), 3.0))

    def scaled(x, states):
        assert len(states) == 2
        return states[0] + x * states[1], [states[0] + x * states[1]]

    _, outputs, _ = K.rnn(scaled, x, [K.zeros((2, 4))], constants=[scale], go_backwards=True)
    (found,) = K.function([x], [outputs])([X])
    np.testing.assert_array_equal(found, X[:, ::-1].cumsum(axis=1) * 3)


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 1)])
def test_rnn_skips_masked_steps(shape):
    mask = np.array([[0, 1, 0], [1, 0, 1]])
    _, outputs, states = K.rnn(step, K.variable(X), [K.ones((2, 4))], mask=mask.reshape(shape))
    totals = 1 + (X * mask[:, :, None]).cumsum(axis=1)
    np.testing.assert_array_equal(K.eval(states[0]), totals[:, -1])
    totals[0, 0] = 0  # masked before anything was given out
    np.testing.assert_array_equal(K.eval(outputs), totals * 2)


def test_unrolling_gives_the_same_and_needs_a_known_number_of_steps():
    unrolled = K.rnn(step, K.variable(X), [K.zeros((2, 4))], unroll=True, input_length=3)[1]
    np.testing.assert_array_equal(K.eval(unrolled), X.cumsum(axis=1) * 2)
    with pytest.raises(ShapeError, match=r"K\.rnn, unroll.*known number of steps"):
        K.rnn(step, K.placeholder((None, None, 4)), [K.zeros((2, 4))], unroll=True)
    with pytest.raises(ShapeError, match="rank 3"):
        K.rnn(step, K.placeholder((None, 4)), [K.zeros((2, 4))])


def test_weights_used_inside_a_step_get_their_gradient():
    kernel = K.variable(np.full((4, 1), 0.5))
    last, _, _ = K.rnn(
        lambda x, s: (s[0] + K.dot(x, kernel), [s[0] + K.dot(x, kernel)]), K.variable(X), [K.zeros((2, 1))]
    )
    (gradient,) = K.gradients(K.sum(last), [kernel])
    np.testing.assert_allclose(K.eval(gradient)[:, 0], X.sum(axis=(0, 1)))


def test_map_fn_takes_tuples_and_numbers_that_index_other_tensors():
    x = K.variable(X)
    np.testing.assert_array_equal(K.eval(K.map_fn(lambda pair: pair[0] * pair[1], (x, x))), X * X)
    rows = K.map_fn(lambda i: K.sum(x[i]), K.arange(2), dtype="float64")
    assert K.dtype(rows) == "float64"
    np.testing.assert_array_equal(K.eval(rows), X.sum(axis=(1, 2)))


def test_folds_run_from_the_left_or_from_the_right():
    x = K.variable(np.array([1.0, 2.0, 4.0]))
    assert K.eval(K.foldl(lambda a, b: a - b, x)) == -5
    assert K.eval(K.foldr(lambda a, b: a - b, x)) == 1
    assert K.eval(K.foldr(lambda a, b: a * 2 + b, x, initializer=1)) == 29


def test_a_step_with_dropout_differs_while_training():
    def dropping(x, states):
        return K.dropout(x, 0.5), []

    x = K.placeholder((None, 3, 4))
    _, outputs, _ = K.rnn(dropping, x, [])
    assert outputs._uses_learning_phase
    assert not K.rnn(lambda x, s: (x, s), x, [])[1]._uses_learning_phase
    run = K.function([x, K.learning_phase()], [outputs])
    ones = np.ones((50, 3, 4))
    np.testing.assert_array_equal(run([ones, 0])[0], ones)
    (noisy,) = run([ones, 1])
    assert set(np.unique(noisy)) == {0, 2}
    assert not np.array_equal(noisy[:, 0], noisy[:, 1])
