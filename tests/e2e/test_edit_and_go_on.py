"""With the mouse: pause a training, put a layer in, go on, read what was kept, and undo."""

from tests.e2e.cells import ENDLESS
from tests.e2e.notebook_page import say

CELL = f"""
from kwidgets import Builder
b = Builder(template="digits_perceptron")
b.document.do({{"do": "set_training", "epochs": {ENDLESS}}})
b
"""
DIGEST = """
import hashlib
with open("{name}", "w") as file:
    file.write(hashlib.sha1(b"".join(w.tobytes() for w in b.model.get_weights())).hexdigest())
"""
GO_ON = "Go on with the changed model"


def weights(builder, folder, name):
    """A digest of the weights, by a cell of the notebook."""
    path = folder / name
    say(builder.page, 1, DIGEST.format(name=name))
    builder.until(lambda: path.exists() and path.read_text())
    return path.read_text()


def test_a_layer_is_put_into_a_paused_training_which_goes_on_and_undo_brings_the_weights_back(
    open_builder, light, folder
):
    builder = open_builder(light, "edit_and_go_on", CELL, "pass")
    page = builder.page
    builder.until(lambda: builder.root.get_by_test_id("kw-main").is_enabled())
    builder.train()
    builder.until(lambda: builder.run_state() == "running")
    builder.until(lambda: builder.points() > 30)
    builder.press("Pause")
    builder.until(lambda: builder.run_state() == "paused")
    before = weights(builder, folder, "before.txt")

    builder.go("Build")
    builder.settled()
    builder.drag(builder.middle(builder.entry("BatchNormalization")), builder.wire_middle("dense_1@0", "dropout_1@0"))
    builder.until(lambda: "batch_normalization_1@0#0" in builder.wires())
    main = page.get_by_test_id("kw-main")
    builder.until(lambda: main.inner_text().strip() == GO_ON)
    builder.go("Train")
    assert "Going on keeps" in page.get_by_test_id("kw-stale").inner_text()
    main.click()
    builder.until(lambda: builder.run_state() == "running")
    builder.until(lambda: page.get_by_test_id("kw-stale").count() == 0)
    few = builder.points()
    builder.until(lambda: builder.points() > few + 20)
    builder.press("Stop")
    builder.until(lambda: builder.run_state() == "stopped")
    log = page.locator(".kw-log pre")
    assert "batch_normalization_1 is new" in log.text_content() and "kept dense_1" in log.text_content()

    builder.go("Build")
    builder.settled()
    builder.undo()
    builder.until(lambda: "batch_normalization_1@0#0" not in builder.wires())
    builder.go("Train")
    builder.until(lambda: "is back" in log.text_content())
    assert page.get_by_test_id("kw-stale").count() == 0
    assert weights(builder, folder, "after.txt") == before
