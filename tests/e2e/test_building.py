"""Building with mouse and keyboard in JupyterLab: what a hand does, and what is on the screen after it."""

from tests.e2e.cells import DIGITS, IMAGES, template


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
    builder.until(lambda: [builder.shape(name) for name in ("input_1@0", "flatten_1@0")] == ["8×8×1", "64"])
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
    # While a mend is pointed at, the canvas shows the cards as they would be.
    mends.nth(0).hover()
    builder.until(lambda: builder.shape("conv2d_3@0") == "8×8×16" and builder.shape("add_1@0") == "8×8×16")
    assert "each trains a batch" in root.locator(".kw-inspector").inner_text()
    # The button that was pressed last shows its own while it has the focus.
    root.locator(".kw-canvas").focus()
    builder.node("conv2d_1@0").hover()
    builder.until(lambda: builder.shape("conv2d_3@0") == "4×4×16" and builder.state("add_1@0") == "wrong")
    mends.nth(1).get_by_role("button", name="Preview").click()
    assert mends.nth(1).get_by_test_id("kw-brings").count() == 0
    mends.nth(1).get_by_role("button", name="Apply").click()
    builder.until(lambda: builder.shape("add_1@0") == "4×4×16")


def test_a_value_says_what_it_would_change_while_it_is_typed(open_builder, light):
    builder = open_builder(light, "ahead", template("residual"))
    builder.node("conv2d_3@0").click()
    ahead = builder.root.get_by_test_id("kw-ahead")
    builder.until(lambda: builder.field("filters").count() == 1)
    builder.field("filters").fill("24")
    builder.until(lambda: "Would be wrong: 'add_1' gets" in ahead.inner_text())
    builder.until(lambda: builder.state("add_1@0") == "wrong" and builder.shape("conv2d_3@0") == "8×8×24")
    builder.field("filters").fill("-3")
    builder.until(lambda: "filters" in ahead.inner_text() and "-3" in ahead.inner_text())
    builder.page.keyboard.press("Escape")
    builder.until(lambda: builder.state("add_1@0") == "ok" and ahead.count() == 0)
    assert builder.field("filters").input_value() == "16"
    # A wire gets the new layer's name where a mend would put it.
    builder.node("conv2d_1@0").click()
    builder.until(lambda: builder.field("filters").count() == 1)
    builder.field("kernel_size").fill("5")
    builder.until(lambda: "no other layer changes" in ahead.inner_text())
    builder.page.keyboard.press("Escape")


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
