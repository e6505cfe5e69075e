"""Run by the Python that has tf_keras, never imported: predictions of stored models for stored inputs.

python reference_models.py JOBS: a JSON list of {model, weights, inputs, outputs, names}; model is a file of a whole model or of an
architecture, weights a file or null, inputs and outputs npz files. Prints one line a job: "ok" or what tf_keras says.
"""

import json
import sys

import numpy as np
import tf_keras as keras

relu6 = keras.layers.ReLU(6.0)


def loaded(job):
    """The model of a job."""
    if job["weights"] is None:
        return keras.models.load_model(job["model"], compile=False, custom_objects={"relu6": relu6})
    with open(job["model"], encoding="utf-8") as file:
        model = keras.models.model_from_json(file.read())
    model.load_weights(job["weights"])
    return model


def run(jobs):
    """Each job's predictions into its file of outputs."""
    for job in jobs:
        try:
            with np.load(job["inputs"]) as stored:
                inputs = [stored[name] for name in stored.files]
            keras.backend.clear_session()
            outputs = loaded(job).predict(inputs, batch_size=len(inputs[0]), verbose=0)
            np.savez(job["outputs"], *(outputs if isinstance(outputs, list) else [outputs]))
            print("ok", flush=True)
        except Exception as error:  # what a file of any kind brings up is the answer
            print(f"{type(error).__name__}: {' '.join(str(error).split())}"[:300], flush=True)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        run(json.load(file))
