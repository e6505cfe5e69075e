"""Wires drawn, dropped on, taken away and opened by hand."""

from tests.e2e.cells import DIGITS, IMAGES


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
    builder.until(lambda: builder.overlaps() == [])


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
