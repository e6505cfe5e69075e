"""Programs in Keras 2, tf.keras and Keras 3, executed by the real ones with our weights. --keras PYTHON, --models N, --seed S.

Random models (tests/golden/random_models.py), the builder's templates and layers that came later are written in each dialect.
tf_keras runs Keras 2 and tf.keras, Keras 3 its own; predictions must be the engine's to 1e-4 of their largest number. A program
whose dialect lacks something says so in its comments and is counted apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from engine.experiment import build_model
from engine.models import Model
from kwidgets.document import Document, Refused
from kwidgets.document.python_code import written_program
from kwidgets.document.templates import TEMPLATES
from tests.kwidgets.document.test_reading_code import drawn, pasted

LIBRARIES = {"keras2": "tf_keras", "tf.keras": "tf_keras", "keras3": "keras"}
RUNNER = Path(__file__).with_name("dialects_run.py")
CLOSE = 1e-4
SAMPLES = 3


# Layers that came after Keras 2, each as a program for tf.keras or Keras 3 calls it on an input x. RandomCrop is left out: in
# predictions Keras 3 resizes otherwise than tf.keras, whose numbers the engine has.
LATER = {
    "(6, 8)": (
        "MultiHeadAttention(2, 3, value_dim=4)(x, x, use_causal_mask=True)",
        "MultiHeadAttention(2, 3, output_shape=5)(x, x)",
        "GroupQueryAttention(3, 4, 2)(x, x)",
        "Attention(use_scale=True)([x, x], use_causal_mask=True)",
        "AdditiveAttention()([x, x])",
        "EinsumDense('abc,cde->abde', output_shape=(None, 2, 3), bias_axes='de', activation='gelu')(x)",
        "LayerNormalization(epsilon=1e-5)(x)",
        "UnitNormalization()(x)",
        "Conv1DTranspose(4, 3, strides=2, padding='same')(x)",
        "Normalization(mean=1.0, variance=4.0)(x)",
        "Discretization([-0.5, 0.0, 0.5])(x)",
        "Identity()(x)",
        "SpectralNormalization(Dense(3, activation='tanh'), power_iterations=2)(x)",
    ),
    "(7, 6, 4)": (
        "GroupNormalization(2)(x)",
        "Rescaling(0.5, offset=1.0)(x)",
        "Resizing(4, 9)(x)",
        "Resizing(5, 5, interpolation='nearest', crop_to_aspect_ratio=True)(x)",
        "CenterCrop(3, 4)(x)",
        "RandomFlip('horizontal')(x)",
        "RandomRotation(0.1, fill_mode='constant')(x)",
        "RandomZoom(0.1)(x)",
        "RandomTranslation(0.1, 0.2)(x)",
        "RandomContrast(0.1)(x)",
        "RandomBrightness(0.1)(x)",
    ),
}


def later_documents() -> dict[str, Document]:
    """A document with each layer of `LATER` behind a Dense."""
    return {
        call: pasted(
            f"from tensorflow import keras\nfrom tensorflow.keras.layers import *\n"
            f"y = keras.Input({shape})\nx = Dense({shape[-2]})(y)\n"
            f"model = keras.Model(y, {call})"
        )
        for shape, calls in LATER.items()
        for call in calls
    }


def documents(models: int, first: int) -> dict[str, Document]:
    """Layers that came later, templates and random models by their names."""
    made = later_documents()
    for name in [name for name in TEMPLATES if TEMPLATES[name].size is None]:
        made[name] = Document()
        made[name].do({"do": "template", "name": name})
    for seed in range(first, first + models):
        try:
            made[f"random {seed}"] = drawn(seed)
        except Refused:
            continue
    return made


def every_layer(model: Any, before: str = "") -> list[tuple[str, Any]]:
    """Layers that are no models, with their way through the models around them."""
    pairs: list[tuple[str, Any]] = []
    for layer in model.layers:
        inner = isinstance(layer, Model)
        pairs += every_layer(layer, f"{before}{layer.name}/") if inner else [(f"{before}{layer.name}", layer)]
    return pairs


def inputs_of(model: Model, random: np.random.Generator) -> list[np.ndarray]:
    """Whole numbers where a vocabulary may be meant, else numbers of a normal distribution."""
    feeds_embedding = {
        node.name for _, layer in every_layer(model) if type(layer).__name__ == "Embedding" for node in model.inputs
    }
    arrays = []
    for tensor in model.inputs:
        shape = (SAMPLES, *(5 if size is None else size for size in tensor.shape[1:]))
        whole = tensor.name in feeds_embedding
        arrays.append(
            random.integers(0, 2, shape).astype("float32") if whole else random.normal(size=shape).astype("float32")
        )
    return arrays


def prepared(
    name: str, document: Document, folder: Path, number: int
) -> tuple[dict[str, dict[str, str]], list[np.ndarray]]:
    """Jobs by dialect, and what the engine predicts."""
    model = build_model(dict(document.experiment()))
    random = np.random.default_rng(number)
    weights = {}
    for path, layer in every_layer(model):
        arrays = [np.abs(random.normal(scale=0.2, size=array.shape)).astype("float32") for array in layer.get_weights()]
        if arrays:
            layer.set_weights(arrays)
            weights.update({f"{path}|{index}": array for index, array in enumerate(arrays)})
    inputs = inputs_of(model, random)
    np.savez(folder / f"{number}-weights.npz", **weights)
    np.savez(folder / f"{number}-inputs.npz", *inputs)
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0])
    jobs = {}
    for dialect in LIBRARIES:
        program = written_program(document.experiment(), dialect)
        path = folder / f"{number}-{dialect}.py"
        path.write_text(program.text, "utf-8")
        jobs[dialect] = {
            "name": name,
            "lacks": " ".join(program.lacks),
            "program": str(path),
            "weights": str(folder / f"{number}-weights.npz"),
            "inputs": str(folder / f"{number}-inputs.npz"),
            "outputs": str(folder / f"{number}-{dialect}.npz"),
        }
    return jobs, outputs if isinstance(outputs, list) else [outputs]


def judged(line: str, job: dict[str, str], expected: list[np.ndarray]) -> str:
    """What came of it: "equal", or what is not."""
    if line != "ok":
        return line
    with np.load(job["outputs"]) as stored:
        arrays = [stored[name] for name in stored.files]
    for one, other in zip(arrays, expected, strict=True):
        scale = float(np.max(np.abs(other))) or 1.0
        if one.shape != other.shape or float(np.max(np.abs(one - other))) > CLOSE * scale:
            return "other predictions"
    return "equal"


def main(arguments: list[str]) -> int:
    """Write, execute and compare; 1 where a program that lacks nothing predicts otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.long dialects", description=__doc__)
    parser.add_argument("--keras", default=sys.executable, help="the Python that has tf_keras and Keras 3")
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first model")
    options = parser.parse_args(arguments)
    counts: Counter[tuple[str, str]] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="dialects-") as name:
        folder = Path(name)
        made_of = documents(options.models, options.seed).items()
        every = [prepared(title, document, folder, number) for number, (title, document) in enumerate(made_of)]
        for dialect, library in LIBRARIES.items():
            jobs = [made[dialect] for made, _ in every]
            (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
            command = [options.keras, str(RUNNER), dialect, library, str(folder / "jobs.json")]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            lines = done.stdout.splitlines()
            if len(lines) != len(jobs):
                raise SystemExit(f"{' '.join(command)}\n{done.stderr[-3000:]}")
            for line, job, (_, expected) in zip(lines, jobs, every, strict=True):
                verdict = "lacks" if job["lacks"] else judged(line, job, expected)
                counts[dialect, verdict if verdict in ("equal", "lacks") else "differ"] += 1
                if verdict not in ("equal", "lacks"):
                    wrong += 1
                    print(f"{dialect}, {job['name']}: {verdict}")
    said = {"equal": "predict equally", "differ": "do not", "lacks": "say that the dialect lacks something"}
    sums = (f"{dialect}: {', '.join(f'{counts[dialect, key]} {said[key]}' for key in said)}" for dialect in LIBRARIES)
    print("; ".join(sums))
    return int(wrong > 0)
