"""Run by the Python that has Keras, never imported: programs in one dialect, executed, with the weights of the engine's model.

python dialects_run.py DIALECT LIBRARY JOBS: LIBRARY is "tf_keras" or "keras"; JOBS a JSON list of {program,
weights, inputs, outputs}, all files. Prints one line a job: "ok" or what Keras says.
"""

import importlib
import json
import os
import sys

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def library_under(name):
    """The library under the names that programs import it by."""
    if name == "tf_keras":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
        import tensorflow as tf

        tf.config.experimental.enable_tensor_float_32_execution(False)
    return importlib.import_module(name)


def begin_as_keras2(library):
    """Gives the gated layers the defaults of Keras 2.2.4, for which the library stands."""
    wanted = {"recurrent_activation": "hard_sigmoid", "reset_after": False}
    for name in ("LSTM", "LSTMCell", "GRU", "GRUCell"):
        begin = getattr(library.layers, name).__init__
        code = begin.__code__
        names = code.co_varnames[: code.co_argcount][-len(begin.__defaults__) :]
        begin.__defaults__ = tuple(wanted.get(one, value) for one, value in zip(names, begin.__defaults__, strict=True))


PARTS = (
    "layers",
    "models",
    "optimizers",
    "optimizers.schedules",
    "initializers",
    "regularizers",
    "constraints",
    "saving",
    "utils",
)


def executed(text, library):
    """The names that a program makes; `keras` and `tensorflow.keras` are the library."""
    for package in ("keras", "tensorflow.keras"):
        sys.modules[package] = library
        for part in PARTS:
            module = library
            for name in part.split("."):
                module = getattr(module, name)
            sys.modules[f"{package}.{part}"] = module
    names = {"__name__": "program"}
    exec(compile(text, "<program>", "exec"), names)
    return names


def with_weights(model, path):
    """Sets the weights, layer by layer by name."""
    with np.load(path) as stored:
        arrays = {}
        for key in stored.files:
            layer, _, number = key.rpartition("|")
            arrays.setdefault(layer, {})[int(number)] = stored[key]
    for layer in every_layer(model, ""):
        name, made = layer
        wanted = arrays.get(name)
        if wanted is not None:
            made.set_weights([wanted[number] for number in sorted(wanted)])


def every_layer(model, before):
    """Layers that are no models, with their way through the models around them."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from every_layer(layer, f"{before}{layer.name}/")
        else:
            yield f"{before}{layer.name}", layer


def run(dialect, library_name, jobs):
    """Each job's predictions into its file of outputs."""
    library = library_under(library_name)
    if dialect == "keras2":
        begin_as_keras2(library)
    for job in jobs:
        try:
            library.backend.clear_session()
            with open(job["program"], encoding="utf-8") as file:
                model = executed(file.read(), library)["model"]
            with_weights(model, job["weights"])
            with np.load(job["inputs"]) as stored:
                inputs = [stored[name] for name in stored.files]
            outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
            np.savez(job["outputs"], *(outputs if isinstance(outputs, list) else [outputs]))
            print("ok", flush=True)
        except Exception as error:  # what a program of any kind brings up is the answer
            print(f"{type(error).__name__}: {' '.join(str(error).split())}"[:300], flush=True)


if __name__ == "__main__":
    with open(sys.argv[3], encoding="utf-8") as file:
        run(sys.argv[1], sys.argv[2], json.load(file))
