"""Every step as a chip of the Data page: offered where it fits, with its form and what it does to some rows; one step of undo."""

from engine.data import PICTURE_STEPS, STEPS
from tests.e2e import measures
from tests.e2e.test_data_files import IMPORTS, SOUNDS, opens

# The column that each step takes in the table below.
COLUMNS = {
    "drop": "size", "unique": "size", "leave_out": "town", "balance": "town", "numbers": "price", "dates": "seen",
    "finite": "size", "missing": "area", "fill": "size", "date_parts": "day", "one_hot": "town", "ordinal": "town", "clip": "area",
    "log": "area", "scale": "area", "tokens": "words", "layer": "area", "windows": "area",
}  # fmt: skip
OF_SOUNDS = ("length", "spectrogram")
OF_PICTURES = ("resize", "flip", "move", "brightness")
TABLE = (
    "n = 300\n"
    "table = pd.DataFrame({'size': np.where(np.arange(n) % 9 == 4, np.nan, np.arange(n) / 7), 'area': np.arange(1.0, n + 1),\n"
    "    'price': [f'1,{i + 100}.5' for i in range(n)], 'seen': [f'2024-01-{1 + i % 28:02}' for i in range(n)],\n"
    "    'day': pd.date_range('2024-01-01', periods=n), 'town': ['Bonn', 'Ulm', 'Ulm'] * (n // 3),\n"
    "    'words': [f'a film of number {i} that is long' for i in range(n)], 'rent': np.arange(n) * 2.0})\n"
    "model = Sequential([Dense(1, input_shape=(7,), name='rent')])\nmodel.compile('adam', 'mse')\nb = Builder(model)\n"
    "names = ['size', 'area', 'price', 'seen', 'day', 'town', 'words']\n"
    "b.set_data(source={'kind': 'frame', 'name': 'table', 'inputs': names, 'target': 'rent', 'steps': []})\nb"
)
PICTURES = (
    "for i in range(40):\n"
    "    kind = 'dark' if i % 2 else 'light'\n    os.makedirs(f'greys/{kind}', exist_ok=True)\n"
    "    pixels = rng.integers(0, 120, (12, 12, 3)) + (0 if i % 2 else 120)\n"
    "    Image.fromarray(pixels.astype('uint8')).save(f'greys/{kind}/{i}.png')\n"
)


def test_every_step_of_a_table_has_a_chip_a_form_and_a_preview(open_builder, light):
    assert {*COLUMNS, *OF_SOUNDS} == set(STEPS)
    builder = open_builder(light, "data_steps", IMPORTS, TABLE)
    builder.go("Data")
    root = builder.root
    chips = root.get_by_test_id("kw-table-steps").get_by_role("button")
    form, preview, new = (root.get_by_test_id(f"kw-{name}") for name in ("step-form", "step-preview", "new-step"))
    for kind, column in COLUMNS.items():
        root.get_by_role("button", name="+ step").click()
        new.get_by_label("New step").select_option(kind)
        new.get_by_role("checkbox", name=column, exact=True).check()
        new.get_by_role("button", name="Add", exact=True).click()
        builder.until(lambda: chips.count() == 1 and new.count() == 0)
        chips.first.click()
        builder.until(lambda: preview.locator("tbody tr").count() == 16)
        assert form.locator(".kw-step-fields > *").count() > 0, kind
        assert measures.cut_texts(builder) == [], kind
        root.get_by_test_id("kw-undo").click()
        builder.until(lambda: chips.count() == 0)
    assert measures.violations(builder) == []


def test_every_step_of_pictures_and_of_sounds_too(open_builder, light):
    assert {*OF_PICTURES, "colors", "pixels", "turn", "leave_out"} == set(PICTURE_STEPS)
    builder = open_builder(light, "more_steps", IMPORTS, PICTURES + SOUNDS)
    builder.go("Data")
    root = builder.root
    root.get_by_role("radio", name="File or folder").click()
    opens(builder, "greys")
    steps = root.get_by_test_id("kw-table-steps")
    chips = steps.get_by_role("button")
    form, preview = root.get_by_test_id("kw-step-form"), root.get_by_test_id("kw-step-preview")
    builder.until(lambda: chips.count() == 2)
    for kind in OF_PICTURES:
        before = chips.count()
        root.get_by_role("button", name="+ step").click()
        root.get_by_label("New step").select_option(kind)
        root.get_by_role("button", name="Add", exact=True).click()
        builder.until(
            lambda before=before: chips.count() == before + 1 and root.get_by_test_id("kw-new-step").count() == 0
        )
    # The last one makes numbers of the pictures, which look as they did.
    for number in range(chips.count() - 1):
        if form.count():
            form.get_by_role("button", name="Close").click()
        chips.nth(number).click()
        builder.until(lambda: form.count() == 1 and preview.locator("li").count() == 8)
        assert measures.cut_texts(builder) == []
    root.get_by_role("radio", name="File or folder").click()
    opens(builder, "sounds")
    builder.until(lambda: "sound cut or filled up to" in steps.inner_text())
    for number in range(2):
        if form.count():
            form.get_by_role("button", name="Close").click()
        chips.nth(number).click()
        builder.until(lambda: form.count() == 1 and preview.locator("tbody tr").count() == 16)
    assert measures.violations(builder) == []
