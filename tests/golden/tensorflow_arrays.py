"""Functions of tf on given arrays: what TensorFlow gives stands in tensorflow_arrays.npz.

    python tests/golden/tensorflow_arrays.py

writes it, where TensorFlow is installed.
"""

import importlib
import os
from pathlib import Path

import numpy as np

HERE = Path(__file__)
RNG = np.random.default_rng(12)


def _reals(*shape):
    return RNG.normal(size=shape).astype("float32")


X, SQUARE, IMAGE = _reals(3, 4), _reals(2, 3, 3), _reals(2, 6, 7, 3)
IDS = np.array([0, 2, 0, 1], "int32")
WHOLE = np.array([3, 1, 3, 2, 1, 7])

# Name of the case -> function, arguments, arguments by name.
CASES = {
    "boolean_mask": ("boolean_mask", (X, np.array([True, False, True])), {}),
    "complex": ("complex", (X, X[::-1].copy()), {}),
    "dynamic_partition": ("dynamic_partition", (X, np.array([1, 0, 1]), 2), {}),
    "dynamic_stitch": ("dynamic_stitch", ([np.array([2, 0]), np.array([1])], [X[:2], X[2:]]), {}),
    "gather_nd": ("gather_nd", (X, np.array([[0, 1], [2, 3]])), {}),
    "gather_nd of samples": ("gather_nd", (SQUARE, np.array([[1], [0]])), {"batch_dims": 1}),
    "histogram_fixed_width": ("histogram_fixed_width", (X, [-1.0, 1.0]), {"nbins": 4}),
    "reverse_sequence": ("reverse_sequence", (X, np.array([2, 4, 1])), {"seq_axis": 1, "batch_axis": 0}),
    "scatter_nd": ("scatter_nd", (np.array([[0], [2], [0]]), X, (4, 4)), {}),
    "sequence_mask": ("sequence_mask", (np.array([1, 3, 2]),), {"maxlen": 5}),
    "slice": ("slice", (IMAGE, (0, 1, 2, 0), (2, 3, -1, 3)), {}),
    "strided_slice": ("strided_slice", (X, [0, 1], [3, 4], [2, 1]), {}),
    "tensor_scatter_nd_add": ("tensor_scatter_nd_add", (X, np.array([[0], [2], [0]]), X), {}),
    "tensor_scatter_nd_update": ("tensor_scatter_nd_update", (X, np.array([[1], [2]]), X[:2]), {}),
    "unique_with_counts": ("unique_with_counts", (WHOLE,), {}),
    "linalg.band_part": ("linalg.band_part", (SQUARE, 0, -1), {}),
    "linalg.diag_part": ("linalg.diag_part", (SQUARE,), {}),
    "linalg.matvec": ("linalg.matvec", (SQUARE, _reals(2, 3)), {}),
    "linalg.set_diag": ("linalg.set_diag", (SQUARE, np.zeros((2, 3), "float32")), {}),
    "linalg.triangular_solve": ("linalg.triangular_solve", (np.tril(SQUARE) + 2 * np.eye(3, dtype="float32"), SQUARE), {}),
    "math.confusion_matrix": ("math.confusion_matrix", ([0, 1, 2, 1], [0, 2, 2, 1]), {}),
    "math.count_nonzero": ("math.count_nonzero", (WHOLE - 3,), {}),
    "math.cumulative_logsumexp": ("math.cumulative_logsumexp", (X,), {"axis": 1}),
    "math.in_top_k": ("math.in_top_k", (np.array([1, 3, 0]), X, 2), {}),
    "math.invert_permutation": ("math.invert_permutation", (np.array([2, 0, 1]),), {}),
    "math.log_sigmoid": ("math.log_sigmoid", (X,), {}),
    "math.multiply_no_nan": ("math.multiply_no_nan", (np.array([np.inf, 2.0]), np.array([0.0, 3.0])), {}),
    "math.polyval": ("math.polyval", ([1.0, 2.0, 3.0], X), {}),
    "math.reduce_euclidean_norm": ("math.reduce_euclidean_norm", (X, 1), {}),
    "math.segment_mean": ("math.segment_mean", (_reals(4, 2), np.array([0, 0, 1, 1])), {}),
    "math.unsorted_segment_sum": ("math.unsorted_segment_sum", (_reals(4, 2), IDS, 3), {}),
    "math.unsorted_segment_mean": ("math.unsorted_segment_mean", (_reals(4, 2), IDS, 3), {}),
    "math.xlogy": ("math.xlogy", (np.array([0.0, 2.0]), np.array([0.0, 3.0])), {}),
    "math.zero_fraction": ("math.zero_fraction", (WHOLE - 3,), {}),
    "nn.avg_pool2d": ("nn.avg_pool2d", (IMAGE, 2, 2, "SAME"), {}),
    "nn.bias_add": ("nn.bias_add", (IMAGE, np.ones(3, "float32")), {}),
    "nn.batch_normalization": ("nn.batch_normalization", (X, X[0], np.abs(X[1]), X[2], X[1], 1e-3), {}),
    "nn.conv1d": ("nn.conv1d", (_reals(2, 8, 3), _reals(3, 3, 4), 2, "SAME"), {}),
    "nn.conv2d": ("nn.conv2d", (IMAGE, _reals(3, 3, 3, 4)), {"strides": [1, 2, 2, 1], "padding": "SAME"}),
    "nn.depthwise_conv2d": ("nn.depthwise_conv2d", (IMAGE, _reals(3, 3, 3, 2), [1, 1, 1, 1], "VALID"), {}),
    "nn.embedding_lookup": ("nn.embedding_lookup", (X, np.array([2, 0, 0])), {}),
    "nn.max_pool2d": ("nn.max_pool2d", (IMAGE, [1, 3, 3, 1], [1, 1, 1, 1], "VALID"), {}),
    "nn.top_k": ("nn.top_k", (X, 2), {}),
    "nn.weighted_cross_entropy_with_logits": (
        "nn.weighted_cross_entropy_with_logits", ((X > 0).astype("float32"), X[::-1].copy(), 3.0), {},
    ),
    "nn.space_to_depth": ("nn.space_to_depth", (IMAGE[:, :, :6].copy(), 2), {}),
    "signal.rfft": ("signal.rfft", (X,), {}),
    "signal.stft": ("signal.stft", (_reals(50),), {"frame_length": 12, "frame_step": 5}),
    "signal.stft, filled up": ("signal.stft", (_reals(50), 12, 5), {"fft_length": 16, "pad_end": True}),
    "signal.frame": ("signal.frame", (X, 2, 1), {}),
}  # fmt: skip


def leaves(found):
    """What a function gives, as a list of arrays."""
    if isinstance(found, (tuple, list)):
        return [leaf for one in found for leaf in leaves(one)]
    return [np.asarray(found)]


def named(module, name):
    """A function by its path in a module."""
    for part in name.split("."):
        module = getattr(module, part)
    return module


def main():
    """Compute and write."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    tensorflow = importlib.import_module("tensorflow")
    found = {}
    for case, (name, arguments, by_name) in CASES.items():
        for i, array in enumerate(leaves(named(tensorflow, name)(*arguments, **by_name))):
            found[f"{case}/{i}"] = array
    np.savez_compressed(HERE.with_suffix(".npz"), **found)


if __name__ == "__main__":
    main()
