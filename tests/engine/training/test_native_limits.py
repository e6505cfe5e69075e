"""Constraints within a compiled update: the numbers of `engine.constraints`, whatever the shape, the axes and the optimizer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import backend, layers, models, optimizers
from engine._graph.tensor import Variable
from engine._machine import device
from engine._native.library import turned_off
from engine._training.native_limits import layout_of_norms
from engine._training.updater import FlatWeights, Updater
from engine.constraints import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from engine.types import Array

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

OPTIMIZERS: dict[str, Callable[[], optimizers.Optimizer]] = {
    "sgd": lambda: optimizers.SGD(0.5),
    "clipped": lambda: optimizers.SGD(0.5, momentum=0.9, clipnorm=3.0),
    "rmsprop": lambda: optimizers.RMSprop(0.1),
    "adam": lambda: optimizers.Adam(0.1),
    "nadam": lambda: optimizers.Nadam(0.1),
}
Axes = int | tuple[int, ...]


def _constraints(axis: Axes) -> dict[str, Constraint]:
    return {
        "max": MaxNorm(1.5, axis=axis),
        "unit": UnitNorm(axis=axis),
        "between": MinMaxNorm(0.5, 1.0, axis=axis),
        "on the way": MinMaxNorm(0.5, 1.0, rate=0.3, axis=axis),
        "not negative": NonNeg(),
    }


def _updated(
    native: bool,
    weights: Sequence[tuple[tuple[int, ...], Callable[[Array], Array] | None]],
    make: Callable[[], optimizers.Optimizer] = OPTIMIZERS["adam"],
    steps: int = 4,
) -> tuple[list[Array], set[Variable]]:
    """Weights of these shapes and constraints after some updates, and which of them the library has limited."""
    rng = np.random.default_rng(0)
    with nullcontext() if native else turned_off():
        variables = [Variable(shape, initializer=rng.normal(size=shape)) for shape, _ in weights]
        for variable, (_, constraint) in zip(variables, weights, strict=True):
            variable.constraint = constraint
        updater = Updater(make(), FlatWeights(variables))
        for _ in range(steps):
            for gradient in updater.weights.gradients.values():
                gradient[...] = rng.normal(size=gradient.shape)
            updater.apply()
    return [v.array for v in variables], updater.limited


def _compare(
    *weights: tuple[tuple[int, ...], Callable[[Array], Array] | None],
    limited: int,
    make: Callable[[], optimizers.Optimizer] = OPTIMIZERS["adam"],
) -> None:
    mine, known = _updated(True, weights, make)
    expected, _ = _updated(False, weights, make)
    assert len(known) == limited
    for a, b in zip(mine, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=within(2e-5), atol=within(1e-6))


@given(st.lists(st.integers(1, 20), min_size=1, max_size=4).map(tuple), st.data())
@settings(max_examples=75, deadline=None)
def test_norms_of_any_shape_along_any_axes(shape: tuple[int, ...], data: st.DataObject) -> None:
    axes = data.draw(st.sets(st.integers(-len(shape), -1), min_size=0).map(tuple))
    axis = data.draw(st.sampled_from([axes, *axes]))
    name = data.draw(st.sampled_from(sorted(_constraints(0))))
    _compare((shape, _constraints(axis)[name]), ((3,), None), limited=1)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", _constraints(0))
def test_every_constraint_behind_every_optimizer(name: str, optimizer: str) -> None:
    weights = [((70, 130), 0), ((3, 3, 5, 40), (0, 1, 2)), ((40,), 0), ((40, 2, 17), 1)]
    _compare(*((shape, _constraints(axis)[name]) for shape, axis in weights), limited=4, make=OPTIMIZERS[optimizer])


def test_large_weights_on_several_threads() -> None:
    with device.spread_over(3):
        _compare(((3000, 90), MaxNorm(3)), ((90, 3000), UnitNorm(axis=1)), ((700, 300), NonNeg()), limited=3)


@pytest.mark.parametrize("columns", [1, 5, 16, 100, 1000])
@pytest.mark.parametrize("axis", [0, 1])
def test_bits_do_not_depend_on_the_number_of_threads(columns: int, axis: int) -> None:
    results: list[Array] = []
    for threads in (1, 2, 5):
        with device.spread_over(threads):
            results += _updated(True, [((700, columns), MaxNorm(2, axis=axis))])[0]
    assert all(np.array_equal(result, results[0]) for result in results)


@pytest.mark.parametrize("wrong", [2, (0, 0), (0, 5)])
def test_axes_that_there_are_not_are_numpys_to_refuse(wrong: Axes) -> None:
    with pytest.raises(ValueError, match="axis"):
        _updated(True, [((3, 4), MaxNorm(2, axis=wrong))])


def test_axes_that_alternate_too_often_and_functions_stay_in_python() -> None:
    shape = (2, 1, 2, 3, 2, 3, 2, 3, 2)
    assert layout_of_norms(shape, (0, 3, 5, 7)) is None
    _compare((shape, UnitNorm(axis=(0, 3, 5, 7))), ((4,), lambda w: np.minimum(w, 0.1)), ((4,), NonNeg()), limited=1)


class Halved(MaxNorm):
    """Half of what MaxNorm gives."""

    def limited(self, w: Array) -> Array:
        """Half of it."""
        return super().limited(w) / 2


def test_a_constraint_that_computes_otherwise_does() -> None:
    _compare(((6, 5), Halved(1.0)), limited=0)


def test_what_is_no_number_stays_in_its_norm() -> None:
    weights = np.ones((3, 40), backend.floatx())
    weights[1, 7], weights[2, 9] = np.nan, np.inf
    with np.errstate(invalid="ignore"):
        for constraint in _constraints(0).values():
            variable = Variable((3, 40), initializer=weights)
            variable.constraint = constraint
            updater = Updater(optimizers.SGD(0.0), FlatWeights([variable]))
            updater.apply()
            np.testing.assert_allclose(variable.array, constraint(weights), rtol=within(1e-5))


def _after_changes(native: bool) -> list[Array]:
    """The weights behind each of some updates, before which something about the constraint is changed."""
    seen: list[Array] = []
    epsilon = backend.epsilon()
    with nullcontext() if native else turned_off():
        np.random.seed(0)
        dense = layers.Dense(5, input_shape=(6,), kernel_constraint=MaxNorm(0.5))
        model = models.Sequential([dense])
        model.compile(optimizers.SGD(0.1), "mse")
        kernel = dense.kernel

        def step() -> None:
            model.train_on_batch(np.ones((4, 6)), np.ones((4, 5)))
            seen.append(kernel.array.copy())

        def change(**numbers: object) -> None:
            for name, value in numbers.items():
                setattr(kernel.constraint, name, value)
            step()

        step()
        change(max_value=0.2)
        try:
            backend.set_epsilon(0.1)
            step()
        finally:
            backend.set_epsilon(epsilon)
        change(axis=1)
        kernel.constraint = NonNeg()
        step()
        kernel.constraint = UnitNorm()
        step()
    return seen


def test_changes_between_updates_count_at_once() -> None:
    for mine, expected in zip(_after_changes(True), _after_changes(False), strict=True):
        np.testing.assert_allclose(mine, expected, rtol=within(1e-5), atol=within(1e-7))


def test_a_step_with_constraints_is_one_compiled_call() -> None:
    model = models.Sequential([layers.Dense(5, input_shape=(6,), kernel_constraint=NonNeg(), bias_constraint=NonNeg())])
    model.compile("adam", "mse")
    x, y = np.ones((4, 6)), -np.ones((4, 5))
    model.fit(x, y, epochs=3, verbose=0)
    assert model.profile(x, y).how.startswith("runs as one compiled call")
    assert all((w >= 0).all() for w in model.get_weights())
