"""Pictures that a table names, as a pandas DataFrame and as a dict of lists."""

from __future__ import annotations

import numpy as np
import pandas
import pytest

import engine as keras
from engine.preprocessing.image import ImageDataGenerator, save_img

N = 8
LABELS = ["cat", "dog", "cat", "emu", "dog", "cat", "emu", "dog"]


@pytest.fixture
def folder(tmp_path):
    for n in range(N):
        save_img(tmp_path / f"{n}.png", np.full((4, 4, 3), n * 10, "uint8"), scale=False)
    return tmp_path


@pytest.fixture(params=[dict, pandas.DataFrame], ids=["dict", "pandas"])
def table(request):
    names = [f"{n}.png" for n in range(N)]
    columns = {
        "filename": names,
        "class": LABELS,
        "age": np.arange(N) / 2,
        "size": list(range(N)),
        "w": np.arange(N) + 1.0,
    }
    return request.param(columns)


def _flow(table, folder, generator=None, **settings):
    settings = {"target_size": (4, 4), "shuffle": False, "batch_size": N, **settings}
    return (generator or ImageDataGenerator()).flow_from_dataframe(table, folder, **settings)


def test_classes_are_numbered_in_order(table, folder, capsys):
    flow = _flow(table, folder)
    x, y = next(flow)
    assert "Found 8 validated image filenames belonging to 3 classes." in capsys.readouterr().out
    assert x[:, 0, 0, 0].tolist() == [n * 10 for n in range(N)] and flow.image_shape == (4, 4, 3)
    assert flow.class_indices == {"cat": 0, "dog": 1, "emu": 2} and flow.classes == [0, 1, 0, 2, 1, 0, 2, 1]
    assert y.tolist() == np.eye(3)[flow.classes].tolist() and flow.filenames[0] == "0.png"


def test_other_kinds_of_labels(table, folder):
    assert next(_flow(table, folder, class_mode="sparse"))[1].tolist() == [0, 1, 0, 2, 1, 0, 2, 1]
    kept = _flow(table, folder, class_mode="binary", classes=["emu", "cat"])
    assert next(kept)[1].tolist() == [1, 1, 0, 1, 0] and kept.samples == 5
    assert next(_flow(table, folder, class_mode="raw", y_col="age"))[1].tolist() == [n / 2 for n in range(N)]
    assert next(_flow(table, folder, class_mode="raw", y_col=["age", "size"]))[1][3].tolist() == [1.5, 3]
    ages, sizes = next(_flow(table, folder, class_mode="multi_output", y_col=["age", "size"], batch_size=3))[1]
    assert ages.tolist() == [0, 0.5, 1] and sizes.tolist() == [0, 1, 2]
    x, copy = next(_flow(table, folder, class_mode="input"))
    assert (x == copy).all() and x is not copy
    assert next(_flow(table, folder, class_mode=None)).shape == (N, 4, 4, 3)


def test_several_classes_in_a_row_are_several_ones(folder):
    table = {"filename": ["0.png", "1.png", "2.png"], "class": [["a", "b"], "b", ["c"]]}
    assert next(_flow(table, folder))[1].tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert next(_flow(table, folder, classes=["b", "a"]))[1].tolist() == [[1, 1], [1, 0]]
    with pytest.raises(ValueError, match="one class in each row"):
        _flow(table, folder, class_mode="sparse")


def test_weights_and_subsets(table, folder):
    x, y, weights = next(_flow(table, folder, weight_col="w"))
    assert weights.tolist() == [n + 1 for n in range(N)] and len(x) == len(y) == N
    generator = ImageDataGenerator(validation_split=0.25)
    held = _flow(table, folder, generator, subset="validation", class_mode="sparse")
    rest = _flow(table, folder, generator, subset="training", class_mode="sparse")
    assert held.filenames == ["0.png", "1.png"] and rest.filenames == [f"{n}.png" for n in range(2, N)]
    assert rest.class_indices == held.class_indices


def test_rows_without_a_picture_are_left_out(table, folder):
    (folder / "3.png").unlink()
    with pytest.warns(UserWarning, match=r"1 rows of x_col 'filename' are left out.*3\.png"):
        flow = _flow(table, folder, class_mode="sparse")
    assert flow.samples == 7 and next(flow)[1].tolist() == [0, 1, 0, 1, 0, 2, 1]
    flow = _flow(table, folder, validate_filenames=False)
    with pytest.raises(OSError, match=r"3\.png"):
        next(flow)


def test_whole_paths_need_no_folder(folder):
    table = pandas.DataFrame({"path": [str(folder / "5.png")], "class": ["a"]})
    flow = ImageDataGenerator(rescale=0.1).flow_from_dataframe(table, x_col="path", target_size=(2, 2))
    assert next(flow)[0].tolist() == np.full((1, 2, 2, 3), 5, "float32").tolist()


def test_old_arguments_are_told(table, folder):
    with pytest.warns(UserWarning, match="has_ext has no effect"):
        _flow(table, folder, has_ext=True)
    with pytest.raises(TypeError, match="'colour'"):
        _flow(table, folder, colour=1)


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"y_col": "klass"}, ValueError, "klass.*Did you mean 'class'"),
        ({"x_col": "size"}, TypeError, "file names as texts"),
        ({"class_mode": "binary"}, ValueError, "2 classes"),
        ({"y_col": ["class", "age"]}, ValueError, "raw"),
        ({"classes": ["cat", "cat"]}, ValueError, "each class once"),
        ({"weight_col": "class"}, TypeError, "numbers"),
        ({"color_mode": "cmyk"}, ValueError, "color_mode"),
        ({"subset": "test"}, ValueError, "subset"),
    ],
)
def test_errors_name_the_argument(table, folder, settings, kind, message):
    with pytest.raises(kind, match=message):
        _flow(table, folder, **settings)


def test_other_tables_are_refused(folder):
    with pytest.raises(TypeError, match="a pandas DataFrame or a dict"):
        _flow([1, 2], folder)
    with pytest.raises(ValueError, match=r"2 values.*1"):
        _flow({"filename": ["0.png", "1.png"], "class": ["a"]}, folder)


def test_a_model_learns_from_a_table(table, folder):
    model = keras.Sequential([keras.layers.Flatten(input_shape=(4, 4, 3)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy")
    flow = _flow(table, folder, ImageDataGenerator(rescale=1 / 255), batch_size=3, weight_col="w")
    history = model.fit_generator(flow, epochs=2, verbose=0)
    assert len(flow) == 3 and np.isfinite(history.history["loss"]).all()


def test_frames_and_series_are_arrays_to_fit():
    frame = pandas.DataFrame(np.random.default_rng(0).normal(size=(10, 3)), columns=list("abc"))
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(3,))])
    model.compile("sgd", "mse")
    expected = model.test_on_batch(frame.to_numpy(), frame["a"].to_numpy())
    assert model.test_on_batch(frame, frame["a"]) == pytest.approx(expected)
    assert model.fit(frame, frame[["a"]], verbose=0, validation_split=0.2).history["val_loss"]
    assert model.predict(frame).shape == (10, 1)
