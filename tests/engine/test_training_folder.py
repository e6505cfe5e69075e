"""A folder that keeps one training: nothing is overwritten, and nothing else is resumed than what it holds."""

import copy

import numpy as np
import pytest

from engine.__main__ import main
from engine.errors import FileError
from engine.experiment import read_experiment, run_experiment
from engine.training_folder import TrainingFolder, fingerprints

EXPERIMENT = read_experiment("""
class_name: Sequential
config: [{class_name: Dense, config: {units: 2, batch_input_shape: [null, 3], name: d}}]
data: {inputs: {d_input: x}, targets: {d: y}}
layout: {d@0: [10, 20]}
training: {epochs: 2, seed: 1, loss: mse}
""")
ARRAYS = {"x": np.arange(12.0).reshape(4, 3), "y": np.ones((4, 2))}


@pytest.fixture
def folder(tmp_path):
    """A folder with a finished training."""
    made = TrainingFolder(tmp_path / "kept")
    assert made.prepare(EXPERIMENT, ARRAYS, resume=False) is False
    run_experiment(EXPERIMENT, ARRAYS, checkpoint=made.checkpoint)
    return made


def changed(**training):
    experiment = copy.deepcopy(EXPERIMENT)
    experiment["training"].update(training)
    return experiment


def test_a_training_that_is_kept_is_never_begun_over(folder):
    with pytest.raises(FileError, match="--resume"):
        folder.prepare(EXPERIMENT, ARRAYS, resume=False)


def test_the_same_training_goes_on_also_for_more_epochs_or_moved_cards(folder):
    assert folder.prepare(EXPERIMENT, ARRAYS, resume=True)
    assert folder.prepare({**changed(epochs=9), "layout": {}}, ARRAYS, resume=True)
    history = run_experiment(changed(epochs=4), ARRAYS, checkpoint=folder.checkpoint, resume=True)
    assert history.epoch == [0, 1, 2, 3]
    assert history.history == run_experiment(changed(epochs=4), ARRAYS).history


def test_one_that_was_cut_off_before_its_first_checkpoint_begins_anew(tmp_path):
    folder = TrainingFolder(tmp_path / "kept")
    folder.prepare(EXPERIMENT, ARRAYS, resume=False)
    assert folder.prepare(EXPERIMENT, ARRAYS, resume=True) is False


@pytest.mark.parametrize(
    ("experiment", "place"),
    [
        (changed(seed=2), "training.seed"),
        (changed(loss="mae"), "training.loss"),
        (
            {**EXPERIMENT, "config": [{"class_name": "Dense", "config": {"units": 3, "name": "d"}}]},
            r"config\[0\].config",
        ),
    ],
)
def test_another_experiment_is_refused_with_the_place_where_it_differs(folder, experiment, place):
    with pytest.raises(FileError, match=place):
        folder.prepare(experiment, ARRAYS, resume=True)


@pytest.mark.parametrize(
    "arrays",
    [
        {**ARRAYS, "x": ARRAYS["x"] + 1e-9},
        {**ARRAYS, "x": ARRAYS["x"].reshape(3, 4)},
        {**ARRAYS, "x": ARRAYS["x"].astype("float32")},
        {"y": ARRAYS["y"]},
    ],
)
def test_other_data_are_refused_by_name(folder, arrays):
    with pytest.raises(FileError, match="array 'x'"):
        folder.prepare(EXPERIMENT, arrays, resume=True)


def test_a_fingerprint_depends_on_content_not_on_how_it_lies_in_memory():
    x = np.arange(24).reshape(4, 6)
    assert fingerprints({"x": x.T}) == fingerprints({"x": np.ascontiguousarray(x.T)})
    assert fingerprints({"x": x.T}) != fingerprints({"x": x})


@pytest.mark.parametrize(
    ("more", "words"),
    [(["--resume"], "--keep"), (["--resume", "--keep", "gone"], "no experiment.yaml")],
)
def test_the_command_line_says_in_one_line_what_is_missing(tmp_path, monkeypatch, capsys, more, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.yaml").write_text("class_name: Sequential\nconfig: []\n")
    np.savez(tmp_path / "d.npz", **ARRAYS)
    assert main(["train", "e.yaml", "--data", "d.npz", *more]) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


def test_the_command_line_trains_the_model_of_a_program_and_says_what_was_renamed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    program = "model = Sequential([Dense(1, input_dim=2)])\nmodel.compile('sgd', 'mse')\nmodel.fit(a['x'], a['y'], nb_epoch=2)\n"
    (tmp_path / "old.py").write_text(program)
    np.savez(tmp_path / "d.npz", x=np.zeros((4, 2)), y=np.zeros((4, 1)))
    assert main(["train", "old.py", "--data", "d.npz", "--quiet"]) == 0
    said = capsys.readouterr()
    assert said.err == "old.py, line 3: fit: Keras 1 spelling; write fit(epochs=2).\n"
    assert "finished 2 epochs" in said.out
