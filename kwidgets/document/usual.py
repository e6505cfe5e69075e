"""Which layers are used most, and the groups of the palette. Only order; names are the engine's, words in `kwidgets/words`."""

from __future__ import annotations

# What stands open at the top of the palette, in this order.
OFTEN = ("Dense", "Conv2D", "MaxPooling2D", "Dropout", "Flatten", "BatchNormalization", "LSTM", "Add")

# Groups of the palette: name, the usual layers first; what the engine has beyond these follows by `GROUP_OF`.
GROUPS: dict[str, tuple[str, ...]] = {
    "core": ("InputLayer", "Dense", "Activation", "Embedding", "Masking"),
    "convolution": ("Conv2D", "Conv1D", "Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D", "Conv3D"),
    "pooling": ("MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "MaxPooling1D"),
    "recurrent": ("LSTM", "GRU", "SimpleRNN", "Bidirectional", "TimeDistributed", "ConvLSTM2D"),
    "merge": ("Add", "Concatenate", "Multiply", "Average", "Dot", "Subtract"),
    "normalisation": ("BatchNormalization",),
    "activation": ("ReLU", "LeakyReLU", "Softmax", "ELU", "PReLU"),
    "regularisation": (
        "Dropout",
        "SpatialDropout2D",
        "SpatialDropout1D",
        "SpatialDropout3D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization",
    ),
    "shape": ("Flatten", "Reshape", "UpSampling2D", "ZeroPadding2D", "Cropping2D", "Permute", "RepeatVector", "Slice"),
    "preparation": (
        "Normalization",
        "Rescaling",
        "TextVectorization",
        "StringLookup",
        "Resizing",
        "RandomFlip",
        "RandomRotation",
        "RandomZoom",
    ),
}
# The engine's groups -> those of the palette, for classes that no group above lists; others come under "core".
GROUP_OF = {
    "convolutional": "convolution",
    "local": "convolution",
    "pooling": "pooling",
    "recurrent": "recurrent",
    "wrappers": "recurrent",
    "merge": "merge",
    "normalization": "normalisation",
    "preparation": "preparation",
    "activations": "activation",
    "noise": "regularisation",
}
# Classes whose names begin so only change sizes, whatever group of the engine they are in.
RESHAPING = ("UpSampling", "ZeroPadding", "Cropping")

# The layers that follow most often after a result of so many axes, batch included; None stands for an empty canvas.
AFTER_RANK: dict[int | None, tuple[str, ...]] = {
    None: ("InputLayer", "Dense", "Conv2D", "Embedding", "LSTM", "Flatten", "Dropout", "Add"),
    2: ("Dense", "Dropout", "BatchNormalization", "Activation", "Embedding", "Concatenate", "Add", "Reshape"),
    3: ("LSTM", "GRU", "Conv1D", "MaxPooling1D", "GlobalAveragePooling1D", "Dropout", "Flatten", "BatchNormalization"),
    4: (
        "Conv2D",
        "MaxPooling2D",
        "BatchNormalization",
        "Dropout",
        "Flatten",
        "GlobalAveragePooling2D",
        "Activation",
        "Add",
    ),
    5: ("Conv3D", "MaxPooling3D", "ConvLSTM2D", "BatchNormalization", "Dropout", "Flatten", "GlobalAveragePooling3D"),
}
