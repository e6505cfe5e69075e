"""Write 1797 real handwritten digits (8 x 8 pixels) as an npz file with the keys that MNIST files have.

    python examples/scripts/make_digits.py digits.npz

x_train (1437, 8, 8, 1) and x_test (360, 8, 8, 1): float32 from 0 to 1; y_train, y_test: the digit, int64.
"""

import sys

import numpy as np

from engine.datasets import digits


def main(path: str) -> None:
    """Write the file."""
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    np.savez_compressed(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    print(f"{path}: {len(x_train)} digits to learn from, {len(x_test)} to test with")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "digits.npz")
