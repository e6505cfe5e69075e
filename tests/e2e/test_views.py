"""One builder shown twice, two builders in a page, a cell that is run again."""

import re

from tests.e2e.cells import ENDLESS
from tests.e2e.measures import AXE

TWICE = (
    "import gc, time, weakref\nimport numpy as np\nfrom kwidgets import Builder\nfrom ipywidgets import Widget\n"
    "x_train = np.random.default_rng(0).normal(size=(512, 8, 8, 1)).astype('float32'); y_train = np.arange(512) % 10",
    "b = Builder(template='digits_cnn')\nb",
    "b",
    "other = Builder()\nother",
)
IDS = """() => {
  const ids = [...document.querySelectorAll('.kw-root [id], .kw-root[id]')].map((one) => one.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const nowhere = [...document.querySelectorAll('.kw-root [aria-controls], .kw-root [aria-labelledby], .kw-root label[for]')]
    .flatMap((one) => ['aria-labelledby', 'for'].map((name) => one.getAttribute(name)).filter(Boolean))
    .flatMap((names) => names.split(' ')).filter((id) => document.getElementById(id) === null);
  return {twice: [...new Set(twice)], nowhere: [...new Set(nowhere)]};
}"""


def run_cell(page, number):
    """Run one cell from its code, and wait until it is over."""
    cell = page.locator(".jp-Notebook-cell").nth(number)
    cell.locator(".cm-content").click()
    before = cell.locator(".jp-InputPrompt").inner_text()
    page.keyboard.press("Control+Enter")
    over = "([cell, before]) => !['[*]:', before].includes(cell.querySelector('.jp-InputPrompt').innerText)"
    page.wait_for_function(over, arg=[cell.element_handle(), before])


def say(page, number, code):
    """Write a cell anew, run it, and wait until it is over; gives what it printed."""
    cell = page.locator(".jp-Notebook-cell").nth(number)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code + "\nprint('done')")
    page.keyboard.press("Control+Enter")
    output = cell.locator(".jp-OutputArea-output", has_text=re.compile("done|Error")).last
    output.wait_for()
    assert "Traceback" not in output.inner_text(), output.inner_text()
    return output.inner_text().strip().removesuffix("done").strip()


def test_views_share_the_model_and_nothing_else(open_builder, light):
    first = open_builder(light, "twice", *TWICE)
    page = first.page
    first.until(lambda: page.locator(".kw-root").count() == 3)
    second, other = first.view(1), first.view(2)
    second.until(lambda: len(second.nodes()) == 8)
    # Selection and form.
    first.node("conv2d_1@0").click()
    first.until(lambda: first.field("filters").count() == 1)
    second.root.scroll_into_view_if_needed()
    second.node("dense_1@0").click()
    second.until(lambda: second.field("units").count() == 1)
    assert first.chosen() == ["conv2d_1@0"] and first.field("filters").count() == 1
    # What is typed in one stays while the other edits.
    second.field("units").fill("48")
    first.root.scroll_into_view_if_needed()
    first.field("filters").fill("24")
    page.keyboard.press("Enter")
    first.until(lambda: first.shape("conv2d_1@0").endswith("24") and second.shape("conv2d_1@0").endswith("24"))
    first.until(lambda: second.shape("dense_1@0") == "48" or second.field("units").input_value() == "48")
    # Pages.
    second.go("Code")
    second.until(lambda: "dense_1" in second.text())
    mine = second.text() + "# mine\n"
    second.root.get_by_test_id("kw-text").fill(mine)
    first.node("dense_2@0").click()
    page.keyboard.press("Delete")
    first.until(lambda: "dense_2@0" not in first.nodes())
    page.keyboard.press("Control+z")
    first.until(lambda: "dense_2@0" in first.nodes())
    assert second.text() == mine and first.root.locator(".kw-frame").get_attribute("data-page") == "build"
    assert other.nodes() == []
    # Ids, with a form, the code, and the start page.
    assert page.evaluate(IDS) == {"twice": [], "nowhere": []}
    for name in ("Data", "Train", "Runs"):
        first.go(name)
        second.go(name)
        for one in (first, second):
            one.root.locator(f'.kw-frame[data-page="{name.lower()}"]').wait_for()
        first.until(lambda: page.evaluate(IDS) == {"twice": [], "nowhere": []})
    assert first.accessibility_violations(AXE.read_text()) == []
    # A run is seen in both, point by point.
    first.go("Train")
    second.go("Train")
    first.train()
    second.until(lambda: second.run_state() == "finished" and first.run_state() == "finished")
    second.until(lambda: first.points() == second.points() > 0)
    new_view(first)


def new_view(first):
    """By "Create New View for Output": a view in a tab of its own, and what is done there is seen here."""
    page = first.page
    before = page.locator(".kw-root").count()
    page.locator(".jp-Notebook-cell").nth(1).locator(".jp-OutputArea-promptOverlay").click(button="right")
    page.get_by_role("menuitem", name="Create New View for Cell Output").click()
    first.until(lambda: page.locator(".kw-root").count() == before + 1)
    tab = first.view(before)
    tab.until(lambda: len(tab.nodes()) == 8)
    assert page.evaluate(IDS)["twice"] == []
    tab.until(lambda: tab.root.locator(".kw-card").first.is_visible())
    tab.node("dense_1@0").click()
    page.keyboard.press("b")
    first.go("Build")
    first.until(lambda: first.node("dense_1@0").locator(".kw-card-bypassed").count() == 1)


# Live hooks, comms, widgets, threads of trainings and builders that train.
COUNTS = """
import comm, gc, threading
from ipywidgets.widgets import widget
from kwidgets.session.session import Session
gc.collect()
hooks = [f for f in get_ipython().events.callbacks['post_run_cell'] if 'kwidgets' in f.__module__]
views = [w for w in widget._instances.values() if type(w).__name__ == 'BuilderView']
comms = len(comm.get_comm_manager().comms)
training = [o for o in gc.get_objects() if type(o) is Session and o.alive]
print(len(hooks), len(views), comms, len(training))
"""


def test_a_cell_run_again_ends_what_it_made_and_gives_it_back(open_builder, light):
    builder = open_builder(light, "again", TWICE[0], "b = Builder()\nb", "'talk'")
    page = builder.page
    before = say(page, 2, COUNTS)
    # The hooks of one builder: for the notebook's arrays, and for the picture that the notebook stores.
    assert before.split()[:2] == ["2", "1"]
    page.get_by_role("button", name="Start with these").click()
    builder.until(lambda: len(builder.nodes()) > 3)
    count = len(builder.nodes())
    say(
        page,
        2,
        f"b.start(); b.session.wait()\nb.document.do({{'do': 'set_training', 'epochs': {ENDLESS}}})\nb.start()\n"
        "going = b.session",
    )
    builder.until(lambda: builder.root.get_by_test_id("kw-main").inner_text() == "Stop")
    for _ in range(5):
        run_cell(page, 1)
    # Run five times, and still what a person made is there.
    builder.until(lambda: page.locator(".kw-root").count() == 1 and len(builder.nodes()) == count)
    assert say(page, 2, "print(going.wait(90), going.alive)") == "True False"
    assert say(page, 2, COUNTS) == before
    assert say(page, 2, "print(b.session.trained(b.experiment), b.model is going.model)") == "True True"
    # A builder that begins with a model says it on the frame.
    say(page, 1, "b = Builder(template='digits_perceptron')\ndisplay(b)")
    builder.root.get_by_test_id("kw-before").get_by_role("button", name="Bring it back").click()
    builder.until(lambda: len(builder.nodes()) == count)
    assert builder.root.get_by_test_id("kw-before").count() == 0
