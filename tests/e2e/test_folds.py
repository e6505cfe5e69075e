"""Folds in the browser: edited as one card, opened in place, folded again."""

from tests.e2e.cells import template


def test_a_fold_is_edited_as_one_card_opened_in_place_and_folded_again(open_builder, light):
    builder = open_builder(light, "fold", template("vgg16"))
    page, root = builder.page, builder.root
    # 23 layers in 14 cards.
    fold, folded = "fold:block2_conv1@0", 14
    builder.until(lambda: len(builder.nodes()) == folded)
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
