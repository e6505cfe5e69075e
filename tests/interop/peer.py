"""Run by the Python that has Keras, never imported: loads our files, predicts, trains a step, saves its own, trains another.

python peer.py LIBRARY JOBS: LIBRARY is "tf_keras" or "keras"; JOBS a JSON list of {file, data, out, own}. Prints one line a job:
"ok" or what Keras says. Into `out` go the predictions: `loaded`, `trained` (which the own files hold), `further`.
"""

import importlib
import json
import os
import sys
import traceback

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def predictions(model, inputs):
    """The outputs as a list of arrays."""
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    flat = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return [np.asarray(one) for one in flat]


def run(library, job):
    """One job."""
    keras = library
    keras.backend.clear_session()
    with np.load(job["data"]) as stored:
        inputs = [stored[name] for name in sorted(stored.files) if name.startswith("x")]
        targets = [stored[name] for name in sorted(stored.files) if name.startswith("y")]
    model = keras.models.load_model(job["file"])
    stages = {"loaded": predictions(model, inputs)}
    if job.get("modern"):  # tf.keras's optimizers since 2.11, which no file of Keras 2 asks for
        name, settings = job["modern"]
        model.compile(getattr(keras.optimizers, name)(**settings), "mse")
    trains = targets and model.optimizer is not None
    x, y = inputs if len(inputs) > 1 else inputs[0], targets if len(targets) != 1 else targets[0]
    if trains:
        model.train_on_batch(x, y)
    stages["trained"] = predictions(model, inputs)
    unsaved = [path for path in job["own"] if not saved(model, path)]
    if trains:
        model.train_on_batch(x, y)
    stages["further"] = predictions(model, inputs)
    np.savez(job["out"], **{f"{stage}{i}": one for stage, arrays in stages.items() for i, one in enumerate(arrays)})
    return unsaved


def saved(model, path):
    """Save the library's own file; False where the library itself fails to."""
    try:
        if path.endswith(".weights.h5"):
            model.save_weights(path)
        elif path.endswith(".json"):
            text = model.to_json()
            with open(path, "w") as file:
                file.write(text)
        else:
            model.save(path)
    except Exception:
        if os.path.exists(path):
            os.remove(path)
        return False
    return True


def main():
    """All jobs."""
    name, path = sys.argv[1:]
    if name == "tf_keras":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    library = importlib.import_module(name)
    with open(path) as file:
        jobs = json.load(file)
    for job in jobs:
        try:
            run(library, job)
            line = "ok"
        except Exception as error:
            line = f"{type(error).__name__}: {error}".replace("\n", " ")[:400]
            if os.environ.get("INTEROP_TRACE"):
                traceback.print_exc()
        print(line, flush=True)


if __name__ == "__main__":
    main()
