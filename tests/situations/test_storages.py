"""Models are kept in paths, open HDF5 files, groups and file objects alike; nothing is saved that cannot be loaded."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FileError, SettingError, SettingTypeError
from engine.layers import LSTM, Bidirectional, Dense, Input, Layer, TimeDistributed
from engine.models import Model, Sequential, load_model, model_from_json


@pytest.fixture
def model() -> Sequential:
    made = Sequential([Dense(2, input_dim=3)])
    made.compile("adam", "mse")
    made.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    return made


def storages(folder: Path):
    """Everything that a model can be saved to and loaded from."""
    yield from (folder / "path.h5", str(folder / "text.h5"), str(folder / "bytes.h5").encode(), io.BytesIO())
    with h5py.File(folder / "open.h5", "w") as file:
        yield file
    with h5py.File(folder / "groups.h5", "w") as file:
        yield file.create_group("deep/inside")
    with h5py.File("memory", "w", driver="core", backing_store=False) as file:
        yield file
    with tempfile.TemporaryFile() as file:
        yield file
    with open(folder / "object.h5", "w+b") as file:
        yield file


def test_a_model_comes_back_from_every_storage(tmp_path, model):
    x = np.random.default_rng(0).normal(size=(3, 3))
    for storage in storages(tmp_path):
        model.save(storage)
        again = load_model(storage)
        np.testing.assert_array_equal(again.predict(x), model.predict(x))
        assert again.optimizer.get_weights()[0] == model.optimizer.get_weights()[0]
        model.save(storage)  # over the one that is there
        assert load_model(storage).count_params() == model.count_params()


def test_weights_come_back_from_every_storage(tmp_path, model):
    expected = model.get_weights()
    for storage in storages(tmp_path):
        model.save_weights(storage)
        other = Sequential([Dense(2, input_dim=3)])
        other.load_weights(storage)
        for one, two in zip(other.get_weights(), expected, strict=True):
            np.testing.assert_array_equal(one, two)


def test_the_content_of_a_file_is_read_from_wherever_the_object_stands(model):
    buffer = io.BytesIO()
    model.save(buffer)
    for content in (buffer, io.BytesIO(buffer.getvalue()), buffer.getvalue(), bytearray(buffer.getvalue())):
        assert load_model(content).count_params() == 8
    buffer.seek(17)
    assert load_model(buffer).count_params() == 8


def test_the_group_of_weights_in_a_model_file_is_a_file_of_weights(tmp_path, model):
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "r") as file:
        Sequential([Dense(2, input_dim=3)]).load_weights(file["model_weights"])
        assert load_model(file).count_params() == 8 and file  # it stays open
        with pytest.raises(FileError, match="a data set, which holds one array"):
            load_model(file["model_weights/" + model.layers[0].name + "/" + model.layers[0].name + "/kernel:0"])
        with pytest.raises(FileError, match=r"found mode 'r'. Open it with h5py.File\(path, 'a'\)"):
            model.save(file)
    with pytest.raises(FileError, match="found a closed one"):
        load_model(file)
    with pytest.raises(FileError, match="found a closed one"):
        model.save_weights(file)


def test_what_is_no_storage_is_refused_in_words(tmp_path, model):
    (tmp_path / "m.txt").write_text("text")
    with open(tmp_path / "m.txt") as text, pytest.raises(FileError, match=r"open\(path, 'rb'\)"):
        load_model(text)
    with pytest.raises(FileError, match="found a picture"):
        load_model(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(40)))
    with pytest.raises(FileError, match="found an empty file"):
        load_model(io.BytesIO())
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(FileError, match="a closed one"):
        load_model(closed)
    for value in (None, 3, {}, [], model):
        for use in (load_model, model.save, model.save_weights, model.load_weights):
            with pytest.raises(SettingTypeError, match="a path, an open h5py file or group, or a binary file object"):
                use(value)


LONGEST = 256


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=240, max_value=LONGEST), st.sampled_from("aé文 "), st.integers(min_value=0, max_value=3))
def test_every_name_that_a_layer_may_have_comes_back(tmp_path_factory, length, letter, kind):
    path, name = tmp_path_factory.mktemp("names") / "m.h5", letter * length
    if kind == 0:
        model: Model = Sequential([Dense(2, input_dim=3, name=name)], name=name)
    elif kind == 1:
        model = Sequential([Bidirectional(LSTM(2, name=name), input_shape=(3, 2), name=name)])
    elif kind == 2:
        x = Input((3,), name=name)
        model = Model(x, Sequential([Dense(2, input_dim=3, name=name)], name="inner")(x), name=name)
    else:
        model = Sequential([TimeDistributed(Dense(2, name=name), input_shape=(4, 3), name=name)])
    model.save(path)
    again = load_model(path)
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    assert model_from_json(model.to_json()).name == model.name
    for one, two in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", ["a/b", "a/b/c", "a//b", "a/", "/a", "a b", "..", "a:0"])
def test_a_name_with_strokes_comes_back(tmp_path, name):
    model = Sequential([Dense(2, input_dim=3, name=name)])
    model.save(tmp_path / "m.h5")
    again = load_model(tmp_path / "m.h5")
    assert again.layers[0].name == name
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("name", ["/", "//", ".", "./.", "./a", "a/./b"])
def test_a_name_that_leads_nowhere_in_a_file_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(SettingError, match=r"more than strokes and has no '\.' alone"):
        Sequential([Dense(2, input_dim=3, name=name)]).save(tmp_path / "m.h5")
    assert list(tmp_path.iterdir()) == []


def test_names_that_a_file_takes_for_one_are_refused(tmp_path):
    model = Sequential([Dense(2, input_dim=3, name="a/b"), Dense(2, name="a//b")])
    with pytest.raises(SettingError, match=r"'a/b' and 'a//b'"):
        model.save_weights(tmp_path / "m.h5")
    model = Sequential([Dense(2, input_dim=3, name="a"), Dense(2, name="/a")])
    with pytest.raises(SettingError, match=r"'a' and '/a'"):
        model.save_weights(tmp_path / "m.h5")


@pytest.mark.parametrize(
    "make", [lambda n: Dense(2, name=n), lambda n: Input((2,), name=n), lambda n: Sequential(name=n)]
)
def test_a_longer_name_is_refused_where_it_is_given(make):
    with pytest.raises(SettingError, match="a name of 1 to 256 characters"):
        make("n" * 257)


@pytest.mark.parametrize("nested", [False, True])
def test_a_longer_name_that_was_set_afterwards_is_refused_before_anything_is_written(tmp_path, nested):
    layer = Dense(2, input_dim=3)
    model = Sequential([Sequential([layer])] if nested else [layer])
    with h5py.File(tmp_path / "m.h5", "w") as file:
        model.save(file)
        layer.name = "n" * 300
        for write in (lambda: model.save(file), lambda: model.to_json(), lambda: model.to_yaml()):
            with pytest.raises(SettingError, match="name of a Dense: expected a name of 1 to 256"):
                write()
        assert load_model(file).count_params() == 8


def test_a_weight_with_a_name_that_no_file_may_have_is_refused_before_anything_is_written(tmp_path):
    class Named(Layer):
        def build(self, input_shape):
            self.w = self.add_weight("w" * 1100, (2,))
            super().build(input_shape)

        def call(self, inputs):
            return inputs + self.w

    model = Sequential([Named(input_shape=(2,))])
    (tmp_path / "m.h5").write_bytes(b"old")
    for write in (model.save, model.save_weights):
        with pytest.raises(SettingError, match=r"1 to 1024 characters for a weight.*characters\)"):
            write(tmp_path / "m.h5")
    assert (tmp_path / "m.h5").read_bytes() == b"old"


@pytest.mark.parametrize("keep", ["save", "save_weights", "to_json", "to_yaml"])
def test_a_name_that_was_given_to_two_layers_afterwards_is_refused_before_anything_is_written(tmp_path, keep):
    model = Sequential([Dense(3, name="a", input_shape=(6,)), Dense(3, name="b")])
    model.layers[0].name = "b"
    with pytest.raises(SettingError, match="a name of its own for each layer, found 'b' twice"):
        getattr(model, keep)(*([tmp_path / "model.h5"] if keep.startswith("save") else []))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named_and_not_the_temporary_file(tmp_path, model):
    for save in (model.save, model.save_weights):
        with pytest.raises(FileNotFoundError, match=r"There is no folder to write into.*nowhere'$"):
            save(str(tmp_path / "nowhere" / "model.h5"))


def test_a_stream_without_positions_is_refused_in_words(model):
    class Pipe(io.RawIOBase):
        def readable(self):
            return True

        def writable(self):
            return True

    with pytest.raises(FileError, match=r"a file with positions.*io\.BytesIO"):
        load_model(Pipe())
    with pytest.raises(FileError, match=r"a file with positions.*io\.BytesIO"):
        model.save(Pipe())
