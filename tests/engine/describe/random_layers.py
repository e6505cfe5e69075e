"""Random settings and inputs for every registered layer, as far as they can matter for the output's shape."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Shape = tuple["int | None", ...]
Made = tuple[dict[str, Any], list[Shape]]


def _free(rng: Random, n: int) -> int | None:
    return None if rng.random() < 0.15 else n


def _batch(rng: Random) -> int | None:
    return rng.choice([None, None, None, 4])


def _order(rng: Random) -> str:
    return rng.choice(["channels_last", "channels_last", "channels_first"])


def _sizes(rng: Random, rank: int, most: int) -> tuple[int, ...]:
    return tuple(rng.randint(1, most) for _ in range(rank))


def _images(rng: Random, rank: int, order: str, fixed: bool = False, most: int = 14) -> Shape:
    spatial = [rng.randint(2, most) if fixed else _free(rng, rng.randint(2, most)) for _ in range(rank)]
    channels = rng.randint(1, 5)
    return (_batch(rng), *spatial, channels) if order == "channels_last" else (_batch(rng), channels, *spatial)


def _any(rng: Random, least: int = 1, most: int = 4, fixed: bool = False) -> Shape:
    axes = rng.randint(least, most)
    last = rng.randint(1, 6)
    rest = [rng.randint(1, 6) if fixed else _free(rng, rng.randint(1, 6)) for _ in range(axes - 1)]
    return (_batch(rng), *rest, last)


def convolution(rank: int, **more: Any) -> Callable[[Random], Made]:
    def make(rng: Random) -> Made:
        order = _order(rng) if rank > 1 else "channels_last"
        settings = {
            "filters": rng.randint(1, 6), "kernel_size": _sizes(rng, rank, 4), "strides": _sizes(rng, rank, 3),
            "padding": rng.choice(["valid", "same", *(["causal"] if more.get("causal") else [])]), "data_format": order,
        }  # fmt: skip
        if more.get("dilated") and rng.random() < 0.4:
            settings |= {"dilation_rate": _sizes(rng, rank, 3), "strides": (1,) * rank}
        if more.get("multiplied"):
            settings["depth_multiplier"] = rng.randint(1, 3)
        if more.get("depthwise"):
            del settings["filters"]
        if more.get("local"):
            settings["padding"] = "valid"
        if more.get("transposed") and rng.random() < 0.5:
            settings["output_padding"] = tuple(rng.randrange(s) for s in settings["strides"])
        return settings, [_images(rng, rank, order, fixed=bool(more.get("local")))]

    return make


def pooling(rank: int) -> Callable[[Random], Made]:
    def make(rng: Random) -> Made:
        order = _order(rng)
        settings: dict[str, Any] = {"pool_size": _sizes(rng, rank, 4), "padding": rng.choice(["valid", "same"])}
        if rng.random() < 0.6:
            settings["strides"] = _sizes(rng, rank, 4)
        return {**settings, "data_format": order}, [_images(rng, rank, order)]

    return make


def ordered(rank: int) -> Callable[[Random], Made]:
    def make(rng: Random) -> Made:
        order = _order(rng)
        keepdims = {"keepdims": rng.random() < 0.5}
        return {"data_format": order, **keepdims}, [_images(rng, rank, order)]

    return make


def sides(rank: int, name: str) -> Callable[[Random], Made]:
    def make(rng: Random) -> Made:
        order = _order(rng) if rank > 1 else "channels_last"
        pairs: Any = [(rng.randint(0, 3), rng.randint(0, 3)) for _ in range(rank)]
        settings = {name: pairs[0] if rank == 1 else pairs}
        return {**settings, **({"data_format": order} if rank > 1 else {})}, [_images(rng, rank, order)]

    return make


def upsampling(rank: int) -> Callable[[Random], Made]:
    def make(rng: Random) -> Made:
        if rank == 1:
            return {"size": rng.randint(1, 4)}, [_images(rng, 1, "channels_last")]
        order = _order(rng)
        return {"size": _sizes(rng, rank, 4), "data_format": order}, [_images(rng, rank, order)]

    return make


def _switches(rng: Random) -> dict[str, bool]:
    return {name: rng.random() < 0.5 for name in ("return_sequences", "return_state")}


def _sequence(rng: Random) -> Shape:
    return (_batch(rng), _free(rng, rng.randint(1, 9)), rng.randint(1, 6))


def recurrent(rng: Random) -> Made:
    return {"units": rng.randint(1, 8), **_switches(rng)}, [_sequence(rng)]


def _cell(rng: Random) -> dict[str, Any]:
    return {
        "class_name": rng.choice(["LSTMCell", "GRUCell", "SimpleRNNCell"]),
        "config": {"units": rng.randint(1, 8)},
    }


def over_cells(rng: Random) -> Made:
    cell: Any = _cell(rng) if rng.random() < 0.5 else [_cell(rng) for _ in range(rng.randint(1, 3))]
    return {"cell": cell, **_switches(rng)}, [_sequence(rng)]


def _conv_steps(rng: Random) -> tuple[dict[str, Any], Shape]:
    order = _order(rng)
    settings = {
        "filters": rng.randint(1, 4), "kernel_size": _sizes(rng, 2, 3), "strides": _sizes(rng, 2, 2),
        "padding": rng.choice(["valid", "same"]), "data_format": order,
    }  # fmt: skip
    image = _images(rng, 2, order, fixed=True, most=8)
    return settings, (image[0], rng.randint(1, 4), *image[1:])


def conv_lstm(rng: Random) -> Made:
    settings, shape = _conv_steps(rng)
    return {**settings, **_switches(rng)}, [shape]


def conv_rnn(rng: Random) -> Made:
    settings, shape = _conv_steps(rng)
    return {"cell": {"class_name": "ConvLSTM2DCell", "config": settings}, **_switches(rng)}, [shape]


def bidirectional(rng: Random) -> Made:
    mode = rng.choice(["concat", "sum", "ave", "mul", None])
    if rng.random() < 0.2:
        settings, shapes = conv_lstm(rng)
        return {"layer": {"class_name": "ConvLSTM2D", "config": settings}, "merge_mode": mode}, shapes
    settings, shapes = recurrent(rng)
    return {
        "layer": {"class_name": rng.choice(["LSTM", "GRU", "SimpleRNN"]), "config": settings},
        "merge_mode": mode,
    }, shapes


def time_distributed(rng: Random) -> Made:
    name = rng.choice(["Dense", "Conv2D", "MaxPooling1D", "Flatten", "Dropout", "GlobalMaxPooling2D", "Reshape"])
    config, [shape] = MADE[name](rng)
    return {"layer": {"class_name": name, "config": config}}, [(shape[0], _free(rng, rng.randint(1, 6)), *shape[1:])]


def together(rng: Random) -> Made:
    shape = _any(rng, 1, 4)
    count = rng.randint(2, 4)
    shapes = [shape] * count
    if rng.random() < 0.6:
        shapes = [(shape[0], *(1 if rng.random() < 0.2 else n for n in shape[1:])) for _ in range(count)]
        if len(shape) > 2 and rng.random() < 0.4:
            shapes[rng.randrange(1, count)] = (shape[0], shape[-1])
    return {}, shapes


def two_together(rng: Random) -> Made:
    settings, shapes = together(rng)
    return settings, shapes[:2]


def scaled(rng: Random) -> Made:
    return {"scale": 0.5}, two_together(rng)[1]


def concatenate(rng: Random) -> Made:
    shape = _any(rng, 1, 4)
    axis = rng.randrange(1, len(shape))
    shapes = [(*shape[:axis], rng.randint(1, 6), *shape[axis + 1 :]) for _ in range(rng.randint(2, 4))]
    return {"axis": rng.choice([axis, axis - len(shape)])}, shapes


def dot(rng: Random) -> Made:
    if rng.random() < 0.25:
        lead, a, b, c = (rng.randint(1, 5) for _ in range(4))
        return {"axes": (3, rng.choice([3]))}, [(None, lead, a, c), (None, lead, b, c)]
    common = rng.randint(1, 6)
    shapes, axes = [], []
    for _ in range(2):
        rest = [rng.randint(1, 5) for _ in range(rng.randint(0, 1))]
        place = rng.randint(0, len(rest))
        axes.append(place + 1)
        shapes.append((None, *rest[:place], common, *rest[place:]))
    return {"axes": tuple(axes), "normalize": rng.random() < 0.3}, shapes


def merge(rng: Random) -> Made:
    mode = rng.choice(["sum", "mul", "ave", "max", "concat", "dot", "cos"])
    if mode == "concat":
        settings, shapes = concatenate(rng)
        return {"mode": mode, "concat_axis": settings["axis"]}, shapes
    if mode in ("dot", "cos"):
        settings, shapes = dot(rng)
        return {"mode": mode, "dot_axes": settings["axes"]}, shapes
    return {"mode": mode}, together(rng)[1]


def reshape(rng: Random) -> Made:
    shape = _any(rng, 1, 3, fixed=rng.random() < 0.8)
    whole = 1
    for n in shape[1:]:
        whole *= n or 1
    target: list[int] = []
    for _ in range(rng.randint(0, 2)):
        n = rng.choice([d for d in range(1, whole + 1) if whole % d == 0])
        target.append(n)
        whole //= n
    target.insert(rng.randint(0, len(target)), rng.choice([-1, whole]))
    return {"target_shape": tuple(target)}, [shape]


def permute(rng: Random) -> Made:
    shape = _any(rng, 1, 4)
    dims = list(range(1, len(shape)))
    rng.shuffle(dims)
    return {"dims": tuple(dims)}, [shape]


def embedding(rng: Random) -> Made:
    steps = [_free(rng, rng.randint(1, 9)) for _ in range(rng.randint(1, 2))]
    return {"input_dim": 20, "output_dim": rng.randint(1, 8)}, [(_batch(rng), *steps)]


def dense(rng: Random) -> Made:
    return {"units": rng.randint(1, 9)}, [_any(rng)]


def dense_steps(rng: Random) -> Made:
    return {"units": rng.randint(1, 9)}, [_any(rng, 2, 2)]


def maxout(rng: Random) -> Made:
    return {"output_dim": rng.randint(1, 9), "nb_feature": rng.randint(1, 4)}, [_any(rng, 1, 1)]


def part(rng: Random) -> Made:
    shape = _any(rng, fixed=True)
    axis = rng.randrange(1, len(shape))
    start = rng.randrange(shape[axis] or 1)
    stop = rng.choice([None, rng.randint(start + 1, (shape[axis] or 1) + 2)])
    return {"axis": rng.choice([axis, axis - len(shape)]), "start": start, "stop": stop}, [shape]


def padded_pooling(rng: Random) -> Made:
    size = rng.randint(1, 4)
    settings = {
        "pool_size": size,
        "strides": rng.randint(1, 4),
        "pad": rng.randrange(size),
        "ceil_mode": rng.random() < 0.6,
    }
    height, width, channels = (rng.randint(4, 12) for _ in range(3))
    return {**settings, "data_format": "channels_last"}, [(_batch(rng), height, width, channels)]


def flatten(rng: Random) -> Made:
    return {"data_format": _order(rng)}, [_any(rng, 1, 4, fixed=True)]


def repeat(rng: Random) -> Made:
    return {"n": rng.randint(1, 9)}, [_any(rng, 1, 1)]


def plain(least: int = 1, most: int = 4, fixed: bool = False, **settings: Any) -> Callable[[Random], Made]:
    return lambda rng: (settings, [_any(rng, least, most, fixed)])


MADE: dict[str, Callable[[Random], Made]] = {
    **{name: plain(2, 4, True) for name in ("PReLU", "ParametricSoftplus", "SReLU")},
    **{name: plain() for name in ("BatchNormalization", "ELU", "LeakyReLU", "ReLU", "ThresholdedReLU")},
    **{name: plain(rate=0.3) for name in ("AlphaDropout", "Dropout", "GaussianDropout")},
    "Absolute": plain(),
    "LocalResponseNormalization": lambda rng: ({"data_format": "channels_last"}, [_any(rng, 3, 3, True)]),
    "Log": plain(),
    "Power": plain(power=2.0),
    "Scale": plain(1, 4, True),
    "Slice": part,
    **dict.fromkeys(("PaddedAveragePooling2D", "PaddedMaxPooling2D"), padded_pooling),
    "Activation": plain(activation="tanh"),
    "ActivityRegularization": plain(l1=0.1),
    "GaussianNoise": plain(stddev=0.1),
    "Highway": plain(1, 1),
    "Masking": plain(2, 2),
    "Softmax": plain(),
    **{f"SpatialDropout{n}D": plain(n + 1, n + 1, rate=0.2) for n in (1, 2, 3)},
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply"), together),
    "Subtract": two_together,
    "ScaledAdd": scaled,
    "Concatenate": concatenate,
    "Dot": dot,
    "Merge": merge,
    "Conv1D": convolution(1, dilated=True, causal=True),
    "Conv2D": convolution(2, dilated=True),
    "Conv3D": convolution(3, dilated=True),
    "Conv2DTranspose": convolution(2, transposed=True, dilated=True),
    "Conv3DTranspose": convolution(3, transposed=True),
    "SeparableConv1D": convolution(1, dilated=True, multiplied=True),
    "SeparableConv2D": convolution(2, dilated=True, multiplied=True),
    "DepthwiseConv2D": convolution(2, multiplied=True, depthwise=True),
    "LocallyConnected1D": convolution(1, local=True),
    "LocallyConnected2D": convolution(2, local=True),
    **{f"{kind}Pooling{n}D": pooling(n) for kind in ("Max", "Average") for n in (1, 2, 3)},
    **{f"Global{kind}Pooling{n}D": ordered(n) for kind in ("Max", "Average") for n in (1, 2, 3)},
    **{f"Cropping{n}D": sides(n, "cropping") for n in (1, 2, 3)},
    **{f"ZeroPadding{n}D": sides(n, "padding") for n in (1, 2, 3)},
    **{f"UpSampling{n}D": upsampling(n) for n in (1, 2, 3)},
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU"), recurrent),
    "RNN": over_cells,
    "ConvLSTM2D": conv_lstm,
    "ConvRNN2D": conv_rnn,
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    "Dense": dense,
    "TimeDistributedDense": dense_steps,
    "MaxoutDense": maxout,
    "Embedding": embedding,
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat,
}
