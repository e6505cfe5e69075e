"""The Results page: a network of digits, one of texts and one of amounts, looked into with the mouse and the keys.

`KW_SCREENS=docs/screens python -m pytest tests/e2e/test_results.py` writes the pictures of docs/results.md.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e import measures

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"
THEMES = ["light"] if os.environ.get("KW_SCREENS") is None else ["light", "dark"]
DIGITS = (
    "import numpy as np\nfrom sklearn.datasets import load_digits\nfrom kwidgets import Builder, Results\n"
    "digits = load_digits()\nx_train, y_train = digits.images[:1437, :, :, None].astype('float32'), digits.target[:1437]\n"
    "x_test, y_test = digits.images[1437:, :, :, None].astype('float32'), digits.target[1437:]\n"
    "b = Builder(template='digits_cnn', keep=True)\n"
    "for rate in (0.0005, 0.002):\n"
    "    b.document.do({'do': 'set_training', 'epochs': 3, 'learning_rate': rate})\n"
    "    b.start('again')\n    assert b.session.wait(300)\n"
    "b"
)
FLATS = (
    "import pandas as pd\nimport engine\nfrom engine.layers import Dense\nfrom engine.models import Sequential\n"
    "from kwidgets import Builder\n"
    "flats = pd.read_csv('flats.csv', sep=';', decimal=',').drop(columns=['id', 'advertised'])\n"
    "count = len(engine.data.open(flats, target='rent').features)\n"
    "model = Sequential([Dense(16, activation='relu', input_shape=(count,), name='hidden'), Dense(1, name='rent')])\n"
    "model.compile('adam', 'mse')\nb = Builder(model)\n"
    "b.set_data(source={'kind': 'frame', 'name': 'flats'})\n"
    "b.document.do({'do': 'set_training', 'epochs': 60, 'learning_rate': 0.01})\n"
    "b.start('again')\nassert b.session.wait(300), b.session.error\nb"
)
TEXTS = (
    "import numpy as np\nimport pandas as pd\nfrom engine.layers import LSTM, Dense, Embedding\n"
    "from engine.models import Sequential\nfrom kwidgets import Builder\nrng = np.random.default_rng(0)\n"
    "good, bad = ['splendid', 'warm', 'clever', 'moving'], ['dull', 'endless', 'cold', 'clumsy']\n"
    "def review(kind):\n"
    "    chosen = rng.choice(good if kind else bad, 3)\n"
    "    return f'A {chosen[0]} film with {chosen[1]} actors, {chosen[2]} to its {rng.integers(40, 90)}th minute.'\n"
    "kinds = rng.integers(0, 2, 300)\n"
    "reviews = pd.DataFrame({'text': [review(k) for k in kinds], 'liked': np.where(kinds, 'yes', 'no')})\n"
    "model = Sequential([Embedding(10002, 8, input_length=100), LSTM(8), Dense(2, activation='softmax', name='liked')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')\nb = Builder(model)\n"
    "steps = [{'step': 'tokens', 'columns': ['text'], 'length': 100}, {'step': 'ordinal', 'columns': ['liked']}]\n"
    "b.set_data(source={'kind': 'frame', 'name': 'reviews', 'target': 'liked', 'inputs': ['text'],\n"
    "                   'split': {'test': 0.2, 'seed': 0}, 'steps': steps})\n"
    "b.document.do({'do': 'set_training', 'epochs': 4, 'learning_rate': 0.01})\n"
    "b.start('again')\nassert b.session.wait(300), b.session.error\nb"
)
ALONE = (
    "import numpy as np\nfrom engine.layers import Dense\nfrom engine.models import Sequential\nfrom kwidgets import Results\n"
    "rng = np.random.default_rng(0)\nx = rng.normal(size=(300, 4))\ny = (x[:, 0] > 0).astype(int)\n"
    "model = Sequential([Dense(2, activation='softmax', input_shape=(4,), name='side')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(x, y[:, None], epochs=60, verbose=0)\n"
    "r = Results(model, x, y, classes=['left', 'right'])\nr"
)

SEVERAL = """
import numpy as np
from engine.layers import Add, Dense, Input
from engine.models import Model
from kwidgets import Results
a, b = Input((2,), name="a"), Input((2,), name="b")
dense = Dense(2, kernel_initializer="identity", activation="softmax", name="side")
model = Model([a, b], dense(Add()([a, b])))
model.compile("adam", "sparse_categorical_crossentropy")
x = {"a": np.array([[3.0, 0], [0, 3]]), "b": np.zeros((2, 2))}
r = Results(model, x, np.array([0, 1]), classes=["left", "right"])
r
"""


@pytest.fixture(params=THEMES)
def theme(request):
    return request.param


def results_page(open_builder, request, theme, name, cell):
    builder = open_builder(request.getfixturevalue(theme), f"{name}_{theme}", cell)
    builder.page.set_viewport_size({"width": 1500, "height": 1150})
    builder.go("Results")
    builder.until(lambda: builder.root.locator("[data-testid=kw-results][data-whole=true]").count() == 1)
    return builder


def sound(builder):
    assert measures.violations(builder) == []
    assert measures.cut_texts(builder) == []
    assert builder.page.evaluate(measures.IDS_TWICE) == []


def tab(builder, name):
    builder.root.get_by_role("tab", name=name, exact=True).click()


def test_digits_from_the_matrix_to_a_layer_and_a_drawing(open_builder, request, theme):
    builder = results_page(open_builder, request, theme, "results_digits", DIGITS)
    root, page = builder.root, builder.page
    cells = root.locator(".kw-cell")
    builder.until(lambda: cells.count() == 100)
    wrong = root.locator(".kw-cell[aria-label*='taken for']:not(:empty)").first
    wrong.click()
    samples = root.get_by_test_id("kw-samples-cell").locator("[data-row]")
    builder.until(lambda: samples.count() == int(wrong.inner_text()))
    sound(builder)
    draw_a_one(builder)
    measures.take_picture(builder, f"results-{theme}")
    # By the keys alone: along the matrix, and its cell.
    root.locator(".kw-cell[tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    builder.until(
        lambda: "," in root.get_by_test_id("kw-samples-cell").get_attribute("aria-label") or samples.count() >= 0
    )
    root.get_by_test_id("kw-samples-worst").locator("[data-row]").first.click()
    inside = root.get_by_test_id("kw-result-inside")
    builder.until(lambda: inside.locator(".kw-result-layers > li").count() >= 6)
    assert inside.locator(".kw-result-maps canvas").count() >= 8
    sound(builder)
    measures.take_picture(builder, f"results-inside-{theme}")
    for name in ("ROC, precision, recall", "Calibration", "By class"):
        tab(builder, name)
        builder.until(lambda: root.locator(".kw-chart-line, .kw-chart-bar, [data-testid=kw-by-class] td").count() > 0)
        sound(builder)
        measures.take_picture(builder, f"results-{name.split(',')[0].lower().replace(' ', '-')}-{theme}")
    tab(builder, "Against another run")
    builder.until(lambda: root.get_by_test_id("kw-against").count() == 1)
    root.get_by_role("button", name="Right now, wrong then").click()
    builder.until(lambda: root.get_by_test_id("kw-samples-gained").count() == 1)
    sound(builder)
    measures.take_picture(builder, f"results-against-{theme}")
    mark_and_leave_out(builder)
    narrow(builder)


def draw_a_one(builder):
    """A stroke from the top to the bottom: what it says is a digit, and what the network saw is shown."""
    pad = builder.root.get_by_test_id("kw-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    x, y, size = box["x"], box["y"], box["width"]
    builder.drag((x + 0.52 * size, y + 0.15 * size), (x + 0.48 * size, y + 0.85 * size))
    told = builder.root.get_by_test_id("kw-tried")
    builder.until(lambda: told.count() == 1)
    assert told.locator(".kw-chances li").count() == 10 and told.locator(".kw-try-seen .kw-picture").count() == 1
    sound(builder)


def mark_and_leave_out(builder):
    root = builder.root
    root.get_by_test_id("kw-results-set").select_option("train")
    builder.until(lambda: root.locator("[data-testid=kw-results][data-whole=true]").count() == 1)
    tab(builder, "Worst mistakes")
    boxes = root.get_by_test_id("kw-samples-worst").locator(".kw-result-mark")
    builder.until(lambda: boxes.count() == 24)
    for index in range(2):
        boxes.nth(index).check()
    marked = root.get_by_test_id("kw-results-marked")
    builder.until(lambda: marked.count() == 1 and "2 samples marked" in marked.inner_text())
    builder.press("Train without them")
    builder.until(lambda: "goes without 2 samples" in marked.inner_text())
    builder.press("Take them in again")
    builder.until(lambda: marked.count() == 0)


def narrow(builder):
    builder.page.set_viewport_size({"width": 1032, "height": 1150})
    builder.page.locator(".kw-root").first.scroll_into_view_if_needed()
    builder.until(lambda: builder.root.locator(".kw-results-tabs").count() == 1)
    top = builder.page.locator(".kw-top").evaluate("one => one.scrollWidth - one.clientWidth")
    assert top <= 0, "the top bar does not fit"
    sound(builder)


def test_amounts_have_residuals_and_a_row_is_typed(open_builder, request, theme, folder):
    shutil.copy(DATA / "flats.csv", folder / "flats.csv")
    builder = results_page(open_builder, request, theme, "results_flats", FLATS)
    root = builder.root
    builder.until(lambda: root.locator(".kw-chart-point").count() > 20)
    builder.press("Predict")
    builder.until(lambda: root.get_by_test_id("kw-tried").count() == 1)
    before = root.get_by_test_id("kw-told").first.inner_text()
    root.locator(".kw-try-row [data-column]").first.fill("250")
    builder.press("Predict")
    builder.until(lambda: root.get_by_test_id("kw-told").first.inner_text() != before)
    builder.press("Fill in")
    builder.until(lambda: root.locator(".kw-try-row [data-column]").first.input_value() != "250")
    sound(builder)
    measures.take_picture(builder, f"results-amounts-{theme}")
    # Rows of a table are marked as pictures are.
    tab(builder, "Worst mistakes")
    rows = root.get_by_test_id("kw-samples-worst").locator("tbody tr")
    builder.until(lambda: rows.count() > 5)
    rows.first.locator(".kw-result-mark").check()
    builder.until(lambda: "1 sample" in root.get_by_test_id("kw-results-marked").inner_text())
    sound(builder)


def test_texts_are_texts_and_one_is_pasted(open_builder, request, theme):
    builder = results_page(open_builder, request, theme, "results_texts", TEXTS)
    root = builder.root
    root.get_by_test_id("kw-try-text").fill("A clumsy film with dull actors, endless to its 80th minute.")
    builder.until(lambda: root.get_by_test_id("kw-tried").count() == 1)
    assert root.get_by_test_id("kw-told").locator("b").first.inner_text() in ("yes", "no")
    tab(builder, "Worst mistakes")
    builder.until(lambda: "film with" in root.get_by_test_id("kw-samples-worst").inner_text())
    sound(builder)
    measures.take_picture(builder, f"results-texts-{theme}")


def test_without_a_training_the_page_says_what_to_do_first(open_builder, light):
    builder = open_builder(
        light, "no_results", "from kwidgets import Builder\nb = Builder(template='digits_perceptron')\nb"
    )
    builder.go("Results")
    builder.until(lambda: "No results yet" in builder.root.inner_text())
    builder.press("To the Train page")
    builder.until(lambda: builder.root.locator(".kw-frame").get_attribute("data-page") == "train")


def test_results_stand_in_a_cell_of_their_own(open_builder, light):
    builder = open_builder(light, "results_alone", ALONE)
    root = builder.root
    builder.until(lambda: root.locator(".kw-cell").count() == 4)
    root.get_by_test_id("kw-try-text").fill("1 0 0 0")
    builder.until(lambda: root.get_by_test_id("kw-tried").count() == 1)
    assert root.get_by_test_id("kw-told").locator("b").first.inner_text() == "right"
    root.get_by_test_id("kw-try-text").fill("1 0")
    builder.until(lambda: "4 numbers" in root.get_by_test_id("kw-try-refused").inner_text())
    sound(builder)


def test_a_sample_of_several_inputs_is_typed_or_taken(open_builder, light):
    builder = open_builder(light, "results_several", SEVERAL)
    root = builder.root
    fields = root.locator(".kw-try-row [data-column]")
    builder.until(lambda: fields.count() == 2)
    builder.press("Predict")
    told = root.get_by_test_id("kw-told").locator("b").first
    builder.until(lambda: told.count() == 1 and told.inner_text() == "left")
    fields.first.fill("0 5")
    builder.press("Predict")
    builder.until(lambda: told.inner_text() == "right")
    root.locator(".kw-try-row").get_by_role("spinbutton").fill("1")
    builder.press("Fill in")
    builder.until(lambda: fields.first.input_value() == "")
    fields.first.fill("0")
    builder.press("Predict")
    builder.until(lambda: "2" in root.get_by_test_id("kw-try-refused").inner_text())
    sound(builder)
