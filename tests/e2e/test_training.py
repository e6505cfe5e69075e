"""Training from the builder in a real notebook: live curves, control, reload, export; and the other front ends."""

import json
import os
import shutil
import statistics
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.e2e import jupyter
from tests.e2e.builder_page import BuilderPage

QUICKSTART = Path(__file__).resolve().parents[2] / "examples" / "notebooks" / "quickstart.ipynb"
LONG_RUN = """
import numpy as np
from kwidgets import Builder
rng = np.random.default_rng(0)
x_train = rng.normal(size=(4000, 20)).astype("float32")
y_train = (x_train[:, :1] > 0).astype("float32")
b = Builder()
b
"""
STACK = """class_name: Sequential
config:
  name: judge
  layers:
    - class_name: Dense
      config: {name: dense_1, batch_input_shape: [null, 20], units: 64, activation: relu}
    - class_name: Dense
      config: {name: dense_2, units: 1, activation: sigmoid}
data:
  inputs: {dense_1_input: x_train}
  targets: {dense_2: y_train}
training:
  optimizer: {class_name: Adam, config: {}}
  loss: binary_crossentropy
  metrics: [accuracy]
  epochs: 5000
  batch_size: 16
  validation_split: 0.2
  seed: 3
"""
# Times of the last click and of the moment at which "stopped" stands on the page.
CLOCK = """() => {
  const sign = document.querySelector('[data-testid=kw-run-state]');
  document.addEventListener('click', () => { window.kwClicked = performance.now(); }, {capture: true});
  const seen = () => { if (sign.textContent === 'stopped') window.kwStopped = performance.now(); };
  new MutationObserver(seen).observe(sign, {childList: true, characterData: true, subtree: true});
}"""
QUICK = "from kwidgets import Builder\nb = Builder(template='digits_perceptron')\nb"


def paste(builder, text):
    builder.tab("Text")
    builder.page.get_by_test_id("kw-text").fill(text)
    builder.press("Apply")
    builder.until(lambda: len(builder.nodes()) >= 3)


def download(builder, what):
    """The bytes of an export."""
    with builder.page.expect_download() as waiting:
        builder.page.get_by_role("group", name="Take away").get_by_role("button", name=what, exact=True).click()
    with open(waiting.value.path(), "rb") as file:
        return file.read()


def test_a_whole_run_is_steered_reloaded_and_taken_away(open_builder, light, folder, capsys):
    builder = open_builder(light, "run", LONG_RUN)
    paste(builder, STACK)
    builder.tab("Data")
    builder.until(lambda: builder.page.get_by_test_id("kw-source").count() == 1)
    assert builder.page.get_by_test_id("kw-data-problems").count() == 0
    builder.press("Start")
    builder.until(lambda: builder.run_state() == "running")
    builder.until(lambda: builder.points() > 50)
    few = builder.points()
    builder.until(lambda: builder.points() > few)

    rate = builder.page.get_by_label("learning rate")
    rate.fill("0.0005")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: rate.input_value() == "0.0005")

    builder.press("Pause")
    builder.until(lambda: builder.run_state() == "paused")
    place = builder.page.get_by_test_id("kw-progress").inner_text()
    builder.press("Step")
    builder.until(lambda: builder.page.get_by_test_id("kw-progress").inner_text() != place)
    assert builder.run_state() == "paused"
    builder.press("Resume")
    builder.until(lambda: builder.run_state() == "running")

    before = builder.points()
    # JupyterLab brings back what was saved.
    builder.page.keyboard.press("Control+s")
    builder.page.wait_for_selector(".jp-mod-dirty", state="detached")
    builder.page.goto(f"{light[0]}/lab/tree/run.ipynb?token={light[1]}")
    builder.wait()
    builder.until(lambda: builder.run_state() == "running")
    builder.until(lambda: builder.points() >= before)
    builder.until(lambda: len(builder.nodes()) == 3)

    latencies = []
    builder.page.evaluate(CLOCK)
    for _ in range(3):
        builder.press("Stop")
        builder.until(lambda: builder.run_state() == "stopped")
        latencies.append(builder.page.evaluate("() => window.kwStopped - window.kwClicked"))
        builder.press("Start")
        builder.until(lambda: builder.run_state() == "running")
    builder.press("Stop")
    builder.until(lambda: builder.run_state() == "stopped")
    with capsys.disabled():
        print(
            f"\nfrom the click on Stop to 'stopped' on the page: median {statistics.median(latencies):.0f} ms of {latencies}"
        )

    builder.tab("Text")
    experiment = yaml.safe_load(download(builder, "yaml"))
    assert experiment["training"]["seed"] == 3
    assert download(builder, "weights")[:4] == b"\x89HDF"
    history = json.loads(download(builder, "history"))
    losses = (history.get("history") or history)["loss"]
    assert np.isfinite(losses).all()
    assert download(builder, "svg").startswith(b"<svg")


def test_what_does_not_fit_is_said_before_the_start(open_builder, light):
    builder = open_builder(light, "misfit", LONG_RUN)
    paste(builder, STACK.replace("[null, 20]", "[null, 21]"))
    builder.press("Start")
    builder.until(lambda: builder.page.get_by_test_id("kw-toast").count() == 1)
    assert "21" in builder.page.get_by_test_id("kw-toast").inner_text()
    assert builder.run_state() == "idle"


def test_live_curves_move_while_a_cell_blocks(open_builder, light):
    cell = LONG_RUN.replace("b = Builder()\nb\n", "") + (
        "from engine.layers import Dense\nfrom engine.models import Sequential\nfrom kwidgets import LiveCurves\n"
        "m = Sequential([Dense(8, activation='relu', input_shape=(20,)), Dense(1, activation='sigmoid')])\n"
        "m.compile('sgd', 'binary_crossentropy')\n"
        "m.fit(x_train, y_train, epochs=400, verbose=0, callbacks=[LiveCurves()])\n"
    )
    builder = open_builder(light, "live", cell)
    builder.until(lambda: builder.points() > 20)
    few = builder.points()
    builder.until(lambda: builder.points() > few)
    builder.page.get_by_role("button", name="Interrupt the kernel").first.click()
    builder.until(lambda: builder.run_state() in ("stopped", "finished"), seconds=60)


def test_the_quickstart_notebook_runs_from_end_to_end(context, folder, light):
    shutil.copy(QUICKSTART, folder / "quickstart.ipynb")
    page = context.new_page()
    builder = BuilderPage(page)
    jupyter.open_notebook(page, *light, "quickstart.ipynb")
    jupyter.run_all(page)
    builder.wait()
    done = "() => /wrote|class_name/.test(document.querySelector('.jp-Notebook').textContent)"
    page.wait_for_function(done)
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    builder.press("Start")
    builder.until(lambda: builder.run_state() == "finished")
    if "KW_SCREENSHOT" in os.environ:  # KW_SCREENSHOT=docs/screenshot.png makes the README's picture anew
        builder.node("dense_1@0").click()
        builder.until(lambda: builder.field("units").count() == 1)
        builder.settled()
        page.locator(".kw-root").screenshot(path=os.environ["KW_SCREENSHOT"])
    page.close()
    builder.check_clean()


@pytest.mark.parametrize("app", ["notebook", "voila"])
def test_the_quick_path_works_in_other_front_ends(context, folder, app):
    path = folder / f"quick_{app}.ipynb"
    jupyter.write_notebook(path, QUICK)
    serving = jupyter.voila(path) if app == "voila" else jupyter.lab(folder, app="notebook")
    with serving as (address, token):
        page = context.new_page()
        builder = BuilderPage(page, forgive=True)
        if app == "voila":
            page.goto(address)
        else:
            jupyter.open_notebook(page, address, token, path.name, app)
            jupyter.run_all(page)
        builder.wait()
        builder.until(lambda: len(builder.nodes()) == 5, seconds=60)
        builder.press("Start")
        builder.until(lambda: builder.run_state() == "finished", seconds=60)
        assert builder.points() > 20
        page.close()
    builder.check_clean()
