"""What hosts do to a view: hide it, narrow it, fill the window with it, take its kernel, reload its page."""

ARRAYS = (
    "import time\nimport numpy as np\nimport ipywidgets\nfrom kwidgets import Builder\n"
    "x_train = np.random.default_rng(0).normal(size=(512, 8, 8, 1)).astype('float32'); y_train = np.arange(512) % 10\n"
)
BUILDER = "b = Builder(template='digits_cnn')\nb.set_data(source='notebook')\nb"
# Controls that stick out of the frame, parts that are wider than their room, buttons of the bar that overlap.
OFF_SCREEN = """() => {
  const root = document.querySelector('.kw-root'), frame = root.querySelector('.kw-frame').getBoundingClientRect();
  const seen = (one) => one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().width > 0;
  const scrolls = (one) => one !== root && (one.matches('.react-flow') || /auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const say = (one) => one.outerHTML.slice(0, 80);
  const out = [...root.querySelectorAll('button, input, select, textarea, a[href]')].filter((one) => seen(one) && !scrolls(one.parentElement))
    .filter((one) => one.getBoundingClientRect().left < frame.left - 1 || one.getBoundingClientRect().right > frame.right + 1);
  const wide = [root, ...root.querySelectorAll('.kw-frame, .kw-top, .kw-page, .kw-page > *, .kw-dock, .kw-inspector, .kw-inspector-page, .kw-palette')]
    .filter((one) => seen(one) && one.scrollWidth > one.clientWidth + 1);
  const bar = [...root.querySelectorAll('.kw-top button')].filter(seen).map((one) => [one, one.getBoundingClientRect()]);
  const over = bar.filter(([one, a]) => bar.some(([other, b]) => one !== other && a.left < b.right - 1 && b.left < a.right - 1));
  return [...out.map((one) => 'off ' + say(one)), ...wide.map((one) => 'wide ' + say(one)), ...over.map(([one]) => 'over ' + say(one))];
}"""
# Cards whose middle lies outside of the canvas.
CUT = """() => {
  const canvas = document.querySelector('.kw-canvas').getBoundingClientRect();
  const middle = (one) => (one.left + one.right) / 2;
  return [...document.querySelectorAll('.react-flow__node-card')].map((one) => one.getBoundingClientRect())
    .filter((one) => one.left < canvas.left - 1 || one.right > canvas.right + 1).length;
}"""


def narrow(builder, width):
    """Give the view this width, as a host's column would."""
    builder.root.evaluate("(root, width) => { root.parentElement.style.width = `${width}px`; }", width)
    builder.until(lambda: builder.root.evaluate("(root) => root.clientWidth") == width)
    builder.until(lambda: builder.root.evaluate("(root) => root.querySelector('.kw-inspector-sheet') === null") or width < 900)
    builder.settled()


def test_nothing_is_off_the_screen_at_any_width(open_builder, light):
    builder = open_builder(light, "widths", ARRAYS, BUILDER.replace("\nb", "\nb.document.do({'do': 'set_training', 'epochs': 2})\nb.start(); b.session.wait()\nb", 1))
    page, root = builder.page, builder.root
    # A click is no move: the view still fits itself.
    page.mouse.click(*builder.canvas_point(0.98, 0.05))
    for width in (1060, 900, 640, 600):
        narrow(builder, width)
        builder.until(lambda: page.evaluate(CUT) == 0)
        for name in ("Data", "Train", "Runs", "Code", "Build"):
            builder.go(name)
            root.locator(f'.kw-frame[data-page="{name.lower()}"]').wait_for()
            assert page.evaluate(OFF_SCREEN) == [], f"{name} at {width} px"
    # The palette behind its button, the inspector as a sheet.
    count = len(builder.nodes())
    root.locator(".kw-add-layer").click()
    builder.entry("Dropout").click()
    builder.until(lambda: len(builder.nodes()) == count + 1)
    builder.until(lambda: root.locator(".kw-inspector-sheet [data-field]").count() > 0)
    assert page.evaluate(OFF_SCREEN) == []
    root.get_by_role("button", name="Close the settings").or_(root.locator(".kw-sheet-close")).first.click()
    builder.until(lambda: builder.chosen() == [])
    # Whoever moved the view keeps it.
    page.mouse.move(*builder.canvas_point(0.9, 0.9))
    builder.drag(builder.canvas_point(0.95, 0.9), builder.canvas_point(0.7, 0.8))
    builder.settled()
    moved = builder._view()
    narrow(builder, 800)
    assert builder._view() == moved


def test_a_hidden_view_draws_when_it_is_seen(open_builder, light):
    tabs = "tabs = ipywidgets.Tab([ipywidgets.HTML('first'), b.view]); tabs.titles = ('one', 'two')\ntabs"
    builder = open_builder(light, "hidden", ARRAYS, BUILDER.removesuffix("b") + tabs, hidden=True)
    page = builder.page
    page.get_by_role("tab", name="two").click()
    builder.until(lambda: len(builder.nodes()) == 8)
    builder.settled()
    builder.until(lambda: page.evaluate(CUT) == 0 and builder.node("dense_2@0").is_visible())
    # Hidden again while the model becomes another.
    page.get_by_role("tab", name="one").click()
    builder.until(lambda: not builder.root.is_visible())
    page.locator(".jp-Notebook-cell").first.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("b.document.do({'do': 'template', 'name': 'vgg16'});")
    page.keyboard.press("Control+Enter")
    builder.until(lambda: len(builder.nodes()) > 8)
    page.get_by_role("tab", name="two").click()
    builder.until(lambda: builder.root.is_visible())
    builder.settled()
    builder.until(lambda: builder.node(builder.nodes()[0]).is_visible())
    first = builder.node(builder.nodes()[0]).bounding_box()
    canvas = builder.root.locator(".kw-canvas").bounding_box()
    assert first["x"] >= canvas["x"] and first["y"] >= canvas["y"] - 12


LEFT_OVERS = "() => [document.querySelectorAll('body > .kw-full').length, document.querySelectorAll('.kw-root').length]"


def test_full_page_keeps_everything_and_leaves_nothing(open_builder, light):
    builder = open_builder(light, "full", ARRAYS, BUILDER.replace("\nb", "\nb.document.do({'do': 'set_training', 'epochs': 100000})\nb", 1), "'last'")
    page, root = builder.page, builder.root
    window = page.viewport_size

    def fills():
        box = root.bounding_box()
        return (round(box["width"]), round(box["height"])) == (window["width"], window["height"])

    builder.node("dense_1@0").click()
    builder.until(lambda: builder.field("units").count() == 1)
    builder.field("units").fill("48")
    for way in ("button", "escape"):
        root.get_by_test_id("kw-full-page").click()
        builder.until(fills)
        assert builder.chosen() == ["dense_1@0"]
        builder.until(lambda: builder.field("units").input_value() == "48")
        if way == "button":
            root.get_by_test_id("kw-full-page").click()
        else:
            page.keyboard.press("Escape")
        builder.until(lambda: page.evaluate(LEFT_OVERS) == [0, 1])
        builder.until(lambda: not fills())
    # A training goes on through it.
    builder.train()
    builder.until(lambda: builder.run_state() == "running")
    root.get_by_test_id("kw-full-page").click()
    builder.until(fills)
    few = builder.points()
    builder.until(lambda: builder.points() > few)
    # The cell is run again while it fills the window: by its shortcut from the menu, which lies below.
    page.evaluate("() => document.querySelector('.kw-full').style.pointerEvents = 'none'")
    page.locator(".jp-Notebook-cell").nth(1).locator(".cm-content").focus()
    page.keyboard.press("Control+Enter")
    builder.until(lambda: page.evaluate(LEFT_OVERS) == [0, 1])
    builder.until(lambda: len(builder.nodes()) == 8)
    root.get_by_test_id("kw-full-page").click()
    builder.until(fills)
    page.evaluate("() => document.querySelector('.kw-full').style.pointerEvents = 'none'")
    page.locator(".jp-Notebook-cell").nth(1).focus()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("d")
    builder.until(lambda: page.evaluate(LEFT_OVERS) == [0, 0])


def say(page, number, code):
    """Write a cell anew and run it."""
    write(page, number, code)
    page.keyboard.press("Control+Enter")


def write(page, number, code):
    page.locator(".jp-Notebook-cell").nth(number).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def accept(page):
    """The button of Jupyter's own dialog."""
    page.locator(".jp-Dialog button.jp-mod-accept").last.click()
    page.wait_for_selector(".jp-Dialog", state="detached")


def test_a_lost_kernel_is_said_and_nothing_typed_is_lost(open_builder, light, context):
    builder = open_builder(light, "lost", ARRAYS, BUILDER, "'talk'")
    page, health = builder.page, builder.root.get_by_test_id("kw-health")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    losses = {
        "restart": lambda: (page.get_by_role("menuitem", name="Kernel", exact=True).click(), page.get_by_role("menuitem", name="Restart Kernel…").first.click(), accept(page)),
        "shut down": lambda: (page.get_by_role("menuitem", name="Kernel", exact=True).click(), page.get_by_role("menuitem", name="Shut Down Kernel").first.click()),
        "killed": lambda: (say(page, 2, "import os; os._exit(1)"), accept(page)),
    }
    for name, lose in losses.items():
        builder.node("dense_1@0").click()
        builder.until(lambda: builder.field("units").count() == 1)
        builder.field("units").fill("77")
        lose()
        builder.until(lambda: "kernel is gone" in (health.first.inner_text() if health.count() else ""), seconds=10)
        assert builder.field("units").input_value() == "77", name
        builder.press("Copy the model as YAML")
        builder.until(lambda: "dense_1" in page.evaluate("() => navigator.clipboard.readText()"))
        # Run again, all is well.
        write(page, 2, "'talk'")
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.get_by_role("menuitem", name="Restart Kernel and Run All").first.click()
        if name != "shut down":
            accept(page)
        builder.until(lambda: page.locator(".kw-root").count() == 1 and health.count() == 0 and len(builder.nodes()) == 8)
    builder.add("Dropout")
    # What the page itself logs of a kernel that is gone is Jupyter's.
    builder.errors.clear()


def test_a_busy_kernel_a_reload_and_an_exception_in_the_page(open_builder, light):
    builder = open_builder(light, "busy", ARRAYS, BUILDER, "'talk'")
    page, root = builder.page, builder.root
    health = root.get_by_test_id("kw-health")
    # A cell sleeps: edits go on meanwhile.
    say(page, 2, "time.sleep(6)")
    busy = page.locator(".jp-Notebook-cell").nth(2).locator(".jp-InputPrompt", has_text="[*]")
    busy.wait_for()
    builder.add("Dropout")
    # Nothing can be answered: it is said, and the edit comes later, once.
    busy.wait_for(state="detached")
    say(page, 2, "with b.document._lock: time.sleep(6)")
    busy.wait_for()
    builder.entry("Dropout").click()
    builder.until(lambda: health.count() == 1 and "busy" in health.inner_text())
    builder.until(lambda: health.count() == 0 and len(builder.nodes()) == 10)
    busy.wait_for(state="detached")
    page.wait_for_timeout(300)
    assert len(builder.nodes()) == 10
    # An exception while drawing: a card, a way back, the notebook as it was.
    say(page, 2, "s = b.view._sent.serial; b.view.send({'kind': 'graph', 'before': s, 'serial': s + 1, 'head': None, 'cards': [{'id': 'dense_1@0', 'title': {}}], 'wires': [], 'places': {}, 'order': None, 'gone': [], 'gone_wires': []})")
    page.get_by_test_id("kw-broken").wait_for()
    assert page.locator(".jp-Notebook-cell").count() == 3
    page.get_by_role("button", name="Reload view").click()
    builder.until(lambda: len(builder.nodes()) == 10 and builder.state("dense_1@0") == "ok")
    assert all("Objects are not valid" in error or "React" in error or "undefined" in error for error in builder.errors), builder.errors
    builder.errors.clear()
    builder.add("Flatten")
