"""A document that outlives its kernel, as a person sees it: it comes back, it is in one place, its versions open."""

import re

from tests.e2e.jupyter import KERNEL_READY
from tests.e2e.notebook_page import accept, kernel_menu, say
from tests.e2e.test_views import run_cell

CELL = "from kwidgets import Builder\nb = Builder(template='digits_perceptron')\nb"
NAMED = "from kwidgets import Builder\nb = Builder(name='digits')\nb"
UNNAMED = "from kwidgets import Builder\nb = Builder()\nb"


def line(builder):
    """What is said of the document."""
    return builder.root.get_by_test_id("kw-document-line")


def run_in_new_kernel(builder):
    """Run the builder's cell in a kernel that was just started; its number says the same as in the one before."""
    page = builder.page
    page.wait_for_function(KERNEL_READY)
    page.locator(".jp-Notebook-cell").first.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".kw-root:not(:has([data-testid=kw-health]))")


def saved(builder):
    """Until the foot of the page says that there is nothing left to save."""
    builder.until(lambda: re.match(r"saved \d\d:\d\d:\d\d", builder.root.get_by_test_id("kw-saved").inner_text()))


def test_a_builder_is_back_after_its_kernel_was_killed_and_says_from_when(open_builder, light):
    builder = open_builder(light, "lasting_document", UNNAMED, "'talk'")
    page, root = builder.page, builder.root
    for layer in ("InputLayer", "Dense", "Dropout"):
        builder.add(layer)
    builder.drag(builder.middle(builder.node("dropout_1@0")), builder.canvas_point(0.7, 0.3))
    builder.settled()
    saved(builder)
    nodes, wires = builder.nodes(), builder.wires()
    left = builder.node("dropout_1@0").bounding_box()["x"]
    say(page, 1, "import os; os.kill(os.getpid(), 9)")
    accept(page)
    run_in_new_kernel(builder)
    builder.until(lambda: builder.nodes() == nodes and builder.wires() == wires)
    said = line(builder).inner_text()
    assert re.match(r"Restored from \d\d:\d\d:\d\d, \d+ s before the kernel's last sign of life\.", said)
    builder.settled()
    assert abs(builder.node("dropout_1@0").bounding_box()["x"] - left) < 2
    # The undo list came back too.
    assert root.get_by_test_id("kw-undo").get_attribute("title").startswith("Undo: move")
    page.mouse.click(*builder.free_point())
    builder.undo()
    builder.undo()
    builder.until(lambda: "dropout_1@0" not in builder.nodes())
    line(builder).get_by_role("button", name="Close message").click()
    builder.until(lambda: line(builder).count() == 0)
    # Run again in the same kernel it goes on; nothing is said.
    run_cell(page, 0)
    builder.until(lambda: builder.nodes() == nodes[:2])
    assert line(builder).count() == 0


def test_a_second_notebook_is_told_and_takes_the_document_over(open_builder, light):
    first = open_builder(light, "first_owner", NAMED)
    first.add("InputLayer")
    saved(first)
    second = open_builder(light, "second_owner", NAMED)
    notice = line(second)
    assert "“digits” is open in another notebook" in notice.inner_text() and "first_owner.ipynb" in notice.inner_text()
    assert "not saved" in second.root.get_by_test_id("kw-saved").inner_text()
    first.page.bring_to_front()
    first.add("Dense")
    second.page.bring_to_front()
    notice.get_by_role("button", name="Take over").click()
    second.until(lambda: second.nodes() == ["input_1@0", "dense_1@0"] and line(second).count() == 0)
    saved(second)
    first.page.bring_to_front()
    first.until(lambda: line(first).count() == 1)
    assert "was taken over" in line(first).inner_text() and "second_owner.ipynb" in line(first).inner_text()
    first.add("Flatten")
    line(first).get_by_role("button", name="Keep a copy").click()
    saved(first)
    assert first.root.get_by_test_id("kw-saved").get_attribute("title") == "digits (copy)"
    assert second.nodes() == ["input_1@0", "dense_1@0"]


def test_a_version_is_opened_from_the_foot_of_the_page(open_builder, light):
    builder = open_builder(light, "versions", CELL, "'talk'")
    page, root = builder.page, builder.root
    before = builder.nodes()
    builder.add("Dropout")
    saved(builder)
    edited = builder.nodes()
    kernel_menu(page, "Restart Kernel")
    accept(page)
    run_in_new_kernel(builder)
    # The cell gives a model of its own; what was made before is one press away.
    builder.until(lambda: line(builder).count() == 1 and builder.nodes() == before)
    assert "This cell gives a model of its own" in line(builder).inner_text()
    builder.add("Flatten")
    root.get_by_test_id("kw-saved").click()
    root.get_by_test_id("kw-version").first.wait_for()
    assert root.get_by_test_id("kw-version").first.inner_text().split("\n")[-1].startswith("add Dropout")
    root.get_by_test_id("kw-version").first.click()
    builder.until(lambda: builder.nodes() == edited and line(builder).count() == 0)
    builder.until(lambda: root.get_by_test_id("kw-undo").get_attribute("title") == "Undo: open a version")


def rename_to(builder, name):
    """In the list at the foot of the page."""
    root = builder.root
    root.get_by_test_id("kw-saved").click()
    root.get_by_test_id("kw-rename-document").click()
    root.get_by_test_id("kw-document-name").fill(name)
    root.get_by_test_id("kw-document-name").press("Enter")


def test_a_document_is_renamed_at_the_foot_of_the_page_and_its_cell_finds_it_again(open_builder, light):
    builder = open_builder(light, "renamed_document", UNNAMED, "'talk'")
    page, root = builder.page, builder.root
    builder.add("InputLayer")
    builder.add("Dense")
    saved(builder)
    nodes = builder.nodes()
    rename_to(builder, "digits / second try")
    saved(builder)
    builder.until(lambda: root.get_by_test_id("kw-saved").get_attribute("title") == "digits / second try")
    rename_to(builder, "x" * 1001)
    builder.until(lambda: "at most 1000 letters" in root.inner_text())
    assert root.get_by_test_id("kw-saved").get_attribute("title") == "digits / second try"
    kernel_menu(page, "Restart Kernel")
    accept(page)
    run_in_new_kernel(builder)
    builder.until(lambda: builder.nodes() == nodes)
    assert root.get_by_test_id("kw-saved").get_attribute("title") == "digits / second try"
