"""Building with mouse and keyboard in JupyterLab."""

EMPTY = "from kwidgets import Builder\nb = Builder()\nb"
IMAGES = (
    "import numpy as np\nfrom kwidgets import Builder\n"
    "x = np.zeros((20, 8, 8, 1), 'float32')\ny = np.eye(3, dtype='float32')[np.arange(20) % 3]\nb = Builder()\nb"
)
DIGITS = "from kwidgets import Builder\nb = Builder(template='digits_cnn')\nb"


def template(name):
    return f"from kwidgets import Builder\nb = Builder(template='{name}')\nb"


def test_a_stack_is_built_by_click_drag_and_keyboard(open_builder, light):
    builder = open_builder(light, "stack", IMAGES)
    builder.add("InputLayer")
    builder.add("Flatten")
    builder.search("dens")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "dense_1@0" in builder.nodes())
    builder.settled()
    builder.drag(builder.middle(builder.entry("Dropout")), builder.canvas_point(0.85, 0.3))
    builder.until(lambda: "dropout_1@0" in builder.nodes())
    builder.until(lambda: builder.state("dropout_1@0") == "wrong")
    assert builder.chosen() == ["dropout_1@0"]
    builder.connect("dense_1@0", "dropout_1@0")
    builder.until(lambda: builder.state("dropout_1@0") == "ok")
    assert builder.shape("input_1@0") == "8×8×1"
    assert builder.shape("flatten_1@0") == "64"
    builder.until(lambda: len(builder.wires()) == 3)


def test_search_reads_settings_and_wires_to_what_is_chosen(open_builder, light):
    builder = open_builder(light, "search", DIGITS)
    builder.node("max_pooling2d_1@0").click()
    builder.search("conv 64 3 relu")
    builder.until(lambda: "Conv2D" in builder.page.locator(".kw-search-hot").inner_text())
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "conv2d_3@0" in builder.nodes())
    assert "64 · 3×3" in builder.node("conv2d_3@0").inner_text() and "relu" in builder.node("conv2d_3@0").inner_text()
    builder.until(lambda: "conv2d_3@0#0" in builder.wires() and builder.state("dropout_1@0") == "ok")
    assert builder.chosen() == ["conv2d_3@0"]
    builder.search("Convolution2D")
    assert "is Conv2D" in builder.page.get_by_test_id("kw-search").inner_text()
    builder.page.keyboard.press("Escape")
    builder.until(lambda: builder.page.get_by_test_id("kw-search").count() == 0)


def test_the_fastest_typing_and_enter_add_what_was_typed(open_builder, light):
    builder = open_builder(light, "quick_typing", DIGITS)
    builder.node("flatten_1@0").click()
    builder.page.keyboard.press("/")
    builder.page.wait_for_selector('[data-testid="kw-search"] input:focus')
    builder.page.keyboard.insert_text("dense 17 tanh")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "dense_3@0" in builder.nodes())
    builder.until(lambda: "17 · tanh" in builder.node("dense_3@0").inner_text())


def test_a_search_finds_layers_of_the_model_and_goes_there(open_builder, light):
    builder = open_builder(light, "find", template("resnet50"))
    builder.node("input_1@0").click()
    builder.page.keyboard.press("Control+f")
    builder.page.keyboard.type("res4b_branch2a")
    row = builder.page.locator(".kw-search-row", has_text="go there").first
    row.click()
    builder.until(lambda: len(builder.chosen()) == 1)


def test_a_wire_let_go_in_space_offers_what_fits(open_builder, light):
    builder = open_builder(light, "wire_in_space", DIGITS)
    builder.settled()
    builder.drag(builder.port("flatten_1@0", "bottom"), builder.canvas_point(0.93, 0.6))
    builder.page.wait_for_selector('[data-testid="kw-search"]')
    builder.page.keyboard.type("dropout")
    builder.until(lambda: "Dropout" in builder.page.locator(".kw-search-hot").inner_text())
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "dropout_2@0" in builder.nodes() and "dropout_2@0#0" in builder.wires())
    assert "dense_1@0#0" in builder.wires()


def test_a_card_dropped_on_a_wire_stands_between(open_builder, light):
    builder = open_builder(light, "insert", DIGITS)
    builder.settled()
    above, below = builder.port("conv2d_1@0", "bottom"), builder.port("conv2d_2@0", "top")
    middle = ((above[0] + below[0]) / 2, (above[1] + below[1]) / 2)
    builder.drag(builder.middle(builder.entry("BatchNormalization")), middle)
    builder.until(lambda: "batch_normalization_1@0#0" in builder.wires())
    builder.until(lambda: builder.state("conv2d_2@0") == "ok" and len(builder.wires()) == 8)


def test_nothing_lands_on_another_card(open_builder, light):
    builder = open_builder(light, "landing", DIGITS)
    builder.settled()
    builder.drag(builder.middle(builder.entry("Add")), builder.middle(builder.node("dense_1@0")))
    builder.until(lambda: "add_1@0" in builder.nodes())
    builder.drag(builder.middle(builder.node("dense_2@0")), builder.middle(builder.node("flatten_1@0")))
    builder.page.wait_for_timeout(600)
    boxes = [one.bounding_box() for one in builder.page.locator(".kw-card").all()]
    for number, a in enumerate(boxes):
        for b in boxes[number + 1 :]:
            apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            assert apart or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_a_wrong_graph_is_explained_and_mended_by_a_button(open_builder, light):
    builder = open_builder(light, "mend", IMAGES)
    for class_name in ("InputLayer", "Dense", "LSTM"):
        builder.add(class_name)
    builder.until(lambda: builder.state("lstm_1@0") == "wrong")
    assert builder.page.get_by_test_id("kw-status").inner_text().startswith("1 problem")
    builder.page.get_by_test_id("kw-status").click()
    sentence = builder.problems()[0]
    assert "lstm_1" in sentence
    builder.page.locator(".kw-dock .kw-problem.kw-error .kw-mend").first.click()
    builder.until(lambda: builder.state("lstm_1@0") == "ok")


def test_deleting_heals_and_undo_says_what_it_undoes(open_builder, light):
    builder = open_builder(light, "keys", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense", "Dropout"):
        builder.add(class_name)
    builder.node("dense_1@0").click()
    builder.set("units", "32")
    builder.until(lambda: builder.shape("dense_1@0") == "32")
    assert "units 10 → 32" in builder.page.get_by_test_id("kw-undo").get_attribute("title")
    builder.node("dense_1@0").focus()
    builder.page.keyboard.press("Delete")
    builder.until(lambda: len(builder.nodes()) == 3 and len(builder.wires()) == 2)
    builder.page.keyboard.press("Control+z")
    builder.until(lambda: len(builder.nodes()) == 4)
    builder.page.get_by_test_id("kw-undo").click()
    builder.until(lambda: builder.shape("dense_1@0") == "10")
    builder.page.get_by_test_id("kw-redo").click()
    builder.until(lambda: builder.shape("dense_1@0") == "32")


def test_several_cards_are_chosen_edited_frozen_and_bypassed_at_once(open_builder, light):
    builder = open_builder(light, "several", DIGITS)
    builder.node("conv2d_1@0").click()
    builder.node("conv2d_2@0").click(modifiers=["Shift"])
    builder.until(lambda: builder.field("filters").count() == 1)
    builder.set("filters", "24")
    builder.until(lambda: builder.shape("conv2d_1@0") == "8×8×24" and builder.shape("conv2d_2@0") == "8×8×24")
    builder.node("conv2d_2@0").focus()
    builder.page.keyboard.press("f")
    builder.until(lambda: builder.page.locator(".kw-card-frozen").count() == 2)
    builder.page.keyboard.press("Control+z")
    builder.until(lambda: builder.page.locator(".kw-card-frozen").count() == 0)
    builder.node("dropout_1@0").click()
    builder.page.keyboard.press("b")
    builder.until(lambda: builder.page.locator(".kw-card-bypassed").count() == 1)
    builder.go("Code")
    builder.until(lambda: "conv2d_1" in builder.text())
    assert "class_name: Dropout" not in builder.text().split("bypassed:")[0]


def test_cards_are_copied_as_text_pasted_and_duplicated(open_builder, light):
    builder = open_builder(light, "copy", DIGITS)
    builder.node("conv2d_1@0").click()
    builder.node("conv2d_2@0").click(modifiers=["Shift"])
    builder.page.wait_for_timeout(300)
    builder.page.keyboard.press("Control+c")
    builder.node("conv2d_2@0").click()
    builder.page.keyboard.press("Control+v")
    builder.until(lambda: {"conv2d_3@0", "conv2d_4@0"} <= set(builder.nodes()))
    builder.until(lambda: builder.state("conv2d_4@0") == "ok")
    builder.node("dense_1@0").click()
    builder.page.keyboard.press("Control+d")
    builder.until(lambda: "dense_3@0" in builder.nodes())


def test_layers_are_grouped_into_a_block_and_taken_apart(open_builder, light):
    builder = open_builder(light, "group", DIGITS)
    builder.node("conv2d_1@0").click()
    builder.node("conv2d_2@0").click(modifiers=["Shift"])
    builder.page.keyboard.press("g")
    builder.until(lambda: len(builder.nodes()) == 7)
    block = builder.chosen()[0]
    builder.until(lambda: builder.state(block) == "ok" and builder.state("dense_2@0") == "ok")
    builder.command("Take the block apart", on=block)
    builder.until(lambda: len(builder.nodes()) == 8 and builder.state("dense_2@0") == "ok")


def test_a_fold_opens_in_place_edits_and_folds_again(open_builder, light):
    builder = open_builder(light, "fold", template("vgg16"))
    folded = len(builder.nodes())
    assert folded <= 15
    builder.page.locator(".kw-card-stack").first.dblclick()
    builder.until(lambda: len(builder.nodes()) == folded + 1)
    assert builder.page.locator(".kw-frame-outline").count() == 1
    builder.page.locator(".kw-frame-title button").click()
    builder.until(lambda: len(builder.nodes()) == folded)
    builder.page.locator(".kw-canvas").focus()
    builder.page.keyboard.press("e")
    builder.until(lambda: builder.page.locator(".kw-card-stack").count() == 0)


def test_two_branches_and_a_shared_layer_are_wired_by_keyboard(open_builder, light):
    builder = open_builder(light, "branches", IMAGES)
    builder.add("InputLayer")
    first = builder.add("Dense")
    builder.settled()
    builder.drag(builder.middle(builder.entry("Dense")), builder.canvas_point(0.85, 0.3))
    builder.until(lambda: "dense_2@0" in builder.nodes())
    builder.node("input_1@0").focus()
    builder.node("input_1@0").click()
    builder.page.keyboard.press("c")
    builder.until(lambda: "Connect input_1@0" in builder.page.locator(".kw-linking").inner_text())
    for _ in range(6):
        if "dense_2@0" in builder.page.locator(".kw-linking").inner_text():
            break
        builder.page.keyboard.press("ArrowDown")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: builder.state("dense_2@0") == "ok")
    builder.drag(builder.middle(builder.entry("Add")), builder.canvas_point(0.2, 0.8))
    builder.until(lambda: "add_1@0" in builder.nodes())
    builder.connect(first, "add_1@0")
    builder.until(lambda: "add_1@0#0" in builder.wires())
    builder.connect("dense_2@0", "add_1@0", index=1)
    builder.until(lambda: "add_1@0#1" in builder.wires() and builder.state("add_1@0") == "ok")


def test_wires_are_taken_away_and_a_layer_is_used_twice(open_builder, light):
    builder = open_builder(light, "wires", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.settled()
    builder.page.locator('.react-flow__edge[data-id="dense_1@0#0"]').focus()
    builder.page.keyboard.press("Enter")
    builder.page.mouse.click(*builder.canvas_point(0.97, 0.9))
    builder.page.locator('.react-flow__edge[data-id="dense_1@0#0"] path').first.click(force=True)
    builder.page.keyboard.press("Delete")
    builder.until(lambda: builder.wires() == ["flatten_1@0#0"])
    builder.until(lambda: builder.state("dense_1@0") == "wrong")
    builder.page.get_by_test_id("kw-undo").click()
    builder.until(lambda: builder.state("dense_1@0") == "ok")
    builder.command("Use the same layer again", on="dense_1@0")
    builder.until(lambda: "dense_1@1" in builder.nodes())
    assert "used 2 times" in builder.node("dense_1@1").inner_text()


def test_the_form_edits_a_layer_and_a_refused_value_goes_back(open_builder, light):
    builder = open_builder(light, "form", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.node("dense_1@0").click()
    builder.set("units", "7")
    builder.until(lambda: builder.shape("dense_1@0") == "7")
    builder.set("units", "-2")
    builder.until(lambda: builder.page.locator(".kw-field-error").count() == 1)
    assert "above 0" in builder.page.locator(".kw-field-error").inner_text()
    assert builder.field("units").input_value() == "7" and builder.shape("dense_1@0") == "7"
    builder.field("activation").select_option("tanh")
    builder.until(lambda: "tanh" in builder.node("dense_1@0").inner_text())


def test_what_was_typed_goes_to_the_layer_it_was_typed_for(open_builder, light):
    builder = open_builder(light, "typed_for", DIGITS)
    builder.node("dense_1@0").click()
    builder.until(lambda: builder.field("units").input_value() == "64")
    builder.field("units").fill("48")
    builder.node("dense_2@0").click()
    builder.until(lambda: builder.shape("dense_1@0") == "48")
    assert builder.shape("dense_2@0") == "10"


def test_pasted_text_becomes_the_graph_and_a_mistake_is_shown_in_its_place(open_builder, light):
    builder = open_builder(light, "text", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    good = builder.text()
    builder.page.get_by_test_id("kw-text").fill(good.replace("units: 10", "units: many"))
    builder.press("Use this")
    builder.until(lambda: builder.page.get_by_test_id("kw-text-error").count() == 1)
    line = good[: good.index("units: 10")].count("\n") + 1
    assert f"Line {line}" in builder.page.get_by_test_id("kw-text-error").inner_text()
    builder.page.get_by_test_id("kw-text").fill(good.replace("units: 10", "units: 25"))
    builder.press("Use this")
    builder.go("Build")
    builder.until(lambda: builder.shape("dense_1@0") == "25")


def test_typed_text_is_not_lost_by_a_page_switch_or_a_change_of_the_graph(open_builder, light):
    builder = open_builder(light, "unsent", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    mine = builder.text() + "# mine\n"
    builder.page.get_by_test_id("kw-text").fill(mine)
    builder.go("Build")
    assert builder.page.locator(".kw-unsent").count() == 1
    builder.add("Dropout")
    builder.go("Code")
    assert builder.text() == mine
    builder.press("Keep mine")
    assert builder.text() == mine
