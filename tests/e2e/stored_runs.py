"""A store with runs of every kind, made by the store's own methods, for the tests of the Runs page."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from kwidgets.workspace.records import Epochs, Intervention, NewRun, Points
from kwidgets.workspace.run_store import RunStore
from kwidgets.workspace.run_writer import RunWriter

ROWS = 1293


def experiment(rate=0.001, dropout=0.25, optimizer="Adam", epochs=10, name="digits_cnn"):
    """A small network for digits; dropout None: without that layer."""

    def layer(kind, **config):
        return {"class_name": kind, "config": config}

    drop = [] if dropout is None else [layer("Dropout", name="dropout_1", rate=dropout)]
    layers = [
        layer(
            "Conv2D",
            name="conv2d_1",
            filters=32,
            kernel_size=[3, 3],
            activation="relu",
            batch_input_shape=[None, 8, 8, 1],
        ),
        layer("Flatten", name="flatten_1"),
        *drop,
        layer("Dense", name="dense_1", units=10, activation="softmax"),
    ]
    return {
        "class_name": "Sequential",
        "config": {"name": name, "layers": layers},
        "data": {"inputs": {"conv2d_1": "x"}, "targets": {"dense_1": "y"}},
        "training": {
            "optimizer": {"class_name": optimizer, "config": {"lr": rate}},
            "loss": "categorical_crossentropy",
            "metrics": ["accuracy"],
            "epochs": epochs,
            "batch_size": 32,
            "seed": 7,
        },
    }


def epochs_of(seed, epochs, rate=0.001, first=0, diverges=False):
    """Values after each epoch that fall and rise as those of a training do."""
    rng = np.random.default_rng(seed)
    at = np.arange(first + 1, epochs + 1)
    speed = 0.9 if rate <= 0.003 else 0.35
    loss = 2.4 * np.exp(-speed * at / 2.2) + 0.08 + rng.normal(0, 0.012, len(at))
    val_loss = loss + 0.05 + 0.03 * (seed % 5) + rng.normal(0, 0.015, len(at))
    accuracy = 0.98 - 0.88 * np.exp(-speed * at / 2.6) + rng.normal(0, 0.006, len(at))
    val_accuracy = accuracy - 0.02 - 0.01 * (seed % 5) + rng.normal(0, 0.006, len(at))
    if diverges:
        loss[-1] = val_loss[-1] = np.nan
    columns = {"loss": loss, "val_loss": val_loss, "accuracy": accuracy, "val_accuracy": val_accuracy}
    history = {name: [float(value) for value in values] for name, values in columns.items()}
    return Epochs(epoch=[int(epoch) - 1 for epoch in at], history=history, partial=False)


def record(
    store: RunStore,
    seed,
    *,
    document="digits_cnn",
    epochs=10,
    planned=10,
    state="finished",
    ended_by="its last epoch",
    parent=None,
    code=False,
    checkpoints=True,
    end=True,
    rate=0.001,
    dropout=0.25,
    optimizer="Adam",
) -> RunWriter:
    """One run with its curves, log and checkpoints; end False: it goes on."""
    made = experiment(rate, dropout, optimizer, planned, document or "model")
    new = NewRun(
        document=None if code else document,
        experiment=None if code else made,
        planned=planned,
        seed=7,
        parent=parent,
        rows=ROWS,
        settings={"optimizer": optimizer, "learning_rate": rate} if code else None,
        fingerprints={"x": "9f3a77c1d20b4e55", "y": "1b02c9aa73e0d411"},
    )
    writer = store.begin(new)
    assert writer.records, writer.trouble
    first = parent[1] if parent else 0
    history = epochs_of(seed, epochs, rate, first, state == "diverged")
    last = {name: values[-1] for name, values in history["history"].items()} if history["epoch"] else {}
    best = (
        {name: min(values) if "loss" in name else max(values) for name, values in history["history"].items()}
        if last
        else {}
    )
    xs = np.linspace(first, epochs, 40 * max(epochs - first, 1), dtype=np.float32)
    writer.write(
        [Points("loss", "batch", xs, (2.4 * np.exp(-xs / 2.2) + 0.1).astype(np.float32))],
        {
            "epochs": epochs,
            "planned": planned,
            "seconds": 1.8 * epochs,
            "values": last,
            "best": best,
            "history": history,
        },
        [f"epoch {epoch + 1}  1.8 s" for epoch in history["epoch"]],
        [Intervention(3.4, 1.8e9, "rate", "learning rate 0.0005")] if seed % 4 == 0 else [],
    )
    if checkpoints:
        losses = history["history"]["val_loss"]
        for epoch in range(first, epochs + 1):
            path = writer.checkpoint_path(epoch)
            if path is not None:
                path.write_bytes(bytes(20_000))
                is_best = epoch > first and losses and losses[epoch - first - 1] == min(losses)
                writer.checkpoint_written(epoch, best=bool(is_best))
    if end:
        writer.end(state, ended_by)
    assert writer.trouble is None, writer.trouble
    return writer


DIES = """
import os, sys
from pathlib import Path
from kwidgets.workspace.run_store import RunStore
from tests.e2e.stored_runs import record
record(RunStore(Path(sys.argv[1])), 3, epochs=6, end=False, dropout=0.5)
os._exit(9)
"""


def interrupted(folder: Path) -> None:
    """A run whose process has gone without an end."""
    subprocess.run([sys.executable, "-c", DIES, str(folder)], check=False)


def fill(folder: Path) -> tuple[RunStore, RunWriter]:
    """Thirty runs of several kinds; the last goes on, as long as its writer is not ended."""
    store = RunStore(folder)
    for seed in range(8):
        record(store, seed, document="letters_mlp", rate=0.01 / (seed + 1), dropout=0.1 * seed)
    for seed in range(6):
        record(store, seed, code=True, epochs=4 + seed, planned=4 + seed, rate=0.001 * (seed + 1), checkpoints=False)
    for seed in range(8):
        record(store, seed, rate=0.001 * (seed + 1), dropout=0.25 if seed % 3 else None)
    store.set_hidden(store.list()[7].id, True)
    record(store, 8, rate=0.1, epochs=3, optimizer="SGD", state="diverged", ended_by="NaN")
    record(store, 9, rate=0.01, epochs=4, optimizer="SGD", state="stopped", ended_by="Stop")
    record(store, 10, epochs=2, rate=0.02, state="failed", ended_by="an error")
    interrupted(folder)
    record(store, 1, dropout=None)
    higher = record(store, 2, rate=0.003)
    store.set_note(higher.id, "higher rate, same seed")
    store.set_tags(higher.id, ["paper", "rates"])
    branch = record(store, 6, parent=(higher.id, 4), epochs=9, rate=0.0005)
    store.set_tags(branch.id, ["rates"])
    return store, record(store, 0, epochs=7, end=False)


def many(folder: Path, count: int) -> RunStore:
    """As many short runs, each a little different; written by several threads, since each waits for the disk."""
    store = RunStore(folder)

    def one(seed: int) -> None:
        record(store, seed, rate=0.0001 * (1 + seed % 40), dropout=0.05 * (seed % 10), checkpoints=False)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(count)))
    return store
