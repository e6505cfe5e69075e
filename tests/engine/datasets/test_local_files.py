"""Data sets read from small files made here."""

import gzip
import os
import pickle

import numpy as np
import pytest

from engine.datasets import boston_housing, california_housing, cifar10, cifar100, fashion_mnist, imdb, mnist, reuters
from engine.errors import FileError, SettingError


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
    with pytest.raises(ValueError, match="found one of objects"):
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


def _write_cifar(folder, names, labels, keys):
    """Batches as Python 2 pickled them: texts of bytes, protocol 2."""
    folder.mkdir(parents=True)
    for start, name in enumerate(names):
        data = (np.arange(2 * 3072, dtype="uint8") + start).reshape(2, 3072)
        (folder / name).write_bytes(pickle.dumps({b"data": data, **dict.fromkeys(keys, labels)}, protocol=2))


def test_cifar10_pictures_have_the_channels_last(home):
    names = [f"data_batch_{n}" for n in range(1, 6)] + ["test_batch"]
    _write_cifar(home / "cifar-10-batches-py", names, [6, 9], [b"labels"])
    (x, y), (x_test, y_test) = cifar10.load_data()
    assert x.shape == (10, 32, 32, 3) and x.dtype == np.uint8 and x_test.shape == (2, 32, 32, 3)
    assert y.shape == (10, 1) and y[:, 0].tolist() == [6, 9] * 5 and y_test[:, 0].tolist() == [6, 9]
    first = np.arange(3072, dtype="uint8").reshape(3, 32, 32)
    assert (x[0] == first.transpose(1, 2, 0)).all()
    (home / "cifar-10-batches-py" / "test_batch").write_bytes(pickle.dumps({"data": [1]}, protocol=2))
    with pytest.raises(FileError, match=r"test_batch.*pictures as 'data'"):
        cifar10.load_data()


def test_cifar100_has_two_kinds_of_labels(home):
    _write_cifar(home / "cifar-100-python", ["train", "test"], [3, 99], [b"fine_labels"])
    assert cifar100.load_data()[1][1].tolist() == [[3], [99]]
    with pytest.raises(FileError, match="coarse_labels"):
        cifar100.load_data("coarse")
    with pytest.raises(ValueError, match="label_mode"):
        cifar100.load_data("rough")


def _lists(*texts):
    return np.fromiter(texts, object, len(texts))


@pytest.fixture
def reviews(home):
    train, test = _lists([1, 2, 3], [4], [5, 6, 70000]), _lists([7, 8], [9, 1])
    np.savez(home / "imdb.npz", x_train=train, y_train=[0, 1, 0], x_test=test, y_test=[1, 0])
    order = np.arange(3)
    np.random.RandomState(113).shuffle(order)
    return [train[i] for i in order], order


def test_reviews_start_with_1_and_words_from_4(reviews):
    expected, order = reviews
    (x, y), (x_test, y_test) = imdb.load_data(num_words=10**6)
    assert x.tolist() == [[1, *(word + 3 for word in text)] for text in expected]
    assert y.tolist() == [[0, 1, 0][i] for i in order]
    assert sorted(x_test.tolist()) == [[1, 10, 11], [1, 12, 4]] and sorted(y_test.tolist()) == [0, 1]
    assert x.dtype == object and isinstance(x[0], list) and type(x[0][1]) is int


def test_the_largest_word_is_cut_by_default(reviews):
    """Keras takes the largest number as num_words, and keeps only those below it."""
    (x, _), _ = imdb.load_data()
    assert [1, 8, 9, 2] in x.tolist()


def test_rare_and_frequent_words_are_replaced_or_left_out(reviews):
    expected, _ = reviews
    (x, _), _ = imdb.load_data(num_words=9, skip_top=5)
    assert x.tolist() == [[2, *(w + 3 if 5 <= w + 3 < 9 else 2 for w in text)] for text in expected]
    (x, _), _ = imdb.load_data(num_words=9, skip_top=5, oov_char=None)
    assert x.tolist() == [[w + 3 for w in text if 5 <= w + 3 < 9] for text in expected]
    with pytest.warns(UserWarning, match="num_words=9"):
        (x, _), _ = imdb.load_data(nb_words=9, start_char=None, index_from=0)
    assert x.tolist() == [[w if w < 9 else 2 for w in text] for text in expected]


def test_maxlen_keeps_shorter_reviews_only(reviews):
    (x, y), (x_test, y_test) = imdb.load_data(maxlen=4, num_words=100)
    # One training review of two words with its start, and both test reviews: cut at three, as in Keras.
    assert sorted(map(len, x)) == [2, 3, 3] and len(y) == 3 and len(x_test) == len(y_test) == 0
    with pytest.raises(ValueError, match=r"maxlen.*less than 2 words.*shortest has 2"):
        imdb.load_data(maxlen=2)
    with pytest.raises(ValueError, match="num_words"):
        imdb.load_data(num_words=-1)


def test_newswires_are_parted_after_shuffling(home):
    texts = _lists(*([n] * (1 + n % 3) for n in range(10)))
    np.savez(home / "reuters.npz", x=texts, y=np.arange(10))
    (x, y), (x_test, y_test) = reuters.load_data(test_split=0.3, num_words=100)
    assert len(x) == 7 and len(x_test) == 3
    order = np.arange(10)
    np.random.RandomState(113).shuffle(order)
    assert [*y, *y_test] == order.tolist()
    assert all(text == [1] + [label + 3] * (1 + label % 3) for text, label in zip([*x, *x_test], order, strict=True))
    with pytest.raises(ValueError, match="test_split"):
        reuters.load_data(test_split=2)


def test_word_numbers_come_as_a_dict(home):
    (home / "imdb_word_index.json").write_text('{"fawn": 34701, "caf\\u00e9": 7}')
    assert imdb.get_word_index() == {"fawn": 34701, "café": 7}
    (home / "reuters_word_index.json").write_text('{"a": "b"}')
    with pytest.raises(FileError, match="a number for each word"):
        reuters.get_word_index()
    (home / "reuters_word_index.json").write_text("{")
    with pytest.raises(FileError, match="line 1"):
        reuters.get_word_index()


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": _lists([1], ["a"]), "y": [0, 1]}, "whole numbers"),
        ({"x": _lists([1], 2), "y": [0, 1]}, "list of word numbers"),
        ({"x": np.arange(2), "y": [0, 1]}, "list of word numbers"),
        ({"x": _lists([1]), "y": [0, 1]}, "one label"),
        ({"x": _lists([1])}, "an array 'y'"),
        ({"x": _lists([os.system]), "y": [0]}, "posix.system|nt.system"),
    ],
)
def test_other_files_are_refused(home, arrays, words):
    np.savez(home / "reuters.npz", **arrays)
    with pytest.raises(FileError, match=words):
        reuters.load_data()


def test_one_list_many_times_is_no_bomb(home):
    """10,000 references to one list of 100,000 words would be 8 GB."""
    words = [1] * 100_000
    np.savez_compressed(home / "reuters.npz", x=_lists(*[words] * 10_000), y=np.zeros(10_000))
    with pytest.raises(FileError, match=r"at most \d+ words"):
        reuters.load_data()


def test_blocks_of_california_come_in_the_order_of_keras(tmp_path):
    path = str(tmp_path / "blocks.npz")
    np.savez(path, x=np.arange(1000.0)[:, None] * np.ones(8), y=np.arange(1000.0))
    (x, y), (_, y_test) = california_housing.load_data(path=path)
    order = np.random.RandomState(113).permutation(1000)
    np.testing.assert_array_equal(np.concatenate([y, y_test]), order)
    np.testing.assert_array_equal(x[:, 3], y)
    assert len(california_housing.load_data("small", path)[0][0]) == 480
    with pytest.raises(SettingError, match="'large' or 'small'"):
        california_housing.load_data("tiny", path)  # pyright: ignore[reportArgumentType] - what is refused
    with pytest.raises(SettingError, match="test_split"):
        california_housing.load_data(path=path, test_split=1)
