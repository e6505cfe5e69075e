"""Nets over pictures in the library of C: trained beside NumPy, bits and threads, and how far results are from exact ones."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest

import engine
from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable
from engine._machine import device
from engine._native.library import turned_off
from engine.layers import (
    Activation,
    AveragePooling2D,
    AveragePooling3D,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    Input,
    LocalResponseNormalization,
    MaxPooling2D,
    MaxPooling3D,
    PaddedAveragePooling2D,
    PaddedMaxPooling2D,
    Permute,
    Reshape,
    Scale,
    SeparableConv2D,
    Slice,
    UpSampling2D,
    UpSampling3D,
    ZeroPadding2D,
)
from engine.layers.merge import add, concatenate
from engine.models import Model
from engine.optimizers import SGD

from ..native.programs import needs_library

pytestmark = needs_library


def _plain(x):
    x = Conv2D(16, 3, activation="relu")(Conv2D(16, 3, padding="same", activation="relu")(x))
    return Dense(4, activation="softmax")(Dropout(0.3)(Flatten()(MaxPooling2D(2)(x))))


def _residual(x):
    x = Activation("relu")(BatchNormalization()(Conv2D(16, 3, padding="same")(x)))
    y = Activation("relu")(BatchNormalization()(Conv2D(16, 3, strides=2, padding="same")(x)))
    y = BatchNormalization()(Conv2D(16, 3, padding="same")(y))
    x = Activation("relu")(add([Conv2D(16, 1, strides=2, padding="same")(x), y]))
    return Dense(4, activation="softmax")(GlobalAveragePooling2D()(x))


def _mobile(x):
    x = Conv2D(8, 3, strides=2)(ZeroPadding2D(((0, 1), (0, 1)))(x))
    x = Activation("relu")(BatchNormalization()(DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x)))
    return Dense(4, activation="softmax")(GlobalAveragePooling2D()(SeparableConv2D(12, 3)(x)))


def _u_net(x):
    narrow = Conv2D(8, 3, padding="same", activation="relu")(MaxPooling2D(2)(x))
    wide = [UpSampling2D(2)(narrow), Conv2DTranspose(4, 3, strides=2, padding="same")(narrow), x]
    return Dense(4, activation="softmax")(Flatten()(Conv2D(4, 3, padding="same", activation="relu")(concatenate(wide))))


def _volumes(x):
    x = AveragePooling3D((1, 2, 1))(Conv3D(16, 3, padding="same", activation="relu")(Reshape((4, 6, 6, 3))(x)))
    x = Conv3D(8, (2, 3, 1), strides=(2, 1, 1), activation="relu")(UpSampling3D((1, 1, 2))(x))
    x = MaxPooling3D((1, 1, 2))(Conv3DTranspose(6, 2, strides=(1, 2, 1))(x))
    return Dense(4, activation="softmax")(GlobalAveragePooling3D()(x))


def _channels_first(x):
    settings = {"padding": "same", "data_format": "channels_first"}
    x = Conv2D(16, 3, activation="relu", **settings)(Permute((3, 1, 2))(x))
    y = BatchNormalization(axis=1)(Conv2D(16, 3, **settings)(Dropout(0.2)(x)))
    x = concatenate([Activation("relu")(add([x, y])), x], axis=1)
    x = Conv2DTranspose(8, 3, strides=2, **settings)(AveragePooling2D(2, **settings)(MaxPooling2D(2, **settings)(x)))
    x = UpSampling2D(2, data_format="channels_first")(x)
    return Dense(4, activation="softmax")(GlobalAveragePooling2D("channels_first")(x))


def _caffe(x):
    x = LocalResponseNormalization(alpha=0.5)(Conv2D(18, 3, groups=3, activation="relu")(x))
    x = PaddedAveragePooling2D(3, 2, 1)(PaddedMaxPooling2D(3, 2, 1)(Scale()(x)))
    x = add([Slice(start=1, stop=9)(x), Conv2D(8, 1, groups=2)(x)])
    first = Permute((3, 1, 2))(LocalResponseNormalization(3, within_channel=True)(x))
    y = PaddedMaxPooling2D(2, 1, 1, ceil_mode=False, data_format="channels_first")(first)
    return Dense(4, activation="softmax")(Flatten()(Conv2D(4, 2, groups=2, data_format="channels_first")(y)))


NETS = {
    "caffe": _caffe,
    "plain": _plain,
    "residual": _residual,
    "mobile": _mobile,
    "u-net": _u_net,
    "volumes": _volumes,
    "channels first": _channels_first,
}


def _trained(name, batch, native=True, threads=2):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2 * batch + 3, 12, 12, 3)), np.eye(4)[rng.integers(0, 4, 2 * batch + 3)]
    with nullcontext() if native else turned_off(), device.spread_over(threads):
        np.random.seed(5)
        inputs = Input((12, 12, 3))
        model = Model(inputs, NETS[name](inputs))
        model.set_weights([rng.normal(size=w.shape) * 0.2 + (w == 1) for w in model.get_weights()])
        for weight in (w for w in model.weights if "variance" in (w.name or "")):
            weight.assign(np.ones(weight.shape))
        model.compile(SGD(0.01, momentum=0.9), "categorical_crossentropy")
        history = model.fit(x, y, batch, epochs=2, shuffle=False, verbose=0).history
        how = model.profile(x[:batch], y[:batch]).how if native else ""
        measured = model.evaluate(x, y, batch_size=batch, verbose=0)
        return [history["loss"], *model.get_weights(), model.predict(x, batch_size=batch), measured], how


@pytest.mark.parametrize("batch", [1, 5, 20])
@pytest.mark.parametrize("name", NETS)
def test_nets_train_as_by_numpy(name, batch):
    mine, how = _trained(name, batch)
    assert how.startswith("runs as one compiled call"), how
    for one, expected in zip(mine, _trained(name, batch, native=False)[0], strict=True):
        np.testing.assert_allclose(one, expected, rtol=5e-3, atol=2e-3)


@pytest.mark.parametrize("batch", [3, 20])
@pytest.mark.parametrize("name", NETS)
def test_bits_do_not_depend_on_the_number_of_threads(name, batch):
    for one, other in zip(_trained(name, batch, threads=1)[0], _trained(name, batch, threads=2)[0], strict=True):
        np.testing.assert_array_equal(one, other)


def _error(exact):
    """The largest error of a convolution and its gradients, relative to the largest of the exact numbers."""
    rng = np.random.default_rng(0)
    x, kernel = rng.normal(size=(9, 14, 14, 64)).astype("float32"), rng.normal(size=(3, 3, 64, 32)).astype("float32")

    def results(dtype):
        placeholder, weight = Placeholder((None, 14, 14, 64), dtype), Variable(kernel.shape, dtype, initializer=kernel)
        y = ops.conv(placeholder, weight, None, 1, "same")
        outputs = [y, *gradients(ops.sum(ops.square(y)), [weight, placeholder])]
        with turned_off() if dtype == "float64" else nullcontext():
            plan = Plan(outputs, [placeholder], {placeholder: x.shape}, training=True)
        return [np.array(r) for r in plan.run([x])]

    engine.config.set_exact(exact)
    try:
        pairs = zip(results("float32"), results("float64"), strict=True)
        return max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs)
    finally:
        engine.config.set_exact(False)


def test_results_are_as_close_to_exact_ones_as_documented():
    direct, winograd = _error(exact=True), _error(exact=False)
    assert direct < 2e-6 < winograd < 2e-5


def test_predictions_follow_weights_that_change():
    inputs = Input((8, 8, 16))
    model = Model(inputs, Conv2D(16, 3, padding="same")(inputs))
    x = np.random.default_rng(0).normal(size=(3, 8, 8, 16)).astype("float32")
    before = model.predict(x)
    np.testing.assert_array_equal(model.predict(x), before)
    kernel, bias = model.get_weights()
    kernel[1, 1, 3, 5] += 1
    model.set_weights([kernel, bias])
    after = model.predict(x)
    np.testing.assert_allclose((after - before)[..., 5], x[..., 3], rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(np.delete(after, 5, -1), np.delete(before, 5, -1))
