"""Functions of the small `tensorflow` against TensorFlow's numbers (tests/golden/tensorflow_functions.npz), and on symbols."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError, FileError, SettingError, SettingTypeError

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("tensorflow_functions")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "tensorflow_functions.npz", allow_pickle=False))


@pytest.mark.parametrize("key", listed.CASES)
def test_arrays_give_the_numbers_of_tensorflow(compat, key):
    import tensorflow as tf

    found = listed.CASES[key](tf)
    assert found.numpy().shape == GOLDEN[key].shape
    np.testing.assert_allclose(found, GOLDEN[key], rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(
    "name", ["log1p", "expm1", "log2", "log10", "ceil", "tan", "sinh", "cosh", "reciprocal", "rsqrt", "ravel", "flip"]
)
def test_functions_of_symbols_have_values_and_gradients(compat, name):
    import keras
    import tensorflow as tf

    function, x = getattr(keras.ops, name), np.linspace(0.5, 1.5, 6).reshape(2, 3).astype("float32")
    watched = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(watched)
        y = tf.reduce_sum(function(watched) * np.arange(1.0, 7.0, dtype="float32").reshape(np.shape(function(x))))
    np.testing.assert_allclose(
        float(y), float(tf.reduce_sum(function(x) * np.arange(1.0, 7.0).reshape(np.shape(function(x))))), rtol=1e-5
    )
    slope, step = tape.gradient(y, watched), 1e-2
    if name == "ceil":
        assert slope is None or not np.any(slope)
        return
    factors = np.arange(1.0, 7.0).reshape(np.shape(function(x)))
    moved = [
        float((np.asarray(function(x + s * step * (np.arange(6).reshape(2, 3) == 4))) * factors).sum()) for s in (1, -1)
    ]
    np.testing.assert_allclose(slope[1, 1], (moved[0] - moved[1]) / (2 * step), rtol=2e-2)


def test_moves_of_axes_and_rolls_of_symbols(compat):
    import keras

    x = np.arange(24.0).reshape(2, 3, 4).astype("float32")
    inputs = keras.Input((3, 4))
    ops = keras.ops
    outputs = [ops.moveaxis(inputs, 1, 2), ops.swapaxes(inputs, 1, 2), ops.roll(inputs, 1, 2), ops.flip(inputs, 1)]
    moved, swapped, rolled, flipped = keras.Model(inputs, outputs).predict(x)
    np.testing.assert_array_equal(moved, np.moveaxis(x, 1, 2))
    np.testing.assert_array_equal(swapped, np.swapaxes(x, 1, 2))
    np.testing.assert_array_equal(rolled, np.roll(x, 1, 2))
    np.testing.assert_array_equal(flipped, x[:, ::-1])


def test_what_has_no_gradient_here_is_refused_on_symbols(compat):
    import keras
    import tensorflow as tf

    with pytest.raises(SettingTypeError, match="sort: expected an array"):
        keras.ops.sort(keras.Input((3,)))
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape(), pytest.raises(SettingTypeError, match="median"):
        keras.ops.median(v * 2.0)
    assert keras.ops.median(v * 2.0) == 3  # outside of a tape it has a value


def test_chance_of_pictures_follows_its_seed(compat):
    import tensorflow as tf

    x = listed.FLOATS
    for name, settings in (
        ("random_flip_left_right", {}),
        ("random_flip_up_down", {}),
        ("random_brightness", {"max_delta": 0.3}),
        ("random_contrast", {"lower": 0.5, "upper": 2.0}),
        ("random_saturation", {"lower": 0.5, "upper": 2.0}),
        ("random_crop", {"size": (2, 3, 3, 3)}),
    ):
        first, second = (getattr(tf.image, name)(x, seed=(1, 2), **settings) for _ in range(2))
        np.testing.assert_array_equal(first, second)
    with pytest.raises(DataError, match="random_crop"):
        tf.image.random_crop(x, (3, 3, 3, 3))


def test_files_of_pictures_are_read_and_decoded(compat, tmp_path):
    import tensorflow as tf
    from PIL import Image

    Image.fromarray(listed.BYTES).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    data = tf.io.read_file(str(tmp_path / "a.png"))
    np.testing.assert_array_equal(tf.image.decode_png(data, channels=3), listed.BYTES)
    assert tf.io.decode_jpeg(data, channels=1).shape == (5, 6, 1)
    assert tf.image.decode_image(data, dtype=tf.float32).numpy().max() <= 1
    names = tf.data.Dataset.list_files(str(tmp_path / "*.png"), shuffle=False)
    assert [Path(name.numpy().decode()).name for name in names] == ["a.png", "b.png"]
    with pytest.raises(FileError, match="an image"):
        tf.image.decode_image(tf.io.read_file(tmp_path / "b.png"))
    with pytest.raises(SettingError, match="channels"):
        tf.image.decode_image(data, channels=2)
    with pytest.raises(DataError, match="bytes"):
        tf.image.decode_image(3)
    with pytest.raises(FileNotFoundError):
        tf.data.Dataset.list_files(str(tmp_path / "*.jpg"))


def test_half_precision_is_said_to_be_computed_in_float32(compat):
    from tensorflow.keras import mixed_precision, optimizers

    with pytest.warns(UserWarning, match="float32"):
        mixed_precision.set_global_policy("mixed_float16")
    assert mixed_precision.global_policy().compute_dtype == "float32"
    mixed_precision.set_global_policy("float32")
    assert mixed_precision.global_policy().name == "float32"
    optimizer = optimizers.Adam()
    assert mixed_precision.LossScaleOptimizer(optimizer, dynamic=True).inner_optimizer is optimizer
    with pytest.raises(SettingError, match="float8"):
        mixed_precision.Policy("float8")


def test_hashing_refuses_what_it_cannot_do(compat):
    import keras

    for settings in ({"num_bins": 0}, {"num_bins": 3, "output_mode": "tf_idf"}):
        with pytest.raises(SettingError, match="Hashing"):
            keras.layers.Hashing(**settings)
