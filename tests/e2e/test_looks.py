"""What the builder looks like in JupyterLab: legible, steady, whole and accessible on every page, light and dark.

`KW_SCREENS=docs/screens python -m pytest tests/e2e/test_looks.py` writes the pictures of docs/look.md and its table.
"""

import os
import statistics
from pathlib import Path

import pytest

from kwidgets.document.nested import within
from kwidgets.document.templates import TEMPLATES
from kwidgets.document.usual import OFTEN
from tests.e2e import measures
from tests.e2e.cells import DIGITS, EMPTY

ARRAYS = """
import numpy as np
from sklearn.datasets import load_digits
digits = load_digits()
x_train, y_train = digits.images[:1437, :, :, None].astype("float32"), digits.target[:1437]
x_test, y_test = digits.images[1437:, :, :, None].astype("float32"), digits.target[1437:]
from kwidgets import Builder
b = Builder()
b
"""
LEAST_LETTERS = 11.0
LEAST_SEEN = 0.8
# Widths of the window that give the cell 1060 and 600 px beside JupyterLab's files, and one as wide as the drawn screens.
CELL_1060 = {"width": 1492, "height": 1150}
CELL_600 = {"width": 1032, "height": 1150}
WINDOW = {"width": 1500, "height": 1150}
DRAWN = {"width": 1610, "height": 1150}


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


def resize(builder, size):
    builder.page.set_viewport_size(size)
    builder.page.locator(".kw-root").first.scroll_into_view_if_needed()
    if builder.page.locator(".kw-canvas .kw-card").count():
        builder.settled()


def use_template(builder, name):
    """By the template door of the empty page."""
    builder.page.get_by_role("button", name=f"All {len(TEMPLATES)} templates").click()
    builder.page.get_by_role("combobox", name="Find a template").fill(TEMPLATES[name].title)
    builder.page.locator(".kw-all-row", has=builder.page.get_by_text(TEMPLATES[name].title, exact=True)).first.click()
    builder.until(lambda: len(builder.nodes()) > 0)
    builder.settled()


def take_back(builder):
    builder.page.get_by_test_id("kw-undo").click()
    builder.until(lambda: builder.nodes() == [])


def measured(builder):
    """Cards, the median height of their class names in px, and the share that is seen; none may lie under a tool."""
    cards = builder.page.evaluate(measures.CARDS)
    assert not any(card["covered"] for card in cards)
    letters = statistics.median(card["letters"] for card in cards)
    return len(cards), letters, sum(card["inside"] for card in cards) / len(cards)


def test_every_template_is_legible_at_first_look_and_no_wire_runs_under_a_card(open_builder, light, capsys):
    builder = open_builder(light, "legible", EMPTY)
    rows, faults = [], []
    for name in TEMPLATES:
        row = [name]
        resize(builder, WINDOW)
        use_template(builder, name)
        for size in (WINDOW, CELL_1060):
            resize(builder, size)
            cards, letters, seen = measured(builder)
            under = builder.page.evaluate(measures.UNDER_CARDS)
            row += [cards, f"{letters:.1f}", f"{seen:.0%}"]
            if letters < LEAST_LETTERS or seen < LEAST_SEEN or under:
                faults.append((name, size["width"], letters, seen, under[:4]))
        take_back(builder)
        rows.append(row)
    table = as_table(rows)
    with capsys.disabled():
        print("\n" + table)
    write_table(table)
    assert faults == []


def test_every_name_of_the_palette_can_be_read_whole(open_builder, light):
    builder = open_builder(light, "names", EMPTY)
    builder.until(lambda: builder.root.locator(".kw-palette-fold").count() > 8)
    for fold in builder.root.locator(".kw-palette-fold").all()[::-1]:
        fold.click()
    builder.until(lambda: builder.root.locator(".kw-entry-name").count() > 70)
    for size in (WINDOW, CELL_1060):
        resize(builder, size)
        names = builder.root.locator(".kw-entry-name").evaluate_all(
            "all => all.map(one => [one.innerText, one.scrollWidth > one.clientWidth])"
        )
        assert len(names) > 70
        assert [name for name, is_cut in names if is_cut] == []
        lines = builder.root.locator(".kw-entry-name").evaluate_all(
            "all => all.filter(one => one.clientHeight > 28).map(one => one.innerText)"
        )
        # A second line is for the longest; what is used most stands on one.
        assert len(lines) < 16 and not set(lines) & set(OFTEN)


def as_table(rows):
    head = (
        "| template | cards at 1500 × 1150 | letters, px | seen | cards at 1060 | letters, px | seen |\n"
        + "|---" * 7
        + "|"
    )
    return "\n".join([head, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def write_table(table):
    """Into docs/look.md, between its marks, when KW_SCREENS is set."""
    if "KW_SCREENS" in os.environ:
        page = Path(os.environ["KW_SCREENS"]).parent / "look.md"
        before, _, rest = page.read_text(encoding="utf-8").partition("<!-- letters -->\n")
        page.write_text(f"{before}<!-- letters -->\n{table}\n<!-- end{rest.partition('<!-- end')[2]}", encoding="utf-8")


class Walk:
    """Goes from screen to screen; each is checked for height, cut texts and accessibility, and has its picture taken."""

    def __init__(self, builder, theme):
        self.builder, self.theme, self.faults = builder, theme, []
        self.height = measures.height(builder)

    def look(self, name, picture=True):
        if picture:
            measures.take_picture(self.builder, f"{name}-{self.theme}")
        found = [f"cut: {text}" for text in measures.cut_texts(self.builder)]
        found += measures.violations(self.builder)
        if measures.height(self.builder) != self.height:
            found.append(f"height {measures.height(self.builder)} instead of {self.height}")
        self.faults += [f"{name}: {fault}" for fault in found]


TOWERS = """
from kwidgets import Builder
b = Builder()
b.document.do({"do": "paste", "format": "yaml", "text": '''
class_name: Model
config:
  name: twins
  layers:
    - {name: left, class_name: InputLayer, config: {batch_input_shape: [null, 28, 28, 1]}, inbound_nodes: []}
    - {name: right, class_name: InputLayer, config: {batch_input_shape: [null, 28, 28, 1]}, inbound_nodes: []}
    - name: tower
      class_name: Sequential
      config:
        name: tower
        layers:
          - {class_name: Conv2D, config: {name: conv, filters: 16, kernel_size: [3, 3], activation: relu}}
          - {class_name: Flatten, config: {name: flat}}
          - {class_name: Dense, config: {name: code, units: 64}}
      inbound_nodes: [[[left, 0, 0, {}]], [[right, 0, 0, {}]]]
    - {name: both, class_name: Concatenate, config: {}, inbound_nodes: [[[tower, 0, 0, {}], [tower, 1, 0, {}]]]}
    - {name: same, class_name: Dense, config: {units: 1, activation: sigmoid}, inbound_nodes: [[[both, 0, 0, {}]]]}
  input_layers: [[left, 0, 0], [right, 0, 0]]
  output_layers: [[same, 0, 0]]
training: {loss: binary_crossentropy}
'''})
b
"""


def test_opened_blocks_are_whole_steady_and_accessible(open_builder, request, theme):
    builder = open_builder(request.getfixturevalue(theme), f"blocks_{theme}", TOWERS)
    resize(builder, DRAWN)
    walk = Walk(builder, theme)
    builder.root.locator(".kw-canvas").focus()
    builder.page.keyboard.press("e")
    builder.until(lambda: builder.root.locator(".kw-frame-outline").count() == 2)
    builder.settled()
    assert builder.page.evaluate(measures.UNDER_CARDS) == []
    walk.look("blocks", picture=False)
    # A block in a block.
    builder.node(within("tower@0", "flat@0")).click()
    builder.node(within("tower@0", "code@0")).click(modifiers=["Shift"])
    builder.page.keyboard.press("g")
    builder.until(lambda: within("tower@0", "block_1@0") in builder.nodes())
    builder.node(within("tower@0", "block_1@0")).dblclick()
    builder.until(lambda: builder.root.locator(".kw-frame-outline").count() == 3)
    builder.node(within(within("tower@0", "block_1@0"), "code@0")).click()
    builder.field("units").wait_for()
    builder.settled()
    assert builder.page.evaluate(measures.UNDER_CARDS) == []
    walk.look("inside")
    assert walk.faults == []


def test_screens_are_whole_steady_and_accessible(open_builder, request, theme):
    builder = open_builder(request.getfixturevalue(theme), f"screens_{theme}", ARRAYS)
    resize(builder, DRAWN)
    walk = Walk(builder, theme)
    build(builder, walk)
    choose(builder, walk)
    train(builder, walk)
    narrow(builder, walk)
    assert not walk.faults, "\n".join(walk.faults)


OLD_NET = """\
from keras.models import Sequential
from keras.layers import Convolution2D, MaxPooling2D, Flatten, Dense, Dropout

# widths that worked best in March
widths = [16, 32]
model = Sequential()
for i, n in enumerate(widths):
    model.add(Convolution2D(n, 3, 3, border_mode='same', activation='relu',
                            **({'input_shape': (8, 8, 1)} if i == 0 else {})))
model.add(MaxPooling2D((2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(64, activation='relu'))
model.add(Attention2D(4))
model.add(Dense(10, activation='softmax'))
model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
model.fit(x_train, y_train, nb_epoch=10, validation_split=0.1)
"""


def test_the_code_page_is_whole_and_accessible_in_three_languages(open_builder, request, theme):
    builder = open_builder(request.getfixturevalue(theme), f"languages_{theme}", DIGITS)
    resize(builder, DRAWN)
    walk = Walk(builder, theme)
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    builder.root.locator(".kw-code-layer", has_text="Dropout").click()
    walk.look("code-yaml")
    builder.root.get_by_role("radio", name="JSON").click()
    builder.until(lambda: builder.text().startswith("{"))
    walk.look("code-json")
    builder.root.get_by_role("radio", name="Python").click()
    builder.root.get_by_test_id("kw-text").fill(OLD_NET)
    builder.press("Use this")
    builder.until(lambda: builder.root.get_by_text("1 line not read").count() == 1)
    builder.root.locator(".kw-code-layer", has_text="Conv2D").first.click()
    builder.until(lambda: builder.root.locator(".kw-code-marked").count() == 2)
    walk.look("code-python")
    assert not walk.faults, "\n".join(walk.faults)


def build(builder, walk):
    builder.page.get_by_test_id("kw-from-arrays").wait_for()
    walk.look("empty")
    use_template(builder, "resnet50")
    walk.look("big")
    take_back(builder)
    make_wrong(builder, walk)
    use_template(builder, "digits_cnn")
    builder.node("conv2d_2@0").click()
    builder.until(lambda: builder.field("filters").count() == 1)
    walk.look("build")
    resize(builder, CELL_1060)
    walk.look("1060")
    resize(builder, DRAWN)


def choose(builder, walk):
    page = builder.page
    builder.node("max_pooling2d_1@0").click()
    builder.search("conv 64 3 relu")
    builder.until(lambda: "64 · 3×3" in page.locator(".kw-search-hot").inner_text())
    builder.until(lambda: builder.field("filters").count() == 1)
    walk.look("search")
    page.keyboard.press("Escape")
    builder.node("conv2d_1@0").click()
    for other in ("conv2d_2@0", "dense_1@0"):
        builder.node(other).click(modifiers=["Shift"])
    builder.until(lambda: len(builder.chosen()) == 3 and page.locator(".kw-inspector h3").inner_text() == "3 layers")
    builder.node("dense_1@0").click(button="right")
    page.get_by_role("menu").wait_for()
    walk.look("several")
    page.keyboard.press("Escape")
    page.get_by_role("menu").wait_for(state="detached")
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    walk.look("keys", picture=False)
    page.keyboard.press("Escape")
    page.get_by_test_id("kw-export").click()
    page.get_by_role("menu").wait_for()
    walk.look("export", picture=False)
    page.keyboard.press("Escape")


def make_wrong(builder, walk):
    """Strides in one branch of a residual block, so that Add cannot add."""
    use_template(builder, "residual")
    builder.node("conv2d_3@0").click()
    builder.until(lambda: builder.field("strides").count() == 1)
    builder.set("strides", "2")
    builder.until(lambda: builder.state("add_1@0") == "wrong")
    # The dock lies over the foot of the canvas: the card first.
    builder.node("add_1@0").click()
    builder.page.get_by_test_id("kw-status").click()
    builder.until(lambda: builder.page.locator(".kw-inspector .kw-inspector-mend").count() > 1)
    builder.root.get_by_role("button", name="Preview").first.click()
    builder.root.locator(".kw-inspector-mend").get_by_test_id("kw-brings").wait_for()
    builder.settled()
    walk.look("wrong")
    builder.page.get_by_test_id("kw-dock-problems").click()
    builder.page.get_by_test_id("kw-undo").click()
    builder.until(lambda: builder.state("add_1@0") == "ok")
    take_back(builder)


def train(builder, walk):
    page = builder.page
    builder.go("Data")
    builder.until(lambda: page.locator(".kw-picture").count() >= 16 and page.locator(".kw-class-bars").count() == 1)
    walk.look("data")
    builder.go("Train")
    walk.look("before the first run", picture=False)
    page.locator('[data-field="epochs"]').fill("100000")
    page.keyboard.press("Enter")
    builder.train()
    builder.until(lambda: builder.run_state() == "running" and builder.points() > 300)
    builder.until(lambda: page.locator(".kw-chart-validation").count() > 0)
    walk.look("train")
    page.get_by_test_id("kw-run-state").locator("..").get_by_role("button", name="Stop", exact=True).click()
    builder.until(lambda: page.get_by_test_id("kw-conclusion").count() == 1)
    charts = page.locator(".kw-chart-place").evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
    assert max(charts) <= page.locator(".kw-dock").bounding_box()["y"], "the curves are not seen without scrolling"
    walk.look("what a run came to", picture=False)
    builder.go("Results")
    builder.until(lambda: page.locator("[data-testid=kw-results][data-whole=true] .kw-cell").count() == 100)
    walk.look("results")
    builder.go("Train")
    page.get_by_test_id("kw-dock-log").click()
    walk.look("log", picture=False)
    page.get_by_test_id("kw-dock-log").click()
    builder.go("Runs")
    page.locator("[data-run-id]").first.click()
    builder.until(lambda: page.get_by_test_id("kw-run-details").count() == 1)
    walk.look("runs")
    builder.go("Code")
    builder.until(lambda: "conv2d_2" in builder.text())
    walk.look("code")


def narrow(builder, walk):
    resize(builder, CELL_600)
    for name in ("Code", "Runs", "Results", "Train", "Data"):
        builder.go(name)
        walk.look(f"narrow {name}", picture=False)
    builder.go("Build")
    builder.node("conv2d_2@0").click()
    builder.until(lambda: builder.page.locator(".kw-inspector-sheet").count() == 1)
    builder.settled()
    walk.look("narrow")
    top = builder.page.locator(".kw-top").evaluate("one => one.scrollWidth - one.clientWidth")
    assert top <= 0, "the top bar does not fit"


def test_two_builders_in_a_page_a_run_that_diverges_and_high_contrast_are_usable(open_builder, light):
    cells = (
        "from kwidgets import Builder\nb = Builder(template='linear_regression')\nb",
        "c = Builder(template='residual_net')\nc",
    )
    builder = open_builder(light, "two", *cells)
    page = builder.page
    page.locator(".kw-root").nth(1).wait_for()
    builder.until(lambda: page.locator(".kw-root").nth(1).locator(".kw-card").count() > 4)
    assert measures.violations(builder) == []
    assert page.evaluate(measures.IDS_TWICE) == []
    page.locator(".kw-root").first.scroll_into_view_if_needed()
    tell_contrasts(page)
    diverge(builder)
    assert measures.violations(builder) == []
    assert measures.cut_texts(builder) == []


def diverge(builder):
    """Train with a rate far too large: what happened stands in red words over the curves."""
    page = builder.page
    page.locator('[data-page="train"]').first.click()
    page.locator(".kw-train-settings .kw-fold-button").first.click()
    page.locator('[data-field="optimizer"]').first.select_option("SGD")
    rate = page.locator('[data-field="learning_rate"]').first
    builder.until(lambda: rate.input_value() == "0.01")
    rate.fill("1e6")
    page.keyboard.press("Enter")
    builder.until(lambda: rate.input_value().startswith("1") and rate.get_attribute("data-unsent") is None)
    page.get_by_test_id("kw-main").first.click()
    builder.until(lambda: page.locator(".kw-trouble").count() == 1)
    measures.take_picture(builder, "trouble-light")


def tell_contrasts(page):
    """What is chosen is told without the theme's colours; with more contrast soft text is as strong as the rest."""
    root = page.locator(".kw-root").first
    root.locator(".kw-card").first.click()
    outline = "one => getComputedStyle(one).outlineStyle"
    back = "one => getComputedStyle(one).backgroundColor"
    page.emulate_media(forced_colors="active")
    chosen, other = root.locator(".kw-card-selected").first, root.locator(".kw-card:not(.kw-card-selected)").first
    assert chosen.evaluate(outline) == "solid" and other.evaluate(outline) == "none"
    here, away = root.locator("[data-page][aria-selected=true]"), root.locator("[data-page][aria-selected=false]").first
    assert here.evaluate(back) != away.evaluate(back)
    page.emulate_media(forced_colors="none", contrast="more")
    colour = "one => getComputedStyle(one).color"
    card = root.locator(".kw-card").last
    assert card.locator(".kw-card-line").evaluate(colour) == card.locator(".kw-card-title").evaluate(colour)
    page.emulate_media(contrast="no-preference")
