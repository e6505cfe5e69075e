"""The search in the browser: what it adds, offers, says before Enter, and where it opens."""

from tests.e2e import measures
from tests.e2e.cells import DIGITS


def test_the_search_adds_what_was_typed_and_finds_what_is_there(open_builder, light):
    builder = open_builder(light, "search", DIGITS)
    page, root = builder.page, builder.root
    builder.node("max_pooling2d_1@0").click()
    builder.search("conv 64 3 relu")
    builder.until(lambda: "64 · 3×3" in root.locator(".kw-search-hot").inner_text())
    assert "After max_pooling2d_1, before dropout_1" in root.locator(".kw-inspector").inner_text()
    page.keyboard.press("Enter")
    builder.until(lambda: "conv2d_3@0" in builder.nodes())
    assert "64 · 3×3" in builder.node("conv2d_3@0").inner_text() and "relu" in builder.node("conv2d_3@0").inner_text()
    builder.until(lambda: "conv2d_3@0#0" in builder.wires() and builder.state("dropout_1@0") == "ok")
    builder.until(lambda: builder.chosen() == ["conv2d_3@0"])
    # Old names and everyday words.
    for text, row in (("Convolution2D", "is Conv2D"), ("fully connected", "Dense"), ("max pool", "MaxPooling2D")):
        builder.search(text)
        builder.until(lambda row=row: row in root.get_by_test_id("kw-search").inner_text())
        page.keyboard.press("Escape")
        builder.until(lambda: root.get_by_test_id("kw-search").count() == 0)
    # The fastest hand: the answer to what was typed may still be on its way when Enter comes.
    builder.node("flatten_1@0").click()
    page.keyboard.press("/")
    root.locator('[data-testid="kw-search"] input:focus').wait_for()
    page.keyboard.insert_text("dense 17 tanh")
    page.keyboard.press("Enter")
    builder.until(lambda: "dense_3@0" in builder.nodes() and "17 · tanh" in builder.node("dense_3@0").inner_text())
    # Ctrl+F only looks: Enter goes to the layer and adds none, by name and by shape.
    count = len(builder.nodes())
    for text, node in (("dense_1", "dense_1@0"), ("8x8x32", "conv2d_2@0")):
        page.keyboard.press("Control+f")
        page.keyboard.type(text)
        name = node.removesuffix("@0")
        builder.until(lambda name=name: name in root.locator(".kw-search-hot").all_inner_texts().__str__())
        page.keyboard.press("Enter")
        builder.until(lambda node=node: builder.chosen() == [node])
    assert len(builder.nodes()) == count


def test_settings_of_an_offered_layer_are_changed_before_enter(open_builder, light):
    builder = open_builder(light, "offered", DIGITS)
    page, root, press = builder.page, builder.root, builder.page.keyboard.press
    row, foot = root.locator(".kw-search-hot"), root.get_by_test_id("kw-search-foot")
    has_focus = "() => document.activeElement.dataset.field ?? document.activeElement.className"
    builder.node("max_pooling2d_1@0").click()
    builder.search("conv 64 3 relu")
    builder.until(lambda: builder.field("filters").count() == 1)
    assert [builder.field(name).input_value() for name in ("filters", "kernel_size")] == ["64", "3 × 3"]
    # From the text to the fields and back, by keys; each change is tried at once.
    press("Tab")
    assert page.evaluate(has_focus) == "filters"
    page.keyboard.type("128")
    press("Tab")
    assert page.evaluate(has_focus) == "kernel_size"
    builder.until(lambda: "128 · 3×3" in row.inner_text() and "2×2×128" in row.inner_text())
    builder.until(lambda: "512, dense_1" not in foot.inner_text())
    # What cannot be is said in words at its field, and Enter does not add it.
    page.keyboard.type("5 x")
    press("Enter")
    root.locator(".kw-field-refusal").wait_for()
    assert "whole numbers" in root.locator(".kw-field-refusal").inner_text()
    assert "conv2d_3@0" not in builder.nodes() and builder.field("kernel_size").input_value() == "3 × 3"
    # A pointer over the rows chooses no other layer meanwhile.
    page.mouse.move(*builder.middle(root.locator(".kw-search-row").nth(2)), steps=4)
    assert "128" in row.inner_text()
    press("Shift+Tab")
    press("Shift+Tab")
    assert "kw-search-input" in page.evaluate(has_focus)
    press("Tab")
    builder.field("padding").select_option("same")
    builder.until(lambda: "4×4×128" in row.inner_text())
    builder.field("kernel_size").fill("1")
    press("Enter")
    builder.until(lambda: builder.chosen() == ["conv2d_3@0"] and builder.shape("conv2d_3@0") == "4×4×128")
    assert "128 · 1×1 · same" in builder.node("conv2d_3@0").inner_text()
    assert root.get_by_test_id("kw-search").count() == 0
    assert builder.undo() == "add Conv2D"
    # The mouse may set them, too; Enter in the text adds what was set, Esc goes back first and then leaves.
    builder.node("flatten_1@0").click()
    builder.search("dense 17")
    builder.until(lambda: builder.field("units").count() == 1)
    builder.field("units").click()
    builder.field("units").fill("23")
    press("Escape")
    press("Escape")
    assert "kw-search-input" in page.evaluate(has_focus)
    builder.field("activation").select_option("tanh")
    builder.until(lambda: "tanh" in row.inner_text())
    root.locator(".kw-search-input").press("Enter")
    builder.until(lambda: builder.chosen() == ["dense_3@0"])
    assert "17 · tanh" in builder.node("dense_3@0").inner_text()
    # A press elsewhere closes the box.
    builder.search("dropout")
    builder.until(lambda: builder.field("rate").count() == 1)
    builder.field("rate").focus()
    page.mouse.click(*builder.canvas_point(0.015, 0.5))
    builder.until(lambda: root.get_by_test_id("kw-search").count() == 0)


def test_the_search_says_what_changes_below_before_enter(open_builder, light):
    builder = open_builder(light, "below", DIGITS)
    page, root = builder.page, builder.root
    box, foot, brings = (root.get_by_test_id(name) for name in ("kw-search", "kw-search-foot", "kw-brings"))
    builder.node("max_pooling2d_1@0").click()
    builder.search("conv 64 3 relu")
    below = "Below it: Flatten 512 → 256, dense_1 32,832 → 16,448 parameters."
    builder.until(lambda: foot.inner_text() == below)
    builder.until(lambda: below in brings.inner_text())
    assert "38,282 → 40,394 parameters" in brings.inner_text()
    # It is said of the row that the arrow keys reach, and of the one under the mouse.
    page.keyboard.press("ArrowDown")
    builder.until(lambda: "Conv2DTranspose" in root.locator(".kw-inspector-head").inner_text())
    builder.until(lambda: "Flatten 512 → 2304" in brings.inner_text())
    root.locator(".kw-search-row", has=page.get_by_text("SeparableConv2D", exact=True)).hover()
    builder.until(lambda: foot.inner_text() == below)
    # It comes out so.
    page.keyboard.press("Enter")
    builder.until(lambda: "separable_conv2d_1@0" in builder.nodes() and builder.shape("flatten_1@0") == "256")
    builder.undo()
    # What would become wrong, and what would be mended.
    builder.node("max_pooling2d_1@0").click()
    builder.search("add")
    needs = "It needs 2 or more inputs, not 1. Connect another layer to it. 4 layers would wait for that."
    builder.until(lambda: needs in foot.inner_text())
    assert "Still needed" in brings.inner_text()
    page.keyboard.press("Control+a")
    page.keyboard.type("global average pooling")
    builder.until(lambda: root.locator(".kw-search-hot").inner_text().startswith("GlobalAveragePooling2D"))
    builder.until(lambda: "Flatten 512 → 32" in brings.inner_text())
    page.keyboard.press("Escape")
    builder.node("conv2d_1@0").click()
    builder.search("global average pooling")
    builder.until(lambda: "Would be wrong" in brings.inner_text() and "'conv2d_2' gets" in foot.inner_text())
    page.keyboard.press("Escape")
    builder.node("flatten_1@0").click()
    page.keyboard.press("Delete")
    builder.until(lambda: "flatten_1@0" not in builder.nodes())
    builder.until(lambda: root.get_by_test_id("kw-dock-problems").inner_text() != "Problems\n0")
    builder.node("dropout_1@0").click()
    builder.search("flatten")
    builder.until(lambda: "Would be mended" in brings.inner_text() and "dense_1" in brings.inner_text())
    page.keyboard.press("Escape")
    builder.search("dropout 2")
    builder.until(lambda: foot.inner_text().startswith("Not used: 2 ('rate' must be a number from 0 to below 1)."))
    page.keyboard.press("Escape")
    builder.until(lambda: box.count() == 0)


def test_a_wire_let_go_in_space_lists_every_layer_with_what_must_change(open_builder, light):
    builder = open_builder(light, "show_all", DIGITS)
    page, root = builder.page, builder.root
    builder.settled()
    rows, hot = root.locator(".kw-search-row"), root.locator(".kw-search-hot")
    fold = root.locator(".kw-search-fold")
    builder.drag(builder.port("max_pooling2d_1@0", "bottom"), builder.free_point())
    root.get_by_test_id("kw-search").wait_for()
    builder.until(lambda: fold.count() == 1)
    few = rows.count()
    name = fold.inner_text()
    hidden = int(name.removeprefix("Show all, with what must change (").removesuffix(")"))
    assert hidden > 20
    # Keys alone: up from the first row to the last, which opens; the next one down is the first that was folded.
    page.keyboard.press("ArrowUp")
    builder.until(lambda: hot.inner_text() == name)
    assert page.get_by_role("option", name=name).count() == 1
    page.keyboard.press("ArrowRight")
    builder.until(lambda: rows.count() == few + hidden and hot.inner_text() == "Show fewer")
    assert builder.accessibility_violations(measures.AXE.read_text(encoding="utf-8")) == []
    page.keyboard.press("ArrowLeft")
    builder.until(lambda: rows.count() == few and hot.inner_text() == name)
    page.keyboard.press("Enter")
    builder.until(lambda: rows.count() == few + hidden and hot.inner_text() == "Show fewer")
    texts = rows.all_inner_texts()[few:]
    assert [text for text in texts if not any(word in text for word in ("before it", "needs", "with"))] == []
    assert any("LSTM with Reshape 16×32 before it" in " ".join(text.split()) for text in texts)
    # Both layers in one step.
    for _ in range(60):
        if hot.inner_text().startswith("LSTM"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    builder.until(lambda: {"reshape_1@0", "lstm_1@0"} <= set(builder.nodes()))
    builder.until(lambda: builder.state("lstm_1@0") == "ok" and "dropout_1@0#0" in builder.wires())
    assert builder.undo() == "add LSTM"
    builder.until(lambda: not {"reshape_1@0", "lstm_1@0"} & set(builder.nodes()))
    # By mouse, of what was typed, in a narrow cell: nothing is wider than the box.
    page.set_viewport_size({"width": 1032, "height": 1150})
    root.scroll_into_view_if_needed()
    builder.settled()
    builder.node("max_pooling2d_1@0").click()
    builder.search("conv")
    builder.until(lambda: fold.count() == 1)
    few = rows.count()
    fold.click()
    builder.until(lambda: rows.count() > few)
    box = root.get_by_test_id("kw-search").bounding_box()
    inside = root.bounding_box()
    assert inside["x"] <= box["x"] and box["x"] + box["width"] <= inside["x"] + inside["width"]
    assert root.locator(".kw-search-list").evaluate("list => list.scrollWidth <= list.clientWidth")


def test_a_double_click_and_a_key_open_the_search_at_the_pointer(open_builder, light):
    builder = open_builder(light, "at_pointer", DIGITS)
    box = builder.root.get_by_test_id("kw-search")
    x, y = builder.free_point()
    for opened in (lambda: builder.page.mouse.dblclick(x, y), lambda: builder.page.keyboard.press("/")):
        opened()
        box.wait_for()
        seen, root = box.bounding_box(), builder.root.bounding_box()
        # At the pointer, or as near as it can be whole beside the inspector, which shows what is offered.
        inspector = builder.root.locator(".kw-inspector").bounding_box()
        assert abs(seen["x"] - min(x, inspector["x"] - seen["width"] - 8)) < 3
        assert seen["y"] + seen["height"] <= root["y"] + root["height"]
        builder.page.keyboard.press("Escape")
        builder.until(lambda: box.count() == 0)
    # The sheet of keys names them, and the menu of a card has the same commands with theirs.
    builder.page.keyboard.press("?")
    sheet = builder.root.get_by_test_id("kw-keys")
    sheet.wait_for()
    assert "Duplicate" in sheet.inner_text() and "Ctrl D" in sheet.inner_text()
    builder.page.keyboard.press("Escape")
    builder.node("dense_1@0").click(button="right")
    menu = builder.root.get_by_role("menu")
    menu.wait_for()
    assert all(text in menu.inner_text() for text in ("Copy", "Ctrl C", "Freeze", "Save to My blocks", "Del"))
