"""A changed model takes over weights and slots of what it shares with a trained one, bit for bit, and nothing else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.layers import LSTM, BatchNormalization, Bidirectional, Dense, Dropout, Input, TimeDistributed
from engine.models import Model, Sequential
from engine.models.carrying import carried, carry_over
from engine.optimizers import SGD, Adam

X = np.random.default_rng(3).normal(size=(32, 6)).astype("float32")
Y = np.random.default_rng(4).normal(size=(32, 1)).astype("float32")


def stack(*layers, optimizer=None, x=X):
    model = Sequential(list(layers))
    model.build(x.shape)
    model.compile(Adam(lr=0.01) if optimizer is None else optimizer, "mse")
    return model


def trained(*layers, optimizer=None, x=X, y=Y):
    model = stack(*layers, optimizer=optimizer, x=x)
    model.fit(x, y, batch_size=8, epochs=2, verbose=0)
    return model


def slots_of(model):
    """Every slot by the path of its layer and the weight's number, told from the optimizer's own list."""
    values = model.optimizer.get_weights()[1:]
    names = [weight.name for weight in model.trainable_weights]
    rounds = len(values) // len(names)
    return {(name, r): values[r * len(names) + i] for i, name in enumerate(names) for r in range(min(rounds, 2))}


def first(units=5, **settings):
    return Dense(units, input_shape=(6,), name="first", **settings)


def test_layers_that_are_the_same_keep_weights_slots_and_step_count() -> None:
    old = trained(first(), Dense(4, name="second"), Dense(1, name="last"))
    new = stack(first(activation="tanh"), Dropout(0.3), Dense(4, name="second"), Dense(1, name="last"))
    done = carry_over(old, new)
    assert done.weights == done.slots == (("first",), ("second",), ("last",))
    assert not done.differs and not done.new and not done.dropped and done.optimizer
    for before, after in zip(old.get_weights(), new.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    for before, after in zip(old.optimizer.get_weights(), new.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert int(new.optimizer.get_weights()[0]) == 8


def test_a_model_that_took_over_everything_trains_on_as_the_old_one_does() -> None:
    old = trained(first(), Dense(1, name="last"))
    new = stack(first(), Dense(1, name="last"))
    carry_over(old, new)
    for model in (old, new):
        model.fit(X, Y, batch_size=8, epochs=2, verbose=0, shuffle=False)
    for before, after in zip(old.get_weights(), new.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_layer_of_another_size_begins_anew_with_the_one_behind_it() -> None:
    old = trained(first(5), Dense(4, name="second"), Dense(1, name="last"))
    new = stack(first(7), Dense(4, name="second"), Dense(1, name="last"))
    fresh = new.get_weights()
    done = carry_over(old, new)
    assert done.weights == (("last",),)
    assert {path: (why.weight, why.shape, why.before) for path, why in done.differs.items()} == {
        ("first",): ("kernel", (6, 7), (6, 5)),
        ("second",): ("kernel", (7, 4), (5, 4)),
    }
    for before, after in zip(fresh[:4], new.get_weights()[:4], strict=True):
        np.testing.assert_array_equal(before, after)
    slots = slots_of(new)
    assert not any(slots[name, 0].any() for name, _ in slots if name.startswith(("first", "second")))
    assert all(slots[name, 0].any() for name, _ in slots if name.startswith("last"))


def test_a_layer_without_its_bias_or_of_another_class_begins_anew() -> None:
    old = trained(first(), Dense(1, name="last"))
    unbiased = carried(old, stack(first(use_bias=False), Dense(1, name="last"))).differs[("first",)]
    assert (unbiased.weight, unbiased.shape, unbiased.before) == ("bias", None, (5,))
    other = Sequential([BatchNormalization(input_shape=(6,), name="first"), Dense(1, name="last")])
    other.compile("adam", "mse")
    differs = carried(old, other).differs
    assert (differs[("first",)].class_name, differs[("first",)].class_before) == ("BatchNormalization", "Dense")
    assert differs[("last",)].shape == (6, 1)


def test_layers_go_by_the_names_that_are_told() -> None:
    old = trained(first(), Dense(5, name="second"), Dense(1, name="last"))
    new = stack(first(), Dense(5, name="renamed"), Dense(5, name="second"), Dense(1, name="last"))
    done = carry_over(old, new, {("first",): ("first",), ("renamed",): ("second",), ("last",): ("last",)})
    assert done.new == (("second",),) and not done.dropped
    np.testing.assert_array_equal(old.layers[1].get_weights()[0], new.layers[1].get_weights()[0])
    assert (old.layers[1].get_weights()[0] != new.layers[2].get_weights()[0]).any()


def test_what_is_not_there_any_more_is_dropped() -> None:
    old = trained(first(), Dense(5, name="second"), Dense(1, name="last"))
    done = carry_over(old, stack(first(), Dense(1, name="last")))
    assert done.dropped == (("second",),) and done.weights == (("first",), ("last",))


def nested(units: int, around: int) -> Model:
    inner = Sequential([Dense(4, input_shape=(6,), name="a"), Dense(units, name="b")], name="tower")
    x = Input((6,), name="x")
    model = Model(x, Dense(1, name="last")(Dense(around, name="wide")(inner(x))))
    model.compile("adam", "mse")
    return model


def test_layers_inside_a_nested_model_are_carried_one_by_one() -> None:
    old = nested(3, 5)
    old.fit(X, Y, batch_size=8, epochs=1, verbose=0)
    new = nested(2, 5)
    done = carry_over(old, new)
    assert done.weights == done.slots == (("tower", "a"), ("last",))
    assert set(done.differs) == {("tower", "b"), ("wide",)}
    np.testing.assert_array_equal(old.layers[1].layers[0].get_weights()[0], new.layers[1].layers[0].get_weights()[0])
    moved = Sequential([Dense(4, input_shape=(6,), name="a"), Dense(1, name="last")])
    moved.compile("adam", "mse")
    done = carry_over(old, moved, {("a",): ("tower", "a"), ("last",): ("last",)})
    assert done.weights == (("a",),) and done.dropped == (("tower", "b"), ("wide",))


def test_frozen_layers_keep_their_weights_and_get_slots_when_they_are_trained_again() -> None:
    old = trained(first(trainable=False), BatchNormalization(name="norm"), Dense(1, name="last"))
    new = stack(first(), BatchNormalization(name="norm", trainable=False), Dense(1, name="last"))
    done = carry_over(old, new)
    assert done.weights == (("first",), ("norm",), ("last",)) and done.slots == (("last",),)
    for before, after in zip(old.layers, new.layers, strict=True):
        assert all(map(np.array_equal, before.get_weights(), after.get_weights()))
    slots = slots_of(new)
    assert not slots["first/kernel:0", 0].any() and slots["last/kernel:0", 0].any()
    new.fit(X, Y, batch_size=8, epochs=1, verbose=0)


def test_a_shared_layer_is_carried_once_for_all_its_calls() -> None:
    def model(other: str) -> Model:
        a, b = Input((6,), name="a"), Input((6,), name="b")
        shared = Dense(3, name="shared")
        made = Model([a, b], Dense(1, name=other)(Dense(2, name="join")(shared(a)) if other == "one" else shared(b)))
        made.compile("adam", "mse")
        return made

    done = carry_over(model("one"), model("two"))
    assert done.weights == (("shared",),) and done.new == (("two",),) and done.dropped == (("join",), ("one",))


@pytest.mark.parametrize(
    ("before", "after", "goes_on"),
    [
        (Adam(lr=0.01), Adam(lr=0.5), True),
        (SGD(momentum=0.9), SGD(momentum=0.9, nesterov=True), True),
        (SGD(momentum=0.9), Adam(), False),
    ],
)
def test_slots_go_on_in_an_optimizer_of_the_same_class_only(before, after, goes_on) -> None:
    old = trained(first(), Dense(1, name="last"), optimizer=before)
    new = stack(first(), Dense(1, name="last"), optimizer=after)
    rate = new.optimizer.learning_rate
    done = carry_over(old, new)
    assert done.optimizer is goes_on and bool(done.slots) is goes_on
    assert new.optimizer.learning_rate == rate
    if goes_on:
        assert all(map(np.array_equal, old.optimizer.get_weights(), new.optimizer.get_weights()))


def test_the_step_count_goes_on_and_with_it_a_rate_that_decays() -> None:
    old = trained(first(), Dense(1, name="last"), optimizer=SGD(decay=0.1))
    new = stack(first(), Dense(1, name="last"), optimizer=SGD(decay=0.1))
    assert carry_over(old, new).optimizer and int(new.optimizer.get_weights()[0]) == 8
    old.fit(X, Y, batch_size=8, epochs=1, verbose=0, shuffle=False)
    new.fit(X, Y, batch_size=8, epochs=1, verbose=0, shuffle=False)
    assert all(map(np.array_equal, old.get_weights(), new.get_weights()))


def test_wrappers_and_recurrent_layers_are_carried_as_a_whole() -> None:
    x = np.random.default_rng(0).normal(size=(8, 5, 3)).astype("float32")
    y = np.zeros((8, 5, 1), "float32")

    def layers(units: int):
        lstm = LSTM(units, return_sequences=True, name="inner")
        return [Bidirectional(lstm, input_shape=(5, 3), name="both"), TimeDistributed(Dense(1), name="each")]

    old = trained(*layers(4), x=x, y=y)
    same = stack(*layers(4), x=x)
    assert carry_over(old, same).slots == (("both",), ("each",))
    np.testing.assert_array_equal(old.predict(x), same.predict(x))
    assert set(carry_over(old, stack(*layers(5), x=x)).differs) == {("both",), ("each",)}


def test_what_was_never_trained_gives_its_weights_alone() -> None:
    old, new = (stack(first(), Dense(1, name="last")) for _ in range(2))
    done = carry_over(old, new)
    assert done.weights == (("first",), ("last",)) and done.slots == ()


def test_every_pair_of_models_is_carried_as_foreseen() -> None:
    def kinds():
        yield lambda: [first(), Dense(1, name="last")]
        yield lambda: [first(7), Dense(1, name="last")]
        yield lambda: [first(), BatchNormalization(name="norm"), Dense(1, name="last")]
        yield lambda: [first(trainable=False), Dense(5, name="norm"), Dense(1, name="last")]

    for old, new in itertools.product(kinds(), kinds()):
        before, after = trained(*old()), stack(*new())
        foreseen = carried(before, after)
        assert carry_over(before, after).weights == foreseen.weights
        after.fit(X, Y, batch_size=8, epochs=1, verbose=0)
