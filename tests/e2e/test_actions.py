"""What was done in the browser as code: it goes into a cell, which makes the same model when it is run."""

import pytest

from tests.e2e.cells import DIGITS


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_what_was_done_goes_into_a_new_cell_that_does_it_again(open_builder, light, app):
    builder = open_builder(light, f"actions_{app}", DIGITS, app=app)
    page, root = builder.page, builder.root
    builder.node("max_pooling2d_1@0").click()
    builder.search("conv 64 3 relu")
    page.keyboard.press("Enter")
    builder.until(lambda: "conv2d_3@0" in builder.nodes())
    builder.node("dropout_1@0").click()
    page.keyboard.press("Delete")
    builder.until(lambda: "dropout_1@0" not in builder.nodes())
    page.keyboard.press("Control+z")
    builder.until(lambda: "dropout_1@0" in builder.nodes())
    root.get_by_test_id("kw-dock-actions").click()
    lines = root.get_by_test_id("kw-script")
    builder.until(lambda: "b.document.undo()" in lines.inner_text())
    assert 'b.document.add("Conv2D"' in lines.inner_text() and "filters=64" in lines.inner_text()
    assert lines.inner_text().splitlines()[0] == "from kwidgets import Builder"
    root.get_by_test_id("kw-to-cell").click()
    builder.until(lambda: page.locator(".jp-Notebook-cell").count() == 2)
    root.get_by_text("The cell below has it.").wait_for()
    page.keyboard.press("Control+Enter")
    again = builder.view(1)
    again.root.wait_for()
    again.until(lambda: sorted(again.nodes()) == sorted(builder.nodes()))
    assert "64 · 3×3" in again.node("conv2d_3@0").inner_text()
