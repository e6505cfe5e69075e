"""What was typed and not sent yet is never lost: not by a broken view, a lost kernel, another choice, page or view."""

from tests.e2e import test_hosts
from tests.e2e.test_views import say

SHOWN = (test_hosts.ARRAYS, test_hosts.BUILDER, "'talk'")
# Breaks the view once a file is there: a cell that is run by hand would take the focus from what is being typed.
BREAKS_LATER = f"""
import os, threading
def break_later(signal):
    while not os.path.exists(signal):
        time.sleep(0.05)
    os.remove(signal)
    exec({test_hosts.BROKEN!r}, globals())
def begin(signal):
    threading.Thread(target=break_later, args=(signal,), daemon=True).start()
begin"""


def setting(builder, card, name):
    """A setting of a card, which is chosen for it."""
    builder.node(card).click()
    builder.until(lambda: builder.field(name).count() == 1)
    return builder.field(name)


def write_note(builder, text):
    """Add a note at a free place and type into it, without leaving it."""
    builder.page.mouse.move(*builder.free_point())
    builder.root.locator(".kw-canvas").focus()
    builder.page.keyboard.press("n")
    builder.root.locator(".kw-note textarea:focus").wait_for()
    builder.page.keyboard.press("Control+a")
    builder.page.keyboard.insert_text(text)


def weights_path(builder):
    """The field for a file of weights; it is there while no card is chosen."""
    builder.page.mouse.click(*builder.free_point())
    return builder.root.get_by_test_id("kw-weights-path")


def test_a_broken_view_loses_nothing_that_was_being_typed(open_builder, light, tmp_path):
    builder = open_builder(light, "typed_broken", *SHOWN)
    page, signal = builder.page, tmp_path / "break"

    def break_it():
        signal.touch()
        page.get_by_test_id("kw-broken").wait_for()
        page.get_by_role("button", name="Reload view").click()
        builder.until(lambda: len(builder.nodes()) == 8)
        builder.settled()

    def prepare():
        say(page, 2, f"{BREAKS_LATER}({str(signal)!r})")
        builder.root.scroll_into_view_if_needed()

    # A setting, the text of a note, a name: each while it still has the focus.
    prepare()
    weights_path(builder).fill("my/weights.h5")
    setting(builder, "dense_1@0", "units").fill("48")
    break_it()
    builder.until(lambda: builder.shape("dense_1@0") == "48")
    assert weights_path(builder).input_value() == "my/weights.h5"
    prepare()
    write_note(builder, "not sent yet")
    break_it()
    builder.until(lambda: builder.root.locator(".kw-note textarea").input_value() == "not sent yet")
    assert say(page, 2, "print([note['text'] for note in b.document.state().head['notes']])") == "['not sent yet']"
    prepare()
    builder.root.get_by_test_id("kw-model-name").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("mine")
    break_it()
    builder.until(lambda: builder.root.get_by_test_id("kw-model-name").inner_text() == "mine")
    builder.errors.clear()


def test_without_a_kernel_what_was_typed_outlives_other_cards_and_pages(open_builder, light):
    builder = open_builder(light, "typed_gone", *SHOWN)
    page, root = builder.page, builder.root
    write_note(builder, "before")
    for card, name in (("dense_2@0", "units"), ("dense_1@0", "units")):
        setting(builder, card, name)
    builder.go("Train")
    root.locator('[data-field="epochs"]').fill("7")
    page.keyboard.press("Enter")
    builder.go("Build")
    say(page, 2, "b.view.settled()")
    test_hosts.say(page, 2, "os = __import__('os'); os._exit(1)")
    test_hosts.accept(page)
    builder.until(lambda: root.get_by_test_id("kw-health").count() == 1)
    builder.root.scroll_into_view_if_needed()
    # Nothing is answered any more, and everything stays where it was typed.
    setting(builder, "dense_1@0", "units").fill("77")
    builder.node("dense_2@0").click()
    builder.until(lambda: builder.field("units").input_value() == "10")
    root.locator(".kw-note textarea").fill("after")
    builder.go("Train")
    root.locator('[data-field="epochs"]').fill("55")
    rate = root.get_by_role("textbox", name="Learning rate").first
    rate.fill("0.25")
    builder.go("Data")
    root.get_by_test_id("kw-validation-split").fill("35")
    root.get_by_test_id("kw-model-name").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("mine")
    builder.go("Build")
    assert root.get_by_test_id("kw-model-name").inner_text() == "mine"
    assert root.locator(".kw-note textarea").input_value() == "after"
    assert setting(builder, "dense_1@0", "units").input_value() == "77"
    builder.go("Train")
    assert root.locator('[data-field="epochs"]').input_value() == "55"
    assert rate.input_value() == "0.25"
    builder.go("Data")
    assert root.get_by_test_id("kw-validation-split").input_value() == "35"
    builder.errors.clear()


def test_what_waits_for_a_press_outlives_another_choice_page_and_view(open_builder, light):
    builder = open_builder(light, "typed_waits", *SHOWN)
    page, root = builder.page, builder.root
    weights_path(builder).fill("my/weights.h5")
    builder.go("Data")
    root.get_by_role("radio", name="File or folder", exact=True).click()
    root.get_by_test_id("kw-path").fill("my/data.npz")
    builder.go("Build")
    setting(builder, "dense_1@0", "units")
    builder.command("Save to My blocks", on="dense_1@0")
    name = root.get_by_role("textbox", name="Name of the block")
    name.fill("my head")
    # Another choice closes the question; asked again for the same card it knows what was typed.
    builder.node("dense_2@0").click()
    builder.until(lambda: name.count() == 0)
    assert weights_path(builder).input_value() == "my/weights.h5"
    builder.node("dense_1@0").click()
    builder.command("Save to My blocks", on="dense_1@0")
    assert name.input_value() == "my head"
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    mine = builder.text() + "# mine\n"
    root.get_by_test_id("kw-text").fill(mine)
    # The same builder shown again, in place of the view in which it was typed.
    say(page, 1, "display(b)")
    builder.until(lambda: builder.root.locator(".kw-unsent").count() == 1)
    builder.go("Code")
    assert builder.text() == mine
    builder.go("Data")
    root.get_by_role("radio", name="File or folder", exact=True).click()
    assert root.get_by_test_id("kw-path").input_value() == "my/data.npz"
    builder.go("Build")
    assert weights_path(builder).input_value() == "my/weights.h5"
    # Another builder in the same cell offers the text of the one before.
    say(page, 1, f"{test_hosts.BUILDER.removesuffix('b')}display(b)")
    builder.until(lambda: builder.root.locator(".kw-unsent").count() == 0)
    builder.go("Code")
    builder.press("Bring back my text")
    assert builder.text() == mine
