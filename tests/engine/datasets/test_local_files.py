"""Data sets read from small files made here."""

import gzip

import numpy as np
import pytest

from engine.core.errors import FileError
from engine.datasets import boston_housing, fashion_mnist, mnist


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets" / "fashion-mnist").mkdir(parents=True)
    return tmp_path / "datasets"


def test_boston_is_shuffled_as_in_keras(home):
    np.savez(home / "boston_housing.npz", x=np.arange(10.0)[:, None], y=np.arange(10.0))
    (x, y), (x_test, y_test) = boston_housing.load_data()
    order = np.arange(10)
    np.random.RandomState(113).shuffle(order)
    assert y.tolist() == order[:8].tolist() and y_test.tolist() == order[8:].tolist()
    assert x.shape == (8, 1) and x_test.shape == (2, 1)
    with pytest.raises(ValueError, match="test_split"):
        boston_housing.load_data(test_split=1)


def test_a_pickle_in_an_npz_is_refused(home):
    path = home / "own.npz"
    np.savez(path, x=np.array([[1], [2, 3]], dtype=object), y=np.arange(2))
    with pytest.raises(ValueError, match="plain arrays"):
        boston_housing.load_data(str(path))


def test_fashion_images_have_their_labels(home):
    for part, n in (("train", 3), ("t10k", 2)):
        labels, images = bytes(8) + bytes(range(n)), bytes(16) + bytes(np.repeat(np.arange(n, dtype="uint8"), 784))
        for kind, data in (("labels-idx1", labels), ("images-idx3", images)):
            with gzip.open(home / "fashion-mnist" / f"{part}-{kind}-ubyte.gz", "wb") as file:
                file.write(data)
    (x, y), (x_test, y_test) = fashion_mnist.load_data()
    assert x.shape == (3, 28, 28) and y.tolist() == [0, 1, 2] and x[2, 0, 0] == 2
    assert len(x_test) == len(y_test) == 2


def test_mnist_comes_from_the_cache_and_is_not_fetched_over(tmp_path, home):
    parts = {
        "x_train": np.zeros((3, 28, 28), "uint8"),
        "y_train": np.arange(3),
        "x_test": np.ones((2, 28, 28), "uint8"),
    }
    np.savez(home / "mnist.npz", **parts, y_test=np.arange(2))
    (x, y), (x_test, y_test) = mnist.load_data()
    assert x.shape == (3, 28, 28) and y.tolist() == [0, 1, 2] and x_test.all() and y_test.tolist() == [0, 1]
    np.savez(tmp_path / "other.npz", **parts)
    with pytest.raises(FileError, match="y_test"):
        mnist.load_data(str(tmp_path / "other.npz"))
