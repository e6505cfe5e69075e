"""Keras 1 spelling gives what the present spelling gives, with one warning that shows it at the user's line."""

import inspect
import warnings

import numpy as np
import pytest

from engine import layers, regularizers
from engine.models import Sequential

PAIRS = [
    ("Dense", ((), {"output_dim": 4}), ((4,), {})),
    ("Dense", ((4,), {"init": "uniform", "W_regularizer": "l2", "bias": False}),
     ((4,), {"kernel_initializer": "uniform", "kernel_regularizer": "l2", "use_bias": False})),
    ("Conv2D", ((32, 3, 3), {"border_mode": "same"}), ((32, (3, 3)), {"padding": "same"})),
    ("Conv2D", ((), {"nb_filter": 8, "nb_row": 2, "nb_col": 3, "subsample": (2, 2)}), ((8, (2, 3)), {"strides": (2, 2)})),
    ("Conv2D", ((8, 3, 3), {"dim_ordering": "th"}), ((8, (3, 3)), {"data_format": "channels_first"})),
    ("MaxPooling2D", ((), {"border_mode": "same"}), ((), {"padding": "same"})),
    ("Dropout", ((), {"p": 0.3}), ((0.3,), {})),
    ("GaussianNoise", ((), {"sigma": 0.3}), ((0.3,), {})),
    ("Embedding", ((10, 4), {"init": "normal"}), ((10, 4), {"embeddings_initializer": "normal"})),
    ("BatchNormalization", ((), {"mode": 0, "beta_init": "one"}), ((), {"beta_initializer": "one"})),
    ("LSTM", ((), {"output_dim": 5, "inner_activation": "sigmoid", "dropout_W": 0.1, "consume_less": "gpu"}),
     ((5,), {"recurrent_activation": "sigmoid", "dropout": 0.1, "implementation": 2})),
    ("LSTM", ((5,), {"input_dim": 3, "input_length": 7}), ((5,), {"input_shape": (7, 3)})),
]  # fmt: skip


def build(name, arguments, **more):
    return getattr(layers, name)(*arguments[0], **arguments[1], name="same", **more)


@pytest.mark.parametrize(("name", "old", "new"), PAIRS, ids=lambda one: one if isinstance(one, str) else "")
def test_old_spelling_makes_an_equal_layer(name, old, new):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = inspect.currentframe().f_lineno + 1
        made = getattr(layers, name)(*old[0], **old[1], name="same")
    assert made.get_config() == build(name, new).get_config()
    (warning,) = caught
    assert f"write {name}(" in str(warning.message)
    assert (warning.filename, warning.lineno) == (__file__, line)


def test_both_spellings_at_once_are_refused():
    with pytest.raises(TypeError, match=r"units.*output_dim"):
        layers.Dense(units=4, output_dim=4)
    with pytest.raises(ValueError, match="Keras 1 has them, and padding of Keras 2"):
        layers.Conv2D(8, 3, 3, padding="same")


def test_batch_normalization_works_by_sample_in_mode_1():
    with pytest.warns(UserWarning, match="gamma_initializer"):
        layer = layers.BatchNormalization(mode=1, input_shape=(6,), gamma_init="uniform", beta_init="uniform")
    model = Sequential([layer])
    x = np.random.default_rng(0).normal(size=(4, 6))
    gamma, beta, *_ = model.get_weights()
    deviation = np.sqrt(x.var(1, keepdims=True) + 1e-3) + 1e-3
    np.testing.assert_allclose(
        model.predict(x), gamma * (x - x.mean(1, keepdims=True)) / deviation + beta, rtol=1e-4, atol=1e-6
    )
    again = Sequential.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again.predict(x), model.predict(x))
    model.compile("sgd", "mse")
    assert model.updates == [] and np.isfinite(model.train_on_batch(x, x))


def test_batch_normalization_works_by_the_batch_in_every_phase_in_mode_2():
    model = Sequential([layers.BatchNormalization(mode=2, input_shape=(6,))])
    x = np.random.default_rng(0).normal(3, 2, size=(50, 6))
    np.testing.assert_allclose(
        model.predict(x, batch_size=50), (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3), rtol=1e-3, atol=1e-5
    )
    with pytest.raises(TypeError, match="modes 1 and 2"):
        layers.BatchNormalization(mode=3)
    assert "mode" not in layers.BatchNormalization().get_config()


def test_old_training_arguments_are_understood():
    model = Sequential([layers.Dense(1, input_shape=(2,))])
    x, y = np.zeros((8, 2)), np.zeros((8, 1))
    with pytest.warns(UserWarning, match="without class_mode"):
        model.compile("sgd", "mse", class_mode="binary")
    with pytest.warns(UserWarning, match="epochs=3"):
        history = model.fit(x, y, nb_epoch=3, show_accuracy=True, verbose=0)
    assert len(history.epoch) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lambda: layers.Convolution2D(5, 3, nb_col=2, name="c"), lambda: layers.Conv2D(5, (3, 2), name="c")),
        (lambda: layers.Convolution2D(5, nb_row=3, nb_col=2, name="c"), lambda: layers.Conv2D(5, (3, 2), name="c")),
        (
            lambda: layers.Convolution3D(5, 3, 2, kernel_dim3=4, border_mode="same", name="c"),
            lambda: layers.Conv3D(5, (3, 2, 4), padding="same", name="c"),
        ),
        (
            lambda: layers.Deconvolution2D(5, 3, 3, (None, 9, 7, 5), subsample=(2, 2), name="c"),
            lambda: layers.Conv2DTranspose(5, (3, 3), strides=(2, 2), name="c"),
        ),
        (
            lambda: layers.SeparableConvolution2D(5, 3, 3, init="uniform", name="c"),
            lambda: layers.SeparableConv2D(
                5, (3, 3), depthwise_initializer="uniform", pointwise_initializer="uniform", name="c"
            ),
        ),
        (
            lambda: layers.AtrousConvolution2D(5, 3, 3, atrous_rate=(2, 2), name="c"),
            lambda: layers.Conv2D(5, (3, 3), dilation_rate=(2, 2), name="c"),
        ),
        (lambda: layers.Embedding(4, 2, dropout=0.2, name="c"), lambda: layers.Embedding(4, 2, name="c")),
        (lambda: layers.LSTM(2, forget_bias_init="zero", name="c"), lambda: layers.LSTM(2, name="c")),
    ],
)
def test_old_classes_give_the_same_settings_with_one_warning(old, new):
    with pytest.warns(UserWarning, match="Keras 1 spelling") as told:
        made = old()
    assert len(told) == 1
    assert made.get_config() == new().get_config()


@pytest.mark.parametrize("name", ["WeightRegularizer", "L1L2Regularizer", "ActivityRegularizer"])
def test_regularizers_and_constraints_of_keras_1_files_are_read(name: str) -> None:
    plain = layers.Dense(2, name="one", kernel_regularizer=regularizers.l1_l2(0.25, 0.5), kernel_constraint="non_neg")
    old = {"name": "one", "output_dim": 2, "W_regularizer": {"name": name, "l1": 0.25, "l2": 0.5}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layer = layers.Dense.from_config({**old, "W_constraint": {"name": "NonNeg"}})
        norm = layers.Dense.from_config({**old, "W_constraint": {"name": "MaxNorm", "m": 2.0, "axis": 0}})
    assert layer.get_config() == plain.get_config()
    assert norm.kernel_constraint.get_config() == {"max_value": 2.0, "axis": 0}
    with pytest.raises(ValueError, match="OwnRegularizer"):
        layers.Dense.from_config({"units": 2, "kernel_regularizer": {"name": "OwnRegularizer", "k": 0.1}})


def test_layers_have_the_attributes_of_keras_1():
    convolution, steps, cell = layers.Conv2D(4, (3, 2), padding="same"), layers.Conv1D(3, 2), layers.LSTM(5)
    Sequential([layers.InputLayer((8, 8, 1)), convolution])
    Sequential([layers.InputLayer((6, 2)), steps, cell])
    assert convolution.W is convolution.kernel and convolution.b is convolution.bias
    assert (convolution.nb_filter, convolution.nb_row, convolution.nb_col) == (4, 3, 2)
    assert (convolution.border_mode, convolution.subsample, convolution.dim_ordering) == ("same", (1, 1), "tf")
    assert (steps.filter_length, steps.subsample_length) == (2, 1)
    assert (cell.output_dim, cell.W is cell.kernel, cell.U is cell.recurrent_kernel) == (5, True, True)
    assert not hasattr(layers.Flatten(), "W") and not hasattr(layers.Dense(2), "W")  # which has no weights yet
    with pytest.raises(AttributeError, match="never been called"):
        print(layers.Dense(2).output)
