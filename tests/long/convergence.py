"""Train five convolutional nets with and without Winograd's algorithm: what they end at. --seeds N, --epochs N."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from engine import backend as K
from engine import config
from engine.datasets import digits
from engine.experiment import seeded
from engine.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    UpSampling2D,
    add,
    concatenate,
)
from engine.models import Model, Sequential

Batch = tuple[np.ndarray, np.ndarray]
SIDE = 16
SHAPE = (SIDE, SIDE, 1)
LEVEL = 4.0
"""Two sets of seeds whose means lie further apart than so many standard errors of their difference are told apart."""


def plain() -> Model:
    """Two convolutions and a dense layer, as in LeNet."""
    return Sequential([
        Conv2D(16, 3, activation="relu", padding="same", input_shape=SHAPE),
        MaxPooling2D(),
        Conv2D(32, 3, activation="relu", padding="same"),
        MaxPooling2D(),
        Flatten(),
        Dense(10, activation="softmax"),
    ])  # fmt: skip


def deep() -> Model:
    """Six convolutions in three blocks with batch normalisation, as in VGG."""
    model = Sequential()
    for filters in (16, 32, 64):
        for _ in range(2):
            first = {} if model.layers else {"input_shape": SHAPE}
            model.add(Conv2D(filters, 3, padding="same", use_bias=False, **first))
            model.add(BatchNormalization())
            model.add(Activation("relu"))
        model.add(MaxPooling2D())
    model.add(Flatten())
    model.add(Dense(10, activation="softmax"))
    return model


def residual() -> Model:
    """Nine convolutions with shortcuts, as in ResNet."""
    start = Input(SHAPE)
    x = Conv2D(16, 3, padding="same")(start)
    for _ in range(4):
        y = Activation("relu")(BatchNormalization()(Conv2D(16, 3, padding="same", use_bias=False)(x)))
        x = add([x, BatchNormalization()(Conv2D(16, 3, padding="same", use_bias=False)(y))])
    return Model(start, Dense(10, activation="softmax")(GlobalAveragePooling2D()(Activation("relu")(x))))


def u_net() -> Model:
    """A net that takes noise away, with bridges over its bottom."""
    start = Input(SHAPE)
    first = Conv2D(16, 3, padding="same", activation="relu")(start)
    second = Conv2D(32, 3, padding="same", activation="relu")(MaxPooling2D()(first))
    bottom = Conv2D(32, 3, padding="same", activation="relu")(MaxPooling2D()(second))
    up = Conv2D(32, 3, padding="same", activation="relu")(concatenate([UpSampling2D()(bottom), second]))
    up = Conv2D(16, 3, padding="same", activation="relu")(concatenate([UpSampling2D()(up), first]))
    return Model(start, Conv2D(1, 3, padding="same")(up))


def autoencoder() -> Model:
    """Sixteen numbers of each picture, and back by transposed convolutions."""
    return Sequential([
        Conv2D(16, 3, padding="same", activation="relu", input_shape=SHAPE),
        MaxPooling2D(),
        Conv2D(16, 3, padding="same", activation="relu"),
        MaxPooling2D(),
        Conv2D(1, 3, padding="same"),
        Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu"),
        Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu"),
        Conv2D(1, 3, padding="same"),
    ])  # fmt: skip


NETS: dict[str, tuple[Callable[[], Model], str]] = {
    "plain": (plain, "classes"),
    "deep": (deep, "classes"),
    "residual": (residual, "classes"),
    "U-Net": (u_net, "noise"),
    "autoencoder": (autoencoder, "itself"),
}
"""Each net with what it learns."""


def main(arguments: list[str]) -> int:
    """Train all and print a table; 0 where no net ends elsewhere with Winograd's algorithm than without."""
    parser = argparse.ArgumentParser(prog="python -m tests.long convergence", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args(arguments)
    told_apart = 0
    print("| net | loss of unseen pictures, Winograd | direct | apart, in standard errors |\n|---|---|---|---|")
    for name, (build, learns) in NETS.items():
        losses = {
            exact: [_ends_at(build, learns, seed, exact, options.epochs) for seed in range(options.seeds)]
            for exact in (False, True)
        }
        means = {exact: float(np.mean(values)) for exact, values in losses.items()}
        spread = {exact: float(np.std(values, ddof=1)) for exact, values in losses.items()}
        error = float(np.hypot(spread[False], spread[True])) / options.seeds**0.5
        apart = abs(means[False] - means[True]) / error
        told_apart += apart > LEVEL
        shown = " | ".join(f"{means[exact]:.5f} ± {spread[exact]:.5f}" for exact in (False, True))
        print(f"| {name} | {shown} | {apart:.1f} |", flush=True)
    print(f"{len(NETS)} nets, {options.seeds} seeds, {options.epochs} epochs: {told_apart} end elsewhere with Winograd")
    return 1 if told_apart else 0


def _ends_at(build: Callable[[], Model], learns: str, seed: int, exact: bool, epochs: int) -> float:
    """The loss of unseen pictures at the end of a training."""
    (x, y), (x_new, y_new) = _data(learns)
    before = config.exact()
    config.set_exact(exact)
    try:
        with seeded(seed):
            K.clear_session()
            model = build()
            model.compile("adam", "sparse_categorical_crossentropy" if learns == "classes" else "mse")
            model.fit(x, y, batch_size=32, epochs=epochs, verbose=0)
            return float(model.evaluate(x_new, y_new, verbose=0))
    finally:
        config.set_exact(before)


def _data(learns: str) -> tuple[Batch, Batch]:
    """Digits at twice their size, for training and unseen, with what is to be learned of them."""
    (x, y), (x_new, y_new) = digits.load_data()
    random = np.random.default_rng(0)
    made: list[Batch] = []
    for pictures, labels in ((x, y), (x_new, y_new)):
        large = np.repeat(np.repeat(pictures, 2, 1), 2, 2).astype(np.float32)
        noisy = large + random.normal(0, 0.3, large.shape).astype(np.float32)
        made.append((noisy if learns == "noise" else large, labels if learns == "classes" else large))
    return made[0], made[1]
