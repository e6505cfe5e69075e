"""A folder of pictures from its files to predictions: the same numbers each time, and every broken file named."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import engine
from engine.__main__ import main
from engine.data import PicturePreparation, Pictures, in_experiments, source_of
from engine.data.picture_files import names_in
from engine.errors import EngineError, FileError
from engine.experiment import write_experiment
from engine.layers import Dense, Flatten
from engine.models import Sequential

from .pictures import make_folder, picture

BY_CHANCE = [{"step": "flip"}, {"step": "turn"}, {"step": "move"}, {"step": "brightness"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "pictures")


def opened(folder: Path, **how: Any) -> Pictures:
    data = engine.data.open(folder, **how)
    assert isinstance(data, Pictures)
    return data


def network(data: Pictures) -> Sequential:
    with engine.experiment.seeded(1):
        model = Sequential([Flatten(input_shape=data.input_shape), Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["acc"])
    return model


def test_pictures_are_trained_on_measured_and_predicted_from_their_folder(folder: Path) -> None:
    data = opened(folder, split={"validation": 0.2, "test": 0.2})
    assert data.classes == ["disc", "square"] and data.input_shape == (12, 12, 3) and not data.warnings
    assert [step.kind for step in data.steps] == ["colors", "pixels"]
    model = network(data)
    whole = data.arrays()
    with engine.experiment.seeded(2):
        history = model.fit(data, epochs=2, batch_size=5, verbose=0).history
    assert set(history) == {"loss", "acc", "val_loss", "val_acc"}
    # What threads read ahead is what the arrays hold.
    again = network(data)
    with engine.experiment.seeded(2):
        kept = again.fit(*whole["train"], validation_data=whole["validation"], epochs=2, batch_size=5, verbose=0)
    assert kept.history == history
    assert model.evaluate(data, verbose=0) == again.evaluate(*whole["test"], verbose=0)
    shown = [folder / "disc" / "03.png", Image.fromarray(picture("square", 1)), picture("disc", 2)]
    assert set(data.predict(model, shown)) <= {"disc", "square"} and data.predict(model, shown[0]).shape == (1,)
    row = data.sample(1)[0]
    assert row["picture"].shape == (12, 12, 3) and row["file"].startswith(row["class"])
    kept_text = json.loads(json.dumps(data.preparation.to_config()))
    np.testing.assert_array_equal(PicturePreparation.from_config(kept_text).rows(shown), data.preparation.rows(shown))


def test_changes_by_chance_are_of_training_pictures_alone_and_the_same_in_each_run(folder: Path) -> None:
    data = opened(folder, steps=[{"step": "colors"}, *BY_CHANCE, {"step": "pixels"}])
    rows = np.arange(4)
    first, second = data.x.read(rows, 0), data.x.read(rows, 1)
    assert (first != second).any() and (first != data.x.read(rows)).any()
    np.testing.assert_array_equal(opened(folder, steps=data.steps).x.read(rows[::-1], 1)[::-1], second)
    assert data.validation is not None
    held_out = data.validation.x
    np.testing.assert_array_equal(held_out.read(np.arange(3), 0), held_out.read(np.arange(3), 1))
    # Whatever thread reads first, two trainings are equal bit for bit.
    histories = []
    for _ in range(2):
        with engine.experiment.seeded(3):
            histories.append(network(data).fit(data, epochs=3, batch_size=4, verbose=0).history)
    assert histories[0] == histories[1]


def test_a_table_names_the_pictures_and_an_amount_to_learn(folder: Path) -> None:
    names = [f"disc/{number:02}.png" for number in range(15)]
    table = {"picture": names, "light": [float(picture("disc", number).max()) for number in range(15)]}
    data = opened(folder, target="light", table=table, split={"validation": 0.2})
    assert len(data) == 15 and data.classes is None and abs(data.y.mean()) < 1e-6
    assert data.preparation.undo(data.y).round().max() > 90


@pytest.mark.parametrize(
    ("spoil", "how", "says"),
    [
        (
            lambda d: (d / "disc" / "03.png").write_bytes((d / "disc" / "04.png").read_bytes()[:70]),
            {},
            r"disc/03.png, row 3: expected a whole image.*broken='skip' leaves such",
        ),
        (
            lambda d: (d / "disc" / "03.png").write_bytes(b"GET / HTTP/1.1"),
            {},
            r"disc/03.png, row 3: expected an image .*found another kind of file",
        ),
        (
            lambda d: (d / "disc" / "03.png").write_bytes(_bomb()),
            {},
            r"row 3: expected a whole image, found Image size .3600000000 pixels. exceeds limit",
        ),
        (
            lambda d: Image.new("RGB", (9, 12)).save(d / "disc" / "03.png"),
            {"steps": [{"step": "pixels"}]},
            r"row 3: expected 12 x 12 pixels of 3 channels, as of the other pictures, found 12 x 9.*'resize', 'size': \[12, 12\]",
        ),
        (
            lambda d: Image.new("L", (12, 12)).save(d / "disc" / "03.png"),
            {"steps": [{"step": "pixels"}]},
            r"row 3.*found 12 x 12 pixels of 1 channel. Add the step colors",
        ),
        (lambda d: None, {"steps": [{"step": "resise", "size": 3}]}, r"found 'resise'. Did you mean 'resize'"),
        (lambda d: None, {"target": "kind"}, r"found 'kind'"),
        (
            lambda d: None,
            {"table": {"file": ["disc/99.png"]}},
            r"row 0: expected a picture, found no file 'disc/99.png'",
        ),
        (
            lambda d: Image.new("L", (2, 2)).save(d.parent / "o.png"),
            {"table": {"file": ["../o.png"]}},
            r"row 0: expected a file in",
        ),
        (
            lambda d: None,
            {"table": {"a": ["x"], "b": ["y"]}},
            r"the one column that names the pictures, found 'a', 'b'",
        ),
    ],
)
def test_what_is_wrong_with_a_picture_is_said_with_file_and_row(
    folder: Path, spoil: Callable[[Path], object], how: dict[str, Any], says: str
) -> None:
    spoil(folder)
    with pytest.raises(EngineError, match=says):
        data = opened(folder, split={"validation": 0.0}, **how)
        network(data).fit(data, verbose=0)


def _bomb() -> bytes:
    """A PNG that says it has 60,000 rows of 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def test_broken_pictures_are_left_out_where_the_user_says_so(folder: Path) -> None:
    (folder / "disc" / "03.png").write_bytes(b"no picture")
    data = opened(folder, broken="skip")
    assert data.skipped == ["disc/03.png"] and len(data) == 29
    network(data).fit(data, verbose=0)


def test_a_folder_that_changes_while_it_is_read_is_noticed(folder: Path) -> None:
    data = opened(folder, split={"validation": 0.0})
    model = network(data)
    Image.fromarray(picture("square", 77, 13)).save(folder / "disc" / "05.png")
    with pytest.raises(
        EngineError, match=r"disc/05.png, row 5: .* found one that was written since. Open the folder again"
    ):
        model.fit(data, verbose=0)
    (folder / "disc" / "05.png").unlink()
    with pytest.raises(EngineError, match=r"disc/05.png, row 5: .* found none. Open the folder again"):
        model.fit(data, verbose=0)


def test_what_spoils_a_training_is_found_and_mended(folder: Path) -> None:
    Image.new("L", (20, 16)).save(folder / "disc" / "grey.png")
    data = opened(folder, steps=[{"step": "flip"}])
    assert [one.kind for one in data.warnings] == ["unlike sizes", "unlike channels", "unscaled"]
    assert "1 of 31 pictures are not of the usual 12 x 12 pixels: 16 x 20." in str(data.warnings[0])
    while mends := [one for one in data.warnings if one.mend]:
        data = data.mended(mends[0])
    assert data.arrays()["train"].x.shape[1:] == (12, 12, 3) and not data.warnings
    kind = "square"
    for number in range(12):
        (folder / kind / f"copy{number}.png").write_bytes((folder / kind / f"{number:02}.png").read_bytes())
    assert "equal pictures" in [one.kind for one in opened(folder, split={"validation": 0.5}).warnings]


def test_copies_of_another_size_format_or_brightness_are_found_and_other_pictures_are_not(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    (tmp_path / "a").mkdir()
    for number in range(24):
        # Clouds: noise that is coarse, made fine.
        coarse = Image.fromarray(random.integers(60, 200, (5, 5, 3), dtype=np.uint8))
        coarse.resize((160, 120), Image.Resampling.BICUBIC).save(tmp_path / "a" / f"{number:02}.png")
    split = {"by": "order", "validation": 0.2}
    assert [one.kind for one in opened(tmp_path, split=split).warnings] == ["constant target"]
    with Image.open(tmp_path / "a" / "03.png") as source:
        source.resize((80, 60)).save(tmp_path / "a" / "97.jpg", quality=90)
        source.save(tmp_path / "a" / "98.bmp")
        source.point(lambda value: value * 0.9).save(tmp_path / "a" / "99.png")
    Image.new("L", (9, 9), 40).save(tmp_path / "a" / "95.png")
    (found,) = [one for one in opened(tmp_path, split=split).warnings if "equal" in one.kind]
    (tmp_path / "a" / "96.png").write_bytes(b"broken since")
    assert opened(tmp_path, split=split).thumbnails([0, 25])[1] is None
    assert found.kind == "nearly equal pictures" and "3 of 6 pictures of the validation part look as others do" in str(
        found
    )
    assert "a/97.jpg looks as a/03.png; a/98.bmp looks as a/03.png; a/99.png looks as a/03.png." in str(found)


def test_an_experiment_trains_on_its_folder_from_the_command_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = opened(
        folder, steps=[{"step": "colors"}, *BY_CHANCE, {"step": "pixels"}], split={"validation": 0.2, "seed": 3}
    )
    layers = [
        {"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [None, *data.input_shape]}},
        {"class_name": "Dense", "config": {"name": "out", "units": 2, "activation": "softmax"}},
    ]
    chosen = {"source": source_of(data, "pictures"), "inputs": {"f_input": "x"}, "targets": {"out": "y"}}
    training = {"epochs": 2, "seed": 1, "loss": "sparse_categorical_crossentropy"}
    made = {"class_name": "Sequential", "config": layers, "data": chosen, "training": training}
    (tmp_path / "e.yaml").write_text(write_experiment(made), "utf-8")
    histories = []
    for out in ("a", "b"):
        assert main(["train", str(tmp_path / "e.yaml"), "--out", str(tmp_path / out), "--quiet"]) == 0, (
            capsys.readouterr().err
        )
        histories.append((tmp_path / out / "history.json").read_text())
    assert histories[0] == histories[1] and "val_loss" in histories[0]
    kept = PicturePreparation.from_config(json.loads((tmp_path / "a" / "preparation.json").read_text()))
    assert kept.classes == ["disc", "square"]


def test_a_whole_disk_is_no_folder_of_pictures(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.png").write_bytes(b"")
    with pytest.raises(FileError, match="at most 4 files"):
        names_in(tmp_path, (".png",), most_files=4)
    assert len(names_in(tmp_path, (".png",))) == 5


def test_an_experiment_whose_folder_holds_no_pictures_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    source = {"data": {"source": {"kind": "pictures", "name": "empty"}}}
    with pytest.raises(FileError, match=r"expected pictures \(png.*found none. Each class has a folder"):
        in_experiments.table_of(source, tmp_path)
