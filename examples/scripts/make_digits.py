"""Write scikit-learn's 1797 handwritten digits (8 x 8 pixels) as an npz file with the keys that MNIST files have.

    python examples/scripts/make_digits.py digits.npz

x_train (1437, 8, 8, 1) and x_test (360, 8, 8, 1): float32 from 0 to 1; y_train, y_test: the digit, int64.
"""

import sys

import numpy as np
from sklearn.datasets import load_digits


def main(path: str) -> None:
    """Write the file."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.images))
    images = (digits.images[order, :, :, None] / 16).astype("float32")
    labels = digits.target[order].astype("int64")
    train = 1437
    np.savez_compressed(
        path, x_train=images[:train], y_train=labels[:train], x_test=images[train:], y_test=labels[train:]
    )
    print(f"{path}: {train} digits to learn from, {len(images) - train} to test with")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "digits.npz")
