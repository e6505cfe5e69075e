"""Building with mouse and keyboard in JupyterLab: what a hand does, and what is on the screen after it."""

from engine.layers import Dense
from engine.models import Sequential
from kwidgets.document.nested import within
from tests.e2e import measures

EMPTY = "from kwidgets import Builder\nb = Builder()\nb"
IMAGES = (
    "import numpy as np\nfrom kwidgets import Builder\n"
    "x = np.zeros((20, 8, 8, 1), 'float32')\ny = np.eye(3, dtype='float32')[np.arange(20) % 3]\nb = Builder()\nb"
)
DIGITS = "from kwidgets import Builder\nb = Builder(template='digits_cnn')\nb"


def template(name):
    return f"from kwidgets import Builder\nb = Builder(template='{name}')\nb"


def overlaps(builder):
    """Pairs of cards that lie on each other."""
    boxes = {node: builder.node(node).bounding_box() for node in builder.nodes()}

    def apart(a, b):
        beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
        return beside or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]

    return [(one, other) for one in boxes for other in boxes if one < other and not apart(boxes[one], boxes[other])]


# Adding: palette, search, wires.


def test_a_stack_is_built_by_click_drag_and_keyboard_and_a_mistake_is_mended(open_builder, light):
    builder = open_builder(light, "stack", IMAGES)
    builder.add("InputLayer")
    builder.add("Flatten")
    builder.search("dens")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "dense_1@0" in builder.nodes())
    builder.drag(builder.middle(builder.entry("Dropout")), builder.free_point())
    builder.until(lambda: "dropout_1@0" in builder.nodes())
    builder.until(lambda: builder.state("dropout_1@0") == "wrong")
    builder.until(lambda: builder.chosen() == ["dropout_1@0"])
    builder.connect("dense_1@0", "dropout_1@0")
    builder.until(lambda: builder.state("dropout_1@0") == "ok")
    assert builder.shape("input_1@0") == "8×8×1"
    assert builder.shape("flatten_1@0") == "64"
    builder.until(lambda: len(builder.wires()) == 3)
    builder.add("LSTM")
    builder.until(lambda: builder.state("lstm_1@0") == "wrong")
    assert builder.root.get_by_test_id("kw-dock-problems").inner_text().split() == ["Problems", "1"]
    assert "lstm_1" in builder.problems()[0]
    builder.root.locator(".kw-dock .kw-problem.kw-error .kw-mend").first.click()
    builder.until(lambda: builder.state("lstm_1@0") == "ok")


def test_a_mend_is_previewed_before_it_is_applied(open_builder, light):
    builder = open_builder(light, "previewed", template("residual"))
    root = builder.root
    builder.node("conv2d_3@0").click()
    builder.until(lambda: builder.field("strides").count() == 1)
    builder.set("strides", "2")
    builder.until(lambda: builder.state("add_1@0") == "wrong")
    builder.node("add_1@0").click()
    mends = root.locator(".kw-inspector-mend")
    builder.until(lambda: mends.count() > 1)
    # Each says what would change of the others and what would be right again; nothing is changed by looking.
    seen = []
    for mend in mends.all():
        preview = mend.get_by_role("button", name="Preview")
        preview.press("Enter")
        mend.get_by_test_id("kw-brings").wait_for()
        seen.append(mend.get_by_test_id("kw-brings").inner_text())
        assert preview.get_attribute("aria-expanded") == "true"
    assert "conv2d_3 4×4×16 → 8×8×16" in seen[0] and "add_1 8×8×16" in seen[0]
    assert "add_1 4×4×16" in seen[1]
    assert builder.state("add_1@0") == "wrong"
    mends.nth(1).get_by_role("button", name="Preview").click()
    assert mends.nth(1).get_by_test_id("kw-brings").count() == 0
    mends.nth(1).get_by_role("button", name="Apply").click()
    builder.until(lambda: builder.shape("add_1@0") == "4×4×16")


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
    builder.until(lambda: "it has one. Wire one more into it. 4 layers would wait for that." in foot.inner_text())
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
    assert all("before it" in text or "needs" in text or "with" in text for text in texts)
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
        # At the pointer, or as near as it can be whole inside the builder.
        assert abs(seen["x"] - min(x, root["x"] + root["width"] - seen["width"] - 8)) < 3
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


def test_wires_are_drawn_into_space_and_cards_dropped_on_wires(open_builder, light):
    builder = open_builder(light, "wires_and_cards", DIGITS)
    builder.settled()
    # Into space: what fits is offered, and the new card branches off where the wire was let go.
    point = builder.free_point()
    builder.drag(builder.port("flatten_1@0", "bottom"), point)
    builder.root.get_by_test_id("kw-search").wait_for()
    builder.page.keyboard.type("dropout")
    builder.until(lambda: "Dropout" in builder.root.locator(".kw-search-hot").inner_text())
    assert "After flatten_1" in builder.root.locator(".kw-inspector .kw-box").first.inner_text()
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "dropout_2@0" in builder.nodes() and "dropout_2@0#0" in builder.wires())
    builder.until(lambda: builder.chosen() == ["dropout_2@0"])
    assert "dense_1@0#0" in builder.wires()
    builder.page.keyboard.press("Delete")
    builder.until(lambda: "dropout_2@0" not in builder.nodes())
    # A card of the palette on a wire stands between.
    builder.settled()
    builder.drag(builder.middle(builder.entry("BatchNormalization")), builder.wire_middle("conv2d_1@0", "conv2d_2@0"))
    builder.until(lambda: "batch_normalization_1@0#0" in builder.wires())
    builder.until(lambda: builder.state("conv2d_2@0") == "ok" and len(builder.wires()) == 8)
    # A card that has no wire yet goes onto the wire over which it is let go.
    builder.drag(builder.middle(builder.entry("Activation")), builder.free_point())
    builder.until(lambda: "activation_1@0" in builder.nodes())
    builder.settled()
    mouse = builder.page.mouse
    mouse.move(*builder.middle(builder.node("activation_1@0")))
    mouse.down()
    for steps in (10, 3):
        # Near its edge the canvas moves under what is dragged: the wire is looked for twice.
        mouse.move(*builder.wire_middle("dense_1@0", "dense_2@0"), steps=steps)
    builder.until(lambda: builder.root.locator(".kw-wire-drop").count() == 1)
    mouse.up()
    builder.until(lambda: "activation_1@0#0" in builder.wires() and builder.state("activation_1@0") == "ok")
    assert builder.undo() == "put 'activation_1' after 'dense_1'"
    # Nothing lands on another card.
    builder.drag(builder.middle(builder.entry("Add")), builder.middle(builder.node("dense_1@0")))
    builder.until(lambda: "add_1@0" in builder.nodes())
    builder.drag(builder.middle(builder.node("dense_2@0")), builder.middle(builder.node("flatten_1@0")))
    builder.until(lambda: overlaps(builder) == [])


def test_a_wire_is_taken_away_or_opened_for_a_layer_and_a_layer_is_used_twice(open_builder, light):
    builder = open_builder(light, "wires", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.settled()
    builder.page.mouse.click(*builder.wire_middle("flatten_1@0", "dense_1@0"))
    builder.page.keyboard.press("Delete")
    builder.until(lambda: builder.wires() == ["flatten_1@0#0"])
    builder.until(lambda: builder.state("dense_1@0") == "wrong")
    builder.root.get_by_test_id("kw-undo").click()
    builder.until(lambda: builder.state("dense_1@0") == "ok")
    builder.page.mouse.click(*builder.wire_middle("flatten_1@0", "dense_1@0"), button="right")
    builder.root.get_by_role("menuitem", name="Put a layer on this wire").click()
    builder.page.keyboard.type("dropout 0.3")
    builder.until(lambda: "Dropout" in builder.root.locator(".kw-search-hot").inner_text())
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "dropout_1@0#0" in builder.wires() and builder.state("dense_1@0") == "ok")
    builder.command("Use the same layer again", on="dense_1@0")
    builder.until(lambda: "dense_1@1" in builder.nodes())
    assert "used 2 times" in builder.node("dense_1@1").inner_text()
    # The inspector lists the uses; each leads to its card.
    builder.until(lambda: "One layer, used 2 times" in builder.root.locator(".kw-inspector").inner_text())
    builder.root.locator(".kw-inspector").get_by_role("button", name="after dropout_1").click()
    builder.until(lambda: builder.chosen() == ["dense_1@0"])
    # A circle is refused in words, and nothing changes.
    before = builder.wires()
    builder.connect("dense_1@0", "flatten_1@0")
    builder.root.get_by_test_id("kw-toast").wait_for()
    assert "circle" in builder.root.get_by_test_id("kw-toast").inner_text() and builder.wires() == before


# What is chosen.


def test_several_cards_are_chosen_edited_moved_copied_and_switched_at_once(open_builder, light):
    builder = open_builder(light, "several", DIGITS)
    page, root = builder.page, builder.root
    builder.node("conv2d_1@0").click()
    builder.node("conv2d_2@0").click(modifiers=["Shift"])
    builder.until(lambda: builder.field("filters").count() == 1)
    builder.set("filters", "24")
    builder.until(lambda: builder.shape("conv2d_1@0") == "8×8×24" and builder.shape("conv2d_2@0") == "8×8×24")
    # Keys act on all of them, in one step each.
    builder.node("conv2d_2@0").focus()
    for key, mark in (("f", ".kw-card-frozen"), ("b", ".kw-card-bypassed")):
        if key == "b":
            builder.node("dropout_1@0").click()
        page.keyboard.press(key)
        builder.until(lambda mark=mark: root.locator(mark).count() == (2 if mark == ".kw-card-frozen" else 1))
        builder.undo()
        builder.until(lambda mark=mark: root.locator(mark).count() == 0)
    # A lasso with Shift.
    top = builder.node("conv2d_1@0").bounding_box()
    low = builder.node("conv2d_2@0").bounding_box()
    page.keyboard.down("Shift")
    builder.drag((top["x"] - 12, top["y"] - 12), (low["x"] + low["width"] + 12, low["y"] + low["height"] + 12))
    page.keyboard.up("Shift")
    builder.until(lambda: builder.chosen() == ["conv2d_1@0", "conv2d_2@0"])
    # Arrow keys move them, in one step however often they are pressed.
    start = builder.node("conv2d_1@0").bounding_box()["x"]
    builder.node("conv2d_1@0").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    builder.until(lambda: "move 2 cards" in root.get_by_test_id("kw-undo").get_attribute("title"))
    builder.until(lambda: builder.node("conv2d_1@0").bounding_box()["x"] > start)
    assert builder.undo() == "move 2 cards"
    assert "filters → 24 of 2 layers" in root.get_by_test_id("kw-undo").get_attribute("title")
    # Copied and pasted behind what is chosen; duplicated; cut.
    page.keyboard.press("Control+c")
    builder.node("conv2d_2@0").click()
    page.keyboard.press("Control+v")
    builder.until(lambda: {"conv2d_3@0", "conv2d_4@0"} <= set(builder.nodes()))
    builder.until(lambda: builder.state("conv2d_4@0") == "ok")
    builder.node("dense_1@0").click()
    page.keyboard.press("Control+d")
    builder.until(lambda: "dense_3@0" in builder.nodes())
    builder.until(lambda: builder.chosen() == ["dense_3@0"])
    page.keyboard.press("Control+x")
    builder.until(lambda: "dense_3@0" not in builder.nodes() and builder.state("dense_2@0") == "ok")
    assert builder.undo() == "cut 'dense_3'"
    # Aligned by the menu.
    left = [builder.node(node) for node in ("conv2d_1@0", "conv2d_2@0")]
    left[0].click()
    page.keyboard.press("Shift+ArrowLeft")
    builder.until(lambda: abs(left[0].bounding_box()["x"] - left[1].bounding_box()["x"]) > 9)
    left[1].click(modifiers=["Shift"])
    builder.command("Align left edges", on="conv2d_2@0", under="Align")
    builder.until(lambda: abs(left[0].bounding_box()["x"] - left[1].bounding_box()["x"]) < 1)
    builder.until(lambda: "align 2 cards" in root.get_by_test_id("kw-undo").get_attribute("title"))
    assert overlaps(builder) == []


def test_deleting_heals_and_every_change_is_undone_in_words(open_builder, light):
    builder = open_builder(light, "undo", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense", "Dropout"):
        builder.add(class_name)
    builder.node("dense_1@0").click()
    builder.set("units", "32")
    builder.until(lambda: builder.shape("dense_1@0") == "32")
    builder.node("dense_1@0").focus()
    builder.page.keyboard.press("Delete")
    builder.until(lambda: len(builder.nodes()) == 3 and len(builder.wires()) == 2)
    assert builder.undo() == "delete 'dense_1'"
    builder.until(lambda: len(builder.nodes()) == 4)
    # The form, by the key in its own field and by the button.
    builder.node("dense_1@0").click()
    builder.field("units").focus()
    assert builder.undo() == "units 10 → 32"
    builder.until(lambda: builder.shape("dense_1@0") == "10")
    builder.root.get_by_test_id("kw-redo").click()
    builder.until(lambda: builder.said() == "Done again: units 10 → 32" and builder.shape("dense_1@0") == "32")
    # Text and training.
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    builder.root.get_by_test_id("kw-text").fill(builder.text().replace("units: 32", "units: 25"))
    builder.press("Use this")
    builder.until(lambda: "paste" in builder.root.get_by_test_id("kw-undo").get_attribute("title"))
    builder.go("Train")
    builder.root.locator('[data-field="epochs"]').fill("7")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "epochs" in builder.root.get_by_test_id("kw-undo").get_attribute("title"))
    builder.root.get_by_test_id("kw-page").focus()
    builder.root.get_by_test_id("kw-page-train").focus()
    assert "epochs" in builder.undo()
    assert "paste" in builder.undo()
    builder.go("Build")
    builder.until(lambda: builder.shape("dense_1@0") == "32")


# Folds, blocks, wrappers, notes.


def test_a_fold_is_edited_as_one_card_opened_in_place_and_folded_again(open_builder, light):
    builder = open_builder(light, "fold", template("vgg16"))
    page, root = builder.page, builder.root
    fold, folded = "fold:block2_conv1@0", len(builder.nodes())
    assert folded <= 15
    builder.node(fold).click()
    builder.set("filters", "96")
    builder.until(lambda: builder.shape(fold) == "112×112×96")
    assert builder.undo() == "filters 128 → 96 of 2 layers"
    builder.node(fold).click()
    for keys, words in (("f", "freeze 2 layers"), ("Control+d", "duplicate 2 layers"), ("Delete", "delete 2 layers")):
        page.keyboard.press(keys)
        builder.until(lambda words=words: words in root.get_by_test_id("kw-undo").get_attribute("title"))
        assert builder.undo() == words
        builder.until(lambda: len(builder.nodes()) == folded)
        builder.node(fold).click()
    builder.search("dropout 0.2")
    builder.until(lambda: "Dropout" in root.locator(".kw-search-hot").inner_text())
    page.keyboard.press("Enter")
    builder.until(lambda: "dropout_1@0#0" in builder.wires())
    builder.undo()
    # Opened by a double click, edited in place, folded again by its frame.
    builder.node(fold).dblclick()
    builder.until(lambda: len(builder.nodes()) == folded + 1 and root.locator(".kw-frame-outline").count() == 1)
    builder.node("block2_conv2@0").click()
    builder.set("filters", "64")
    builder.until(lambda: builder.shape("block2_conv2@0") == "112×112×64")
    assert builder.shape("block2_conv1@0") == "112×112×128"
    root.locator(".kw-frame-title button").click()
    builder.until(lambda: len(builder.nodes()) == folded)
    # Found by name inside a fold, which opens for it.
    page.keyboard.press("Control+f")
    page.keyboard.type("block5_conv3")
    builder.until(lambda: "block5_conv3" in str(root.locator(".kw-search-hot").all_inner_texts()))
    page.keyboard.press("Enter")
    builder.until(lambda: builder.chosen() == ["block5_conv3@0"])
    root.locator(".kw-canvas").focus()
    page.keyboard.press("e")
    builder.until(lambda: root.locator(".kw-frame-outline").count() == 0)
    page.keyboard.press("e")
    builder.until(lambda: root.locator(".kw-card-stack").count() == 0)


def test_layers_are_grouped_edited_inside_and_wrapped(open_builder, light):
    builder = open_builder(light, "group", DIGITS, template("text_lstm").replace("b = ", "c = ").replace("\nb", "\nc"))
    page = builder.page
    builder.node("conv2d_1@0").click()
    builder.node("conv2d_2@0").click(modifiers=["Shift"])
    page.keyboard.press("g")
    builder.until(lambda: len(builder.nodes()) == 7)
    block = "block_1@0"
    builder.until(lambda: builder.state(block) == "ok" and builder.state("dense_2@0") == "ok")
    # The settings of the layers in it stand beside the closed block too.
    builder.node(block).click()
    builder.root.locator('.kw-inspector [data-field="layers.conv2d_2.filters"]').wait_for()
    builder.set("layers.conv2d_2.filters", "20")
    builder.until(lambda: builder.shape(block) == "8×8×20")
    builder.command("Take the block apart", on=block)
    builder.until(lambda: len(builder.nodes()) == 8 and builder.shape("conv2d_2@0") == "8×8×20")
    # An input cannot be in a block: refused in words, and nothing changes.
    builder.node("input_1@0").click()
    page.keyboard.press("g")
    builder.until(lambda: "stays outside a block" in builder.root.get_by_test_id("kw-toast").inner_text())
    assert len(builder.nodes()) == 8
    # Wrapped, the layer keeps its own form.
    other = builder.view(1)
    other.root.scroll_into_view_if_needed()
    lstm = next(node for node in other.nodes() if node.startswith("lstm"))
    other.node(lstm).click()
    units = other.field("units").input_value()
    other.field("wrapper").select_option("Bidirectional")
    other.until(lambda: other.field("layer.units").count() == 1)
    assert other.field("layer.units").input_value() == units
    other.set("layer.units", "12")
    other.until(lambda: other.shape(lstm) == "24")
    other.field("wrapper").select_option("")
    other.until(lambda: other.shape(lstm) == "12")


def test_a_block_opens_in_place_and_is_edited_like_the_model_around_it(open_builder, light):
    builder = open_builder(light, "inside", DIGITS)
    page, root = builder.page, builder.root
    builder.node("conv2d_1@0").click()
    builder.node("conv2d_2@0").click(modifiers=["Shift"])
    page.keyboard.press("g")
    builder.until(lambda: "block_1@0" in builder.nodes())
    outside = len(builder.nodes())
    inner = [within("block_1@0", f"conv2d_{number}@0") for number in (1, 2)]
    builder.node("block_1@0").dblclick()
    builder.until(lambda: set(inner) <= set(builder.nodes()) and len(builder.nodes()) == outside + 1)
    assert root.locator(".kw-frame-title").inner_text().startswith("block_1")
    # A setting, by the inspector.
    builder.node(inner[1]).click()
    builder.set("filters", "20")
    builder.until(lambda: builder.shape(inner[1]) == "8×8×20")
    # A layer behind it, from the search; then it is undone and done again.
    builder.node(inner[1]).click()
    builder.search("dropout 0.3")
    builder.until(lambda: "Dropout" in root.locator(".kw-search-hot").inner_text())
    page.keyboard.press("Enter")
    dropout = within("block_1@0", "dropout_1@0")
    builder.until(lambda: builder.chosen() == [dropout])
    assert builder.undo() == "add Dropout in 'block_1'"
    builder.until(lambda: dropout not in builder.nodes())
    page.keyboard.press("Control+y")
    builder.until(lambda: dropout in builder.nodes())
    # Renamed, and refused in words where a gesture reaches across the edge.
    builder.node(inner[0]).click()
    page.keyboard.press("F2")
    page.keyboard.type("first")
    page.keyboard.press("Enter")
    builder.until(lambda: builder.chosen() == [within("block_1@0", "first@0")])
    builder.node("flatten_1@0").click(modifiers=["Shift"])
    page.keyboard.press("g")
    builder.until(lambda: "reaches across the edge of 'block_1'" in root.get_by_test_id("kw-toast").inner_text())
    # Closed by its frame; the search opens it again for what is in it.
    root.locator(".kw-frame-title button").click()
    builder.until(lambda: len(builder.nodes()) == outside)
    page.keyboard.press("Control+f")
    page.keyboard.type("dropout_1")
    builder.until(lambda: "dropout_1" in str(root.locator(".kw-search-hot").all_inner_texts()))
    page.keyboard.press("Enter")
    builder.until(lambda: builder.chosen() == [dropout])
    root.locator(".kw-frame-title").dblclick(position={"x": 20, "y": 8})
    builder.until(lambda: len(builder.nodes()) == outside)
    builder.go("Code")
    builder.until(lambda: "rate: 0.3" in builder.text() and "filters: 20" in builder.text())
    assert "name: first" in builder.text()
    assert "class_name: Model" in builder.text()


def test_layers_go_between_two_builders_as_text_and_into_blocks(open_builder, light, tmp_path):
    home = f"import os\nos.environ['KWIDGETS_HOME'] = {str(tmp_path)!r}"
    builder = open_builder(light, "two", home, DIGITS, EMPTY.replace("b = ", "c = ").replace("\nb", "\nc"))
    page, other = builder.page, builder.view(1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    builder.node("conv2d_1@0").click()
    builder.node("max_pooling2d_1@0").click(modifiers=["Shift"])
    builder.until(lambda: builder.root.locator(".kw-inspector-head").inner_text().startswith("2 layers"))
    builder.node("conv2d_1@0").focus()
    page.keyboard.press("Control+c")
    copied = "() => navigator.clipboard.readText()"
    builder.until(lambda: "class_name: MaxPooling2D" in page.evaluate(copied))
    assert page.evaluate(copied).startswith("kwidgets: fragment")
    # Saved under a name that is asked for, shown in the palette of both.
    builder.command("Save to My blocks", on="conv2d_1@0")
    page.keyboard.type("conv and pool")
    page.keyboard.press("Enter")
    builder.root.locator(".kw-palette-fold").last.click()
    block = builder.root.get_by_test_id("kw-block")
    builder.until(lambda: block.all_inner_texts() == ["conv and pool"])
    other.root.locator(".kw-palette-fold").last.click()
    other.until(lambda: other.root.get_by_test_id("kw-block").all_inner_texts() == ["conv and pool"])
    builder.node("dropout_1@0").click()
    block.click()
    builder.until(lambda: {"conv2d_3@0", "max_pooling2d_2@0"} <= set(builder.nodes()))
    assert builder.state("max_pooling2d_2@0") == "ok" and builder.undo() == "paste 2 layers"
    builder.node("dropout_1@0").click()
    builder.search("conv and")
    builder.until(lambda: "conv and pool" in builder.root.locator(".kw-search-hot").inner_text())
    page.keyboard.press("Enter")
    builder.until(lambda: {"conv2d_3@0", "max_pooling2d_2@0"} <= set(builder.nodes()))
    builder.root.get_by_role("button", name="Remove the block conv and pool").click()
    builder.until(lambda: block.count() == 0)
    other.until(lambda: other.root.get_by_test_id("kw-block").count() == 0)
    # Pasted into the other builder.
    other.root.scroll_into_view_if_needed()
    other.add("InputLayer")
    other.root.locator(".kw-canvas").focus()
    page.keyboard.press("Control+v")
    other.until(lambda: {"conv2d_1@0", "max_pooling2d_1@0"} <= set(other.nodes()))
    # What is no text of layers is refused, and nothing changes.
    page.evaluate("() => navigator.clipboard.writeText('nothing of ours')")
    count = len(other.nodes())
    page.keyboard.press("Control+v")
    other.root.get_by_test_id("kw-toast").wait_for()
    assert len(other.nodes()) == count


def test_a_note_is_written_kept_and_taken_away(open_builder, light):
    builder = open_builder(light, "note", DIGITS)
    builder.page.mouse.move(*builder.free_point())
    builder.root.locator(".kw-canvas").focus()
    builder.page.keyboard.press("n")
    builder.root.locator(".kw-note textarea:focus").wait_for()
    builder.page.keyboard.type("two convolutions are enough")
    builder.node("dense_1@0").click()
    builder.until(lambda: "note" in builder.root.get_by_test_id("kw-undo").get_attribute("title"))
    builder.go("Code")
    builder.until(lambda: "two convolutions are enough" in builder.text())
    builder.go("Build")
    builder.root.get_by_role("button", name="Remove the note").click()
    builder.until(lambda: builder.root.locator(".kw-note").count() == 0)
    builder.undo()
    builder.until(lambda: builder.root.locator(".kw-note textarea").input_value() == "two convolutions are enough")


# By keyboard alone.


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


# Forms and texts.


def test_the_form_takes_a_value_gives_a_refused_one_back_and_knows_its_layer(open_builder, light):
    builder = open_builder(light, "form", DIGITS)
    builder.node("dense_1@0").click()
    builder.set("units", "7")
    builder.until(lambda: builder.shape("dense_1@0") == "7")
    builder.set("units", "-2")
    builder.until(lambda: builder.root.locator(".kw-field-refusal").count() == 1)
    assert "above 0" in builder.root.locator(".kw-field-refusal").inner_text()
    assert builder.field("units").input_value() == "7" and builder.shape("dense_1@0") == "7"
    builder.field("activation").select_option("tanh")
    builder.until(lambda: "tanh" in builder.node("dense_1@0").inner_text())
    # Typed and not sent when another card is chosen: it goes to the layer it was typed for.
    builder.field("units").fill("48")
    builder.node("dense_2@0").click()
    builder.until(lambda: builder.shape("dense_1@0") == "48")
    assert builder.shape("dense_2@0") == "10"


def test_pasted_text_becomes_the_graph_and_typed_text_is_never_lost(open_builder, light):
    builder = open_builder(light, "text", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    good, field = builder.text(), builder.root.get_by_test_id("kw-text")
    field.fill(good.replace("units: 10", "units: many"))
    builder.press("Use this")
    builder.until(lambda: builder.root.get_by_test_id("kw-text-error").count() == 1)
    line = good[: good.index("units: 10")].count("\n") + 1
    assert f"Line {line}" in builder.root.get_by_test_id("kw-text-error").inner_text()
    field.fill(good.replace("units: 10", "units: 25"))
    builder.press("Use this")
    builder.go("Build")
    builder.until(lambda: builder.shape("dense_1@0") == "25")
    # A draft outlives another page and a change of the graph.
    builder.go("Code")
    builder.until(lambda: "units: 25" in builder.text())
    mine = builder.text() + "# mine\n"
    field.fill(mine)
    builder.go("Build")
    assert builder.root.locator(".kw-unsent").count() == 1
    builder.add("Dropout")
    builder.go("Code")
    assert builder.text() == mine
    builder.press("Keep mine")
    assert builder.text() == mine


def test_a_model_is_opened_by_its_path_and_weights_are_taken_from_a_file(open_builder, light, tmp_path):
    model = Sequential([Dense(4, activation="relu", input_dim=3, name="first"), Dense(1, name="last")])
    model.compile("sgd", "mse")
    model.save(tmp_path / "small.h5")
    model.save_weights(tmp_path / "weights.h5")
    builder = open_builder(light, "by_path", EMPTY)
    path = builder.root.get_by_test_id("kw-model-path")
    # What is not there is said, and what was typed stays.
    path.fill(str(tmp_path / "none.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "No such file" in builder.root.locator(".kw-path-refused").inner_text())
    assert path.input_value().endswith("none.h5")
    path.fill(str(tmp_path / "small.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: {"first@0", "last@0"} <= set(builder.nodes()))
    about = builder.root.get_by_test_id("kw-first-weights")
    builder.until(lambda: "the weights of small.h5" in about.inner_text())
    # A change of the graph takes them away; undone, another file's can be loaded.
    builder.node("first@0").click()
    builder.set("units", "5")
    builder.page.mouse.click(*builder.free_point())
    builder.until(lambda: "new weights" in about.inner_text())
    weights = builder.root.get_by_test_id("kw-weights-path")
    weights.fill(str(tmp_path / "weights.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "first" in builder.root.locator(".kw-path-refused").inner_text())
    builder.root.locator(".kw-canvas").focus()
    builder.undo()
    weights.fill(str(tmp_path / "weights.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "the weights of weights.h5" in about.inner_text())
