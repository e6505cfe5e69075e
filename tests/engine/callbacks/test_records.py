"""Files of figures and reports to servers."""

import csv
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from engine import callbacks
from engine.callbacks import RemoteMonitor

from .line import X, Y, line


@pytest.fixture
def server():
    """A server that keeps what it is sent: (path, headers, body)."""

    class Keeping(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.server.received.append((self.path, dict(self.headers), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Say nothing."""

    found = HTTPServer(("127.0.0.1", 0), Keeping)
    found.received = []
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def test_remote_monitor_posts_a_form(server):
    monitor = RemoteMonitor(f"http://127.0.0.1:{server.server_port}", headers={"X-Token": "abc"})

    history = line(metrics=["mae"]).fit(X, Y, epochs=2, verbose=0, callbacks=[monitor])

    assert [path for path, _, _ in server.received] == ["/publish/epoch/end/"] * 2
    _, headers, body = server.received[1]
    sent = json.loads(urllib.parse.parse_qs(body)["data"][0])
    assert headers["X-Token"] == "abc"
    assert sent == {"epoch": 1, **{name: values[1] for name, values in history.history.items()}}


def test_remote_monitor_posts_json(server):
    monitor = RemoteMonitor(f"http://127.0.0.1:{server.server_port}", path="/here", send_as_json=True)

    line(metrics=["mae"]).fit(X, Y, verbose=0, callbacks=[monitor])

    ((path, headers, body),) = server.received
    assert path == "/here" and headers["Content-Type"] == "application/json" and json.loads(body)["epoch"] == 0


def test_remote_monitor_warns_and_goes_on_without_a_server():
    gone = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = gone.server_port
    gone.server_close()

    with pytest.warns(RuntimeWarning, match="could not reach"):
        history = line(metrics=["mae"]).fit(X, Y, verbose=0, callbacks=[RemoteMonitor(f"http://127.0.0.1:{port}")])

    assert len(history.epoch) == 1


def test_remote_monitor_refuses_what_is_no_server():
    with pytest.raises(ValueError, match="http"):
        RemoteMonitor("file:///tmp")


def test_the_csv_file_has_a_line_for_each_epoch(tmp_path):
    path = tmp_path / "log.csv"
    logger = callbacks.CSVLogger(str(path))

    history = line(metrics=["mae"]).fit(X, Y, epochs=3, verbose=0, callbacks=[logger], validation_split=0.5)
    line().fit(X, Y, epochs=1, verbose=0, callbacks=[callbacks.CSVLogger(str(path), append=True)])

    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert list(rows[0]) == ["epoch", "loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"]
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "0"]
    assert float(rows[1]["loss"]) == history.history["loss"][1]
