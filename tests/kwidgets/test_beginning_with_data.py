"""A builder that begins with data: the path of a table, arrays or a folder, a frame; the first model for them trains at once."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from kwidgets import Builder
from kwidgets.beginning_with_data import file_of
from kwidgets.refused import Refused
from tests.kwidgets.wire import Wire

ROWS = 60


def a_table(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    size = rng.uniform(20, 120, ROWS)
    pd.DataFrame({"size": size, "town": rng.choice(["a", "b"], ROWS), "rent": 9 * size}).to_csv(
        folder / "flats.csv", index=False
    )
    return folder / "flats.csv"


def arrays(folder: Path) -> Path:
    np.savez(folder / "arrays.npz", x=np.random.default_rng(0).random((ROWS, 3)), y=np.arange(ROWS) % 4)
    return folder / "arrays.npz"


def pictures(folder: Path) -> Path:
    for name in ("cats", "dogs"):
        (folder / "pets" / name).mkdir(parents=True)
        for index in range(8):
            drawn = np.random.default_rng(index).integers(0, 255, (12, 12, 3), np.uint8)
            Image.fromarray(drawn).save(folder / "pets" / name / f"{index}.png")
    return folder / "pets"


@pytest.mark.parametrize(
    ("made", "loss", "first"),
    [
        (a_table, "mean_squared_error", "Dense"),
        (arrays, "sparse_categorical_crossentropy", "Dense"),
        (pictures, "binary_crossentropy", "Conv2D"),
    ],
)
def test_the_path_of_data_is_a_model_that_trains_on_them(tmp_path: Path, made, loss: str, first: str) -> None:
    builder = Builder(str(made(tmp_path)), keep=False)
    try:
        assert builder.document.data()["problems"] == []
        assert builder.document.draft.training["loss"] == loss
        layers = [builder.document.draft.part(node).class_name for node in builder.document.draft.nodes()]
        assert layers[0] == "InputLayer" and layers[1] == first
        builder.document.set_training(epochs=2)
        builder.start()
        builder.session.wait()
        assert builder.session.error is None and len(builder.history.epoch) == 2
    finally:
        builder.close()


def test_what_holds_no_pair_of_input_and_target_is_refused_as_before(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", x=np.zeros((9, 3)))
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match=r"'one.npz' is an .npz file of arrays, so it holds no model"):
        Builder(str(tmp_path / "one.npz"), keep=False)
    with pytest.raises(Refused, match="is a folder, so it holds no model"):
        Builder(str(tmp_path / "empty"), keep=False)
    with pytest.raises(FileNotFoundError):
        Builder(str(tmp_path / "nowhere.csv"), keep=False)


def test_the_page_opens_a_path_of_data_as_one_step_of_undo(tmp_path: Path) -> None:
    builder = Builder(keep=False)
    wire = Wire(builder.view)
    assert wire.say("open_model", path=str(a_table(tmp_path)))["ok"]
    assert builder.document.data()["source_kind"] == "table"
    assert len(list(builder.document.draft.nodes())) == 3
    builder.document.undo()
    assert list(builder.document.draft.nodes()) == [] and builder.document.data()["source"] is None
    builder.close()


def test_a_frame_becomes_a_model_with_the_steps_that_were_chosen_for_it() -> None:
    builder = Builder(keep=False)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.random(ROWS), "b": rng.random(ROWS), "kind": rng.choice(["x", "y"], ROWS)})
    builder._data.sources._namespace = lambda: {"flats": frame}
    builder.refresh_data()
    wire = Wire(builder.view)
    wire.say("set_data", source={"kind": "frame", "name": "flats"})
    wire.say("set_target", column="a")
    assert wire.say("from_arrays", source="flats", kind="frame")["ok"]
    assert builder.document.draft.data["source"]["target"] == "a"
    assert builder.document.draft.training["loss"] == "mean_squared_error"
    wire.say("undo")
    wire.say("undo")
    wire.say("undo")
    assert wire.say("from_arrays", source="flats", kind="frame")["ok"]
    assert builder.document.draft.training["loss"] == "binary_crossentropy"
    assert wire.say("from_arrays", source="gone", kind="frame")["refused"] == "The notebook has no frame named 'gone'."
    builder.close()


def test_the_name_of_a_file_is_that_of_a_path() -> None:
    assert file_of("/a/b.h5") == file_of(Path("/a/b.h5")) == "b.h5"
    assert file_of(None) is None
