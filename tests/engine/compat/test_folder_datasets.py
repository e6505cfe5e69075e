"""Data sets of folders and series: files, order, split and numbers as tf_keras 2.21 gave them for the same folder."""

import wave
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError, SettingError

NAMES = [
    "dogs0", "cats4", "cats1", "cats2", "dogs6", "cats6", "cats5", "cats0", "dogs4", "dogs5", "cats3", "dogs2", "dogs1", "dogs3",
]  # fmt: skip
MEAN, CUT = 130.539, [((4, 6, 6, 3), "float32", 130.8943), ((4, 2), "float32", 0.5)]
HELD_OUT = ["cats1.png", "cats5.png", "dogs0.png", "dogs3.png"]


@pytest.fixture
def folder(tmp_path):
    """Pictures, texts and sounds of two classes, seven each."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        for kind in ("pic", "txt", "wav"):
            (tmp_path / kind / name).mkdir(parents=True)
        for i in range(7):
            picture = rng.integers(0, 255, (5 + i, 9, 3)).astype("uint8")
            Image.fromarray(picture).save(tmp_path / "pic" / name / f"{name}{i}.png")
            (tmp_path / "txt" / name / f"{i}.txt").write_text(f"a text of {name} No {i}!")
            with wave.open(str(tmp_path / "wav" / name / f"{i}.wav"), "wb") as file:
                file.setparams((1, 2, 8000, 0, "NONE", ""))
                file.writeframes(rng.integers(-3000, 3000, 20 + i).astype("<i2").tobytes())
    return tmp_path


def shown(batch):
    return [(x.shape, str(x.dtype), round(float(np.mean(x)), 4)) for x in batch]


def test_pictures_their_classes_their_order_and_their_split(compat, folder):
    from tensorflow import keras

    read = keras.utils.image_dataset_from_directory
    data = read(folder / "pic", image_size=(6, 6), batch_size=14, seed=3)
    names = [Path(path).name.partition(".")[0] for path in data.file_paths]
    assert data.class_names == ["cats", "dogs"] and len(data) == 1
    assert names == NAMES
    x, y = next(iter(data))
    assert round(float(x.numpy().mean()), 3) == MEAN and np.bincount(y.numpy()).tolist() == [7, 7]
    cut = read(folder / "pic", image_size=(6, 6), batch_size=4, label_mode="categorical", shuffle=False,
               crop_to_aspect_ratio=True)  # fmt: skip
    assert shown(next(iter(cut))) == CUT
    both = read(
        folder / "pic", validation_split=0.3, subset="both", seed=4, label_mode="binary", color_mode="grayscale"
    )
    assert [Path(path).name for path in both[1].file_paths] == HELD_OUT and len(both[0].file_paths) == 10
    grey, column = next(iter(both[1]))
    assert grey.shape == (4, 256, 256, 1) and column.shape == (4, 1)
    assert next(iter(read(folder / "pic", labels=None, batch_size=None))).shape == (256, 256, 3)
    assert keras.preprocessing.image_dataset_from_directory is read


def test_texts_go_through_a_vectorization_with_functions_of_tf(compat, folder):
    import tensorflow as tf
    from tensorflow import keras

    data = keras.utils.text_dataset_from_directory(folder / "txt", shuffle=False, batch_size=3)
    for texts, _ in data.take(1):
        assert texts.numpy().tolist() == [f"a text of cats No {i}!".encode() for i in range(3)]
        assert next(iter(texts)).numpy() == b"a text of cats No 0!"
    layer = keras.layers.TextVectorization(
        max_tokens=20,
        output_sequence_length=6,
        standardize=lambda x: tf.strings.regex_replace(tf.strings.lower(x), "[!]", ""),
    )
    layer.adapt(data.map(lambda x, y: x))
    assert layer.get_vocabulary()[:8] == ["", "[UNK]", "text", "of", "no", "a", "dogs", "cats"]
    x, y = next(iter(data.map(lambda x, y: (layer(tf.expand_dims(x, -1)), y))))
    assert x.tolist() == [[5, 2, 3, 7, 4, 14], [5, 2, 3, 7, 4, 13], [5, 2, 3, 7, 4, 12]] and y.tolist() == [0, 0, 0]
    part = keras.utils.text_dataset_from_directory(folder / "txt", validation_split=0.3, subset="training", seed=4)
    assert sorted(int(t.numpy()[-2:-1]) for batch, _ in part for t in batch) == [0, 1, 2, 2, 3, 4, 4, 5, 6, 6]


def test_sounds_are_filled_or_cut(compat, folder):
    from tensorflow import keras

    read = keras.utils.audio_dataset_from_directory
    x, y = next(iter(read(folder / "wav", shuffle=False, batch_size=4)))
    assert x.shape == (4, 23, 1) and y.shape == (4,) and round(float(x.mean()), 4) == 0.0019
    x, _ = next(iter(read(folder / "wav", shuffle=False, batch_size=4, output_sequence_length=22, sampling_rate=8000)))
    assert x.shape == (4, 22, 1) and round(float(x.mean()), 4) == 0.0011
    with pytest.raises(DataError, match="16000 samples a second"):
        next(iter(read(folder / "wav", sampling_rate=16000)))
    with pytest.raises(SettingError, match="ragged"):
        read(folder / "wav", ragged=True)


def test_windows_of_a_series(compat):
    from tensorflow import keras

    series = np.arange(40).reshape(20, 2).astype("float32")
    settings = {"sequence_length": 4, "sampling_rate": 2, "sequence_stride": 3, "batch_size": 3}
    windows = keras.utils.timeseries_dataset_from_array
    data = list(windows(series, series[6:, 0], start_index=1, end_index=19, **settings))
    assert [x.shape for x, _ in data] == [(3, 4, 2), (1, 4, 2)]
    assert data[0][0][0].tolist() == [[2, 3], [6, 7], [10, 11], [14, 15]] and data[0][1].tolist() == [14, 20, 26]
    alone = windows(series, None, sequence_length=19, batch_size=None)
    assert len(alone) == 2 and next(iter(alone)).shape == (19, 2)
    orders = [[x.tolist() for x in windows(series, None, 2, shuffle=True, seed=1)] for _ in range(2)]
    assert orders[0] == orders[1]
    for wrong in ({"sequence_length": 21}, {"sequence_length": 2, "sequence_stride": 0}):
        with pytest.raises(SettingError, match="timeseries_dataset_from_array"):
            windows(series, None, **wrong)


def test_what_does_not_fit_is_refused_in_words(compat, folder):
    from tensorflow import keras

    read = keras.utils.image_dataset_from_directory
    for error, words, settings in (
        (SettingError, "'inferred', numbers or None", {"labels": "infered"}),
        (SettingError, "names of the folders", {"class_names": ["cats"]}),
        (SettingError, "label_mode", {"label_mode": "one_hot"}),
        (SettingError, "subset", {"validation_split": 0.2}),
        (SettingError, "seed", {"validation_split": 0.2, "subset": "training"}),
        (DataError, "14 files", {"labels": [1, 2]}),
    ):
        with pytest.raises(error, match=words):
            read(folder / "pic", **settings)
    with pytest.raises(FileNotFoundError, match="a folder"):
        read(folder / "nowhere")
    with pytest.raises(FileNotFoundError, match="files that end in"):
        read(folder / "txt")


def test_a_data_set_is_split_by_share_and_by_number(compat):
    from tensorflow import keras

    left, right = keras.utils.split_dataset(np.arange(10), left_size=0.7)
    assert [len(left), len(right)] == [7, 3] and [int(x) for x in right] == [7, 8, 9]
    left, right = keras.utils.split_dataset((np.arange(6), np.arange(6)), right_size=2, shuffle=True, seed=1)
    assert len(right) == 2 and sorted(int(x) for x, _ in [*left, *right]) == list(range(6))
    with pytest.raises(SettingError, match="left_size or right_size"):
        keras.utils.split_dataset(np.arange(3))
