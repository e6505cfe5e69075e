"""Caffe's files through the doors that all models' files go through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine._files.kinds import kind_of
from engine.models import Model, load_caffe, load_model
from kwidgets import Builder
from kwidgets.beginning import from_bytes
from tests.engine.files.caffe.nets import Layer, Net, bytes_of, text_of, whole_bytes_of

rng = np.random.default_rng(3)


def lenet() -> Net:
    rng = np.random.default_rng(4)

    def array(*shape: int) -> np.ndarray:
        return (rng.normal(size=shape) / 8).astype(np.float32)

    def conv(filters: int) -> dict[str, object]:
        return {"convolution_param": {"num_output": filters, "kernel_size": 5}}

    pool = {"pooling_param": {"kernel_size": 2, "stride": 2}}
    layers = [
        Layer("conv1", "Convolution", ["data"], ["conv1"], conv(4), (array(4, 1, 5, 5), array(4))),
        Layer("pool1", "Pooling", ["conv1"], ["pool1"], pool),
        Layer("conv2", "Convolution", ["pool1"], ["conv2"], conv(6), (array(6, 4, 5, 5), array(6))),
        Layer("pool2", "Pooling", ["conv2"], ["pool2"], pool),
        Layer(
            "ip1",
            "InnerProduct",
            ["pool2"],
            ["ip1"],
            {"inner_product_param": {"num_output": 20}},
            (array(20, 96), array(20)),
        ),
        Layer("relu1", "ReLU", ["ip1"], ["ip1"]),
        Layer(
            "ip2",
            "InnerProduct",
            ["ip1"],
            ["ip2"],
            {"inner_product_param": {"num_output": 10}},
            (array(10, 20), array(10)),
        ),
        Layer("prob", "Softmax", ["ip2"], ["prob"]),
    ]
    return Net((64, 1, 28, 28), layers, "LeNet")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    net = lenet()
    text, weights = tmp_path / "one.txt", tmp_path / "two.bin"  # no name tells the kind
    text.write_text(text_of(net))
    weights.write_bytes(bytes_of(net))
    return text, weights


def whole(folder: Path) -> Path:
    path = folder / "whole"
    path.write_bytes(whole_bytes_of(lenet()))
    return path


def test_files_are_known_by_their_content(files: tuple[Path, Path]) -> None:
    assert [kind_of(path).name for path in files] == ["prototxt", "caffemodel"]


def test_load_model_and_the_builder_open_both(files: tuple[Path, Path], tmp_path: Path) -> None:
    text, weights = files
    binary = whole(tmp_path)
    given = load_caffe(text, weights)
    x = rng.random((3, 28, 28, 1)).astype("f4")
    assert isinstance(given, Model) and [layer.name for layer in given.layers][-1] == "prob"
    for model in (load_model(binary), Builder(binary).model, Builder(given).model):
        np.testing.assert_array_equal(model.predict(x), given.predict(x))
    for model in (load_model(text), Builder(text).model, from_bytes(text.read_bytes(), "deploy.prototxt")):
        assert isinstance(model, Model) and model.count_params() == given.count_params()
        assert model.to_json() == given.to_json()


def test_a_damaged_file_that_was_dropped_is_told_by_its_own_name(tmp_path: Path) -> None:
    data = whole(tmp_path).read_bytes()
    with pytest.raises(Exception, match=r"lenet\.caffemodel") as refusal:
        from_bytes(data[:-10], "lenet.caffemodel")
    assert "kwidgets-" not in str(refusal.value)


def test_the_model_goes_through_keras_files(files: tuple[Path, Path], tmp_path: Path) -> None:
    model = load_caffe(*files)
    model.save(tmp_path / "m.h5")
    x = rng.random((2, 28, 28, 1)).astype("f4")
    np.testing.assert_array_equal(load_model(tmp_path / "m.h5").predict(x), model.predict(x))
