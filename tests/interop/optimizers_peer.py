"""The installed library's part of `tests.interop.optimizers`: run by the Python that has it, with the library and a folder."""

import importlib
import json
import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


def optimizer_of(keras, name, settings):
    """One of the library's optimizers."""
    if "inner_optimizer" in settings:
        settings = {**settings, "inner_optimizer": optimizer_of(keras, *settings["inner_optimizer"])}
        return keras.mixed_precision.LossScaleOptimizer(**settings)
    return getattr(keras.optimizers, name)(**settings)


def further(model, batch):
    """The weights behind three more updates."""
    for _ in range(3):
        model.train_on_batch(batch["x"], batch["y"])
    return {f"w{i}": np.asarray(weight) for i, weight in enumerate(model.get_weights())}


def tried(work):
    """What it gives, or the sentence of its error."""
    try:
        return work()
    except Exception as error:
        return {"error": np.array(f"{type(error).__name__}: {error}"[:300])}


def one(keras, job, batch):
    """Train our model on, and write one of theirs with what becomes of it."""
    known = {
        name: getattr(keras.optimizers, name) for name in ("Adafactor", "Lion")
    }  # which tf.keras's HDF5 has by name alone

    def ours():
        return further(keras.models.load_model(job["ours"], custom_objects=known), batch)

    np.savez(f"{job['stem']}_written.npz", **tried(ours))

    def theirs():
        layers = keras.layers
        model = keras.Sequential([keras.Input((4,)), layers.Dense(5, activation="tanh"), layers.Dense(3)])
        model.compile(optimizer_of(keras, *job["optimizer"]), "mse")
        further(model, batch)
        model.save(job["theirs"])
        return further(model, batch)

    np.savez(f"{job['stem']}_read.npz", **tried(theirs))


if __name__ == "__main__":
    if sys.argv[1] == "tf_keras":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    package, folder = importlib.import_module(sys.argv[1]), Path(sys.argv[2])
    numbers = dict(np.load(folder / "batch.npz"))
    for listed in json.loads((folder / "jobs.json").read_text()):
        one(package, listed, numbers)
