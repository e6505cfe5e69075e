"""Names with markup, quotes, code and the like on every page of a builder: they stay text."""

import json

from tests.safety.hostile.names import HOSTILE_NAMES

SETUP = (
    "import json\nimport numpy as np\nfrom kwidgets import Builder\n"
    "names = json.loads({names!r})\n"
    "def layer(number, name):\n"
    "    first = {{}} if number else {{'batch_input_shape': [None, 4]}}\n"
    "    return {{'class_name': 'Dense', 'config': {{**first, 'name': name, 'units': number + 2}}}}\n"
    "layers = [layer(number, name) for number, name in enumerate(names)]\n"
    "wrong = {{'name': '<img src=x onerror=alert(2)>!', 'filters': 2, 'kernel_size': 3}}\n"
    "layers.append({{'class_name': 'Conv2D', 'config': wrong}})\n"
    "config = {{'class_name': 'Sequential', 'config': {{'name': names[0], 'layers': layers}}}}\n"
)
BUILDER = "x = np.zeros((8, 4), 'float32')\nb = Builder(config, arrays={{names[1]: x, names[2]: x}})\nb"
# What no name may become: elements that run, load or restyle, attributes that run, addresses that run or lead away.
FOREIGN = """() => {
  const root = document.querySelector('.kw-root'), all = [...root.querySelectorAll('*')];
  const say = (why, one) => `${why}: ${one.outerHTML.slice(0, 160)}`;
  const tags = 'script, iframe, frame, object, embed, link, base, meta, foreignObject, img, video, audio, marquee, math';
  const loads = ['href', 'xlink:href', 'src', 'action', 'formaction', 'srcdoc'];
  const away = (one, name) => one.hasAttribute(name) && !/^(#|blob:|data:image)/.test(one.getAttribute(name));
  const restyles = (one) => one.textContent === '*{display:none}';
  return [
    ...[...root.querySelectorAll(tags)].map((one) => say('element', one)),
    ...all.filter((one) => [...one.attributes].some((a) => /^on/i.test(a.name))).map((one) => say('attribute', one)),
    ...all.filter((one) => loads.some((name) => away(one, name))).map((one) => say('address', one)),
    ...[...document.querySelectorAll('style')].filter(restyles).map((one) => say('style', one)),
  ];
}"""


TYPED = '"><img src=x onerror=alert(3)><svg onload=alert(4)>'


def test_names_stay_text_on_every_page(open_builder, light):
    names = json.dumps(HOSTILE_NAMES)
    dialogs = []
    setup, show = SETUP.format(names=names), BUILDER.format()
    builder = open_builder(light, "hostile", setup, show)
    page, root = builder.page, builder.root
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def is_text():
        assert page.evaluate(FOREIGN) == [] and dialogs == []

    builder.until(lambda: len(builder.nodes()) == len(HOSTILE_NAMES) + 2)
    is_text()
    # Cards, their forms and what is said of them.
    for number in (1, 2, 3, 8, 12, 16, 19, 30, 41, 50):
        card = root.locator(".react-flow__node-card").nth(number + 1)
        name = card.get_attribute("data-id").rpartition("@")[0]
        assert name == HOSTILE_NAMES[number]
        card.evaluate("card => card.querySelector('[data-testid]').click()")
        builder.until(lambda number=number: builder.field("units").input_value() == str(number + 2))
        is_text()
    # Problems in the dock.
    assert any("<img src=x onerror=alert(2)>!" in sentence for sentence in builder.problems())
    is_text()
    # The search.
    page.keyboard.press("Escape")
    root.locator(".kw-canvas").click(position={"x": 5, "y": 5})
    builder.search("<svg")
    is_text()
    page.keyboard.press("Escape")
    for where in ("Data", "Train", "Runs", "Code", "Build"):
        builder.go(where)
        builder.until(lambda where=where: root.locator(".kw-frame").get_attribute("data-page") == where.lower())
        page.wait_for_load_state("networkidle")
        is_text()
    builder.go("Code")
    builder.until(lambda: HOSTILE_NAMES[0] in builder.text())
    is_text()
    # A name that is typed.
    builder.go("Build")
    card = root.locator(".react-flow__node-card").nth(1)
    card.evaluate("card => card.querySelector('[data-testid]').click()")
    card.focus()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(TYPED)
    page.keyboard.press("Enter")
    builder.until(lambda: f"{TYPED}@0" in builder.nodes())
    is_text()
