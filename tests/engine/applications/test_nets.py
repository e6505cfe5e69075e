"""The nets beside VGG: layers, names, settings and wiring as keras_applications 1.0.6 gives them, and one step of each."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import applications, layers
from engine import backend as K
from engine.models import Model

# Number of parameters and digest of all layers' configs: of keras_applications 1.0.6 run on this library's layers.
KNOWN = json.loads((Path(__file__).parent / "nets.json").read_text())
SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "ResNet50": ("ResNet50", {}),
    "ResNet50 without top": ("ResNet50", {"include_top": False, "pooling": "avg", "input_shape": (64, 64, 3)}),
    "DenseNet121": ("DenseNet121", {}),
    "DenseNet169": ("DenseNet169", {}),
    "DenseNet201 without top": ("DenseNet201", {"include_top": False, "pooling": "max"}),
    "MobileNet": ("MobileNet", {}),
    "MobileNet, half": ("MobileNet", {"alpha": 0.5, "input_shape": (160, 160, 3)}),
    "MobileNetV2": ("MobileNetV2", {}),
    "MobileNetV2, wide": ("MobileNetV2", {"alpha": 1.4, "input_shape": (97, 99, 3), "include_top": False}),
    "Xception": ("Xception", {}),
    "InceptionV3": ("InceptionV3", {}),
    "InceptionResNetV2": ("InceptionResNetV2", {}),
    "NASNetMobile": ("NASNetMobile", {}),
    "NASNetMobile without top": ("NASNetMobile", {"include_top": False, "pooling": "max", "input_shape": (97, 64, 3)}),
    "NASNetLarge": ("NASNetLarge", {}),
}


def digest(model: Any) -> str:
    """Of class, name, settings and wiring of each layer."""
    rows = [(*_kind(x), x["name"], x["inbound_nodes"]) for x in model.get_config()["layers"]]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def _kind(entry: dict[str, Any]) -> tuple[str, Any]:
    """Class and settings; Keras's Lambda that scales and adds is a layer of its own here."""
    settings = entry["config"]
    if entry["class_name"] == "Lambda":
        return "ScaledAdd", {"name": settings["name"], "trainable": True, **settings["arguments"]}
    return entry["class_name"], settings


@pytest.mark.parametrize("key", SETTINGS)
def test_the_net_is_keras_net(key: str) -> None:
    name, settings = SETTINGS[key]
    K.clear_session()
    model = getattr(applications, name)(weights=None, **settings)
    assert [model.count_params(), digest(model)] == KNOWN[key]
    assert not any(w.materialised for w in model.weights)  # nothing is allocated before it is used


@pytest.mark.parametrize(
    ("file", "name", "parameters", "names"),
    [
        ("resnet", "ResNet50", 25_636_712, "94c28f5f1277"),
        ("resnet", "ResNet101", 44_707_176, "bbdfcd05063b"),
        ("resnet", "ResNet152", 60_419_944, "246f4a031013"),
        ("resnet_v2", "ResNet50V2", 25_613_800, "ac5e1670c5f1"),
        ("resnet_v2", "ResNet101V2", 44_675_560, "515fe73c30d0"),
        ("resnet_v2", "ResNet152V2", 60_380_648, "495f13a56c87"),
    ],
)
def test_a_later_resnet_is_that_of_keras(file: str, name: str, parameters: int, names: str) -> None:
    """names: digest of the classes and names of tf_keras's layers, but of those whose names its versions disagree on."""
    model = getattr(getattr(applications, file), name)(weights=None)
    assert model.count_params() == parameters
    rows = [
        ["I" if isinstance(layer, layers.InputLayer) else type(layer).__name__,
         "x" if "input" in layer.name or "pool" in layer.name or layer.name == "probs" else layer.name]
        for layer in model.layers
    ]  # fmt: skip
    assert hashlib.sha256(json.dumps(rows).encode()).hexdigest().startswith(names)
    assert model.layers[-2].name == "avg_pool"


@pytest.mark.parametrize(
    ("name", "size", "settings"),
    [
        ("ResNet50", 32, {}), ("DenseNet121", 32, {}), ("MobileNet", 32, {"alpha": 0.25}),
        ("MobileNetV2", 32, {"alpha": 0.35}), ("ResNet50V2", 32, {}), ("Xception", 71, {}), ("InceptionV3", 75, {}),
        ("InceptionResNetV2", 75, {}), ("NASNetMobile", 32, {}),
    ],
)  # fmt: skip
def test_a_net_under_a_new_top_takes_one_step_of_training(name: str, size: int, settings: dict[str, Any]) -> None:
    """A new top on the net, as in transfer: the notes' way to use it."""
    base = getattr(applications, name)(
        weights=None, include_top=False, input_shape=(size, size, 3), pooling="avg", **settings
    )
    model = Model(base.input, layers.Dense(2, activation="softmax")(base.output))
    model.compile("sgd", "categorical_crossentropy")
    kernel = base.layers[-4].get_weights() or base.layers[2].get_weights()
    x = np.random.default_rng(0).normal(size=(2, size, size, 3)).astype("float32")
    assert np.isfinite(model.train_on_batch(x, np.eye(2)))
    after = base.layers[-4].get_weights() or base.layers[2].get_weights()
    assert not np.array_equal(kernel[0], after[0])


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("ResNet50", {"input_shape": (31, 32, 3)}, "at least 32"),
        ("Xception", {"input_shape": (70, 71, 3), "include_top": False}, "at least 71"),
        ("MobileNet", {"weights": "imagenet", "alpha": 0.3}, "alpha"),
        ("MobileNetV2", {"weights": "imagenet", "depth_multiplier": 2}, "depth_multiplier"),
        ("DenseNet121", {"weights": "imagenet", "classes": 3}, "1000"),
        ("InceptionV3", {"include_top": False, "pooling": "mean"}, "pooling"),
    ],
)
def test_wrong_settings_are_named(name: str, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(applications, name)(**{"weights": None, **settings})


@pytest.mark.usefixtures("engine_as_keras")
class TestPartsThatOthersBuildWith:
    def test_blocks_of_resnet_have_their_names_strides_and_shapes(self) -> None:
        from keras.applications.resnet50 import conv_block, identity_block

        x = layers.Input((16, 16, 8))
        y = identity_block(conv_block(x, 3, [4, 4, 12], stage=5, block="a"), 3, [4, 4, 12], stage=5, block="b")
        names = [layer.name for layer in Model(x, y).layers]
        assert y.shape == (None, 8, 8, 12)
        assert {"res5a_branch1", "bn5a_branch2c", "res5b_branch2b"} <= {*names} and "res5b_branch1" not in names
        assert conv_block(x, (3, 3), (4, 4, 12), 2, "a", strides=(1, 1)).shape == (None, 16, 16, 12)

    def test_a_convolution_of_inception_has_three_layers_by_name(self) -> None:
        from keras.applications.inception_v3 import conv2d_bn

        x = layers.Input((16, 16, 8))
        y = conv2d_bn(x, 5, 3, 1, padding="valid", strides=(2, 2), name="stem")
        assert [layer.name for layer in Model(x, y).layers[1:]] == ["stem_conv", "stem_bn", "stem"]
        assert y.shape == (None, 7, 8, 5)

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({"input_shape": None, "require_flatten": True}, (224, 224, 3)),
            ({"input_shape": None, "require_flatten": False}, (None, None, 3)),
            ({"input_shape": None, "include_top": False, "data_format": "channels_first"}, (3, None, None)),
            ({"input_shape": (64, 80, 1), "require_flatten": True}, (64, 80, 1)),
            ({"input_shape": (1, 64, 80), "require_flatten": True, "data_format": "channels_first"}, (1, 64, 80)),
        ],
    )
    def test_shapes_of_copied_nets_are_those_that_keras_gives(self, asked: dict[str, Any], expected: object) -> None:
        from keras.applications.imagenet_utils import _obtain_input_shape

        settings = {"default_size": 224, "min_size": 48, "data_format": "channels_last", **asked}
        assert _obtain_input_shape(**settings) == expected

    def test_shapes_that_a_copied_net_does_not_take_are_refused(self) -> None:
        from keras.applications.imagenet_utils import _obtain_input_shape

        for shape, weights in (((32, 32, 3), None), ((64, 64), None), ((64, 64, 1), "imagenet")):
            with pytest.raises(ValueError, match="input_shape"):
                _obtain_input_shape(shape, 224, 48, "channels_last", False, weights)

    def test_addresses_of_weights_are_where_keras_has_them(self) -> None:
        for name in ("vgg16", "vgg19", "resnet50", "inception_v3"):
            module = getattr(applications, name)
            assert module.WEIGHTS_PATH.endswith(f"/{name}_weights_tf_dim_ordering_tf_kernels.h5")
            assert module.WEIGHTS_PATH_NO_TOP.endswith(f"/{name}_weights_tf_dim_ordering_tf_kernels_notop.h5")
