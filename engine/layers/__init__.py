"""Layers by Keras's names.

In the shapes of their docstrings N is the number of samples, T that of time steps, D, H and W are depth, rows and
columns, C is the number of channels or features, and U and F are the numbers of units and filters; a size with a
stroke, such as T', is what becomes of it. What every layer takes (name, trainable, input_shape ...) is explained in
`Layer`.
"""

from __future__ import annotations

from collections.abc import Mapping

from .._declared import registry
from ..types import Config

# Written by `python -m tests.exports` from the files of this folder: change their `__all__`.
from .advanced_activations import ELU, LeakyReLU, PReLU, ReLU, Softmax, ThresholdedReLU
from .attention import AdditiveAttention, Attention
from .base import InputSpec, Layer, Node
from .categories import CategoryEncoding, Discretization, IntegerLookup
from .channelwise import LocalResponseNormalization, Scale
from .convolutional import (
    AtrousConv1D,
    AtrousConv2D,
    AtrousConvolution1D,
    AtrousConvolution2D,
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    Convolution1D,
    Convolution2D,
    Convolution2DTranspose,
    Convolution3D,
    Deconv2D,
    Deconv3D,
    Deconvolution2D,
    Deconvolution3D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
    SeparableConvolution1D,
    SeparableConvolution2D,
)
from .convolutional_recurrent import ConvLSTM2D, ConvLSTM2DCell, ConvRNN2D
from .core import Activation, ActivityRegularization, Dense, Lambda, Masking
from .cudnn_recurrent import CuDNNGRU, CuDNNLSTM
from .dropout import Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from .einsum_dense import EinsumDense
from .embeddings import Embedding
from .gru import GRU, GRUCell
from .hashing import Hashing
from .image_changes import (
    RandomBrightness,
    RandomContrast,
    RandomCrop,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from .image_sizes import CenterCrop, Resizing
from .input import Input, InputLayer
from .later_normalization import GroupNormalization, LayerNormalization, UnitNormalization
from .legacy import Highway, MaxoutDense, Merge, TimeDistributedDense, merge
from .legacy_activations import ParametricSoftplus, SReLU
from .local import LocallyConnected1D, LocallyConnected2D
from .lstm import LSTM, LSTMCell
from .merge import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    ScaledAdd,
    Subtract,
    add,
    average,
    concatenate,
    dot,
    maximum,
    minimum,
    multiply,
    subtract,
)
from .merge_axis import Concatenate, Dot
from .multi_head import GroupQueryAttention, MultiHeadAttention
from .noise import AlphaDropout, GaussianDropout, GaussianNoise
from .normalization import BatchNormalization
from .padded_pooling import PaddedAveragePooling2D, PaddedMaxPooling2D
from .pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    AvgPool1D,
    AvgPool2D,
    AvgPool3D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalAvgPool1D,
    GlobalAvgPool2D,
    GlobalAvgPool3D,
    GlobalMaxPool1D,
    GlobalMaxPool2D,
    GlobalMaxPool3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
    MaxPool1D,
    MaxPool2D,
    MaxPool3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from .powers import Absolute, Log, Power
from .recurrent import RNN, StackedRNNCells
from .recurrent_legacy import ConvRecurrent2D, Recurrent
from .reshaping import Flatten, Permute, RepeatVector, Reshape
from .resizing import (
    Cropping1D,
    Cropping2D,
    Cropping3D,
    UpSampling1D,
    UpSampling2D,
    UpSampling3D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
)
from .scaling import Identity, Normalization, Rescaling
from .simple_rnn import SimpleRNN, SimpleRNNCell
from .slicing import Slice
from .spectral import SpectralNormalization
from .texts import StringLookup, TextVectorization
from .wrappers import Bidirectional, TimeDistributed, Wrapper

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "RNN",
    "Absolute",
    "Activation",
    "ActivityRegularization",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "AtrousConv1D",
    "AtrousConv2D",
    "AtrousConvolution1D",
    "AtrousConvolution2D",
    "Attention",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM2D",
    "ConvLSTM2DCell",
    "ConvRNN2D",
    "ConvRecurrent2D",
    "Convolution1D",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CuDNNGRU",
    "CuDNNLSTM",
    "Deconv2D",
    "Deconv3D",
    "Deconvolution2D",
    "Deconvolution3D",
    "Dense",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "EinsumDense",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "Hashing",
    "Highway",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "IntegerLookup",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "LocalResponseNormalization",
    "LocallyConnected1D",
    "LocallyConnected2D",
    "Log",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MaxoutDense",
    "Merge",
    "Minimum",
    "MultiHeadAttention",
    "Multiply",
    "Node",
    "Normalization",
    "PReLU",
    "PaddedAveragePooling2D",
    "PaddedMaxPooling2D",
    "ParametricSoftplus",
    "Permute",
    "Power",
    "RandomBrightness",
    "RandomContrast",
    "RandomCrop",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "Recurrent",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "SReLU",
    "Scale",
    "ScaledAdd",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Slice",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "TextVectorization",
    "ThresholdedReLU",
    "TimeDistributed",
    "TimeDistributedDense",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "merge",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]
# End of what is written.


def serialize(layer: Layer | None) -> Config | str | None:
    """A layer as plain data, {class_name, config}.

    Args:
        layer: any layer.

    Returns:
        What `deserialize` reads.

    Example:
        >>> serialize(Flatten(name="flat"))["class_name"]
        'Flatten'
    """
    return registry.serialize("layer", layer)


def deserialize(config: Mapping[str, object], custom_objects: Mapping[str, object] | None = None) -> Layer:
    """The layer of a config that `serialize` gave.

    Args:
        config: what `serialize` returned.
        custom_objects: classes and functions of your own, by name.

    Returns:
        A new layer.

    Raises:
        UnknownName: no layer has the class's name (a ValueError); the message tells the nearest one.

    Example:
        >>> deserialize({"class_name": "Dense", "config": {"units": 3}}).units
        3
    """
    return registry.build("layer", config, custom_objects)
