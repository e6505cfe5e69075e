"""Every registered layer: config, YAML, shape rule, weights, refusals, help, Keras's order and its old spelling."""

from __future__ import annotations

import doctest
import inspect
import json
import warnings

import numpy as np
import pytest

from engine import _ops as ops
from engine import initializers
from engine._declared import registry
from engine._declared.fields import declared_fields
from engine._declared.keras1 import ARGUMENTS
from engine._files import text
from engine._machine.random import set_seed
from engine.errors import SettingError, SettingTypeError, UnknownName
from engine.layers import Input, InputLayer, Layer
from engine.models import Model, Sequential

CONVOLUTION = (
    "filters kernel_size strides padding data_format dilation_rate activation use_bias kernel_initializer "
    "bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint"
)
SEPARABLE = (
    "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation use_bias "
    "depthwise_initializer pointwise_initializer bias_initializer depthwise_regularizer pointwise_regularizer "
    "bias_regularizer activity_regularizer depthwise_constraint pointwise_constraint bias_constraint"
)
INNER = (
    "kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint "
    "recurrent_constraint bias_constraint dropout recurrent_dropout"
)
FIRST = "use_bias kernel_initializer recurrent_initializer bias_initializer"
LAST = "return_sequences return_state go_backwards stateful unroll"
LSTM = f"units activation recurrent_activation {FIRST} unit_forget_bias {INNER} implementation {LAST}"
GRU = f"units activation recurrent_activation {FIRST} {INNER} implementation {LAST} reset_after"
CONVOLSTM = (
    "filters kernel_size strides padding data_format dilation_rate activation recurrent_activation use_bias "
    "kernel_initializer recurrent_initializer bias_initializer unit_forget_bias kernel_regularizer "
    "recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint recurrent_constraint "
    "bias_constraint return_sequences go_backwards stateful dropout recurrent_dropout"
)
CUDNN = (
    "units kernel_initializer recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer "
    "bias_regularizer activity_regularizer kernel_constraint recurrent_constraint bias_constraint "
    "return_sequences return_state stateful"
)
SIMPLE_RNN = f"units activation {FIRST} {INNER} {LAST}"
POOL = "pool_size strides padding data_format"
IMAGE, STEPS, VECTOR = [(3, 7, 6, 2)], [(3, 5, 4)], [(3, 5)]
PAIR = [(3, 4, 5), (3, 4, 5)]
VOLUME = [(3, 4, 5, 3, 2)]

# class name: (settings, shapes of the inputs, positional settings in the order of Keras 2.2.4)
SAMPLES = {
    "Activation": ({"activation": "relu"}, VECTOR, "activation"),
    "ActivityRegularization": ({"l1": 0.1, "l2": 0.2}, VECTOR, "l1 l2"),
    "Add": ({}, PAIR, ""),
    "AlphaDropout": ({"rate": 0.3, "noise_shape": (None, 1, 4), "seed": 3}, STEPS, "rate noise_shape seed"),
    "Average": ({}, PAIR, ""),
    "AveragePooling1D": ({"pool_size": 3, "strides": 2}, STEPS, POOL),
    "AveragePooling3D": ({"pool_size": 2, "strides": 1}, VOLUME, POOL),
    "AveragePooling2D": ({"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE, POOL),
    "BatchNormalization": (
        {"axis": 1, "momentum": 0.9, "gamma_regularizer": "l2"},
        STEPS,
        "axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer "
        "moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint",
    ),
    "Bidirectional": (
        {"layer": {"class_name": "LSTM", "config": {"units": 3, "return_sequences": True}}, "merge_mode": "sum"},
        STEPS,
        "layer merge_mode",
    ),
    "Concatenate": ({"axis": 1}, PAIR, "axis"),
    "Conv1D": ({"filters": 3, "kernel_size": 2, "padding": "causal", "dilation_rate": 2}, STEPS, CONVOLUTION),
    "Conv3D": ({"filters": 3, "kernel_size": 2, "strides": (1, 2, 1), "use_bias": False}, VOLUME, CONVOLUTION),
    "Conv2D": (
        {"filters": 3, "kernel_size": (3, 2), "padding": "same", "activation": "tanh", "kernel_constraint": "max_norm"},
        IMAGE,
        CONVOLUTION,
    ),
    "Conv2DTranspose": (
        {"filters": 3, "kernel_size": 3, "strides": (2, 3), "padding": "same", "output_padding": (1, 2)},
        IMAGE,
        CONVOLUTION.replace("padding data", "padding output_padding data"),
    ),
    "Conv3DTranspose": (
        {"filters": 3, "kernel_size": 2, "data_format": "channels_first"},
        VOLUME,
        CONVOLUTION.replace("padding data", "padding output_padding data").replace("dilation_rate ", ""),
    ),
    "Cropping1D": ({"cropping": (1, 2)}, STEPS, "cropping"),
    "Cropping2D": ({"cropping": (1, 2), "data_format": "channels_first"}, [(3, 2, 7, 6)], "cropping data_format"),
    "Cropping3D": ({"cropping": ((1, 1), (0, 2), (1, 0))}, VOLUME, "cropping data_format"),
    "Dense": (
        {
            "units": 4,
            "activation": "softmax",
            "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0, "l2": 1}},
        },
        VECTOR,
        "units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        "activity_regularizer kernel_constraint bias_constraint",
    ),
    "DepthwiseConv2D": (
        {"kernel_size": 2, "strides": 2, "depth_multiplier": 3, "activation": "relu"},
        IMAGE,
        "kernel_size strides padding depth_multiplier data_format activation use_bias depthwise_initializer "
        "bias_initializer depthwise_regularizer bias_regularizer activity_regularizer depthwise_constraint bias_constraint",
    ),
    "Dot": ({"axes": (1, 2), "normalize": True}, [(3, 4, 5), (3, 6, 4)], "axes normalize"),
    "Dropout": ({"rate": 0.4, "noise_shape": (None, 1, 4), "seed": 3}, STEPS, "rate noise_shape seed"),
    "ELU": ({"alpha": 0.5}, VECTOR, "alpha"),
    "ConvLSTM2D": (
        {"filters": 3, "kernel_size": 2, "return_sequences": True, "data_format": "channels_first", "dropout": 0.2},
        [(3, 4, 2, 5, 6)],
        CONVOLSTM,
    ),
    "ConvRNN2D": (
        {"cell": {"class_name": "ConvLSTM2DCell", "config": {"filters": 3, "kernel_size": [2, 3], "padding": "same"}}},
        [(3, 4, 5, 6, 2)],
        "cell return_sequences return_state go_backwards stateful unroll",
    ),
    "CuDNNGRU": ({"units": 3, "return_sequences": True}, STEPS, CUDNN),
    "CuDNNLSTM": (
        {"units": 3, "go_backwards": True},
        STEPS,
        CUDNN.replace("kernel_regularizer", "unit_forget_bias kernel_regularizer", 1),
    ),
    "Embedding": (
        {"input_dim": 9, "output_dim": 4, "mask_zero": True},
        [(3, 5)],
        "input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer "
        "embeddings_constraint mask_zero input_length",
    ),
    "Flatten": ({"data_format": "channels_first"}, IMAGE, "data_format"),
    "GaussianDropout": ({"rate": 0.2}, VECTOR, "rate"),
    "GaussianNoise": ({"stddev": 0.2}, VECTOR, "stddev"),
    "GRU": ({"units": 3, "reset_after": True, "recurrent_dropout": 0.2}, STEPS, GRU),
    "GlobalAveragePooling1D": ({}, STEPS, "data_format"),
    "GlobalAveragePooling3D": ({}, VOLUME, "data_format"),
    "GlobalMaxPooling1D": ({"data_format": "channels_first"}, STEPS, "data_format"),
    "GlobalMaxPooling3D": ({}, VOLUME, "data_format"),
    "GlobalAveragePooling2D": ({}, IMAGE, "data_format"),
    "GlobalMaxPooling2D": ({"data_format": "channels_first"}, IMAGE, "data_format"),
    "InputLayer": (
        {"batch_input_shape": (None, 5)},
        VECTOR,
        "input_shape batch_size batch_input_shape dtype input_tensor sparse name",
    ),
    "Highway": (
        {"activation": "tanh", "W_regularizer": "l2"},
        VECTOR,
        "init activation W_regularizer b_regularizer activity_regularizer W_constraint b_constraint bias",
    ),
    "LSTM": ({"units": 3, "return_sequences": True, "dropout": 0.2, "go_backwards": True}, STEPS, LSTM),
    "Lambda": ({"function": ops.negative}, VECTOR, "function output_shape mask arguments"),
    "LeakyReLU": ({"alpha": 0.2}, VECTOR, "alpha"),
    "LocallyConnected1D": ({"filters": 3, "kernel_size": 2}, STEPS, CONVOLUTION.replace("dilation_rate ", "")),
    "LocallyConnected2D": (
        {"filters": 3, "kernel_size": 2, "strides": (1, 2), "data_format": "channels_first"},
        [(3, 2, 7, 6)],
        CONVOLUTION.replace("dilation_rate ", ""),
    ),
    "Masking": ({"mask_value": 1.5}, STEPS, "mask_value"),
    "MaxPooling1D": ({"pool_size": 2, "padding": "same"}, STEPS, POOL),
    "MaxPooling3D": ({"pool_size": (2, 1, 2), "data_format": "channels_first"}, VOLUME, POOL),
    "MaxPooling2D": ({"pool_size": (2, 3)}, IMAGE, POOL),
    "MaxoutDense": (
        {"output_dim": 3, "nb_feature": 2},
        VECTOR,
        "output_dim nb_feature init W_regularizer b_regularizer activity_regularizer W_constraint b_constraint bias",
    ),
    "Maximum": ({}, PAIR, ""),
    "Merge": (
        {"mode": "concat", "concat_axis": 1},
        PAIR,
        "layers mode concat_axis dot_axes",
    ),
    "Minimum": ({}, PAIR, ""),
    "Multiply": ({}, PAIR, ""),
    "PReLU": (
        {"alpha_initializer": "ones", "alpha_regularizer": "l2", "shared_axes": (1, 2)},
        IMAGE,
        "alpha_initializer alpha_regularizer alpha_constraint shared_axes",
    ),
    "Permute": ({"dims": (2, 1)}, STEPS, "dims"),
    "ReLU": ({"max_value": 6.0, "negative_slope": 0.1, "threshold": 0.5}, VECTOR, "max_value negative_slope threshold"),
    "RNN": (
        {"cell": {"class_name": "LSTMCell", "config": {"units": 3}}, "return_sequences": True},
        STEPS,
        "cell return_sequences return_state go_backwards stateful unroll",
    ),
    "RepeatVector": ({"n": 3}, VECTOR, "n"),
    "Reshape": ({"target_shape": (2, -1)}, [(3, 6)], "target_shape"),
    "SeparableConv1D": ({"filters": 3, "kernel_size": 2, "padding": "same"}, STEPS, SEPARABLE),
    "SeparableConv2D": (
        {"filters": 3, "kernel_size": 2, "depth_multiplier": 2, "data_format": "channels_first"},
        [(3, 2, 7, 6)],
        SEPARABLE,
    ),
    "SimpleRNN": ({"units": 3, "return_sequences": True, "dropout": 0.1}, STEPS, SIMPLE_RNN),
    "Softmax": ({"axis": 1}, STEPS, "axis"),
    "SpatialDropout1D": ({"rate": 0.4}, STEPS, "rate"),
    "SpatialDropout2D": ({"rate": 0.4, "data_format": "channels_first"}, IMAGE, "rate data_format"),
    "SpatialDropout3D": ({"rate": 0.4}, VOLUME, "rate data_format"),
    "ParametricSoftplus": ({"alpha_init": 0.3, "shared_axes": [1]}, STEPS, "alpha_init beta_init shared_axes"),
    "SReLU": (
        {"a_right_init": "he_normal", "shared_axes": [1]},
        STEPS,
        "t_left_init a_left_init t_right_init a_right_init shared_axes",
    ),
    "TimeDistributedDense": (
        {"units": 3, "use_bias": False},
        STEPS,
        "units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        "activity_regularizer kernel_constraint bias_constraint",
    ),
    "ScaledAdd": ({"scale": 0.2}, PAIR, "scale"),
    "Subtract": ({}, PAIR, ""),
    "ThresholdedReLU": ({"theta": 0.3}, VECTOR, "theta"),
    "TimeDistributed": ({"layer": {"class_name": "Dense", "config": {"units": 4}}}, STEPS, "layer"),
    "UpSampling1D": ({"size": 3}, STEPS, "size"),
    "UpSampling2D": ({"size": (2, 3), "interpolation": "bilinear"}, IMAGE, "size data_format interpolation"),
    "UpSampling3D": ({"size": (1, 2, 3), "data_format": "channels_first"}, VOLUME, "size data_format"),
    "ZeroPadding1D": ({"padding": (0, 2)}, STEPS, "padding"),
    "ZeroPadding2D": ({"padding": ((1, 0), (2, 3))}, IMAGE, "padding data_format"),
    "ZeroPadding3D": ({"padding": 1, "data_format": "channels_first"}, VOLUME, "padding data_format"),
}

_OLD_RECURRENT = {
    "output_dim": 3, "init": "normal", "inner_init": "glorot_uniform", "dropout_W": 0.1, "dropout_U": 0.2,
    "U_regularizer": "l2", "input_dim": 4, "input_length": 5,
}  # fmt: skip
_NEW_RECURRENT = {
    "units": 3, "kernel_initializer": "normal", "recurrent_initializer": "glorot_uniform", "dropout": 0.1,
    "recurrent_dropout": 0.2, "recurrent_regularizer": "l2", "input_shape": (5, 4),
}  # fmt: skip

# class name: Keras 1's keywords and the same in Keras 2's
OLD = {
    "BatchNormalization": (
        {"beta_init": "one", "gamma_init": "zero", "mode": 0},
        {"beta_initializer": "ones", "gamma_initializer": "zeros"},
    ),
    "Conv2D": (
        {
            "nb_filter": 3, "nb_row": 3, "nb_col": 2, "border_mode": "same", "subsample": (2, 1), "dim_ordering": "tf",
            "init": "uniform", "W_regularizer": "l2", "b_regularizer": "l1", "W_constraint": "max_norm",
            "b_constraint": "non_neg", "bias": True,
        },
        {
            "filters": 3, "kernel_size": (3, 2), "padding": "same", "strides": (2, 1), "data_format": "channels_last",
            "kernel_initializer": "uniform", "kernel_regularizer": "l2", "bias_regularizer": "l1",
            "kernel_constraint": "max_norm", "bias_constraint": "non_neg", "use_bias": True,
        },
    ),
    "ConvLSTM2D": (
        {
            "nb_filter": 3, "nb_row": 3, "nb_col": 2, "init": "uniform", "inner_init": "orthogonal", "bias": True,
            "forget_bias_init": "one", "inner_activation": "sigmoid", "dim_ordering": "tf", "border_mode": "same",
            "subsample": (1, 1), "W_regularizer": "l2", "U_regularizer": "l1", "dropout_W": 0.1, "dropout_U": 0.2,
        },
        {
            "filters": 3, "kernel_size": (3, 2), "kernel_initializer": "uniform", "use_bias": True,
            "recurrent_initializer": "orthogonal", "unit_forget_bias": True, "recurrent_activation": "sigmoid",
            "data_format": "channels_last", "padding": "same", "strides": (1, 1), "kernel_regularizer": "l2",
            "recurrent_regularizer": "l1", "dropout": 0.1, "recurrent_dropout": 0.2,
        },
    ),
    "Conv2DTranspose": (
        {"nb_filter": 3, "nb_row": 3, "nb_col": 2, "output_shape": (None, 9, 7, 3), "subsample": 2, "border_mode": "same"},
        {"filters": 3, "kernel_size": (3, 2), "strides": 2, "padding": "same"},
    ),
    "Conv3DTranspose": (
        {"nb_filter": 3, "kernel_dim1": 2, "kernel_dim2": 1, "kernel_dim3": 2, "subsample": 2, "dim_ordering": "tf"},
        {"filters": 3, "kernel_size": (2, 1, 2), "strides": 2, "data_format": "channels_last"},
    ),
    "Dense": (
        {"output_dim": 4, "init": "normal", "W_regularizer": "l2", "b_constraint": "non_neg", "bias": False},
        {"units": 4, "kernel_initializer": "normal", "kernel_regularizer": "l2", "bias_constraint": "non_neg", "use_bias": False},
    ),
    "TimeDistributedDense": (
        {"output_dim": 4, "init": "normal", "input_dim": 3, "input_length": 5},
        {"units": 4, "kernel_initializer": "normal", "input_shape": (5, 3)},
    ),
    "Dropout": ({"p": 0.3}, {"rate": 0.3}),
    "Embedding": (
        {"input_dim": 9, "output_dim": 4, "init": "normal", "W_regularizer": "l2", "W_constraint": "non_neg"},
        {
            "input_dim": 9, "output_dim": 4, "embeddings_initializer": "normal", "embeddings_regularizer": "l2",
            "embeddings_constraint": "non_neg",
        },
    ),
    "GaussianDropout": ({"p": 0.2}, {"rate": 0.2}),
    "GaussianNoise": ({"sigma": 0.2}, {"stddev": 0.2}),
    "PReLU": ({"init": "one"}, {"alpha_initializer": "ones"}),
    "SpatialDropout1D": ({"p": 0.2}, {"rate": 0.2}),
    "SpatialDropout2D": ({"p": 0.2, "dim_ordering": "th"}, {"rate": 0.2, "data_format": "channels_first"}),
    "SpatialDropout3D": ({"p": 0.2, "dim_ordering": "th"}, {"rate": 0.2, "data_format": "channels_first"}),
    "GRU": (
        {**_OLD_RECURRENT, "inner_activation": "sigmoid", "consume_less": "cpu"},
        {**_NEW_RECURRENT, "recurrent_activation": "sigmoid", "implementation": 0},
    ),
    "LSTM": (
        {**_OLD_RECURRENT, "inner_activation": "sigmoid", "forget_bias_init": "one", "consume_less": "gpu"},
        {**_NEW_RECURRENT, "recurrent_activation": "sigmoid", "unit_forget_bias": True, "implementation": 2},
    ),
    "LocallyConnected1D": (
        {"nb_filter": 3, "filter_length": 2, "subsample_length": 2, "init": "uniform", "input_dim": 4, "input_length": 5},
        {"filters": 3, "kernel_size": 2, "strides": 2, "kernel_initializer": "uniform", "input_shape": (5, 4)},
    ),
    "LocallyConnected2D": (
        {"nb_filter": 3, "nb_row": 3, "nb_col": 2, "border_mode": "valid", "W_constraint": "max_norm", "bias": False},
        {"filters": 3, "kernel_size": (3, 2), "padding": "valid", "kernel_constraint": "max_norm", "use_bias": False},
    ),
    "SeparableConv2D": (
        {"nb_filter": 3, "nb_row": 3, "nb_col": 2, "border_mode": "same", "pointwise_init": "uniform", "bias": False},
        {"filters": 3, "kernel_size": (3, 2), "padding": "same", "pointwise_initializer": "uniform", "use_bias": False},
    ),
    "SimpleRNN": (_OLD_RECURRENT, _NEW_RECURRENT),
    "Conv1D": (
        {
            "nb_filter": 3, "filter_length": 2, "border_mode": "same", "subsample_length": 2, "init": "uniform",
            "input_dim": 4, "input_length": 5,
        },
        {
            "filters": 3, "kernel_size": 2, "padding": "same", "strides": 2, "kernel_initializer": "uniform",
            "input_shape": (5, 4),
        },
    ),
    "Conv3D": (
        {
            "nb_filter": 3, "kernel_dim1": 2, "kernel_dim2": 1, "kernel_dim3": 2, "border_mode": "same",
            "subsample": (1, 2, 1), "dim_ordering": "th", "W_regularizer": "l2",
        },
        {
            "filters": 3, "kernel_size": (2, 1, 2), "padding": "same", "strides": (1, 2, 1),
            "data_format": "channels_first", "kernel_regularizer": "l2",
        },
    ),
    **{
        f"{kind}Pooling1D": (
            {"pool_length": 3, "stride": 1, "border_mode": "same"}, {"pool_size": 3, "strides": 1, "padding": "same"}
        )
        for kind in ("Max", "Average")
    },
    **{
        f"{kind}Pooling{n}D": (
            {"border_mode": "same", "dim_ordering": "th"}, {"padding": "same", "data_format": "channels_first"}
        )
        for kind in ("Max", "Average") for n in (2, 3)
    },
    **{
        f"Global{kind}Pooling{n}D": ({"dim_ordering": "th"}, {"data_format": "channels_first"})
        for kind in ("Max", "Average") for n in (2, 3)
    },
    "UpSampling1D": ({"length": 3}, {"size": 3}),
    **{
        f"{kind}{n}D": ({"dim_ordering": "th"}, {"data_format": "channels_first"})
        for kind in ("Cropping", "UpSampling", "ZeroPadding") for n in (2, 3)
    },
}  # fmt: skip

NAMES = sorted(SAMPLES)
CALLED = [name for name in NAMES if name != "InputLayer"]


@pytest.fixture(autouse=True)
def _known_function():
    set_seed(5)
    with registry.custom_object_scope({"negative": ops.negative}):
        yield
    set_seed(None)


def layer_class(name):
    return registry.find("layer", name)


def make(name, /, **more):
    return layer_class(name)(**{**SAMPLES[name][0], **more})


def arrays(name):
    rng = np.random.default_rng(2)
    if name == "Embedding":
        return [rng.integers(0, 9, shape).astype("int32") for shape in SAMPLES[name][1]]
    return [rng.normal(size=shape).astype("float32") for shape in SAMPLES[name][1]]


def symbols(name):
    return [Input(shape=a.shape[1:], dtype=a.dtype.name) for a in arrays(name)]


def one_or_list(values):
    return values[0] if len(values) == 1 else values


def network(name, layer=None):
    inputs = symbols(name)
    return Model(inputs, (layer or make(name))(one_or_list(inputs)))


def test_every_layer_has_a_sample():
    # Cells are called with states, by RNN: tests/engine/layers/test_cells.py.
    found = registry.find_all("layer").values()
    cells = {c for c in found if hasattr(c, "state_size") and not hasattr(c, "return_sequences")}
    classes = {c for c in found if not issubclass(c, Model)} - cells
    assert set(NAMES) == {c.__name__ for c in classes}


@pytest.mark.parametrize("name", NAMES)
def test_settings_stand_in_the_order_of_keras(name):
    positional = [f.name for f in declared_fields(layer_class(name)).values() if not f.kw_only]
    if name == "Lambda":  # output_shape and mask are taken out before settings are read
        assert positional == ["function", "arguments"]
    else:
        assert positional == SAMPLES[name][2].split()


@pytest.mark.parametrize("name", NAMES)
def test_config_goes_through_yaml_and_json(name):
    layer = make(name, name="one", trainable=False) if name != "InputLayer" else make(name, name="one")
    config = layer.get_config()
    assert text.read_yaml(text.write_yaml(config)) == config
    assert json.loads(json.dumps(config)) == config
    again = layer_class(name).from_config(config)
    assert again.get_config() == config
    assert again.name == "one"
    assert again.trainable is layer.trainable
    assert type(registry.build("layer", registry.serialize("layer", layer))) is layer_class(name)


@pytest.mark.parametrize("name", CALLED)
def test_the_shape_rule_tells_the_computed_shape(name):
    xs = arrays(name)
    layer = make(name)
    told = layer.compute_output_shape(one_or_list([(None, *x.shape[1:]) for x in xs]))
    assert not layer.inbound_nodes
    assert not layer.weights
    output = layer(one_or_list(symbols(name)))
    computed = make(name)(one_or_list(xs))
    assert tuple(told) == output.shape == layer.output_shape
    assert told[1:] == computed.shape[1:]
    assert computed.shape[0] == 3
    assert np.isfinite(computed).all()


@pytest.mark.parametrize("name", CALLED)
def test_weights_go_out_and_in(name):
    model, other = network(name), network(name)
    arrays_out = model.layers[-1].get_weights()
    assert [w.shape for w in model.layers[-1].weights] == [a.shape for a in arrays_out]
    assert all(w.name.startswith(f"{model.layers[-1].name}/") for w in model.layers[-1].weights)
    other.set_weights(arrays_out)
    xs = arrays(name)
    np.testing.assert_array_equal(model.predict(xs), other.predict(xs))
    assert model.count_params() == sum(a.size for a in arrays_out)


@pytest.mark.parametrize("name", CALLED)
def test_a_model_of_the_layer_is_read_back_and_trains(name):
    model = network(name)
    again = Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    xs = arrays(name)
    outputs = model.predict(xs)
    np.testing.assert_array_equal(outputs, again.predict(xs))
    again.compile("sgd", "mse")
    if again.trainable_weights:
        assert np.isfinite(again.train_on_batch(xs, outputs + 1))


FIELDS = [
    (name, f.name, bad) for name in NAMES for f in declared_fields(layer_class(name)).values() for bad in f.rule.bad
]


@pytest.mark.parametrize(("name", "field", "bad"), FIELDS, ids=lambda value: repr(value)[:30])
def test_each_bad_value_is_refused_by_class_and_field(name, field, bad):
    with pytest.raises((SettingError, SettingTypeError, UnknownName)) as caught:
        make(name, **{field: bad})
    assert name in str(caught.value)
    assert field in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_and_missing_settings_are_refused(name):
    with pytest.raises(SettingTypeError, match="no_such_setting"):
        make(name, no_such_setting=1)
    for field in declared_fields(layer_class(name)).values():
        if field.required:
            rest = {key: value for key, value in SAMPLES[name][0].items() if key != field.name}
            with pytest.raises(SettingTypeError, match=field.name):
                layer_class(name)(**rest)


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_the_layer_and_each_setting_do(name):
    cls = layer_class(name)
    assert doctest.DocTestParser().get_examples(cls.__doc__)
    assert cls.group != Layer.group
    assert all(field.help for field in declared_fields(cls).values())
    assert list(inspect.signature(cls).parameters)[: len(cls._positional)] == list(cls._positional)


def test_every_old_spelling_has_a_sample():
    assert set(OLD) == {name for name in NAMES if name in ARGUMENTS}


@pytest.mark.parametrize("name", sorted(OLD))
def test_keras_1_spelling_makes_the_same_layer(name):
    old, new = OLD[name]
    with pytest.warns(UserWarning, match="Keras 1") as caught:
        before = layer_class(name)(name="one", **old)
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        after = layer_class(name)(name="one", **new)
    assert json.dumps(before.get_config()) == json.dumps(after.get_config())


def test_first_weights_are_taken_from_the_setting():
    kernel = initializers.Ones()((5, 4))
    model = Sequential([make("Dense", use_bias=False, weights=[kernel], input_shape=(5,))])
    np.testing.assert_array_equal(model.get_weights()[0], kernel)


def test_an_input_layer_gives_its_tensor():
    layer = InputLayer((8, 8), 4)
    assert layer.output_shape == layer.input_shape == (4, 8, 8)
    assert layer.get_config()["batch_input_shape"] == [4, 8, 8]
