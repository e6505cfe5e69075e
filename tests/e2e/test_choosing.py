"""What a click chooses: cards alone and together, by mouse and keys, and what lies on top where things cross."""

from kwidgets.document.nested import within
from tests.e2e.cells import DIGITS
from tests.e2e.test_blocks import GROUPED

CARDS = ["conv2d_1@0", "conv2d_2@0", "max_pooling2d_1@0"]


def choose_three(builder):
    """Two cards and a third besides them, with a modifier each."""
    first, second, third = map(builder.node, CARDS)
    first.click()
    second.click(modifiers=["Shift"])
    third.click(modifiers=["Control"])
    builder.until(lambda: builder.chosen() == CARDS)


def press_and_release(builder, node, by):
    """Press the mouse on a card and let go some pixels away."""
    x, y = builder.middle(builder.node(node))
    builder.page.mouse.move(x, y)
    builder.page.mouse.down()
    builder.page.mouse.move(x + by, y + by)
    builder.page.mouse.up()


def test_a_click_on_one_of_several_chosen_cards_chooses_it_alone_and_a_drag_moves_all(open_builder, light):
    builder = open_builder(light, "one_of_several", DIGITS)
    builder.settled()
    choose_three(builder)
    builder.node(CARDS[1]).click()
    builder.until(lambda: builder.chosen() == [CARDS[1]])
    # A hand that trembles while it presses still clicks, on a chosen card and on another one.
    choose_three(builder)
    press_and_release(builder, CARDS[2], by=2)
    builder.until(lambda: builder.chosen() == [CARDS[2]])
    press_and_release(builder, "dense_1@0", by=1)
    builder.until(lambda: builder.chosen() == ["dense_1@0"])
    # Pressed and pulled away, all of them go along and stay chosen.
    choose_three(builder)
    before = [builder.node(card).bounding_box()["x"] for card in CARDS]
    start = builder.middle(builder.node(CARDS[1]))
    builder.drag(start, (start[0] + 60, start[1] + 8))
    builder.until(lambda: "move 3 cards" in builder.root.get_by_test_id("kw-undo").get_attribute("title"))
    builder.settled()
    assert builder.chosen() == CARDS
    assert len({round(builder.node(c).bounding_box()["x"] - x) for c, x in zip(CARDS, before, strict=True)}) == 1
    # With a modifier a click takes one out and brings it back; the menu leaves all as they are.
    builder.node(CARDS[0]).click(modifiers=["Shift"])
    builder.until(lambda: builder.chosen() == CARDS[1:])
    builder.node(CARDS[0]).click(modifiers=["Control"])
    builder.until(lambda: builder.chosen() == CARDS)
    builder.node(CARDS[1]).click(button="right")
    builder.root.get_by_role("menuitem", name="Group as a block").wait_for()
    builder.page.keyboard.press("Escape")
    assert builder.chosen() == CARDS
    # What a lasso has chosen is no different.
    top, low = builder.node(CARDS[0]).bounding_box(), builder.node(CARDS[2]).bounding_box()
    builder.page.keyboard.down("Shift")
    builder.drag((top["x"] - 12, top["y"] - 12), (low["x"] + low["width"] + 12, low["y"] + low["height"] + 12))
    builder.page.keyboard.up("Shift")
    builder.until(lambda: set(CARDS) <= set(builder.chosen()))
    builder.node(CARDS[0]).click()
    builder.until(lambda: builder.chosen() == [CARDS[0]])


def test_enter_on_one_of_several_chosen_cards_chooses_it_alone(open_builder, light):
    builder = open_builder(light, "one_by_keys", DIGITS)
    press = builder.page.keyboard.press
    # On the canvas: the first Enter chooses, the next one goes to the settings.
    choose_three(builder)
    builder.node(CARDS[0]).focus()
    press("Enter")
    builder.until(lambda: builder.chosen() == [CARDS[0]])
    press("Enter")
    builder.root.locator(".kw-inspector input:focus").wait_for()
    # In the outline, by a click and by Enter; Space takes one out of several.
    for choose in (lambda row: row.click(), lambda row: row.press("Enter")):
        choose_three(builder)
        choose(builder.root.locator(f'.kw-tree-row[data-key="{CARDS[2]}"]'))
        builder.until(lambda: builder.chosen() == [CARDS[2]])
    choose_three(builder)
    builder.root.locator(f'.kw-tree-row[data-key="{CARDS[2]}"]').press(" ")
    builder.until(lambda: builder.chosen() == CARDS[:2])


def test_the_title_row_of_an_open_block_lies_above_the_wires_that_cross_it(open_builder, light):
    builder = open_builder(light, "title_row", GROUPED + "\nb")
    page, root, mouse = builder.page, builder.root, builder.page.mouse
    title, first = root.locator(".kw-frame-title"), within("block_1@0", "conv2d_1@0")

    def open_it():
        builder.settled()
        builder.node("block_1@0").dblclick()
        builder.until(lambda: first in builder.nodes())
        builder.settled()
        return builder.middle(title)

    def is_closed():
        builder.until(lambda: "block_1@0" in builder.nodes() and first not in builder.nodes())
        assert root.get_by_test_id("kw-search").count() == 0

    # In the middle, where the wire comes in: right away, with the pointer gliding along the wire, and once it is chosen.
    mouse.dblclick(*open_it())
    is_closed()
    x, y = open_it()
    mouse.move(x, y - 30)
    mouse.move(x, y, steps=10)
    mouse.dblclick(x, y)
    is_closed()
    x, y = open_it()
    mouse.click(x, y - 20)
    builder.until(lambda: root.locator(".react-flow__edge.selected").count() == 1)
    mouse.dblclick(x, y)
    is_closed()
    # Between the words where nothing is, on the words, and by the button.
    box = open_it()
    left = title.bounding_box()["x"]
    mouse.dblclick(left + (box[0] - left) * 0.7, box[1])
    is_closed()
    open_it()
    title.locator("span").dblclick()
    is_closed()
    open_it()
    title.get_by_role("button").click()
    is_closed()
    # Inside the frame free space is free space, and the wire asks what to put on it.
    open_it()
    outline = root.locator(".kw-frame-outline").bounding_box()
    mouse.dblclick(outline["x"] + 4, outline["y"] + outline["height"] / 2)
    root.get_by_test_id("kw-search").wait_for()
    page.keyboard.press("Escape")
    mouse.dblclick(*builder.wire_middle(first, within("block_1@0", "conv2d_2@0")))
    root.get_by_test_id("kw-search").wait_for()
    assert first in builder.nodes()


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
    assert builder.overlaps() == []
