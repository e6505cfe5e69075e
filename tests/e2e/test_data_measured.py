"""The Data page: own validation, all folds, equal rows, tables larger than the memory, absent sets, layers as steps.

`KW_SCREENS=docs/screens python -m pytest tests/e2e/test_data_measured.py` writes the pictures of docs/data.md.
"""

import os

import pytest

from tests.e2e import measures

THEMES = ["light"] if os.environ.get("KW_SCREENS") is None else ["light", "dark"]
IMPORTS = (
    "import os\nimport numpy as np\nimport pandas as pd\nimport pyarrow as pa\nfrom kwidgets import Builder\n"
    "from engine.layers import Dense\nfrom engine.models import Sequential\nrng = np.random.default_rng(0)\n"
    "x = rng.normal(size=(3000, 3)).astype('float32')\ny = x @ np.array([[1.], [2.], [0.]], 'float32')\n"
    "model = Sequential([Dense(1, input_shape=(3,), name='d')])\nmodel.compile('adam', 'mse')\n"
    "frame = pd.DataFrame({'a': x[:, 0], 'b': x[:, 1], 'c': x[:, 2], 'd': y[:, 0]})\n"
)
OWN = (
    "x_train, y_train, x_val, y_val = x[:2400], y[:2400], x[2400:].copy(), y[2400:]\nx_val[[3, 5]] = x_train[[0, 1]]\n"
    "b = Builder(model)\nb.set_data(source='notebook', inputs={model.input_names[0]: 'x_train'}, targets={'d': 'y_train'})\nb"
)
LARGE = (
    "large = pd.concat([frame] * 40, ignore_index=True)\nlarge.to_parquet('larger.parquet', row_group_size=9000)\n"
    "b = Builder(model)\n"
    "b.set_data(source={'kind': 'table', 'name': 'larger.parquet', 'in_memory': False})\nb"
)
TABLE = "frame[:300].to_csv('small.csv', index=False)\nb = Builder(model)\nb.set_data(source='small.csv')\nb"
ABSENT = "os.environ['KERAS_HOME'] = os.path.abspath('no-sets')\nb = Builder(model)\nb"
ARROW = "numbers = pa.table({name: frame[name].to_numpy() for name in frame})\nb = Builder(model)\nb"

FACES = (
    "from PIL import Image\nfrom engine.layers import Flatten\nos.makedirs('faces', exist_ok=True)\n"
    "for i in range(60):\n    Image.fromarray(rng.integers(0, 255, (8, 8, 3), 'uint8')).save(f'faces/{i}.png')\n"
    "people = pd.DataFrame({'file': [f'{i}.png' for i in range(60)], 'town': ['Bonn', 'Ulm'] * 30, 'age': np.arange(60.)})\n"
    "people.to_csv('people.csv', index=False)\nmodel = Sequential([Flatten(input_shape=(8, 8, 3)), Dense(1, name='age')])\n"
    "model.compile('adam', 'mse')\nb = Builder(model)\nb.set_data(source='faces')\nb"
)


def opened(open_builder, server, name, cell):
    builder = open_builder(server, name, IMPORTS, cell)
    builder.go("Data")
    return builder


def trained(builder):
    builder.until(lambda: builder.root.get_by_test_id("kw-data-fits").count() == 1)
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")


def test_arrays_of_their_own_are_measured_and_equal_rows_go_by_a_new_cell(open_builder, light):
    builder = opened(open_builder, light, "own", OWN)
    root, page = builder.root, builder.page
    choice = root.get_by_test_id("kw-own-validation")
    choice.wait_for()
    assert root.get_by_test_id("kw-split-own").count() == 0
    choice.select_option(label="arrays of their own")
    own = root.get_by_test_id("kw-split-own")
    builder.until(lambda: own.count() == 1 and own.inner_text() == "validation 600")
    assert root.get_by_test_id("kw-validation-split").count() == 0
    assert root.locator(".kw-split-train").inner_text() == "train 2,400"
    assert root.get_by_label("in place of x_train").input_value() == "x_val"
    shared = root.get_by_test_id("kw-shared-rows")
    builder.until(lambda: shared.count() == 1 and "Rows 3, 5." in shared.inner_text())
    assert "engine.data.repeated(x_val, of=x_train)" in shared.inner_text()
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    trained(builder)
    builder.until(lambda: "val" in root.get_by_test_id("kw-dashboard").inner_text().lower())
    builder.go("Data")
    # Arrays that do not fit are said, with the way back.
    root.get_by_label("in place of x_train").wait_for()
    cells = page.locator(".jp-Notebook-cell").count()
    shared.get_by_role("button", name="Take them out in a new cell").click()
    builder.until(lambda: page.locator(".jp-Notebook-cell").count() == cells + 1)
    page.keyboard.press("Control+Enter")
    builder.until(lambda: own.inner_text() == "validation 598" and shared.count() == 0)
    choice.select_option(label="a share of the rows")
    builder.until(lambda: root.get_by_test_id("kw-validation-split").count() == 1 and own.count() == 0)


@pytest.mark.parametrize("theme", THEMES)
def test_all_folds_are_trained_and_their_results_stand_together(open_builder, request, theme):
    builder = opened(open_builder, request.getfixturevalue(theme), f"folds_{theme}", TABLE)
    root, page = builder.root, builder.page
    root.get_by_test_id("kw-table-split").click()
    root.locator('[data-field="folds"]').fill("3")
    page.keyboard.press("Enter")
    train = root.get_by_test_id("kw-train-folds")
    builder.until(lambda: train.count() == 1 and train.inner_text() == "Train all 3 folds")
    root.get_by_test_id("kw-table-split").click()
    train.click()
    table = root.get_by_test_id("kw-folds")
    builder.until(lambda: table.count() == 1 and "all 3 folds are trained" in table.inner_text())
    assert table.locator("tbody tr").count() == 4 and "±" in table.locator("tbody tr").last.inner_text()
    assert "val loss" in table.inner_text()
    table.scroll_into_view_if_needed()
    measures.look_at(builder, f"data-folds-{theme}")
    builder.go("Train")
    builder.until(lambda: root.get_by_test_id("kw-folds").count() == 1)
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_table_larger_than_the_memory_is_shown_by_some_rows_and_trained_on_in_blocks(open_builder, request, theme):
    builder = opened(open_builder, request.getfixturevalue(theme), f"larger_{theme}", LARGE)
    root = builder.root
    said = root.get_by_test_id("kw-in-blocks")
    said.wait_for()
    assert "read in blocks while it is trained" in said.inner_text()
    look = root.get_by_test_id("kw-table-look")
    builder.until(lambda: look.count() == 1 and "of 120,000 rows." in look.inner_text())
    # What needs all rows at once is not offered.
    root.get_by_role("button", name="+ step").click()
    offered = root.get_by_label("New step").locator("option").all_inner_texts()
    assert "Scale" in offered and "Leave out equal rows" not in offered
    root.get_by_role("button", name="Close").click()
    split = root.get_by_test_id("kw-table-split")
    split.click()
    assert root.locator('[data-field="folds"]').count() == 0 and root.locator('[data-field="by"] option').count() == 2
    split.click()
    measures.look_at(builder, f"data-larger-{theme}")
    trained(builder)


def test_a_layer_is_a_step_of_the_list(open_builder, light):
    builder = opened(open_builder, light, "layer_step", TABLE)
    root, page = builder.root, builder.page
    root.get_by_role("button", name="+ step").click()
    new = root.get_by_test_id("kw-new-step")
    new.get_by_label("New step").select_option(label="Through a layer")
    new.get_by_role("checkbox", name="a", exact=True).check()
    new.get_by_role("button", name="Add", exact=True).click()
    chip = root.get_by_test_id("kw-table-steps").get_by_role("button").filter(has_text="a through Normalization")
    chip.click()
    form = root.get_by_test_id("kw-step-form")
    form.locator('[data-field="layer"]').select_option("Rescaling")
    scale = form.locator('[data-field="layer.scale"]')
    scale.wait_for()
    scale.fill("0.5")
    page.keyboard.press("Enter")
    builder.until(lambda: "a through Rescaling" in root.get_by_test_id("kw-table-steps").inner_text())
    builder.until(lambda: root.get_by_test_id("kw-step-preview").locator("tbody tr").count() == 16)
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    trained(builder)


def test_what_would_be_fetched_of_a_ready_set_is_said_before(open_builder, light):
    builder = opened(open_builder, light, "absent", ABSENT)
    root = builder.root
    root.get_by_role("radio", name="Ready set").click()
    sets = root.get_by_test_id("kw-source")
    builder.until(lambda: "mnist (11.5 MB to fetch)" in sets.inner_text())
    sets.select_option(label="mnist (11.5 MB to fetch)")
    box = root.get_by_test_id("kw-absent-set")
    box.wait_for()
    assert "mnist.npz" in box.inner_text() and "no-sets" in box.inner_text()
    assert box.get_by_role("button").inner_text() == "Fetch 11.5 MB"
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    sets.select_option(label="digits")
    builder.until(lambda: box.count() == 0)


def test_a_table_of_arrow_is_a_frame_of_the_notebook(open_builder, light):
    builder = opened(open_builder, light, "arrow", ARROW)
    root = builder.root
    root.get_by_test_id("kw-source").select_option(label="numbers (frame)")
    look = root.get_by_test_id("kw-table-look")
    builder.until(lambda: look.count() == 1 and look.locator("tr[data-column]").count() == 4)
    trained(builder)


def test_a_table_beside_a_folder_of_pictures_says_what_is_learned(open_builder, light):
    builder = opened(open_builder, light, "picture_table", FACES)
    root, page = builder.root, builder.page
    path = root.get_by_test_id("kw-picture-table")
    path.fill("nothing.csv")
    page.keyboard.press("Enter")
    builder.until(lambda: "There is no file 'nothing.csv'." in root.get_by_role("alert").inner_text())
    path.fill("people.csv")
    page.keyboard.press("Enter")
    target = root.get_by_test_id("kw-table-target")
    builder.until(lambda: target.count() == 1 and target.input_value() == "age")
    assert target.locator("option").all_inner_texts() == ["town", "age"]
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    trained(builder)
