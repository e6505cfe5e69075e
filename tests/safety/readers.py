"""Every reader of what comes from outside: an honest file of its kind, and how it is read.

The list is that of docs/safety.md. What reads a text is called with the file's text, as `model_from_json` is by a program.
"""

from __future__ import annotations

import atexit
import codecs
import functools
import gzip
import io
import json
import logging
import pickle
import shutil
import sqlite3
import tarfile
import tempfile
import warnings
import wave
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
from PIL import Image
from pyarrow import csv, parquet

import engine
from engine import experiment
from engine._files.checkpoint_objects import object_tree
from engine._files.examples import read_example, read_tensor, written_example, written_feature, written_tensor
from engine._files.picture_text import png_with_text, svg_with_text
from engine._files.records import read_records, write_record
from engine._files.saved_model import record_of_model
from engine._files.tensor_bundle import TensorBundle
from engine.converting import text_of as text_of_model
from engine.data import read_sound
from engine.data.csv_pieces import read_in_pieces
from engine.data.readers import arrow_for, csv_reading
from engine.datasets import cache, cifar, word_lists
from engine.errors import FileError
from engine.layers import LSTM, Bidirectional, Dense, Embedding, Input, add
from engine.models import Model, Sequential, load_caffe, load_model, model_from_json, model_from_yaml
from engine.preprocessing.image import load_img
from engine.preprocessing.sequence import TimeseriesGenerator, timeseries_generator_from_json
from engine.preprocessing.text import Tokenizer, tokenizer_from_json
from engine.utils.archives import extract_archive
from engine.utils.h5dict import H5Dict
from engine.utils.io_utils import HDF5Matrix
from kwidgets import Builder
from kwidgets.document import Document
from kwidgets.document.fragments import read_fragment
from kwidgets.document.steps import Writer, read_steps
from kwidgets.session import array_files
from kwidgets.workspace import run_rows
from kwidgets.workspace.database import MIGRATIONS
from kwidgets.workspace.document_files import Head, read_file, text_of
from kwidgets.workspace.journal import Frame, frames
from kwidgets.workspace.records import Epochs, Intervention, NewRun, Points
from kwidgets.workspace.run_files import read_table, record_of, stored_points
from kwidgets.workspace.run_store import RunStore
from tests.engine.files.caffe.nets import Layer as CaffeLayer
from tests.engine.files.caffe.nets import Net, whole_bytes_of
from tests.engine.files.caffe.nets import bytes_of as bytes_of_net
from tests.engine.files.caffe.nets import text_of as text_of_net
from tests.kwidgets.wire import Wire

SAVED = Path(__file__).parents[1] / "golden" / "files" / "tf_keras_pictures_saved"


@dataclass(frozen=True)
class Reader:
    """honest: the bytes of a file that it reads. read: reads a file by its path."""

    name: str
    honest: Callable[[], bytes]
    read: Callable[[str], object]


def small_model() -> Model:
    """A model with two layers of weights, as the honest files hold it."""
    return Sequential([Dense(3, activation="relu", input_dim=4, name="first"), Dense(2, name="second")], name="small")


def graph_model() -> Model:
    """A graph with a branch, an embedding, a wrapper and a shared layer."""
    words = Input((5,), dtype="int32", name="words")
    inner = Bidirectional(LSTM(2), name="both")(Embedding(11, 3, name="embedded")(words))
    shared = Dense(4, name="shared")
    return Model(words, Dense(1, name="end")(add([shared(inner), shared(inner)], name="sum")), name="graph")


def _compiled() -> Model:
    model = small_model()
    model.compile("adam", "mse", metrics=["mae"])
    model.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    return model


def bytes_of(write: Callable[[str], object], name: str) -> bytes:
    """What a function writes into a file of this name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(str(path))
        return path.read_bytes()


def npz_bytes(compressed: bool = False, **arrays: object) -> bytes:
    """An .npz file of arrays."""
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


def _document() -> bytes:
    document = Document()
    for template in ("linear_regression", "digits_perceptron"):
        document.do({"do": "template", "name": template})
    return text_of(Head("a", 1.0, 4), Writer().text(document.steps())).encode()


def _experiment() -> bytes:
    written = {
        **json.loads(small_model().to_json()),
        "training": {"loss": "mse", "epochs": 1, "optimizer": {"class_name": "SGD", "config": {"lr": 0.1}}},
        "data": {"inputs": {"first_input": "x"}, "targets": {"second": "y"}},
    }
    return experiment.write_experiment(written).encode()


def _trained(checkpoint: str, epochs: int, resume: bool = False) -> None:
    written = experiment.read_experiment(_experiment().decode())
    written["training"]["epochs"] = epochs
    arrays = {"x": np.ones((8, 4), "f4"), "y": np.ones((8, 2), "f4")}
    experiment.run_experiment(written, arrays, checkpoint=checkpoint, resume=resume)


def _resume(path: str) -> None:
    copied = f"{path}.going-on"  # a training that goes on writes over its checkpoint
    Path(copied).write_bytes(Path(path).read_bytes())
    _trained(copied, 2, resume=True)


def _hdf5_arrays() -> bytes:
    def write(path: str) -> None:
        with h5py.File(path, "w") as file:
            file["train/x"] = np.arange(12.0).reshape(4, 3)
            file.create_dataset("y", data=np.arange(4), chunks=(2,), compression="gzip")

    return bytes_of(write, "a.h5")


def _h5dict() -> bytes:
    def write(path: str) -> None:
        stored = H5Dict(path, mode="w")
        stored["names"] = ["a", "b"]
        stored["group"]["x"] = np.arange(3.0)
        stored.close()

    return bytes_of(write, "d.h5")


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).save(buffer, "png")
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("folder/a.txt")
        member.size = 5
        archive.addfile(member, io.BytesIO(b"words"))
    return buffer.getvalue()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/a.txt", "words")
    return buffer.getvalue()


def _texts() -> bytes:
    lists = np.empty(2, object)
    lists[:] = [[1, 2, 3], [4, 5]]
    return npz_bytes(x=lists, y=np.array([0, 1]))


def _tokenizer() -> bytes:
    tokenizer = Tokenizer(num_words=5)
    tokenizer.fit_on_texts(["a b a", "c"])
    return tokenizer.to_json().encode()


def _sound() -> bytes:
    """Two channels of 16 bits."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(200)))
    return made.getvalue()


def _gestures() -> bytes:
    messages: list[dict[str, object]] = [
        {"do": "add", "class_name": "Input", "settings": {"shape": [4]}},
        {"do": "add", "class_name": "Dense", "after": "input_1@0", "settings": {"units": 8}},
        {"do": "set", "node": "dense_1@0", "field": "units", "value": 3},
        {"do": "rename", "node": "dense_1@0", "name": "last"},
        {"do": "form", "nodes": ["last@0"]},
        {"do": "search", "text": "de", "after": "last@0", "find": False, "all": True},
        {"do": "move", "places": {"last@0": [10, 20]}},
        {"do": "texts"},
        {"do": "export", "what": "python"},
        {"do": "undo"},
        {"do": "graph"},
    ]
    return json.dumps(messages).encode()


def _text(path: str) -> str:
    return experiment.read_text(path)


def _keras3_json() -> bytes:
    inner = Sequential([Dense(2, input_dim=3)], name="inner")
    x = Input((5, 3), name="x")
    y = Bidirectional(LSTM(2, recurrent_activation="sigmoid"), name="both")(x)
    shared = Dense(3, name="shared")
    model = Model(x, inner(add([shared(y), shared(y)], name="sum")), name="graph")
    return text_of_model(model, ".json", "keras").encode()


def _read_index(path: str) -> None:
    TensorBundle(path.removesuffix(".index"))


def _read_records(path: str) -> None:
    """The records of a SavedModel, as far as its other files do not matter."""
    if record_of_model(Path(path).read_bytes(), path) is None:
        raise FileError(file=path, expected="Keras's records", actual="none")


def _load_weights(path: str) -> None:
    small_model().load_weights(path)


def _load_by_name(path: str) -> None:
    small_model().load_weights(path, by_name=True, skip_mismatch=True)


def _build_experiment(path: str) -> None:
    experiment.build_model(experiment.read_experiment(_text(path), path))


def _read_arrays(path: str) -> None:
    array_files.read(path, array_files.headers(path))


def _read_arrays_in_blocks(path: str) -> object:
    """As the Data page reads what is larger than the memory."""
    arrays = array_files.read(path, array_files.headers(path), room=lambda: 0)
    return [array[: min(len(array), 2)] for array in arrays.values()]


def _read_matrix(path: str) -> None:
    matrix = HDF5Matrix(path, "train/x")
    try:
        _ = matrix[:]
    finally:
        matrix.data.file.close()


def _read_h5dict(path: str) -> None:
    stored = H5Dict(path, mode="r")
    try:
        for key in ("names", *stored):
            _ = stored.get(key)
    finally:
        stored.close()


def _extract(path: str) -> None:
    folder = tempfile.mkdtemp(dir=Path(path).parent)  # goes with the folder around it
    if not extract_archive(Path(path), Path(folder)):
        raise ValueError("no archive")


def _open_diagram(path: str) -> None:
    text = experiment.read_picture(path)
    if text is None:
        raise ValueError("a picture without a model")
    experiment.build_model(experiment.read_experiment(text, path))


def _build(path: str) -> None:
    Builder(Path(path)).close()


class _Raised(logging.Handler):
    """Raises again what a gesture failed with: no message of a page may lead to an error that nobody meant."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            raise record.exc_info[1]


@contextmanager
def failures_raised() -> Iterator[None]:
    """Errors that the page's messages led to come out of the block."""
    logger, handler = logging.getLogger("kwidgets.widgets.base"), _Raised()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def say_all(messages: object) -> None:
    """Have a page say messages to a builder; whatever goes wrong unforeseen is raised."""
    builder = Builder()
    try:
        wire = Wire(builder.view)
        with failures_raised():
            for message in messages if isinstance(messages, list) else [messages]:
                if isinstance(message, dict):
                    wire.view._handle_custom_msg({"id": "m", **message}, [])
        assert builder.view.settled()
    finally:
        builder.close()


def _say(path: str) -> None:
    say_all(json.loads(Path(path).read_text("utf-8", "replace")))


EXPERIMENT = {"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": "d", "units": 2}}]}


def _run_file(name: str) -> bytes:
    """A file of a run that has ended, its journal, or the list of runs."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        writer = store.begin(NewRun("digits", EXPERIMENT, planned=2, fingerprints={"x": "12ab"}, rows=8))
        xs = np.linspace(0, 1, 50, dtype=np.float32)
        history = Epochs(epoch=[0], history={"loss": [0.5]}, partial=False)
        points = [Points("loss", "batch", xs, xs), Points("acc", "train", xs[:1], xs[:1])]
        happened = Intervention(0.5, 1.0, "rate", "0.1")
        writer.write(points, {"epochs": 1, "values": {"loss": 0.5}, "history": history}, ["a line"], [happened])
        journal = Path(folder, "runs", writer.id, "journal").read_bytes()
        store.set_note(writer.id, "the first")
        writer.end("finished", "its last epoch")
        store.close()
        if name == "journal":
            return journal
        return next(Path(folder).rglob(name)).read_bytes()


def _read_run(path: str) -> None:
    table = read_table(Path(path))
    list_of_one = sqlite3.connect(":memory:")
    try:
        for migrate in MIGRATIONS:
            migrate(list_of_one)
        run_rows.insert_table(list_of_one, "run", table or {})
        assert len(run_rows.rows(list_of_one)) == 1
    finally:
        list_of_one.close()


def caffe_net() -> Net:
    """A net with a convolution, a normalisation and a product."""
    ones = [np.ones(shape, "f4") for shape in ((3, 2, 3, 3), (3,), (2, 27), (2,))]
    convolution = {"convolution_param": {"num_output": 3, "kernel_size": 3, "pad": 1, "stride": 2}}
    layers = [
        CaffeLayer("conv", "Convolution", ["data"], ["conv"], convolution, ones[:2]),
        CaffeLayer("relu", "ReLU", ["conv"], ["conv"]),
        CaffeLayer("norm", "LRN", ["conv"], ["norm"], {"lrn_param": {"local_size": 3}}),
        CaffeLayer("fc", "InnerProduct", ["norm"], ["fc"], {"inner_product_param": {"num_output": 2}}, ones[2:]),
    ]
    return Net((1, 2, 6, 6), layers)


def read_net(path: str) -> Model:
    """As `load_model` does where it knows a net of Caffe's; it takes another file for another kind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a file says and a model cannot
        return load_caffe(path)


def _read_weights_of_net(path: str) -> Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_caffe(_net_of_weights(), path)


@functools.cache
def _net_of_weights() -> str:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "net.prototxt")
    path.write_text(text_of_net(caffe_net()))
    return str(path)


_SOLVER = (
    b'base_lr: 0.1 momentum: 0.9 lr_policy: "multistep" gamma: 0.1 stepvalue: 10 stepvalue: 20 weight_decay: 0.001'
)


def _read_solver(path: str) -> Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_caffe(_net_of_weights(), solver=path)


def _objects() -> bytes:
    """The tree of a SavedModel of tf.keras."""
    saved = Path(__file__).parents[1] / "golden" / "files" / "tf_keras_pictures_saved" / "variables" / "variables"
    return TensorBundle(str(saved)).text("_CHECKPOINTABLE_OBJECT_GRAPH")


def _records() -> bytes:
    """Records of TensorFlow's, an example in each."""
    features = {
        "text": written_feature("bytes_list", [b"some words"]),
        "numbers": written_feature("float_list", [0.5, 1.5]),
        "count": written_feature("int64_list", [3, -1]),
    }
    file = io.BytesIO()
    for _ in range(3):
        write_record(file, written_example(features))
    return file.getvalue()


def _read_records_of_examples(path: str, compression: str = "") -> None:
    for record in read_records(path, compression):
        read_example(record, path)


def _read_list(path: str) -> None:
    folder = Path(tempfile.mkdtemp(dir=Path(path).parent))  # goes with the folder around it
    (folder / "kwidgets.db").write_bytes(Path(path).read_bytes())
    store = RunStore(folder)
    try:
        store.list(hidden=True)
        store.usage()
    finally:
        store.close()


PROGRAM = """from keras.models import Sequential
from keras.layers import Dense, Dropout
UNITS = [8, 4]
def build(rate=0.5):
    model = Sequential()
    model.add(Dense(UNITS[0], input_shape=(4,), activation="relu"))
    for units in UNITS[1:]:
        model.add(Dropout(rate))
        model.add(Dense(units))
    return model
model = build()
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit(x, y, epochs=3, batch_size=16)
"""


def _notebook(program: str) -> dict[str, object]:
    cells = [{"cell_type": "code", "source": line} for line in program.split("model = build()")]
    return {"nbformat": 4, "metadata": {}, "cells": cells}


TABLE = {
    "size": [50.5, 70.0, None, 90.25] * 6,
    "town": ["Bonn", "Ulm", "Köln"] * 8,
    "rent": [float(i) for i in range(24)],
}


def _csv() -> bytes:
    rows = zip(*TABLE.values(), strict=True)
    lines = [",".join(TABLE), *(",".join("" if one is None else str(one) for one in row) for row in rows)]
    return "\n".join(lines).encode()


def _parquet() -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table(TABLE), file)
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.arange(24.0).reshape(12, 2))
    return file.getvalue()


def _open_table(path: str) -> object:
    """As the Data page does: columns at one look, what is wrong with them, and the arrays."""
    data = engine.data.open(path, in_memory=True)
    assert isinstance(data, engine.data.Dataset)
    return data.profile(), data.warnings, data.x


def _sample_table(path: str) -> object:
    """A few rows of a large file, from a few places, as the Data page shows them first."""
    places = engine.data.Places(small=0, first=64, count=3, least=16)
    return engine.data.sample_file(path, lambda rows, _: min(rows, 5), places)


def _csv_in_pieces(path: str) -> object:
    """As large files are read."""
    return read_in_pieces(path, csv_reading(path, None), arrow_for(path, "CSV"), small=0, piece=64)


def _open_mapped(path: str) -> object:
    """Its rows in blocks, while training goes on."""
    data = engine.data.open(path, in_memory=False, steps=[])
    return np.asarray(data.x), data.sample(2)


# What reads tables imports these when it first does; that is no fault of the file.
LIBRARIES = (csv, codecs.lookup("cp1252"), codecs.lookup("utf-16"), engine.data.columns_of(pa.table({"x": ["a"]})))


@functools.cache
def _folder() -> Path:
    """A folder of pictures that lives as long as the process, in which one of two pictures is another one each time."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for kind in "ab":
        Path(folder, kind).mkdir()
    Path(folder, "b", "1.png").write_bytes(_picture())
    return folder


def _open_pictures(path: str) -> object:
    """A folder with this picture and a whole one."""
    Path(_folder(), "a", "1.png").write_bytes(Path(path).read_bytes())
    data = engine.data.open(_folder(), split={"validation": 0.0})
    assert isinstance(data, engine.data.Pictures)
    return data.warnings, data.sample(2), data.thumbnails([0, 1]), np.asarray(data.x)


READERS = {
    # Made once: hundreds of hostile files begin with these bytes.
    reader.name: replace(reader, honest=functools.cache(reader.honest))
    for reader in (
        Reader("model.json", lambda: graph_model().to_json().encode(), lambda path: model_from_json(_text(path))),
        Reader("model.yaml", lambda: graph_model().to_yaml().encode(), lambda path: model_from_yaml(_text(path))),
        Reader("model.h5", lambda: bytes_of(lambda path: _compiled().save(path), "m.h5"), load_model),
        Reader("model.keras", lambda: bytes_of(lambda path: _compiled().save(path), "m.keras"), load_model),
        Reader("keras3.json", _keras3_json, lambda path: model_from_json(_text(path))),
        Reader("keras3_weights.h5", lambda: bytes_of(small_model().save_weights, "w.weights.h5"), _load_weights),
        Reader("bundle.index", lambda: (SAVED / "variables" / "variables.index").read_bytes(), _read_index),
        Reader("records.pb", lambda: (SAVED / "keras_metadata.pb").read_bytes(), _read_records),
        Reader("builder.keras", lambda: bytes_of(lambda path: _compiled().save(path), "m.keras"), _build),
        Reader("checkpoint.h5", lambda: bytes_of(lambda path: _trained(path, 1), "c.h5"), _resume),
        Reader("weights.h5", lambda: bytes_of(small_model().save_weights, "w.h5"), _load_weights),
        Reader("by_name.h5", lambda: bytes_of(small_model().save_weights, "w.h5"), _load_by_name),
        Reader("experiment.yaml", _experiment, _build_experiment),
        Reader("builder.yaml", _experiment, _build),
        Reader("builder.py", lambda: PROGRAM.encode(), _build),
        Reader("builder.ipynb", lambda: json.dumps(_notebook(PROGRAM)).encode(), _build),
        Reader("builder.h5", lambda: bytes_of(_compiled().save, "m.h5"), _build),
        Reader("document.json", _document, lambda path: read_steps(read_file(Path(path)).content)),
        Reader("diagram.png", lambda: png_with_text(_picture(), _experiment().decode()), _open_diagram),
        Reader("diagram.svg", lambda: svg_with_text("<svg></svg>", _experiment().decode()).encode(), _open_diagram),
        Reader("builder.png", lambda: png_with_text(_picture(), _experiment().decode()), _build),
        Reader("block.yaml", lambda: small_model().to_yaml().encode(), lambda path: read_fragment(_text(path))),
        Reader("net.prototxt", lambda: text_of_net(caffe_net()).encode(), read_net),
        Reader("net.caffemodel", lambda: whole_bytes_of(caffe_net()), read_net),
        Reader("weights.caffemodel", lambda: bytes_of_net(caffe_net()), _read_weights_of_net),
        Reader("solver.prototxt", lambda: _SOLVER, _read_solver),
        Reader("objects.pb", _objects, lambda path: object_tree(Path(path).read_bytes(), path)),
        Reader("records.tfrecord", _records, _read_records_of_examples),
        Reader("records.gz", lambda: gzip.compress(_records()), lambda path: _read_records_of_examples(path, "GZIP")),
        Reader("tensor.pb", lambda: written_tensor(np.eye(3)), lambda path: read_tensor(Path(path).read_bytes(), path)),
        Reader("arrays.npz", lambda: npz_bytes(True, x=np.eye(4), y=np.arange(4)), experiment.read_npz),
        Reader("page_arrays.npz", lambda: npz_bytes(x=np.eye(4), y=np.arange(4)), _read_arrays),
        Reader("page_arrays.h5", _hdf5_arrays, _read_arrays),
        Reader("page_arrays.npy", _npy, _read_arrays),
        Reader("page_blocks.npz", lambda: npz_bytes(x=np.eye(4), y=np.arange(4)), _read_arrays_in_blocks),
        Reader("page_blocks.h5", _hdf5_arrays, _read_arrays_in_blocks),
        Reader("table.csv", _csv, _open_table),
        Reader("table.parquet", _parquet, _open_table),
        Reader("sampled.csv", _csv, _sample_table),
        Reader("pieces.csv", _csv, _csv_in_pieces),
        Reader("sampled.parquet", _parquet, _sample_table),
        Reader("mapped.npz", lambda: npz_bytes(x=np.arange(12.0), y=np.arange(12)), _open_mapped),
        Reader("mapped.npy", _npy, _open_mapped),
        Reader("pictures.png", _picture, _open_pictures),
        Reader("matrix.h5", _hdf5_arrays, _read_matrix),
        Reader("dict.h5", _h5dict, _read_h5dict),
        Reader(
            "cifar.pickle",
            lambda: pickle.dumps({b"data": np.zeros((2, 3072), "uint8"), b"labels": [3, 5]}, protocol=2),
            cifar.load_batch,
        ),
        Reader("texts.npz", _texts, lambda path: word_lists.read_lists(path, "x", "y")),
        Reader("words.json", lambda: b'{"the": 1, "of": 2}', word_lists.read_word_index),
        Reader("digits.idx", lambda: gzip.compress(bytes(16) + bytes(784)), lambda path: cache.read_idx(path, 16, 784)),
        Reader("tokenizer.json", _tokenizer, lambda path: tokenizer_from_json(_text(path))),
        Reader(
            "windows.json",
            lambda: TimeseriesGenerator([1, 2, 3, 4], [1, 2, 3, 4], length=2).to_json().encode(),
            lambda path: timeseries_generator_from_json(_text(path)),
        ),
        Reader("archive.tar", _tar, _extract),
        Reader("archive.zip", _zip, _extract),
        Reader("picture.png", _picture, load_img),
        Reader("sound.wav", _sound, read_sound),
        Reader("gestures.json", _gestures, _say),
        Reader("run.json", lambda: _run_file("run.json"), _read_run),
        Reader(
            "record.json",
            lambda: _run_file("record.json"),
            lambda path: record_of([Frame(read_table(Path(path)) or {}, [])]),
        ),
        Reader("run.journal", lambda: _run_file("journal"), lambda path: record_of(frames(Path(path)))),
        Reader(
            "points.h5",
            lambda: _run_file("points.h5"),
            lambda path: stored_points(Path(path), [{"name": "loss", "phase": "batch", "count": 51}]),
        ),
        Reader("runs.db", lambda: _run_file("kwidgets.db"), _read_list),
    )
}
