"""Updates that a plan's program does itself: the same bits as those behind it, on any number of threads, and none too early."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend, layers, models, optimizers, regularizers
from engine._graph.native_phases import Instruction, in_phases
from engine._machine import device
from engine.constraints import max_norm
from engine.errors import DataError

from ..native.programs import needs_library

pytestmark = needs_library

# A norm that no gradient reaches: the update then waits for all gradients, and is a call of its own.
APART = {"clipnorm": 1e30}
OPTIMIZERS = {
    "sgd": lambda **more: optimizers.SGD(0.05, momentum=0.9, **more),
    "rmsprop": lambda **more: optimizers.RMSprop(0.01, decay=0.01, **more),
    "rmsprop of later": lambda **more: optimizers.RMSprop(0.01, momentum=0.5, epsilon_in_root=True, **more),
    "lion": lambda **more: optimizers.Lion(0.001, **more),
    "adam": lambda **more: optimizers.Adam(0.01, clipvalue=0.02, **more),
    "nadam": lambda **more: optimizers.Nadam(0.01, **more),
}


def _dense() -> models.Model:
    shared = layers.Dense(
        30, activation="relu", kernel_regularizer=regularizers.l2(0.01), kernel_constraint=max_norm(1.5)
    )
    inputs = layers.Input((30,))
    hidden = shared(layers.Dense(30, activation="tanh")(shared(inputs)))
    return models.Model(inputs, layers.Dense(4, activation="softmax")(layers.Dropout(0.2)(hidden)))


def _wide() -> models.Model:
    return models.Sequential(
        [layers.Dense(3000, activation="relu", input_shape=(30,)), layers.Dense(4, activation="softmax")]
    )


def _text() -> models.Model:
    inputs = layers.Input((30,), dtype="int32")
    hidden = layers.LSTM(12, return_sequences=True)(layers.Embedding(500, 70)(inputs))
    return models.Model(inputs, layers.Dense(4, activation="softmax")(layers.GRU(9, reset_after=True)(hidden)))


def _pictures() -> models.Model:
    inputs = layers.Input((30,))
    hidden = layers.Conv2D(7, 2, activation="relu", padding="same")(layers.Reshape((5, 6, 1))(inputs))
    hidden = layers.BatchNormalization()(layers.MaxPooling2D(2)(layers.Conv2D(8, 2)(hidden)))
    return models.Model(inputs, layers.Dense(4, activation="softmax")(layers.Flatten()(hidden)))


MODELS = {"dense": _dense, "wide": _wide, "text": _text, "pictures": _pictures}


def _data(text: bool, samples: int = 110):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 500, (samples, 30)) if text else rng.normal(size=(samples, 30)).astype("float32")
    return x, rng.integers(0, 4, samples)


def _trained(make, optimizer, threads: int = 2, text: bool = False, batch: int = 32):
    """Everything that training changes, after two epochs, the last batches of which are smaller."""
    with device.spread_over(threads):
        np.random.seed(3)
        model = make()
        model.compile(optimizer, "sparse_categorical_crossentropy")
        history = model.fit(*_data(text), batch_size=batch, epochs=2, verbose=0)
        assert model.profile(*_data(text, 5)).how.startswith("runs as one compiled call")
    return [*model.get_weights(), *optimizer.get_weights(), np.array(history.history["loss"])]


def _assert_equal(results, expected):
    assert len(results) == len(expected)
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(results, expected, strict=True))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", MODELS)
def test_updates_within_a_plan_are_bit_for_bit_those_behind_it(name, optimizer):
    make = OPTIMIZERS[optimizer]
    within = _trained(MODELS[name], make(), text=name == "text")
    _assert_equal(within, _trained(MODELS[name], make(**APART), text=name == "text"))


@pytest.mark.parametrize("batch", [1, 7, 32, 110])
@pytest.mark.parametrize("name", MODELS)
def test_bits_do_not_depend_on_the_number_of_threads(name, batch):
    alone = _trained(MODELS[name], optimizers.Adam(0.01), 1, name == "text", batch)
    for threads in (2, 3, 4, 8):
        _assert_equal(_trained(MODELS[name], optimizers.Adam(0.01), threads, name == "text", batch), alone)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_refused_batch_changes_nothing_that_the_next_one_sees(name):
    def after(refused: bool):
        np.random.seed(3)
        model, optimizer = _wide(), OPTIMIZERS[name]()
        model.compile(optimizer, "sparse_categorical_crossentropy")
        x, y = _data(False)
        for step in range(3):
            model.train_on_batch(x, y)
            if refused and step == 1:
                with pytest.raises(DataError, match="label"):
                    model.train_on_batch(x, np.full(len(x), 4))
        return [*model.get_weights(), *optimizer.get_weights()]

    _assert_equal(after(True), after(False))


def test_a_profile_leaves_weights_and_optimizer_as_they_were():
    np.random.seed(3)
    model, optimizer = _text(), optimizers.Adam()
    model.compile(optimizer, "sparse_categorical_crossentropy")
    x, y = _data(True)
    model.train_on_batch(x, y)
    before = [*model.get_weights(), *optimizer.get_weights()]
    model.profile(x, y)
    _assert_equal([*model.get_weights(), *optimizer.get_weights()], before)


def test_a_weight_that_a_metric_shows_is_the_one_before_the_update():
    model = models.Sequential([layers.Dense(1, input_shape=(1,), use_bias=False, kernel_initializer="ones")])
    kernel = model.layers[0].kernel
    model.compile(optimizers.SGD(0.5), "mse", metrics=[lambda truth, output: backend.identity(kernel)])
    _, shown = model.train_on_batch(np.ones((4, 1)), np.zeros((4, 1)))
    assert shown == 1.0
    assert model.get_weights()[0] == 0.0


class Assigning(layers.Layer):
    """Gives on what comes in, and assigns after each step what a function says."""

    def __init__(self, pair):
        super().__init__()
        self._pair = pair

    def call(self, inputs):
        """The inputs."""
        self.add_update([self._pair()])
        return inputs


def _line(pair, optimizer):
    """The weight after three steps of a line through 0 whose steps assign something."""
    inputs = layers.Input((1,))
    dense = layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = models.Model(inputs, Assigning(lambda: pair(dense))(dense(inputs)))
    model.compile(optimizer, "mse")
    for _ in range(3):
        model.train_on_batch(np.ones((4, 1)), np.zeros((4, 1)))
    return float(model.get_weights()[0].item())


def test_a_weight_that_a_step_assigns_is_updated_from_there():
    assert _line(lambda dense: (dense.kernel, dense.kernel * 2.0), optimizers.SGD(0.25)) == 3.375


def test_a_rate_that_a_step_assigns_counts_in_its_own_update():
    optimizer = optimizers.SGD(0.25)
    assert _line(lambda dense: (optimizer.lr, optimizer.lr * 0.5), optimizer) == 0.75 * 0.875 * 0.9375


def test_a_metric_shows_the_rate_of_its_own_step():
    optimizer = optimizers.SGD(1.0, decay=1.0)

    def rate(truth, output):
        return optimizer.lr / (1.0 + optimizer.decay * backend.cast(optimizer.iterations, "float32"))

    model = models.Sequential([layers.Dense(1, input_shape=(1,))])
    model.compile(optimizer, "mse", metrics=[rate])
    shown = [model.train_on_batch(np.ones((4, 1)), np.zeros((4, 1)))[1] for _ in range(3)]
    np.testing.assert_allclose(shown, [1, 1 / 2, 1 / 3])


def test_threads_share_the_updates_behind_gradients_that_are_little_work():
    gradient = Instruction("weight_gradient", (None, None, None), (1, 800, 400), 800, False, 640_000)
    update = Instruction("adam", (None,), (16_384, 400), 800, False, 5_000_000)
    positions, plain, whole = in_phases([gradient, update], [1], 1, None, 2, {0: 1}, [[]])
    assert positions == [0, 1]
    assert [(first, units) for _, _, first, units in whole.chunks] == [
        (first, units) for _, _, first, units in plain.chunks
    ]
    assert (plain.phases, whole.phases) == ([(0, len(plain.chunks), 1)], [(0, len(whole.chunks), 0)])
