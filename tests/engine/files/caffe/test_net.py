"""The three forms of a net are one: those of 2013, 2014 and today; and layers belong to phases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine._files.caffe.net import CaffeNet, net_of
from engine._files.caffe.schema import CAFFE
from engine._files.protobuf_text import read_text_format
from engine.errors import FileError
from engine.models import load_caffe

from .nets import encoded

TODAY = """
name: "small" input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" param { lr_mult: 1 } param { lr_mult: 2 }
        convolution_param { num_output: 4 kernel_size: 3 pad: 1 } }
layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool" pooling_param { pool: AVE kernel_size: 2 stride: 2 } }
layer { name: "norm" type: "LRN" bottom: "pool" top: "norm" lrn_param { local_size: 3 } }
layer { name: "fc" type: "InnerProduct" bottom: "norm" top: "fc" inner_product_param { num_output: 5 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
"""
OF_2014 = """
name: "small" input: "data" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8
layers { name: "conv" type: CONVOLUTION bottom: "data" top: "conv" blobs_lr: 1 blobs_lr: 2
         convolution_param { num_output: 4 kernel_size: 3 pad: 1 } }
layers { name: "relu" type: RELU bottom: "conv" top: "conv" }
layers { name: "pool" type: POOLING bottom: "conv" top: "pool" pooling_param { pool: AVE kernel_size: 2 stride: 2 } }
layers { name: "norm" type: LRN bottom: "pool" top: "norm" lrn_param { local_size: 3 } }
layers { name: "fc" type: INNER_PRODUCT bottom: "norm" top: "fc" inner_product_param { num_output: 5 } }
layers { name: "prob" type: SOFTMAX bottom: "fc" top: "prob" }
"""
OF_2013 = """
name: "small" input: "data" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8
layers { layer { name: "pad" type: "padding" pad: 1 } bottom: "data" top: "pad" }
layers { layer { name: "conv" type: "conv" num_output: 4 kernelsize: 3 blobs_lr: 1 blobs_lr: 2 } bottom: "pad" top: "conv" }
layers { layer { name: "relu" type: "relu" } bottom: "conv" top: "conv" }
layers { layer { name: "pool" type: "pool" pool: AVE kernelsize: 2 stride: 2 } bottom: "conv" top: "pool" }
layers { layer { name: "norm" type: "lrn" local_size: 3 } bottom: "pool" top: "norm" }
layers { layer { name: "fc" type: "innerproduct" num_output: 5 } bottom: "norm" top: "fc" }
layers { layer { name: "prob" type: "softmax" } bottom: "fc" top: "prob" }
"""


def parsed(text: str) -> CaffeNet:
    return net_of(read_text_format(text, CAFFE, "NetParameter", "net.prototxt"))


def test_the_three_forms_say_the_same(tmp_path: Path) -> None:
    configs = []
    for text in (TODAY, OF_2014, OF_2013):
        (tmp_path / "net.prototxt").write_text(text)
        configs.append(load_caffe(tmp_path / "net.prototxt").get_config())
    assert configs[0] == configs[1] == configs[2]
    assert [layer["name"] for layer in configs[0]["layers"]] == [
        "data",
        "conv",
        "relu",
        "pool",
        "norm",
        "fc_flatten",
        "fc",
        "prob",
    ]


def test_weights_of_2014_have_four_lengths(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    shapes = {"conv": [(4, 3, 3, 3), (1, 1, 1, 4)], "fc": [(1, 1, 5, 64), (1, 1, 1, 5)]}
    names = ("num", "channels", "height", "width")
    blobs = {name: [rng.normal(size=shape).astype("<f4") for shape in each] for name, each in shapes.items()}

    def table(array: np.ndarray) -> dict[str, object]:
        return {**dict(zip(names, array.shape, strict=True)), "data": array}

    kinds = {"conv": "CONVOLUTION", "fc": "INNER_PRODUCT"}
    layers = [
        {"name": name, "type": kinds[name], "blobs": [table(one) for one in each]} for name, each in blobs.items()
    ]
    (tmp_path / "w.caffemodel").write_bytes(encoded("NetParameter", {"layers": layers}))
    (tmp_path / "net.prototxt").write_text(TODAY)
    model = load_caffe(tmp_path / "net.prototxt", tmp_path / "w.caffemodel")
    kernel, bias = model.get_layer("conv").get_weights()
    assert np.array_equal(kernel, blobs["conv"][0].transpose(2, 3, 1, 0)) and np.array_equal(
        bias, blobs["conv"][1].ravel()
    )
    dense = model.get_layer("fc").get_weights()[0].reshape(4, 4, 4, 5)
    assert np.array_equal(dense, blobs["fc"][0].reshape(5, 4, 4, 4).transpose(2, 3, 1, 0))


def test_rules_say_which_layers_belong_to_a_phase() -> None:
    net = parsed(
        """
        state { level: 2 stage: "deep" }
        layer { name: "both" type: "ReLU" }
        layer { name: "training" type: "ReLU" include { phase: TRAIN } }
        layer { name: "not training" type: "ReLU" exclude { phase: TRAIN } }
        layer { name: "levels" type: "ReLU" include { min_level: 1 max_level: 2 } }
        layer { name: "higher" type: "ReLU" include { min_level: 3 } include { max_level: 1 } }
        layer { name: "stage" type: "ReLU" include { stage: "deep" not_stage: "wide" } }
        layer { name: "other stage" type: "ReLU" include { stage: "deep" stage: "wide" } }
        """
    )
    assert [layer.name for layer in net.of_phase("TRAIN")] == ["both", "training", "levels", "stage"]
    assert [layer.name for layer in net.of_phase("TEST")] == ["both", "not training", "levels", "stage"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name: "a"', "the layers of a Caffe net, found none"),
        ('layer { type: "ReLU" }', "a name of each layer"),
        ('layer { name: "a" }', "a type of each layer"),
        ('input: "a" input: "b" input_dim: 1 layer { name: "a" type: "b" }', "a shape for each of 2 inputs"),
        ('input: "a" input_shape { dim: -3 } layer { name: "a" type: "b" }', "a shape, found '[-3]'"),
        ('input: "a" input_shape { dim: 99999999999 } layer { name: "a" type: "b" }', "a shape"),
        ('layers { layer { name: "p" type: "padding" pad: 1 } bottom: "a" top: "p" }'
         'layers { layer { name: "r" type: "relu" } bottom: "p" top: "r" }', "a convolution or a pooling behind padding"),
        ('layer { name: "a" type: "b" blobs { shape { dim: 3 } data: 1 } }', "3 numbers for (3,), found 1"),
    ],
)  # fmt: skip
def test_what_is_no_net_is_refused(text: str, said: str) -> None:
    with pytest.raises(FileError) as refusal:
        parsed(text)
    assert said in str(refusal.value) and "net.prototxt" in str(refusal.value)


def test_a_layer_is_included_or_excluded_not_both() -> None:
    net = parsed('layer { name: "a" type: "b" include { phase: TRAIN } exclude { phase: TEST } }')
    with pytest.raises(FileError, match=r"layer 'a' \(b\): expected rules to include or to exclude it, found both"):
        net.of_phase("TEST")
