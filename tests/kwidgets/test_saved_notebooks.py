"""What a notebook file holds that was run without a browser: the last state of each widget as a picture."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter, MarkdownExporter
from PIL import Image

from engine.experiment import read_experiment, text_in_picture
from kwidgets import Builder

from .kernels import run_all

LONG = 120
PREPARE = """
import pathlib, tempfile
import numpy as np
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder, Dashboard, LiveCurves
from kwidgets.widgets.base import View
View.static_folder = pathlib.Path(tempfile.mkdtemp())
for name in ("loader.js", "kwidgets.js", "kwidgets.css"):
    (View.static_folder / name).write_text("")
x = np.random.default_rng(0).normal(size=(256, 3)).astype("float32")
y = x.sum(1, keepdims=True)
model = Sequential([Dense(4, input_dim=3, name="hidden"), Dense(1, name="result")], name="small")
model.compile("sgd", "mse", ["mae"])
"""
BUILDER = 'b = Builder(model, arrays={"x": x, "y": y})\nb'
ENDLESS = 'b.document.do({"do": "set_training", "epochs": 10**6})\nb.start()\nwhile not b.history.epoch: pass'
SMALL = 200_000


def executed(tmp_path: Path, *cells: str) -> nbformat.NotebookNode:
    """The notebook as it was saved after its cells had been run in a kernel of this very Python."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (PREPARE, *cells)])
    run_all(made, tmp_path, LONG)
    nbformat.write(made, tmp_path / "saved.ipynb")
    saved = nbformat.read(tmp_path / "saved.ipynb", 4)
    nbformat.validate(saved)
    return saved


def outputs(saved: nbformat.NotebookNode, cell: int = 1) -> list[dict[str, Any]]:
    return [output for output in saved.cells[cell].outputs if "data" in output]


class Shown:
    """The three outputs of a widget: picture, sentence, and the live view's place."""

    def __init__(self, saved: nbformat.NotebookNode, cell: int = 1) -> None:
        picture, sentence, live = outputs(saved, cell)
        self.png = base64.b64decode(picture["data"]["image/png"])
        self.words = picture["data"]["text/plain"]
        self.sentence = sentence["data"]["text/plain"]
        self.html = sentence["data"]["text/html"]
        self.live = live["data"]
        self.width = picture["metadata"]["image/png"]["width"]
        self.size = sum(len(str(output)) for output in saved.cells[cell].outputs)

    @property
    def layers(self) -> list[str]:
        """Names of the layers of the model that the picture carries."""
        experiment = read_experiment(text_in_picture(self.png) or "")
        return [layer["config"]["name"] for layer in experiment["config"]["layers"]]


def test_a_builder_is_saved_as_a_picture_that_is_the_model_again(tmp_path: Path, small_bundle: object) -> None:
    shown = Shown(executed(tmp_path, BUILDER))
    assert shown.layers[-2:] == ["hidden", "result"]
    assert "hidden Dense 4" in shown.words and "result Dense 1" in shown.words
    assert re.fullmatch(r"Run this cell to edit; the picture is of \d\d:\d\d, \d+ [A-Z][a-z]+ \d{4}\.", shown.sentence)
    assert "application/vnd.jupyter.widget-view+json" in shown.live
    assert shown.size < SMALL
    (tmp_path / "saved.png").write_bytes(shown.png)
    again = Builder(tmp_path / "saved.png")
    assert [layer.name for layer in again.model.layers] == ["hidden", "result"]
    again.close()


def test_the_picture_is_light_and_as_large_as_it_says(tmp_path: Path) -> None:
    shown = Shown(executed(tmp_path, BUILDER))
    with Image.open(io.BytesIO(shown.png)) as image:
        assert image.width == pytest.approx(shown.width * 1.5, abs=2)
        rgb = image.convert("RGB")
        assert min(rgb.getpixel((1, 1))) > 250
        dark = sum(count for count, color in rgb.getcolors(2**20) or [] if max(color) < 120)
        assert dark > 500, "nothing can be read on it"


def test_an_empty_builder_is_saved_as_a_picture_that_says_so(tmp_path: Path) -> None:
    shown = Shown(executed(tmp_path, "b = Builder()\nb"))
    assert "no layers yet" in shown.words and shown.layers == []


def test_a_builder_that_was_edited_long_after_its_cell_is_saved_as_it_is_now(tmp_path: Path) -> None:
    edit = 'b.document.do({"do": "rename", "layer": "hidden", "name": "renamed"})'
    shown = Shown(executed(tmp_path, BUILDER, "1 + 1", edit, "2 + 2"))
    assert "renamed" in shown.layers and "hidden" not in shown.layers
    assert "renamed Dense 4" in shown.words


def test_a_run_is_saved_with_its_curves_and_how_it_ended(tmp_path: Path) -> None:
    cells = (BUILDER, 'b.document.do({"do": "set_training", "epochs": 3, "validation_split": 0.25})\nb.start()')
    wait = "b.session.wait(120)\nprint(b.history.history['val_loss'][-1])"
    saved = executed(tmp_path, *cells, wait)
    last = float(saved.cells[3].outputs[0]["text"].split()[-1])
    shown, before = Shown(saved), Shown(executed(tmp_path, BUILDER))
    assert f"finished after epoch 3 of 3, validation loss {last:.4g}" in shown.words
    assert Image.open(io.BytesIO(shown.png)).height > Image.open(io.BytesIO(before.png)).height + 100
    assert shown.size < SMALL


def test_a_notebook_that_is_saved_in_mid_training_shows_the_run_as_it_was(tmp_path: Path) -> None:
    words = Shown(executed(tmp_path, BUILDER, ENDLESS)).words
    assert re.search(r"running in epoch \d+ of 1000000, .*loss \d", words), words


def test_a_stopped_run_says_where_it_was_stopped(tmp_path: Path) -> None:
    words = Shown(executed(tmp_path, BUILDER, ENDLESS, "b.session.stop()\nb.session.wait(120)")).words
    assert re.search(r"stopped in epoch \d+ of 1000000", words), words


def test_a_cell_that_blocks_is_saved_with_its_curves(tmp_path: Path) -> None:
    fit = "h = model.fit(x, y, epochs=3, verbose=0, callbacks=[LiveCurves()])\nprint(h.history['loss'][-1])"
    saved = executed(tmp_path, fit)
    last = float(next(o["text"] for o in saved.cells[1].outputs if o["output_type"] == "stream"))
    shown = Shown(saved)
    assert f"finished after epoch 3 of 3, loss {last:.4g}" in shown.words
    assert "Run this cell to train" in shown.sentence


def test_a_cell_that_blocks_and_fails_is_saved_with_the_curves_so_far(tmp_path: Path) -> None:
    fit = (
        "from engine.callbacks import LambdaCallback\n"
        "class Fault(Exception): pass\n"
        "def fail(epoch, logs):\n    if epoch == 2: raise Fault('x')\n"
        "try: model.fit(x, y, epochs=9, verbose=0, callbacks=[LiveCurves(), LambdaCallback(on_epoch_end=fail)])\n"
        "except Fault: pass"
    )
    assert re.search(r"epoch 3 of 9, loss \d", Shown(executed(tmp_path, fit)).words)


def test_a_dashboard_is_saved_with_its_curves(tmp_path: Path) -> None:
    saved = executed(tmp_path, "d = Dashboard()\nd.fit(model, x, y, epochs=2)\nd", "d.session.wait(120)")
    assert "finished after epoch 2 of 2, loss" in Shown(saved).words


def test_a_closed_builder_is_saved_as_it_was_last(tmp_path: Path) -> None:
    close = 'b.document.do({"do": "rename", "layer": "hidden", "name": "last"})\nb.close()'
    assert "last" in Shown(executed(tmp_path, BUILDER, close)).layers


def test_a_builder_that_is_shown_in_two_cells_is_the_same_picture_in_both(tmp_path: Path) -> None:
    edit = 'b.document.do({"do": "rename", "layer": "hidden", "name": "both"})'
    saved = executed(tmp_path, BUILDER, "b", edit)
    assert Shown(saved, 1).png == Shown(saved, 2).png
    assert "both" in Shown(saved, 2).layers


def test_pages_and_texts_that_nbconvert_makes_show_picture_and_sentence(tmp_path: Path) -> None:
    saved = executed(tmp_path, BUILDER)
    page, _ = HTMLExporter().from_notebook_node(saved)
    shown = Shown(saved)
    assert base64.b64encode(shown.png).decode() in page
    assert shown.sentence in page
    text, resources = MarkdownExporter().from_notebook_node(saved)
    assert shown.sentence in text and shown.png in resources["outputs"].values()


def test_a_kernel_that_draws_in_a_style_of_its_own_draws_the_same_picture(tmp_path: Path) -> None:
    styled = (
        "import matplotlib\nmatplotlib.rcParams.update({'text.usetex': True, 'lines.marker': 'x', 'font.size': 40})\n"
    )
    assert Shown(executed(tmp_path, styled + BUILDER)).layers == Shown(executed(tmp_path, BUILDER)).layers
