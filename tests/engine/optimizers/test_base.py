import numpy as np
import pytest

from engine import optimizers
from engine._graph.tensor import Variable
from engine._training.updater import FlatWeights, Updater
from engine.errors import SettingError, SettingTypeError


def _attached(optimizer, shape=(3,)):
    variable = Variable(shape, initializer=np.zeros(shape))
    updater = Updater(optimizer, FlatWeights([variable]))
    updater.weights.gradients[variable][...] = 1.0
    return variable, updater


def test_the_first_update_uses_the_rate_without_decay():
    variable, updater = _attached(optimizers.SGD(lr=0.5, decay=1.0))

    updater.apply()
    first = variable.array[0].item()
    updater.apply()

    assert first == -0.5
    assert variable.array[0] == -0.75


def test_the_learning_rate_is_a_variable_that_can_be_set():
    optimizer = optimizers.Adam()
    rate = optimizer.lr

    optimizer.lr = 0.25

    assert optimizer.lr is rate
    assert float(rate.array) == optimizer.learning_rate == 0.25
    rate.assign(0.5)
    assert optimizer.get_config()["lr"] == 0.5


def test_epsilon_is_kerass_where_none_is_given():
    assert optimizers.Adam().get_config()["epsilon"] == 1e-7
    assert optimizers.RMSprop(epsilon=1e-3).epsilon == 1e-3


def test_clipping_is_in_the_config_only_when_set():
    assert "clipnorm" not in optimizers.SGD().get_config()
    assert optimizers.SGD(clipnorm=1.0).get_config()["clipnorm"] == 1.0


def test_an_optimizer_of_two_models_has_one_step_count_and_two_memories():
    optimizer = optimizers.Adam()
    _, first = _attached(optimizer)
    _, second = _attached(optimizer)

    first.apply()
    second.apply()

    assert int(optimizer.iterations.array) == 2
    assert first.slots["m"][0][0] == second.slots["m"][0][0] == pytest.approx(0.1)


def test_weights_are_in_kerass_order():
    adam, rmsprop, amsgrad = optimizers.Adam(), optimizers.RMSprop(), optimizers.Adam(amsgrad=True)
    for optimizer in (adam, rmsprop, amsgrad):
        _attached(optimizer)

    assert [w.shape for w in adam.get_weights()] == [(), (3,), (3,), (1,)]
    assert [w.shape for w in amsgrad.get_weights()] == [(), (3,), (3,), (3,)]
    assert [w.shape for w in rmsprop.get_weights()] == [(), (3,)], "with the step count, as since Keras 2.3"
    assert adam.weight_names()[0] == "Adam/iterations:0"
    assert adam.get_weights()[0].dtype == "int64"


def test_names_count_in_any_case():
    assert type(optimizers.get("RMSProp")) is optimizers.RMSprop
    assert type(optimizers.deserialize({"class_name": "adam", "config": {"lr": 0.1}})) is optimizers.Adam


def test_bad_settings_are_refused_with_their_name():
    with pytest.raises(SettingError, match="lr"):
        optimizers.SGD(lr=-1)
    with pytest.raises(SettingError, match="beta_1"):
        optimizers.Adam(beta_1=1.0)
    with pytest.raises(SettingTypeError, match="momentum"):
        optimizers.SGD(momentun=0.9)


def test_subclasses_find_and_set_the_first_decay_as_keras_has_it():
    class Own(optimizers.SGD):
        def __init__(self, **settings):
            super().__init__(**settings)
            self.initial_decay = 0.25

    assert (optimizers.SGD(decay=0.5).initial_decay, optimizers.Nadam().initial_decay, Own().initial_decay) == (
        0.5,
        0.0,
        0.25,
    )
