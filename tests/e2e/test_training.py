"""Training from the builder in a real notebook: live curves, control, reload, export; and the other front ends."""

import json
import shutil
import statistics
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.e2e import jupyter
from tests.e2e.builder_page import BuilderPage
from tests.e2e.cells import ENDLESS, template
from tests.e2e.measures import take_picture, violations
from tests.e2e.notebook_page import load_anew, save

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
STACK = f"""class_name: Sequential
config:
  name: judge
  layers:
    - class_name: Dense
      config: {{name: dense_1, batch_input_shape: [null, 20], units: 64, activation: relu}}
    - class_name: Dense
      config: {{name: dense_2, units: 1, activation: sigmoid}}
data:
  inputs: {{dense_1_input: x_train}}
  targets: {{dense_2: y_train}}
training:
  optimizer: {{class_name: Adam, config: {{}}}}
  loss: binary_crossentropy
  metrics: [accuracy]
  epochs: {ENDLESS}
  batch_size: 16
  validation_split: 0.2
  seed: 3
"""
# Times of the last click and of the moment at which "stopped" stands on the page.
CLOCK = """() => {
  const sign = document.querySelector('[data-testid=kw-train]') ?? document.querySelector('[data-testid=kw-page]');
  document.addEventListener('click', () => { window.kwClicked = performance.now(); }, {capture: true});
  const said = () => document.querySelector('[data-testid=kw-run-state]')?.textContent;
  const seen = () => { if (said() === 'stopped') window.kwStopped = performance.now(); };
  new MutationObserver(seen).observe(sign, {childList: true, characterData: true, subtree: true});
}"""
QUICK = template("digits_perceptron")


def paste(builder, text):
    builder.go("Code")
    builder.page.get_by_test_id("kw-text").fill(text)
    builder.press("Use this")
    builder.go("Build")
    builder.until(lambda: len(builder.nodes()) >= 3)


def download(builder, what):
    """The bytes of an export."""
    builder.page.get_by_test_id("kw-export").click()
    with builder.page.expect_download() as waiting:
        builder.page.get_by_test_id(f"kw-export-{what}").click()
    with open(waiting.value.path(), "rb") as file:
        return file.read()


def test_a_whole_run_is_steered_reloaded_and_taken_away(open_builder, light, folder, capsys):
    builder = open_builder(light, "run", LONG_RUN)
    paste(builder, STACK)
    builder.go("Data")
    builder.page.wait_for_selector('[data-testid="kw-data-page"]')
    assert builder.page.get_by_test_id("kw-data-problems").count() == 0
    builder.train()
    builder.until(lambda: builder.run_state() == "running")
    builder.until(lambda: builder.points() > 50)
    few = builder.points()
    builder.until(lambda: builder.points() > few)

    # The figures are whole, however long the line above them has become.
    assert builder.root.locator(".kw-figures").evaluate("one => one.scrollHeight - one.clientHeight") <= 1
    builder.page.get_by_role("button", name="÷ 10").click()
    rate = builder.page.locator(".kw-rate-input")
    builder.until(lambda: rate.input_value() == "0.0001")

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
    save(builder)
    load_anew(builder, light, "run.ipynb")
    builder.until(lambda: len(builder.nodes()) == 3)
    builder.go("Train")
    builder.until(lambda: builder.run_state() == "running")
    builder.until(lambda: builder.points() >= before)

    latencies = []
    builder.page.evaluate(CLOCK)
    for _ in range(3):
        builder.train()
        builder.until(lambda: builder.run_state() == "stopped")
        latencies.append(builder.page.evaluate("() => window.kwStopped - window.kwClicked"))
        builder.train()
        builder.until(lambda: builder.run_state() == "running")
    builder.train()
    builder.until(lambda: builder.run_state() == "stopped")
    with capsys.disabled():
        print(
            f"\nfrom the click on Stop to 'stopped' on the page: median {statistics.median(latencies):.0f} ms of {latencies}"
        )
    builder.until(lambda: builder.page.get_by_test_id("kw-conclusion").count() == 1)

    experiment = yaml.safe_load(download(builder, "yaml"))
    assert experiment["training"]["seed"] == 3
    # The rate that was set in the run is the rate of the experiment.
    assert experiment["training"]["optimizer"]["config"]["lr"] == pytest.approx(1e-4)
    assert download(builder, "weights")[:4] == b"\x89HDF"
    history = json.loads(download(builder, "history"))
    losses = (history.get("history") or history)["loss"]
    assert np.isfinite(losses).all()
    assert download(builder, "svg").startswith(b"<svg")

    builder.go("Build")
    builder.node("dense_1@0").click()
    builder.set("units", "32")
    builder.go("Train")
    builder.until(lambda: builder.page.get_by_test_id("kw-stale").count() == 1)


def test_two_processes_show_how_each_fares_and_stop(open_builder, light):
    # The machine may have a single core.
    builder = open_builder(light, "processes", 'import os\nos.environ["ENGINE_OVERSUBSCRIBE"] = "1"\n' + LONG_RUN)
    paste(builder, f"{STACK}  processes: 2\n")
    builder.train()
    builder.until(lambda: builder.run_state() == "running")
    figures = builder.root.locator(".kw-figures")
    builder.until(lambda: "process 0" in figures.inner_text() and "process 1" in figures.inner_text())
    assert "the slowest" in figures.inner_text()
    builder.train()
    builder.until(lambda: builder.run_state() == "stopped")
    assert "process 1" not in figures.inner_text()


def test_what_does_not_fit_is_said_before_the_start(open_builder, light):
    builder = open_builder(light, "misfit", LONG_RUN)
    paste(builder, STACK.replace("[null, 20]", "[null, 21]"))
    builder.train()
    builder.until(lambda: builder.page.get_by_test_id("kw-toast").count() == 1)
    assert "21" in builder.page.get_by_test_id("kw-toast").inner_text()
    builder.go("Data")
    mend = builder.page.get_by_test_id("kw-data-problems").get_by_role("button").first
    brings = builder.page.get_by_test_id("kw-data-brings")  # what it would change, while it is pointed at

    def is_shown():
        mend.hover()  # again, as what is known of the arrays may still move it
        return brings.count() == 1

    builder.until(is_shown)
    assert "20" in brings.inner_text()
    take_picture(builder, "data-mend-light")
    assert not violations(builder)
    mend.click()
    builder.until(lambda: builder.page.get_by_test_id("kw-data-problems").count() == 0)
    builder.train()
    builder.until(lambda: builder.run_state() == "running")
    builder.train()


def test_a_loss_that_is_no_number_is_said_in_words_with_a_way_out(open_builder, light):
    builder = open_builder(light, "diverged", LONG_RUN)
    wild = STACK.replace("{class_name: Adam, config: {}}", "{class_name: SGD, config: {lr: 1.0e+30}}")
    paste(
        builder,
        wild.replace("binary_crossentropy", "mean_squared_error").replace("activation: sigmoid", "use_bias: true"),
    )
    builder.train()
    builder.until(lambda: builder.page.get_by_test_id("kw-trouble").count() == 1)
    said = builder.page.get_by_test_id("kw-trouble").inner_text()
    assert ("is infinite" in said or "not a number" in said) and "epoch 1" in said
    # The mark on the chart says which: in a word, whole under the pointer, and to who hears it.
    heard = builder.root.get_by_test_id("kw-chart-loss").get_by_role("img")
    builder.until(lambda: "In epoch 1" in heard.get_attribute("aria-label"))
    box = heard.bounding_box()
    builder.page.mouse.move(box["x"] + 100, box["y"] + 90)
    for right in range(40, int(box["width"]), 3):
        builder.page.mouse.move(box["x"] + right, box["y"] + 90)
        if "In epoch 1" in (heard.get_attribute("title") or ""):
            break
    assert heard.get_attribute("title") in heard.get_attribute("aria-label")
    legend = builder.root.get_by_test_id("kw-chart-loss").locator("[data-at]").inner_text()
    assert legend.endswith((", infinite", ", NaN"))
    assert builder.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    builder.page.get_by_test_id("kw-trouble").get_by_role("button").first.click()
    builder.until(lambda: builder.run_state() in ("stopped", "running", "finished"))


def test_the_first_model_is_trained_in_twelve_clicks_and_a_minute(open_builder, light, capsys):
    arrays = LONG_RUN.replace(
        'y_train = (x_train[:, :1] > 0).astype("float32")', 'y_train = (x_train[:, 0] > 0).astype("int64")'
    )
    builder = open_builder(light, "first", arrays)
    builder.page.evaluate(
        "() => { window.kwClicks = 0; document.addEventListener('click', () => window.kwClicks++, true); }"
    )
    builder.page.get_by_test_id("kw-from-arrays").click()
    builder.until(lambda: len(builder.nodes()) >= 3)
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")
    assert builder.page.evaluate("() => window.kwClicks") <= 12


def test_live_curves_move_while_a_cell_blocks(open_builder, light):
    cell = LONG_RUN.replace("b = Builder()\nb\n", "") + (
        "from engine.layers import Dense\nfrom engine.models import Sequential\nfrom kwidgets import LiveCurves\n"
        "m = Sequential([Dense(8, activation='relu', input_shape=(20,)), Dense(1, activation='sigmoid')])\n"
        "m.compile('sgd', 'binary_crossentropy')\n"
        f"m.fit(x_train, y_train, epochs={ENDLESS}, verbose=0, callbacks=[LiveCurves()])\n"
    )
    builder = open_builder(light, "live", cell)
    builder.until(lambda: builder.points() > 20)
    few = builder.points()
    builder.until(lambda: builder.points() > few)
    builder.page.get_by_role("button", name="Interrupt the kernel").first.click()
    builder.until(lambda: builder.run_state() == "stopped")
    assert builder.page.get_by_test_id("kw-message").inner_text().startswith("The cell was interrupted in epoch")


def test_live_curves_say_that_a_fit_failed_and_why(open_builder, light):
    cell = LONG_RUN.replace("b = Builder()\nb\n", "") + (
        "from engine.callbacks import LambdaCallback\nfrom engine.layers import Dense\nfrom engine.models import Sequential\n"
        "from kwidgets import LiveCurves\n"
        "class Check(LambdaCallback):\n"
        "    def on_batch_end(self, batch, logs=None):\n"
        "        if batch == 5: raise ValueError('no room for the report')\n"
        "m = Sequential([Dense(1, input_shape=(20,))])\nm.compile('sgd', 'mse')\n"
        "try: m.fit(x_train, y_train, epochs=4, verbose=0, callbacks=[LiveCurves(), Check()])\n"
        "except ValueError: pass\n"
    )
    builder = open_builder(light, "live_failed", cell)
    builder.until(lambda: builder.run_state() == "failed")
    said = "The callback Check.on_batch_end failed: ValueError: no room for the report"
    assert builder.page.get_by_test_id("kw-message").inner_text() == said


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
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")
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
        builder.until(lambda: len(builder.nodes()) == 5)
        builder.train()
        builder.until(lambda: builder.run_state() == "finished")
        builder.until(lambda: builder.points() > 20)
        page.close()
    builder.check_clean()
