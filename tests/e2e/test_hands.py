"""What a hand can rely on: nothing moves under the pointer, all is reached by keys, and what is dropped goes where it was let go."""

from tests.e2e.test_building import DIGITS, EMPTY, IMAGES, overlaps, template

# Places of a card in every picture in which it is seen, from now on for some pictures.
SEEN = """([node, pictures]) => new Promise((done) => {
  const seen = [];
  const look = () => {
    const card = document.querySelector(`.react-flow__node[data-id="${node}"]`);
    if (card?.checkVisibility({visibilityProperty: true})) {
      const {left, top, width} = card.getBoundingClientRect();
      seen.push([left, top, width].map((one) => one.toFixed(1)).join(' '));
    }
    if (--pictures > 0) requestAnimationFrame(look); else done(seen);
  };
  document.querySelector('[data-testid="kw-page-build"]').click();
  look();
})"""


def seen_on_return(builder, node, by="Code"):
    """Where a card is seen from the moment at which the Build page is shown again."""
    builder.go(by)
    builder.root.locator(".kw-canvas").wait_for(state="detached")
    places = builder.page.evaluate(SEEN, [node, 60])
    assert len(places) > 20
    return set(places)


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
        builder.until(lambda: builder.root.locator(".kw-note").count() == 0, seconds=5)
