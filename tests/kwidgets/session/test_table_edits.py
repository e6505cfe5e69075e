"""A table's steps, roles and split, changed one at a time; what would not work is refused with the field that it is about."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

import engine
from engine.data import STEPS, Dataset
from kwidgets.document.catalogue import declared_fields
from kwidgets.refused import Refused
from kwidgets.session import table_edits as edits
from kwidgets.words import data as say
from kwidgets.words.data import STEP_TITLES
from tests.engine.data.tables import houses


@pytest.fixture
def data() -> Dataset:
    return engine.data.open(houses(), target="rent")


def kinds(data: Dataset) -> list[str]:
    return [step.kind for step in data.steps]


def test_every_step_has_a_title_and_a_form_of_its_own_declaration(data: Dataset) -> None:
    assert set(STEP_TITLES) == set(STEPS)
    steps = edits.steps_of(data, edits.Stages(data))
    assert [step["kind"] for step in steps] == kinds(data)
    scale = {field["name"]: field for field in steps[-2]["fields"]}
    assert scale["by"]["control"].get("options") == ["standard", "minmax", "robust"]
    # Before the scaling the dates are their parts, and texts columns of truth values, which it does not take.
    offered = scale["columns"]["control"].get("options", [])
    assert scale["columns"]["control"]["kind"] == "names"
    assert "seen year" in offered and "seen" not in offered and "town = Ulm" not in offered


def test_steps_are_added_set_moved_and_removed(data: Dataset) -> None:
    made = edits.added(data, "clip", ["size"])
    clip = made.steps[-1].get_config()
    assert kinds(made) == [*kinds(data), "clip"] and clip["low"] < clip["high"]
    first = edits.moved(made, len(made.steps) - 1, 0)
    assert kinds(first) == ["clip", *kinds(data)]
    limited = edits.with_setting(first, 0, "high", 100)
    assert limited.steps[0].get_config()["high"] == 100
    assert kinds(edits.without_step(limited, 0)) == kinds(data)


def test_a_step_that_goes_takes_along_what_it_made(data: Dataset) -> None:
    without = edits.without_step(data, kinds(data).index("date_parts"))
    assert "date_parts" not in kinds(without)
    assert not any("seen" in name for step in without.steps for name in step.columns)
    assert edits.Stages(without).trouble is None
    # So does a column that is left out, where steps were given.
    left_out = edits.with_role(data.with_(steps=data.steps), "seen", used=False)
    assert left_out.x.shape[1] == data.x.shape[1] - 4
    assert edits.with_role(left_out, "seen", used=True).inputs == data.inputs


REFUSED: list[tuple[Callable[[Dataset], object], str, str]] = [
    (lambda data: edits.added(data, "log", []), "columns", "Choose at least one column"),
    (lambda data: edits.added(data, "log", ["gone"]), "columns", "no column 'gone'"),
    (lambda data: edits.added(data, "log", ["size"]), "columns", "no negative numbers"),
    (lambda data: edits.added(data, "melt", ["size"]), "step", "no step named 'melt'"),
    (lambda data: edits.with_setting(data, 1, "by", math.nan), "by", "'median', 'mean', 'most'"),
    (lambda data: edits.with_setting(data, 3, "columns", []), "columns", "names of columns"),
    (lambda data: edits.moved(data, 3, 0), "to", "seen year"),
    (lambda data: edits.without_step(data, 99), "step", "none of this number"),
    (lambda data: edits.with_role(data, "rent", False), "column", "'rent'"),
    (lambda data: edits.with_split(data, "test", 1.5), "test", "found 1.5"),
    (lambda data: edits.with_split(data, "folds", 1), "folds", "found 1"),
]


@pytest.mark.parametrize(("change", "field", "says"), REFUSED)
def test_what_would_not_work_is_refused_with_its_field(
    data: Dataset, change: Callable[[Dataset], object], field: str, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        change(data)
    assert refused.value.field == field


def test_a_split_by_time_begins_with_a_column_of_dates(data: Dataset) -> None:
    made = edits.with_split(data, "by", "time")
    assert (made.split.by, made.split.column) == ("time", "seen")
    assert edits.with_split(made, "by", "chance").split.column is None


def test_windows_are_divided_by_order() -> None:
    table = {"load": [float(i) for i in range(400)], "t": [math.sin(i) for i in range(400)]}
    made = edits.added(engine.data.open(table, target="load"), "windows", ["t"])
    assert made.split.by == "order" and made.x.shape[1:] == (24, 1)


def test_a_preview_shows_some_rows_before_and_behind_the_step(data: Dataset) -> None:
    shown = edits.preview(data, kinds(data).index("one_hot"))
    assert len(shown["rows"]) == 16 and set(shown["rows"]) <= set(data.parts.train.tolist())
    (town,), towns = shown["before"], shown["after"]
    assert [one["name"] for one in towns] == ["town = Bonn", "town = Köln", "town = Ulm"]
    place = [one["name"] for one in towns].index(f"town = {town['values'][0]}")
    assert [one["values"][0] for one in towns] == ["1" if i == place else "0" for i in range(3)]


def test_every_step_is_said_in_words_with_its_settings() -> None:
    for kind, step in STEPS.items():
        names = [field["name"] for field in declared_fields(step)]
        config = {"step": kind, **dict.fromkeys(names, 7), "columns": ["size"]}
        assert "size" in say.step(config) or kind == "unique"


def test_a_layer_is_added_and_its_settings_are_the_forms() -> None:
    table = {
        "size": [float(i) for i in range(40)],
        "kind": [i % 3 for i in range(40)],
        "rent": [2.0 * i for i in range(40)],
    }
    data = engine.data.open(table, target="rent", steps=[])
    offered = {one["kind"]: one for one in edits.offers_of(edits.Stages(data))}
    assert offered["layer"]["columns"] == ["size", "kind", "rent"]
    made = edits.added(data, "layer", ["size"])
    step = edits.steps_of(made, edits.Stages(made))[0]
    fields = {field["name"]: field for field in step["fields"]}
    assert step["text"] == "size through Normalization" and fields["layer"]["value"] == "Normalization"
    assert fields["layer"]["control"].get("options") == [
        "Normalization", "Rescaling", "Discretization", "IntegerLookup", "CategoryEncoding",
    ]  # fmt: skip
    assert set(fields) == {"columns", "layer", "layer.mean", "layer.variance", "layer.invert"}
    for layer, setting, value in (
        ("Rescaling", "scale", 0.5),
        ("Discretization", "num_bins", 3),
        ("IntegerLookup", "output_mode", "one_hot"),
        ("CategoryEncoding", "num_tokens", 5),
    ):
        column = "kind" if layer in ("IntegerLookup", "CategoryEncoding") else "size"
        chosen = edits.with_setting(edits.added(data, "layer", [column]), 0, "layer", layer)
        changed = edits.with_setting(chosen, 0, f"layer.{setting}", value)
        shown = {f["name"]: f["value"] for f in edits.steps_of(changed, edits.Stages(changed))[0]["fields"]}
        assert shown["layer"] == layer and shown[f"layer.{setting}"] == value
        assert changed.part(changed.parts.train[:3]).x is not None and edits.preview(changed, 0)["after"]
    with pytest.raises(Refused) as refused:
        edits.with_setting(made, 0, "layer", "Dense")
    assert refused.value.field == "layer"
    with pytest.raises(Refused) as refused:
        edits.with_setting(edits.with_setting(made, 0, "layer", "Discretization"), 0, "layer.num_bins", 0)
    assert refused.value.field == "layer.num_bins"
