"""`preprocess_input` of every net: three ways, arrays and tensors, both layouts, and what it refuses."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from engine import applications, layers
from engine import backend as K
from engine.applications.imagenet_utils import preprocess_input
from engine.errors import DataError, SettingError
from engine.models import Model

WAYS = {
    "caffe": ("imagenet_utils", "resnet", "resnet50", "vgg16", "vgg19"),
    "tf": ("inception_resnet_v2", "inception_v3", "mobilenet", "mobilenet_v2", "nasnet", "resnet_v2", "xception"),
    "torch": ("densenet",),
    "within": ("convnext", "efficientnet", "efficientnet_v2", "mobilenet_v3", "regnet", "resnet_rs"),
}
# White, grey of a fifth and black as Keras scales them.
EXPECTED = {
    "caffe": [51 - 103.939, -116.779, 255 - 123.68],
    "tf": [1, -1, -0.6],
    "torch": [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225],
    "within": [255, 0, 51],
}
PAIRS = [(way, net) for way, nets in WAYS.items() for net in nets]


def _scaling(net: str) -> Any:
    return importlib.import_module(f"engine.applications.{net}").preprocess_input


def test_every_net_has_one_of_the_ways() -> None:
    files = [name for name in applications.__all__ if hasattr(getattr(applications, name), "preprocess_input")]
    assert sorted(files) == sorted(net for _, net in PAIRS)
    assert len({_scaling(net) for net in files}) == len(WAYS)


@pytest.mark.parametrize(("way", "net"), PAIRS)
@pytest.mark.parametrize("axes", [1, 2, 4, 5])
def test_images_are_scaled_as_each_net_wants_them(way: str, net: str, axes: int) -> None:
    image = np.array([255.0, 0.0, 51.0]).reshape((1,) * max(axes, 2) + (3,))
    before = image.copy()
    np.testing.assert_allclose(_scaling(net)(image).ravel(), EXPECTED[way])
    np.testing.assert_array_equal(image, before)
    first = np.moveaxis(image, -1, -3)
    np.testing.assert_allclose(_scaling(net)(first, data_format="channels_first").ravel(), EXPECTED[way])
    if way == "caffe":
        np.testing.assert_allclose(_scaling(net)(image, mode="tf").ravel(), EXPECTED["tf"])


@pytest.mark.parametrize(("way", "net"), PAIRS)
@pytest.mark.parametrize("spelling", [{"data_format": "th"}, {"data_format": "CHANNELS_FIRST"}, {"dim_ordering": "th"}])
@pytest.mark.filterwarnings("ignore:.*Keras 1:UserWarning")
def test_the_layout_may_be_spelled_as_in_keras_1(way: str, net: str, spelling: dict[str, str]) -> None:
    image = np.array([255.0, 0.0, 51.0]).reshape(3, 1, 1)
    np.testing.assert_allclose(_scaling(net)(image, **spelling).ravel(), EXPECTED[way])


@pytest.mark.parametrize("net", [net for _, net in PAIRS])
def test_an_unknown_layout_is_refused(net: str) -> None:
    with pytest.raises(SettingError, match="channels_first"):
        _scaling(net)(np.zeros((4, 4, 3)), data_format="channel_first")


@pytest.mark.parametrize("form", ["list", "uint8", "bool", "float16", "float64", "big-endian", "reversed", "object"])
def test_images_come_in_any_form(form: str) -> None:
    image = np.array([[[255, 0, 51]]])
    forms: dict[str, Any] = {
        "list": image.tolist(),
        "big-endian": image.astype(">f4"),
        "reversed": image[..., ::-1].copy()[..., ::-1],
        "bool": image.astype(bool),
    }
    given = forms[form] if form in forms else image.astype(form)
    scaled = preprocess_input(given, mode="tf")
    assert scaled.dtype.kind == "f"
    expected = np.array(given, "float64") / 127.5 - 1
    np.testing.assert_allclose(scaled, expected, rtol=1e-3 if form == "float16" else 1e-6)


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_a_tensor_is_scaled_as_an_array_is(mode: Any, data_format: str, dtype: str) -> None:
    shape = (5, 6, 3) if data_format == "channels_last" else (3, 5, 6)
    images = np.random.default_rng(0).integers(0, 255, (2, *shape)).astype(dtype)
    entry = layers.Input(shape, dtype=dtype)
    settings = {"data_format": data_format, "mode": mode}
    model = Model(entry, layers.Lambda(preprocess_input, arguments=settings)(entry))
    np.testing.assert_allclose(model.predict(images), preprocess_input(images, data_format, mode), rtol=1e-5, atol=1e-5)


def test_a_tensor_keeps_axes_of_any_length() -> None:
    assert preprocess_input(layers.Input((8, None, 3))).shape == (None, 8, None, 3)
    assert preprocess_input(layers.Input((4, 8, 8, 3)), mode="torch").shape == (None, 4, 8, 8, 3)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((4, 4, 1)), "3 channels at axis -1, found shape"),
        (np.zeros((4, 3)), "3 channels"),
        (np.zeros(()), "3 channels"),
        ("elephant.jpg", "images, found 'elephant.jpg'.*load_img"),
        (b"elephant.jpg", "load_img"),
        (None, "images, found None"),
        ([[1, 2], [3]], "images"),
    ],
)
def test_what_is_no_image_is_refused_in_words(images: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        preprocess_input(images)


def test_a_tensor_of_unknown_axes_and_an_unknown_way_are_refused() -> None:
    with pytest.raises(DataError, match="3 channels"):
        preprocess_input(K.placeholder())
    wrong: Any = "TF"
    with pytest.raises(SettingError, match="'caffe', 'tf' or 'torch', found 'TF'"):
        preprocess_input(np.zeros((2, 2, 3)), mode=wrong)
