"""What is measured: the models that notebook users build, written once for every library with Keras's interface.

`build(keras)` takes a module with `layers`, `models` and `optimizers`. Data are the same numbers for every system, first
weights are Glorot uniform, everything is float32.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SIGMOID = {"activation": "sigmoid"}


@dataclass(frozen=True)
class Workload:
    """One thing to measure.

    kind: 'train' (train_on_batch), 'fit' (an epoch of fit; its time is divided by its batches), 'predict'
    (a batch), 'evaluate' (all samples). data: seeded generator -> (inputs, targets); targets None to predict.
    gemm: the sizes (m, k, n) of the largest matrix product in it.
    """

    key: str
    title: str
    build: Callable[[Any], Any]
    data: Callable[[np.random.Generator], tuple[Any, Any]]
    kind: str = "train"
    batch: int = 32
    gemm: tuple[int, int, int] = (32, 784, 400)


def _floats(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.random(shape, dtype=np.float32)


def _classes(rng: np.random.Generator, n: int, count: int = 10) -> np.ndarray:
    return np.eye(count, dtype=np.float32)[rng.integers(0, count, n)]


def _bits(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.integers(0, 2, (n, 1)).astype(np.float32)


def optimizer(keras: Any, name: str, rate: float) -> Any:
    """An optimizer with its learning rate: `lr` in Keras 1 and 2.2, `learning_rate` later."""
    kind = getattr(keras.optimizers, name)
    return kind(lr=rate) if keras.__name__ == "engine" else kind(learning_rate=rate)


def _chain(keras: Any, shape: tuple[int, ...], *layers: Any, dtype: str | None = None) -> Any:
    inputs = outputs = keras.layers.Input(shape, dtype=dtype)
    for layer in layers:
        outputs = layer(outputs)
    return keras.models.Model(inputs, outputs)


def line(keras: Any) -> Any:
    model = _chain(keras, (1,), keras.layers.Dense(1))
    model.compile(optimizer=optimizer(keras, "SGD", 0.01), loss="mse")
    return model


def dense(keras: Any) -> Any:
    k = keras.layers
    model = _chain(keras, (784,), k.Dense(400, activation="relu"), k.Dense(10, activation="softmax"))
    model.compile(optimizer=optimizer(keras, "RMSprop", 0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def mnist_cnn(keras: Any) -> Any:
    k = keras.layers
    model = _chain(
        keras, (28, 28, 1),
        k.Conv2D(32, 3, activation="relu"), k.Conv2D(64, 3, activation="relu"), k.MaxPooling2D(2), k.Dropout(0.25),
        k.Flatten(), k.Dense(128, activation="relu"), k.Dropout(0.5), k.Dense(10, activation="softmax"),
    )  # fmt: skip
    model.compile(optimizer=optimizer(keras, "Adadelta", 1.0), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def cifar_cnn(keras: Any) -> Any:
    k = keras.layers
    parts: list[Any] = []
    for filters, padding, last in ((32, "same", False), (32, "valid", True), (64, "same", False), (64, "valid", True)):
        parts += [k.Conv2D(filters, 3, padding=padding), k.BatchNormalization(), k.Activation("relu")]
        parts += [k.MaxPooling2D(2)] if last else []
    parts += [
        k.Flatten(),
        k.Dense(512),
        k.BatchNormalization(),
        k.Activation("relu"),
        k.Dense(10, activation="softmax"),
    ]
    model = _chain(keras, (32, 32, 3), *parts)
    model.compile(optimizer=optimizer(keras, "RMSprop", 0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def _text(keras: Any, recurrent: Any) -> Any:
    k = keras.layers
    model = _chain(keras, (80,), k.Embedding(20000, 128), recurrent, k.Dense(1, **SIGMOID), dtype="int32")
    model.compile(optimizer=optimizer(keras, "Adam", 0.001), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def lstm_text(keras: Any) -> Any:
    return _text(keras, keras.layers.LSTM(128, recurrent_activation="sigmoid"))


def gru_text(keras: Any) -> Any:
    return _text(keras, keras.layers.GRU(128, recurrent_activation="sigmoid", reset_after=False))


def news(keras: Any) -> Any:
    k = keras.layers
    words, extra = k.Input((100,), dtype="int32"), k.Input((5,))
    memory = k.LSTM(32, recurrent_activation="sigmoid")(k.Embedding(10000, 512)(words))
    early = k.Dense(1, **SIGMOID, name="early")(memory)
    x = k.concatenate([memory, extra])
    for _ in range(3):
        x = k.Dense(64, activation="relu")(x)
    model = keras.models.Model([words, extra], [k.Dense(1, **SIGMOID, name="main")(x), early])
    model.compile(
        optimizer=optimizer(keras, "RMSprop", 0.001),
        loss=["binary_crossentropy", "binary_crossentropy"],
        loss_weights=[1.0, 0.2],
    )
    return model


def ngrams(keras: Any) -> Any:
    k = keras.layers
    model = _chain(
        keras, (400,),
        k.Embedding(5000, 50), k.Dropout(0.2), k.Conv1D(250, 3, activation="relu"), k.GlobalMaxPooling1D(),
        k.Dense(250), k.Dropout(0.2), k.Activation("relu"), k.Dense(1, **SIGMOID), dtype="int32",
    )  # fmt: skip
    model.compile(optimizer=optimizer(keras, "Adam", 0.001), loss="binary_crossentropy", metrics=["accuracy"])
    return model


def vgg16(keras: Any) -> Any:
    k = keras.layers
    parts: list[Any] = []
    for count, filters in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        parts += [k.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(count)]
        parts.append(k.MaxPooling2D(2))
    parts += [k.Flatten(), k.Dense(4096, activation="relu"), k.Dense(4096, activation="relu")]
    return _chain(keras, (224, 224, 3), *parts, k.Dense(1000, activation="softmax"))


def resnet20(keras: Any) -> Any:
    """ResNet-20 for CIFAR-10 (He et al., 2015) with 1x1 convolutions where the size changes."""
    k = keras.layers

    def convolution(x: Any, filters: int, size: int = 3, strides: int = 1) -> Any:
        return k.Conv2D(filters, size, strides=strides, padding="same")(x)

    inputs = k.Input((32, 32, 3))
    x = k.Activation("relu")(k.BatchNormalization()(convolution(inputs, 16)))
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            strides = 2 if stage and not block else 1
            y = k.Activation("relu")(k.BatchNormalization()(convolution(x, filters, strides=strides)))
            y = k.BatchNormalization()(convolution(y, filters))
            if strides == 2:
                x = convolution(x, filters, 1, 2)
            x = k.Activation("relu")(k.add([x, y]))
    outputs = k.Dense(10, activation="softmax")(k.GlobalAveragePooling2D()(x))
    model = keras.models.Model(inputs, outputs)
    model.compile(optimizer=optimizer(keras, "Adam", 0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def deep(keras: Any, depth: int = 100) -> Any:
    k = keras.layers
    model = _chain(
        keras, (64,), *(k.Dense(64, activation="relu") for _ in range(depth)), k.Dense(10, activation="softmax")
    )
    model.compile(optimizer=optimizer(keras, "SGD", 0.01), loss="categorical_crossentropy")
    return model


def _pixels(n: int) -> Callable[[np.random.Generator], tuple[Any, Any]]:
    return lambda rng: (_floats(rng, n, 784), _classes(rng, n))


def _images(n: int, size: int, channels: int) -> Callable[[np.random.Generator], tuple[Any, Any]]:
    return lambda rng: (_floats(rng, n, size, size, channels), _classes(rng, n))


def _words(n: int, length: int, vocabulary: int) -> Callable[[np.random.Generator], tuple[Any, Any]]:
    return lambda rng: (rng.integers(0, vocabulary, (n, length)).astype(np.int32), _bits(rng, n))


def _line_data(rng: np.random.Generator) -> tuple[Any, Any]:
    x = _floats(rng, 160, 1)
    return x, 0.5 * x + 2


def _news_data(rng: np.random.Generator) -> tuple[Any, Any]:
    y = _bits(rng, 32)
    return [rng.integers(0, 10000, (32, 100)).astype(np.int32), _floats(rng, 32, 5)], [y, y]


def _one_sample(rng: np.random.Generator) -> tuple[Any, Any]:
    return _floats(rng, 1, 784), None


def _photos(n: int) -> Callable[[np.random.Generator], tuple[Any, Any]]:
    return lambda rng: (_floats(rng, n, 224, 224, 3), None)


WORKLOADS = {
    w.key: w
    for w in (
        Workload("a", "linear regression, 160 samples, train_on_batch", line, _line_data, batch=160, gemm=(160, 1, 1)),
        Workload("b", "MLP 784-400-10, RMSprop, batch 32, fit over 60 000", dense, _pixels(60_000), "fit"),
        Workload("c", "the same, batch 256", dense, _pixels(60_000), "fit", 256, (256, 784, 400)),
        *(
            Workload(f"n{n}", f"the same, train_on_batch, batch {n}", dense, _pixels(n), "train", n, (n, 784, 400))
            for n in (1, 8, 64, 512)
        ),
        Workload("d", "MNIST CNN, Adadelta, batch 128", mnist_cnn, _images(128, 28, 1), batch=128, gemm=(1152, 288, 64)),
        Workload("e", "CIFAR CNN with BatchNormalization, batch 32", cifar_cnn, _images(32, 32, 3), gemm=(900, 288, 32)),
        Workload("f", "Embedding + LSTM(128), length 80, Adam, batch 32", lstm_text, _words(32, 80, 20000), gemm=(512, 128, 32)),
        Workload("g", "news model: Embedding, LSTM(32), two outputs, batch 32", news, _news_data, gemm=(128, 512, 3200)),
        Workload("h", "Embedding + GRU(128), length 80, Adam, batch 32", gru_text, _words(32, 80, 20000), gemm=(384, 128, 32)),
        Workload("i", "n-grams: Conv1D(250, 3), length 400, Adam, batch 32", ngrams, _words(32, 400, 5000), gemm=(398, 150, 250)),
        Workload("j1", "VGG16 predict, batch 1", vgg16, _photos(1), "predict", 1, (3136, 1152, 256)),
        Workload("j8", "VGG16 predict, batch 8", vgg16, _photos(8), "predict", 8, (3136, 1152, 256)),
        Workload("k", "ResNet-20 on CIFAR-10, Adam, batch 32", resnet20, _images(32, 32, 3), gemm=(1024, 144, 16)),
        Workload("l", "100 x Dense(64), batch 32", deep, lambda rng: (_floats(rng, 32, 64), _classes(rng, 32)), gemm=(32, 64, 64)),
        Workload("m1", "predict of one sample, MLP 784-400-10", dense, _one_sample, "predict", 1, (1, 784, 400)),
        Workload("m2", "evaluate of 10 000, MNIST CNN", mnist_cnn, _images(10_000, 28, 1), "evaluate", 128, (1152, 288, 64)),
    )
}  # fmt: skip
