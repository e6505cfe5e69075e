"""Keys and the wheel: what is pressed in the builder stays there, and what is pressed elsewhere works as ever."""

import json

import pytest

from tests.e2e.cells import DIGITS

DIRTY = ".lm-TabBar-tab.jp-mod-dirty"
BUILDERS = (
    "import numpy as np\nfrom kwidgets import Builder\nkept = 1",
    "x_train = np.zeros((64, 8, 8, 1), 'float32'); y_train = np.arange(64) % 10\n"
    "b = Builder(template='digits_cnn')\nb.start(); b.session.wait()\nb",
    "empty = Builder()\nempty",
    "last = 2",
)
# What JupyterLab's and Notebook's command mode hear: cut, delete, add, merge, change, run, restart, interrupt, undo ...
COMMANDS = [
    *"xddbaamyrzvcoflhp1234",
    *("0", "0", "i", "i", "Delete", "Backspace", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Escape"),
    *("Shift+M", "Shift+L", "Shift+O", "Shift+V", "Shift+K", "Shift+J", "Shift+Enter", "Control+Enter", "Alt+Enter"),
]
# Every part that can have the focus gets every key; gives the parts after which a cell was gone or too many.
SWEEP = """([root, keys]) => {
  const focusable = 'button:not(:disabled), a[href], input:not(:disabled), select, textarea, [tabindex], [contenteditable]';
  const cells = () => document.querySelectorAll('.jp-Notebook-cell').length;
  const before = cells(), lost = [];
  const parts = [root, ...root.querySelectorAll(focusable)].filter((one) => one.checkVisibility());
  for (const part of parts) {
    if (!part.isConnected) continue;
    part.focus();
    for (const key of keys) {
      if (!part.isConnected) break;
      const names = key.split('+'), last = names.pop();
      const held = {shiftKey: names.includes('Shift'), ctrlKey: names.includes('Control'), altKey: names.includes('Alt')};
      const code = last.length === 1 ? last.toUpperCase().charCodeAt(0) : CODES[last];
      const sent = {key: last, keyCode: code, which: code, bubbles: true, cancelable: true, composed: true, ...held};
      part.dispatchEvent(new KeyboardEvent('keydown', sent));
      part.dispatchEvent(new KeyboardEvent('keyup', sent));
    }
    if (cells() !== before || document.querySelector('.jp-Dialog')) {
      lost.push(part.outerHTML.slice(0, 120));
      break;
    }
  }
  return {parts: parts.length, lost};
}""".replace(
    "CODES",
    json.dumps(
        {"Delete": 46, "Backspace": 8, "ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39}
        | {"Escape": 27, "Enter": 13}
    ),
)
NOTEBOOK = """() => ({
  cells: [...document.querySelectorAll('.jp-Notebook-cell')].map((cell) => [
    cell.querySelector('.jp-InputPrompt')?.textContent, cell.querySelector('.cm-content')?.textContent,
    cell.querySelector('.jp-mod-collapsed, .jp-OutputCollapser.jp-mod-collapsed') !== null,
  ]),
  mode: document.querySelector('.jp-Notebook').classList.contains('jp-mod-commandMode'),
  dialogs: document.querySelectorAll('.jp-Dialog').length,
})"""


def notebook_state(page):
    """Prompts and texts of the cells, the notebook's mode, its dialogs."""
    return page.evaluate(NOTEBOOK)


def kernel_orders(page):
    """Collects requests that restart or interrupt a kernel."""
    seen = []
    page.on("request", lambda r: seen.append(r.url) if r.url.endswith(("/restart", "/interrupt")) else None)
    return seen


def every_face(builder):
    """Brings each page, fold, menu and box of the builder to the screen, one after the other."""
    page, root = builder.page, builder.root
    builder.go("Build")
    for fold in root.locator(".kw-palette-fold[aria-expanded=false]").all()[::-1]:
        fold.click()
    builder.node(builder.nodes()[2]).click()
    builder.until(lambda: root.locator(".kw-inspector [data-field]").count() > 0)
    yield "build, a card chosen"
    builder.go("Build")
    root.locator(".kw-canvas").focus()
    page.keyboard.press("n")
    builder.until(lambda: root.locator(".kw-note").count() > 0)
    root.get_by_test_id("kw-dock-problems").click()
    yield "build with a note and the dock"
    builder.go("Build")
    root.get_by_test_id("kw-search-field").click()
    root.locator(".kw-search-row").first.wait_for()
    yield "search"
    page.keyboard.press("Escape")
    for name in ("Data", "Train", "Runs", "Code"):
        builder.go(name)
        root.locator(f'.kw-frame[data-page="{name.lower()}"]').wait_for()
        yield name
    builder.go("Build")
    root.locator(".kw-top").get_by_role("button", name="Export").click()
    root.get_by_role("menu").wait_for()
    yield "menu"
    page.keyboard.press("Escape")


# One of each kind of control, by page.
KINDS = {
    "Build": [
        *(
            '.react-flow__node[data-id="dense_1@0"]',
            '.react-flow__edge[data-id="dense_1@0#0"]',
            ".kw-canvas",
            ".kw-entry",
        ),
        *(".kw-palette-fold", ".kw-search-field", "[data-testid=kw-page-build]", ".kw-zoom", "[data-testid=kw-grip]"),
        *("[data-testid=kw-undo]", "[data-testid=kw-dock-problems]", ".kw-tree-row[tabindex='0']"),
        *(".kw-inspector input[data-field]", ".kw-inspector select", ".kw-inspector input[type=checkbox]"),
    ],
    "Data": ["select", "input"],
    "Train": ["input", "input[type=range]", "select", ".kw-page button"],
    "Code": ["[data-testid=kw-text]"],
}
PRESSED = ["x", "d", "d", "b", "0", "0", "i", "i", "Shift+Enter", "Control+Enter", "Escape", "z", "v"]


def press_on_every_kind(builder):
    """Real keys on one control of each kind; how many there were."""
    page, pressed = builder.page, 0
    for face, kinds in KINDS.items():
        for kind in kinds:
            builder.go("Build")
            if face == "Build":
                builder.node("dense_1@0").click(position={"x": 90, "y": 30})
                builder.until(lambda: builder.root.locator(".kw-inspector select").count() > 0)
            else:
                builder.go(face)
            control = builder.root.locator(f".kw-frame :is({kind}):visible").first
            if control.count() == 0:
                continue
            control.focus()
            pressed += 1
            for key in PRESSED:
                page.keyboard.press(key)
            if face == "Build":
                builder.until(lambda: builder.root.get_by_test_id("kw-search").count() == 0)
    return pressed


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_no_key_on_any_control_reaches_the_notebook(open_builder, light, app):
    builder = open_builder(light, f"keys_{app}", *BUILDERS, app=app)
    page = builder.page
    builder.until(lambda: page.locator(".kw-frame").count() == 2)
    # Builders are there before their cells have ended.
    builder.until(lambda: not any(cell[0].startswith("[*]") for cell in notebook_state(page)["cells"]))
    orders, parts = kernel_orders(page), 0
    before = notebook_state(page)
    assert press_on_every_kind(builder) >= 18
    first, empty = (page.locator(".kw-root").nth(index).element_handle() for index in (0, 1))
    for face in every_face(builder):
        found = page.evaluate(SWEEP, [first, COMMANDS])
        parts += found["parts"]
        assert found["lost"] == [], f"{face}: {found['lost']}"
    parts += page.evaluate(SWEEP, [empty, COMMANDS])["parts"]
    assert parts > 300
    after = notebook_state(page)
    assert after["cells"] == before["cells"] and after["dialogs"] == 0 and after["mode"] == before["mode"]
    assert orders == []
    # The same keys, made the same way, on a cell: this sweep would have seen a key that got through.
    cell = page.locator(".jp-Notebook-cell").last
    cell.click(position={"x": 4, "y": 4})
    page.wait_for_selector(".jp-Notebook.jp-mod-commandMode")
    page.evaluate(SWEEP, [cell.element_handle(), ["b"]])
    builder.until(lambda: page.locator(".jp-Notebook-cell").count() > len(BUILDERS))


def is_saved(page):
    """Whether nothing waits to be saved, also a moment later."""
    page.wait_for_timeout(400)
    return page.locator(DIRTY).count() == 0


def test_saving_undo_escape_and_the_keys_of_other_cells(open_builder, light, folder):
    builder = open_builder(light, "keys_sane", "kept = 1", DIGITS, *["last = 2"] * 25)
    page = builder.page
    cells = page.locator(".jp-Notebook-cell").count()
    field = builder.field("units")
    # Ctrl+S saves from a card and from a field; the typed text of a cell stays under Ctrl+Z.
    for focus in (lambda: builder.node("dense_1@0").click(), field.focus, builder.root.get_by_test_id("kw-grip").focus):
        page.locator(".jp-Notebook-cell").first.locator(".cm-content").click()
        page.keyboard.type("x")
        page.wait_for_selector(DIRTY)
        focus()
        # The page may still scroll to the builder: what is pressed before it has the focus goes to nobody.
        builder.until(lambda: page.evaluate("() => document.activeElement.closest('.kw-root') !== null"))
        page.keyboard.press("Control+s")
        # A picture of the builder that is written just then is one more change, which the next press saves.
        builder.until(lambda: is_saved(page) or page.keyboard.press("Control+s"))
    typed = notebook_state(page)["cells"][0][1]
    assert "xxx" in typed and "xxx" in (folder / "keys_sane.ipynb").read_text()
    builder.set("units", "48")
    builder.until(lambda: builder.shape("dense_1@0") == "48")
    builder.node("dense_1@0").focus()
    for _ in range(4):
        page.keyboard.press("Control+z")
    builder.until(lambda: builder.shape("dense_1@0") == "64")
    page.keyboard.press("Escape")
    assert notebook_state(page)["cells"][0][1] == typed
    # Letters in another cell are text, and its commands work.
    page.locator(".jp-Notebook-cell").nth(2).locator(".cm-content").click()
    page.keyboard.type("# x d 0")
    assert "# x d 0" in notebook_state(page)["cells"][2][1]
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    builder.until(lambda: page.locator(".jp-Notebook-cell").count() == cells + 1)
    page.keyboard.press("d")
    page.keyboard.press("d")
    builder.until(lambda: page.locator(".jp-Notebook-cell").count() == cells)
    assert builder.nodes() != [] and builder.chosen() == ["dense_1@0"]
    the_wheel_is_the_pages_until_the_canvas_has_the_focus(builder)


def the_wheel_is_the_pages_until_the_canvas_has_the_focus(builder):
    page = builder.page

    def scrolled():
        return page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollTop")

    def wheel(by):
        page.mouse.move(*builder.canvas_point(0.92, 0.4))
        page.mouse.wheel(0, by)

    page.locator(".jp-Notebook-cell").first.locator(".cm-content").click()
    view, start = builder._view(), scrolled()
    wheel(90)
    builder.until(lambda: scrolled() > start)
    assert builder._view() == view
    builder.node("dense_1@0").click()
    start = scrolled()
    wheel(90)
    builder.until(lambda: builder._view() != view)
    assert scrolled() == start
    zoom = builder.root.get_by_test_id("kw-zoom").inner_text()
    page.locator(".jp-Notebook-cell").first.locator(".cm-content").focus()
    start = scrolled()
    page.keyboard.down("Control")
    wheel(-60)
    builder.until(lambda: builder.root.get_by_test_id("kw-zoom").inner_text() != zoom)
    page.keyboard.up("Control")
    assert scrolled() == start and page.evaluate("() => visualViewport.scale") == 1
