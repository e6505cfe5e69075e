"""Where compiled plans keep their values: two lie in one place where nothing needs both, and threads have room of their own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.memory import Memory
from engine._graph.native_memory import Span, packed
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable
from engine._machine import device
from engine._native.library import turned_off
from engine.describe.trial import held_by
from engine.errors import DataError
from engine.layers import (
    BatchNormalization,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalMaxPooling1D,
    Input,
    MaxPooling2D,
    Reshape,
)
from engine.models import Model
from engine.models.attributes import trainer_of

from ..native.programs import needs_library

SPANS = st.lists(
    st.builds(lambda first, more, n: Span(first, first + more, n), *[st.integers(0, 9)] * 2, st.integers(0, 400))
)


@given(SPANS)
def test_blocks_that_are_needed_together_lie_apart(spans):
    offsets, whole = packed(spans)
    for i, (span, offset) in enumerate(zip(spans, offsets, strict=True)):
        assert offset % 64 == 0 and offset + span.nbytes <= whole
        for other, place in zip(spans[:i], offsets[:i], strict=True):
            apart = span.last < other.first or other.last < span.first
            assert apart or offset + span.nbytes <= place or place + other.nbytes <= offset


def test_blocks_take_no_more_room_than_is_needed_at_once():
    whole_run, early, late, between = Span(0, 9, 640), Span(0, 3, 128), Span(4, 9, 128), Span(3, 4, 64)
    assert packed([whole_run, early, late, between])[1] == 640 + 128 + 64
    assert packed([]) == ([], 0)


def _pictures(x):
    x = BatchNormalization()(Conv2D(16, 3, padding="same", activation="relu")(Conv2D(16, 3, padding="same")(x)))
    x = MaxPooling2D(2)(Conv2D(24, 3, activation="tanh")(x))
    # Two views of what one phase needs; the first one has the samples along its first axis.
    x = Reshape((-1, 24))(x)
    return Dense(4, activation="softmax")(Dropout(0.2)(Flatten()(x)))


def _series(x):
    x = Reshape((-1, 16))(x)
    x = Conv1D(32, 3, activation="relu", padding="same")(Dropout(0.2)(x))
    return Dense(4, activation="softmax")(GlobalMaxPooling1D()(Conv1D(48, 3, activation="relu")(x)))


NETS = {"pictures": _pictures, "series": _series}


def _made(net) -> Model:
    np.random.seed(4)
    inputs = Input((24, 24, 4))
    model = Model(inputs, NETS[net](inputs))
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def _trained(net, threads: int, batch: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(batch, 24, 24, 4)).astype("float32"), rng.integers(0, 4, batch)
    with device.spread_over(threads):
        model = _made(net)
        for _ in range(3):
            model.train_on_batch(x, y)
        return [*model.get_weights(), model.predict_on_batch(x)]


@needs_library
@pytest.mark.parametrize("batch", [1, 9, 40])
@pytest.mark.parametrize("net", NETS)
def test_nets_give_the_numbers_of_numpy_and_the_same_bits_for_any_number_of_threads(net, batch):
    alone = _trained(net, 1, batch)
    for threads in (2, 3, 8):
        assert all(np.array_equal(a, b) for a, b in zip(_trained(net, threads, batch), alone, strict=True))
    with turned_off():
        expected = _trained(net, 1, batch)
    for mine, theirs in zip(alone, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-3, atol=2e-4)


@needs_library
def test_more_threads_than_a_plan_was_made_for_do_no_harm():
    x = np.random.default_rng(1).normal(size=(40, 24, 24, 4)).astype("float32")
    model = _made("series")
    with device.spread_over(2):
        expected = np.array(model.predict_on_batch(x))
    with device.spread_over(8):
        for _ in range(20):
            np.testing.assert_array_equal(model.predict_on_batch(x), expected)


@needs_library
def test_what_one_phase_needs_has_room_for_the_samples_of_a_few_chunks():
    def taken(batch):
        x = Placeholder((None, 64))
        y = x
        for width in (640, 320, 640):
            kernel = Variable((y.shape[-1], width), initializer=np.ones((y.shape[-1], width), "float32"))
            y = ops.tanh(ops.matmul(y, kernel))
        memory = Memory()
        with device.spread_over(2):
            Plan([ops.mean(y, axis=-1)], [x], {x: (batch, 64)}, memory=memory)
        return memory.nbytes

    # 64 samples of a chunk at most, two of them, beside what is given and asked for.
    few, many = taken(512), taken(4096)
    assert many - few == (4096 - 512) * 4 * 65


@needs_library
@pytest.mark.parametrize("net", NETS)
def test_a_step_holds_little_beside_what_it_has_to(net):
    model = _made(net)
    model.train_on_batch(np.zeros((64, 24, 24, 4)), np.zeros(64))
    held, steps = held_by(model), trainer_of(model).ready().steps
    assert held.lasting + held.buffers < 1.1 * (held.lasting + sum(step.held for step in steps))


@needs_library
def test_words_are_searched_for_n_grams_in_little_memory():
    inputs = Input((100,), dtype="int32")
    x = GlobalMaxPooling1D()(Conv1D(250, 3, activation="relu")(Embedding(50, 20)(inputs)))
    model = Model(inputs, Dense(1, activation="sigmoid")(x))
    model.compile("sgd", "binary_crossentropy")
    model.train_on_batch(np.zeros((32, 100)), np.zeros((32, 1)))
    assert held_by(model).buffers < 0.7 * 32 * 98 * 250 * 4


@needs_library
@pytest.mark.parametrize("net", NETS)
def test_a_refused_batch_is_explained_and_leaves_the_next_one_alone(net):
    x = np.random.default_rng(2).normal(size=(40, 24, 24, 4)).astype("float32")
    model, other = _made(net), _made(net)
    for step in range(2):
        if step:
            with pytest.raises(DataError, match="knows classes 0 to 3, but y holds 4"):
                model.test_on_batch(x, np.full(40, 4))
        assert model.test_on_batch(x, np.zeros(40)) == other.test_on_batch(x, np.zeros(40))
