"""Every callback: a sample, survives a whole training with and without validation, leaves the weights alone."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from engine import callbacks
from engine._machine.random import set_seed
from engine.layers import Dense
from engine.models import Sequential


class Server(BaseHTTPRequestHandler):
    """Takes what is sent; `port` while it runs."""

    port = 0

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


SAMPLES = {
    "BaseLogger": lambda path: callbacks.BaseLogger(),
    "CSVLogger": lambda path: callbacks.CSVLogger(str(path / "log.csv")),
    "Callback": lambda path: callbacks.Callback(),
    "EarlyStopping": lambda path: callbacks.EarlyStopping(monitor="loss", patience=100),
    "History": lambda path: callbacks.History(),
    "LambdaCallback": lambda path: callbacks.LambdaCallback(on_batch_end=lambda batch, logs: None),
    "LearningRateScheduler": lambda path: callbacks.LearningRateScheduler(lambda epoch, lr: lr),
    "ModelCheckpoint": lambda path: callbacks.ModelCheckpoint(str(path / "m.h5"), save_weights_only=True),
    "ProgbarLogger": lambda path: callbacks.ProgbarLogger(),
    "ReduceLROnPlateau": lambda path: callbacks.ReduceLROnPlateau(monitor="loss", patience=100),
    "RemoteMonitor": lambda path: callbacks.RemoteMonitor(f"http://127.0.0.1:{Server.port}"),
    "TensorBoard": lambda path: callbacks.TensorBoard(str(path), update_freq="batch"),
    "BackupAndRestore": lambda path: callbacks.BackupAndRestore(path),
    "TerminateOnNaN": lambda path: callbacks.TerminateOnNaN(),
}
X = np.linspace(-1, 1, 20)[:, None]


@pytest.fixture(scope="module", autouse=True)
def _server():
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Server.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def _train(extra, **settings):
    set_seed(3)
    model = Sequential([Dense(1, input_dim=1)])
    model.compile("sgd", "mse")
    model.fit(X, X * 2, batch_size=8, epochs=2, verbose=0, callbacks=extra, **settings)
    return model.get_weights()


def test_all_callbacks_have_samples():
    assert set(SAMPLES) == set(callbacks.__all__) - {"CallbackList"}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("settings", [{}, {"validation_split": 0.25}], ids=["plain", "validation"])
def test_a_callback_only_watches(name, settings, tmp_path):
    expected = _train([], **settings)

    found = _train([SAMPLES[name](tmp_path)], **settings)

    for a, b in zip(expected, found, strict=True):
        np.testing.assert_array_equal(a, b)
