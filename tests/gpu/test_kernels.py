"""Chains of elementwise functions as one kernel: NumPy's numbers, fewer launches, and what is no chain runs as it stands."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pytest

import engine
from engine import backend as K
from engine import optimizers
from engine._machine.devices import named
from engine._machine.kernel_source import COMPARISONS, EXPRESSIONS, LOGICAL
from engine._machine.kernels import NotElementwise, Trace
from engine.layers import Activation, Dense, Input, Lambda
from engine.models import Model, Sequential

from .using import counts_of, stand_in

X = np.array([[-2.0, -0.5, 0.0], [0.25, 1.0, 3.0]], "float32")
Y = np.array([[1.0, -0.5, 2.0], [-3.0, 1.0, 0.5]], "float32")


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        engine.use("gpu:0")
        yield module


def _run(work: Callable[..., object], *arrays: np.ndarray, out: str = "float32") -> np.ndarray:
    """What some work writes into a new array, as a kernel."""
    card = named("gpu:0")
    with card.active():
        sources = [card.array(array) for array in arrays]
        result = card.xp.zeros(arrays[0].shape, out)
        trace = Trace(arrays[0].shape)
        work(trace, *map(trace.of, sources), trace.of(result))
        trace.check()
        trace.kernel(card.xp, [result], {})()
        return card.host(result)


@pytest.mark.parametrize("name", sorted(set(EXPRESSIONS) - {"copy", "where"}))
def test_each_function_has_numpys_numbers(cupy: Any, name: str) -> None:
    function = getattr(np, name)
    truth = name in LOGICAL or name in COMPARISONS
    sources: list[np.ndarray] = [X, Y] if function.nin == 2 else [X]
    if name in LOGICAL:
        sources = [one > 0 for one in sources]

    def work(xp: Any, *stands: Any) -> None:
        getattr(xp, name)(*stands[:-1], out=stands[-1])

    with np.errstate(all="ignore"):
        expected = function(*sources)
        np.testing.assert_array_equal(_run(work, *sources, out="bool" if truth else "float32"), expected)


def test_operators_masks_limits_and_numbers_are_noted(cupy: Any) -> None:
    def work(xp: Any, x: Any, y: Any, out: Any) -> None:
        mask = xp.scratch(x.shape, bool)
        xp.greater(x, 0, out=mask)
        out.fill(0)
        out += 2 * x - y / 4
        out *= -y
        xp.copyto(out, 7, where=mask)
        xp.add(out, xp.clip(y, -1, 1), out=out)
        xp.multiply(out, mask, out=out)
        out -= np.float32(0.5)
        out /= xp.where(mask, x, 1.0)

    mask = X > 0
    expected = np.where(mask, 7, (2 * X - Y / 4) * -Y) + np.clip(Y, -1, 1)
    np.testing.assert_allclose(_run(work, X, Y), (expected * mask - 0.5) / np.where(mask, X, 1), rtol=1e-6)


def test_numbers_that_are_none_pass_through(cupy: Any) -> None:
    x = np.array([np.nan, 1.0, np.nan, np.inf, -np.inf, -1.0], "float32")
    y = np.array([1.0, np.nan, np.nan, 0.0, 0.0, 0.0], "float32")

    def work(xp: Any, a: Any, b: Any, out: Any) -> None:
        xp.maximum(a, b, out=out)
        xp.minimum(out, 3, out=out)

    np.testing.assert_array_equal(_run(work, x, y), np.minimum(np.maximum(x, y), 3))


@pytest.mark.parametrize(
    "work",
    [
        lambda xp, x, out: xp.sum(x, out=out),
        lambda xp, x, out: out.fill(float(x)),
        lambda xp, x, out: out.fill(1 if x else 0),
        lambda xp, x, out: xp.add(x[0], 1, out=out),
        lambda xp, x, out: xp.add(np.exp(x), 1, out=out),
        lambda xp, x, out: xp.add(x, np.inf, out=out),
        lambda xp, x, out: xp.add(x, np.ones(3), out=out),
        lambda xp, x, out: xp.add(x, xp.scratch(x.shape, "float32"), out=out),
        lambda xp, x, out: xp.add(x.reshape(-1), 1, out=out),
        lambda xp, x, out: xp.matmul(x, x, out=out),
    ],
)
def test_what_is_more_than_elementwise_is_left(cupy: Any, work: Callable[..., object]) -> None:
    with pytest.raises((NotElementwise, TypeError)):
        _run(work, X)


def test_memory_that_overlaps_is_left(cupy: Any) -> None:
    card = named("gpu:0")
    with card.active():
        whole = card.xp.zeros(8, "float32")
        trace = Trace((6,))
        trace.add(trace.of(whole[:6]), 1, out=trace.of(whole[2:]))
        with pytest.raises(NotElementwise, match="overlap"):
            trace.check()


def _model() -> Model:
    entry = Input((4,))
    curve = Lambda(lambda t: K.tanh(K.relu(t) * 2.0 + 1.0) - K.abs(t) * 0.5)(Dense(4)(entry))
    return Model(entry, Dense(1)(Activation("sigmoid")(curve)))


def test_a_chain_of_a_plan_is_one_launch_with_the_numbers_of_the_processor(cupy: Any) -> None:
    x = np.random.default_rng(1).normal(size=(8, 4)).astype("float32")
    with engine.device("cpu"):
        model = _model()
        expected = model.predict(x)
    twin = _model()
    twin.set_weights(model.get_weights())
    twin.predict(x)
    before = counts_of(cupy).copy()
    np.testing.assert_allclose(twin.predict(x), expected, rtol=1e-5, atol=1e-6)
    kernels = named("gpu:0").kernels
    assert kernels is not None
    assert len(kernels) == 1
    ((_, _, body),) = kernels
    assert body.count("tanh(") == 1
    assert body.count("z0 = ") == 1
    assert "z1" not in body, "what lies between is never stored"
    assert counts_of(cupy).since(before).launches < 12


def test_gradients_of_chains_train_to_the_numbers_of_the_processor(cupy: Any) -> None:
    x = np.random.default_rng(1).normal(size=(16, 4)).astype("float32")
    outcomes: list[list[np.ndarray]] = []
    first = _model().get_weights()
    for place in ("cpu", "gpu:0"):
        with engine.device(place):
            model = _model()
            model.set_weights(first)
            model.compile("adam", "mse")
            model.fit(x, x[:, :1], batch_size=8, epochs=5, shuffle=False, verbose=0)
            outcomes.append(model.get_weights())
    for one, other in zip(*outcomes, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam"])
def test_an_update_is_one_kernel(cupy: Any, name: str) -> None:
    model = Sequential([Dense(3, input_shape=(3,))])
    model.compile(getattr(optimizers, name)(), "mse")
    model.fit(X, Y, verbose=0)
    card = named("gpu:0")
    assert card.kernels is not None
    before = len(card.kernels)
    step = model._trainer.ready().updater().on_card
    assert step is not None
    with card.active():
        counted = counts_of(cupy).copy()
        step()
    assert counts_of(cupy).since(counted).launches == 1
    assert len(card.kernels) == before
