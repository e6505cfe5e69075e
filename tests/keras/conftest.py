"""What the notes are run in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt

import engine


@pytest.fixture
def notes(engine_as_keras: Any) -> Iterator[Any]:
    """What the notes are run in: `import keras` finds the engine, random numbers repeat, pictures are put away."""
    np.random.seed(1337)
    yield engine_as_keras
    plt.close("all")


@pytest.fixture
def digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mnist.npz in Keras's cache: real digits, 8 x 8 scaled to 28 x 28."""
    (x, y), (x_test, y_test) = engine.datasets.digits.load_data()

    def enlarge(images: np.ndarray) -> np.ndarray:
        large = np.kron(images[..., 0], np.ones((1, 3, 3)))
        return (np.pad(large, ((0, 0), (2, 2), (2, 2))) * 255).astype("uint8")

    folder = tmp_path / "datasets"
    folder.mkdir()
    np.savez(folder / "mnist.npz", x_train=enlarge(x), y_train=y, x_test=enlarge(x_test), y_test=y_test)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
