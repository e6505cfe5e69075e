"""What is exchanged, how it is compared, and the table that comes of it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine import backend as K
from engine import layers, optimizers
from engine._declared import registry
from engine.errors import SettingError
from engine.models import Model, load_model, model_from_config, model_from_json
from engine.types import Array
from tests.keras import drawn_models
from tests.promises.every_layer_samples import OF_TEXTS, SAMPLES

from . import table
from .table import Results

PEER = Path(__file__).with_name("peer.py")
CLOSE, CLOSE_TRAINED = 1e-4, 1e-3
# format: library, ending of our file, save_format, endings of its own files
FORMATS = {
    "keras": ("keras", ".keras", "keras", (".own.keras", ".own.weights.h5", ".own.json", ".own.h5")),
    "tf.keras": ("tf_keras", ".h5", "tf.keras", (".own.h5", ".own.json")),
    "tf.keras 2.11": ("tf_keras", ".h5", "tf.keras", (".own.h5", ".own.keras", ".own.weights.h5")),
}
# Kernels of cuDNN alone run them in TensorFlow; the other is too large for one-hot vectors there.
_ON_THE_GPU = ("CuDNNGRU", "CuDNNLSTM")
_NO_LOSS = ("activity_regularizer",)


@dataclass
class Job:
    """A model that is exchanged: what the engine came to, and what became of it."""

    name: str
    model: Model
    inputs: list[Array]
    targets: list[Array]
    paths: dict[str, Any] = field(default_factory=dict)
    stages: dict[str, list[Array]] = field(default_factory=dict)


def drawn(seed: int, form: str) -> Job | None:
    """The random model of a seed, trained by one step; None where the format cannot say it."""
    case = drawn_models.random_models.case(seed)
    config = adapted(case.config, form)
    if form == "keras":  # which makes the cell of a frozen one anew when it loads it, and trains it
        case.frozen[:] = [name for name in case.frozen if "convlstm2d" not in name]
    model = drawn_models.random_models.prepared(
        model_from_config({"class_name": "Model", "config": config["config"]}), case
    )
    name, settings = case.optimizer
    settings = {key: value for key, value in settings.items() if not key.startswith("clip")}
    inputs = [
        array.astype("float32") if array.dtype.kind == "f" else array
        for array in drawn_models.random_models.feeds(case)
    ]
    targets: list[Array] = []
    if form == "tf.keras 2.11" and name == "Nadam":  # tf.keras counts its product by steps that were traced
        name = "Adam"
    if not case.noisy and not any(mask is not None for mask in masks_of(model)):
        targets = [
            np.tanh(drawn_models.random_models.array(seed, f"y{i}", y.shape)).astype("float32")
            for i, y in enumerate(predictions(model, inputs))
        ]
    if "Embedding" in drawn_models.classes_in(config):  # whose gradient TensorFlow squares word by word
        name, settings = "SGD", {"lr": 0.05, "momentum": 0.9}
    model.compile(getattr(optimizers, name)(**as_there(name, settings, form)), "mse")
    return Job(f"random {seed}", model, inputs, targets)


def as_there(name: str, settings: dict[str, Any], form: str) -> dict[str, Any]:
    """Settings with which both follow one formula, and no noise of small gradients grows."""
    settings = dict(settings) if name == "SGD" else {**settings, "epsilon": 1e-3}
    if form == "keras" and name in ("RMSprop", "Adagrad"):
        settings["epsilon_in_root"] = True
    if form == "keras" and name == "Nadam":
        settings["schedule_decay"] = 1.0
    return settings


def of_layer(name: str, form: str) -> Job | None:
    """A model of one layer with the settings of its sample, trained where it draws no random numbers."""
    settings, shapes, _ = SAMPLES[name]
    cls: Any = registry.find_all("layer")[name]
    # Layers of texts: tests/golden/text_models.py.
    if issubclass(cls, (Model, layers.InputLayer)) or name in (*_ON_THE_GPU, *OF_TEXTS):
        return None
    random = np.random.default_rng(7)
    whole = name in ("Embedding", "CategoryEncoding", "IntegerLookup")
    settings = adapted(settings, form)
    for inside in (settings.get("layer"), settings.get("cell")):
        if isinstance(inside, dict) and form == "keras" and inside["class_name"].startswith(("LSTM", "GRU")):
            inside["config"] = {"recurrent_activation": "sigmoid", **inside["config"]}
    settings |= {"half_pixel_centers": True} if name == "UpSampling2D" else {}
    gated = name in ("LSTM", "GRU", "ConvLSTM2D") and form == "keras"
    settings |= {"recurrent_activation": "sigmoid"} if gated and "recurrent_activation" not in settings else {}
    settings = {
        key: registry.build("layer", value) if isinstance(value, dict) and key in ("layer", "cell") else value
        for key, value in settings.items()
    }
    inputs = [layers.Input(shape[1:], dtype="int32" if whole else None) for shape in shapes]
    model = Model(inputs, cls(**settings)(inputs if len(inputs) > 1 or cls.merges else inputs[0]))
    arrays = [
        random.integers(0, 2, shape).astype("int32") if whole else random.normal(size=shape).astype("float32")
        for shape in shapes
    ]
    model.set_weights(
        [
            np.abs(random.normal(size=one.shape)).astype(one.dtype) * np.asarray(0.4, one.dtype)
            for one in model.get_weights()
        ]
    )
    noisy = (
        any(word in name for word in ("Dropout", "Noise", "Random"))
        or settings.get("dropout")
        or settings.get("recurrent_dropout")
    )
    targets = [] if noisy or not model.trainable_weights else [np.tanh(y) * 0.5 for y in predictions(model, arrays)]
    model.compile(optimizers.Adam(0.01, epsilon=1e-3) if name != "Embedding" else optimizers.SGD(0.1), "mse")
    return Job(name, model, arrays, targets)


def masks_of(model: Model) -> list[object]:
    """The masks of a model's outputs."""
    masks = []
    for tensor in model.outputs:
        layer, node, index = tensor._keras_history
        masks.append(layer.inbound_nodes[node].output_masks[index])
    return masks


def adapted(value: Any, form: str) -> Any:
    """A config without what means another loss in later Keras, and with Keras 3's own hard_sigmoid for Keras 3."""
    if isinstance(value, list):
        return [adapted(one, form) for one in value]
    if isinstance(value, dict):
        if value.get("class_name") == "ActivityRegularization":  # of a batch the sum here, the mean there
            value = {**value, "config": {**value["config"], "l1": 0.0, "l2": 0.0}}
        return {key: None if key in _NO_LOSS else adapted(one, form) for key, one in value.items()}
    return "hard_sigmoid_of_keras_3" if value == "hard_sigmoid" and form == "keras" else value


def predictions(model: Model, inputs: list[Array]) -> list[Array]:
    """The outputs as a list."""
    outputs = model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
    return list(outputs) if isinstance(outputs, list) else [outputs]


def train(model: Model, job: Job) -> None:
    """One step, where the model is trained."""
    if job.targets:
        x, y = (arrays if len(arrays) > 1 else arrays[0] for arrays in (job.inputs, job.targets))
        model.train_on_batch(x, y)


def prepared(job: Job, form: str, stem: Path) -> bool:
    """Train, save, train further; False where the format cannot say the model."""
    _, ending, save_format, own = FORMATS[form]
    job.paths |= {
        "file": f"{stem}{ending}", "data": f"{stem}.data.npz", "out": f"{stem}.out.npz", "own": [f"{stem}{one}" for one in own],
    }  # fmt: skip
    train(job.model, job)
    if form == "tf.keras 2.11":
        optimizer = job.model.optimizer
        settings = {"learning_rate" if k == "lr" else k: v for k, v in optimizer.get_config().items()}
        own = ("decay", "schedule_decay", "epsilon_in_root")
        job.paths["modern"] = [type(optimizer).__name__, {k: v for k, v in settings.items() if k not in own}]
    try:
        job.model.save(job.paths["file"], save_format=save_format)
    except SettingError as error:
        job.paths["refused"] = str(error)
        return False
    arrays = {f"x{i}": one for i, one in enumerate(job.inputs)} | {f"y{i}": one for i, one in enumerate(job.targets)}
    np.savez(job.paths["data"], **arrays)
    job.stages["loaded"] = predictions(job.model, job.inputs)
    train(job.model, job)
    job.stages["trained"] = predictions(job.model, job.inputs)
    return True


def apart(ours: list[Array], theirs: list[Array]) -> float:
    """The largest difference, measured by the largest number."""
    if [one.shape for one in ours] != [one.shape for one in theirs]:
        return np.inf
    pairs = zip(ours, theirs, strict=True)
    return max(
        (float(np.abs(a - b).max(initial=0)) / max(float(np.abs(b).max(initial=0)), 1e-2) for a, b in pairs),
        default=0.0,
    )


def of_peer(job: Job) -> dict[str, list[Array]]:
    """What the library predicted, by stage."""
    with np.load(job.paths["out"]) as stored:
        return {
            stage: [stored[f"{stage}{i}"] for i in range(len(job.stages["loaded"]))]
            for stage in ("loaded", "trained", "further")
        }


def judged(job: Job, said: str) -> Iterator[tuple[str, float]]:
    """Distances by what was compared; infinite with a line on the screen where it failed."""
    if said != "ok":
        print(f"{job.name}: the library says {said}")
        yield "ours loaded there", np.inf
        return
    theirs = of_peer(job)
    yield "ours loaded there", apart(job.stages["loaded"], theirs["loaded"])
    if job.targets and "modern" not in job.paths:
        yield "ours trained there", apart(job.stages["trained"], theirs["trained"])
    for path in filter(os.path.exists, job.paths["own"]):  # a layer with a seed of its own, Keras 3.15 cannot save
        ending = path.partition(".own")[2]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)
                yield from loaded_here(job, path, ending, theirs)
        except Exception as error:
            print(f"{job.name}, {ending}: {type(error).__name__}: {str(error)[:600]}")
            yield f"theirs loaded here {ending}", np.inf


def loaded_here(job: Job, path: str, ending: str, theirs: dict[str, list[Array]]) -> Iterator[tuple[str, float]]:
    """One of the library's own files."""
    if ending == ".json":
        model = model_from_json(Path(path).read_text("utf-8"))
        job.paths["architecture"] = model
        model.set_weights(load_model(job.paths["own"][0], compile=False).get_weights())
    elif ending == ".weights.h5":
        model = load_model(job.paths["own"][0], compile=False)
        model.set_weights([np.zeros_like(one) for one in model.get_weights()])
        model.load_weights(path)
    else:
        model = load_model(path)
    yield f"theirs loaded here {ending}", apart(predictions(model, job.inputs), theirs["trained"])
    if job.targets and ending not in (".json", ".weights.h5"):
        train(model, job)
        yield f"theirs trained here {ending}", apart(predictions(model, job.inputs), theirs["further"])


def random_jobs(form: str, count: int, first: int, folder: Path) -> list[Job]:
    """So many random models that the format can say, from a seed on."""
    jobs: list[Job] = []
    seed = first
    while len(jobs) < count:
        K.clear_session()
        job = drawn(seed, form)
        if job is not None and prepared(job, form, folder / f"{form}-{seed}"):
            jobs.append(job)
        seed += 1
    print(f"{form}: {count} models of {seed - first}; the others are none of the format's")
    return jobs


def layer_jobs(form: str, folder: Path, results: Results) -> list[Job]:
    """A model of each layer."""
    jobs: list[Job] = []
    for name in SAMPLES:
        K.clear_session()
        job = of_layer(name, form)
        if job is not None and prepared(job, form, folder / f"{form}-{name}"):
            jobs.append(job)
        elif job is not None:
            results.refused[name] = job.paths["refused"]
    return jobs


def exchanged(form: str, python: str, jobs: list[Job], folder: Path, results: Results) -> int:
    """Exchange models of one format both ways; gives how many comparisons failed."""
    listed = folder / f"{form}.json"
    listed.write_text(json.dumps([job.paths for job in jobs]), "utf-8")
    command = [python, str(PEER), FORMATS[form][0], str(listed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    failed = 0
    for job, said in zip(jobs, done.stdout.splitlines(), strict=True):
        for what, distance in judged(job, said):
            fine = distance <= (CLOSE if "loaded" in what else tolerance(job, form))
            results.add(what, job.name, distance, fine)
            failed += not fine
            if not fine and np.isfinite(distance):
                kinds = ", ".join(sorted({type(layer).__name__ for layer in job.model.layers}))
                print(f"{job.name}, {what}: {distance:.1e} apart ({type(job.model.optimizer).__name__}; {kinds})")
    return failed


def tolerance(job: Job, form: str) -> float:
    """How far predictions may lie apart after a training step.

    tf.keras's fused kernels of batch normalisation keep another variance: by n / (n - 1).
    """
    normalizes = any(
        "BatchNormalization" in str(layer.get_config()) + type(layer).__name__ for layer in job.model.layers
    )
    return 1e-2 if normalizes and form.startswith("tf.keras") else CLOSE_TRAINED


def main(arguments: list[str]) -> int:
    """Exchange and print; 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.interop", description=__doc__)
    parser.add_argument("--keras", default=sys.executable, help="the Python that has tf_keras and Keras 3")
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first model")
    parser.add_argument("--layers", action="store_true", help="a model of each layer in place of random ones")
    parser.add_argument("--only", choices=list(FORMATS))
    parser.add_argument("--folder", type=Path, help="where the files stay (default: nowhere)")
    parser.add_argument("--table", action="store_true", help="write the table of docs/files.md")
    options = parser.parse_args(arguments)
    missed, every = 0, []
    with tempfile.TemporaryDirectory(prefix="interop-") as temporary:
        folder = options.folder or Path(temporary)
        for form in [options.only] if options.only else FORMATS:
            results = Results(form)
            jobs = (
                layer_jobs(form, folder, results)
                if options.layers
                else random_jobs(form, options.models, options.seed, folder)
            )
            missed += exchanged(form, options.keras, jobs, folder, results)
            every.append(results)
    print(table.rows(every))
    if options.table:
        heading = "layers" if options.layers else "random models"
        table.write(heading, table.of_layers(every) if options.layers else table.rows(every))
    return int(missed > 0)
