"""What later Keras reads otherwise than Keras 2.2.4: settings, data with an axis of 1, results of functions."""

import numpy as np
import pytest

from engine.errors import SettingError

rng = np.random.default_rng(0)


def test_numbers_behind_the_size_of_a_window_are_strides(compat):
    from tensorflow.keras.layers import Conv2D

    layer = Conv2D(4, 3, 2, padding="same")
    assert (layer.kernel_size, layer.strides) == ((3, 3), (2, 2))


def test_padding_in_capitals():
    from engine.layers import Conv1D, Conv2DTranspose, MaxPooling2D

    assert Conv2DTranspose(2, 3, padding="SAME").padding == "same"
    assert Conv1D(2, 3, padding="CAUSAL").padding == "causal" and MaxPooling2D(padding="VALID").padding == "valid"
    with pytest.raises(SettingError, match="'valid' or 'same', found 'Same'"):
        Conv2DTranspose(2, 3, padding="Same")


def test_an_axis_of_one_may_be_missing_or_too_many(compat):
    import tensorflow as tf

    flat = tf.keras.Sequential([tf.keras.layers.Flatten(input_shape=(4, 5)), tf.keras.layers.Dense(1)])
    x = rng.normal(size=(3, 4, 5)).astype("float32")
    np.testing.assert_array_equal(flat.predict(x[..., None]), flat.predict(x))
    deep = tf.keras.Sequential([tf.keras.layers.Conv2D(2, 2, input_shape=(4, 5, 1)), tf.keras.layers.Flatten()])
    np.testing.assert_array_equal(deep.predict(x), deep.predict(x[..., None]))


def test_functions_of_arrays_give_what_has_numpy_and_stay_themselves(compat, tmp_path):
    import tensorflow as tf

    import engine

    y, p = np.array([[1.0, 3.0]]), np.array([[2.0, 5.0]])
    assert tf.keras.losses.mean_squared_error(y, p).numpy().tolist() == [2.5]
    assert tf.keras.metrics.mae(y, p).numpy().tolist() == [1.5]
    assert tf.keras.activations.relu(np.array([-1.0, 2.0])).numpy().tolist() == [0, 2]
    assert engine.activations.get(tf.keras.activations.relu) is engine.activations.relu
    dense = tf.keras.layers.Dense(2, activation=tf.keras.activations.relu)
    assert dense.get_config()["activation"] == "relu"
    model = tf.keras.Sequential([tf.keras.layers.Input((3,)), dense])
    model.compile("sgd", loss=tf.keras.losses.mean_squared_error, metrics=[tf.keras.metrics.mean_absolute_error])
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    model.save(tmp_path / "m.keras")
    again = tf.keras.models.load_model(tmp_path / "m.keras")
    assert (
        engine.losses.get(tf.keras.losses.mse) is engine.losses.mse
        and again.layers[-1].activation is engine.activations.relu
    )


def test_histograms_need_no_validation_data(compat, tmp_path):
    pytest.importorskip("tensorboardX")
    import tensorflow as tf

    model = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    board = tf.keras.callbacks.TensorBoard(str(tmp_path), histogram_freq=1)
    model.fit(np.ones((4, 3)), np.ones((4, 2)), callbacks=[board], verbose=0)
    assert list(tmp_path.glob("events*"))
