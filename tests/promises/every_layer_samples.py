"""One sample of every layer: settings, shapes of its inputs, and the order of its settings; and its Keras 1 spelling."""

from __future__ import annotations

from engine import _ops as ops

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
OF_SAMPLES = (
    "epsilon center scale beta_initializer gamma_initializer beta_regularizer gamma_regularizer beta_constraint "
    "gamma_constraint"
)
HEADS = (
    "dropout use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint bias_constraint seed causal"
)
WARPED = "fill_mode interpolation seed fill_value data_format"
SIMPLE_RNN = f"units activation {FIRST} {INNER} {LAST}"
POOL = "pool_size strides padding data_format"
IMAGE, STEPS, VECTOR = [(3, 7, 6, 2)], [(3, 5, 4)], [(3, 5)]
PAIR = [(3, 4, 5), (3, 4, 5)]
VOLUME = [(3, 4, 5, 3, 2)]

# Layers that take texts.
OF_TEXTS = ("Hashing", "StringLookup", "TextVectorization")

# class name: (settings, shapes of the inputs, positional settings in the order of Keras 2.2.4)
SAMPLES = {
    "Absolute": ({}, VECTOR, ""),
    "LocalResponseNormalization": (
        {"size": 3, "alpha": 0.1, "within_channel": True},
        IMAGE,
        "size alpha beta k within_channel data_format",
    ),
    "Log": ({"base": 2.0, "shift": 9.0}, VECTOR, "base scale shift"),
    "PaddedAveragePooling2D": (
        {"pool_size": 3, "strides": 2, "pad": 1},
        IMAGE,
        "pool_size strides pad ceil_mode data_format",
    ),
    "PaddedMaxPooling2D": (
        {"pool_size": 3, "strides": 2, "pad": (1, 0), "ceil_mode": False},
        IMAGE,
        "pool_size strides pad ceil_mode data_format",
    ),
    "Power": ({"power": 2.0, "scale": 0.5, "shift": 9.0}, VECTOR, "power scale shift"),
    "Scale": (
        {"axis": 1, "center": False, "gamma_regularizer": "l2"},
        STEPS,
        "axis scale center gamma_initializer beta_initializer gamma_regularizer beta_regularizer gamma_constraint beta_constraint",
    ),
    "Slice": ({"axis": 1, "start": 1, "stop": 3}, STEPS, "axis start stop"),
    "Activation": ({"activation": "relu"}, VECTOR, "activation"),
    "ActivityRegularization": ({"l1": 0.1, "l2": 0.2}, VECTOR, "l1 l2"),
    "Add": ({}, PAIR, ""),
    "AlphaDropout": ({"rate": 0.3, "noise_shape": (None, 1, 4), "seed": 3}, STEPS, "rate noise_shape seed"),
    "AdditiveAttention": ({"dropout": 0.2, "seed": 3}, PAIR, "use_scale dropout seed causal"),
    "Attention": ({"use_scale": True, "score_mode": "concat"}, PAIR, "use_scale score_mode dropout seed causal"),
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
    "CategoryEncoding": ({"num_tokens": 4, "output_mode": "count"}, VECTOR, "num_tokens output_mode sparse"),
    "CenterCrop": ({"height": 3, "width": 9}, IMAGE, "height width data_format"),
    "Conv1DTranspose": (
        {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": 1},
        STEPS,
        CONVOLUTION.replace("padding data", "padding output_padding data"),
    ),
    "Discretization": (
        {"bin_boundaries": [-0.5, 0.5], "output_mode": "one_hot"},
        VECTOR,
        "bin_boundaries num_bins epsilon output_mode sparse",
    ),
    "Hashing": (
        {"num_bins": 5, "mask_value": "word", "salt": 3},
        VECTOR,
        "num_bins mask_value salt output_mode sparse",
    ),
    "Identity": ({}, VECTOR, ""),
    "IntegerLookup": (
        {"vocabulary": [1, 0], "mask_token": 2, "num_oov_indices": 2},
        VECTOR,
        "max_tokens num_oov_indices mask_token oov_token vocabulary invert output_mode sparse",
    ),
    "StringLookup": (
        {"vocabulary": ["a", "word"], "num_oov_indices": 2, "output_mode": "count"},
        VECTOR,
        "max_tokens num_oov_indices mask_token oov_token vocabulary idf_weights invert output_mode pad_to_max_tokens sparse "
        "encoding",
    ),
    "TextVectorization": (
        {"vocabulary": ["a", "word"], "output_sequence_length": 4, "ngrams": (1, 2)},
        [(3, 1)],
        "max_tokens standardize split ngrams output_mode output_sequence_length pad_to_max_tokens vocabulary idf_weights sparse "
        "ragged encoding",
    ),
    "Normalization": ({"axis": (1, 2), "invert": True}, STEPS, "axis mean variance invert"),
    "RandomBrightness": ({"factor": (-0.1, 0.2), "seed": 3}, IMAGE, "factor value_range seed data_format"),
    "RandomContrast": ({"factor": 0.3}, IMAGE, "factor value_range seed data_format"),
    "RandomCrop": ({"height": 3, "width": 2}, IMAGE, "height width seed data_format"),
    "RandomFlip": ({"mode": "horizontal"}, IMAGE, "mode seed data_format"),
    "RandomRotation": ({"factor": 0.1, "fill_mode": "wrap"}, IMAGE, f"factor {WARPED}"),
    "RandomTranslation": ({"height_factor": 0.1, "width_factor": 0.2}, IMAGE, f"height_factor width_factor {WARPED}"),
    "RandomZoom": ({"height_factor": 0.1, "seed": 2}, IMAGE, f"height_factor width_factor {WARPED}"),
    "Rescaling": ({"scale": 0.5, "offset": -1.0}, IMAGE, "scale offset"),
    "Resizing": (
        {"height": 4, "width": 8, "interpolation": "bicubic", "data_format": "channels_first"},
        [(3, 2, 7, 6)],
        "height width interpolation crop_to_aspect_ratio data_format",
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
    "EinsumDense": (
        {"equation": "abc,cde->abde", "output_shape": (None, 2, 3), "bias_axes": "de", "activation": "tanh"},
        STEPS,
        "equation output_shape activation bias_axes kernel_initializer bias_initializer kernel_regularizer "
        "bias_regularizer activity_regularizer kernel_constraint bias_constraint",
    ),
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
    "GroupQueryAttention": (
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2, "dropout": 0.2, "seed": 3},
        [(3, 4, 5), (3, 6, 5)],
        f"head_dim num_query_heads num_key_value_heads {HEADS}",
    ),
    "GroupNormalization": ({"groups": 2, "epsilon": 0.01}, STEPS, f"groups axis {OF_SAMPLES}"),
    "GRU": ({"units": 3, "reset_after": True, "recurrent_dropout": 0.2}, STEPS, GRU),
    "GlobalAveragePooling1D": ({}, STEPS, "data_format keepdims"),
    "GlobalAveragePooling3D": ({}, VOLUME, "data_format keepdims"),
    "GlobalMaxPooling1D": ({"data_format": "channels_first"}, STEPS, "data_format keepdims"),
    "GlobalMaxPooling3D": ({}, VOLUME, "data_format keepdims"),
    "GlobalAveragePooling2D": ({}, IMAGE, "data_format keepdims"),
    "GlobalMaxPooling2D": ({"data_format": "channels_first"}, IMAGE, "data_format keepdims"),
    "MultiHeadAttention": (
        {"num_heads": 2, "key_dim": 3, "value_dim": 2, "output_shape": 4, "causal": True},
        PAIR,
        f"num_heads key_dim value_dim {HEADS.replace('use_bias', 'use_bias output_shape attention_axes')}",
    ),
    "InputLayer": (
        {"batch_input_shape": (None, 5)},
        VECTOR,
        "input_shape batch_size batch_input_shape dtype input_tensor sparse name",
    ),
    "Highway": (
        {"activation": "tanh", "W_regularizer": "l2", "transform_bias": -2},
        VECTOR,
        "init activation W_regularizer b_regularizer activity_regularizer W_constraint b_constraint bias transform_bias",
    ),
    "LSTM": ({"units": 3, "return_sequences": True, "dropout": 0.2, "go_backwards": True}, STEPS, LSTM),
    "Lambda": ({"function": ops.negative}, VECTOR, "function output_shape mask arguments"),
    "LayerNormalization": ({"axis": [1, 2], "gamma_regularizer": "l2"}, STEPS, f"axis {OF_SAMPLES}"),
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
    "SpectralNormalization": (
        {"layer": {"class_name": "Conv2D", "config": {"filters": 3, "kernel_size": 2}}, "power_iterations": 2},
        IMAGE,
        "layer power_iterations",
    ),
    "Subtract": ({}, PAIR, ""),
    "ThresholdedReLU": ({"theta": 0.3}, VECTOR, "theta"),
    "TimeDistributed": ({"layer": {"class_name": "Dense", "config": {"units": 4}}}, STEPS, "layer"),
    "UnitNormalization": ({"axis": 1}, STEPS, "axis"),
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
