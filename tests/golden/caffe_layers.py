"""Caffe's layers by PyTorch: cases as data, and what torch.nn.functional gives for them, in caffe_layers.npz.

    python tests/golden/caffe_layers.py

writes the figures, where PyTorch is installed. Caffe's pooling rounds up as PyTorch's `ceil_mode` does, a mean counts its padding.
"""

from pathlib import Path

import numpy as np


def array(key, number, *shape):
    """The same normal numbers at every run."""
    seed = [ord(letter) for letter in key] + [number]
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


# By key: type, settings, shape of the input, shapes of the weights, and torch's function of (functional, x, *weights).
CASES = {
    "convolution": (
        "Convolution", {"convolution_param": {"num_output": 6, "kernel_size": 3, "pad": 1, "stride": 2, "group": 2}},
        (2, 4, 9, 8), [(6, 2, 3, 3), (6,)],
        lambda f, x, w, b: f.conv2d(x, w, b, stride=2, padding=1, groups=2),
    ),
    "dilated": (
        "Convolution", {"convolution_param": {"num_output": 5, "kernel_size": 3, "dilation": 2, "bias_term": False}},
        (2, 3, 11, 9), [(5, 3, 3, 3)],
        lambda f, x, w: f.conv2d(x, w, dilation=2),
    ),
    "depthwise": (
        "Convolution", {"convolution_param": {"num_output": 4, "kernel_size": 3, "pad": 1, "group": 4}},
        (2, 4, 7, 7), [(4, 1, 3, 3), (4,)],
        lambda f, x, w, b: f.conv2d(x, w, b, padding=1, groups=4),
    ),
    "deconvolution": (
        "Deconvolution", {"convolution_param": {"num_output": 3, "kernel_size": 4, "stride": 2, "pad": 1}},
        (2, 4, 5, 6), [(4, 3, 4, 4), (3,)],
        lambda f, x, w, b: f.conv_transpose2d(x, w, b, stride=2, padding=1),
    ),
    "deconvolution_of_groups": (
        "Deconvolution", {"convolution_param": {"num_output": 4, "kernel_size": 3, "stride": 2, "group": 2, "bias_term": False}},
        (2, 4, 5, 6), [(4, 2, 3, 3)],
        lambda f, x, w: f.conv_transpose2d(x, w, stride=2, groups=2),
    ),
    "largest": (
        "Pooling", {"pooling_param": {"pool": "MAX", "kernel_size": 3, "stride": 2}}, (2, 3, 8, 9), [],
        lambda f, x: f.max_pool2d(x, 3, 2, ceil_mode=True),
    ),
    "largest_padded": (
        "Pooling", {"pooling_param": {"pool": "MAX", "kernel_size": 3, "stride": 2, "pad": 1}}, (2, 3, 8, 7), [],
        lambda f, x: f.max_pool2d(x, 3, 2, padding=1, ceil_mode=True),
    ),
    "mean": (
        "Pooling", {"pooling_param": {"pool": "AVE", "kernel_size": 3, "stride": 2, "pad": 1}}, (2, 3, 8, 7), [],
        lambda f, x: f.avg_pool2d(x, 3, 2, padding=1, ceil_mode=True, count_include_pad=True),
    ),
    "mean_of_all": (
        "Pooling", {"pooling_param": {"pool": "AVE", "global_pooling": True}}, (2, 3, 8, 7), [],
        lambda f, x: f.adaptive_avg_pool2d(x, 1),
    ),
    "product": (
        "InnerProduct", {"inner_product_param": {"num_output": 5}}, (2, 3, 4, 2), [(5, 24), (5,)],
        lambda f, x, w, b: f.linear(x.flatten(1), w, b),
    ),
    "neighbours": (
        "LRN", {"lrn_param": {"local_size": 5, "alpha": 0.3, "beta": 0.75, "k": 2.0}}, (2, 7, 4, 3), [],
        lambda f, x: f.local_response_norm(x, 5, alpha=0.3, beta=0.75, k=2.0),
    ),
    "prelu": ("PReLU", {}, (2, 4, 3, 3), [(4,)], lambda f, x, a: f.prelu(x, a)),
    "elu": ("ELU", {"elu_param": {"alpha": 0.7}}, (2, 4, 3, 3), [], lambda f, x: f.elu(x, 0.7)),
    "relu": ("ReLU", {}, (2, 4, 3, 3), [], lambda f, x: f.relu(x)),
    "leaky_relu": (
        "ReLU", {"relu_param": {"negative_slope": 0.2}}, (2, 4, 3, 3), [], lambda f, x: f.leaky_relu(x, 0.2),
    ),
    "sigmoid": ("Sigmoid", {}, (2, 4, 3, 3), [], lambda f, x: x.sigmoid()),
    "tanh": ("TanH", {}, (2, 4, 3, 3), [], lambda f, x: x.tanh()),
    "swish": ("Swish", {}, (2, 4, 3, 3), [], lambda f, x: f.silu(x)),
    "softplus": ("BNLL", {}, (2, 4, 3, 3), [], lambda f, x: f.softplus(x)),
    "softmax": ("Softmax", {}, (2, 4, 3, 3), [], lambda f, x: f.softmax(x, 1)),
    "clip": ("Clip", {"clip_param": {"min": 0.0, "max": 0.5}}, (2, 4, 3, 3), [], lambda f, x: x.clamp(0, 0.5)),
    "scale": (
        "Scale", {"scale_param": {"bias_term": True}}, (2, 4, 3, 3), [(4,), (4,)],
        lambda f, x, w, b: x * w.reshape(1, -1, 1, 1) + b.reshape(1, -1, 1, 1),
    ),
    "moments": (
        "BatchNorm", {"batch_norm_param": {"eps": 0.001}}, (2, 4, 3, 3), [(4,), (4,), (1,)],
        lambda f, x, mean, variance, factor: f.batch_norm(x, mean / factor, (variance / factor).abs(), eps=0.001),
    ),
    "words": (
        "Embed", {"embed_param": {"input_dim": 7, "num_output": 3}}, (2, 5), [(7, 3), (3,)],
        lambda f, x, w, b: f.embedding(x.long(), w) + b,
    ),
}  # fmt: skip


def inputs(key):
    """The input of a case: whole numbers for words."""
    kind, _, shape, _, _ = CASES[key]
    x = array(key, 0, *shape)
    return np.floor(np.abs(x) * 2) % 7 if kind == "Embed" else x


def weights(key):
    """The weights of a case; variances and the factor of moments are above 0."""
    kind, _, _, shapes, _ = CASES[key]
    found = [array(key, number, *shape) for number, shape in enumerate(shapes, 1)]
    return [found[0], *(np.abs(one) + 0.5 for one in found[1:])] if kind == "BatchNorm" else found


def main():
    """Compute and write."""
    import torch
    from torch.nn import functional

    golden = {
        key: case[4](functional, *map(torch.tensor, [inputs(key), *weights(key)])).numpy()
        for key, case in CASES.items()
    }
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **golden)


if __name__ == "__main__":
    main()
