"""Training that is kept and taken up again goes on with the same numbers, for every optimizer and every way to keep it."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

from engine import backend as K
from engine import initializers, optimizers
from engine.callbacks import ModelCheckpoint
from engine.layers import BatchNormalization, Conv2D, Dense, Input
from engine.models import Model, Sequential, load_model

RNG = np.random.default_rng(3)
X = RNG.normal(size=(20, 2))
Y = X[:, :1] ** 2
OPTIMIZERS = {
    "sgd": lambda: optimizers.SGD(lr=0.05, momentum=0.9, decay=0.05, nesterov=True),
    "rmsprop": lambda: optimizers.RMSprop(decay=0.1),
    "adagrad": lambda: optimizers.Adagrad(decay=0.1),
    "adadelta": lambda: optimizers.Adadelta(decay=0.1),
    "adam": lambda: optimizers.Adam(decay=0.1),
    "amsgrad": lambda: optimizers.Adam(amsgrad=True, decay=0.1),
    "adamax": lambda: optimizers.Adamax(decay=0.1),
    "nadam": lambda: optimizers.Nadam(schedule_decay=0.01),
}


def _checkpointed(model, path):
    model.evaluate(X, Y, verbose=0)
    checkpoint = ModelCheckpoint(path)
    checkpoint.set_model(model)
    checkpoint.on_epoch_end(0, {})
    return load_model(path)


def _slots_moved(model, path):
    other = Sequential.from_config(model.get_config())
    other.set_weights(model.get_weights())
    other.compile(type(model.optimizer).from_config(model.optimizer.get_config()), "mse")
    other._make_train_function()
    other.optimizer.set_weights(model.optimizer.get_weights())
    return other


KEPT = {
    "load_model": lambda model, path: (model.save(path), load_model(path))[1],
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "deepcopy": lambda model, path: copy.deepcopy(model),
    "ModelCheckpoint": _checkpointed,
    "optimizer's weights": _slots_moved,
}


@pytest.mark.parametrize("keep", KEPT)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_with_the_same_numbers(name, keep, tmp_path):
    model = Sequential([Dense(4, input_dim=2, activation="relu"), BatchNormalization(), Dense(1)])
    model.compile(OPTIMIZERS[name](), "mse")
    model.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    other = KEPT[keep](model, tmp_path / "m.h5")
    assert int(K.get_value(other.optimizer.iterations)) == int(K.get_value(model.optimizer.iterations)) == 2
    settings = {"epochs": 4, "initial_epoch": 2, "batch_size": 6, "verbose": 0, "shuffle": False}
    assert other.fit(X, Y, **settings).history == model.fit(X, Y, **settings).history


@pytest.mark.parametrize("name", ["rmsprop", "adagrad", "adadelta"])
def test_slots_of_keras_2_2_4_come_without_the_step_count(name):
    model = Sequential([Dense(1, input_dim=2)])
    model.compile(OPTIMIZERS[name](), "mse")
    model.fit(X, Y, verbose=0)
    slots = [np.full_like(w, 0.25) for w in model.optimizer.get_weights()[1:]]
    model.optimizer.set_weights(slots)
    for slot, now in zip(slots, model.optimizer.get_weights()[1:], strict=True):
        np.testing.assert_array_equal(now, slot)
    assert int(K.get_value(model.optimizer.iterations)) == 1


def test_gradients_take_one_tensor_or_several_on_both_sides():
    x = Input((6, 6, 1))
    layer = Conv2D(3, 3, activation="tanh", kernel_initializer=initializers.glorot_uniform(seed=1))
    model = Model(x, layer(x))
    image = np.random.default_rng(2).random((1, 6, 6, 1))
    loss = K.mean(model.output[..., 0])
    for wanted in (model.input, layer.output, layer.kernel, [model.input, layer.kernel], (model.input,)):
        found = K.gradients(loss, wanted)
        assert isinstance(found, list)
        assert len(found) == (len(wanted) if isinstance(wanted, (list, tuple)) else 1)
        assert all(gradient is not None for gradient in found)
    one, other = K.function([model.input], K.gradients(loss, model.input)), K.sum(K.square(model.output))
    both = K.function([model.input], K.gradients([loss, other], model.input))
    alone = K.function([model.input], K.gradients(other, [model.input]))
    np.testing.assert_allclose(both([image])[0], one([image])[0] + alone([image])[0], rtol=1e-4, atol=1e-6)
    step = 1e-2
    at = (0, 2, 3, 0)
    up, down = image.copy(), image.copy()
    up[at] += step
    down[at] -= step
    value = K.function([model.input], [loss])
    slope = (value([up])[0] - value([down])[0]) / (2 * step)
    assert abs(slope - one([image])[0][at]) < 1e-3


def test_a_function_of_many_sizes_keeps_a_bounded_number_of_plans():
    x = Input((None, None, 1))
    model = Model(x, Conv2D(4, 3, padding="same")(x))
    function = K.function([model.input, K.learning_phase()], [model.output])
    for size in range(3, 60):
        assert function([np.zeros((1, size, 8, 1)), size % 2])[0].shape == (1, size, 8, 4)
    assert all(len(step._plans) <= 16 for step in function._steps.values())
    with pytest.raises(ValueError, match="2 arrays, one for each input, found 1"):
        function([np.zeros((1, 3, 3, 1))])


def test_models_built_and_trained_in_a_loop_are_given_back():
    gone = []
    for _ in range(20):
        model = Sequential([Dense(4, input_dim=2), Dense(1)])
        model.compile("adam", "mse")
        model.fit(X, Y, verbose=0)
        gone.append(weakref.ref(model))
    del model
    gc.collect()
    assert sum(one() is not None for one in gone) == 0
