"""The keyboard alone: two branches wired on the canvas, models and blocks in the outline."""

from kwidgets.document.nested import within
from tests.e2e.cells import DIGITS, IMAGES


def test_two_branches_are_wired_by_keyboard_on_the_canvas(open_builder, light):
    builder = open_builder(light, "branches", IMAGES)
    builder.add("InputLayer")
    first = builder.add("Dense")
    builder.drag(builder.middle(builder.entry("Dense")), builder.free_point())
    builder.until(lambda: "dense_2@0" in builder.nodes())
    # Enter chooses the card that has the focus, C draws a wire from it.
    builder.node("input_1@0").focus()
    builder.page.keyboard.press("Enter")
    builder.until(lambda: builder.chosen() == ["input_1@0"])
    builder.page.keyboard.press("c")
    builder.until(lambda: "Connect input_1@0" in builder.root.locator(".kw-linking").inner_text())
    for _ in range(6):
        if "dense_2@0" in builder.root.locator(".kw-linking").inner_text():
            break
        builder.page.keyboard.press("ArrowDown")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: builder.state("dense_2@0") == "ok")
    builder.drag(builder.middle(builder.entry("Add")), builder.free_point())
    builder.until(lambda: "add_1@0" in builder.nodes())
    builder.connect(first, "add_1@0")
    builder.until(lambda: "add_1@0#0" in builder.wires())
    builder.connect("dense_2@0", "add_1@0", index=1)
    builder.until(lambda: "add_1@0#1" in builder.wires() and builder.state("add_1@0") == "ok")


def test_a_model_with_a_skip_connection_is_built_in_the_outline_by_keyboard_alone(open_builder, light):
    builder = open_builder(light, "outline", IMAGES)
    page, root = builder.page, builder.root
    press, typed = page.keyboard.press, page.keyboard.type

    def focused():
        return page.evaluate("() => document.activeElement.dataset.key ?? document.activeElement.tagName")

    def go_to(key, by="ArrowDown"):
        for _ in range(20):
            if focused() == key:
                return
            press(by)
        raise AssertionError(f"{key} is not reached; at {focused()}")

    def added(text, node):
        press("/")
        root.locator('[data-testid="kw-search"] input:focus').wait_for()
        typed(text)
        builder.until(lambda: root.locator(".kw-search-hot").count() == 1)
        press("Enter")
        builder.until(lambda: node in builder.nodes() and builder.chosen() == [node])

    root.get_by_test_id("kw-search-field").focus()
    press("Enter")
    typed("input")
    builder.until(lambda: "Input" in str(root.locator(".kw-search-hot").all_inner_texts()))
    press("Enter")
    builder.until(lambda: builder.nodes() == ["input_1@0"])
    for text, node in (("flatten", "flatten_1@0"), ("dense 16", "dense_1@0"), ("dense 16", "dense_2@0")):
        added(text, node)
    # The outline opens by its button; from here on nothing but keys.
    root.locator(".kw-outline .kw-fold-button").focus()
    press("Enter")
    root.locator('[role="treeitem"]').first.wait_for()
    press("Tab")
    press("Tab")
    builder.until(lambda: focused() == "dense_2@0")
    # After dense_2 an Add, which also takes what leaves dense_1.
    press("/")
    root.locator('[data-testid="kw-search"] input:focus').wait_for()
    typed("add")
    builder.until(lambda: "Add" in str(root.locator(".kw-search-hot").all_inner_texts()))
    press("Enter")
    builder.until(lambda: "add_1@0#0" in builder.wires())
    root.locator('[role="treeitem"][tabindex="0"]').focus()
    go_to("dense_1@0", "ArrowUp")
    press("ArrowRight")
    go_to("dense_1@0 connect")
    press("Enter")
    builder.until(lambda: focused() == "SELECT")
    typed("add_1")
    builder.until(lambda: "add_1@0#1" in builder.wires() and builder.state("add_1@0") == "ok")
    # Renamed, moved back and taken away.
    press("Escape")
    go_to("dense_2@0")
    press("F2")
    root.locator(".kw-tree input:focus").wait_for()
    press("Control+a")
    typed("inner")
    press("Enter")
    builder.until(lambda: "inner@0" in builder.nodes())
    builder.until(lambda: focused() == "inner@0")
    press("b")
    builder.until(lambda: root.locator(".kw-card-bypassed").count() == 1)
    press("Delete")
    builder.until(lambda: "inner@0" not in builder.nodes())


def test_a_block_is_opened_edited_and_folded_in_the_outline_by_keyboard_alone(open_builder, light):
    builder = open_builder(light, "outline_inside", DIGITS)
    page, root = builder.page, builder.root
    press = page.keyboard.press
    builder.node("conv2d_1@0").click()
    builder.node("conv2d_2@0").click(modifiers=["Shift"])
    press("g")
    builder.until(lambda: builder.chosen() == ["block_1@0"])
    root.locator(".kw-outline .kw-fold-button").focus()
    press("Enter")
    root.locator('[role="treeitem"]').first.wait_for()
    press("Tab")
    press("Tab")

    def focused():
        return page.evaluate("() => document.activeElement.dataset.key")

    builder.until(lambda: focused() == "block_1@0")
    # Its wires are listed as those of any card; before them a row that leads into it.
    press("ArrowRight")
    builder.until(lambda: root.locator(".kw-tree-inside").count() == 1)
    press("ArrowDown")
    assert focused() == "block_1@0 inside"
    press("Enter")
    last = within("block_1@0", "conv2d_2@0")
    builder.until(lambda: last in builder.nodes() and root.locator(".kw-tree-frame").count() == 1)
    levels = {
        row.get_attribute("data-key"): row.get_attribute("aria-level") for row in root.get_by_role("treeitem").all()
    }
    assert levels["block_1@0"] == "1" and levels[last] == "2" and levels["dense_1@0"] == "1"
    for _ in range(len(levels)):
        if focused() == last:
            break
        press("ArrowDown")
    else:
        press("Home")
        while focused() != last:
            press("ArrowDown")
    press("f")
    builder.until(lambda: root.locator(".kw-card-frozen").count() == 1)
    press("Delete")
    builder.until(lambda: last not in builder.nodes())
    press("Home")
    while focused() != "block_1@0":
        press("ArrowDown")
    press("ArrowLeft")
    builder.until(lambda: "block_1@0" in builder.nodes())
