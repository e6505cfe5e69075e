"""`python tests/golden/digits.py`: engine/datasets/digits.npz anew, from the copy that scikit-learn carries.

Pixels are whole numbers from 0 to 16. The order is that of `engine.datasets.digits` since it exists, so that figures of
trainings stay what they are.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

PLACE = Path(__file__).resolve().parents[2] / "engine/datasets/digits.npz"


def main() -> None:
    """Write the file, and say its size."""
    stored = load_digits()
    order = np.random.default_rng(0).permutation(len(stored.target))
    np.savez_compressed(
        PLACE, images=stored.images[order].astype(np.uint8), labels=stored.target[order].astype(np.uint8)
    )
    print(f"{PLACE}: {PLACE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
