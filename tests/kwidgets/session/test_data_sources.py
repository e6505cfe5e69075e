import gzip
import os
import pickle
from dataclasses import replace

import h5py
import numpy as np
import pytest

from kwidgets.document import Refused
from kwidgets.session import array_files
from kwidgets.session.built_in import BUILT_IN
from kwidgets.session.data_sources import DataSources, suggested


class Evil:
    def __reduce__(self):
        return (print, ("ran",))


def names(source):
    return [array["key"] for array in source["arrays"]]


def test_arrays_of_numbers_and_of_texts_among_the_variables_are_offered():
    variables = {"x": np.zeros((5, 3)), "_private": np.zeros(3), "words": np.array(["a"]), "n": 7}
    variables |= {"empty": np.zeros((0, 2)), "scalar": np.float32(1), "bytes": np.array([b"a"])}
    variables |= {"objects": np.array(["a", "b"], object), "mixed": np.array(["a", 3], object)}
    assert names(DataSources(lambda: variables).offered()[0]) == ["x", "words", "objects"]


def test_given_arrays_win_over_variables():
    sources = DataSources(lambda: {"x": np.zeros(3)}, {"x": np.ones((2, 2))})
    assert sources.offered()[0]["arrays"][0]["shape"] == [2, 2]


def test_an_npz_file_is_offered_by_its_headers_and_read(tmp_path):
    x = np.arange(12.0).reshape(4, 3)
    np.savez_compressed(tmp_path / "d.npz", x=x, y=np.arange(4), words=np.array(["a", "b"]))
    sources = DataSources()
    source = sources.open(str(tmp_path / "d.npz"))
    offered = next(s for s in sources.offered() if s["kind"] == "file")
    assert names(offered) == ["x", "y", "words"]
    assert (sources.arrays(source, ["x"])["x"] == x).all()
    assert sources.arrays(source, ["words"])["words"].tolist() == ["a", "b"]


def test_an_hdf5_file_is_offered_with_paths_inside(tmp_path):
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file["train/x"] = np.ones((3, 2), "float32")
        file["other"] = h5py.ExternalLink("/etc/passwd", "/")
        file["soft"] = h5py.SoftLink("/train/x")
    sources = DataSources()
    source = sources.open(str(tmp_path / "d.h5"))
    assert names(sources.offered()[1]) == ["train/x"]
    assert sources.arrays(source, ["train/x"])["train/x"].shape == (3, 2)


def test_an_npy_file_is_one_array_named_x(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(12.0).reshape(4, 3))
    sources = DataSources()
    source = sources.open(str(tmp_path / "x.npy"))
    offered = next(one for one in sources.offered() if one["kind"] == "file")
    assert offered["arrays"] == [{"key": "x", "shape": [4, 3], "dtype": "float64"}]
    np.testing.assert_array_equal(sources.arrays(source, ["x"])["x"], np.arange(12.0).reshape(4, 3))
    np.save(tmp_path / "x.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(Refused, match="expected an array of numbers"):
        sources.open(str(tmp_path / "x.npy"))
    (tmp_path / "cut.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(Refused, match="expected an array of numbers"):
        sources.open(str(tmp_path / "cut.npy"))


def test_pickles_in_an_npz_are_neither_offered_nor_run(tmp_path, capsys):
    np.savez(tmp_path / "d.npz", x=np.zeros(3), bad=np.array([Evil()], dtype=object))
    sources = DataSources()
    source = sources.open(str(tmp_path / "d.npz"))
    assert names(sources.offered()[1]) == ["x"]
    with pytest.raises(Refused):
        sources.arrays(source, ["bad"])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("path", ["", "nowhere.npz", "/dev/zero", os.path.dirname(__file__), "a\0b", __file__])
def test_what_is_no_file_of_arrays_is_refused_in_words(path):
    with pytest.raises(Refused) as refused:
        DataSources().open(path)
    assert refused.value.why


def test_a_torn_file_is_refused(tmp_path):
    np.savez(tmp_path / "d.npz", x=np.zeros((100, 100)))
    whole = (tmp_path / "d.npz").read_bytes()
    (tmp_path / "d.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused):
        DataSources().open(str(tmp_path / "d.npz"))


def test_an_array_that_unfolds_out_of_nothing_is_refused_before_it_is_read(tmp_path):
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file.create_dataset("x", shape=(2**45,), dtype="float32", chunks=(2**10,))
    with pytest.raises(ValueError, match="out of 0 stored ones"):
        array_files.read(tmp_path / "d.h5", ["x"])


def test_a_missing_variable_is_named():
    with pytest.raises(Refused, match="no array named 'x'"):
        DataSources().arrays({"kind": "notebook", "name": "notebook"}, ["x"])


@pytest.mark.parametrize("name", sorted(name for name, data in BUILT_IN.items() if data.present()))
def test_a_ready_set_is_what_it_says(name):
    data = BUILT_IN[name]
    found = data.load()
    assert {key: (array.shape, str(array.dtype)) for key, array in found.items()} == data.shapes


def described(**shapes):
    return [{"key": key, "shape": list(shape), "dtype": dtype} for key, (shape, dtype) in shapes.items()]


DIGITS = {
    "inputs": {"input_1": None},
    "targets": {"dense_1": None},
    "expected": {"input_1": [None, 8, 8, 1], "dense_1": [None, 10]},
}
IMAGES = ((5, 8, 8, 1), "float32")


def test_arrays_that_fit_are_suggested_by_shape_and_name():
    arrays = described(a=((5, 2), "float32"), one_hot=((5, 10), "float32"), y=((5, 10), "float32"), x=IMAGES)
    found = suggested(DIGITS, arrays)
    assert (found.inputs, found.targets, found.labels) == ({"input_1": "x"}, {"dense_1": "y"}, ())


def test_class_numbers_are_suggested_where_nothing_else_fits():
    found = suggested(DIGITS, described(x=IMAGES, y=((5,), "int64")))
    assert (found.targets, found.labels) == ({"dense_1": "y"}, ("dense_1",))


def test_a_tables_arrays_are_chosen_even_where_they_do_not_fit():
    found = suggested(DIGITS, described(x=((5, 13), "float32"), y=((5, 1), "float32")), of_table=True)
    assert (found.inputs, found.targets) == ({"input_1": "x"}, {"dense_1": "y"})
    assert not suggested(DIGITS, described(x=((5, 13), "float32"), y=((5, 1), "float32"))).inputs


def test_what_is_chosen_stays_chosen():
    chosen = {**DIGITS, "inputs": {"input_1": "b"}}
    found = suggested(chosen, described(a=IMAGES, b=IMAGES, y=((5, 10), "float32")))
    assert found.inputs == {} and found.targets == {"dense_1": "y"}


def test_training_arrays_come_before_test_arrays_and_agree_in_number():
    test, train = ((3, 8, 8, 1), "float32"), ((5, 8, 8, 1), "float32")
    arrays = described(x_test=test, y_test=((3,), "int64"), x_train=train, y_train=((5,), "int64"))
    found = suggested(DIGITS, arrays)
    assert (found.inputs, found.targets) == ({"input_1": "x_train"}, {"dense_1": "y_train"})


def test_sets_of_keras_cache_are_offered_where_they_lie(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    cached = {"mnist", "fashion_mnist", "cifar10", "imdb", "reuters"}
    assert not cached & {name for name, data in BUILT_IN.items() if data.present()}
    for part in ("fashion-mnist", "cifar-10-batches-py"):
        (tmp_path / "datasets" / part).mkdir(parents=True)
    for part in ("mnist.npz", "imdb.npz", "reuters.npz"):
        (tmp_path / "datasets" / part).write_bytes(b"")
    assert cached <= {name for name, data in BUILT_IN.items() if data.present()}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of data sets."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


def write_mnist(cache):
    pictures, labels = np.full((4, 28, 28), 255, "uint8"), np.arange(4)
    np.savez(cache / "mnist.npz", x_train=pictures, y_train=labels, x_test=pictures[:1], y_test=labels[:1])


def write_fashion(cache):
    (cache / "fashion-mnist").mkdir()
    for part, count in (("train", 4), ("t10k", 1)):
        contents = {"labels-idx1": bytes(8) + bytes(range(count)), "images-idx3": bytes(16) + b"\xff" * (784 * count)}
        for kind, content in contents.items():
            with gzip.open(cache / "fashion-mnist" / f"{part}-{kind}-ubyte.gz", "wb") as file:
                file.write(content)


def write_cifar(cache):
    folder = cache / "cifar-10-batches-py"
    folder.mkdir()
    for number, name in enumerate([f"data_batch_{n}" for n in range(1, 6)] + ["test_batch"]):
        batch = {b"data": np.full((1, 3072), 255, "uint8"), b"labels": [number]}
        (folder / name).write_bytes(pickle.dumps(batch, protocol=2))


def looks(arrays):
    """Shape of a sample and dtype of each array."""
    return {key: (array.shape[1:], str(array.dtype)) for key, array in arrays.items()}


def promised(name):
    return {key: (shape[1:], dtype) for key, (shape, dtype) in BUILT_IN[name].shapes.items()}


@pytest.mark.parametrize(
    ("name", "write"), [("mnist", write_mnist), ("fashion_mnist", write_fashion), ("cifar10", write_cifar)]
)
def test_pictures_come_as_layers_want_them(name, write, cache):
    write(cache)
    loaded = BUILT_IN[name].load()
    assert looks(loaded) == promised(name)
    assert loaded["x_train"].max() == 1 and loaded["y_train"][:4].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_texts_come_as_embeddings_want_them(name, cache):
    """Words count from 4 behind a 1 for the start; rare ones become 2; the last 200 of a text stay."""
    short, long = [1, 2], [*range(1, 299), 20_000]
    texts = np.fromiter([short, long] * 3, object, 6)
    part = {"x_train": texts, "y_train": np.zeros(6, int), "x_test": texts, "y_test": np.zeros(6, int)}
    np.savez(cache / f"{name}.npz", **(part if name == "imdb" else {"x": texts, "y": np.zeros(6, int)}))
    loaded = BUILT_IN[name].load()
    assert looks(loaded) == promised(name)
    ends = {(*row[:1].tolist(), *row[-3:].tolist()) for row in loaded["x_train"]}
    assert ends == {(0, 1, 4, 5), (103, 300, 301, 2)}


def test_facts_of_a_variable_follow_it():
    variables = {"x": np.zeros((5, 3))}
    sources = DataSources(lambda: variables)
    assert sources.facts(None, "x")["maximum"] == 0
    variables["x"] = np.ones((7, 2))
    assert (sources.facts("notebook", "x")["shape"], sources.facts("notebook", "x")["maximum"]) == ([7, 2], 1)


def test_facts_of_a_file_follow_it(tmp_path):
    path = str(tmp_path / "d.npz")
    np.savez(path, x=np.zeros((4, 2)), y=np.arange(4))
    sources = DataSources()
    source = sources.open(path)
    assert sources.facts(source, "y")["kind"] == "classes"
    np.savez(path, x=np.full((4, 2), 3.0), y=np.arange(4))
    assert sources.facts(source, "x")["minimum"] == 3
    with pytest.raises(Refused, match="no array named 'z'"):
        sources.facts(source, "z")


def test_what_is_too_large_to_be_read_shows_its_shape_only(tmp_path):
    np.savez_compressed(tmp_path / "d.npz", x=np.zeros((40, 2)), y=np.zeros(2))
    sources = DataSources(most_read=100)
    source = sources.open(str(tmp_path / "d.npz"))
    facts = sources.facts(source, "x")
    assert (facts["shape"], facts["mean"], facts["samples"]) == ([40, 2], None, [])
    assert sources.facts(source, "y")["mean"] == 0


def test_a_ready_set_is_made_once():
    made = []
    spirals = BUILT_IN["spirals"]
    sources = DataSources(ready={"spirals": replace(spirals, load=lambda: made.append(1) or spirals.load())})
    assert sources.facts("spirals", "x")["shape"] == [1000, 2]
    assert [one["count"] for one in sources.facts("spirals", "y")["classes"] or ()] == [500, 500]
    assert made == [1]
