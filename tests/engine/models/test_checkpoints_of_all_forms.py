"""Forms of `fit` that resume exactly besides those of test_checkpoints: weights of samples, several ends, shared parts."""

import numpy as np
import pytest

from engine._machine.random import seeded
from engine._training.control import Control
from engine.callbacks import EarlyStopping, ReduceLROnPlateau
from engine.layers import (
    GRU,
    LSTM,
    BatchNormalization,
    Concatenate,
    Dense,
    Dropout,
    GaussianNoise,
    Input,
    SpatialDropout1D,
)
from engine.models import Model, Sequential
from engine.models.checkpoints import Checkpoints, restore_checkpoint
from engine.utils import Sequence

from .small_models import stopping

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4)).astype("float32")
OTHER = RNG.normal(size=(40, 3)).astype("float32")
STEPS = RNG.normal(size=(40, 3, 4)).astype("float32")
CLASSES = RNG.integers(0, 3, 40)
HOT = np.eye(3, dtype="float32")[CLASSES]
NUMBERS = X.sum(1, keepdims=True)
WEIGHTS = RNG.random(40).astype("float32")
EPOCHS = 4


class Batches(Sequence):
    def __len__(self):
        return 5

    def __getitem__(self, index):
        rows = slice(8 * index, 8 * index + 8)
        return X[rows], HOT[rows], WEIGHTS[rows]


def noisy():
    return Sequential(
        [
            Dense(8, input_dim=4, activation="relu"),
            GaussianNoise(0.2),
            Dropout(0.4),
            BatchNormalization(),
            Dense(3, activation="softmax"),
        ]
    )


def several_ends():
    left, right = Input((4,), name="left"), Input((3,), name="right")
    both = Dropout(0.2)(Concatenate()([Dense(5, activation="tanh")(left), Dense(5)(right)]))
    return Model([left, right], [Dense(3, activation="softmax", name="kind")(both), Dense(1, name="sum")(both)])


def shared_part():
    part = Sequential([Dense(6, activation="relu", input_dim=4), Dropout(0.3), BatchNormalization()], name="part")
    one, two = Input((4,)), Input((4,))
    return Model([one, two], Dense(3, activation="softmax")(Concatenate()([part(one), part(two)])))


def frozen():
    model = noisy()
    model.layers[0].trainable = False
    return model


def stateful():
    return Sequential(
        [
            GRU(5, batch_input_shape=(8, 3, 4), stateful=True, return_sequences=True, dropout=0.2),
            SpatialDropout1D(0.2),
            LSTM(4, stateful=True, recurrent_dropout=0.2),
            Dense(3, activation="softmax"),
        ]
    )


ENDS = ([X, OTHER], [HOT, NUMBERS])
FORMS = {
    "class weights": (noisy, X, HOT, {"class_weight": {0: 1.0, 1: 3.0, 2: 0.5}}),
    "sample weights": (noisy, X, HOT, {"sample_weight": WEIGHTS, "validation_split": 0.2}),
    "several ends": (several_ends, *ENDS, {"validation_split": 0.2}),
    "several ends in blocks": (several_ends, *ENDS, {"shuffle": "batch"}),
    "a shared part": (shared_part, [X, X[::-1].copy()], HOT, {"validation_data": ([X, X], HOT)}),
    "frozen layers": (frozen, X, HOT, {}),
    "states": (stateful, STEPS, HOT, {"shuffle": False}),
}


def compiled(make):
    with seeded(1):
        model = make()
        loss = "categorical_crossentropy" if len(model.outputs) == 1 else ["categorical_crossentropy", "mse"]
        model.compile("adam", loss, metrics=["accuracy"])
        return model


def callbacks():
    return [
        ReduceLROnPlateau(monitor="loss", patience=1, factor=0.5, min_delta=0.05, cooldown=1),
        EarlyStopping(monitor="loss", patience=2, min_delta=0.01, restore_best_weights=True),
    ]


def by_arrays(form):
    _, x, y, settings = FORMS[form]

    def train(model, **arguments):
        with seeded(5):
            how = {**settings, **arguments}
            return model.fit(x, y, batch_size=8, epochs=EPOCHS, verbose=0, callbacks=callbacks(), **how)

    return train


def by_sequence(model, **arguments):
    with seeded(5):
        return model.fit_generator(
            Batches(),
            epochs=EPOCHS,
            verbose=0,
            shuffle=True,
            validation_data=(X, HOT),
            class_weight={0: 1.0, 1: 2.0, 2: 0.5},
            callbacks=callbacks(),
            **arguments,
        )


def stopped_and_resumed(make, train, path, after):
    """A model that was trained at one go, and one that was cut off after so many batches and went on in another."""
    whole, first, second = make(), make(), make()
    history = train(whole)
    control = Control()
    train(first, control=control, listeners=[stopping(control, after), Checkpoints(path, first, control)])
    control = Control()
    control.begin_at = restore_checkpoint(path, second)
    resumed = train(second, control=control)
    return (whole, history), (second, resumed)


def assert_same(one, other):
    (whole, history), (second, resumed) = one, other
    assert (resumed.epoch, resumed.history) == (history.epoch, history.history)
    for ours, theirs in zip(second.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(second.optimizer.get_weights(), whole.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("after", [1, 7, 13])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_goes_on_to_the_same_end(tmp_path, form, after):
    make = FORMS[form][0]
    assert_same(*stopped_and_resumed(lambda: compiled(make), by_arrays(form), tmp_path / "c.h5", after))


@pytest.mark.parametrize("after", [1, 7, 13])
def test_a_sequence_with_weights_goes_on_to_the_same_end(tmp_path, after):
    assert_same(*stopped_and_resumed(lambda: compiled(noisy), by_sequence, tmp_path / "c.h5", after))
