"""What hosts do to a view: hide it, narrow it, fill the window with it, take its kernel, reload its page."""

import copy

from kwidgets.widgets.base import STATIC
from tests.e2e.cells import ENDLESS
from tests.e2e.notebook_page import accept, kernel_menu, load_anew, run_anew, save, say, write

ARRAYS = (
    "import time\nimport numpy as np\nimport ipywidgets\nfrom kwidgets import Builder\n"
    "x_train = np.random.default_rng(0).normal(size=(512, 8, 8, 1)).astype('float32'); y_train = np.arange(512) % 10\n"
)
BUILDER = "b = Builder(template='digits_cnn')\nb.set_data(source='notebook')\nb"
# Controls that stick out of the frame, parts that are wider than their room, buttons of the bar that overlap.
OFF_SCREEN = """() => {
  const root = document.querySelector('.kw-root'), box = (one) => one.getBoundingClientRect();
  const frame = box(root.querySelector('.kw-frame'));
  const seen = (one) => one.checkVisibility({visibilityProperty: true}) && box(one).width > 0;
  const rolls = (one) => one.matches('.react-flow') || /auto|scroll/.test(getComputedStyle(one).overflowX);
  const scrolls = (one) => one !== root && (rolls(one) || scrolls(one.parentElement));
  const all = (what) => [...root.querySelectorAll(what)].filter(seen);
  const off = all('button, input, select, textarea, a[href]').filter((one) => !scrolls(one.parentElement))
    .filter((one) => box(one).left < frame.left - 1 || box(one).right > frame.right + 1);
  const parts = '.kw-frame, .kw-top, .kw-page, .kw-page > *, .kw-dock, .kw-inspector, .kw-inspector-page, .kw-palette';
  const wide = [root, ...all(parts)].filter((one) => one.scrollWidth > one.clientWidth + 1);
  const bar = all('.kw-top button').filter((one) => !scrolls(one.parentElement));
  const over = bar.filter((one) => bar.some((other) =>
    one !== other && box(one).left < box(other).right - 1 && box(other).left < box(one).right - 1));
  const say = (why, found) => found.map((one) => `${why} ${one.outerHTML.slice(0, 80)}`);
  return [...say('off', off), ...say('wide', wide), ...say('over', over)];
}"""
# A change of the graph that no page can draw.
BROKEN = (
    "serial = b.view._sent.serial\n"
    "b.view.send({'kind': 'graph', 'before': serial, 'serial': serial + 1, 'head': None, 'wires': [], 'places': {}, "
    "'cards': [{'id': 'dense_1@0', 'title': {}}], 'order': None, 'gone': [], 'gone_wires': []})"
)
# A cell that goes on as long as a file is there: what is done meanwhile takes as long as a machine needs for it.
WAITS = "import os\nwhile os.path.exists({gate!r}): time.sleep(0.05)"
WAITS_WITH_LOCK = "with b.document._lock:\n    while os.path.exists({gate!r}): time.sleep(0.05)"
# Cards that the canvas cuts off at a side.
CUT = """() => {
  const canvas = document.querySelector('.kw-canvas').getBoundingClientRect();
  return [...document.querySelectorAll('.react-flow__node-card')].map((one) => one.getBoundingClientRect())
    .filter((one) => one.left < canvas.left - 1 || one.right > canvas.right + 1).length;
}"""


def narrow(builder, width):
    """Give the view this width, as a host's column would."""
    builder.root.evaluate("(root, width) => { root.parentElement.style.width = `${width}px`; }", width)
    builder.until(lambda: builder.root.evaluate("(root) => root.clientWidth") == width)
    builder.until(
        lambda: builder.root.evaluate("(root) => root.querySelector('.kw-inspector-sheet') === null") or width < 900
    )
    builder.settled()


def test_nothing_is_off_the_screen_at_any_width(open_builder, light):
    builder = open_builder(
        light,
        "widths",
        ARRAYS,
        BUILDER.replace(
            "\nb", "\nb.document.do({'do': 'set_training', 'epochs': 2})\nb.start(); b.session.wait()\nb", 1
        ),
    )
    page, root = builder.page, builder.root
    # A click is no move: the view still fits itself.
    page.mouse.click(*builder.canvas_point(0.98, 0.05))
    for width in (1060, 900, 640, 600, 460, 380):
        narrow(builder, width)
        builder.until(lambda: page.evaluate(CUT) == 0)
        for name in ("Data", "Train", "Results", "Runs", "Code", "Build"):
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


def test_a_view_in_a_shadow_root_is_dressed_and_works(open_builder, light):
    builder = open_builder(light, "shadow", ARRAYS, BUILDER)
    page = builder.page
    # The loader of the widget, called as such a host calls it; the model is that of the view on the page.
    page.evaluate(
        """async (code) => {
          const { default: loader } = await import(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
          const host = document.querySelector('.kw-root').parentElement;
          let part = host[Object.keys(host).find((key) => key.startsWith('__reactContainer'))];
          while (!part.memoizedProps?.model) part = part.child;
          const outside = document.createElement('div');
          outside.id = 'shadowed';
          outside.style.width = '1000px';
          const inside = document.createElement('div');
          outside.attachShadow({mode: 'open'}).append(inside);
          host.parentElement.append(outside);
          await loader.render({model: part.memoizedProps.model, el: inside});
        }""",
        (STATIC / "loader.js").read_text(),
    )
    inside = copy.copy(builder)
    inside.root = page.locator("#shadowed .kw-root")
    inside.until(lambda: len(inside.nodes()) == 8)
    assert inside.root.locator(".kw-top").evaluate("(one) => getComputedStyle(one).display") == "flex"
    inside.root.scroll_into_view_if_needed()
    inside.node("dense_1@0").click()
    inside.until(lambda: inside.field("units").count() == 1)
    page.keyboard.press("b")
    inside.until(lambda: inside.node("dense_1@0").locator(".kw-card-bypassed").count() == 1)
    entry = inside.entry("Dense")
    entry.focus()
    page.keyboard.press("ArrowDown")
    inside.until(
        lambda: (
            "Conv2D" in page.evaluate("() => document.querySelector('#shadowed').shadowRoot.activeElement.innerText")
        )
    )
    inside.root.get_by_test_id("kw-full-page").click()
    builder.until(lambda: page.locator("body > .kw-full .kw-top").count() == 1)
    assert page.locator("body > .kw-full .kw-top").evaluate("(one) => getComputedStyle(one).display") == "flex"
    page.keyboard.press("Escape")
    builder.until(lambda: page.locator("body > .kw-full").count() == 0)


LEFT_OVERS = "() => [document.querySelectorAll('body > .kw-full').length, document.querySelectorAll('.kw-root').length]"


def test_full_page_keeps_everything_and_leaves_nothing(open_builder, light):
    builder = open_builder(
        light,
        "full",
        ARRAYS,
        BUILDER.replace("\nb", f"\nb.document.do({{'do': 'set_training', 'epochs': {ENDLESS}}})\nb", 1),
        "'last'",
    )
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


def test_a_lost_kernel_is_said_and_nothing_typed_is_lost(open_builder, light, context):
    builder = open_builder(light, "lost", ARRAYS, BUILDER, "'talk'")
    page, health = builder.page, builder.root.get_by_test_id("kw-health")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    losses = {
        "restarted": lambda: (kernel_menu(page, "Restart Kernel"), accept(page)),
        "shut down": lambda: kernel_menu(page, "Shut Down Kernel"),
        "killed": lambda: (say(page, 2, "import os; os._exit(1)"), accept(page)),
    }
    for name, lose in losses.items():
        builder.node("dense_1@0").click()
        builder.until(lambda: builder.field("units").count() == 1)
        builder.field("units").fill("77")
        lose()
        builder.until(lambda: "kernel is gone" in (health.first.inner_text() if health.count() else ""))
        assert builder.field("units").input_value() == "77", name
        builder.press("Copy the model as YAML")
        builder.until(lambda: "dense_1" in page.evaluate("() => navigator.clipboard.readText()"))
        write(page, 2, "'talk'")
        run_anew(builder)
    builder.add("Dropout")
    # What the page itself logs of a kernel that is gone is Jupyter's.
    builder.errors.clear()


def test_a_busy_kernel_a_reload_and_an_exception_in_the_page(open_builder, light, tmp_path):
    builder = open_builder(light, "busy", ARRAYS, BUILDER, "'talk'")
    page, root = builder.page, builder.root
    health = root.get_by_test_id("kw-health")
    gate = tmp_path / "gate"
    gate.touch()
    # A cell sleeps: edits go on meanwhile.
    say(page, 2, WAITS.format(gate=str(gate)))
    busy = page.locator(".jp-Notebook-cell").nth(2).locator(".jp-InputPrompt", has_text="[*]")
    busy.wait_for()
    builder.add("Dropout")
    gate.unlink()
    busy.wait_for(state="detached")
    gate.touch()
    # Nothing can be answered: it is said, and the edit comes later, once.
    say(page, 2, WAITS_WITH_LOCK.format(gate=str(gate)))
    busy.wait_for()
    builder.entry("Dropout").click()
    builder.until(lambda: health.count() == 1 and "busy" in health.inner_text())
    gate.unlink()
    builder.until(lambda: health.count() == 0 and len(builder.nodes()) == 10)
    busy.wait_for(state="detached")
    page.wait_for_timeout(300)
    assert len(builder.nodes()) == 10
    # An exception while drawing: a card, a way back, the notebook as it was.
    say(page, 2, BROKEN)
    page.get_by_test_id("kw-broken").wait_for()
    assert page.locator(".jp-Notebook-cell").count() == 3
    page.get_by_role("button", name="Reload view").click()
    builder.until(lambda: len(builder.nodes()) == 10 and builder.state("dense_1@0") == "ok")
    assert all(
        "Objects are not valid" in error or "React" in error or "undefined" in error for error in builder.errors
    ), builder.errors
    builder.errors.clear()
    builder.add("Flatten")


class Finger:
    """Touches of the page, as the browser gets them from a screen."""

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})

    def touch(self, kind, *points):
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})

    def drag(self, *ways, steps=12):
        """One finger from a point to another, or two at once: ways are (start, end)."""
        self.touch("Start", *[start for start, _ in ways])
        for step in range(1, steps + 1):
            share = step / steps
            self.touch("Move", *[tuple(a + (b - a) * share for a, b in zip(*way, strict=True)) for way in ways])
        self.touch("End")

    def tap(self, point):
        self.touch("Start", point)
        self.touch("End")
        self.page.wait_for_timeout(300)

    def compose(self, text):
        """What an input method shows while a word is being composed."""
        self.session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )

    def press(self, key):
        """A key that belongs to the input method."""
        self.session.send(
            "Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": 229}
        )
        self.session.send(
            "Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": 229}
        )


def test_touch_composed_text_and_a_page_that_runs_to_the_left(open_builder, light):
    builder = open_builder(light, "touch", ARRAYS, BUILDER)
    page, root = builder.page, builder.root
    builder.node("dropout_1@0").click()
    page.keyboard.press("Delete")
    builder.until(lambda: "dropout_1@0" not in builder.nodes())
    save(builder)
    # The screen is there before the page is: so it is loaded anew, and the graph comes back as it was.
    finger = Finger(page)
    load_anew(builder, light, "touch.ipynb")
    builder.until(lambda: len(builder.nodes()) == 7)
    builder.settled()
    finger.drag((builder.middle(builder.entry("Dropout")), builder.canvas_point(0.85, 0.3)))
    builder.until(lambda: builder.chosen() == ["dropout_1@0"])
    builder.settled()
    # A browser takes the first tap after a swing as the end of it.
    builder.until(lambda: finger.tap(builder.middle(builder.node("dense_1@0"))) or builder.chosen() == ["dense_1@0"])

    def place():
        # On the canvas: the view may follow a card that was moved.
        return builder.node("dense_1@0").evaluate(
            "one => { const at = new DOMMatrix(getComputedStyle(one).transform); return [at.e, at.f]; }"
        )

    stood = place()
    finger.drag((builder.middle(builder.node("dense_1@0")), builder.canvas_point(0.85, 0.75)))
    builder.until(lambda: max(abs(a - b) for a, b in zip(place(), stood, strict=True)) > 30)
    builder.settled()
    wires = len(builder.wires())
    finger.drag((builder.port("dense_1@0", "bottom"), builder.port("dropout_1@0", "top")))
    builder.until(lambda: len(builder.wires()) == wires + 1)
    # Two fingers apart zoom the canvas and not the page; one finger scrolls the palette.
    zoom = root.get_by_test_id("kw-zoom").inner_text()
    x, y = builder.canvas_point(0.9, 0.85)
    finger.drag(((x - 15, y), (x - 35, y)), ((x + 15, y), (x + 35, y)))
    builder.until(lambda: root.get_by_test_id("kw-zoom").inner_text() != zoom)
    assert page.evaluate("() => visualViewport.scale") == 1
    builder.press("Show all")
    builder.settled()
    for fold in root.locator(".kw-palette-fold[aria-expanded=false]").all()[:3]:
        fold.click()
    palette, count = root.locator(".kw-palette-list"), len(builder.nodes())
    x, y = builder.middle(palette)
    finger.drag(((x, y), (x, y - 160)))
    builder.until(lambda: palette.evaluate("(one) => one.scrollTop") > 50)
    assert len(builder.nodes()) == count
    composed(builder, finger)
    # Right to left: the words keep their direction, nothing is off the screen.
    page.evaluate("() => { document.body.dir = 'rtl'; }")
    builder.settled()
    assert page.evaluate(OFF_SCREEN) == []
    left = root.locator(".kw-palette").bounding_box()["x"]
    assert left < root.locator(".kw-inspector").bounding_box()["x"]
    ghost = builder.middle(builder.entry("Dense"))
    builder.drag(ghost, builder.canvas_point(0.9, 0.2))
    builder.until(lambda: len(builder.nodes()) == count + 1)


def composed(builder, finger):
    """Enter and Escape while a word is composed send nothing and give nothing up: search, a field, the model's name."""
    page, root, count = builder.page, builder.root, len(builder.nodes())
    root.get_by_test_id("kw-search-field").click()
    page.wait_for_selector(".kw-search-input:focus")
    finger.compose("dense")
    builder.until(lambda: "Dense" in root.locator(".kw-search-hot").inner_text())
    for key in ("Enter", "Escape", "ArrowDown"):
        finger.press(key)
    assert root.get_by_test_id("kw-search").count() == 1 and len(builder.nodes()) == count
    page.keyboard.insert_text("dense")
    page.keyboard.press("Escape")
    builder.until(lambda: root.get_by_test_id("kw-search").count() == 0)
    builder.node("dense_2@0").click()
    builder.until(lambda: builder.field("units").input_value() == "10")
    builder.field("units").click()
    page.keyboard.press("Control+a")
    finger.compose("33")
    finger.press("Enter")
    finger.press("Escape")
    assert builder.field("units").input_value() == "33" and builder.shape("dense_2@0") == "10"
    page.keyboard.insert_text("33")
    page.keyboard.press("Enter")
    builder.until(lambda: builder.shape("dense_2@0") == "33")
    root.get_by_test_id("kw-model-name").click()
    page.keyboard.press("Control+a")
    finger.compose("netz")
    finger.press("Escape")
    finger.press("Enter")
    assert root.locator(".kw-name-input").input_value() == "netz"
    page.keyboard.insert_text("netz")
    page.keyboard.press("Enter")
    builder.until(lambda: root.get_by_test_id("kw-model-name").inner_text() == "netz")
