"""Training as users write it, read by pyright alone (`pyright` includes this folder).

Each line that a type checker must refuse says so; where one is accepted, pyright reports the comment as unnecessary.
Keras 1's spellings run, with a warning that gives the present one; checkers refuse them, since they tell less.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from typing_extensions import assert_type

from engine._graph.tensor import Tensor, Variable
from engine.callbacks import EarlyStopping, History
from engine.losses import mean_squared_error
from engine.models import Model, Sequential, load_model
from engine.optimizers import SGD, Adam
from engine.types import Array

X: Array = np.ones((8, 4))
Y: Array = np.zeros((8, 1))


def error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """A loss of a user's own."""
    return mean_squared_error(y_true, y_pred)


def batches() -> Iterator[tuple[Array, Array]]:
    """A generator of a user's own."""
    while True:
        yield X, Y


def accepted(model: Model) -> None:
    """What is right by the page is right by the checker."""
    model.compile("sgd", "mse")
    model.compile(Adam(1e-3, clipnorm=1.0), loss=error, metrics=["accuracy", error])
    model.compile(SGD, loss={"a": "mse", "b": None}, loss_weights=[1.0, 0.5], sample_weight_mode="temporal")
    model.fit(X, Y, 32, 3, validation_data=(X, Y), class_weight={0: 1, 1: 2.5}, shuffle="batch")
    model.fit([X, X], {"a": Y}, epochs=3, callbacks=[EarlyStopping("loss")], validation_split=0.1)
    model.fit_generator(batches(), steps_per_epoch=4, validation_data=batches(), validation_steps=2)
    model.predict_generator(batches(), steps=2)


def read(model: Model) -> None:
    """What comes back says what it is."""
    assert_type(model.fit(X, Y), History)
    assert_type(model.predict(X), Array | list[Array])
    assert_type(mean_squared_error(X, Y), Array)
    assert_type(load_model("model.h5"), Model)
    assert_type(Adam().lr, Variable)
    assert_type(model.stop_training, bool)


def refused(model: Sequential) -> None:
    """A slip of the pen is shown where it is written."""
    model.fit(X, Y, epochs="3")  # pyright: ignore[reportArgumentType]
    model.fit(X, Y, epoch=3)  # pyright: ignore[reportCallIssue]
    model.fit(X, Y, shuffle="batches")  # pyright: ignore[reportArgumentType]
    model.compile(optimiser="sgd")  # pyright: ignore[reportCallIssue]
    model.compile("sgd", "mse", metrics="accuracy")  # pyright: ignore[reportArgumentType]
    model.compile("sgd", "mse", loss_weights=0.5)  # pyright: ignore[reportArgumentType]
    Adam(lr="1e-3")  # pyright: ignore[reportArgumentType]
    Adam(0.001, 0.9, 0.999, None, 0.0, False, 1.0)  # pyright: ignore[reportCallIssue]
    EarlyStopping(patience="2")  # pyright: ignore[reportArgumentType]
