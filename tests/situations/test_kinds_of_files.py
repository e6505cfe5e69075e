"""A file of another kind, wherever it is given: what it is and what can be done with it is said, by its content."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.__main__ import main
from engine.errors import EngineError, FileError
from engine.experiment import kind_of, kind_of_text
from engine.layers import Dense
from engine.models import Sequential, load_model, model_from_json, model_from_yaml
from kwidgets import Builder
from kwidgets.refused import Refused


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return buffer.getvalue()


def array_file(save: Callable[..., None], *arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    save(buffer, *arrays)
    return buffer.getvalue()


NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": ["x = 1"]}]}
# Content, what is said of it, and a word of what can be done. No name tells the kind.
FOREIGN: dict[str, tuple[bytes, str, str]] = {
    "program": (b"import keras\nmodel = keras.Sequential()\n", "a Python program", "run it yourself"),
    "short program": (b"x = 1\n", "a Python program", "run it yourself"),
    "table": (b"a,b,label\n1,2,0\n3,4,1\n", "a table of values (CSV)", "engine.data.open"),
    "numbers": (b"1.0 2.0\n3.0 4.0\n", "a table of values (CSV)", "numpy.loadtxt"),
    "protobuf text": (b'node {\n  name: "data"\n}\n', "another program than Caffe", "build the model from layers"),
    "darknet": (b"[net]\nbatch=64\n[convolutional]\nfilters=32\n", "a Darknet configuration", "convert it"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(30), "a picture", "Pictures are data"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(30), "a picture", "Pictures are data"),
    "notebook": (json.dumps(NOTEBOOK).encode(), "a Jupyter notebook", "run it yourself"),
    "pickle": (pickle.dumps({"w": [1, 2]}), "a pickle", "not opened here"),
    "old pickle": (pickle.dumps({"w": [1, 2]}, 0), "a pickle", "not opened here"),
    "npz": (array_file(np.savez, np.ones(3)), "an .npz file of arrays", "numpy.load"),
    "npy": (array_file(np.save, np.ones(3)), "an .npy file of one array", "numpy.load"),
    "pytorch": (packed("archive/data.pkl", "archive/version"), "PyTorch", "build the model"),
    "office": (packed("[Content_Types].xml", "xl/workbook.xml"), "an office program", "as CSV"),
    "archive": (packed("readme.txt"), "a packed archive", "Unpack it"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(20), "a packed archive", "Unpack it"),
    "web page": (b"<!DOCTYPE html>\n<html><body>404</body></html>", "a page or drawing of the web", "try again"),
    "utf-16": ("class_name: Sequential\n".encode("utf-16"), "a text in UTF-16", "Save the file as UTF-8"),
    "latin 1": ("class_name: Séquentiel\n".encode("latin-1"), "a text that is not in UTF-8", "Save the file as UTF-8"),
    "matlab": (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + b" " * 90, "arrays of MATLAB", "scipy.io.loadmat"),
    "parquet": (b"PAR1" + bytes(20) + b"PAR1", "a table in Parquet", "engine.data.open"),
    "database": (b"SQLite format 3\x00" + bytes(80), "a database of SQLite", "pandas.read_sql"),
    "sound": (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(20), "a sound", "scipy.io.wavfile"),
    "graph": (b"\x1c\x00\x00\x00TFL3" + bytes(40), "protobuf", "model.save('model.h5')"),
    "binary without zeros": (b"\n\x1c\n\x05input\x12\x0bPlaceholder*\x0b\n\x05dtype\x12\x02", "a binary file", "HDF5"),
    "binary": (b"\x07\x00\x01\x02" * 20, "a binary file of an unknown kind", "HDF5"),
    "empty": (b"", "an empty file", "write it again"),
}


@pytest.fixture
def model() -> Sequential:
    made = Sequential([Dense(2, input_dim=3, name="a")], name="small")
    made.compile("sgd", "mse")
    return made


def said(error: EngineError | Refused) -> str:
    return f"{error} {getattr(error, 'hint', None) or ''}"


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("name", ["file", "model.h5", "model.yaml", "model.json"])
def test_every_reader_of_models_says_what_another_file_is(tmp_path, kind, name):
    content, what, use = FOREIGN[kind]
    path = tmp_path / name
    path.write_bytes(content)
    # A builder makes a first model for a table of an input and a target.
    opens = () if kind == "table" else (Builder,)
    for read in (*opens, load_model, Sequential([Dense(2, input_dim=3)]).load_weights):
        with pytest.raises((FileError, Refused)) as refusal:
            read(path)
        assert what in said(refusal.value) and use in said(refusal.value)


@pytest.mark.parametrize("name", ["m.h5", "m.model", "m.json", "noending"])
def test_a_model_is_opened_whatever_its_file_is_called(tmp_path, model, name):
    model.save(tmp_path / "whole.h5")
    (tmp_path / "whole.h5").rename(tmp_path / name)
    builder = Builder(tmp_path / name)
    np.testing.assert_array_equal(builder.model.get_weights()[0], model.get_weights()[0])
    (tmp_path / name).write_text(model.to_yaml() if "." in name else model.to_json())
    assert [layer.name for layer in Builder(str(tmp_path / name)).model.layers] == ["a"]


def test_folders_are_told_apart(tmp_path):
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "saved_model.pb").write_bytes(b"\x08\x01")
    for path, what in ((tmp_path, "a folder"), (tmp_path / "saved", "SavedModel")):
        for read in (Builder, load_model):
            with pytest.raises((FileError, Refused)) as refusal:
                read(path)
            assert what in said(refusal.value)


def test_a_missing_file_stays_the_systems_word(tmp_path):
    for read in (Builder, load_model, kind_of):
        with pytest.raises(FileNotFoundError, match="No such file"):
            read(str(tmp_path / "none.h5"))


def test_a_file_of_weights_says_how_it_is_loaded(tmp_path, model):
    model.save_weights(tmp_path / "w.h5")
    with pytest.raises(FileError, match="load_weights"):
        Builder(tmp_path / "w.h5")


@pytest.mark.parametrize(("read", "form"), [(model_from_json, "JSON"), (model_from_yaml, "YAML")])
def test_a_text_of_another_kind_is_named(read, form):
    for kind in ("program", "table", "protobuf text", "notebook", "web page", "old pickle"):
        content, what, use = FOREIGN[kind]
        with pytest.raises(FileError) as refusal:
            read(content.decode())
        assert what in said(refusal.value) and use in said(refusal.value) and form in said(refusal.value)
    with pytest.raises(FileError, match=r"the path 'net\.json'"):
        read("net.json")
    with pytest.raises(EngineError, match=r"open\(path\)\.read\(\)"):
        read(Path("net.json"))


def test_json_and_yaml_are_not_mistaken_for_each_other(model):
    with pytest.raises(FileError, match="model_from_yaml reads it"):
        model_from_json(model.to_yaml())
    assert model_from_yaml(model.to_json()).count_params() == model.count_params()
    assert model_from_json(model.to_json().encode()).count_params() == model.count_params()


def test_a_mistake_in_a_models_text_keeps_its_line(tmp_path, model):
    path = tmp_path / "model.yaml"
    path.write_text(model.to_yaml() + "  wrong: [\n")
    with pytest.raises(Refused) as refusal:
        Builder(path)
    assert "YAML that parses" in str(refusal.value)


OPTIMIZERS = [
    ({"name": "SGD", "lr": 0.5, "momentum": 0.0, "decay": 0.0, "nesterov": False}, "SGD"),
    ({"name": "RMSprop", "lr": 0.5, "rho": 0.9, "epsilon": 1e-8}, "RMSprop"),
    ("adam", "Adam"),
]


@pytest.mark.parametrize(("optimizer", "name"), OPTIMIZERS)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_keras_1_wrote_of_compile_is_read(tmp_path, model, optimizer, name, form):
    layer = {"class_name": "Dense", "config": {"output_dim": 2, "input_dim": 3, "name": "a"}}
    document = {
        "class_name": "Sequential",
        "config": [layer],
        "keras_version": "1.0.2",
        "loss": "mse",
        "optimizer": optimizer,
        "sample_weight_mode": None,
    }
    path = tmp_path / f"model.{form}"
    path.write_text(json.dumps(document))
    with pytest.warns(UserWarning, match="Keras 1"):
        assert model_from_json(json.dumps(document)).output_shape == (None, 2)
    training = Builder(path).experiment["training"]
    assert training["loss"] in ("mse", "mean_squared_error")
    assert training["optimizer"]["class_name"] == name


def test_a_loss_of_ones_own_in_a_text_of_keras_1_keeps_nobody_from_its_layers():
    layer = {"class_name": "Dense", "config": {"output_dim": 2, "input_dim": 3}}
    builder = Builder(json.dumps({"class_name": "Sequential", "config": [layer], "loss": "my_loss"}))
    assert builder.model.count_params() == 8


def test_a_mistyped_loss_at_the_top_of_a_text_of_today_is_refused(model):
    document = {**json.loads(model.to_json()), "loss": "mean_squared_errror", "metrics": ["mae"]}
    with pytest.raises(Refused, match="mean_squared_errror"):
        Builder(json.dumps(document))
    training = Builder(json.dumps({**document, "loss": "mse"})).experiment["training"]
    assert training["loss"] == "mse" and training["metrics"] == ["mae"]


@pytest.fixture
def experiment(tmp_path, model) -> str:
    builder = Builder(model)
    builder.save(tmp_path / "e.yaml")
    return str(tmp_path / "e.yaml")


FIRST = {
    "table": "engine.data.open",
    "npy": "numpy.load",
    "png": "load_img",
    "pickle": "if you trust it",
    "empty": "make the arrays again",
    "program": "make them in Python",
    "archive": "Unpack it",
    "web page": "make them in Python",
}


@pytest.mark.parametrize("kind", FIRST)
def test_train_says_what_its_data_are_and_how_they_become_arrays(tmp_path, experiment, capsys, kind):
    content, what, _ = FOREIGN[kind]
    (tmp_path / "data.csv").write_bytes(content)
    assert main(["train", experiment, "--data", str(tmp_path / "data.csv"), "--out", str(tmp_path)]) == 2
    line = capsys.readouterr().err
    assert what in line and FIRST[kind] in line and "numpy.savez('data.npz', x=x, y=y)" in line
    assert "allow_pickle" not in line


def test_train_names_a_folder_a_missing_file_objects_and_a_damaged_file(tmp_path, experiment, capsys):
    np.savez(tmp_path / "objects.npz", x=np.array([{"a": 1}, None], dtype=object))
    whole = array_file(np.savez, np.ones(1000))
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    model = Sequential([Dense(2, input_dim=3)])
    model.save(tmp_path / "model.h5")
    for name, words in (
        (".", "found a folder"),
        ("none.npz", "No such file"),
        ("objects.npz", "found one of objects"),
        ("cut.npz", "cut off"),
        # HDF5 holds arrays; those of a model are none that an experiment names.
        ("model.h5", "expected an array for"),
    ):
        assert main(["train", experiment, "--data", str(tmp_path / name)]) == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("command", ["train", "summary", "plot", "convert"])
def test_commands_say_what_a_file_is_that_holds_no_model(tmp_path, capsys, command):
    for kind in ("program", "png", "notebook", "pickle", "table"):
        content, what, use = FOREIGN[kind]
        (tmp_path / "model.yaml").write_bytes(content)
        rest = {"train": ["--data", "x.npz"], "convert": ["--to", str(tmp_path / "x.json")]}.get(command, [])
        assert main([command, str(tmp_path / "model.yaml"), *rest]) == 2
        line = capsys.readouterr().err
        assert what in line and use in line


@pytest.mark.parametrize("kind", ["program", "png", "pickle", "empty"])
def test_the_data_page_says_what_a_file_is(tmp_path, kind):
    content, what, use = FOREIGN[kind]
    (tmp_path / "data").write_bytes(content)
    with pytest.raises(Refused) as refusal:
        Builder(template="digits_perceptron").set_data(source=str(tmp_path / "data"))
    assert what in said(refusal.value) and use in said(refusal.value)


@pytest.mark.parametrize("kind", ["program", "protobuf text", "notebook", "table"])
def test_a_pasted_text_of_another_kind_is_named(kind):
    content, what, use = FOREIGN[kind]
    builder = Builder(template="digits_perceptron")
    with pytest.raises(Refused) as refusal:
        builder.document.do({"do": "paste", "format": "yaml", "text": content.decode()})
    assert what in str(refusal.value) and use in str(refusal.value.hint)


@settings(deadline=None)
@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b"a" * 2**20 + b"\xc3\xa9")
def test_any_content_is_of_some_kind(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("kinds") / "file"
    path.write_bytes(content)
    assert kind_of(path).what and kind_of(path).use


@settings(deadline=None)
@given(st.text(max_size=300))
def test_a_text_that_names_a_models_class_is_left_to_the_parsers(text):
    assert kind_of_text(f"class_name: Sequential\nconfig:\n  name: {text!r}\n").readable


def test_json_that_was_written_as_json_twice_is_read(tmp_path: Path, model: Sequential) -> None:
    for name in ("model.json", "model.txt"):
        path = tmp_path / name
        path.write_text(json.dumps(model.to_json()), "utf-8")

        assert Builder(path).model.to_json() == model.to_json()
    assert model_from_json(path.read_text("utf-8")).get_config() == model.get_config()


@pytest.mark.parametrize(
    "beside", [{}, {"training_config": {"optimizer_config": {"class_name": "Adam", "config": {"lr": 0.5}}}}]
)
def test_the_model_in_a_json_of_tensorflow_js_is_opened(
    tmp_path: Path, model: Sequential, beside: dict[str, object]
) -> None:
    written = json.loads(model.to_json())
    forms = [{**written, "backend": "tensor_flow.js"}, {"model_config": written, "keras_version": "2.2.4", **beside}]
    for topology in forms:
        path = tmp_path / "model.json"
        path.write_text(
            json.dumps({"format": "layers-model", "modelTopology": topology, "weightsManifest": []}), "utf-8"
        )

        builder = Builder(path)

        assert [layer.get_config() for layer in builder.model.layers] == [layer.get_config() for layer in model.layers]
    assert (builder.experiment["training"]["optimizer"]["config"].get("lr") == 0.5) is bool(beside)
