"""Files and folders on the Data page: opened by their path, shown as what they are, mended, trained on."""

import os

import pytest

from tests.e2e import measures

THEMES = ["light"] if os.environ.get("KW_SCREENS") is None else ["light", "dark"]
IMPORTS = (
    "import os\nimport wave\nimport numpy as np\nimport pandas as pd\nfrom PIL import Image\nfrom kwidgets import Builder\n"
    "from engine.layers import Conv1D, Dense, Embedding, Flatten, GlobalAveragePooling1D, GlobalMaxPooling1D\n"
    "from engine.models import Sequential\nrng = np.random.default_rng(0)\n"
)
COPIES = (
    "for i in range(80):\n"
    "    kind = 'disc' if i % 2 else 'square'\n    os.makedirs(f'shapes/{kind}', exist_ok=True)\n"
    "    y, x = np.mgrid[:24, :24] - rng.integers(8, 16, 2)[:, None, None]\n"
    "    inside = x**2 + y**2 < 40 if i % 2 else np.maximum(abs(x), abs(y)) < 6\n"
    "    ink = (60 + inside * 150)[..., None] + rng.integers(0, 30, (24, 24, 1)) + np.array([0, 20, 40])\n"
    "    Image.fromarray(ink.clip(0, 255).astype('uint8')).save(f'shapes/{kind}/{i}.png')\n"
    "for i in range(0, 80, 2):\n    Image.open(f'shapes/square/{i}.png').save(f'shapes/square/again{i}.png', optimize=True)\n"
    "open('shapes/disc/broken.png', 'wb').write(b'no picture')\n"
    "model = Sequential([Flatten(input_shape=(24, 24, 3)), Dense(2, activation='softmax', name='shape')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')\nb = Builder(model)\nb"
)
TEXTS = (
    "for i in range(60):\n"
    "    kind = 'good' if i % 2 else 'bad'\n    os.makedirs(f'reviews/{kind}', exist_ok=True)\n"
    "    words = rng.choice(['splendid', 'warm', 'clever'] if i % 2 else ['dull', 'cold', 'clumsy'], 3)\n"
    "    open(f'reviews/{kind}/{i}.txt', 'w').write(f'A {words[0]} film, {words[1]} and {words[2]}, seen {i} times.')\n"
    "model = Sequential([Embedding(10002, 8, input_length=100), GlobalAveragePooling1D(),\n"
    "                    Dense(2, activation='softmax', name='liked')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')\nb = Builder(model)\nb"
)
SOUNDS = (
    "t = np.arange(4000) / 16000\n"
    "for i in range(40):\n"
    "    kind = 'high' if i % 2 else 'low'\n    os.makedirs(f'sounds/{kind}', exist_ok=True)\n"
    "    tone = np.sin(2 * np.pi * (1200 if i % 2 else 300) * t) * np.exp(-6 * t) * 9000\n"
    "    with wave.open(f'sounds/{kind}/{i}.wav', 'wb') as file:\n"
    "        file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)\n"
    "        file.writeframes((tone + rng.normal(size=4000) * 50).astype('<i2').tobytes())\n"
    "model = Sequential([Conv1D(8, 3, input_shape=(14, 40)), GlobalMaxPooling1D(),\n"
    "                    Dense(2, activation='softmax', name='pitch')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')\nb = Builder(model)\nb"
)
ARRAY = (
    "np.save('faces.npy', rng.random((50, 8, 8, 1)).astype('float32'))\n"
    "model = Sequential([Flatten(input_shape=(8, 8, 1)), Dense(1, name='age')])\nmodel.compile('adam', 'mse')\n"
    "b = Builder(model)\nb"
)
TABLES = (
    "rows = 400_000\nnumbers = rng.normal(size=(rows, 7)).round(6)\n"
    "frame = pd.DataFrame(numbers, columns=[f'x{i}' for i in range(7)])\nframe['rent'] = 3 * frame['x0']\n"
    "frame.to_csv('large.csv', index=False)\n"
    "lines = [f'{i},{i % 7},{2 * i}' for i in range(300)]\nlines[100] = '1,2'\n"
    "open('broken.csv', 'w').write('\\n'.join(['size,rooms,rent', *lines]))\n"
    "model = Sequential([Dense(1, input_shape=(7,), name='rent')])\nmodel.compile('adam', 'mse')\nb = Builder(model)\nb"
)


def opened(open_builder, server, name, cell, path):
    """The Data page with what lies at a path."""
    builder = open_builder(server, name, IMPORTS, cell)
    builder.go("Data")
    builder.root.get_by_role("radio", name="File or folder").click()
    opens(builder, path)
    return builder


def opens(builder, path):
    builder.root.get_by_test_id("kw-path").fill(path)
    builder.page.keyboard.press("Enter")


def trained(builder):
    builder.until(lambda: builder.root.get_by_test_id("kw-data-fits").count() == 1)
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")


@pytest.mark.parametrize("theme", THEMES)
def test_broken_pictures_and_copies_are_left_out_and_a_step_by_chance_shows_what_it_does(open_builder, request, theme):
    builder = opened(open_builder, request.getfixturevalue(theme), f"copies_{theme}", COPIES, "shapes")
    root = builder.root
    findings, steps = root.get_by_test_id("kw-table-findings"), root.get_by_test_id("kw-table-steps")
    builder.until(lambda: findings.count() == 1 and "disc/broken.png" in findings.inner_text())
    findings.get_by_role("button", name="Leave them out").click()
    builder.until(lambda: "without 1 picture" in steps.inner_text() and "look as others do" in findings.inner_text())
    while findings.count() and (mend := findings.get_by_role("button", name="Measure without them")).count():
        before = steps.inner_text()
        mend.first.click()
        builder.until(lambda before=before: steps.inner_text() != before)
    builder.until(lambda: findings.count() == 0)
    root.get_by_role("button", name="+ step").click()
    root.get_by_label("New step").select_option("turn")
    root.get_by_role("button", name="Add", exact=True).click()
    steps.get_by_role("button").filter(has_text="turned by chance").click()
    pairs = root.get_by_test_id("kw-step-preview").locator("li")
    builder.until(lambda: pairs.count() == 8 and pairs.first.get_by_role("img").count() == 2)
    pictures = [picture.get_attribute("src") for picture in pairs.first.locator("img").all()]
    assert len(set(pictures)) == 2
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    builder.page.mouse.move(0, 0)
    measures.take_picture(builder, f"data-turned-{theme}")
    trained(builder)


def test_a_folder_of_texts_is_a_table_and_trained_on(open_builder, light):
    builder = opened(open_builder, light, "text_files", TEXTS, "reviews")
    look = builder.root.get_by_test_id("kw-table-look")
    builder.until(lambda: look.count() == 1)
    look.get_by_role("radio", name="Rows").click()
    builder.until(lambda: "film," in look.inner_text())
    assert "words of text as numbers" in builder.root.get_by_test_id("kw-table-steps").inner_text()
    trained(builder)


def test_a_folder_of_sounds_is_a_table_of_spectrograms_and_trained_on(open_builder, light):
    builder = opened(open_builder, light, "sound_files", SOUNDS, "sounds")
    steps = builder.root.get_by_test_id("kw-table-steps")
    builder.until(lambda: steps.count() == 1 and "sound cut or filled up to" in steps.inner_text())
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    trained(builder)


def test_a_file_of_one_array_is_drawn_and_chosen(open_builder, light):
    builder = opened(open_builder, light, "npy", ARRAY, "faces.npy")
    page = builder.root.get_by_test_id("kw-data-page")
    builder.until(lambda: "50×8×8×1" in page.inner_text().replace(" ", ""))
    builder.until(lambda: builder.root.locator(".kw-pictures > li").count() == 16)
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_large_table_is_shown_before_all_of_it_is_read_and_folds_divide_it(open_builder, request, theme):
    builder = opened(open_builder, request.getfixturevalue(theme), f"large_{theme}", TABLES, "large.csv")
    root, page = builder.root, builder.page
    look = root.get_by_test_id("kw-table-look")
    builder.until(lambda: look.count() == 1 and look.locator("tr[data-column]").count() == 8)
    builder.until(lambda: "400,000 rows" in root.get_by_test_id("kw-table").inner_text())
    builder.until(lambda: "Figures of" not in look.inner_text())
    split = root.get_by_test_id("kw-table-split")
    split.click()
    root.locator('[data-field="folds"]').fill("4")
    page.keyboard.press("Enter")
    builder.until(lambda: "fold 1 of 4" in split.inner_text())
    # A quarter of the rows that are not for the test, whatever the share says, which is not asked for any more.
    bar = root.locator(".kw-split-validation")
    builder.until(lambda: bar.inner_text() == "validation 90,000")
    assert root.get_by_test_id("kw-validation-split").count() == 0
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []


def test_a_table_with_broken_lines_is_opened_without_them_by_a_press(open_builder, light):
    builder = opened(open_builder, light, "broken_lines", TABLES, "broken.csv")
    refused = builder.root.get_by_role("alert")
    builder.until(lambda: refused.count() == 1 and "line 102: expected 3 values in a line" in refused.inner_text())
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    refused.get_by_role("button", name="Leave out what is broken").click()
    table = builder.root.get_by_test_id("kw-table")
    builder.until(lambda: table.count() == 1 and "299 rows" in table.inner_text())
