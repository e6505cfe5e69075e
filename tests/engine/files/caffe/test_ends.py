"""Both ends of a net: data of any kind become inputs, losses and measures what `compile` gets; what has no word here is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine._files.caffe import read_caffe
from engine.errors import FileError
from engine.models import Model, load_caffe

DATA = """
layer { name: "mnist" type: "Data" top: "data" top: "label" include { phase: TRAIN } transform_param { crop_size: 8 mirror: true }
        data_param { source: "train" batch_size: 64 } }
layer { name: "mnist" type: "Data" top: "data" top: "label" include { phase: TEST }
        transform_param { crop_size: 8 scale: 0.5 mean_value: 104 mean_value: 117 mean_value: 123 }
        data_param { source: "test" batch_size: 100 } }
"""
BODY = """
layer { name: "fc1" type: "InnerProduct" bottom: "data" top: "fc1" inner_product_param { num_output: 6 } }
layer { name: "fc2" type: "InnerProduct" bottom: "fc1" top: "fc2" inner_product_param { num_output: 10
        weight_filler { type: "xavier" } bias_filler { type: "constant" value: 0.5 } } }
"""


def opened(text: str, folder: Path, **how: object) -> Model:
    path = folder / "net.prototxt"
    path.write_text(text)
    return load_caffe(path, **how)


def left_out(text: str, folder: Path, **how: object) -> str:
    path = folder / "net.prototxt"
    path.write_text(text)
    return " | ".join(f"{one.layer}: {one.what}" for one in read_caffe(path, **how).left_out)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_net_of_training_is_compiled_and_trains(tmp_path: Path) -> None:
    text = (
        DATA
        + BODY
        + """
    layer { name: "accuracy" type: "Accuracy" bottom: "fc2" bottom: "label" include { phase: TEST } }
    layer { name: "top5" type: "Accuracy" bottom: "fc2" bottom: "label" top: "top5" accuracy_param { top_k: 5 } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "fc2" bottom: "label" top: "loss" loss_weight: 2 }
    """
    )
    model = opened(text, tmp_path)
    assert model.input_shape == (None, 8, 8, 3) and model.output_names == ["prob"]
    assert model.loss == "sparse_categorical_crossentropy" and model.loss_weights == [2.0]
    rng = np.random.default_rng(0)
    x, y = rng.random((64, 8, 8, 3), "f4"), rng.integers(0, 10, 64)
    history = model.fit(x, y, epochs=3, verbose=0)
    assert {"loss", "acc", "sparse_top_k_categorical_accuracy"} <= set(history.history)
    said = left_out(text, tmp_path)
    assert "mnist: It gives pictures less the mean 104, 117, 123 and times 0.5" in said and "rate and momentum" in said


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_losses_of_several_ends_are_told_by_their_outputs(tmp_path: Path) -> None:
    text = (
        DATA
        + BODY
        + """
    layer { name: "a/loss" type: "SoftmaxWithLoss" bottom: "fc1" bottom: "label" top: "a"
            loss_weight: 0.3 include { phase: TRAIN } }
    layer { name: "b/loss" type: "SoftmaxWithLoss" bottom: "fc2" bottom: "label" top: "b" }
    layer { name: "accuracy" type: "Accuracy" bottom: "fc2" bottom: "label" top: "accuracy" }
    """
    )
    path = tmp_path / "net.prototxt"
    path.write_text(text)
    plain = read_caffe(path)
    loss = "sparse_categorical_crossentropy"
    assert plain.training is not None
    assert plain.training["loss"] == {"b/loss_prob": loss, "a/loss_prob": loss}
    assert plain.training["loss_weights"] == {"b/loss_prob": 1.0, "a/loss_prob": 0.3}
    assert plain.training["metrics"] == {"b/loss_prob": ["accuracy"]}
    assert load_caffe(path).output_names == ["b/loss_prob", "a/loss_prob"]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("kind", "loss", "weight"),
    [("EuclideanLoss", "mean_squared_error", 5.0), ("SigmoidCrossEntropyLoss", "binary_crossentropy", 10.0)],
)
def test_a_loss_that_sums_weighs_as_much_as_in_caffe(kind: str, loss: str, weight: float, tmp_path: Path) -> None:
    text = DATA + BODY + f'layer {{ name: "loss" type: "{kind}" bottom: "fc2" bottom: "label" top: "loss" }}'
    model = opened(text, tmp_path)
    assert model.loss == loss and model.loss_weights == [weight]
    rng = np.random.default_rng(0)
    x, y = rng.random((4, 8, 8, 3), "f4"), rng.integers(0, 2, (4, 10)).astype("f4")
    z = model.predict(x)
    caffe = (
        ((z - y) ** 2).sum() / 2 / 4
        if kind == "EuclideanLoss"
        else -(np.log(z) * y + np.log(1 - z) * (1 - y)).sum() / 4
    )
    assert model.evaluate(x, y, verbose=0) == pytest.approx(caffe, rel=1e-5)


def test_first_values_are_drawn_as_the_fillers_say(tmp_path: Path) -> None:
    text = 'input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }' + BODY
    config = opened(text, tmp_path).get_layer("fc2").get_config()
    assert config["kernel_initializer"] == {
        "class_name": "VarianceScaling",
        "config": {"scale": 1.0, "mode": "fan_in", "distribution": "uniform", "seed": None},
    }
    assert config["bias_initializer"]["config"] == {"value": 0.5}
    assert opened(text, tmp_path).get_layer("fc1").get_weights()[0].std() > 0


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (
            'layer { name: "d" type: "MemoryData" top: "data" memory_data_param { batch_size: 2 channels: 3 height: 8 width: 9 } }',
            (8, 9, 3),
        ),
        (
            'layer { name: "d" type: "DummyData" top: "data" dummy_data_param { shape { dim: 2 dim: 3 dim: 8 dim: 9 } } }',
            (8, 9, 3),
        ),
        (
            'layer { name: "d" type: "DummyData" top: "data" dummy_data_param { num: 2 channels: 3 height: 8 width: 9 } }',
            (8, 9, 3),
        ),
        (
            'layer { name: "d" type: "ImageData" top: "data" image_data_param { new_height: 8 new_width: 9 is_color: false } }',
            (8, 9, 1),
        ),
        ('input: "data" input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 9', (8, 9, 3)),
        ('layer { name: "d" type: "Input" top: "data" input_param { shape { dim: 1 dim: 7 } } }', (7,)),
    ],
)
def test_data_of_any_kind_say_the_shape_of_samples(data: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    assert opened(data + BODY, tmp_path).input_shape == (None, *shape)


def test_a_net_that_leaves_its_size_to_the_data_asks_for_it(tmp_path: Path) -> None:
    text = 'layer { name: "d" type: "Data" top: "data" top: "label" }' + BODY
    with pytest.raises(FileError, match=r"layer 'd' \(Data\).*input_shape=\(height, width, channels\)"):
        opened(text, tmp_path)
    assert opened(text, tmp_path, input_shape=(5, 6, 2)).input_shape == (None, 5, 6, 2)


def test_data_of_a_program_are_an_input_and_the_program_is_not_run(tmp_path: Path) -> None:
    text = (
        'layer { name: "d" type: "Python" top: "data" top: "label" python_param { module: "os" layer: "system" } }'
        + BODY
    )
    assert opened(text, tmp_path, input_shape=(5, 6, 2)).input_shape == (None, 5, 6, 2)


def test_an_input_that_a_layer_gives_again_needs_no_shape(tmp_path: Path) -> None:
    text = (
        'input: "data" layer { name: "input" type: "Input" top: "data" input_param { shape { dim: [1, 3, 8, 8] } } }'
        + BODY
    )
    assert opened(text, tmp_path).input_shape == (None, 8, 8, 3)


def test_a_size_that_is_given_is_that_of_the_first_input(tmp_path: Path) -> None:
    scale = 'layer { name: "s" type: "Scale" bottom: "data" bottom: "w" top: "y" scale_param { axis: 0 } }'
    inputs = 'input: "data" input: "w" input_shape { dim: [1, 3, 8, 8] } input_shape { dim: [1, 3] }'
    assert opened(inputs + scale, tmp_path, input_shape=(5, 6, 3)).input_shape == [(None, 5, 6, 3), (None, 3)]
    layers = """
    layer { name: "d" type: "Input" top: "data" top: "w" input_param { shape { dim: [1, 3, 8, 8] } shape { dim: [1, 3] } } }
    """
    assert opened(layers + scale, tmp_path, input_shape=(5, 6, 3)).input_shape == [(None, 5, 6, 3), (None, 3)]


def test_layers_that_share_weights_are_one_layer(tmp_path: Path) -> None:
    def branch(end: str) -> str:
        return f"""
        layer {{ name: "conv{end}" type: "Convolution" bottom: "data{end}" top: "c{end}"
                param {{ name: "cw" }} param {{ name: "cb" }} convolution_param {{ num_output: 4 kernel_size: 3 stride: 2
                pad: 1 }} }}
        layer {{ name: "feat{end}" type: "InnerProduct" bottom: "c{end}" top: "f{end}" param {{ name: "fw" }} param {{ name: "fb" }}
                inner_product_param {{ num_output: 2 }} }}
        """

    text = (
        """
    layer { name: "pairs" type: "Data" top: "pairs" top: "sim" }
    layer { name: "slice" type: "Slice" bottom: "pairs" top: "data" top: "data_p" slice_param { slice_dim: 1 slice_point: 1 } }
    """
        + branch("")
        + branch("_p")
        + """
    layer { name: "loss" type: "ContrastiveLoss" bottom: "f" bottom: "f_p" bottom: "sim" top: "loss" }
    """
    )
    with pytest.warns(UserWarning, match="loss: This loss is not in the model"):
        model = opened(text, tmp_path, input_shape=(6, 6, 2))
    assert len(model.outputs) == 2 and not getattr(model, "optimizer", None)
    assert model.count_params() == 4 * 9 + 4 + 2 * 36 + 2
    x = np.random.default_rng(0).random((3, 6, 6, 2), "f4")
    first, second = model.predict(x)
    swapped = model.predict(x[..., ::-1])
    np.testing.assert_allclose(first, swapped[1], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(second, swapped[0], rtol=1e-5, atol=1e-6)


INPUT = 'input: "data" input_shape { dim: 1 dim: 4 dim: 6 dim: 6 }'


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ('name: "a" type: "Python" bottom: "data" top: "b"', "layers of known types, found 'a' (Python)"),
        ('name: "a" type: "ReLU" bottom: "dat" top: "b"', "a layer before it that gives 'dat', found none"),
        (
            'name: "a" type: "Convolution" bottom: "data" top: "b"',
            "kernel_size, once or for height and width, found none",
        ),
        (
            'name: "a" type: "Convolution" bottom: "data" top: "b" convolution_param { num_output: 3 kernel_size: 9 }',
            "pictures of at least 9",
        ),
        (
            'name: "a" type: "Convolution" bottom: "data" top: "b" convolution_param { num_output: 3 kernel_size: 1 group: 3 }',
            "a group that divides 4",
        ),
        (
            'name: "a" type: "Pooling" bottom: "data" top: "b" pooling_param { pool: STOCHASTIC kernel_size: 2 }',
            "STOCHASTIC",
        ),
        (
            'name: "a" type: "Pooling" bottom: "data" top: "b" pooling_param { kernel_size: 2 pad: 2 }',
            "pad below kernel_size",
        ),
        ('name: "a" type: "LRN" bottom: "data" top: "b" lrn_param { local_size: 4 }', "an odd local_size, found 4"),
        (
            'name: "a" type: "Eltwise" bottom: "data" bottom: "data" top: "b" eltwise_param { coeff: 1 }',
            "a coeff for each blob",
        ),
        (
            'name: "a" type: "Slice" bottom: "data" top: "b" top: "c" slice_param { slice_point: 9 }',
            "slice_points that part 4 into 2",
        ),
        (
            'name: "a" type: "Reshape" bottom: "data" top: "b" reshape_param { shape { dim: 7 dim: -1 } axis: 1 }',
            "a shape of 144 numbers",
        ),
        (
            'name: "a" type: "Softmax" bottom: "data" top: "b" softmax_param { axis: 7 }',
            "an axis from -4 to 3, found 7",
        ),
        (
            'name: "a" type: "Dropout" bottom: "data" top: "b" dropout_param { dropout_ratio: 1 }',
            "a dropout_ratio from 0 to below 1",
        ),
        ('name: "a" type: "InnerProduct" bottom: "data" top: "b"', "a num_output of 1 or above"),
        (
            'name: "a" type: "Concat" bottom: "data" bottom: "data" top: "b" concat_param { axis: 0 }',
            "another axis than the batch's",
        ),
        ('name: "a" type: "Scale" bottom: "data" top: "b" scale_param { axis: 2 }', "one factor for each channel"),
    ],
)
def test_what_cannot_be_is_refused_by_layer(layers: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(FileError) as refusal:
        opened(f"{INPUT} layer {{ {layers} }}", tmp_path)
    assert said in str(refusal.value) and "net.prototxt" in str(refusal.value) and len(str(refusal.value)) < 700


def test_fields_of_other_programs_are_told(tmp_path: Path) -> None:
    text = f'{INPUT} layer {{ name: "a" type: "ReLU" bottom: "data" top: "b" quick: true relu_param {{ slope: 1 }} }}'
    said = left_out(text, tmp_path)
    assert "a: 'quick' of LayerParameter" in said and "'slope' of ReLUParameter is none of Caffe's fields" in said


def test_layers_without_weights_in_the_file_are_told(tmp_path: Path) -> None:
    text = f'{INPUT} layer {{ name: "a" type: "InnerProduct" bottom: "data" top: "b" inner_product_param {{ num_output: 2 }} }}'
    (tmp_path / "w.prototxt").write_text('layer { name: "z" type: "Bias" blobs { shape { dim: 1 } data: 1 } }')
    assert "a: The file has no weights for it" not in left_out(text, tmp_path)
    (tmp_path / "none.prototxt").write_text(text)
    with pytest.raises(FileError, match=r"a \.caffemodel with weights, found a net without any"):
        load_caffe(tmp_path / "net.prototxt", tmp_path / "none.prototxt")
