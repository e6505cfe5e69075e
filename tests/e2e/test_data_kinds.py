"""The Data page with data of every kind: pictures in a folder, a frame, texts, a series, sounds; each drawn as what it is.

`KW_SCREENS=docs/screens python -m pytest tests/e2e/test_data_kinds.py` writes the pictures of docs/data.md.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e import measures

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"
THEMES = ["light"] if os.environ.get("KW_SCREENS") is None else ["light", "dark"]
IMPORTS = (
    "import numpy as np\nfrom kwidgets import Builder\nfrom engine.layers import Conv1D, Dense, Embedding, Flatten\n"
    "from engine.layers import GlobalAveragePooling1D\nfrom engine.models import Sequential\n"
)
PICTURES = (
    "import os\nfrom PIL import Image\nfrom sklearn.datasets import load_digits\ndigits = load_digits()\n"
    "for i in range(400):\n"
    "    os.makedirs(f'digits/{digits.target[i]}', exist_ok=True)\n"
    "    Image.fromarray((digits.images[i] * 15).astype('uint8')).save(f'digits/{digits.target[i]}/{i}.png')\n"
    "model = Sequential([Flatten(input_shape=(8, 8, 1)), Dense(10, activation='softmax', name='digit')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')\nb = Builder(model)\nb"
)
FRAME = (
    "import pandas as pd\nflats = pd.read_csv('flats.csv', sep=';', decimal=',')\n"
    "model = Sequential([Dense(16, activation='relu', input_shape=(14,), name='hidden'), Dense(1, name='rent')])\n"
    "model.compile('adam', 'mse')\nb = Builder(model)\nb"
)
TEXTS = (
    "import pandas as pd\nrng = np.random.default_rng(0)\n"
    "good, bad = ['splendid', 'warm', 'clever', 'moving'], ['dull', 'endless', 'cold', 'clumsy']\n"
    "def review(kind):\n"
    "    chosen = rng.choice(good if kind else bad, 3)\n"
    "    return f'A {chosen[0]} film with {chosen[1]} actors, {chosen[2]} to its {rng.integers(40, 90)}th minute.'\n"
    "kinds = rng.integers(0, 2, 300)\n"
    "reviews = pd.DataFrame({'text': [review(k) for k in kinds], 'liked': np.where(kinds, 'yes', 'no')})\n"
    "model = Sequential([Embedding(10002, 8, input_length=100), GlobalAveragePooling1D(),\n"
    "                    Dense(2, activation='softmax', name='liked')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')\nb = Builder(model)\nb"
)
SERIES = (
    "t = np.arange(0, 400)\nwave = np.sin(t / 9) + 0.3 * np.sin(t / 2) + 0.1 * np.random.default_rng(0).normal(size=400)\n"
    "x = np.stack([wave[i : i + 24] for i in range(370)])[..., None].astype('float32')\n"
    "y = wave[24:394, None].astype('float32')\n"
    "model = Sequential([Conv1D(8, 5, activation='relu', input_shape=(24, 1)), Flatten(), Dense(1, name='next')])\n"
    "model.compile('adam', 'mse')\nb = Builder(model)\nb.set_data(source='notebook', inputs={model.input_names[0]: 'x'},\n"
    "           targets={'next': 'y'})\nb"
)
SOUNDS = (
    "rng = np.random.default_rng(0)\nt = np.arange(4000) / 4000\npitch = rng.integers(2, 12, 40)\n"
    "x = (np.sin(2 * np.pi * pitch[:, None] * t) * np.exp(-3 * t)).astype('float32')\ny = pitch[:, None].astype('float32')\n"
    "model = Sequential([Dense(4, input_shape=(4000,)), Dense(1, name='pitch')])\nmodel.compile('adam', 'mse')\n"
    "b = Builder(model)\nb.set_data(source='notebook', inputs={model.input_names[0]: 'x'}, targets={'pitch': 'y'})\nb"
)


def opened(open_builder, server, name, cell):
    builder = open_builder(server, name, IMPORTS, cell)
    builder.go("Data")
    return builder


def trained(builder):
    """The chosen data are trained on to the end."""
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")


@pytest.mark.parametrize("theme", THEMES)
def test_a_folder_of_pictures_is_shown_changed_and_trained_on(open_builder, request, theme):
    builder = opened(open_builder, request.getfixturevalue(theme), f"pictures_{theme}", PICTURES)
    root, page = builder.root, builder.page
    root.get_by_role("radio", name="File or folder").click()
    root.get_by_test_id("kw-path").fill("digits")
    page.keyboard.press("Enter")
    builder.until(lambda: root.locator(".kw-pictures > li").count() == 16)
    assert "400 pictures" in root.get_by_test_id("kw-table").inner_text()
    builder.until(lambda: root.locator(".kw-class-bars > li").count() == 10)
    # The class of each picture stands under it: folders name them, and every picture is drawn with ink.
    assert root.locator(".kw-picture-ink").count() == 16
    labels = root.locator(".kw-pictures .kw-sample-label")
    builder.until(lambda: labels.count() == 16)
    assert set(labels.all_inner_texts()) <= {str(i) for i in range(10)}
    steps = root.get_by_test_id("kw-table-steps")
    root.get_by_role("button", name="+ step").click()
    root.get_by_label("New step").select_option("turn")
    root.get_by_role("button", name="Add", exact=True).click()
    chips = steps.get_by_role("button")
    builder.until(lambda: chips.all_inner_texts() == ["grey", "turned by chance, up to 15°", "0 … 1"])
    chips.nth(1).click()
    root.locator('[data-field="degrees"]').fill("5")
    page.keyboard.press("Enter")
    builder.until(lambda: "up to 5°" in steps.inner_text())
    chips.nth(1).click()
    builder.until(lambda: root.get_by_test_id("kw-data-fits").count() == 1)
    measures.look_at(builder, f"data-pictures-{theme}")
    trained(builder)


@pytest.mark.parametrize("theme", THEMES)
def test_a_frame_of_the_notebook_is_a_table(open_builder, request, folder, theme):
    shutil.copy(DATA / "flats.csv", folder / "flats.csv")
    builder = opened(open_builder, request.getfixturevalue(theme), f"frames_{theme}", FRAME)
    root = builder.root
    root.get_by_test_id("kw-source").select_option(label="flats (frame)")
    look = root.get_by_test_id("kw-table-look")
    builder.until(lambda: look.count() == 1 and look.locator("tr[data-column]").count() == 8)
    for mend in ("Read them as dates", "Leave it out", "Keep one of each"):
        button = root.get_by_test_id("kw-table-findings").get_by_role("button", name=mend).first
        button.wait_for()
        button.click()
        builder.until(lambda mend=mend: root.get_by_role("button", name=mend, exact=True).count() == 0)
    builder.until(lambda: root.get_by_test_id("kw-data-fits").count() == 1)
    measures.look_at(builder, f"data-table-{theme}")
    trained(builder)


@pytest.mark.parametrize("theme", THEMES)
def test_texts_are_shown_as_texts_and_their_words_numbered(open_builder, request, theme):
    builder = opened(open_builder, request.getfixturevalue(theme), f"texts_{theme}", TEXTS)
    root = builder.root
    root.get_by_test_id("kw-source").select_option(label="reviews (frame)")
    findings = root.get_by_test_id("kw-table-findings")
    builder.until(lambda: findings.count() == 1 and "holds sentences" in findings.inner_text())
    findings.get_by_role("button", name="Number the words").click()
    builder.until(lambda: root.get_by_test_id("kw-data-fits").count() == 1)
    look = root.get_by_test_id("kw-table-look")
    look.get_by_role("radio", name="Rows").click()
    builder.until(lambda: "film with" in look.inner_text())
    builder.until(lambda: root.locator(".kw-class-bars > li").count() == 2)
    measures.look_at(builder, f"data-texts-{theme}")
    trained(builder)


@pytest.mark.parametrize("theme", THEMES)
def test_a_series_is_drawn_as_lines(open_builder, request, theme):
    builder = opened(open_builder, request.getfixturevalue(theme), f"series_{theme}", SERIES)
    builder.until(lambda: builder.root.locator(".kw-curve-sample").count() == 16)
    builder.until(lambda: builder.root.locator(".kw-histogram").count() == 1)
    measures.look_at(builder, f"data-series-{theme}")


def test_sounds_are_drawn_as_waves(open_builder, light):
    builder = opened(open_builder, light, "sounds", SOUNDS)
    waves = builder.root.locator(".kw-bar-sample")
    builder.until(lambda: waves.count() == 16 and waves.first.locator("rect").count() == 80)
    assert measures.violations(builder) == []
