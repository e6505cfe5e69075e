"""The Runs page over a store with runs of every kind, as a person uses it in JupyterLab."""

import os
import re
import time
from pathlib import Path

import pytest

from kwidgets.workspace.run_store import RunStore
from tests.e2e import measures
from tests.e2e.notebook_page import say
from tests.e2e.stored_runs import fill, many, record
from tests.e2e.test_looks import CELL_600, CELL_1060, DRAWN, resize


def cell(home, name="digits_cnn"):
    """A builder whose runs lie in this folder."""
    return (
        f"import os\nos.environ['KWIDGETS_HOME'] = {str(home)!r}\nfrom kwidgets import Builder\n"
        f"b = Builder(template='digits_cnn', name={name!r})\nb"
    )


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def runs_page(open_builder, light, home):
    """The page of a builder, with the store that it shows."""
    store, going = fill(home)
    builder = open_builder(light, "runs", cell(home))
    builder.page.set_viewport_size(DRAWN)
    builder.go("Runs")
    builder.root.get_by_test_id("kw-runs-table").wait_for()
    yield builder, store, going
    going.end("finished", "its last epoch")


ROWS = """all => all.map(one => [one.getBoundingClientRect().top, Number(one.dataset.testid.replace('kw-run-', ''))])"""


def numbers(builder):
    """Of the rows that are drawn, from above."""
    return [number for _, number in sorted(builder.root.locator("[data-run-id]").evaluate_all(ROWS))]


def titles(builder):
    shown = builder.root.locator(".kw-runs-titles [role=columnheader]").all_inner_texts()
    return [title.rstrip(" ▲▼").strip() for title in shown]


def lines(builder):
    """Numbers of the runs whose curves are drawn in the first chart."""
    chart = builder.root.locator(".kw-runs-chart").first
    return sorted(chart.locator("[data-run]").evaluate_all("all => all.map(one => +one.dataset.run)"))


def row(builder, number):
    return builder.root.get_by_test_id(f"kw-run-{number}")


def test_every_kept_run_is_found_sorted_and_compared(runs_page):
    builder, _, _ = runs_page
    page = builder.page
    assert numbers(builder)[:4] == [30, 29, 28, 27]
    expected = [
        "Run",
        "Learning rate",
        "Optimizer",
        "dropout_1 rate",
        "Epochs",
        "Val. loss",
        "Val. accuracy",
        "Time",
        "State",
        "Note",
    ]
    assert titles(builder) == expected
    builder.until(lambda: lines(builder) == [27, 28, 29, 30])
    assert "interrupted" in row(builder, 26).inner_text() and "running" in row(builder, 30).inner_text()
    foot = builder.root.get_by_test_id("kw-forecast")
    builder.until(
        lambda: re.search(r"^one run came back after the kernel died at \d\d:\d\d: number 26$", foot.inner_text())
    )
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    # Sorting: first what is best, then the other way round.
    builder.root.get_by_role("button", name="Sort by Validation loss").or_(
        builder.root.get_by_title("Sort by Validation loss")
    ).first.click()
    first = numbers(builder)[0]
    assert row(builder, first).get_by_role("img").count() == 1, "the best has its star"
    builder.root.get_by_title("Sort by Validation loss").click()
    builder.until(lambda: numbers(builder)[0] != first)
    builder.root.get_by_title("Sort by Run").click()
    # Finding.
    find = builder.root.get_by_test_id("kw-runs-find")
    find.fill("higher seed")
    builder.until(lambda: numbers(builder) == [28])
    find.press("Escape")
    builder.until(lambda: len(numbers(builder)) > 5)
    builder.root.get_by_test_id("kw-runs-models").click()
    builder.root.get_by_role("menuitemcheckbox", name="letters_mlp").click()
    builder.until(lambda: numbers(builder) == [8, 7, 6, 5, 4, 3, 2, 1])
    assert "Optimizer" not in titles(builder) and "dropout_1 rate" in titles(builder)
    builder.root.get_by_role("button", name="only what differs").click()
    builder.until(lambda: "Optimizer" in titles(builder) and "Began" in titles(builder))
    builder.root.get_by_role("button", name="only what differs").click()
    builder.root.get_by_test_id("kw-runs-models").click()
    builder.root.get_by_role("menuitemcheckbox", name="digits_cnn").click()
    # Comparing.
    for number in (28, 29):
        row(builder, number).hover()
        row(builder, number).get_by_role("checkbox").check()
    builder.root.get_by_role("button", name="Compare 2").click()
    compared = builder.root.get_by_test_id("kw-runs-comparison")
    builder.until(
        lambda: "0.0005" in compared.inner_text() and "graph, data and seed: the same" in compared.inner_text()
    )
    assert lines(builder) == [28, 29]
    assert measures.violations(builder) == []
    page.keyboard.press("Escape")
    builder.until(lambda: compared.count() == 0)
    # The view stays while another page is shown.
    row(builder, 24).get_by_role("button").click()
    builder.until(lambda: 24 in lines(builder))
    builder.go("Build")
    builder.go("Runs")
    builder.until(lambda: 24 in lines(builder) and row(builder, 28).get_by_role("checkbox").is_checked())


def test_one_run_is_read_noted_pinned_and_deleted_by_keys(runs_page):
    builder, store, _ = runs_page
    page, root = builder.page, builder.root
    # By keys: Tab reaches one row, arrows go on, Enter opens, Esc closes.
    row(builder, 30).focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = root.get_by_test_id("kw-run-details")
    builder.until(lambda: "1,293 rows · 9f3a…" in panel.inner_text())
    text = panel.inner_text()
    assert (
        "Run 28" in text
        and "higher rate, same seed" in text
        and "its last epoch" in text
        and "run 29 branched at 4" in text
    )
    against = panel.get_by_test_id("kw-run-against")
    against.get_by_role("combobox").select_option("27")
    builder.until(
        lambda: (
            "dropout_1 rate 0.25 ↔ none" in against.inner_text() and "data and seed: the same" in against.inner_text()
        )
    )
    # Note and tags.
    panel.get_by_test_id("kw-run-note").click()
    panel.get_by_label("Note").fill("the one for the paper")
    page.keyboard.press("Enter")
    builder.until(lambda: "the one for the paper" in row(builder, 28).inner_text())
    panel.get_by_role("button", name="Add a tag").click()
    page.keyboard.type("final")
    page.keyboard.press("Enter")
    builder.until(lambda: "final" in row(builder, 28).inner_text())
    assert (store.numbered(28).note, store.numbered(28).tags) == ("the one for the paper", ("paper", "rates", "final"))
    # A checkpoint by keys, pinned in the menu.
    strip = panel.get_by_test_id("kw-run-checkpoints")
    strip.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert strip.get_attribute("aria-valuetext") == "epoch 1"
    panel.get_by_test_id("kw-run-more").click()
    root.get_by_role("menuitem", name="Keep epoch 1 for good").click()
    builder.until(lambda: strip.get_attribute("aria-valuetext") == "epoch 1, pinned")
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    with page.expect_download() as download:
        panel.get_by_test_id("kw-run-more").click()
        root.get_by_role("menuitem", name="Export history").click()
    assert download.value.suggested_filename == "run_28_history.json"
    # Deleting by a key, and back by another.
    row(builder, 25).focus()
    page.keyboard.press("Delete")
    builder.until(lambda: row(builder, 25).count() == 0)
    assert "Run 25 deleted." in root.get_by_test_id("kw-runs-undo").inner_text()
    focused = page.evaluate("() => document.activeElement.dataset.testid ?? ''")
    assert focused.startswith("kw-run-"), "the keys go on at a neighbour"
    page.keyboard.press("Control+z")
    builder.until(lambda: row(builder, 25).count() == 1)
    page.keyboard.press("Escape")
    builder.until(lambda: panel.count() == 0)
    # A run that goes on cannot be deleted, and the reason is told.
    row(builder, 30).focus()
    page.keyboard.press("Delete")
    builder.until(lambda: "going on" in root.get_by_test_id("kw-toast").inner_text())
    root.get_by_test_id("kw-runs-sweep").click()
    builder.until(lambda: "old checkpoints would go" in root.get_by_role("dialog").inner_text())
    page.keyboard.press("Escape")
    assert root.get_by_role("dialog").count() == 0


def test_runs_of_another_kernel_come_and_go_on_and_nothing_jumps(runs_page):
    builder, store, going = runs_page
    root = builder.root

    def places():
        cells = root.locator(
            "[data-testid=kw-run-30] [role=gridcell], .kw-runs-titles [role=columnheader], .kw-runs-chart"
        )
        return cells.evaluate_all(
            "all => all.map(one => { const b = one.getBoundingClientRect(); return [b.x, b.width, b.height]; })"
        )

    row(builder, 30).click()
    builder.until(lambda: root.get_by_test_id("kw-run-details").count() == 1)
    seen = [places()]
    builder.until(lambda: seen.append(places()) or (len(seen) > 10 and all(one == seen[-1] for one in seen[-10:])))
    before = places()
    going.write(
        progress={
            "epochs": 9,
            "planned": 10,
            "seconds": 61.0,
            "values": {"loss": 0.1, "val_loss": 0.15, "accuracy": 0.97, "val_accuracy": 0.96},
        }
    )
    builder.until(lambda: "9 / 10" in row(builder, 30).inner_text())
    assert places() == before
    theirs = RunStore(store.folder)
    began = time.monotonic()
    new = record(theirs, 5, rate=0.007, end=False)
    builder.until(lambda: row(builder, new.number).count() == 1)
    print(f"a run of another process appeared after {time.monotonic() - began:.1f} s")
    new.end("stopped", "Stop")
    builder.until(lambda: "stopped" in row(builder, new.number).inner_text())


def test_a_run_is_stopped_resumed_branched_repeated_and_opened(open_builder, light, home):
    builder = open_builder(light, "acting on runs", cell(home), "'talk'")
    page, root = builder.page, builder.root
    panel = root.get_by_test_id("kw-run-details")

    def on(name):
        return root.locator(".kw-frame").get_attribute("data-page") == name

    builder.go("Train")
    # It waits within its first epoch, however fast the machine is.
    say(page, 1, "b.document.do({'do': 'set_training', 'epochs': 3})\nb.start(steps=5)")
    builder.until(lambda: builder.run_state() == "paused")
    root.get_by_test_id("kw-run-state").locator("..").get_by_role("button", name="Stop", exact=True).click()
    builder.until(lambda: builder.run_state() == "stopped")
    builder.go("Runs")
    builder.until(lambda: row(builder, 1).count() == 1 and "stopped" in row(builder, 1).inner_text())
    row(builder, 1).click()
    panel.get_by_role("button", name="Resume").click()
    builder.until(lambda: on("train") and builder.run_state() == "finished")
    builder.go("Runs")
    builder.until(
        lambda: "finished" in row(builder, 1).inner_text() and panel.get_by_role("button", name="Resume").count() == 0
    )
    panel.get_by_role("button", name="Branch from here").click()
    builder.until(lambda: on("train"))
    builder.until(lambda: builder.run_state() == "finished")
    builder.go("Runs")
    builder.until(lambda: row(builder, 2).count() == 1 and "run 2 branched at 3" in panel.inner_text())
    row(builder, 2).click()
    builder.until(lambda: "run 1, epoch 3" in panel.inner_text())
    # What another run had trained comes back onto the canvas, as one step of undo.
    builder.go("Build")
    builder.until(lambda: len(builder.nodes()) == 8)
    builder.node("dense_1@0").click()
    page.keyboard.press("Delete")
    builder.until(lambda: "dense_1@0" not in builder.nodes())
    builder.go("Runs")
    panel.get_by_role("button", name="Open in Build").click()
    builder.until(lambda: on("build") and "dense_1@0" in builder.nodes())


def test_an_empty_page_says_what_to_do_first(open_builder, light, home):
    builder = open_builder(light, "no runs", cell(home))
    builder.go("Runs")
    builder.until(lambda: "No runs yet" in builder.root.inner_text())
    assert measures.violations(builder) == []
    builder.press("Go to Train")
    builder.until(lambda: builder.root.locator(".kw-frame").get_attribute("data-page") == "train")


def test_the_page_is_whole_in_the_dark_and_in_a_narrow_cell(open_builder, dark, home):
    _, going = fill(home)
    builder = open_builder(dark, "narrow runs", cell(home))
    for size in (CELL_1060, CELL_600):
        resize(builder, size)
        builder.go("Runs")
        row(builder, 28).click()
        builder.until(lambda: builder.root.get_by_test_id("kw-run-checkpoints").count() == 1)
        assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
        picture(builder, f"runs {size['width']} dark")
        builder.page.keyboard.press("Escape")
        builder.until(lambda: builder.root.get_by_test_id("kw-run-details").count() == 0)
        assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    going.end("finished", "its last epoch")


def picture(builder, name):
    """For a person's eye, where KW_SHOTS names a folder."""
    folder = os.environ.get("KW_SHOTS")
    if folder is not None:
        builder.root.screenshot(path=str(Path(folder) / f"{name}.png"), animations="disabled")


def test_a_thousand_runs_are_listed_and_two_hundred_drawn(open_builder, light, home, capsys):
    assert len(many(home, 1000).list()) == 1000
    builder = open_builder(light, "many runs", cell(home))
    page = builder.page
    builder.root.get_by_test_id("kw-page-runs").wait_for()
    page.evaluate(WATCH)
    builder.go("Runs")
    builder.until(lambda: row(builder, 1000).count() == 1)
    listed = page.evaluate("() => window.kwTimes.rows - window.kwTimes.pressed")
    assert len(numbers(builder)) < 60, "only those in view are drawn"
    row(builder, 1000).focus()
    page.keyboard.press("End")
    builder.until(lambda: page.evaluate("() => document.activeElement.dataset.testid") == "kw-run-1")
    page.keyboard.press("Home")
    # A fifth of them: two of ten rates of the dropout layer.
    builder.root.get_by_test_id("kw-runs-find").fill("rate 0.1")
    builder.until(lambda: len(numbers(builder)) > 10)
    page.evaluate("() => { window.kwTimes.pressed = performance.now(); }")
    builder.root.locator(".kw-swatch-all").click()
    builder.until(lambda: len(lines(builder)) >= 200)
    drawn = page.evaluate("() => window.kwTimes.curves - window.kwTimes.pressed")
    with capsys.disabled():
        print(f"\n1000 runs listed after {listed:.0f} ms, {len(lines(builder))} curves drawn after {drawn:.0f} ms")


# When the page is asked for, when its first rows stand, and when curves were drawn last, in ms.
WATCH = """() => {
  window.kwTimes = { pressed: 0, rows: 0, curves: 0 };
  const press = () => { window.kwTimes.pressed = performance.now(); };
  document.querySelector('[data-testid=kw-page-runs]').addEventListener('click', press, true);
  new MutationObserver(() => {
    const rows = document.querySelectorAll('[data-run-id]').length;
    if (rows > 0 && window.kwTimes.rows === 0) window.kwTimes.rows = performance.now();
    const curves = document.querySelectorAll('.kw-runs-chart [data-run]').length;
    if (curves !== window.kwCurves) window.kwTimes.curves = performance.now();
    window.kwCurves = curves;
  }).observe(document.querySelector('.kw-root'), { childList: true, subtree: true });
}"""


FITS = """
import numpy as np
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Dashboard, Keep
features = np.random.default_rng(0).normal(size=(2000, 20)).astype("float32")
answers = (features[:, :1] > 0).astype("float32")
def made():
    m = Sequential([Dense(16, activation="relu", input_shape=(20,)), Dense(1, activation="sigmoid")], name="judge")
    m.compile("sgd", "binary_crossentropy", ["accuracy"])
    return m
d = Dashboard()
d.fit(made(), features, answers, epochs=10**6)
while not d.history.epoch: pass
d.session.stop()
d.session.wait()
m = made()
h = m.fit(features, answers, sample_weight=np.ones(2000), epochs=2, verbose=0, callbacks=[Keep()])
b = Builder()
b"""


def test_a_fit_in_code_resumes_from_the_page_or_says_what_is_missing_with_the_line_that_goes_on(
    open_builder, light, home
):
    builder = open_builder(light, "fits", cell(home).rpartition("b = Builder")[0] + FITS)
    builder.page.set_viewport_size(DRAWN)
    builder.go("Runs")
    builder.root.get_by_test_id("kw-runs-models").click()
    builder.root.get_by_role("menuitemcheckbox", name="all models").click()
    builder.until(lambda: numbers(builder) == [2, 1])
    row(builder, 2).click()
    missing = builder.root.get_by_test_id("kw-run-in-code")
    missing.wait_for()
    assert "Its sample_weight is known in code alone" in missing.inner_text()
    assert "kwidgets.run(2).resume(x, y, sample_weight=sample_weight)" in missing.inner_text()
    missing.get_by_role("button", name="Copy").click()
    builder.until(lambda: missing.get_by_role("button", name="Copied").count() == 1)
    row(builder, 1).click()
    details = builder.root.get_by_test_id("kw-run-details")
    builder.until(lambda: "Run 1" in details.inner_text() and missing.count() == 0)
    details.get_by_role("button", name="Resume", exact=True).click()
    builder.until(lambda: builder.run_state() == "running", seconds=60)
    builder.root.get_by_role("button", name="Stop", exact=True).first.click()
    builder.until(lambda: builder.run_state() == "stopped", seconds=60)
    store = RunStore(home)
    assert [run.number for run in store.list()] == [2, 1]
    assert any("Run 1 goes on after" in line for line in store.log(store.numbered(1).id))
