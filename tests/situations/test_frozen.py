"""What is frozen stays as it is, whoever froze it, and comes back frozen."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from engine.layers import BatchNormalization, Dense, Input, TimeDistributed
from engine.models import Model, Sequential, clone_model, load_model, model_from_json, model_from_yaml

RNG = np.random.default_rng(3)
X, Y = RNG.normal(3, 2, (16, 5)), RNG.normal(size=(16, 2))


def _block(norm):
    return Sequential([Dense(6, input_dim=5), norm])


def _functional(norm):
    x = Input((5,))
    return Model(x, norm(Dense(6)(x)))


def _drift(model, norm, x=X, y=Y):
    before = norm.get_weights()
    for _ in range(3):
        model.train_on_batch(x, y)
    return max(float(np.abs(a - b).max()) for a, b in zip(before, norm.get_weights(), strict=True))


@pytest.mark.parametrize("make", [_block, _functional], ids=["sequential", "functional"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("outer", ["sequential", "functional"])
def test_a_model_frozen_as_a_whole_keeps_its_moving_averages(make, depth, outer):
    norm = BatchNormalization()
    inner = make(norm)
    for _ in range(depth - 1):
        inner = Sequential([inner])
    inner.trainable = False
    if outer == "sequential":
        model = Sequential([inner, Dense(2)])
    else:
        x = Input((5,))
        model = Model(x, Dense(2)(inner(x)))
    model.compile("sgd", "mse")
    assert _drift(model, norm) == 0
    assert not model.updates


def test_a_frozen_wrapper_keeps_what_is_inside():
    norm = BatchNormalization()
    frozen = TimeDistributed(_block(norm))
    frozen.trainable = False
    x = Input((3, 5))
    model = Model(x, Dense(2)(frozen(x)))
    model.compile("sgd", "mse")
    assert _drift(model, norm, RNG.normal(size=(8, 3, 5)), RNG.normal(size=(8, 3, 2))) == 0


def test_toggling_between_fits_follows_the_last_compile():
    norm = BatchNormalization()
    inner = _block(norm)
    model = Sequential([inner, Dense(2)])
    model.compile("sgd", "mse")
    assert _drift(model, norm) > 0
    inner.trainable = False
    model.compile("sgd", "mse")
    assert _drift(model, norm) == 0
    inner.trainable = True
    model.compile("sgd", "mse")
    assert _drift(model, norm) > 0


@pytest.mark.filterwarnings("ignore:Discrepancy")
def test_the_discriminator_of_a_gan_learns_alone_and_rests_in_the_gan():
    norm = BatchNormalization()
    discriminator = Sequential([Dense(6, input_dim=5), norm, Dense(1, activation="sigmoid")])
    discriminator.compile("sgd", "binary_crossentropy")
    discriminator.trainable = False
    generator = Sequential([Dense(5, input_dim=3)])
    noise = Input((3,))
    gan = Model(noise, discriminator(generator(noise)))
    gan.compile("sgd", "binary_crossentropy")
    assert _drift(gan, norm, RNG.normal(size=(16, 3)), np.ones(16)) == 0
    assert _drift(discriminator, norm, X, np.ones(16)) > 0


def test_updates_of_a_call_are_none_while_the_layer_is_frozen():
    x = Input((5,))
    norm = BatchNormalization()
    norm(x)
    assert len(norm.get_updates_for(x)) == 2
    norm.trainable = False
    assert norm.get_updates_for(x) == [] == norm.updates


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda model, path: (model.save(path), load_model(path))[1], id="load_model"),
        pytest.param(lambda model, path: model_from_json(model.to_json()), id="json"),
        pytest.param(lambda model, path: model_from_yaml(model.to_yaml()), id="yaml"),
        pytest.param(lambda model, path: type(model).from_config(model.get_config()), id="config"),
        pytest.param(lambda model, path: pickle.loads(pickle.dumps(model)), id="pickle"),
        pytest.param(lambda model, path: copy.deepcopy(model), id="deepcopy"),
        pytest.param(lambda model, path: clone_model(model), id="clone_model"),
    ],
)
@pytest.mark.parametrize("make", [_block, _functional], ids=["sequential", "functional"])
def test_a_frozen_inner_model_comes_back_frozen(make, again, tmp_path):
    inner = make(BatchNormalization())
    inner.trainable = False
    model = Sequential([inner, Dense(2)])
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    back = again(model, tmp_path / "m.h5")
    assert not back.layers[0].trainable
    assert len(back.trainable_weights) == 2


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop", "adagrad", "adadelta", "adamax", "nadam"])
def test_layers_frozen_after_compile_leave_a_file_that_loads_with_a_warning(optimizer, tmp_path):
    model = Sequential([Dense(5, input_dim=5), Dense(2)])
    model.compile(optimizer, "mse")
    model.fit(X, Y, verbose=0)
    model.layers[0].trainable = False
    model.save(tmp_path / "m.h5")
    with pytest.warns(UserWarning, match="optimizer's state does not fit"):
        back = load_model(tmp_path / "m.h5")
    np.testing.assert_array_equal(back.predict(X), model.predict(X))
    back.fit(X, Y, verbose=0)


@pytest.mark.parametrize(("saved", "loaded"), [((0,), ()), ((), (0,)), ((1,), ()), ((0, 1), (2,)), ((0, 2), (1,))])
@pytest.mark.parametrize("deep", [False, True])
def test_weights_find_their_layers_whatever_was_frozen(saved, loaded, deep, tmp_path):
    def build(frozen):
        inner = Sequential([Dense(5, input_dim=5, activation="tanh"), BatchNormalization(), Dense(5), Dense(5)])
        for index in frozen:
            inner.layers[index].trainable = False
        return Sequential([Sequential([inner]) if deep else inner, Dense(2)])

    model, other = build(saved), build(loaded)
    model.set_weights([RNG.random(w.shape) for w in model.get_weights()])
    model.save_weights(tmp_path / "w.h5")
    other.load_weights(tmp_path / "w.h5")
    np.testing.assert_allclose(other.predict(X), model.predict(X), rtol=1e-6)
