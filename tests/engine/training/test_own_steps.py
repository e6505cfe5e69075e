"""`train_step`, `test_step` and `predict_step` of a subclass of Model: what `fit`, `evaluate` and `predict` make of them."""

import numpy as np
import pytest

from engine._compat.dataset import Dataset
from engine._compat.installer import install_as_keras, undo
from engine._training.own_steps import has_own, numbers, packed
from engine.callbacks import EarlyStopping, LambdaCallback
from engine.errors import DataError, SettingTypeError
from engine.layers import Dense, Input
from engine.models import Model

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = (X.sum(1, keepdims=True) > 0).astype("float32")


@pytest.fixture(autouse=True)
def compat():
    install_as_keras()
    yield
    undo()


class Recorder(Model):
    """Keeps what its steps are called with."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen, self.measured = [], []

    def train_step(self, data):
        self.seen.append(data)
        return {"loss": float(len(self.seen)), "parts": {"first": 1.0, "second": np.ones(3)}}

    def test_step(self, data):
        self.measured.append(data)
        return {"loss": 0.5}

    def predict_step(self, data):
        return np.asarray(data) * 2, np.asarray(data)[:, :1]


def compiled(**arguments):
    model = Recorder()
    model.compile(**arguments)
    return model


def test_a_step_gets_the_parts_that_there_are_and_its_last_values_are_shown():
    model = compiled()
    history = model.fit(X, epochs=2, batch_size=16, verbose=0, shuffle=False).history
    assert [len(x) for x in model.seen] == [16, 16, 8] * 2 and model.seen[0].dtype == "float32"
    assert history["loss"] == [3, 6] and history["first"] == [1, 1] and history["second"] == [1, 1]
    np.testing.assert_allclose(np.concatenate(model.seen[:3]), X, rtol=1e-6)
    model = compiled()
    model.fit({"a": X, "b": [Y, Y]}, Y, sample_weight=np.ones(40), verbose=0)
    x, y, weights = model.seen[0]
    assert x["a"].shape == (32, 3) and len(x["b"]) == 2 and y.shape == (32, 1) and weights.shape == (32,)
    model.fit(X, Y, class_weight={0: 1.0, 1: 3.0}, verbose=0)
    assert set(model.seen[-1][2].tolist()) == {1, 3}


def test_samples_change_places_and_steps_limit_an_epoch():
    model = compiled()
    model.fit(X, Y, epochs=2, batch_size=40, verbose=0)
    first, second = (np.asarray(x) for x, _ in model.seen)
    assert (first != second).any() and sorted(first[:, 0].tolist()) == sorted(second[:, 0].tolist())
    model = compiled()
    model.fit(X, Y, epochs=2, batch_size=10, steps_per_epoch=3, verbose=0)
    assert len(model.seen) == 6


def test_generators_and_data_sets_of_known_and_unknown_length():
    model = compiled()
    data = Dataset.from_tensor_slices((X, Y)).batch(16)
    model.fit(data, epochs=2, verbose=0)
    assert len(model.seen) == 6 and model.seen[0][1].shape == (16, 1)
    model = compiled()
    model.fit(data.filter(lambda x, y: len(x) == 16), epochs=2, verbose=0)
    assert len(model.seen) == 4
    model = compiled()
    model.fit(((X[:4], Y[:4]) for _ in range(10)), steps_per_epoch=2, epochs=2, verbose=0)
    assert len(model.seen) == 4
    with pytest.raises(Exception, match="steps_per_epoch"):
        model.fit(data.repeat(), verbose=0)


def test_validation_is_measured_by_the_own_step_when_it_is_due():
    model = compiled()
    history = model.fit(X, Y, validation_split=0.25, epochs=3, verbose=0, validation_freq=2).history
    assert history["val_loss"] == [0.5] and len(model.measured) == 1 and model.measured[0][0].shape == (10, 3)
    model = compiled()
    model.fit(X, Y, validation_data=(X, Y), epochs=3, verbose=0, validation_freq=[1, 3], validation_batch_size=20)
    assert [len(x) for x, _ in model.measured] == [20, 20] * 2
    stopped = compiled().fit(X, validation_data=X, epochs=9, verbose=0, callbacks=[EarlyStopping(patience=1)])
    assert stopped.epoch == [0, 1]


def test_evaluate_predict_and_single_batches():
    model = compiled()
    assert model.evaluate(X, Y, verbose=0) == 0.5 and model.evaluate(X, Y, verbose=0, return_dict=True) == {"loss": 0.5}
    doubled, first = model.predict(X, batch_size=16)
    np.testing.assert_allclose(doubled, 2 * X, rtol=1e-6)
    assert first.shape == (40, 1)
    assert model.train_on_batch(X, Y, return_dict=True)["loss"] == 1 and model.train_on_batch(X)[0] == 2
    assert model.test_on_batch(X, Y) == 0.5


def test_rates_and_batches_are_told_to_callbacks():
    told = []
    model = compiled(optimizer="sgd")
    callback = LambdaCallback(
        on_batch_end=lambda batch, logs: told.append(logs["loss"]),
        on_epoch_begin=lambda epoch, logs: setattr(model.optimizer, "learning_rate", 0.5),
    )
    model.fit(X, batch_size=20, verbose=0, callbacks=[callback])
    assert told == [1, 2] and float(model.optimizer.learning_rate) == 0.5


def test_wrong_steps_and_wrong_data_are_refused_in_words():
    class Silent(Model):
        def train_step(self, data):
            return None

    model = Silent()
    with pytest.raises(Exception, match="compile"):
        model.fit(X, verbose=0)
    model.compile()
    with pytest.raises(SettingTypeError, match=r"Silent.train_step: expected a dict of numbers"):
        model.fit(X, verbose=0)
    with pytest.raises(DataError, match="one number of samples"):
        compiled().fit(X, Y[:3], verbose=0)


def test_only_methods_of_the_class_count_as_steps_of_its_own():
    inputs = Input((3,))
    plain, own = Model(inputs, Dense(1)(inputs)), Recorder(inputs, Dense(1)(inputs))
    assert not has_own(plain, "train_step", "test_step", "predict_step") and has_own(own, "train_step")
    assert packed(1) == 1 and packed(1, 2) == (1, 2) and packed(1, None, 3) == (1, None, 3)
    assert list(numbers({"b": 1.0, "loss": np.ones(2)})) == ["loss", "b"]
