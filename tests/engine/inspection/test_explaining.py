"""Saliency, Grad-CAM and occlusion against their formulas, by finite differences and loops."""

from pathlib import Path

import numpy as np
import pytest

from engine import layers
from engine.errors import DataError, SettingError
from engine.inspection import LayerInspector
from engine.models import Model, Sequential
from tests.golden import explaining

from . import plain


@pytest.fixture(scope="module")
def golden():
    with np.load(Path(explaining.__file__).with_suffix(".npz")) as arrays:
        return dict(arrays)


def test_saliency_is_the_size_of_the_score_s_slope():
    model, x = plain.digits_model(), plain.pictures(2)
    found = LayerInspector(model, "conv").saliency(x, of=1)
    for index in [(0, 2, 3, 1), (1, 5, 4, 0), (1, 0, 0, 0)]:
        ends = []
        for move in (1e-3, -1e-3):
            moved = x.astype(float)
            moved[index] += move
            ends.append(plain.digits_values(model, moved)["classes"][index[0], 1])
        assert found[index] == pytest.approx(abs(ends[0] - ends[1]) / 2e-3, abs=2e-6)


def test_one_sample_s_saliency_does_not_depend_on_the_others_nor_on_the_batch():
    model, x = plain.digits_model(), plain.pictures(40)
    looker = LayerInspector(model, "conv")
    whole = looker.saliency(x)
    assert np.allclose(whole[33:35], looker.saliency(x[33:35]), atol=1e-7)
    chosen = model.predict(x).argmax(1)
    assert np.array_equal(whole, looker.saliency(x, of=chosen))


def test_words_have_the_size_of_their_row_s_gradient():
    model = Sequential([layers.Embedding(9, 3, input_length=4), layers.Flatten(), layers.Dense(2, name="out")])
    words = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
    kernel = model.get_layer("out").get_weights()[0].reshape(4, 3, 2)
    found = LayerInspector(model, "out").saliency(words, of=[0, 1])
    assert np.allclose(found, np.sqrt((kernel**2).sum(1)).T, atol=1e-6)


def test_grad_cam_is_the_weighted_sum_of_maps():
    x = layers.Input((6, 5, 2))
    maps = layers.Conv2D(3, 3, padding="same", activation="relu", name="conv")(x)
    model = Model(x, layers.Dense(2, name="out")(layers.GlobalAveragePooling2D()(maps)))
    data = plain.pictures(3)
    found = LayerInspector(model, "conv").grad_cam(data, of=1)
    kernel = model.get_layer("out").get_weights()[0]
    maps = model.inspect(data, "conv")["conv"].astype(float)
    assert np.allclose(found, np.maximum((maps * kernel[:, 1] / 30).sum(-1), 0), atol=1e-6)


def test_occlusion_is_what_brute_force_finds():
    model, x = plain.digits_model(), plain.pictures(2)
    found = LayerInspector(model, "conv").occlusion(x, of=0, size=2, stride=2, value=0.5)
    assert found.shape == (2, 3, 2)
    whole = plain.digits_values(model, x)["classes"][:, 0]
    for i in range(3):
        for j in range(2):
            covered = x.copy()
            covered[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = 0.5
            falls = whole - plain.digits_values(model, covered)["classes"][:, 0]
            assert np.abs(found[:, i, j] - falls).max() < 1e-6


def test_tables_are_covered_column_by_column():
    model = Sequential([layers.Dense(2, input_dim=3, name="out")])
    x = np.ones((4, 3), "float32")
    kernel = model.get_weights()[0]
    found = LayerInspector(model, "out").occlusion(x, of=1)
    assert np.allclose(found, np.broadcast_to(kernel[:, 1], (4, 3)), atol=1e-6)


def test_what_cannot_be_asked_is_said():
    model, x = plain.digits_model(), plain.pictures(2)
    looker = LayerInspector(model, "classes")
    with pytest.raises(DataError, match="classes from 0 to 2, found 3"):
        looker.saliency(x, of=3)
    with pytest.raises(DataError, match="expected feature maps"):
        looker.grad_cam(x)
    with pytest.raises(SettingError, match="at least 1"):
        looker.occlusion(x, size=0)
    steps = Sequential([layers.Dense(2, input_shape=(4, 3), name="steps")])
    with pytest.raises(DataError, match="one number for each class"):
        LayerInspector(steps, "steps").saliency(np.ones((2, 4, 3)))


def of_golden(stack, weights):
    """A network with the weights of the golden file's."""
    model = Sequential(stack)
    for name, arrays in weights.items():
        model.get_layer(name).set_weights(arrays)
    return model


def test_pictures_are_explained_as_pytorch_explains_them(golden):
    model = of_golden(
        [
            layers.Conv2D(4, 3, padding="same", activation="relu", input_shape=(8, 7, 2), name="first"),
            layers.MaxPooling2D(),
            layers.Conv2D(6, 3, padding="same", activation="relu", name="second"),
            layers.Flatten(),
            layers.Dense(explaining.CLASSES, activation="softmax", name="classes"),
        ],
        explaining.OF_PICTURES,
    )
    x, of = explaining.PICTURES, explaining.OF
    found = LayerInspector(model, "second").saliency(x, of)
    assert np.allclose(found, golden["pictures_saliency"], atol=1e-6)
    for name in ("first", "second"):
        heat = LayerInspector(model, name).grad_cam(x, of)
        assert np.allclose(heat, golden[f"pictures_grad_cam_{name}"], atol=1e-6), name
    falls = LayerInspector(model, "first").occlusion(x, of, size=explaining.WINDOW)
    assert np.allclose(falls, golden["pictures_occlusion"], atol=1e-6)


def test_texts_are_explained_as_pytorch_explains_them(golden):
    model = of_golden(
        [
            layers.Embedding(explaining.WORDS, 4, input_length=9, name="words"),
            layers.Conv1D(5, 3, padding="same", activation="relu", name="steps"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(explaining.CLASSES, activation="softmax", name="classes"),
        ],
        explaining.OF_TEXTS,
    )
    x, of = explaining.TEXTS, explaining.OF
    assert np.allclose(LayerInspector(model, "steps").saliency(x, of), golden["texts_saliency"], atol=1e-6)
    assert np.allclose(LayerInspector(model, "steps").grad_cam(x, of), golden["texts_grad_cam_steps"], atol=1e-6)
