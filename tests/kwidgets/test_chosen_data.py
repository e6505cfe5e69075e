"""What the page asks of the chosen data: tables at one look, pictures with their steps, each change one step of undo."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import engine
import kwidgets
from engine import experiment as experiments
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.chosen_data import ChosenData
from kwidgets.document import Document, Refused
from kwidgets.session.data_sources import DataSources
from kwidgets.session.read_tables import FewRows


def flats(rows):
    rng = np.random.default_rng(0)
    size = rng.normal(size=rows)
    return pd.DataFrame({"size": size, "same": np.ones(rows), "rent": 3 * size + rng.normal(size=rows)})


def chosen(sources):
    data = ChosenData(Document(), sources)
    gestures = data.gestures()

    def say(do, **message):
        return gestures[do]({"do": do, **message})

    return data, say


def test_a_large_frame_is_offered_anew_when_all_its_rows_have_been_looked_through():
    few_rows = FewRows(of_values=1000, least=100, most=200)
    frame = flats(200_000)  # so many that the second look is not over before the first is asked for
    data, say = chosen(DataSources(lambda: {"flats": frame}, few_rows=few_rows))
    with pytest.raises(Refused, match="No table is chosen"):
        say("table_look")
    say("set_data", source={"kind": "frame", "name": "flats"})
    assert not say("table_look")["settled"]
    source = {"kind": "frame", "name": "flats"}
    assert data.sources.tables.table(source, data.sources.validation_share()).wait(60)
    look = say("table_look")
    assert look["settled"] and look["looked_at"] == 200_000
    offered = next(one for one in data.offered if one["kind"] == "frame")
    assert offered["table"]["whole"] and "'same' is 1.0" in offered["table"]["findings"][0]["sentence"]
    # A mend, and what is changed of the table, are steps of undo with words of their own.
    assert say("mend_table", finding=0)["label"] == "inputs of the table"
    assert say("set_table_split", field="seed", value=4)["label"] == "split of the table"
    assert say("use_column", column="same", used=True)["label"] == "inputs of the table"


def test_steps_of_pictures_are_changed_by_the_gestures_of_a_tables_steps(tmp_path):
    for number in range(30):
        folder = tmp_path / ("cat" if number % 2 else "dog")
        folder.mkdir(exist_ok=True)
        Image.fromarray(np.full((6, 6, 3), number * 8, np.uint8)).save(folder / f"{number}.png")
    data, say = chosen(DataSources())
    say("open_data", path=str(tmp_path))
    assert say("add_table_step", step="flip", columns=[])["label"] == "steps of the table"
    assert say("set_table_step", step=1, field="vertical", value=True)["label"] == "change step flip"
    assert say("move_table_step", step=1, to=0)["label"] == "move a step of the table"
    shown = say("table_step", step=0, text="")
    assert (len(shown["pictures"]), shown["before"]) == (8, [])
    table = next(one["table"] for one in data.offered if one["kind"] == "pictures")
    assert [step["kind"] for step in table["steps"]] == ["flip", "colors", "pixels"]
    assert say("remove_table_step", step=0)["label"] == "remove step flip"
    for gesture, message in (("table_look", {}), ("use_column", {"column": "file", "used": False})):
        with pytest.raises(Refused, match="No table is chosen"):
            say(gesture, **message)
    assert say("array_facts", key="y")["facts"]["classes"][0]["name"] == "cat"


@pytest.mark.parametrize("large", [False, True])
def test_one_value_that_a_cell_changes_in_a_frame_is_trained_on(large):
    frame = flats(30_000)
    few_rows = FewRows(of_values=1000, least=100, most=200) if large else None
    data, say = chosen(DataSources(lambda: {"flats": frame}, few_rows=few_rows))
    say("set_data", source={"kind": "frame", "name": "flats", "target": "rent", "inputs": ["size"], "steps": []})
    before = data.arrays(["x"])["x"]
    frame.loc[17_171, "size"] = 12_345.0
    assert 12_345.0 not in before and 12_345.0 in data.arrays(["x"])["x"]
    # What the page shows follows with the next cell, where the frame is small enough for that.
    frame.loc[11_311, "size"] = 54_321.0
    data.refresh()
    source = {"kind": "frame", "name": "flats"}
    shown = data.sources.tables.table(source, 0.0).few.columns["size"].values
    assert (54_321.0 in shown) is not large


SPLITS = [
    {"by": "group", "column": "town", "test": 0.1},
    {"folds": 4, "fold": 1},
    {"by": "time", "column": "day", "test": 0.2},
    {"by": "chance", "seed": 3, "test": 0.1},
]


@pytest.mark.parametrize("split", SPLITS, ids=str)
@pytest.mark.parametrize("step", [[], [{"step": "balance", "columns": ["town"]}]], ids=["plain", "balanced"])
def test_a_table_is_trained_on_as_its_split_divides_it(tmp_path, split, step):
    rng = np.random.default_rng(0)
    size, town = (
        rng.normal(size=200),
        rng.choice(["Bonn", "Kiel", "Köln", "Ulm", "Genf"], 200, p=[0.4, 0.3, 0.1, 0.1, 0.1]),
    )
    table = {"size": size, "town": town, "day": np.arange(200), "rent": 3 * size + rng.normal(size=200)}
    path = tmp_path / "flats.csv"
    pd.DataFrame(table).to_csv(path, index=False)
    steps = [*step, {"step": "scale", "columns": ["size", "rent"]}]
    model = Sequential([Dense(1, input_shape=(1,), name="rent")])
    model.compile("sgd", "mse")
    builder = Builder(model)
    source = {"kind": "table", "name": str(path), "inputs": ["size"], "target": "rent", "steps": steps, "split": split}
    builder.set_data(source=source, inputs={model.input_names[0]: "x"}, targets={"rent": "y"}, validation_split=0.15)
    builder.document.do({"do": "set_training", "epochs": 2, "batch_size": 16, "seed": 4})
    data = engine.data.open(path, ["size"], "rent", steps=steps, split={"validation": 0.15, **split})
    said = builder._data.gestures()["split"]({})
    assert said["validates"] == len(data.parts.validation)
    builder.start("again")
    assert builder.session.wait(60)
    held_out = data.validation.by_name()
    expected = experiments.run_experiment(builder.experiment, data.train.by_name(), held_out=held_out)
    assert builder.session.history.history == expected.history
    builder.close()


@pytest.mark.parametrize("split", [{"by": "group", "column": "town"}, {"by": "chance"}], ids=str)
def test_a_run_on_a_table_is_repeated_on_the_same_rows(tmp_path, split):
    frame = flats(120)
    frame["town"] = ["Bonn", "Kiel", "Ulm", "Genf"] * 30
    path = tmp_path / "flats.csv"
    frame.to_csv(path, index=False)
    model = Sequential([Dense(1, input_shape=(1,), name="rent")])
    model.compile("sgd", "mse")
    builder = Builder(model)
    source = {"kind": "table", "name": str(path), "inputs": ["size"], "target": "rent", "split": split}
    builder.set_data(source=source, inputs={model.input_names[0]: "x"}, targets={"rent": "y"}, validation_split=0.1)
    builder.document.do({"do": "set_training", "epochs": 1, "seed": 1})
    builder.start("again")
    assert builder.session.wait(60)
    builder.close()
    run = kwidgets.run(builder.session.runs()[0]["number"])
    assert run.repeat().history.history == run.history.history


def test_the_program_says_how_code_opens_the_table(tmp_path):
    path = tmp_path / "flats.csv"
    flats(60).to_csv(path, index=False)
    model = Sequential([Dense(1, input_shape=(1,), name="rent")])
    model.compile("sgd", "mse")
    builder = Builder(model)
    steps = [{"step": "scale", "columns": ["size", "rent"], "by": "robust"}]
    source = {"kind": "table", "name": str(path), "inputs": ["size"], "target": "rent", "steps": steps}
    source |= {"split": {"test": 0.1, "seed": 3}}
    builder.set_data(source=source, inputs={model.input_names[0]: "x"}, targets={"rent": "y"}, validation_split=0.2)
    program = builder.to_python()
    told = [line.removeprefix("# ") for line in program.splitlines() if line.startswith("# ")]
    there = {"engine": engine, "model": model}
    exec("\n".join(line for line in told[told.index(next(x for x in told if x.startswith("data = "))) :]), there)
    expected = builder._data.arrays(["x"])["x"]
    np.testing.assert_array_equal(np.concatenate([there["data"].x, there["data"].validation.x]), expected)
    # It is read as the same model.
    again = Builder(keep=False)
    assert again.document.do({"do": "paste", "format": "python", "text": program})
    assert again.experiment["config"]["layers"] == builder.experiment["config"]["layers"]
    builder.close()
    again.close()
