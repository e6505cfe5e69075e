"""One run in code: what became of it, its model, its data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kwidgets
from engine.errors import EngineError
from engine.experiment import Control, build_model, run_experiment
from engine.models.checkpoints import Checkpoints
from engine.training_folder import fingerprints
from kwidgets.refused import Refused
from kwidgets.workspace.records import Intervention, NewRun
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import EXPERIMENT, begun, curve, progress, trained, with_checkpoint

ARRAYS = {"x": np.arange(32.0).reshape(8, 4) / 32, "y": np.eye(2)[np.arange(8) % 2]}


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def really_trained(store: RunStore, experiment: dict[str, Any] = EXPERIMENT) -> tuple[kwidgets.Run, list[np.ndarray]]:
    """A run with a true checkpoint after its last epoch; the weights that it ended with."""
    writer = store.begin(NewRun("digits", experiment, planned=3, fingerprints=fingerprints(ARRAYS)))
    model, control = build_model(experiment), Control()
    path = writer.checkpoint_path(3)
    assert path is not None
    run_experiment(experiment, ARRAYS, model=model, control=control, listeners=[Checkpoints(path, model, control)])
    writer.checkpoint_written(3, best=True)
    writer.write([curve(0, 300)], progress(3))
    writer.end("finished", "its last epoch")
    assert writer.number is not None
    return kwidgets.run(writer.number, store=store), model.get_weights()


def test_a_run_says_what_became_of_it(store: RunStore) -> None:
    writer = begun(store)
    run = kwidgets.run(1, store=store)
    assert (run.state, run.epochs, run.document, run.experiment) == ("running", 0, "digits", EXPERIMENT)
    writer.write([curve(0, 100)], progress(1), ["a line"], [Intervention(0.5, 1.0, "pause", "paused")])
    writer.end("stopped", "Stop")
    assert (run.state, run.ended_by, run.epochs, run.values) == ("stopped", "Stop", 1, {"loss": 1.0})
    assert run.history.epoch == [0] and run.history.history == {"loss": [1.0]} and run.history.partial is False
    assert run.log == ["a line"] and run.interventions[0].text == "paused" and len(run.points[0].xs) == 100
    run.note, run.tags = "a note", ["good", " good ", "", "slow"]
    assert (run.note, run.tags) == ("a note", ("good", "slow"))
    assert repr(run).startswith("Run 1 of digits: stopped, 1 epoch,") and repr(run).endswith("a note")


@pytest.mark.parametrize(
    "name", ["a/b/../../etc/passwd", "..", ".", "x" * 300, "Ä\n\0\ud800", "CON", "", "'; DROP TABLE runs"]
)
def test_any_text_is_a_name_a_note_and_a_tag(name: str, store: RunStore, tmp_path: Path) -> None:
    writer = begun(store, name)
    writer.write([curve(0, 3, name or "loss")], progress(1), [name])
    run = kwidgets.run(1, store=store)
    run.note, run.tags = name, [name]
    writer.end("finished", name)
    clean = name.encode("utf-8", "replace").decode()
    assert (run.document, run.note, run.ended_by) == (clean, clean, clean)
    assert len(kwidgets.runs(clean, store=store)) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["runs"]
    assert len(list((tmp_path / "runs").iterdir())) == 1
    assert kwidgets.runs(store=store)._repr_html_()


def test_names_that_differ_in_case_alone_are_two(store: RunStore) -> None:
    trained(store, "Digits")
    trained(store, "digits")
    assert [run.number for run in kwidgets.runs("digits", store=store)] == [2]


def test_the_model_has_the_weights_of_its_checkpoint(store: RunStore) -> None:
    run, weights = really_trained(store)
    for epoch in ("last", "best", 3):
        for one, other in zip(run.model(epoch).get_weights(), weights, strict=True):
            np.testing.assert_array_equal(one, other)
    run.pin(3)
    assert run.checkpoints[0].pinned


def test_a_checkpoint_that_is_not_there_or_damaged_is_refused_in_words(store: RunStore) -> None:
    run, _ = really_trained(store)
    with pytest.raises(Refused, match=r"Run 1 has no checkpoint after 2 epochs. There are those after epochs 3"):
        run.model(2)
    path = run.checkpoints[0].path
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(Refused, match="The checkpoint of run 1 cannot be read"):
        run.model()
    path.unlink()
    with pytest.raises(Refused, match=r"no checkpoint that is the last. Train it again with repeat"):
        run.model()
    with pytest.raises(Refused, match="There is no run 7"):
        kwidgets.run(7, store=store)


def test_a_running_run_is_not_deleted_and_one_that_is_gone_says_so(store: RunStore) -> None:
    writer = begun(store)
    run = kwidgets.run(1, store=store)
    with pytest.raises(Refused, match=r"Run 1 is going on. Stop it first"):
        run.delete()
    writer.end("finished")
    run.delete()
    assert len(kwidgets.runs(store=store)) == 0
    run.restore()
    assert kwidgets.runs(store=store)[0] == run
    run.delete()
    store.purge()
    with pytest.raises(Refused, match="There is no run"):
        run.restore()


def test_data_are_found_again_and_other_ones_refused(store: RunStore) -> None:
    run, _ = really_trained(store)
    np.testing.assert_array_equal(run.arrays(ARRAYS)["x"], ARRAYS["x"])
    with pytest.raises(Refused, match="'x' holds other numbers, or has another shape, than what run 1 was trained on"):
        run.arrays({**ARRAYS, "x": ARRAYS["x"] + 1})
    run.arrays({**ARRAYS, "x": ARRAYS["x"] + 1}, other_data=True)
    with pytest.raises(Refused, match="arrays that are not given: y"):
        run.arrays({"x": ARRAYS["x"]})


def test_data_of_a_file_come_from_the_file(store: RunStore, tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, **ARRAYS)
    source = {"kind": "file", "name": str(path)}
    run, _ = really_trained(store, {**EXPERIMENT, "data": {**EXPERIMENT["data"], "source": source}})
    np.testing.assert_array_equal(run.arrays()["y"], ARRAYS["y"])
    path.unlink()
    with pytest.raises(Refused, match=r"data.npz"):
        run.arrays()


def test_checkpoints_of_a_run_that_was_cut_off_within_an_epoch_are_the_last(store: RunStore) -> None:
    writer = begun(store)
    with_checkpoint(writer, 1)
    with_checkpoint(writer, 1, batch=40)
    run = kwidgets.run(1, store=store)
    assert [(one.epoch, one.batch, one.last) for one in run.checkpoints] == [(1, 0, False), (1, 40, True)]
    writer.end("stopped")


def test_a_repeated_run_is_one_of_its_own_with_the_same_numbers(store: RunStore) -> None:
    run, weights = really_trained(store)
    again = run.repeat(ARRAYS)
    assert (again.number, again.state, again.document, again.epochs) == (2, "finished", "digits", 3)
    for one, other in zip(again.model().get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, other)
    longer = run.repeat(ARRAYS, epochs=5, seed=2)
    assert longer.epochs == 5 and longer.settings["seed"] == 2 and run.settings["seed"] == 1
    assert kwidgets.runs(store=store).differing == ["epochs", "seed"]


def test_a_run_that_was_stopped_goes_on_to_the_end_that_it_would_have_had(store: RunStore) -> None:
    whole = really_trained(store)[0].repeat(ARRAYS)
    part = whole.repeat(ARRAYS, epochs=1)
    assert part.epochs == 1
    assert part.resume(ARRAYS, epochs=3) is part
    assert (part.number, part.state, part.epochs) == (3, "finished", 3)
    assert part.history.history == whole.history.history
    for one, other in zip(part.model().get_weights(), whole.model().get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_run_goes_on_with_its_own_data_unless_others_are_meant(store: RunStore) -> None:
    run = really_trained(store)[0].repeat(ARRAYS, epochs=1)
    others = {**ARRAYS, "x": ARRAYS["x"] + 1}
    for method in (run.resume, run.repeat):
        with pytest.raises(Refused, match="'x' holds other numbers"):
            method(others)
    assert run.resume(others, epochs=2, other_data=True).epochs == 2
    assert run.repeat(others, other_data=True).number == 3


def test_what_cannot_go_on_says_why(store: RunStore) -> None:
    writer = begun(store)
    run = kwidgets.run(1, store=store)
    with pytest.raises(Refused, match="going on"):
        run.resume(ARRAYS)
    writer.end("stopped", "Stop")
    with pytest.raises(Refused, match="checkpoint"):
        run.resume(ARRAYS)
    in_code = store.begin(NewRun("mine", architecture="{}"))
    in_code.end("finished")
    with pytest.raises(Refused, match="begun in code"):
        kwidgets.run(2, store=store).repeat(ARRAYS)
    with pytest.raises(EngineError, match="epoch"):
        run.repeat(ARRAYS, epoch=3)
