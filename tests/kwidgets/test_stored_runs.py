"""The list of runs in a notebook: a sequence, a table, a frame."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import kwidgets
from kwidgets.refused import Refused
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import EXPERIMENT, begun, progress, trained


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def test_runs_are_a_sequence_with_the_newest_first(store: RunStore) -> None:
    for document in ("digits", "faces", "digits"):
        trained(store, document)
    runs = kwidgets.runs(store=store)
    assert [run.number for run in runs] == [3, 2, 1] and len(runs) == 3
    assert runs[0] == kwidgets.run(3, store=store) and runs[-1].number == 1
    assert [run.number for run in runs[1:]] == [2, 1] and runs[1] in runs
    assert [run.number for run in kwidgets.runs("digits", store=store)] == [3, 1]
    kwidgets.run(2, store=store).tags = "best"
    assert [run.number for run in kwidgets.runs(tag="best", store=store)] == [2]
    assert [run.number for run in kwidgets.runs(text="faces", store=store)] == [2]


def test_the_users_own_store_is_used_without_another() -> None:
    before = len(kwidgets.runs())
    trained(kwidgets.workspace.run_store.store())
    assert len(kwidgets.runs()) == before + 1


def test_the_table_shows_what_differs_and_no_markup_of_anybody(store: RunStore) -> None:
    trained(store, "<script>alert(1)</script>")
    writer = begun(store, settings={"learning_rate": 0.003, "optimizer": "SGD", "seed": 1})
    writer.write([], progress(2))
    writer.end("stopped", "Stop")
    kwidgets.run(2, store=store).note = "<b>higher</b> & faster"
    html = kwidgets.runs(store=store)._repr_html_()
    assert "<script>" not in html and "<b>" not in html
    assert "&lt;b&gt;higher&lt;/b&gt; &amp; faster" in html
    text = repr(kwidgets.runs(store=store))
    assert "learning rate 0.003" in text and "optimizer SGD" in text and "2 / 3" in text and "stopped" in text
    assert "seed" not in text
    assert len(text.splitlines()) == 3


def test_an_empty_list_says_so(store: RunStore) -> None:
    assert (
        "No runs yet" in repr(kwidgets.runs(store=store)) and "No runs yet" in kwidgets.runs(store=store)._repr_html_()
    )


def test_a_frame_has_a_row_for_each_run_and_tells_metrics_from_settings(store: RunStore) -> None:
    trained(store)
    begun(store)
    frame = kwidgets.runs(store=store).to_frame()
    assert list(frame.index) == [2, 1]
    assert frame["loss"][1] == 0.25 and frame["settings.loss"][1] == "mean_squared_error"
    assert frame["d.units"].tolist() == [2, 2] and frame["state"].tolist() == ["running", "finished"]
    assert len(kwidgets.runs("no such", store=store).to_frame()) == 0


def test_without_pandas_the_frame_is_refused_and_the_table_works(tmp_path: Path) -> None:
    program = """
import sys
sys.modules["pandas"] = None
import kwidgets
print(kwidgets.runs())
try:
    kwidgets.runs().to_frame()
except Exception as error:
    print(type(error).__name__, error)
"""
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "Refused A DataFrame needs pandas, which is not installed. Install it with: pip install pandas" in ran.stdout


def test_many_runs_are_deleted_and_come_back_together(store: RunStore) -> None:
    for _ in range(3):
        trained(store)
    kwidgets.runs(store=store)[:2].delete()
    assert [run.number for run in kwidgets.runs(store=store)] == [1]
    gone = kwidgets.runs(deleted=True, store=store)
    assert [run.number for run in gone] == [3, 2]
    gone[:1].restore()
    assert [run.number for run in kwidgets.runs(store=store)] == [3, 1]
    assert gone.spare().runs == 1
    assert gone.spare(remove=True).runs == 1
    with pytest.raises(Refused, match="no run"):
        gone[1:].restore()


def test_hidden_runs_are_shown_when_asked_for(store: RunStore) -> None:
    trained(store)
    kwidgets.run(1, store=store).hidden = True
    assert len(kwidgets.runs(store=store)) == 0 and len(kwidgets.runs(hidden=True, store=store)) == 1


def test_the_frame_of_many_runs_keeps_to_what_was_recorded(store: RunStore) -> None:
    begun(store, settings={"metrics": "acc", "tags": 3})
    frame = kwidgets.runs(store=store).to_frame()
    assert frame["tags"][1] == "" and frame["settings.tags"][1] == 3
    assert kwidgets.run(1, store=store).experiment == EXPERIMENT
