"""One system on one workload, in a process of its own that `compare` drives over its standard input and output.

It answers "first" after its first step, then for each line "round" the milliseconds a step, and after "end" what it
weighed. A child that waits does nothing.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

Run = Callable[[], tuple[int, float]]
Steps = tuple[Callable[[], object], Run]  # the first training batch alone, and the step to repeat

# The multilayer perceptron, which systems without Keras's interface know too, at several sizes of batch.
PERCEPTRON = ("b", "c", "n1", "n8", "n64", "n512")
KERAS_BACKENDS = {"keras-tensorflow": "tensorflow", "keras-jax": "jax", "keras-torch": "torch"}


ON_CARD = "engine-gpu"
_open = ExitStack()  # what stays open to the end of this process
atexit.register(_open.close)


def _engine_on_card(form: str) -> Any:
    """The engine, computing on the first card, or on the stand-in where the command asks for it."""
    if os.environ.get("ENGINE_BENCHMARK_STAND_IN"):
        from tests.gpu.using import stand_in

        _open.enter_context(stand_in())
    engine = importlib.import_module("engine")
    engine.use("gpu:0")
    engine.config.set_tf32(form == "-tf32")
    engine.config.set_mixed_precision("float16" if form == "-half" else None)
    return engine


def keras_module(system: str) -> Any:
    """The module with Keras's interface for a system's name."""
    if system in ("engine", "engine-extras"):
        return importlib.import_module("engine")
    if system.startswith(ON_CARD):
        return _engine_on_card(system.removeprefix(ON_CARD))
    if system == "tf_keras":
        return importlib.import_module("tf_keras")
    if system not in KERAS_BACKENDS:
        raise ImportError(
            f"no system {system!r}; there are engine, engine-extras, engine-gpu, engine-gpu-tf32, engine-gpu-half, torch, "
            f"torch-flush, torch-gpu, torch-gpu-compiled, jax-step, jax-scan, sklearn, tf_keras, {', '.join(KERAS_BACKENDS)}"
        )
    os.environ["KERAS_BACKEND"] = KERAS_BACKENDS[system]
    return importlib.import_module("keras")


def keras_steps(keras: Any, key: str, x: Any, y: Any) -> Steps:
    """Through Keras's interface."""
    from .every_workload import EVERY_WORKLOAD

    work = EVERY_WORKLOAD[key]
    model = work.build(keras)

    def train() -> tuple[int, float]:
        values = model.train_on_batch(x, y)
        return 1, float(values[0] if isinstance(values, (list, tuple)) else values)

    def fit() -> tuple[int, float]:
        history = model.fit(x, y, batch_size=work.batch, epochs=1, verbose=0)
        return -(-len(x) // work.batch), float(history.history["loss"][0])

    def evaluate() -> tuple[int, float]:
        return 1, float(model.evaluate(x, y, batch_size=work.batch, verbose=0)[0])

    def predict() -> tuple[int, float]:
        model.predict_on_batch(x)
        return 1, 0.0

    step = {"train": train, "fit": fit, "evaluate": evaluate, "predict": predict}[work.kind]
    return (lambda: model.train_on_batch(x[: work.batch], y[: work.batch])) if work.kind == "fit" else step, step


def sklearn_steps(key: str, x: Any, y: Any) -> Steps:
    """scikit-learn's MLPClassifier for the dense workloads: an epoch of its own loop (Adam; it has no RMSprop)."""
    from sklearn.neural_network import MLPClassifier

    from .every_workload import EVERY_WORKLOAD

    if key not in PERCEPTRON:
        raise ImportError("MLPClassifier has no such model")
    batch = EVERY_WORKLOAD[key].batch
    labels = y.argmax(1)
    model = MLPClassifier((400,), batch_size=batch, max_iter=1, random_state=0)

    def fit() -> tuple[int, float]:
        model.partial_fit(x, labels, classes=list(range(10)))
        return -(-len(x) // batch), float(model.loss_)

    return lambda: model.partial_fit(x[:batch], labels[:batch], classes=list(range(10))), fit


def make(system: str, key: str) -> Steps:
    """The steps of a system, with its libraries imported and its model built."""
    if system in ("torch", "torch-flush"):
        import torch

        torch.set_num_threads(2)
        torch.set_flush_denormal(system == "torch-flush")
    if system in ("jax-step", "jax-scan") and key not in PERCEPTRON:
        raise ImportError("written for the multilayer perceptron alone")
    on_card = ("torch-gpu", "torch-gpu-compiled")
    alone = ("torch", "torch-flush", *on_card, "jax-step", "jax-scan", "sklearn")
    keras = keras_module(system) if system not in alone else None
    import numpy as np

    from .every_workload import EVERY_WORKLOAD

    work = EVERY_WORKLOAD[key]
    x, y = work.data(np.random.default_rng(0))
    if os.environ.get("ENGINE_BENCHMARK_STAND_IN"):
        x, y = _few(x, 4 * work.batch), _few(y, 4 * work.batch)
    if system in ("torch", "torch-flush"):
        from .torch_models import steps

        return steps(key, work.kind, x, y, work.batch)
    if system in on_card:
        from .torch_models import steps

        place = "cpu" if os.environ.get("ENGINE_BENCHMARK_STAND_IN") else "cuda"
        return steps(key, work.kind, x, y, work.batch, place, compiled=system.endswith("compiled"))
    if system in ("jax-step", "jax-scan"):
        from .jax_models import steps

        return steps(system.removeprefix("jax-"), x, y, work.batch)
    if keras is None:
        return sklearn_steps(key, x, y)
    return keras_steps(keras, key, x, y)


def _few(arrays: Any, samples: int) -> Any:
    """The first samples alone: on the stand-in no time is meant, and each step is to have run."""
    if isinstance(arrays, dict):
        return {name: array[:samples] for name, array in arrays.items()}
    if isinstance(arrays, (list, tuple)):
        return [array[:samples] for array in arrays]
    return arrays if arrays is None else arrays[:samples]


def say(**message: Any) -> None:
    """One line to the parent."""
    print(json.dumps(message), file=_answers, flush=True)


def main(system: str, key: str, seconds: float) -> None:
    """Serve rounds of about `seconds` until told to end."""
    try:
        first, run = make(system, key)
        first()
    except (ImportError, AttributeError, NotImplementedError, ValueError) as error:
        say(missing=f"{type(error).__name__}: {error}"[:200])
        return
    say(first=True)
    start = time.perf_counter()
    loss, warm = 0.0, 0
    while warm < 3 and time.perf_counter() - start < 10 * seconds:
        _, loss = run()
        warm += 1
    started = time.perf_counter()
    run()
    once = time.perf_counter() - started
    repeats = max(1, min(100_000, int(seconds / max(once, 1e-7))))
    say(ready=True)
    for command in sys.stdin:
        if command.strip() != "round":
            break
        steps, started = 0, time.perf_counter()
        for _ in range(repeats):
            done, loss = run()
            steps += done
        say(ms=(time.perf_counter() - started) * 1e3 / steps)
    say(peak_mb=_peak_mb(), loss=loss)


def _peak_mb() -> float:
    """The most memory of this process, in MB. What `getrusage` says is at least what the process had that started it."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    # What libraries print goes to the error stream: answers have the pipe for themselves.
    _answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
