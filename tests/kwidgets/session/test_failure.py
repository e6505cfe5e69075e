import numpy as np
import pytest

from engine.callbacks import Callback
from engine.layers import Dense
from engine.models import Sequential
from kwidgets.session.session import Session
from tests.kwidgets.wire import LONG


class Clumsy(Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyError("val_loss")


@pytest.fixture
def model():
    model = Sequential([Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    return model


def test_an_exception_in_a_callback_fails_the_run_and_names_the_callback(model):
    session, x = Session(), np.ones((8, 2), np.float32)

    def work(control, listeners, callbacks):
        model.fit(x, x[:, :1], verbose=0, control=control, listeners=listeners, callbacks=[*callbacks, Clumsy()])

    session.launch(work)
    assert session.wait(LONG)
    status = session.status()
    assert status["state"] == "failed"
    assert status["error"] == "The callback Clumsy.on_epoch_end failed: KeyError: 'val_loss'"
    assert any("Traceback" in line for line in session.stream.log)
