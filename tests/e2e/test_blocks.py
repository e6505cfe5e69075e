"""Opened nested models in the browser: while training, in two views, by keyboard alone, and under a quick hand."""

from kwidgets.document.nested import within
from tests.e2e.cells import DIGITS, EMPTY, ENDLESS, template

BLOCK, HEAD = "block_1@0", within("block_1@0", "block_1@0")
GROUPED = (
    "from kwidgets import Builder\nb = Builder(template='digits_cnn')\n"
    "b.document.do({'do': 'group', 'nodes': ['conv2d_1@0', 'conv2d_2@0'], 'name': 'block_1'})"
)
DEEP = (
    f"{GROUPED}\nb.document.open_fold('block_1@0')\n"
    f"b.document.do({{'do': 'group', 'nodes': [{within(BLOCK, 'conv2d_2@0')!r}], 'name': 'block_1'}})\n"
    "b.document.open_all(False)"
)
FIRST, SECOND = within(BLOCK, "conv2d_1@0"), within(BLOCK, "conv2d_2@0")


def focused(builder):
    return builder.page.evaluate("() => document.activeElement.dataset.key")


def walk_to(builder, key):
    """By arrow keys, from the first row of the outline."""
    builder.page.keyboard.press("Home")
    rows = builder.root.get_by_role("treeitem").count()
    for _ in range(rows):
        if focused(builder) == key:
            return
        builder.page.keyboard.press("ArrowDown")
    raise AssertionError(f"the outline has no row {key!r}")


def enter_outline(builder):
    builder.root.locator(".kw-outline .kw-fold-button").focus()
    builder.page.keyboard.press("Enter")
    builder.root.locator('[role="treeitem"]').first.wait_for()
    builder.page.keyboard.press("Tab")
    builder.page.keyboard.press("Tab")
    builder.until(lambda: focused(builder) is not None)


def test_a_model_is_trained_while_a_block_is_open(open_builder, light):
    builder = open_builder(
        light, "open_training", f"{GROUPED}\nb.document.do({{'do': 'set_training', 'epochs': {ENDLESS}}})\nb"
    )
    page, root = builder.page, builder.root
    builder.node(BLOCK).dblclick()
    builder.until(lambda: SECOND in builder.nodes())
    builder.go("Train")
    builder.train()
    builder.until(lambda: builder.run_state() == "running" and builder.points() > 3)
    builder.go("Build")
    builder.until(lambda: SECOND in builder.nodes() and root.locator(".kw-frame-title").count() == 1)
    # What is inside is looked at and not edited; the block is closed and opened as at any time.
    builder.node(SECOND).click()
    builder.until(lambda: builder.field("filters").count() == 1)
    assert builder.field("filters").is_disabled()
    root.locator(".kw-canvas").focus()
    page.keyboard.press("Delete")
    page.wait_for_timeout(200)
    assert SECOND in builder.nodes()
    root.locator(".kw-frame-title button").click()
    builder.until(lambda: BLOCK in builder.nodes())
    builder.node(BLOCK).dblclick()
    builder.until(lambda: FIRST in builder.nodes())
    builder.go("Train")
    few = builder.points()
    builder.until(lambda: builder.points() > few)
    builder.train()
    builder.until(lambda: builder.run_state() == "stopped")
    builder.go("Build")
    builder.node(SECOND).click()
    builder.set("filters", "12")
    builder.until(lambda: builder.shape(SECOND).endswith("×12"))


def test_two_views_of_one_builder_show_one_open_block_and_choose_apart(open_builder, light):
    first = open_builder(light, "open_twice", f"{GROUPED}\nb", "b")
    page = first.page
    first.until(lambda: page.locator(".kw-root").count() == 2)
    second = first.view(1)
    first.node(BLOCK).dblclick()
    first.until(lambda: SECOND in first.nodes() and SECOND in second.nodes())
    first.node(FIRST).click()
    first.until(lambda: first.field("filters").count() == 1)
    second.root.scroll_into_view_if_needed()
    second.node(SECOND).click()
    second.until(lambda: second.chosen() == [SECOND])
    assert first.chosen() == [FIRST]
    second.set("filters", "9")
    second.until(lambda: second.shape(SECOND).endswith("×9") and first.shape(SECOND).endswith("×9"))
    # A layer that goes in one view is gone in the other, where something else stays chosen.
    second.root.locator(".kw-canvas").focus()
    page.keyboard.press("Delete")
    first.until(lambda: SECOND not in first.nodes() and SECOND not in second.nodes())
    assert first.chosen() == [FIRST]
    first.root.scroll_into_view_if_needed()
    first.root.locator(".kw-frame-title button").click()
    second.until(lambda: BLOCK in second.nodes() and BLOCK in first.nodes())


def test_a_block_in_a_block_is_edited_in_the_outline_by_keyboard_alone(open_builder, light):
    builder = open_builder(light, "deep_outline", f"{DEEP}\nb")
    page, root = builder.page, builder.root
    press = page.keyboard.press
    deep = within(HEAD, "conv2d_2@0")
    builder.until(lambda: BLOCK in builder.nodes())
    enter_outline(builder)
    for block in (BLOCK, HEAD):
        walk_to(builder, block)
        press("ArrowRight")
        builder.until(lambda: root.locator(".kw-tree-inside").count() == 1)
        walk_to(builder, f"{block} inside")
        press("Enter")
        builder.until(lambda block=block: block not in builder.nodes() and root.locator(".kw-tree-inside").count() == 0)
    builder.until(lambda: deep in builder.nodes())
    level = root.locator(f'[role="treeitem"][data-key="{deep}"]').get_attribute("aria-level")
    assert level == "3"
    # A name, and a layer behind it.
    walk_to(builder, deep)
    press("F2")
    page.keyboard.type("inmost")
    press("Enter")
    named = within(HEAD, "inmost@0")
    builder.until(lambda: named in builder.nodes())
    walk_to(builder, named)
    builder.search("dropout")
    press("Enter")
    dropout = within(HEAD, "dropout_1@0")
    builder.until(lambda: dropout in builder.nodes())
    builder.until(lambda: root.locator(f'[role="treeitem"][data-key="{dropout}"]').count() == 1)
    # Taken out again, and both blocks closed.
    if focused(builder) is None:
        root.locator('[role="treeitem"][tabindex="0"]').focus()
    walk_to(builder, dropout)
    press("Delete")
    builder.until(lambda: dropout not in builder.nodes())
    if focused(builder) is None:
        root.locator('[role="treeitem"][tabindex="0"]').focus()
    for block in (HEAD, BLOCK):
        walk_to(builder, block)
        press("ArrowLeft")
        builder.until(lambda block=block: block in builder.nodes())
    assert root.locator(".kw-frame-title").count() == 0


def test_a_click_on_an_inner_card_right_after_opening_is_never_lost(open_builder, light):
    builder = open_builder(light, "quick_inside", f"{GROUPED}\nb")
    for target in (FIRST, SECOND, FIRST, SECOND):
        builder.node(BLOCK).dblclick()
        # Where it stands as soon as it is there, while the canvas may still be moving.
        builder.node(target).wait_for()
        builder.page.mouse.click(*builder.middle(builder.node(target)))
        builder.until(lambda target=target: builder.chosen() == [target])
        builder.until(lambda: builder.field("filters").count() == 1)
        builder.root.locator(".kw-frame-title button").click()
        builder.until(lambda: BLOCK in builder.nodes())


def test_the_edge_of_an_open_block_is_wired_joined_and_foreseen_as_it_is_seen(open_builder, light):
    builder = open_builder(light, "edge", f"{GROUPED}\nb")
    page, root = builder.page, builder.root
    foot, brings = (root.get_by_test_id(name) for name in ("kw-search-foot", "kw-brings"))
    builder.node(BLOCK).dblclick()
    builder.until(lambda: SECOND in builder.nodes())
    builder.settled()
    # The wire into the block is one with the wire outside.
    page.mouse.click(*builder.wire_middle("input_1@0", FIRST))
    page.keyboard.press("Delete")
    builder.until(lambda: builder.state("flatten_1@0") == "waiting")
    assert builder.undo() == "disconnect a wire"
    builder.until(lambda: builder.state("flatten_1@0") == "ok")
    # What a layer inside would change in there and behind the block.
    builder.node(FIRST).click()
    builder.search("max pooling 2d")
    builder.until(lambda: root.locator(".kw-search-hot").inner_text().startswith("MaxPooling2D"))
    builder.until(lambda: "Flatten" in foot.inner_text() and "dense_1" in brings.inner_text())
    # Inner layers are found from anywhere.
    page.keyboard.press("Control+a")
    page.keyboard.type("conv2d_2")
    builder.until(lambda: "go there, in block_1" in str(root.locator(".kw-search-row").all_inner_texts()))
    page.keyboard.press("Escape")
    # A branch that leads nowhere is a problem in words; it is joined by a wire as anywhere.
    builder.node(FIRST).click()
    builder.search("conv2d 16 3")
    builder.until(lambda: root.locator(".kw-search-hot").inner_text().startswith("Conv2D"))
    page.keyboard.press("Alt+Enter")
    branch = within(BLOCK, "conv2d_3@0")
    builder.until(lambda: branch in builder.nodes())
    builder.until(lambda: builder.state("flatten_1@0") == "ok")
    assert "'conv2d_3' leads nowhere" in builder.problems()[0]
    root.get_by_test_id("kw-dock-problems").click()
    builder.connect(branch, SECOND)
    menu = root.get_by_test_id("kw-join")
    menu.wait_for()
    assert "conv2d_1 is wired to this input already" in menu.inner_text()
    root.get_by_role("menuitem", name="Instead of conv2d_1").click()
    builder.until(lambda: "leads nowhere" not in str(builder.problems()))


def test_a_model_in_a_wrapper_says_why_it_does_not_open(open_builder, light):
    steps = (
        "from kwidgets import Builder\nb = Builder()\ndo = b.document.do\n"
        "do({'do': 'add', 'class_name': 'Input', 'settings': {'shape': [5, 4]}})\n"
        "do({'do': 'add', 'class_name': 'Dense', 'after': 'input_1@0'})\n"
        "do({'do': 'group', 'nodes': ['dense_1@0'], 'name': 'steps'})\n"
        "do({'do': 'wrap', 'layers': ['steps'], 'wrapper': 'TimeDistributed'})\nb"
    )
    builder = open_builder(light, "wrapped", steps)
    builder.node("steps@0").dblclick()
    toast = builder.root.get_by_test_id("kw-toast")
    toast.wait_for()
    assert "applies a whole model to each step" in toast.inner_text() and "Wrapped in" in toast.inner_text()
    builder.until(lambda: "applies a whole model" in builder.root.locator(".kw-inspector").inner_text())


def test_cards_inside_and_outside_are_chosen_frozen_and_removed_together(open_builder, light):
    builder = open_builder(light, "across", f"{GROUPED}\nb")
    page, root = builder.page, builder.root
    builder.node(BLOCK).dblclick()
    builder.until(lambda: SECOND in builder.nodes())
    builder.settled()
    builder.node(SECOND).click()
    builder.node("dense_1@0").click(modifiers=["Shift"])
    builder.until(lambda: builder.chosen() == [SECOND, "dense_1@0"])
    page.keyboard.press("f")
    builder.until(lambda: root.locator(".react-flow__node").filter(has_text="frozen").count() == 2)
    root.locator(".kw-canvas").focus()
    page.keyboard.press("Delete")
    builder.until(lambda: SECOND not in builder.nodes() and "dense_1@0" not in builder.nodes())
    assert builder.undo() == "delete 'conv2d_2' in 'block_1' and delete 'dense_1'"
    builder.until(lambda: SECOND in builder.nodes() and "dense_1@0" in builder.nodes())
    # What cannot be done inside is said with the way out.
    builder.node("dropout_1@0").click()
    builder.until(lambda: builder.chosen() == ["dropout_1@0"])
    builder.node(SECOND).click()
    builder.until(lambda: builder.chosen() == [SECOND])
    root.locator(".kw-canvas").focus()
    page.keyboard.press("b")
    toast = root.get_by_test_id("kw-toast")
    builder.until(lambda: "cannot be bypassed" in str(toast.all_inner_texts()))


def test_an_own_block_that_holds_a_nested_model_goes_into_the_model_and_into_an_open_block(
    open_builder, light, tmp_path
):
    home = f"import os\nos.environ['KWIDGETS_HOME'] = {str(tmp_path)!r}"
    nested = (
        "from kwidgets import Builder\nb = Builder(template='digits_cnn')\n"
        "b.document.do({'do': 'group', 'nodes': ['conv2d_2@0'], 'name': 'inner'})\nb"
    )
    builder = open_builder(light, "own_nested", home, nested)
    page, root, toast = builder.page, builder.root, builder.root.get_by_test_id("kw-toast")
    builder.node("inner@0").click()
    builder.node("max_pooling2d_1@0").click(modifiers=["Shift"])
    page.keyboard.press("g")
    builder.until(lambda: "block_1@0" in builder.nodes() and len(builder.nodes()) == 7)
    builder.settled()
    builder.command("Save to My blocks", on="block_1@0")
    page.keyboard.press("Control+a")
    page.keyboard.type("my halves")
    page.keyboard.press("Enter")
    root.locator(".kw-palette-fold").last.click()
    block = root.get_by_test_id("kw-block")
    builder.until(lambda: block.count() == 1)
    # Into the model, where another shape arrives: it takes that one, has the name under which it was saved, and says so.
    block.scroll_into_view_if_needed()
    builder.settled()
    builder.drag(builder.middle(block), builder.wire_middle("dropout_1@0", "flatten_1@0"))
    made = "my_halves@0"
    builder.until(lambda: builder.chosen() == [made] and builder.shape(made) == "2×2×32")
    assert "'my_halves' takes 4×4×32 here" in toast.inner_text()
    assert {builder.state(node) for node in builder.nodes()} == {"ok"}
    # It opens, and the model in it, too.
    builder.settled()
    builder.node(made).dblclick()
    inner = within(made, "inner@0")
    builder.until(lambda: inner in builder.nodes())
    builder.settled()
    builder.node(inner).dblclick()
    builder.until(lambda: within(inner, "conv2d_2@0") in builder.nodes())
    assert builder.shape(within(inner, "conv2d_2@0")) == "4×4×32"
    root.get_by_role("button", name="Fold all").click()
    builder.until(lambda: made in builder.nodes())
    builder.settled()
    assert builder.undo() == "paste 'my_halves'"
    # Into an open block, between its layers; a click adds it behind what is chosen there.
    builder.node("block_1@0").dblclick()
    first, last = within("block_1@0", "inner@0"), within("block_1@0", "max_pooling2d_1@0")
    builder.until(lambda: first in builder.nodes())
    builder.settled()
    builder.drag(builder.middle(block), builder.wire_middle(first, last))
    there = within("block_1@0", made)
    builder.until(lambda: builder.chosen() == [there] and builder.shape(there) == "4×4×32")
    builder.until(lambda: builder.shape(last) == "2×2×32" and builder.state("dense_2@0") == "ok")
    assert builder.undo() == "paste 'my_halves' in 'block_1'"
    builder.settled()
    builder.node(last).click()
    block.click()
    builder.until(lambda: builder.chosen() == [there] and builder.shape(there) == "2×2×32")
    # Where it cannot stand it says why, and stands by itself.
    builder.node("flatten_1@0").click()
    block.click()
    builder.until(lambda: builder.chosen() == [made] and builder.state(made) == "wrong")
    assert "Not wired behind 'flatten_1'" in toast.inner_text()


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
