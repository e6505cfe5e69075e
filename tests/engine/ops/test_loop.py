"""A step run over time: gradients by finite differences, masks, unknown lengths, random numbers, K.rnn's relatives."""

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan, evaluate
from engine._graph.tensor import Constant, Placeholder, Variable
from engine._machine.config import float_dtype, set_floatx
from engine._machine.random import Stream
from engine.errors import GraphError, ShapeError

SAMPLES, STEPS, CHANNELS, UNITS = 3, 5, 4, 2


@pytest.fixture(autouse=True)
def _double():
    before = float_dtype().name
    set_floatx("float64")
    yield
    set_floatx(before)


class Recorded:
    """A loss over a loop with two states, a captured tensor and captured weights."""

    def __init__(self, masked, backwards, dropping):
        rng = np.random.default_rng(0)
        shapes = [(SAMPLES, STEPS, CHANNELS), (SAMPLES, UNITS), (SAMPLES, CHANNELS)]
        self.symbols = [Placeholder((None, None, CHANNELS)), Placeholder((None, UNITS)), Placeholder((None, CHANNELS))]
        self.values = [rng.normal(size=shape) for shape in shapes]
        mask = Placeholder((None, None)) if masked else None
        if mask is not None:
            present = (rng.random((SAMPLES, STEPS)) > 0.4).astype("float64")
            present[0, 0] = 0
            self.symbols.append(mask)
            self.values.append(present)
        x, h, shift = self.symbols[:3]
        kernel = Variable((CHANNELS, UNITS), initializer=rng.normal(size=(CHANNELS, UNITS)))
        across = Variable((UNITS, UNITS), initializer=rng.normal(size=(UNITS, UNITS)))

        def step(element, states):
            if dropping:
                element = ops.dropout(element, 0.5)
            h = ops.tanh(ops.matmul(element + shift, kernel * 2.0) + ops.matmul(states[0], across))
            return ops.square(h) + states[1][:, :UNITS] * 0.1, [h, ops.concatenate([h, h * h], axis=-1)]

        last, outputs, ends = ops.loop(step, x, [h, ops.concatenate([h, h], axis=-1)], mask, backwards)
        direction = Constant(rng.normal(size=(STEPS, UNITS)))
        loss = ops.sum(last * 3.0) + ops.sum(outputs * direction) + ops.sum(ends[0]) + ops.sum(ops.square(ends[1]))
        self.arrays = [*self.values[:3], kernel.array, across.array]
        feeds = {symbol: value.shape for symbol, value in zip(self.symbols, self.values, strict=True)}
        wrt = [x, h, shift, kernel, across]
        self.plan = Plan([loss, *gradients(loss, wrt)], self.symbols, feeds, training=True, random=self.stream)
        self.stream_now = Stream(3)

    def stream(self):
        return self.stream_now

    def run(self):
        self.stream_now.set_state(Stream(3).get_state())
        return [np.array(y) for y in self.plan.run(self.values)]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("dropping", [False, True])
def test_gradients_through_time_are_those_of_finite_differences(masked, backwards, dropping):
    recorded = Recorded(masked, backwards, dropping)
    _, *found = recorded.run()
    for array, gradient in zip(recorded.arrays, found, strict=True):
        expected = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept, differences = array[place], []
            for step in (1e-6, -1e-6):
                array[place] = kept + step
                differences.append(recorded.run()[0])
            array[place] = kept
            expected[place] = (differences[0] - differences[1]) / 2e-6
        np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-6)


def totals(mask=None, first=0.0, backwards=False):
    """Running totals of 1, 2, 3 for a sample, after `first`."""
    x = Variable((1, 3, 1), initializer=np.array([[[1.0], [2.0], [3.0]]]))
    state = Variable((1, 1), initializer=np.array([[first]]))
    given = None if mask is None else Constant(np.array([mask]))

    def step(element, states):
        total = element + states[0]
        return total * 10.0, [total]

    last, outputs, ends = ops.loop(step, x, [state], given, backwards)
    return [y.ravel().tolist() for y in evaluate([last, outputs, *ends])]


def test_outputs_come_in_the_order_of_the_steps():
    assert totals() == [[60], [10, 30, 60], [6]]
    assert totals(backwards=True) == [[60], [30, 50, 60], [6]]


def test_a_masked_step_repeats_output_and_states_and_starts_with_zeros():
    assert totals([0, 1, 0], first=5.0) == [[70], [0, 70, 70], [7]]
    assert totals([False, True, True]) == [[50], [0, 20, 50], [5]]
    assert totals([1, 0, 1], backwards=True) == [[40], [30, 30, 40], [4]]


def test_the_shape_of_a_masked_output_is_found_when_the_data_arrive():
    x, mask = Placeholder((None, None, None)), Placeholder((None, None))
    _, outputs, _ = ops.loop(lambda e, s: (ops.concatenate([e, e], axis=-1), []), x, [], mask)
    value, present = np.ones((2, 3, 4)), np.array([[0, 1, 1], [1, 0, 0]])
    (found,) = evaluate([outputs], {x: value, mask: present})
    assert found.shape == (2, 3, 8)
    assert found[:, :, 0].tolist() == [[0, 1, 1], [1, 1, 1]]


def test_loops_may_stand_in_loops():
    x = Variable((2, 3, 4), initializer=np.arange(24.0).reshape(2, 3, 4))

    def inner(element, states):
        return element + states[0], [element + states[0]]

    def outer(element, states):
        total, _, _ = ops.loop(inner, element, [states[0]])
        return total, [total]

    last, _, _ = ops.loop(outer, x, [Variable((2,))])
    (gradient,) = gradients(ops.sum(last), [x])
    value, slope = evaluate([last, gradient])
    np.testing.assert_array_equal(value, x.array.sum(axis=(1, 2)))
    np.testing.assert_array_equal(slope, np.ones((2, 3, 4)))


def test_a_step_must_give_as_many_states_as_it_takes():
    with pytest.raises(ShapeError, match="1 new states"):
        ops.loop(lambda e, s: (e, []), Placeholder((None, 3, 2)), [Placeholder((None, 2))])


def test_sequences_and_masks_must_be_of_one_length():
    x, mask = Placeholder((None, 3, 2)), Placeholder((None, 4))
    with pytest.raises(ShapeError, match="3 steps"):
        ops.loop(lambda e, s: (e, []), x, [], mask)


def test_a_masked_first_step_may_repeat_an_output_that_is_given():
    x = Variable((1, 2, 1), initializer=np.array([[[1.0], [2.0]]]))
    before = Variable((1, 1), initializer=np.array([[7.0]]))
    _, outputs, _ = ops.loop(lambda e, s: (e, []), x, [], Constant(np.array([[0, 1]])), before=before)
    (gradient,) = gradients(ops.sum(outputs), [before])
    assert [y.ravel().tolist() for y in evaluate([outputs, gradient])] == [[7, 2], [1]]


def differences(value, array):
    """The gradient of `value()` with respect to `array`, by central differences."""
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        before, values = array[index], []
        for step in (1e-6, -1e-6):
            array[index] = before + step
            values.append(value())
        array[index] = before
        gradient[index] = (values[0] - values[1]) / 2e-6
    return gradient


@pytest.mark.parametrize("masked", [False, True])
def test_a_step_may_ask_for_gradients_of_what_it_gets_and_of_weights(masked):
    rng = np.random.default_rng(1)
    x = Variable((SAMPLES, STEPS, CHANNELS), initializer=rng.normal(size=(SAMPLES, STEPS, CHANNELS)))
    kernel = Variable((CHANNELS, UNITS), initializer=rng.normal(size=(CHANNELS, UNITS)))
    mask = Constant(np.array([[1, 1, 0, 1, 1], [1, 1, 1, 1, 1], [1, 0, 0, 1, 1]])) if masked else None

    def energy(element, state):
        h = ops.tanh(ops.matmul(element, kernel))
        return ops.sum(ops.square(h + state) * h) + ops.sum(ops.square(kernel))

    def step(element, states):
        de, dh, dk = gradients(energy(element, states[0]), [element, states[0], kernel])
        return ops.concatenate([de, dh], axis=-1), [states[0] + 0.1 * dh + 0.01 * ops.sum(dk)]

    state = Variable((SAMPLES, UNITS), initializer=rng.normal(size=(SAMPLES, UNITS)))
    _, outputs, (last,) = ops.loop(step, x, [state], mask)
    found, end = evaluate([outputs, last])

    element = Variable((SAMPLES, CHANNELS))
    h = Variable((SAMPLES, UNITS), initializer=state.array.copy())
    plan = Plan([energy(element, h)])
    arrays = [element.array, h.array, kernel.array]
    for t in range(STEPS):
        element.array[:] = x.array[:, t]
        de, dh, dk = [differences(lambda: float(plan.run()[0]), array) for array in arrays]
        present = np.ones(SAMPLES, bool) if mask is None else mask.array[:, t] > 0
        np.testing.assert_allclose(found[present, t], np.concatenate([de, dh], axis=1)[present], rtol=1e-5, atol=1e-7)
        h.array[present] += (0.1 * dh + 0.01 * dk.sum())[present]
    np.testing.assert_allclose(end, h.array, rtol=1e-5, atol=1e-7)


def test_a_gradient_in_a_step_may_go_back_through_a_loop_and_through_what_all_steps_share():
    x = Variable((2, 3, 4), initializer=np.arange(24.0).reshape(2, 3, 4))
    weight = Variable((2,), initializer=np.array([0.5, 2.0]))

    def step(element, states):
        _, outputs, _ = ops.loop(lambda e, s: (e * e, []), element, [])
        through_loop = gradients(ops.sum(outputs * 2.0), [element])[0]
        through_weight = gradients(ops.sum(ops.square(ops.square(weight)) * element[:, 0]), [weight])[0]
        return through_loop, [through_weight]

    _, outputs, (last,) = ops.loop(step, x, [Variable((2,))])
    slopes, shared = evaluate([outputs, last])
    np.testing.assert_allclose(slopes, 4 * x.array)
    np.testing.assert_allclose(shared, 4 * weight.array**3 * x.array[:, -1, 0])


def test_a_step_with_dropout_gives_the_gradient_for_the_mask_that_it_drew():
    x = Variable((4, 3, 50), initializer=np.ones((4, 3, 50)))

    def step(element, states):
        dropped = ops.dropout(element, 0.5)
        return ops.concatenate([dropped, gradients(ops.sum(dropped), [element])[0]], axis=-1), []

    _, outputs, _ = ops.loop(step, x, [])
    (found,) = evaluate([outputs], training=True)
    np.testing.assert_array_equal(found[..., :50], found[..., 50:])
    assert set(np.unique(found)) == {0.0, 2.0}


@pytest.mark.parametrize("masked", [False, True])
def test_gradients_of_any_order_go_back_through_a_step_with_gradients_in_it(masked):
    rng = np.random.default_rng(4)
    x = Variable((2, 3, 2), initializer=rng.normal(size=(2, 3, 2)))
    kernel = Variable((2, 2), initializer=rng.normal(size=(2, 2)))
    mask = Constant(np.array([[1, 1, 0], [0, 1, 1]])) if masked else None

    def step(element, states):
        energy = ops.sum(ops.tanh(ops.matmul(element, kernel) + states[0]))
        downhill = gradients(energy, [states[0]])[0]
        return downhill * element, [states[0] - 0.3 * downhill]

    _, outputs, (last,) = ops.loop(step, x, [Variable((2, 2), initializer=rng.normal(size=(2, 2)))], mask)
    value = ops.sum(ops.square(outputs)) + ops.sum(last)
    for _ in range(2):
        slopes = gradients(value, [x, kernel])
        plan = Plan([value])
        for variable, slope in zip((x, kernel), evaluate(slopes), strict=True):
            expected = differences(lambda plan=plan: float(plan.run()[0]), variable.array)
            np.testing.assert_allclose(slope, expected, rtol=1e-5, atol=1e-7)
        value = ops.sum(ops.square(slopes[0])) + ops.sum(ops.sin(slopes[1]))


@pytest.mark.parametrize("nested", [False, True])
def test_gradients_of_any_order_meet_the_random_numbers_that_the_steps_drew(nested):
    rng = np.random.default_rng(6)
    x = Variable((2, 3, 2), initializer=rng.normal(size=(2, 3, 2)))
    kernel = Variable((2, 2), initializer=rng.normal(size=(2, 2)))

    def step(element, states):
        noise = ops.random_normal(element)
        h = ops.tanh(ops.dropout(states[0], 0.3) + ops.matmul(ops.dropout(element, 0.5), kernel))
        return h * noise + ops.gaussian_noise(h, 0.2) * element, [h]

    def outer(element, states):
        _, outputs, _ = ops.loop(step, ops.stack([element, element * 2.0], 1), [states[0]])
        return outputs[:, 1] * ops.dropout(element, 0.4), [ops.sin(outputs[:, 0])]

    first = Variable((2, 2), initializer=rng.normal(size=(2, 2)))
    _, outputs, (last,) = ops.loop(outer if nested else step, x, [first])
    value = ops.sum(ops.square(outputs)) + ops.sum(last)
    for _ in range(2):
        slopes = gradients(value, [x, kernel])
        plan = Plan([value, *slopes], training=True, random=Stream(3))
        plan.run()
        states = {stream: stream.get_state() for stream in plan.streams}

        def run(plan=plan, states=states):
            for stream, state in states.items():
                stream.set_state(state)
            return [np.array(a) for a in plan.run()]

        for variable, slope in zip((x, kernel), run()[1:], strict=True):
            np.testing.assert_allclose(
                slope, differences(lambda run=run: run()[0], variable.array), rtol=1e-5, atol=1e-6
            )
        value = ops.sum(ops.sin(slopes[0] * 0.1)) + ops.sum(ops.sin(slopes[1] * 0.1))


def test_a_gradient_in_a_step_through_random_numbers_of_all_steps_is_refused():
    weight = Variable((2,))

    def step(element, states):
        return gradients(ops.sum(ops.dropout(weight, 0.5) * element), [weight])[0], []

    with pytest.raises(GraphError, match="Let the op that draws work on the step's input"):
        ops.loop(step, Placeholder((None, 3, 2)), [])
