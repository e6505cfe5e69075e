"""Transposed, depthwise, separable and local convolutions."""

from cases import IMAGE, Case

LONG = ((9, 3),)
VOLUME = ((3, 4, 2, 2),)

LAYERS = [
    Case("conv2d_transpose", "Conv2DTranspose", {"filters": 2, "kernel_size": 3, "activation": "tanh"}, IMAGE),
    Case(
        "conv2d_transpose_strides",
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": (3, 2), "strides": (2, 3), "padding": "same"},
        IMAGE,
    ),
    Case("conv2d_transpose_small", "Conv2DTranspose", {"filters": 2, "kernel_size": 2, "strides": 3}, IMAGE),
    Case(
        "conv2d_transpose_output_padding",
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1},
        IMAGE,
    ),
    Case("conv3d_transpose", "Conv3DTranspose", {"filters": 2, "kernel_size": 2, "strides": (1, 2, 1)}, VOLUME),
    Case("depthwise", "DepthwiseConv2D", {"kernel_size": 3, "activation": "relu"}, IMAGE),
    Case(
        "depthwise_strides_same",
        "DepthwiseConv2D",
        {"kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2},
        IMAGE,
    ),
    Case("separable1d", "SeparableConv1D", {"filters": 4, "kernel_size": 3, "depth_multiplier": 2}, LONG),
    Case(
        "separable1d_strides_same",
        "SeparableConv1D",
        {"filters": 2, "kernel_size": 4, "strides": 2, "padding": "same"},
        LONG,
    ),
    Case("separable2d", "SeparableConv2D", {"filters": 4, "kernel_size": 3, "activation": "relu"}, IMAGE),
    Case("separable2d_dilation", "SeparableConv2D", {"filters": 4, "kernel_size": 2, "dilation_rate": 2}, IMAGE),
    Case("local1d", "LocallyConnected1D", {"filters": 4, "kernel_size": 3, "strides": 2}, LONG),
    Case("local2d", "LocallyConnected2D", {"filters": 2, "kernel_size": (3, 2), "activation": "tanh"}, IMAGE),
    Case("local2d_strides", "LocallyConnected2D", {"filters": 2, "kernel_size": 2, "strides": (2, 1)}, IMAGE),
]
