"""Folders of pictures as sources of a builder: arrays that are read while training goes on, steps with their forms."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data import PICTURE_STEPS, Pictures
from kwidgets.refused import Refused
from kwidgets.session import picture_edits as edits
from kwidgets.session.data_sources import DataSources
from kwidgets.session.picture_folders import PictureFolders
from kwidgets.words.data import PICTURE_STEP_TITLES


@pytest.fixture
def folder(tmp_path: Path) -> str:
    rng = np.random.default_rng(0)
    for number in range(120):
        path = tmp_path / "animals" / ("cat" if number % 2 else "dog")
        path.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (9, 12, 3), np.uint8)).save(path / f"{number}.png")
    return str(tmp_path / "animals")


def opened(folder: str) -> Pictures:
    folders = PictureFolders()
    return folders.dataset(folders.source(folder), 0.1)


def test_a_folder_is_opened_with_its_folders_as_classes(folder: str) -> None:
    sources = DataSources()
    sources.validation_share = lambda: 0.1
    source = sources.open(folder)
    assert dict(source) == {"kind": "pictures", "name": folder, "split": {"test": 0.1, "seed": 0}}
    offered = next(one for one in sources.offered() if one["kind"] == "pictures")
    assert {one["key"]: one["shape"] for one in offered["arrays"]} == {
        "x": [108, 9, 12, 3], "y": [108, 1], "x_test": [12, 9, 12, 3], "y_test": [12, 1],
    }  # fmt: skip
    table = offered["table"]
    assert table is not None and (table["rows"], table["columns"], table["findings"]) == (120, [], [])
    assert [step["text"] for step in table["steps"]] == ["RGB", "0 … 1"]
    facts = sources.facts(source, "x")
    assert (facts["kind"], facts["shape"], facts["whole"], len(facts["samples"])) == (
        "pictures",
        [108, 9, 12, 3],
        False,
        16,
    )
    classes = sources.facts(source, "y")
    assert classes["classes"] == [{"name": "cat", "count": 54}, {"name": "dog", "count": 54}]
    assert classes["rows"] == facts["rows"] and set(map(str, classes["samples"])) == {"cat", "dog"}


def test_the_rows_for_validation_are_the_last_ones_and_none_of_them_is_changed_by_chance(folder: str) -> None:
    folders = PictureFolders()
    plain = folders.source(folder)
    steps = [
        {"step": "colors"},
        {"step": "brightness", "share": 0.9},
        {"step": "pixels"},
        {"step": "ordinal", "columns": ["class"]},
    ]
    source = folders.source({**plain, "steps": steps})
    data, arrays = folders.dataset(source, 0.25), folders.arrays(source, 0.25)
    validation = data.validation
    assert validation is not None
    kept = len(arrays["y"]) - len(np.asarray(validation.y))
    np.testing.assert_array_equal(arrays["x"][kept:], np.asarray(validation.x))
    np.testing.assert_array_equal(arrays["y"][kept:], np.asarray(validation.y))
    x = data.part(data.parts.train, by_chance=True).x
    assert not np.array_equal(x.read(np.arange(3), 0), x.read(np.arange(3), None))  # type: ignore[union-attr]


def test_every_step_has_a_title_a_text_and_a_form(folder: str) -> None:
    assert set(PICTURE_STEP_TITLES) == set(PICTURE_STEPS)
    data = opened(folder)
    for kind in PICTURE_STEPS:
        if kind not in {step.kind for step in data.steps}:
            data = edits.added(data, kind)
    steps = edits.steps_of(data)
    assert {step["kind"] for step in steps} == set(PICTURE_STEPS) and edits.offers_of(data) == []
    assert steps[-1]["kind"] == "pixels" and all(step["fields"] and step["text"] for step in steps)
    assert next(step for step in steps if step["kind"] == "resize")["text"] == "9×12 (stretch)"


def test_steps_are_set_moved_and_removed(folder: str) -> None:
    data = edits.added(opened(folder), "flip")
    kinds = [step.kind for step in data.steps]
    assert kinds == ["colors", "flip", "pixels"]
    assert [step.kind for step in edits.moved(data, 1, 0).steps] == ["flip", "colors", "pixels"]
    assert edits.with_setting(data, 0, "mode", "grayscale").input_shape == (9, 12, 1)
    assert [step.kind for step in edits.without_step(data, 1).steps] == ["colors", "pixels"]
    assert edits.with_split(data, "by", "order").split.by == "order"
    assert {field["name"] for field in edits.split_fields(data)} == {
        "test",
        "by",
        "same_share",
        "seed",
        "folds",
        "fold",
    }


REFUSED: list[tuple[Callable[[Pictures], object], str, str]] = [
    (lambda data: edits.added(data, "clip"), "step", "no step named 'clip'"),
    (lambda data: edits.with_setting(data, 0, "mode", "cmyk"), "mode", "'rgb', 'grayscale', 'rgba'"),
    (lambda data: edits.with_setting(data, 9, "mode", "rgb"), "step", "none of this number"),
    (lambda data: edits.moved(data, 0, 7), "to", "no place 7"),
    (lambda data: edits.without_step(edits.without_step(data, 0), 0), "step", "has to stay"),
    (lambda data: edits.with_split(data, "test", 2), "test", "found 2"),
]


@pytest.mark.parametrize(("change", "field", "says"), REFUSED)
def test_what_would_not_work_is_refused_at_its_field(
    folder: str, change: Callable[[Pictures], object], field: str, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        change(opened(folder))
    assert refused.value.field == field


def test_unlike_sizes_are_said_and_mended(folder: str) -> None:
    Image.new("L", (4, 4)).save(f"{folder}/cat/small.png")
    folders = PictureFolders()
    source = folders.source(
        {**folders.source(folder), "steps": [{"step": "colors"}, {"step": "ordinal", "columns": ["class"]}]}
    )
    table = folders.described(source, 0.1)["table"]
    assert table is not None
    said = {one["mend"]: number for number, one in enumerate(table["findings"])}
    assert {"Resize all to 9 x 12", "Scale them to 0 ... 1"} <= set(said)
    mended = folders.mended(source, said["Resize all to 9 x 12"], 0.1)
    assert mended["steps"][0]["step"] == "resize"
    with pytest.raises(Refused, match="no longer said"):
        folders.mended(folders.source(mended), 9, 0.1)


def test_a_folder_that_has_changed_or_gone_is_said_in_words(folder: str) -> None:
    sources = DataSources()
    source = sources.open(folder)
    Image.new("RGB", (12, 9)).save(f"{folder}/cat/new.png")
    assert dict(sources.open(folder)) == dict(source)
    assert next(one for one in sources.offered() if one["kind"] == "pictures")["table"]["rows"] == 121  # type: ignore[index]
    shutil.rmtree(folder)
    with pytest.raises(Refused, match="animals"):
        sources.open(folder)


def test_a_folder_without_pictures_and_a_broken_picture_are_refused_in_words(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match=r"pictures \(png"):
        DataSources().open(str(tmp_path / "empty"))
    Path(folder, "cat", "bad.png").write_bytes(b"no picture")
    described = next(one for one in _opened(folder).offered() if one["kind"] == "pictures")
    assert described["table"] is not None and described["table"]["trouble"] is None
    said = [one for one in described["table"]["findings"] if one["mend"] == "Leave them out"]
    assert ["cannot be read: cat/bad.png." in one["sentence"] for one in said] == [True]


def test_broken_pictures_and_copies_are_left_out_by_a_press(folder: str) -> None:
    Path(folder, "cat", "bad.png").write_bytes(b"no picture")
    for number in range(12):
        shutil.copy(f"{folder}/cat/{2 * number + 1}.png", f"{folder}/cat/copy{number}.png")
    folders = PictureFolders()
    source = folders.source(folder)
    for _ in range(9):
        table = folders.described(source, 0.3)["table"]
        assert table is not None and table["trouble"] is None
        mends = [number for number, one in enumerate(table["findings"]) if one["mend"] is not None]
        if not mends:
            break
        source = folders.source(folders.mended(source, mends[0], 0.3))
    assert table["findings"] == [] and table["steps"][0]["text"].startswith("without ")
    left_out = set(source["steps"][0]["files"])
    assert "cat/bad.png" in left_out and all(name == "cat/bad.png" or "cat/" in name for name in left_out)
    arrays = folders.arrays(source, 0.3)
    assert len(arrays["x"]) + len(arrays["x_test"]) == 133 - len(left_out)
    # Without the mend they are trained on again.
    field = table["steps"][0]["fields"][0]
    assert field["control"]["options"] == source["steps"][0]["files"] == field["value"]


def test_a_step_shows_what_it_does_to_some_pictures(folder: str) -> None:
    folders = PictureFolders()
    source = folders.source(folder)
    source = folders.source(folders.plain(source, edits.added(folders.dataset(source, 0.0), "turn")))
    data = folders.dataset(source, 0.0)
    kinds = [step.kind for step in data.steps]
    shown = edits.preview(data, kinds.index("turn"))
    assert len(shown["pictures"]) == 8 and shown == edits.preview(data, kinds.index("turn"))
    assert all(pair["before"] != pair["after"] for pair in shown["pictures"])
    assert all(pair["row"] in data.parts.train for pair in shown["pictures"])
    assert edits.preview(data, kinds.index("pixels"))["pictures"] == []
    with pytest.raises(Refused):
        edits.preview(data, 99)


def _opened(folder: str) -> DataSources:
    sources = DataSources()
    sources.open(folder)
    return sources
