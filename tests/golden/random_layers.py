"""Layers with random settings, as Keras 2's configs: what each family offers for a shape, and the shape that comes out.

Plain Python, so that the same layers are drawn beside the engine and beside tf_keras. Shapes are without the batch.
Left out, as tf_keras computes something else than Keras 2.2.4: bilinear UpSampling2D (half-pixel centres); batch
normalisation and Softmax of masked steps, which it leaves out; Bidirectional sequences of masked steps, which it sets to 0;
batch normalisation and penalties on outputs within TimeDistributed, where it sees one step at a time; a second call of batch
normalisation on another tensor than the first gave, as the order of their updates is its own. Also Lambda (code), CuDNN's
layers (a GPU), and Keras 1's layers, which it lacks.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Shape = tuple[int, ...]


class Dice:
    """Random choices that are the same for a seed on every Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def choice(self, options):
        """One of the options."""
        return options[self.integer(0, len(options) - 1)]

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self._random.random() < share


@dataclass(frozen=True)
class Drawn:
    """A layer's class and config, and the shape of what it gives.

    weighted: it has weights, so that calling it twice shares them; noisy: it draws random numbers in training.
    masks: the mask that comes in goes on; new_mask: it makes one. states: further outputs, of this shape.
    """

    class_name: str
    config: dict
    shape: Shape
    weighted: bool = False
    noisy: bool = False
    masks: bool = False
    new_mask: bool = False
    states: int = 0


ACTIVATIONS = [
    "linear", "relu", "tanh", "sigmoid", "hard_sigmoid", "elu", "selu", "softplus", "softsign", "softmax",
]  # fmt: skip
GATES = ["sigmoid", "hard_sigmoid"]


def penalty(dice: Dice) -> dict | None:
    """A regularizer for few weights."""
    if not dice.chance(0.12):
        return None
    return {
        "class_name": "L1L2",
        "config": {"l1": dice.choice([0.0, 0.003]), "l2": dice.choice([0.002, 0.01])},
    }


def constraint(dice: Dice) -> dict | None:
    """A constraint for few weights."""
    if not dice.chance(0.08):
        return None
    return dice.choice([
        {"class_name": "MaxNorm", "config": {"max_value": 0.7, "axis": 0}},
        {"class_name": "NonNeg", "config": {}},
        {"class_name": "UnitNorm", "config": {"axis": 0}},
        {"class_name": "MinMaxNorm", "config": {"min_value": 0.3, "max_value": 0.9, "rate": 0.6, "axis": 0}},
    ])  # fmt: skip


def of_weights(dice: Dice, *names: str) -> dict:
    """Regularizers and constraints of weights, and a penalty on the output."""
    settings = {f"{name}_regularizer": penalty(dice) for name in names}
    settings.update({f"{name}_constraint": constraint(dice) for name in names})
    settings["activity_regularizer"] = penalty(dice)
    return settings


def window_length(size: int, kernel: int, stride: int, padding: str, dilation: int = 1) -> int:
    """How many windows there are along one axis; 0 or less where none fits."""
    kernel = (kernel - 1) * dilation + 1
    return -(-size // stride) if padding in ("same", "causal") else -(-(size - kernel + 1) // stride)


def dense(dice: Dice, shape: Shape) -> Drawn:
    """Dense on the last axis."""
    units = dice.integer(1, 6)
    config = {"units": units, "activation": dice.choice(ACTIVATIONS), "use_bias": dice.chance(0.8)}
    config.update(of_weights(dice, "kernel", "bias"))
    return Drawn("Dense", config, (*shape[:-1], units), weighted=True, masks=True)


def activation(dice: Dice, shape: Shape) -> Drawn:
    """Activations without weights."""
    name, config = dice.choice([
        ("Activation", {"activation": dice.choice(ACTIVATIONS)}),
        ("LeakyReLU", {"alpha": 0.2}),
        ("ELU", {"alpha": 0.7}),
        ("ReLU", {"max_value": dice.choice([None, 0.8]), "negative_slope": dice.choice([0.0, 0.1]),
                  "threshold": dice.choice([0.0, 0.2])}),
        ("ThresholdedReLU", {"theta": 0.3}),
        ("Softmax", {"axis": dice.integer(1, len(shape))}),
        ("ActivityRegularization", {"l1": 0.001, "l2": 0.01}),
    ])  # fmt: skip
    return Drawn(name, config, shape, masks=True)


def prelu(dice: Dice, shape: Shape) -> Drawn:
    """A slope for each number, or for each along some axes."""
    shared = [axis for axis in range(1, len(shape) + 1) if dice.chance(0.3)]
    config = {"alpha_regularizer": penalty(dice), "alpha_constraint": None, "shared_axes": shared or None}
    return Drawn("PReLU", config, shape, weighted=True, masks=True)


def batch_normalization(dice: Dice, shape: Shape) -> Drawn:
    """Over any axis, with or without gamma and beta."""
    config = {
        "axis": dice.choice([-1, dice.integer(1, len(shape))]),
        "momentum": dice.choice([0.99, 0.8, 0.5]),
        "epsilon": dice.choice([0.001, 0.01]),
        "center": dice.chance(0.8),
        "scale": dice.chance(0.8),
        "gamma_regularizer": penalty(dice),
    }
    return Drawn("BatchNormalization", config, shape, weighted=True, masks=True)


def noise(dice: Dice, shape: Shape) -> Drawn:
    """Dropout and noise, mostly of no effect, so that an update can be compared."""
    silent = dice.chance(0.8)
    rate = 0.0 if silent else 0.3
    options = [("Dropout", {"rate": rate}), ("GaussianDropout", {"rate": rate}), ("GaussianNoise", {"stddev": rate}),
               ("AlphaDropout", {"rate": rate})]  # fmt: skip
    if 2 <= len(shape) <= 4:
        options.append((f"SpatialDropout{len(shape) - 1}D", {"rate": rate}))
    name, config = dice.choice(options)
    return Drawn(name, config, shape, noisy=not silent, masks=True)


def reshape(dice: Dice, shape: Shape) -> Drawn:
    """The same numbers in another shape."""
    size = 1
    for length in shape:
        size *= length
    by_two = (2, size // 2) if size % 2 == 0 else (1, size)
    options = [("Flatten", {"data_format": "channels_last"}, (size,))] if len(shape) > 1 else []
    options.append(("Reshape", {"target_shape": [by_two[0], -1]}, by_two))
    if len(shape) > 1:
        dims = list(range(1, len(shape) + 1))
        dims = dims[1:] + dims[:1] if dice.chance(0.5) else dims[::-1]
        options.append(("Permute", {"dims": dims}, tuple(shape[d - 1] for d in dims)))
    else:
        options.append(("RepeatVector", {"n": 3}, (3, *shape)))
    name, config, new = dice.choice(options)
    return Drawn(name, config, new)


def convolution(dice: Dice, shape: Shape) -> Drawn:
    """Conv1D, Conv2D, Conv3D."""
    rank = len(shape) - 1
    dilated = dice.chance(0.2) and rank < 3
    kernel = [dice.integer(1, min(3, n)) for n in shape[:-1]]
    padding = dice.choice(["valid", "same"] + (["causal"] if rank == 1 else []))
    strides = [1] * rank if dilated else [dice.integer(1, 2) for _ in range(rank)]
    dilation = [2 if dilated else 1] * rank
    lengths = [window_length(*sizes) for sizes in zip(shape, kernel, strides, [padding] * rank, dilation, strict=False)]
    if min(lengths) < 1:
        kernel, padding, dilation = [1] * rank, "same", [1] * rank
        lengths = [window_length(n, 1, s, "same") for n, s in zip(shape, strides, strict=False)]
    filters = dice.integer(1, 4)
    config = {
        "filters": filters, "kernel_size": kernel, "strides": strides, "padding": padding,
        "data_format": "channels_last", "dilation_rate": dilation, "activation": dice.choice(ACTIVATIONS),
        "use_bias": dice.chance(0.8), **of_weights(dice, "kernel", "bias"),
    }  # fmt: skip
    return Drawn(f"Conv{rank}D", config, (*lengths, filters), weighted=True)


def transposed(dice: Dice, shape: Shape) -> Drawn:
    """Conv2DTranspose, Conv3DTranspose."""
    rank = len(shape) - 1
    kernel, strides = [dice.integer(1, 3) for _ in range(rank)], [dice.integer(1, 2) for _ in range(rank)]
    padding = dice.choice(["valid", "same"])
    pairs = list(zip(shape, kernel, strides, strict=False))
    lengths = [n * s if padding == "same" else n * s + max(k - s, 0) for n, k, s in pairs]
    config = {
        "filters": 2, "kernel_size": kernel, "strides": strides, "padding": padding, "data_format": "channels_last",
        "activation": dice.choice(ACTIVATIONS), "use_bias": dice.chance(0.8), **of_weights(dice, "kernel", "bias"),
    }  # fmt: skip
    return Drawn(f"Conv{rank}DTranspose", config, (*lengths, 2), weighted=True)


def by_channel(dice: Dice, shape: Shape) -> Drawn:
    """Depthwise and separable convolutions; TensorFlow has them with equal strides alone."""
    rank = len(shape) - 1
    stride, padding, multiplier = dice.integer(1, 2), dice.choice(["valid", "same"]), dice.integer(1, 2)
    kernel = [dice.integer(1, min(3, n)) for n in shape[:-1]]
    lengths = [window_length(n, k, stride, padding) for n, k in zip(shape, kernel, strict=False)]
    config = {
        "kernel_size": kernel, "strides": [stride] * rank, "padding": padding, "data_format": "channels_last",
        "activation": dice.choice(ACTIVATIONS), "use_bias": dice.chance(0.8), "depth_multiplier": multiplier,
    }  # fmt: skip
    if rank == 2 and dice.chance(0.5):
        config.update(of_weights(dice, "depthwise", "bias"))
        return Drawn("DepthwiseConv2D", config, (*lengths, shape[-1] * multiplier), weighted=True)
    config.update({"filters": 3, "dilation_rate": [1] * rank, **of_weights(dice, "depthwise", "pointwise", "bias")})
    return Drawn(f"SeparableConv{rank}D", config, (*lengths, 3), weighted=True)


def local(dice: Dice, shape: Shape) -> Drawn:
    """LocallyConnected1D, LocallyConnected2D."""
    rank = len(shape) - 1
    kernel, strides = [dice.integer(1, min(2, n)) for n in shape[:-1]], [dice.integer(1, 2) for _ in range(rank)]
    lengths = [window_length(n, k, s, "valid") for n, k, s in zip(shape, kernel, strides, strict=False)]
    config = {
        "filters": 2, "kernel_size": kernel, "strides": strides, "padding": "valid", "data_format": "channels_last",
        "activation": dice.choice(ACTIVATIONS), "use_bias": dice.chance(0.8), **of_weights(dice, "kernel", "bias"),
    }  # fmt: skip
    return Drawn(f"LocallyConnected{rank}D", config, (*lengths, 2), weighted=True)


def pooling(dice: Dice, shape: Shape) -> Drawn:
    """Maxima and averages over windows, or over all."""
    rank, kind = len(shape) - 1, dice.choice(["Max", "Average"])
    if dice.chance(0.3):
        last = dice.chance(0.7)
        config = {} if rank == 1 else {"data_format": "channels_last" if last else "channels_first"}
        channels = shape[-1] if last or rank == 1 else shape[0]
        return Drawn(f"Global{kind}Pooling{rank}D", config, (channels,), masks=False)
    pool = [dice.integer(1, min(3, n)) for n in shape[:-1]]
    strides, padding = [dice.integer(1, 2) for _ in range(rank)], dice.choice(["valid", "same"])
    lengths = [window_length(n, k, s, padding) for n, k, s in zip(shape, pool, strides, strict=False)]
    config = {"pool_size": pool, "strides": strides, "padding": padding, "data_format": "channels_last"}
    return Drawn(f"{kind}Pooling{rank}D", config, (*lengths, shape[-1]))


def resizing(dice: Dice, shape: Shape) -> Drawn:
    """Zero padding, cropping, repetition."""
    rank = len(shape) - 1
    pairs = [[dice.integer(0, 2), dice.integer(0, 2)] for _ in range(rank)]
    kind = dice.choice(["ZeroPadding", "UpSampling", "Cropping"])
    if kind == "Cropping" and any(n - a - b < 1 for n, (a, b) in zip(shape, pairs, strict=False)):
        kind = "ZeroPadding"
    form = {} if rank == 1 else {"data_format": "channels_last"}
    if kind == "UpSampling":
        sizes = [dice.integer(1, 2) for _ in range(rank)]
        lengths = [n * s for n, s in zip(shape, sizes, strict=False)]
        config = {
            "size": sizes if rank > 1 else sizes[0],
            **form,
            **({"interpolation": "nearest"} if rank == 2 else {}),
        }
    else:
        sign = 1 if kind == "ZeroPadding" else -1
        lengths = [n + sign * (a + b) for n, (a, b) in zip(shape, pairs, strict=False)]
        config = {"padding" if sign == 1 else "cropping": pairs if rank > 1 else pairs[0], **form}
    return Drawn(f"{kind}{rank}D", config, (*lengths, shape[-1]))


def masking(dice: Dice, shape: Shape) -> Drawn:
    """Steps whose numbers are all 0 are left out."""
    return Drawn("Masking", {"mask_value": 0.0}, shape, new_mask=True)


def recurrent_config(dice: Dice, kind: str, units: int, sequences: bool) -> dict:
    """The settings of LSTM, GRU or SimpleRNN."""
    config = {"units": units, "activation": dice.choice(["tanh", "relu", "softsign"]), "use_bias": dice.chance(0.8)}
    if kind != "SimpleRNN":
        config.update({"recurrent_activation": dice.choice(GATES), "implementation": dice.choice([1, 2])})
    if kind == "GRU":
        config["reset_after"] = dice.chance(0.4)
    config.update(of_weights(dice, "kernel", "recurrent", "bias"))
    # tf_keras divides the penalty on the output by the batch in another way for sequences.
    config.update({"return_sequences": sequences, "go_backwards": dice.chance(0.3), "unroll": dice.chance(0.2)})
    return config


def recurrent(dice: Dice, shape: Shape) -> Drawn:
    """LSTM, GRU, SimpleRNN, with their states or without."""
    kind, units, sequences = dice.choice(["LSTM", "GRU", "SimpleRNN"]), dice.integer(1, 4), dice.chance(0.5)
    config = recurrent_config(dice, kind, units, sequences)
    states = (2 if kind == "LSTM" else 1) if dice.chance(0.2) else 0
    config["return_state"] = bool(states)
    new = (shape[0], units) if sequences else (units,)
    return Drawn(kind, config, new, weighted=True, masks=sequences, states=states)


def recurrent_of_cells(dice: Dice, shape: Shape) -> Drawn:
    """RNN with one cell or a stack of them."""
    cells = []
    for _ in range(dice.integer(1, 2)):
        kind, units = dice.choice(["LSTM", "GRU", "SimpleRNN"]), dice.integer(1, 4)
        config = recurrent_config(dice, kind, units, False)
        for key in ("return_sequences", "go_backwards", "unroll", "activity_regularizer"):
            del config[key]
        cells.append({"class_name": f"{kind}Cell", "config": config})
    cell = cells[0] if len(cells) == 1 else {"class_name": "StackedRNNCells", "config": {"cells": cells}}
    sequences = dice.chance(0.5)
    config = {"cell": cell, "return_sequences": sequences, "go_backwards": dice.chance(0.3)}
    return Drawn("RNN", config, (shape[0], units) if sequences else (units,), weighted=True, masks=sequences)


def bidirectional(dice: Dice, shape: Shape) -> Drawn:
    """A recurrent layer in both directions."""
    kind, units, sequences = dice.choice(["LSTM", "GRU", "SimpleRNN"]), dice.integer(1, 3), dice.chance(0.5)
    merge = dice.choice(["concat", "sum", "mul", "ave"])
    config = {**recurrent_config(dice, kind, units, sequences), "activity_regularizer": None}
    width = 2 * units if merge == "concat" else units
    new = (shape[0], width) if sequences else (width,)
    inner = {"class_name": kind, "config": config}
    return Drawn("Bidirectional", {"layer": inner, "merge_mode": merge}, new, weighted=True, masks=sequences)


def convolution_over_time(dice: Dice, shape: Shape) -> Drawn:
    """ConvLSTM2D."""
    kernel, padding = [dice.integer(1, min(2, n)) for n in shape[1:3]], dice.choice(["valid", "same"])
    sequences, filters = dice.chance(0.5), dice.integer(1, 2)
    lengths = [window_length(n, k, 1, padding) for n, k in zip(shape[1:3], kernel, strict=True)]
    config = {
        "filters": filters, "kernel_size": kernel, "strides": [1, 1], "padding": padding,
        "data_format": "channels_last", "dilation_rate": [1, 1], "activation": "tanh",
        "recurrent_activation": dice.choice(GATES), "use_bias": dice.chance(0.8), "return_sequences": sequences,
        "go_backwards": dice.chance(0.3), **of_weights(dice, "kernel", "recurrent", "bias"),
    }  # fmt: skip
    new = (*lengths, filters)
    return Drawn("ConvLSTM2D", config, (shape[0], *new) if sequences else new, weighted=True)


def time_distributed(dice: Dice, shape: Shape) -> Drawn:
    """A layer on each step."""
    makers = {2: [dense], 3: [dense, convolution, pooling], 4: [convolution, pooling, by_channel]}[len(shape)]
    inner = dice.choice(makers)(dice, shape[1:])
    config = {**inner.config, "name": "inner"}
    if "activity_regularizer" in config:
        config["activity_regularizer"] = None
    layer = {"class_name": inner.class_name, "config": config}
    masks = len(shape) == 2
    return Drawn("TimeDistributed", {"layer": layer}, (shape[0], *inner.shape), inner.weighted, masks=masks)


Maker = Callable[[Dice, Shape], Drawn]
ANY: list[Maker] = [dense, activation, prelu, batch_normalization, noise, reshape]
# By the number of axes without the batch: those that suit it, the frequent ones more than once.
MAKERS: dict[int, list[Maker]] = {
    1: [dense, dense, activation, prelu, batch_normalization, noise, reshape],
    2: [*ANY, convolution, by_channel, local, pooling, resizing, masking, recurrent, recurrent, recurrent_of_cells,
        bidirectional, time_distributed],
    3: [*ANY, convolution, convolution, transposed, by_channel, by_channel, local, pooling, pooling, resizing,
        time_distributed],
    4: [activation, batch_normalization, noise, reshape, convolution, transposed, pooling, resizing, convolution_over_time,
        time_distributed],
}  # fmt: skip
# What Keras 2.2.4 takes masked tensors in, without batch normalisation.
MASKED: list[Maker] = [dense, activation, noise, recurrent, recurrent_of_cells, bidirectional, time_distributed]
