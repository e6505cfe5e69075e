"""Convolutions and poolings over steps and volumes; those over images stand in cases.py."""

from cases import IMAGE, STEPS, Case

LONG = ((9, 3),)
VOLUME = ((5, 4, 6, 2),)

LAYERS = [
    Case("conv1d", "Conv1D", {"filters": 4, "kernel_size": 3, "activation": "relu"}, LONG),
    Case(
        "conv1d_causal_dilated",
        "Conv1D",
        {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2},
        LONG,
    ),
    Case("conv1d_strides_same", "Conv1D", {"filters": 2, "kernel_size": 4, "padding": "same", "strides": 2}, LONG),
    Case("conv3d", "Conv3D", {"filters": 3, "kernel_size": 2}, VOLUME),
    Case(
        "conv3d_strides_same",
        "Conv3D",
        {"filters": 2, "kernel_size": (3, 1, 2), "padding": "same", "strides": 2},
        VOLUME,
    ),
    Case("max_pooling1d", "MaxPooling1D", {"pool_size": 2}, STEPS),
    Case("max_pooling1d_same", "MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}, LONG),
    Case("average_pooling1d_same", "AveragePooling1D", {"pool_size": 3, "strides": 1, "padding": "same"}, LONG),
    Case("max_pooling3d", "MaxPooling3D", {"pool_size": 2}, VOLUME),
    Case("average_pooling3d_same", "AveragePooling3D", {"pool_size": 2, "strides": 2, "padding": "same"}, VOLUME),
    Case("global_max1d", "GlobalMaxPooling1D", {}, STEPS),
    Case("global_average1d", "GlobalAveragePooling1D", {}, STEPS),
    Case("global_max3d", "GlobalMaxPooling3D", {}, VOLUME),
    Case("global_average3d", "GlobalAveragePooling3D", {}, VOLUME),
    Case("cropping1d", "Cropping1D", {"cropping": (1, 2)}, LONG),
    Case("cropping2d", "Cropping2D", {"cropping": ((1, 0), (2, 1))}, IMAGE),
    Case("cropping3d", "Cropping3D", {"cropping": ((1, 2), (0, 1), (2, 3))}, VOLUME),
    Case("zero_padding1d", "ZeroPadding1D", {"padding": (0, 2)}, LONG),
    Case("zero_padding2d", "ZeroPadding2D", {"padding": (2, 1)}, IMAGE),
    Case("zero_padding3d", "ZeroPadding3D", {"padding": ((1, 0), (0, 2), (3, 1))}, VOLUME),
    Case("up_sampling1d", "UpSampling1D", {"size": 3}, LONG),
    Case("up_sampling2d", "UpSampling2D", {"size": (2, 3)}, IMAGE),
    Case("up_sampling3d", "UpSampling3D", {"size": (1, 2, 3)}, VOLUME),
]
