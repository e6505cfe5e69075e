"""A table on the Data page: opened by its path, its target chosen, its warnings mended, trained on."""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e import measures

FLATS = Path(__file__).resolve().parents[2] / "examples" / "data" / "flats.csv"
MODEL = (
    "from kwidgets import Builder\nfrom engine.layers import Dense\nfrom engine.models import Sequential\n"
    "model = Sequential([Dense(16, activation='relu', input_shape=(14,), name='hidden'), Dense(1, name='rent')])\n"
    "model.compile('adam', 'mse')\nb = Builder(model)\nb"
)


# The dark theme is there for the pictures of docs/data.md: `KW_SCREENS=docs/screens python -m pytest tests/e2e/test_tables.py`.
THEMES = ["light"] if os.environ.get("KW_SCREENS") is None else ["light", "dark"]


def look_at_the_table(builder):
    """Columns with their values, what they tell of the target, rows, and columns that go together."""
    root, table = builder.root, builder.root.get_by_test_id("kw-table-look")
    builder.until(lambda: table.locator("tr[data-column]").count() == 8)
    size = table.locator('tr[data-column="size"]')
    assert size.locator("svg.kw-look-bars rect").count() == 24 and size.locator("polyline").count() > 0
    assert "8 missing" in size.inner_text()
    assert "by itself explains" in size.locator(".kw-look-tells").get_attribute("aria-label")
    assert table.locator('tr[data-column="town"] .kw-look-value').count() > 1
    table.get_by_role("radio", name="Rows").click()
    builder.until(lambda: table.get_by_test_id("kw-table-rows").locator("tbody tr").count() == 16)
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    table.get_by_role("radio", name="Correlations").click()
    builder.until(lambda: "rooms" in table.inner_text())
    table.get_by_role("radio", name="Columns").click()
    # How rows are divided is said in words, and set below them.
    split = root.get_by_test_id("kw-table-split")
    assert "by chance, seed 0" in split.inner_text()
    split.click()
    root.locator('[data-field="seed"]').fill("3")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "seed 3" in split.inner_text())
    root.get_by_test_id("kw-undo").click()
    builder.until(lambda: "seed 0" in split.inner_text())
    split.click()


@pytest.mark.parametrize("theme", THEMES)
def test_a_table_is_opened_mended_and_trained_on(open_builder, request, folder, theme):
    shutil.copy(FLATS, folder / FLATS.name)
    builder = open_builder(request.getfixturevalue(theme), f"tables_{theme}", MODEL)
    page, root = builder.page, builder.root
    builder.go("Data")
    root.get_by_role("radio", name="File or folder").click()
    root.get_by_test_id("kw-path").fill(FLATS.name)
    page.keyboard.press("Enter")
    table = root.get_by_test_id("kw-table")
    builder.until(lambda: table.count() == 1)
    assert root.get_by_test_id("kw-table-target").input_value() == "rent"
    look_at_the_table(builder)
    finding = root.get_by_test_id("kw-table-findings")
    assert "Column 'id' counts the rows" in finding.inner_text()
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    finding.get_by_role("button", name="Leave it out").click()
    builder.until(lambda: "are also in the training part" in finding.inner_text())
    finding.get_by_role("button", name="Keep one of each").click()
    builder.until(lambda: finding.count() == 0)
    # The pressed button is gone, and the keys go on working. Undone, it is said again; done again, it is gone.
    page.keyboard.press("Control+z")
    builder.until(lambda: finding.count() == 1 and "training part" in finding.inner_text())
    root.get_by_test_id("kw-redo").click()
    builder.until(lambda: finding.count() == 0 and root.get_by_test_id("kw-data-fits").count() == 1)
    # A step's form says what it does to some rows, and what cannot be at its field; each change is one step of undo.
    steps, form = root.get_by_test_id("kw-table-steps"), root.get_by_test_id("kw-step-form")
    chips = steps.get_by_role("button")
    chips.filter(has_text="scaled (standard)").first.click()
    builder.until(lambda: root.get_by_test_id("kw-step-preview").locator("tbody tr").count() == 16)
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    # The hint of what was done again goes with the next press elsewhere; the picture shows the page without it.
    builder.until(lambda: root.get_by_test_id("kw-said").count() == 0)
    page.mouse.move(0, 0)
    measures.take_picture(builder, f"table-steps-{theme}")
    form.get_by_label("By", exact=True).select_option("minmax")
    builder.until(lambda: "scaled (minmax)" in steps.inner_text())
    page.keyboard.press("Control+z")
    builder.until(lambda: "scaled (minmax)" not in steps.inner_text())
    form.get_by_role("button", name="Close").click()
    before = steps.inner_text()
    root.get_by_role("button", name="+ step").click()
    new = root.get_by_test_id("kw-new-step")
    new.get_by_label("New step").select_option("clip")
    new.get_by_role("button", name="Add", exact=True).click()
    builder.until(lambda: "Choose at least one column" in new.inner_text())
    new.get_by_role("checkbox", name="size", exact=True).check()
    new.get_by_role("button", name="Add", exact=True).click()
    limits = chips.filter(has_text="size kept within limits")
    builder.until(lambda: limits.count() == 1)
    limits.focus()
    page.keyboard.press("Delete")
    builder.until(lambda: steps.inner_text() == before)
    # Another target, whose classes want other units, is said; then back.
    root.get_by_test_id("kw-table-target").select_option("town")
    fits = root.get_by_test_id("kw-data-fits")
    builder.until(lambda: root.get_by_test_id("kw-data-problems").count() == 1 and fits.count() == 0)
    root.get_by_test_id("kw-undo").click()
    builder.until(lambda: fits.count() == 1)
    root.get_by_role("button", name="Continue", exact=True).click()
    builder.until(lambda: builder.run_state() == "finished")
