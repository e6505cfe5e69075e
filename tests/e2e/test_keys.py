"""Keys and the wheel: what is pressed in the builder stays there, and what is pressed elsewhere works as ever."""

import json

import pytest

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
  const focusable = 'button:not(:disabled), a[href], input:not(:disabled), select, textarea, summary, [tabindex], [contenteditable=true]';
  const cells = () => document.querySelectorAll('.jp-Notebook-cell').length;
  const before = cells(), lost = [];
  const parts = [...root.querySelectorAll(focusable)].filter((one) => one.checkVisibility());
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
    cell.querySelector('.jp-InputPrompt')?.textContent, cell.querySelector('.cm-content')?.innerText,
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
    for fold in root.locator(".kw-palette-fold[aria-expanded=false]").all()[::-1]:
        fold.click()
    builder.node(builder.nodes()[2]).click()
    builder.until(lambda: root.locator(".kw-inspector [data-field]").count() > 0)
    yield "build, a card chosen"
    root.locator(".kw-canvas").focus()
    page.keyboard.press("n")
    builder.until(lambda: root.locator(".kw-note").count() > 0)
    root.get_by_test_id("kw-dock-problems").click()
    yield "build with a note and the dock"
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


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_no_key_on_any_control_reaches_the_notebook(open_builder, light, app):
    builder = open_builder(light, f"keys_{app}", *BUILDERS, app=app)
    page = builder.page
    builder.until(lambda: page.locator(".kw-frame").count() == 2)
    orders, parts = kernel_orders(page), 0
    before = notebook_state(page)
    first, empty = (page.locator(".kw-root").nth(index).element_handle() for index in (0, 1))
    for face in every_face(builder):
        found = page.evaluate(SWEEP, [first, COMMANDS])
        parts += found["parts"]
        assert found["lost"] == [], f"{face}: {found['lost']}"
    parts += page.evaluate(SWEEP, [empty, COMMANDS])["parts"]
    assert parts > 300
    assert notebook_state(page)["cells"] == before["cells"]
    assert orders == [] and notebook_state(page)["dialogs"] == 0
