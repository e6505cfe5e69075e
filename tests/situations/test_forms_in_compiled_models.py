"""Forms of arrays, single rows and weights of zero in convolutional and recurrent models: compiled steps give what NumPy gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from engine import layers as k
from engine._machine.random import seeded
from engine._native.library import turned_off
from engine.models import Sequential

Shape = tuple[int, ...]
Layers = Callable[[Shape], Sequence[k.Layer]]
CLASSES, BATCH = 3, 4
MODELS: dict[str, tuple[Shape, Layers]] = {
    "steps": (
        (12, 3),
        lambda s: [k.Conv1D(5, 3, activation="relu", batch_input_shape=s), k.MaxPooling1D(2),
                   k.Conv1D(4, 3, padding="causal", dilation_rate=2), k.GlobalAveragePooling1D()],
    ),
    "pictures": (
        (9, 8, 3),
        lambda s: [k.Conv2D(6, 3, padding="same", batch_input_shape=s), k.BatchNormalization(), k.Activation("relu"),
                   k.MaxPooling2D(), k.Conv2D(5, 3, strides=2), k.Flatten()],
    ),
    "channel by channel": (
        (8, 8, 3),
        lambda s: [k.SeparableConv2D(6, 3, batch_input_shape=s), k.DepthwiseConv2D(3, activation="elu"),
                   k.AveragePooling2D(2), k.Flatten()],
    ),
    "transposed": (
        (5, 4, 3),
        lambda s: [k.Conv2DTranspose(4, 3, strides=2, batch_input_shape=s), k.ZeroPadding2D(1), k.Cropping2D(1),
                   k.UpSampling2D(2), k.Flatten()],
    ),
    "recurrent": (
        (7, 4),
        lambda s: [k.LSTM(6, return_sequences=True, batch_input_shape=s), k.GRU(5, return_sequences=True, reset_after=True),
                   k.SimpleRNN(5)],
    ),
    "masked": (
        (7, 4),
        lambda s: [k.Masking(0.0, batch_input_shape=s), k.Bidirectional(k.LSTM(5, return_sequences=True)),
                   k.GRU(4, go_backwards=True)],
    ),
    "ids": ((9,), lambda s: [k.Embedding(20, 5, batch_input_shape=s), k.Conv1D(4, 3), k.LSTM(4)]),
}  # fmt: skip


def model(kind: str, fixed: int | None = None) -> Sequential:
    shape, made = MODELS[kind]
    with seeded(5):
        net = Sequential([*made((fixed, *shape)), k.Dense(CLASSES, activation="softmax")])
        net.compile("adam", "categorical_crossentropy", metrics=["acc"])
    return net


def data(kind: str, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers, which every form holds exactly; the last steps of all sequences are 0."""
    rng = np.random.default_rng(3)
    x = rng.integers(0, 20, (samples, *MODELS[kind][0])).astype("float32")
    if kind == "masked":
        x[:, -2:] = 0
    return x, np.eye(CLASSES, dtype="float32")[np.arange(samples) % CLASSES]


def forms(x: np.ndarray) -> Iterator[tuple[str, object]]:
    yield "rows from the last", np.ascontiguousarray(x[::-1])[::-1]
    yield "an axis from the last", np.flip(np.ascontiguousarray(np.flip(x, -1)), -1)
    yield "every second row", np.repeat(x, 2, axis=0)[::2]
    yield "columns first", np.asfortranarray(x)
    yield "not at an address of 4", np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view("float32").reshape(x.shape)
    yield "big-endian", x.astype(">f4")
    for dtype in ("float64", "uint8", ">i8", "float16", "object"):
        yield dtype, x.astype(dtype)
    read_only = x.copy()
    read_only.setflags(write=False)
    yield "read-only", read_only
    yield "lists", x.tolist()


def results(kind: str, x: object, y: object, weights: object = None, fixed: int | None = None) -> list[np.ndarray]:
    """What each entry point gives, and the weights after all of them."""
    net, weighted = model(kind, fixed), {} if weights is None else {"sample_weight": weights}
    found = [net.predict(x, batch_size=BATCH), net.evaluate(x, y, batch_size=BATCH, verbose=0, **weighted)]
    found.append(net.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0, **weighted).history["loss"])
    if fixed is None:
        found += [net.train_on_batch(x, y, **weighted), net.predict_on_batch(x)]
    return [np.asarray(value) for value in [*found, *net.get_weights()]]


def alike(found: list[np.ndarray], expected: list[np.ndarray], what: str) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=3e-3, atol=3e-4, err_msg=what)


@pytest.mark.parametrize("samples", [1, BATCH + 1])
@pytest.mark.parametrize("kind", MODELS)
def test_every_form_gives_what_plain_arrays_give_without_the_compiled_library(kind, samples):
    x, y = data(kind, samples)
    with turned_off():
        expected = results(kind, x, y)
        unweighted = results(kind, x, y, np.zeros(samples))
    alike(results(kind, x, y), expected, "plain")
    alike(results(kind, x, y, np.zeros(samples, ">f8")), unweighted, "weights of zero")
    for name, form in forms(x):
        alike(results(kind, form, y), expected, name)
    for name, form in (("uint8", y.astype("uint8")), ("bool", y.astype(bool)), ("reversed", y[::-1].copy()[::-1])):
        alike(results(kind, x, form), expected, f"targets: {name}")


@pytest.mark.parametrize("kind", MODELS)
def test_a_fixed_batch_is_kept_to_by_every_entry_point(kind):
    x, y = data(kind, 2 * BATCH)
    with turned_off():
        expected = results(kind, x, y, fixed=BATCH)
    alike(results(kind, x[::-1].copy()[::-1], y, fixed=BATCH), expected, "fixed")
    net = model(kind, BATCH)
    before = net.get_weights()
    for call in (
        lambda: net.predict(x[:5], batch_size=BATCH),
        lambda: net.evaluate(x[:5], y[:5], batch_size=BATCH, verbose=0),
        lambda: net.fit(x[:1], y[:1], batch_size=BATCH, verbose=0),
        lambda: net.train_on_batch(x[:1], y[:1]),
        lambda: net.predict_on_batch(x[:3]),
    ):
        with pytest.raises(ValueError, match=f"batches of {BATCH}|{BATCH} samples"):
            call()
    alike(net.get_weights(), before, "refused calls")
