"""The notebooks of tf.keras: each runs with few data, and the curves that were kept are tf_keras's within noise."""

import json

import pytest

from engine._compat.installer import install_as_keras, undo
from tests.long.tf_keras_notebook import FIGURES, NOTEBOOKS, apart, cells_of

KEPT = json.loads(FIGURES.read_text("utf-8"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_each_runs_with_few_data(notebook):
    text = "\n\n".join(cells_of(notebook))
    for old, new in notebook.small.items():
        assert old in text, f"{notebook.name} no longer holds {old!r}"
        text = text.replace(old, new)
    names = {"__name__": "notebook"}
    install_as_keras()
    try:
        exec(compile(text, notebook.name, "exec"), names)
        history = names["history"].history
        assert all(len(history[name]) == 2 for name in notebook.shown)
    finally:
        undo()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_the_curves_that_were_kept_are_equal_within_noise(notebook):
    kept = KEPT[notebook.name]
    assert len(kept["engine"]) == len(kept["tf_keras"]) == 5
    assert apart(kept["engine"], kept["tf_keras"]) == []
