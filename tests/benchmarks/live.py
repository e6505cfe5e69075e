"""`python -m tests.benchmarks live`: training speed with the dashboard shown and while the user edits, over without."""

from __future__ import annotations

import json
import statistics
import threading
import time
from typing import Any

import comm
import numpy as np

import engine
from kwidgets.dashboard import Dashboard
from kwidgets.document.document import Document

from . import workloads

ROUNDS = 7


class _Wire(comm.base_comm.BaseComm):
    """Packs messages as a kernel does, and sends them nowhere."""

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        json.dumps([msg_type, data or {}, metadata or {}, keys], default=str).encode()


def _epoch(model: Any, x: Any, y: Any, board: Dashboard | None = None) -> float:
    settings = {"batch_size": 32, "epochs": 1, "verbose": 0}
    start = time.perf_counter()
    if board is None:
        model.fit(x, y, **settings)
    else:
        board.fit(model, x, y, **settings)
        board.session.wait()
    return time.perf_counter() - start


def _editing(stop: threading.Event) -> None:
    """Ten edits a second in a graph of 100 layers, shapes shown after each."""
    document = Document()
    document.do({"do": "add", "class_name": "InputLayer", "settings": {"shape": [64]}})
    for _ in range(99):
        document.do({"do": "add", "class_name": "Dense"})
    first = next(card["layer"] for card in document.graph()["cards"] if card["class_name"] == "Dense")
    units = 0
    while not stop.wait(0.1):
        units += 1
        document.do({"do": "set", "layers": [first], "field": "units", "value": units})
        document.graph()


def run(_: Any = None) -> None:
    """Print the ratios for the MLP (0.6 ms a step: the hardest case) and the CNN."""
    rng = np.random.default_rng(0)
    comm.create_comm = lambda *args, **keys: _Wire(*args, **keys)
    for title, build, shape, samples in (
        ("MLP 784-400-10", workloads.dense, (784,), 60_000),
        ("MNIST CNN", workloads.mnist_cnn, (28, 28, 1), 1_024),
    ):
        model = build(engine)
        x, y = rng.random((samples, *shape), np.float32), np.eye(10, dtype=np.float32)[np.arange(samples) % 10]
        plain, shown, edited = [], [], []
        for _ in range(ROUNDS):
            plain.append(_epoch(model, x, y))
            shown.append(_epoch(model, x, y, Dashboard()))
            stop = threading.Event()
            editor = threading.Thread(target=_editing, args=(stop,))
            editor.start()
            edited.append(_epoch(model, x, y))
            stop.set()
            editor.join()
        base = statistics.median(plain)
        print(
            f"{title}: speed with the dashboard {base / statistics.median(shown):.3f} of without, "
            f"while editing {base / statistics.median(edited):.3f}",
            flush=True,
        )
