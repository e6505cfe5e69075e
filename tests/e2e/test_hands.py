"""What a hand can rely on: nothing moves under the pointer, keys reach all, what is dropped goes where it was let go."""

from tests.e2e import measures, test_hosts
from tests.e2e.cells import DIGITS, IMAGES, template

# Places of a card in so many pictures in which it is seen, from now on.
SEEN = """([node, pictures]) => new Promise((done) => {
  const seen = [];
  const look = () => {
    const card = document.querySelector(`.react-flow__node[data-id="${node}"]`);
    if (card?.checkVisibility({visibilityProperty: true})) {
      const {left, top, width} = card.getBoundingClientRect();
      seen.push([left, top, width].map((one) => one.toFixed(1)).join(' '));
    }
    if (seen.length < pictures) requestAnimationFrame(look); else done(seen);
  };
  document.querySelector('[data-testid="kw-page-build"]').click();
  look();
})"""


def seen_on_return(builder, node, by="Code"):
    """Where a card is seen from the moment at which the Build page is shown again."""
    builder.go(by)
    builder.root.locator(".kw-canvas").wait_for(state="detached")
    return set(builder.page.evaluate(SEEN, [node, 60]))


# Nothing moves under the pointer.


def test_the_canvas_comes_back_as_it_was_left_and_does_not_move(open_builder, light):
    builder = open_builder(light, "returns", template("vgg16"))
    page, mouse, node = builder.page, builder.page.mouse, "fold:block1_conv1@0"
    builder.settled()
    fitted = builder._view()
    assert len(seen_on_return(builder, node)) == 1 and builder._view() == fitted
    builder.drag(start := builder.free_point(), (start[0] - 40, start[1] - 25))
    builder.root.get_by_role("button", name="Zoom out").click()
    builder.settled()
    theirs = builder._view()
    assert theirs != fitted
    for other in ("Code", "Train", "Data"):
        assert len(seen_on_return(builder, node, other)) == 1 and builder._view() == theirs
    # A card that was once asked for is not brought into view again.
    page.keyboard.press("Control+f")
    page.keyboard.type("predictions")
    builder.until(lambda: "predictions" in str(builder.root.locator(".kw-search-hot").all_inner_texts()))
    page.keyboard.press("Enter")
    builder.until(lambda: builder.chosen() == ["predictions@0"])
    builder.settled()
    builder.drag(start := builder.free_point(), (start[0] - 30, start[1] - 35))
    builder.settled()
    theirs = builder._view()
    assert len(seen_on_return(builder, "predictions@0")) == 1 and builder._view() == theirs
    # All of it stays in view once that was asked for, however often something is clicked.
    builder.root.get_by_role("button", name="Show all").click()
    builder.settled()
    small = builder._view()
    builder.node("predictions@0").click()
    mouse.click(*builder.free_point())
    builder.settled()
    assert builder._view() == small


def test_a_click_right_after_coming_back_is_never_lost(open_builder, light):
    builder = open_builder(light, "quick", DIGITS)
    for _ in range(4):
        builder.page.mouse.move(*builder.free_point())
        builder.root.locator(".kw-canvas").focus()
        builder.page.keyboard.press("n")
        builder.root.locator(".kw-note textarea:focus").wait_for()
        builder.go("Code")
        builder.go("Build")
        builder.root.get_by_role("button", name="Remove the note").click()
        builder.until(lambda: builder.root.locator(".kw-note").count() == 0)


# By keys alone.


FOCUSED = """() => {
  const one = document.activeElement;
  return one.dataset.id ?? one.dataset.testid ?? one.getAttribute('aria-label') ?? one.tagName;
}"""


def focused(builder):
    return builder.page.evaluate(FOCUSED)


def test_tab_stops_once_at_the_canvas_and_keys_go_from_card_to_card(open_builder, light):
    builder = open_builder(light, "one_stop", template("residual"))
    root, press = builder.root, builder.page.keyboard.press
    builder.has_palette()
    for part in (".kw-palette-list", ".react-flow__nodes", ".kw-zoom-bar", ".kw-dock-line", "[role=tablist]"):
        stops = root.locator(part).locator(":is(button:not(:disabled):not([tabindex='-1']), [tabindex='0'])")
        assert stops.count() == 1, part
    assert root.locator(".react-flow__edges [tabindex='0']").count() == 0
    # From the palette to the canvas, from there to its tools and on.
    root.locator(".kw-palette-list [tabindex='0']").focus()
    first, last = builder.nodes()[0], builder.nodes()[-1]
    press("Tab")
    assert focused(builder) == first
    press("Tab")
    press("ArrowRight")
    assert focused(builder) == "kw-zoom"
    press("End")
    press("Shift+Tab")
    assert focused(builder) == first
    # With nothing chosen arrows go along the wires; Ctrl with arrows does while something is chosen, and moves nothing.
    reached = [first]
    for _ in builder.nodes():
        press("ArrowDown")
        reached.append(focused(builder))
    assert reached[-1] == last and len(set(reached)) > 5
    press("Home")
    assert focused(builder) == first
    press("End")
    assert focused(builder) == last
    press("Enter")
    builder.until(lambda: builder.chosen() == [last])
    places = [builder.node(node).bounding_box() for node in (first, last)]
    press("Control+ArrowUp")
    above = focused(builder)
    assert above != last and builder.chosen() == [last]
    assert places == [builder.node(node).bounding_box() for node in (first, last)]
    # Two branches beside each other.
    wires = root.locator(".react-flow__edge").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(wires) == len(set(wires))
    # The wires of a card: the first one that leaves it, chosen and taken away.
    builder.node(first).focus()
    press("w")
    wire = focused(builder)
    assert wire in builder.wires()
    press("Control+ArrowDown")
    assert focused(builder) in builder.nodes() and focused(builder) != first
    builder.node(first).focus()
    press("w")
    press("Enter")
    press("Delete")
    builder.until(lambda: wire not in builder.wires())
    assert builder.undo() == "disconnect a wire"
    press("?")
    assert "Go along the wires" in root.get_by_test_id("kw-keys").inner_text()
    press("Escape")


def test_a_card_is_heard_whole_and_nothing_breaks_the_rules(open_builder, light):
    builder = open_builder(light, "heard", DIGITS)
    heard = builder.node("conv2d_1@0").get_attribute("aria-label")
    assert heard == "Conv2D conv2d_1, 16 · 3×3 · same · relu, output 8×8×16, fits"
    builder.node("conv2d_1@0").click()
    builder.page.keyboard.press("f")
    builder.until(lambda: "frozen" in builder.node("conv2d_1@0").get_attribute("aria-label"))
    wrong = builder.add("LSTM")
    builder.until(lambda: builder.state(wrong) == "wrong")
    sentence = builder.node(wrong).locator(".kw-card").get_attribute("title").splitlines()[-1]
    assert sentence in builder.node(wrong).get_attribute("aria-label")
    assert measures.violations(builder) == []


def test_a_card_beyond_the_edge_comes_into_view_with_the_focus(open_builder, light):
    builder = open_builder(light, "beyond", template("unet"))
    builder.until(lambda: builder.nodes())
    builder.node(builder.nodes()[0]).focus()
    builder.page.keyboard.press("End")
    last = builder.nodes()[-1]
    assert focused(builder) == last
    card, canvas = builder.node(last).bounding_box(), builder.root.locator(".kw-canvas").bounding_box()
    assert canvas["x"] <= card["x"] and card["x"] + card["width"] <= canvas["x"] + canvas["width"]


# Notes.


def test_a_note_is_sized_by_hand_and_by_keys_and_holds_its_text(open_builder, light):
    builder = open_builder(light, "note_size", IMAGES)
    page, root = builder.page, builder.root
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.settled()
    page.mouse.move(*builder.canvas_point(0.02, 0.1))
    root.locator(".kw-canvas").focus()
    page.keyboard.press("n")
    root.locator(".kw-note textarea:focus").wait_for()
    builder.settled()
    note, field, grip = (root.locator(part) for part in (".kw-note", ".kw-note textarea", ".kw-note-grip"))

    def size():
        # In canvas units: the view may be at another zoom.
        return note.evaluate("one => [one.offsetWidth, one.offsetHeight]")

    def whole():
        return field.evaluate("one => one.scrollHeight <= one.clientHeight")

    def undo_title():
        return root.get_by_test_id("kw-undo").get_attribute("title")

    # It grows with what is typed.
    page.keyboard.type("Two convolutions are enough for digits of eight by eight pixels. " * 3)
    assert whole() and size()[0] == 200 and size()[1] > 120
    typed = size()
    root.locator(".kw-canvas").focus()
    builder.until(lambda: undo_title() == "Undo: change a note")
    assert size() == typed
    # Wider by the mouse; it cannot be made too small for its text.
    builder.settled()
    start = builder.middle(grip)
    builder.drag(start, (start[0] + 80, start[1] - 60))
    builder.until(lambda: undo_title() == "Undo: resize a note")
    assert size()[0] > 260 and size()[1] < typed[1] and whole()
    by_hand = size()
    grip.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    builder.until(lambda: size() == [by_hand[0] + 50, by_hand[1] + 40])
    root.get_by_test_id("kw-undo").focus()
    builder.until(lambda: root.get_by_role("button", name=f"{by_hand[0] + 50} by {by_hand[1] + 40}").count() == 1)
    # It is kept, in the text too, and each is one step.
    builder.go("Code")
    builder.until(lambda: f"width: {by_hand[0] + 50}" in builder.text())
    builder.go("Build")
    assert size() == [by_hand[0] + 50, by_hand[1] + 40]
    assert builder.undo() == "resize a note"
    builder.until(lambda: size() == by_hand)
    assert builder.undo() == "resize a note"
    builder.until(lambda: size() == typed)
    assert measures.violations(builder) == []
    # Moved over cards that nobody has placed: they give way.
    box = note.bounding_box()
    builder.settled()
    builder.drag((box["x"] + 40, box["y"] + 5), builder.middle(builder.node("dense_1@0")))
    builder.until(lambda: undo_title() == "Undo: move a note")
    builder.settled()
    now, card = note.bounding_box(), builder.node("dense_1@0").bounding_box()
    assert not (card["x"] < now["x"] + now["width"] and now["x"] < card["x"] + card["width"]) or not (
        card["y"] < now["y"] + now["height"] and now["y"] < card["y"] + card["height"]
    )
    assert builder.overlaps() == []


# What is dropped.


def test_a_wire_to_a_card_that_has_one_asks_what_it_becomes(open_builder, light):
    builder = open_builder(light, "join", IMAGES)
    page, root = builder.page, builder.root
    for class_name in ("InputLayer", "Flatten", "Dense", "Dense", "Dense"):
        builder.add(class_name)
    page.mouse.click(*builder.free_point())
    menu = root.get_by_test_id("kw-join")
    builder.connect("dense_1@0", "dense_3@0")
    menu.wait_for()
    assert "dense_2 is wired to this input already" in menu.inner_text()
    assert measures.violations(builder) == []
    # Esc leaves all as it was.
    before = builder.wires()
    page.keyboard.press("Escape")
    builder.until(lambda: menu.count() == 0)
    assert builder.wires() == before
    builder.connect("dense_1@0", "dense_3@0")
    root.get_by_role("menuitem", name="Join both by Add").click()
    builder.until(lambda: {"add_1@0#0", "add_1@0#1"} <= set(builder.wires()) and builder.state("add_1@0") == "ok")
    builder.until(lambda: builder.chosen() == ["add_1@0"])
    assert builder.undo() == "join 'dense_2' and 'dense_1' by Add"
    builder.until(lambda: sorted(builder.wires()) == sorted(before))
    # By keys: C, the target, Enter, and the second of the menu.
    builder.node("dense_1@0").click()
    page.keyboard.press("c")
    for _ in range(6):
        if "dense_3" in root.locator(".kw-linking").inner_text():
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    menu.wait_for()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
        if "Concatenate" in str(menu.locator("[data-highlighted]").all_inner_texts()):
            break
    page.keyboard.press("Enter")
    builder.until(lambda: "concatenate_1@0" in builder.nodes())
    assert builder.undo() == "join 'dense_2' and 'dense_1' by Concatenate"
    # The old way is still there, and what does not fit is said and cannot be chosen.
    builder.connect("flatten_1@0", "dense_3@0")
    menu.wait_for()
    assert root.get_by_role("menuitem", name="Join both by Add").get_attribute("aria-disabled") == "true"
    root.get_by_role("menuitem", name="Instead of dense_2").click()
    connected = "connect 'flatten_1' to 'dense_3'"
    builder.until(lambda: root.get_by_test_id("kw-undo").get_attribute("title") == f"Undo: {connected}")
    assert builder.undo() == connected


def test_a_block_goes_onto_the_wire_it_is_dropped_on_or_says_why_not(open_builder, light, tmp_path):
    home = f"import os\nos.environ['KWIDGETS_HOME'] = {str(tmp_path)!r}"
    builder = open_builder(light, "block_on_wire", home, DIGITS)
    root = builder.root
    for name, nodes in (("convolutions", ("conv2d_1@0", "conv2d_2@0")), ("apart", ("conv2d_1@0", "dense_1@0"))):
        builder.page.mouse.click(*builder.free_point())
        builder.node(nodes[0]).click()
        for node in nodes[1:]:
            builder.node(node).click(modifiers=["Shift"])
        builder.until(lambda nodes=nodes: builder.chosen() == list(nodes))
        builder.command("Save to My blocks", on=nodes[0])
        builder.page.keyboard.type(name)
        builder.page.keyboard.press("Enter")
    root.locator(".kw-palette-fold").last.click()
    block = root.get_by_test_id("kw-block")
    builder.until(lambda: sorted(block.all_inner_texts()) == ["apart", "convolutions"])
    builder.settled()
    first = block.filter(has_text="convolutions")
    first.scroll_into_view_if_needed()
    builder.drag(builder.middle(first), builder.wire_middle("conv2d_1@0", "conv2d_2@0"))
    builder.until(lambda: builder.chosen() == ["conv2d_3@0", "conv2d_4@0"])
    assert builder.state("conv2d_2@0") == "ok" and len(builder.wires()) == 9
    assert root.get_by_test_id("kw-toast").count() == 0
    assert builder.undo() == "paste 2 layers"
    # What has two ways in stands where it was let go.
    builder.settled()
    wire = builder.wire_middle("conv2d_1@0", "conv2d_2@0")
    second = block.filter(has_text="apart")
    second.scroll_into_view_if_needed()
    builder.drag(builder.middle(second), wire)
    root.get_by_test_id("kw-toast").wait_for()
    assert "Not put on the wire" in root.get_by_test_id("kw-toast").inner_text()
    builder.until(lambda: {"conv2d_3@0", "dense_3@0"} <= set(builder.nodes()))
    builder.settled()
    x, y = builder.middle(builder.node("conv2d_3@0"))
    assert abs(x - wire[0]) < 320 and abs(y - wire[1]) < 200
    assert builder.overlaps() == [] and len(builder.wires()) == 7


# An error of the page, and no kernel to ask.


def test_a_view_that_broke_without_a_kernel_says_so_and_gives_back_what_was_typed(open_builder, light):
    builder = open_builder(light, "broken", test_hosts.ARRAYS, test_hosts.BUILDER, "'talk'")
    page, root = builder.page, builder.root
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    typed = builder.text() + "# mine\n"
    root.get_by_test_id("kw-text").fill(typed)
    builder.go("Build")
    builder.until(lambda: len(builder.nodes()) == 8)
    # The kernel answers late: it is said, and the way back is there at once.
    lost = test_hosts.BROKEN + "\nb.view.settled(); time.sleep(2)\nimport os; os._exit(1)"
    test_hosts.say(page, 2, lost)
    broken = page.get_by_test_id("kw-broken")
    broken.wait_for()
    test_hosts.accept(page)
    builder.until(lambda: "kernel is gone" in broken.inner_text())
    assert "What you typed is kept" in broken.inner_text()
    assert page.get_by_role("button", name="Reload view").count() == 0
    # The error itself is on the console.
    builder.errors.clear()
    page.get_by_role("button", name="Show it as it was").click()
    builder.until(lambda: len(builder.nodes()) == 8)
    builder.until(lambda: root.get_by_test_id("kw-health").count() == 1)
    builder.go("Code")
    assert builder.text() == typed
    # Nothing waits in silence.
    builder.go("Build")
    builder.entry("Dropout").click()
    builder.until(lambda: "kernel is gone" in root.get_by_test_id("kw-toast").inner_text())
    builder.errors.clear()


# A page seen larger.


def test_a_page_at_150_per_cent_stays_usable_and_legible(open_builder, light):
    builder = open_builder(light, "larger", DIGITS)
    page, root = builder.page, builder.root
    # What zooming the browser to 150 % does: a third fewer CSS pixels each way, each of them larger.
    session = page.context.new_cdp_session(page)
    size = {"width": 933, "height": 733, "deviceScaleFactor": 1.5, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", size)
    page.locator(".jp-SideBar.jp-mod-left .lm-TabBar-tab.lm-mod-current").click()
    root.scroll_into_view_if_needed()
    builder.until(lambda: page.evaluate("() => devicePixelRatio") == 1.5)
    builder.settled()
    cell = root.bounding_box()["width"]
    assert 600 < cell < 900
    frame = root.bounding_box()
    for part in (".kw-top", ".kw-canvas", ".kw-dock", "[data-testid=kw-main]"):
        box = root.locator(part).bounding_box()
        assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"] + 1, part
    cards = page.evaluate(measures.CARDS)
    assert all(card["letters"] >= 11 for card in cards) and sum(card["inside"] for card in cards) >= len(cards) / 2
    assert page.evaluate(SMALL_LETTERS) == [] and measures.cut_texts(builder) == []
    # A card is chosen and set, a layer is found and added, by mouse and keys.
    builder.node("conv2d_1@0").click()
    builder.set("filters", "24")
    builder.until(lambda: builder.shape("conv2d_1@0") == "8×8×24")
    page.keyboard.press("Escape")
    root.locator(".kw-canvas").focus()
    builder.search("dropout 0.4")
    box = root.get_by_test_id("kw-search").bounding_box()
    assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
    builder.until(lambda: "Dropout 0.4" in root.locator(".kw-search-hot").inner_text())
    page.keyboard.press("Enter")
    builder.until(lambda: len(builder.nodes()) == 9)
    builder.go("Train")
    assert page.evaluate(SMALL_LETTERS) == []
    session.detach()


# Texts with letters below 11 px; what lies on the canvas is measured by its cards.
SMALL_LETTERS = """() => {
  const walker = document.createTreeWalker(document.querySelector('.kw-root'), NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() === '' || one.closest('.kw-hidden, .react-flow') || !one.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (size < 11) found.push(`${size}: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""


# What is trained on.


def test_the_train_page_says_which_data_are_trained_on(open_builder, light):
    builder = open_builder(light, "which_data", DIGITS)
    builder.go("Train")
    builder.until(lambda: "Trains on digits: 1,437 samples." in builder.root.get_by_test_id("kw-train").inner_text())
    builder.root.locator('[data-field="epochs"]').fill("2")
    builder.page.keyboard.press("Enter")
    builder.train()
    conclusion = builder.root.get_by_test_id("kw-conclusion")
    conclusion.wait_for()
    builder.until(lambda: "trained on digits, 1,437 samples" in conclusion.inner_text())
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
