"""One builder shown twice, two builders in a page, a cell that is run again."""

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
    """Run one cell from its code."""
    page.locator(".jp-Notebook-cell").nth(number).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")


def say(page, number, code):
    """Write a cell anew, run it, and wait until it is over; gives what it printed."""
    cell = page.locator(".jp-Notebook-cell").nth(number)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code + "\nprint('done')")
    page.keyboard.press("Control+Enter")
    output = cell.locator(".jp-OutputArea-output", has_text="done")
    output.wait_for()
    return output.inner_text().removesuffix("done").strip()


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
        page.wait_for_timeout(100)
        assert page.evaluate(IDS) == {"twice": [], "nowhere": []}, name
    # A run is seen in both, point by point.
    first.go("Train")
    second.go("Train")
    first.train()
    second.until(lambda: second.run_state() == "finished" and first.run_state() == "finished")
    second.until(lambda: first.points() == second.points() > 0)
    new_view(first)


def new_view(first):
    """"Create New View for Output": a view in a tab of its own, and what is done there is seen here."""
    page = first.page
    before = page.locator(".kw-root").count()
    page.locator(".jp-Notebook-cell").nth(1).locator(".jp-OutputArea-prompt").click(button="right")
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


COUNTS = """
gc.collect()
builders = [o for o in gc.get_objects() if type(o).__name__ == 'Builder']
views = [w for w in Widget.get_manager_state()['state'].values() if 'anywidget' in w['model_module']] if hasattr(Widget, 'get_manager_state') else []
hooks = [f for f in get_ipython().events.callbacks['post_run_cell'] if 'kwidgets' in f.__module__]
import comm, threading
alive = [t.name for t in threading.enumerate() if t.name.startswith('kwidgets')]
print(len(builders), len(hooks), len(comm.get_comm_manager().comms), b.session.alive)
"""


def test_a_cell_run_again_ends_what_it_made_and_gives_it_back(open_builder, light):
    builder = open_builder(light, "again", *TWICE[:2], "'talk'")
    page = builder.page
    builder.until(lambda: len(builder.nodes()) == 8)
    base = say(page, 2, COUNTS)
    run_cell(page, 1)
    builder.until(lambda: page.get_by_test_id("kw-bring-back").count() == 0 and len(builder.nodes()) == 8)
    print(base)
