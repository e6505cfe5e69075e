"""The installed library's part of `tests.interop.texts`: run by the Python that has it, with the library and a folder."""

import ast
import importlib
import json
import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


def listed():
    """Cases and texts of `texts.py`, which imports the engine; only its literals are read."""
    tree = ast.parse(Path(__file__).with_name("texts.py").read_text("utf-8"))
    literals = {}
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        for target in targets:
            if getattr(target, "id", "") in ("CASES", "ASKED", "LEARNT"):
                literals[target.id] = ast.literal_eval(node.value)
    return literals


def tried(work):
    """What it gives as nested lists, or the sentence of its error."""
    try:
        return np.asarray(work()).tolist()
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]


def model_of(keras, name, settings, learnt, shape):
    """The library's model of a case, as `texts.built` makes ours."""
    layer = getattr(keras.layers, name)(**settings)
    if name != "Hashing":
        layer.adapt(np.array(learnt if name == "TextVectorization" else ["the bird sat", "A cow sings!", "", "x"]))
    text = keras.Input(shape, dtype="string")
    y = layer(text)
    if settings.get("output_mode", "int") == "int":
        size = settings["num_bins"] if name == "Hashing" else layer.vocabulary_size()
        y = keras.layers.Flatten()(keras.layers.Embedding(size, 3)(y))
    return keras.Model(text, keras.layers.Dense(2)(y))


def main(library, folder):
    """Read our files and write theirs."""
    tensorflow, keras = importlib.import_module("tensorflow"), importlib.import_module(library)
    about = listed()
    for job in json.loads((Path(folder) / "jobs.json").read_text()):
        name, settings = about["CASES"][job["key"]]
        is_int = settings.get("output_mode", "int") == "int"
        texts = tensorflow.constant(about["ASKED"])
        texts = texts[:, None] if is_int else texts

        def written(job=job, texts=texts):
            return keras.models.load_model(job["ours"])(texts)

        def read(job=job, texts=texts, name=name, settings=settings, is_int=is_int):
            model = model_of(keras, name, settings, about["LEARNT"], (1,) if is_int else ())
            model.save(job["theirs"])
            return model(texts)

        Path(f"{job['stem']}.json").write_text(json.dumps({"written": tried(written), "read": tried(read)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
