"""Run by the Python that has Keras 3 and tf_keras, never imported: predictions of model files by the one that reads them.

python reference_files.py JOBS: a JSON list of {model, inputs, outputs}, all files. Prints one line a job: the library's name or
what both say. Keras 3 does not run code from files by itself; no file is asked to.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tf_keras

LIBRARIES = {"Keras 3": keras, "tf_keras": tf_keras}


def answered(job):
    """The library that reads a file, or what each says."""
    order = ["Keras 3", "tf_keras"] if job["model"].endswith(".keras") else ["tf_keras", "Keras 3"]
    said = []
    for name in order:
        try:
            model = LIBRARIES[name].models.load_model(job["model"], compile=False)
            with np.load(job["inputs"]) as stored:
                inputs = [stored[key] for key in stored.files]
            outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
            flat = outputs if isinstance(outputs, (list, tuple)) else [outputs]
            np.savez(job["outputs"], *[np.asarray(one) for one in flat])
            return name
        except Exception as error:
            said.append(f"{name}: {type(error).__name__}: {str(error)[:120]}")
    return "; ".join(said).replace("\n", " ")


with open(sys.argv[1]) as file:
    for one in json.load(file):
        print(answered(one), flush=True)
