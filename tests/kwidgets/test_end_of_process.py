"""Many builders that nobody closed, in the middle of trainings, forecasts, trials and pictures, when their process ends."""

import os
import subprocess
import sys

import pytest

from kwidgets.workspace.run_store import RunStore

LONG = 600  # seconds; nothing here waits for a time, but a machine may be slow

BUILDERS = """
import os, signal, sys, threading, time
import numpy as np
from engine.layers import LSTM, Conv2D, Dense, Flatten
from engine.models import Sequential
from kwidgets import Builder, Dashboard

KINDS = [
    lambda: [Dense(64, input_shape=(20,), activation="relu"), Dense(2)],
    lambda: [Conv2D(8, 3, input_shape=(12, 12, 3)), Flatten(), Dense(2)],
    lambda: [LSTM(16, input_shape=(10, 6)), Dense(2)],
]
builders = []
for i, kind in enumerate(KINDS * 4):
    model = Sequential(kind())
    model.compile("adam", "mse")
    data = {"x": np.zeros((64, *model.input_shape[1:])), "y": np.zeros((64, 2))}
    builder = Builder(model, arrays=data)
    builder.document.do({"do": "set_training", "epochs": 10**6})
    builder.start()
    builders.append(builder)
    if i % 4 == 3:
        builder.session.pause()
    else:
        builders.append(Builder(template="residual", keep=False))
endless = Sequential(KINDS[0]())
endless.compile("sgd", "mse")
Dashboard().fit(endless, np.zeros((64, 20)), np.zeros((64, 2)), epochs=10**6)
until = time.monotonic() + 500
while not all(b.session.stream.epochs_begun > 2 for b in builders[::2] if b.session.state == "running"):
    assert time.monotonic() < until
    time.sleep(0.01)
"""


@pytest.mark.parametrize("last_line", ["", "builders[0].close(); sys.exit(0)"])
def test_unclosed_builders_leave_nothing_but_runs_that_were_cut_off(tmp_path, last_line):
    environment = {**os.environ, "KWIDGETS_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", BUILDERS + last_line],
        capture_output=True, text=True, timeout=LONG, check=False, env=environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    states = [run.state for run in RunStore(tmp_path).list()]
    assert len(states) == 13 and set(states) <= {"interrupted", "stopped"}
    assert states.count("stopped") == ("close" in last_line)
