"""`python -m tests.benchmarks figures`: medians of what users wait for, one line each.

Each figure is the median of several runs in one process after a warm-up; start-up times are of fresh processes.
"""

import statistics
import subprocess
import sys
import time
import tracemalloc

import numpy as np

from engine import layers
from engine.models import Sequential
from kwidgets.document.document import Document

RNG = np.random.default_rng(0)
START_UPS = (
    "pass",
    "import numpy",
    "import engine",
    "from engine.models import Sequential",
    "import kwidgets; kwidgets.Builder",
)


def median(action, runs=20):
    """Median seconds of an action, after two runs that do not count."""
    seconds = []
    for _ in range(runs + 2):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[2:])


def say(what, seconds):
    """One line, in the unit that fits."""
    unit, factor = ("s", 1) if seconds >= 1 else ("ms", 1e3) if seconds >= 1e-3 else ("µs", 1e6)
    print(f"{what:<58}{seconds * factor:10.2f} {unit}", flush=True)


def start_up():
    """Fresh processes."""
    for line in START_UPS:
        say(
            f"python -c '{line}'", median(lambda line=line: subprocess.run([sys.executable, "-c", line], check=True), 5)
        )


def vgg16():
    """The graph of VGG16, without its weights."""
    model = Sequential()
    shape = {"input_shape": (224, 224, 3)}
    for count, filters in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu", **shape))
            shape = {}
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    for units in (4096, 4096, 1000):
        model.add(layers.Dense(units, activation="relu"))
    assert model.count_params() == 138_357_544


def training():
    """One update of small models."""
    line = Sequential([layers.Dense(1, input_dim=1)])
    line.compile("sgd", "mse")
    x = RNG.normal(size=(160, 1)).astype("float32")
    say("train_on_batch, linear regression, 160 samples", median(lambda: line.train_on_batch(x, x), 300))

    digits = Sequential([layers.Dense(400, activation="relu", input_dim=784), layers.Dense(10, activation="softmax")])
    digits.compile("rmsprop", "categorical_crossentropy")
    pixels, labels = RNG.random((32, 784), "float32"), np.eye(10, dtype="float32")[np.arange(32) % 10]
    say("train_on_batch, 784-400-10, RMSprop, batch 32", median(lambda: digits.train_on_batch(pixels, labels), 200))
    tracemalloc.start()
    digits.train_on_batch(pixels, labels)
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    digits.train_on_batch(pixels, labels)
    print(
        f"{'  new memory at its peak in that step':<58}{(tracemalloc.get_traced_memory()[1] - before) / 1024:10.1f} KB"
    )
    tracemalloc.stop()

    images = Sequential(
        [
            layers.Conv2D(32, 3, activation="relu", input_shape=(28, 28, 1)),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    images.compile("adadelta", "categorical_crossentropy")
    batch, classes = RNG.random((128, 28, 28, 1), "float32"), np.eye(10, dtype="float32")[np.arange(128) % 10]
    say("train_on_batch, mnist_cnn, batch 128", median(lambda: images.train_on_batch(batch, classes), 8))

    words = Sequential(
        [layers.Embedding(20000, 128, input_length=80), layers.LSTM(128), layers.Dense(1, activation="sigmoid")]
    )
    words.compile("adam", "binary_crossentropy")
    texts = RNG.integers(0, 20000, (32, 80))
    say(
        "train_on_batch, Embedding + LSTM(128), length 80, batch 32",
        median(lambda: words.train_on_batch(texts, texts[:, :1] % 2), 8),
    )


def editing():
    """An edit in a graph of 100 layers until the new shapes are there."""
    document = Document()
    document.do({"do": "add", "class_name": "InputLayer", "settings": {"shape": [64]}})
    for _ in range(99):
        document.do({"do": "add", "class_name": "Dense"})
    first = next(card["layer"] for card in document.graph()["cards"] if card["class_name"] == "Dense")
    units = iter(range(1, 10_000))

    def edit():
        document.do({"do": "set", "layers": [first], "field": "units", "value": next(units)})
        document.graph()

    say("edit of the first of 100 layers until new shapes", median(edit, 50))


def run(_=None):
    """All figures."""
    start_up()
    say("build VGG16's graph", median(vgg16))
    training()
    editing()
