"""Models of Caffe nets give the numbers that Caffe's definitions give, layer by layer and in small nets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import FileError
from engine.models import Model, load_caffe

from .nets import Layer, Net, bytes_of, text_of
from .reference import run

rng = np.random.default_rng(20)


def array(*shape: int) -> np.ndarray:
    return rng.normal(size=shape).astype(np.float32)


def opened(net: Net, folder: Path) -> Model:
    text, weights = folder / "net.prototxt", folder / "net.caffemodel"
    text.write_text(text_of(net))
    weights.write_bytes(bytes_of(net))
    return load_caffe(text, weights if any(layer.blobs for layer in net.layers) else None)


def in_caffes_order(y: np.ndarray) -> np.ndarray:
    return np.moveaxis(y, -1, 1) if y.ndim == 4 else y


def agrees(net: Net, folder: Path, tolerance: float = 2e-5) -> Model:
    """The model, whose outputs are those of the reference for random pictures."""
    model = opened(net, folder)
    x = array(*net.shape)
    read = {name for layer in net.layers for name in layer.bottoms}
    blobs = run(net, x)
    in_place = {top for layer in net.layers for top in layer.tops if top in layer.bottoms}
    wanted = [blobs[name] for name in dict.fromkeys(blobs) if name not in read or name == net.layers[-1].tops[-1]]
    assert wanted or in_place
    found = model.predict(np.moveaxis(x, 1, -1) if x.ndim == 4 else x)
    for theirs, ours in zip(wanted, found if isinstance(found, list) else [found], strict=True):
        assert theirs.shape == in_caffes_order(ours).shape
        np.testing.assert_allclose(
            in_caffes_order(ours), theirs, rtol=tolerance, atol=tolerance * max(1, np.abs(theirs).max())
        )
    return model


def one(
    kind: str, shape: tuple[int, ...] = (2, 4, 7, 6), blobs: tuple[np.ndarray, ...] = (), **settings: object
) -> Net:
    return Net(shape, [Layer("it", kind, ["data"], ["y"], settings, blobs)])


ALONE: dict[str, Callable[[], Net]] = {
    "convolution": lambda: one(
        "Convolution", blobs=(array(5, 4, 3, 3), array(5)), convolution_param={"num_output": 5, "kernel_size": 3}
    ),
    "groups": lambda: one(
        "Convolution",
        blobs=(array(6, 2, 3, 3), array(6)),
        convolution_param={"num_output": 6, "kernel_size": 3, "group": 2, "pad": 1},
    ),
    "depthwise": lambda: one(
        "Convolution",
        blobs=(array(8, 1, 3, 3), array(8)),
        convolution_param={"num_output": 8, "kernel_size": 3, "group": 4, "pad": 1, "stride": 2},
    ),
    "dilation, no bias": lambda: one(
        "Convolution",
        blobs=(array(3, 4, 3, 2),),
        convolution_param={
            "num_output": 3,
            "kernel_h": 3,
            "kernel_w": 2,
            "dilation": 2,
            "pad_h": 2,
            "pad_w": 1,
            "bias_term": False,
        },
    ),
    "deconvolution": lambda: one(
        "Deconvolution",
        blobs=(array(4, 3, 4, 4), array(3)),
        convolution_param={"num_output": 3, "kernel_size": 4, "stride": 2, "pad": 1},
    ),
    "deconvolution in groups": lambda: one(
        "Deconvolution",
        blobs=(array(4, 1, 4, 4),),
        convolution_param={"num_output": 4, "kernel_size": 4, "stride": 2, "pad": 1, "group": 4, "bias_term": False},
        param=[{"lr_mult": 0.0}],
    ),
    "deconvolution with gaps": lambda: one(
        "Deconvolution",
        blobs=(array(4, 2, 2, 2),),
        convolution_param={"num_output": 2, "kernel_size": 2, "stride": 3, "bias_term": False},
    ),
    "product": lambda: one("InnerProduct", blobs=(array(3, 168), array(3)), inner_product_param={"num_output": 3}),
    "product of vectors": lambda: one(
        "InnerProduct", (2, 9), blobs=(array(3, 9),), inner_product_param={"num_output": 3, "bias_term": False}
    ),
    "product, transposed": lambda: one(
        "InnerProduct", blobs=(array(168, 3), array(3)), inner_product_param={"num_output": 3, "transpose": True}
    ),
    "neighbours": lambda: one("LRN", lrn_param={"local_size": 3, "alpha": 0.7, "beta": 0.6, "k": 2.0}),
    "neighbours, default": lambda: one("LRN"),
    "neighbours within a channel": lambda: one(
        "LRN", lrn_param={"local_size": 3, "alpha": 0.7, "norm_region": "WITHIN_CHANNEL"}
    ),
    "batch normalisation": lambda: one(
        "BatchNorm", blobs=(array(4), array(4) ** 2, np.array([0.5], "f4")), batch_norm_param={"eps": 0.01}
    ),
    "batch normalisation, unused": lambda: one("BatchNorm", blobs=(array(4), array(4) ** 2, np.zeros(1, "f4"))),
    "scale": lambda: one("Scale", blobs=(array(4), array(4)), scale_param={"bias_term": True}),
    "bias": lambda: one("Bias", blobs=(array(4),)),
    "relu": lambda: one("ReLU"),
    "leaky relu": lambda: one("ReLU", relu_param={"negative_slope": 0.1}),
    "prelu": lambda: one("PReLU", blobs=(array(4),)),
    "prelu of vectors": lambda: one("PReLU", (2, 5), blobs=(array(5),)),
    "elu": lambda: one("ELU", elu_param={"alpha": 0.5}),
    "sigmoid": lambda: one("Sigmoid"),
    "tanh": lambda: one("TanH"),
    "absolute": lambda: one("AbsVal"),
    "bnll": lambda: one("BNLL"),
    "power": lambda: one("Power", power_param={"power": 2.0, "scale": 0.5, "shift": 3.0}),
    "power of one": lambda: one("Power", power_param={"scale": 0.5, "shift": 3.0}),
    "exponential": lambda: one("Exp", exp_param={"base": 2.0, "scale": 0.5, "shift": 0.25}),
    "exponential of e": lambda: one("Exp"),
    "logarithm": lambda: one("Log", log_param={"base": 10.0, "scale": 0.1, "shift": 3.0}),
    "dropout": lambda: one("Dropout", dropout_param={"dropout_ratio": 0.3}),
    "softmax": lambda: one("Softmax"),
    "softmax of rows": lambda: one("Softmax", softmax_param={"axis": 2}),
    "flat": lambda: one("Flatten"),
    "reshape": lambda: one("Reshape", reshape_param={"shape": {"dim": [0, 2, -1, 6]}}),
    "reshape to vectors": lambda: one("Reshape", reshape_param={"shape": {"dim": [0, -1]}}),
    "all pixels": lambda: one("Pooling", pooling_param={"pool": "AVE", "global_pooling": True}),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_layer_gives_caffes_numbers(name: str, tmp_path: Path) -> None:
    agrees(ALONE[name](), tmp_path)


@settings(deadline=None, max_examples=120)
@given(
    st.tuples(*[st.integers(1, 12)] * 2),
    st.tuples(*[st.integers(1, 5)] * 2),
    st.tuples(*[st.integers(1, 4)] * 2),
    st.tuples(*[st.integers(0, 3)] * 2),
    st.sampled_from(["MAX", "AVE"]),
    st.sampled_from(["CEIL", "FLOOR"]),
    st.booleans(),
)
def test_windows_of_pooling_lie_as_caffes(
    tmp_path_factory: pytest.TempPathFactory,
    image: tuple[int, int],
    size: tuple[int, int],
    stride: tuple[int, int],
    pad: tuple[int, int],
    pool: str,
    rounding: str,
    is_rectified: bool,
) -> None:
    assume(all(p < k for p, k in zip(pad, size, strict=True)))
    assume(all(k <= n + 2 * p for n, k, p in zip(image, size, pad, strict=True)))
    # Without padding Caffe keeps a window that lies behind the image, and gives numbers that mean nothing.
    beyond = (-(-(n - k) // s) * s >= n for n, k, s in zip(image, size, stride, strict=True))
    assume(any(pad) or rounding == "FLOOR" or not any(beyond))
    names = {
        "kernel_h": size[0],
        "kernel_w": size[1],
        "stride_h": stride[0],
        "stride_w": stride[1],
        "pad_h": pad[0],
        "pad_w": pad[1],
    }
    layers = [
        Layer("pool", "Pooling", ["data"], ["y"], {"pooling_param": {"pool": pool, "round_mode": rounding, **names}})
    ]
    if is_rectified:
        layers.insert(0, Layer("relu", "ReLU", ["data"], ["data"]))
    agrees(Net((2, 3, *image), layers), tmp_path_factory.mktemp("pool"))


@settings(deadline=None, max_examples=80)
@given(
    st.tuples(*[st.integers(1, 9)] * 2),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(1, 2),
    st.sampled_from([(4, 6, 1), (4, 6, 2), (4, 4, 4), (4, 8, 4), (6, 3, 3), (1, 2, 1)]),
)
def test_windows_of_convolutions_lie_as_caffes(
    tmp_path_factory: pytest.TempPathFactory,
    image: tuple[int, int],
    size: int,
    stride: int,
    pad: int,
    dilation: int,
    channels: tuple[int, int, int],
) -> None:
    assume(all((size - 1) * dilation + 1 <= n + 2 * pad for n in image))
    inputs, filters, groups = channels
    param = {
        "num_output": filters,
        "kernel_size": size,
        "stride": stride,
        "pad": pad,
        "dilation": dilation,
        "group": groups,
    }
    blobs = (array(filters, inputs // groups, size, size), array(filters))
    net = one("Convolution", (2, inputs, *image), blobs, convolution_param=param)
    agrees(net, tmp_path_factory.mktemp("conv"))


def test_a_net_of_many_layers_in_place_and_with_branches(tmp_path: Path) -> None:
    conv = {"num_output": 6, "kernel_size": 3, "pad": 1}
    layers = [
        Layer("conv1", "Convolution", ["data"], ["conv1"], {"convolution_param": conv}, (array(6, 3, 3, 3), array(6))),
        Layer("bn1", "BatchNorm", ["conv1"], ["conv1"], {}, (array(6), array(6) ** 2 + 1, np.ones(1, "f4"))),
        Layer("scale1", "Scale", ["conv1"], ["conv1"], {"scale_param": {"bias_term": True}}, (array(6), array(6))),
        Layer("relu1", "ReLU", ["conv1"], ["conv1"]),
        Layer("split", "Split", ["conv1"], ["a", "b"]),
        Layer("pool", "Pooling", ["a"], ["p"], {"pooling_param": {"kernel_size": 3, "stride": 2, "pad": 1}}),
        Layer(
            "mean", "Pooling", ["b"], ["m"], {"pooling_param": {"pool": "AVE", "kernel_size": 3, "stride": 2, "pad": 1}}
        ),
        Layer("sum", "Eltwise", ["p", "m"], ["s"], {"eltwise_param": {"coeff": [0.5, -2.0]}}),
        Layer("less", "Eltwise", ["p", "m"], ["d"], {"eltwise_param": {"coeff": [1.0, -1.0]}}),
        Layer("times", "Eltwise", ["s", "d"], ["t"], {"eltwise_param": {"operation": "PROD"}}),
        Layer("most", "Eltwise", ["s", "t"], ["u"], {"eltwise_param": {"operation": "MAX"}}),
        Layer("both", "Concat", ["u", "p"], ["c"]),
        Layer("parts", "Slice", ["c"], ["c1", "c2", "c3"], {"slice_param": {"slice_point": [2, 7]}}),
        Layer("again", "Concat", ["c3", "c1"], ["e"]),
        Layer("gate", "Pooling", ["e"], ["g"], {"pooling_param": {"pool": "AVE", "global_pooling": True}}),
        Layer("fc", "InnerProduct", ["g"], ["h"], {"inner_product_param": {"num_output": 7}}, (array(7, 7), array(7))),
        Layer("gated", "Scale", ["e", "h"], ["w"], {"scale_param": {"axis": 0}}),
        Layer("flat", "Flatten", ["w"], ["f"]),
        Layer("drop", "Dropout", ["f"], ["f"]),
        Layer(
            "ip",
            "InnerProduct",
            ["f"],
            ["ip"],
            {"inner_product_param": {"num_output": 4}},
            (array(4, 7 * 25), array(4)),
        ),
        Layer("prob", "Softmax", ["ip"], ["prob"]),
    ]
    layers += [
        Layer("rest", "InnerProduct", ["c2"], ["r"], {"inner_product_param": {"num_output": 2}}, (array(2, 125),))
    ]
    layers[-1].settings["inner_product_param"]["bias_term"] = False
    layers.insert(-2, layers.pop())
    model = agrees(Net((2, 3, 9, 8), layers), tmp_path, 1e-4)
    assert [layer.name for layer in model.layers if type(layer).__name__ == "BatchNormalization"] == ["bn1"]


def test_a_sum_with_a_factor_for_each_channel(tmp_path: Path) -> None:
    mean = Layer("mean", "Pooling", ["data"], ["m"], {"pooling_param": {"pool": "AVE", "global_pooling": True}})
    agrees(Net((2, 3, 4, 5), [mean, Layer("sum", "Axpy", ["m", "data", "data"], ["y"])]), tmp_path)
    flat = Layer("flat", "Flatten", ["m"], ["f"])
    agrees(Net((2, 3, 4, 5), [mean, flat, Layer("sum", "Axpy", ["f", "data", "data"], ["y"])]), tmp_path)


def test_a_vector_of_a_picture_is_put_into_order_where_that_shows(tmp_path: Path) -> None:
    layers = [
        Layer("flat", "Flatten", ["data"], ["f"]),
        Layer("tanh", "TanH", ["f"], ["f"]),
        Layer("first", "Slice", ["f"], ["f1", "f2"], {"slice_param": {"slice_point": [10]}}),
        Layer("back", "Reshape", ["f2"], ["picture"], {"reshape_param": {"shape": {"dim": [0, 2, 5, -1]}}}),
        Layer("cut", "Crop", ["data", "picture"], ["cut"], {"crop_param": {"axis": 2, "offset": [1, 0]}}),
        Layer("joined", "Concat", ["cut", "picture"], ["end"]),
    ]
    net = Net((2, 3, 6, 5), layers)
    assert 3 * 6 * 5 - 10 == 2 * 5 * 8
    layers[4].bottoms = ["data", "data"]
    layers[4].settings = {"crop_param": {"axis": 2}}
    layers[5].bottoms = ["cut", "data"]
    agrees(net, tmp_path)


def test_a_kernel_of_another_shape_is_refused_with_the_layer(tmp_path: Path) -> None:
    net = one("Convolution", blobs=(array(5, 3, 3, 3), array(5)), convolution_param={"num_output": 5, "kernel_size": 3})
    with pytest.raises(FileError, match=r"layer 'it' \(Convolution\): expected kernel of shape \(5, 4, 3, 3\), found"):
        opened(net, tmp_path)
