"""VGG's names, parameters and weights, and what all nets share."""

import numpy as np
import pytest

from engine.applications import VGG16, VGG19, imagenet_utils

SMALL = {"include_top": False, "weights": None, "input_shape": (32, 32, 3)}


def test_names_and_parameters_are_those_of_keras():
    model = VGG16(**SMALL)
    assert model.count_params() == 14_714_688
    assert [layer.name for layer in model.layers][1:5] == [
        "block1_conv1",
        "block1_conv2",
        "block1_pool",
        "block2_conv1",
    ]
    assert VGG19(**SMALL).count_params() == 20_024_384


def test_the_top_has_keras_layers():
    model = VGG16(weights=None, input_shape=(32, 32, 3), classes=7)
    assert [layer.name for layer in model.layers][-4:] == ["flatten", "fc1", "fc2", "predictions"]
    assert model.output_shape == (None, 7)
    # The 25,088 inputs of fc1 at 224 x 224 are 512 here.
    assert model.count_params() == 138_357_544 - (25_088 - 512) * 4096 - 993 * 4097


def test_weights_come_from_a_file(tmp_path):
    first = VGG16(**SMALL, pooling="avg")
    first.save_weights(tmp_path / "vgg.h5")
    second = VGG16(**{**SMALL, "weights": str(tmp_path / "vgg.h5")}, pooling="avg")
    x = np.random.default_rng(0).normal(size=(1, 32, 32, 3)).astype("float32")
    np.testing.assert_array_equal(first.predict(x), second.predict(x))
    assert first.output_shape == (None, 512)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weights": "nowhere.h5"}, "path of a file"),
        ({"weights": "imagenet", "classes": 10}, "1000"),
        ({"weights": None, "input_shape": (31, 32, 3)}, "at least 32"),
        ({"weights": None, "include_top": False, "pooling": "min"}, "'avg' or 'max'"),
        ({"input_shape": (32, 32, 3)}, "224"),
    ],
)
def test_errors_name_the_setting(settings, message):
    with pytest.raises(ValueError, match=message):
        VGG16(**settings)


def test_the_best_classes_are_named():
    names = {str(i): [f"n{i:08}", f"thing {i}"] for i in range(1000)}
    values = np.zeros((1, 1000))
    values[0, [3, 5]] = 0.7, 0.3
    assert imagenet_utils.best_classes(values, names, top=2) == [
        [("n00000003", "thing 3", 0.7), ("n00000005", "thing 5", 0.3)]
    ]
    with pytest.raises(ValueError, match="1000"):
        imagenet_utils.decode_predictions(values[:, :5])
