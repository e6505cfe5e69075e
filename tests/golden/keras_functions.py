"""Functions of keras.ops on given arrays: what Keras 3 gives stands in keras_functions.npz.

    python tests/golden/keras_functions.py

writes it, where Keras 3 and JAX are installed.
"""

import importlib
import os
from pathlib import Path

import numpy as np

HERE = Path(__file__)
RNG = np.random.default_rng(11)


def _reals(*shape):
    return RNG.normal(size=shape).astype("float32")


X, Y, VECTOR = _reals(3, 4), _reals(5, 4), _reals(8)
IMAGE, SEQUENCE, VOLUME = _reals(2, 6, 7, 4), _reals(2, 9, 4), _reals(1, 4, 5, 3, 2)
SQUARE = _reals(2, 3, 3) + 3 * np.eye(3, dtype="float32")
FACTOR = np.tril(np.abs(_reals(3, 3))) + np.eye(3, dtype="float32")
KERNEL, PART = _reals(3, 2, 4, 6), _reals(3, 3, 2, 6)
HEADS, FEW_HEADS = _reals(2, 5, 4, 3), _reals(2, 6, 2, 3)
IDS = np.array([0, 2, 0, 3, 2, 2, 0, 3], "int32")
LOGITS = _reals(2, 7, 4)
UNIT = np.linspace(-0.95, 0.95, 8).astype("float32")

# Name of the case -> function, arguments, arguments by name.
CASES = {
    "adaptive_average_pool": ("adaptive_average_pool", (IMAGE, (3, 4)), {}),
    "adaptive_max_pool": ("adaptive_max_pool", (SEQUENCE, 4), {}),
    "average_pool": ("average_pool", (IMAGE, 2), {"strides": 1, "padding": "same"}),
    "average_pool of sequences": ("average_pool", (SEQUENCE, 3), {"strides": 2}),
    "batch_normalization": ("batch_normalization", (X, X[0], np.abs(X[1])), {"axis": -1, "offset": X[2], "scale": X[1]}),
    "cdist": ("cdist", (X, Y), {}),
    "cholesky_inverse": ("cholesky_inverse", (FACTOR,), {}),
    "cholesky_inverse of an upper one": ("cholesky_inverse", (FACTOR.T.copy(),), {"upper": True}),
    "conv": ("conv", (IMAGE, KERNEL), {"strides": (2, 1), "padding": "same"}),
    "conv in groups": ("conv", (IMAGE, PART), {"padding": "valid"}),
    "conv, dilated": ("conv", (SEQUENCE, _reals(2, 4, 3)), {"dilation_rate": 3}),
    "conv of volumes": ("conv", (VOLUME, _reals(2, 2, 2, 2, 3)), {}),
    "conv_transpose": ("conv_transpose", (IMAGE, _reals(3, 3, 5, 4)), {"strides": 2, "padding": "same"}),
    "conv_transpose of sequences": ("conv_transpose", (SEQUENCE, _reals(4, 2, 4)), {"strides": 3}),
    "depth_to_space": ("depth_to_space", (IMAGE, 2), {}),
    "depthwise_conv": ("depthwise_conv", (IMAGE, _reals(3, 3, 4, 2)), {"padding": "same"}),
    "depthwise_conv of sequences": ("depthwise_conv", (SEQUENCE, _reals(3, 4, 1)), {"strides": 2}),
    "dot_product_attention": ("dot_product_attention", (HEADS, HEADS[:, ::-1].copy(), HEADS), {"is_causal": True}),
    "dot_product_attention, fewer heads": ("dot_product_attention", (HEADS, FEW_HEADS, FEW_HEADS), {"scale": 0.3}),
    "erfc": ("erfc", (X,), {}),
    "erfinv": ("erfinv", (UNIT,), {}),
    "extract_sequences": ("extract_sequences", (VECTOR, 4, 2), {}),
    "fft": ("fft", ((X, X[::-1].copy()),), {}),
    "fft2": ("fft2", ((X, X[::-1].copy()),), {}),
    "ifft2": ("ifft2", ((X, X[::-1].copy()),), {}),
    "glu": ("glu", (X,), {}),
    "in_top_k": ("in_top_k", (np.array([1, 3, 0]), X, 2), {}),
    "irfft": ("irfft", ((X, X[::-1].copy()),), {}),
    "rfft": ("rfft", (VECTOR,), {"fft_length": 6}),
    "stft": ("stft", (_reals(40), 8, 4, 10), {}),
    "stft, beginning at once": ("stft", (_reals(2, 40), 8, 3, 8), {"center": False, "window": "hamming"}),
    "istft": ("istft", ((_reals(9, 5), _reals(9, 5)), 8, 4, 8), {}),
    "istft of a length": ("istft", ((_reals(9, 5), _reals(9, 5)), 6, 3, 8), {"length": 20}),
    "layer_normalization": ("layer_normalization", (X, X[0], X[1]), {"epsilon": 1e-3}),
    "rms_normalization": ("rms_normalization", (X, X[0]), {}),
    "logaddexp2": ("logaddexp2", (X, X[::-1].copy()), {}),
    "logdet": ("logdet", (SQUARE,), {}),
    "slogdet": ("slogdet", (SQUARE,), {}),
    "lstsq": ("lstsq", (Y, _reals(5, 2)), {}),
    "lu_factor": ("lu_factor", (SQUARE[0],), {}),
    "matrix_rank": ("matrix_rank", (np.outer(VECTOR, VECTOR),), {}),
    "solve_triangular": ("solve_triangular", (FACTOR, _reals(3, 2)), {"lower": True}),
    "max_pool": ("max_pool", (IMAGE, (2, 3)), {"strides": 2}),
    "multi_hot": ("multi_hot", (np.array([[0, 2, 2], [1, 3, 0]]), 5), {}),
    "nancumprod": ("nancumprod", (np.array([1.0, np.nan, 3.0], "float32"),), {"axis": 0}),
    "psnr": ("psnr", (X, X[::-1].copy(), 2.0), {}),
    "rearrange": ("rearrange", (IMAGE, "b (h p) w c -> b h (w p) c"), {"p": 2}),
    "saturate_cast": ("saturate_cast", (200 * X, "int8"), {}),
    "scatter": ("scatter", (np.array([[0, 1], [2, 2], [0, 1]]), np.array([1.0, 2.0, 3.0], "float32"), (3, 4)), {}),
    "scatter_update": ("scatter_update", (X, np.array([[0, 1], [2, 2]]), np.array([7.0, 8.0], "float32")), {}),
    "segment_max": ("segment_max", (VECTOR, IDS), {"num_segments": 4}),
    "segment_sum": ("segment_sum", (VECTOR, IDS), {"num_segments": 5}),
    "separable_conv": ("separable_conv", (IMAGE, _reals(3, 3, 4, 2), _reals(1, 1, 8, 5)), {"padding": "same"}),
    "slice": ("slice", (IMAGE, (0, 1, 2, 0), (2, 3, 2, 4)), {}),
    "slice_update": ("slice_update", (X, (1, 2), np.ones((2, 2), "float32")), {}),
    "space_to_depth": ("space_to_depth", (_reals(2, 4, 6, 3), 2), {}),
    "sparse_plus": ("sparse_plus", (3 * X,), {}),
    "sparse_sigmoid": ("sparse_sigmoid", (3 * X,), {}),
    "threshold": ("threshold", (X, 0.2, -5.0), {}),
    "trapezoid": ("trapezoid", (X,), {"dx": 0.5}),
    "unfold": ("unfold", (np.moveaxis(IMAGE, -1, 1).copy(), (3, 2)), {"padding": 1, "stride": 2}),
    "fold": ("fold", (_reals(2, 12, 20), (5, 6), (2, 2)), {}),
    "unstack": ("unstack", (X,), {"axis": 1}),
    "view_as_real": ("view_as_real", (X + 1j * X[::-1],), {}),
    "ctc_loss": (
        "ctc_loss", (np.array([[1, 3, 3], [2, 0, 0]]), LOGITS, np.array([3, 1]), np.array([7, 5])), {},
    ),
    "ctc_decode": ("ctc_decode", (3 * LOGITS, np.array([7, 5])), {}),
}  # fmt: skip


def leaves(found):
    """What a function gives, as a list of arrays."""
    if isinstance(found, (tuple, list)):
        return [leaf for one in found for leaf in leaves(one)]
    return [np.asarray(found)]


def main():
    """Compute and write."""
    os.environ["KERAS_BACKEND"] = "jax"
    ops = importlib.import_module("keras").ops
    found = {}
    for case, (name, arguments, by_name) in CASES.items():
        try:
            made = leaves(getattr(ops, name)(*arguments, **by_name))
        except (TypeError, ValueError, NotImplementedError) as error:
            print(case, type(error).__name__, str(error)[:200])
            continue
        for i, array in enumerate(made):
            found[f"{case}/{i}"] = array
    np.savez_compressed(HERE.with_suffix(".npz"), **found)


if __name__ == "__main__":
    main()
