"""A model that was written as a Caffe net gives the same numbers by the plain reference, and when it is read again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine._files.caffe.net import net_of
from engine._files.caffe.schema import CAFFE
from engine._files.protobuf_binary import read_wire
from engine.errors import FileError
from engine.layers import (
    ELU,
    LSTM,
    Absolute,
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
    LocalResponseNormalization,
    Log,
    Maximum,
    MaxPooling2D,
    Multiply,
    PaddedAveragePooling2D,
    PaddedMaxPooling2D,
    Power,
    PReLU,
    ReLU,
    Rescaling,
    Scale,
    Softmax,
    Subtract,
    ZeroPadding2D,
)
from engine.models import Model, Sequential, load_caffe, load_model, save_caffe

from ..files.caffe.nets import Layer, Net
from ..files.caffe.reference import run

LAST = {"data_format": "channels_last"}


def shuffled(model: Model) -> Model:
    """The model with random weights, those of variances above 0."""
    rng = np.random.default_rng(5)
    for layer in model.layers:
        layer.set_weights(
            [
                np.abs(rng.normal(size=w.shape)) * 0.4 + 0.1 if w.ndim == 1 else rng.normal(size=w.shape) * 0.4
                for w in layer.get_weights()
            ]
        )
    return model


def by_the_reference(path: Path, x: np.ndarray) -> np.ndarray:
    """What the loops of the reference make of a .caffemodel."""
    net = net_of(read_wire(memoryview(path.read_bytes()), CAFFE, "NetParameter", "net"))

    def plain(message):
        return {
            name: [plain(v) if hasattr(v, "values") and not isinstance(v, np.ndarray) else v for v in values]
            for name, values in message.values.items()
        }

    layers = []
    for layer in net.layers[1:]:
        settings = {}
        for name, values in plain(layer.message).items():
            if name.endswith("_param"):
                settings[name] = {
                    key: one if key in ("coeff", "dilation", "dim") else one[0] for key, one in values[0].items()
                }
        layers.append(
            Layer(layer.name, layer.type, layer.bottoms, layer.tops, settings, [blob.read() for blob in layer.blobs])
        )
    start = net.layers[0].tops[0]
    layers.insert(0, Layer("start", "Split", ["data"], [start]))
    blobs = run(Net((1,), layers), np.moveaxis(x, -1, 1) if x.ndim == 4 else x)
    return blobs[layers[-1].tops[0]]


def stack(*layers, shape=(9, 8, 4)) -> Model:
    return Sequential([Activation("linear", input_shape=shape), *layers])


NETS = {
    "convolution": lambda: stack(Conv2D(6, 3, strides=2, activation="relu", groups=2, **LAST)),
    "same": lambda: stack(Conv2D(6, (3, 5), padding="same", dilation_rate=2, use_bias=False, **LAST)),
    "zeros around": lambda: stack(ZeroPadding2D((1, 2), **LAST), Conv2D(5, 3, strides=2, **LAST)),
    "depthwise": lambda: stack(DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="tanh", **LAST)),
    "deconvolution": lambda: stack(Conv2DTranspose(3, 4, strides=2, padding="same", **LAST)),
    "pooling": lambda: stack(MaxPooling2D(2, **LAST), AveragePooling2D(2, **LAST)),
    "pooling, same": lambda: stack(MaxPooling2D(3, strides=2, padding="same", **LAST), shape=(8, 8, 4)),
    "mean, same": lambda: stack(AveragePooling2D(2, padding="same", **LAST)),
    "mean with zeros": lambda: stack(ZeroPadding2D(1, **LAST), AveragePooling2D(3, strides=2, **LAST), shape=(9, 9, 2)),
    "padded pooling": lambda: stack(
        PaddedMaxPooling2D(3, 2, 1, **LAST), PaddedAveragePooling2D(3, 2, 1, ceil_mode=False, **LAST)
    ),
    "classifier": lambda: stack(
        Conv2D(3, 3, **LAST), Flatten(**LAST), Dropout(0.5), Dense(7, activation="relu"), Dense(5), Softmax()
    ),
    "global": lambda: stack(GlobalAveragePooling2D(**LAST), Dense(3, activation="softmax", use_bias=False)),
    "normalised": lambda: stack(
        BatchNormalization(), BatchNormalization(scale=False), BatchNormalization(center=False, scale=False)
    ),
    "scaled": lambda: stack(Scale(), Scale(scale=False), Scale(center=False)),
    "neighbours": lambda: stack(
        LocalResponseNormalization(3, 0.5, k=2.0, **LAST), LocalResponseNormalization(3, within_channel=True, **LAST)
    ),
    "functions": lambda: stack(
        ELU(0.5),
        LeakyReLU(0.2),
        ReLU(),
        Activation("sigmoid"),
        Activation("softplus"),
        Rescaling(2.0, 1.0),
        Absolute(),
        Power(2.0, 0.5, 1.0),
        Log(10.0, 1.0, 2.0),
        Activation("exponential"),
        Activation("elu"),
        PReLU(shared_axes=[1, 2]),
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_a_written_net_gives_the_same_numbers(name: str, tmp_path: Path) -> None:
    model = shuffled(NETS[name]())
    text, weights = tmp_path / "n.prototxt", tmp_path / "n.caffemodel"
    save_caffe(model, text, weights)
    x = np.random.default_rng(1).normal(size=(2, *model.input_shape[1:])).astype("f4")
    ours = model.predict(x)
    theirs = by_the_reference(weights, x)
    np.testing.assert_allclose(np.moveaxis(theirs, 1, -1) if theirs.ndim == 4 else theirs, ours, rtol=1e-4, atol=1e-5)
    has_weights = any(layer.get_weights() for layer in model.layers)
    for again in (load_caffe(text, weights if has_weights else None), load_model(weights)):
        np.testing.assert_allclose(again.predict(x), ours, rtol=1e-4, atol=1e-5)


def test_a_net_with_branches(tmp_path: Path) -> None:
    x = Input((6, 6, 4))
    a, b = Conv2D(4, 1, name="a")(x), Conv2D(4, 1, name="b")(x)
    joined = Concatenate()([Add()([a, b]), Multiply()([a, b]), Maximum()([a, x]), Subtract()([b, x])])
    model = shuffled(Model(x, Dense(3)(Flatten()(joined))))
    save_caffe(model, tmp_path / "n.prototxt", tmp_path / "n.caffemodel")
    x = np.random.default_rng(1).normal(size=(2, 6, 6, 4)).astype("f4")
    np.testing.assert_allclose(by_the_reference(tmp_path / "n.caffemodel", x), model.predict(x), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        load_caffe(tmp_path / "n.prototxt", tmp_path / "n.caffemodel").predict(x),
        model.predict(x),
        rtol=1e-4,
        atol=1e-5,
    )


def test_a_table_of_words_is_written(tmp_path: Path) -> None:
    model = shuffled(Sequential([Embedding(6, 4, input_length=5, name="table"), Flatten(), Dense(2, name="end")]))
    save_caffe(model, tmp_path / "net.prototxt", tmp_path / "net.caffemodel")
    words = np.random.default_rng(1).integers(0, 6, (3, 5))
    table, kernel, bias = (w for layer in model.layers for w in layer.get_weights())
    expected = table[words].reshape(3, -1) @ kernel + bias
    np.testing.assert_allclose(model.predict(words), expected, rtol=1e-5)
    again = load_caffe(tmp_path / "net.prototxt", tmp_path / "net.caffemodel")
    np.testing.assert_allclose(again.predict(words), expected, rtol=1e-5)
    net = net_of(read_wire(memoryview((tmp_path / "net.caffemodel").read_bytes()), CAFFE, "NetParameter", "net"))
    (written,) = (layer for layer in net.layers if layer.type == "Embed")
    np.testing.assert_array_equal(written.blobs[0].read(), table)  # (words, vectors), as Caffe's EmbedLayer has it
    with pytest.raises(FileError, match="a mask of steps"):
        save_caffe(Sequential([Embedding(6, 4, input_length=5, mask_zero=True)]), tmp_path / "masked.prototxt")


def test_layers_without_a_word_are_all_told_and_nothing_is_written(tmp_path: Path) -> None:
    shared = Dense(4, name="twice")
    x = Input((4,))
    model = Model(x, Activation("selu", name="odd")(shared(shared(x))))
    with pytest.raises(
        FileError, match=r"twice \(Dense\): a second call of it; odd \(Activation\): the activation 'selu'"
    ):
        save_caffe(model, tmp_path / "n.prototxt")
    with pytest.raises(FileError, match=r"lstm.* \(LSTM\): none of Caffe's layers does the same"):
        save_caffe(Sequential([LSTM(3, input_shape=(5, 2))]), tmp_path / "n.prototxt")
    uneven = stack(AveragePooling2D(3, strides=1, padding="same", **LAST))
    with pytest.raises(FileError, match="a mean that leaves out its padding"):
        save_caffe(uneven, tmp_path / "n.prototxt")
    assert not (tmp_path / "n.prototxt").exists()
