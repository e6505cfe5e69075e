"""Models as text and from files: pasted, typed, opened by path."""

from engine.layers import Dense
from engine.models import Sequential
from tests.e2e.cells import EMPTY, IMAGES


def test_pasted_text_becomes_the_graph_and_typed_text_is_never_lost(open_builder, light):
    builder = open_builder(light, "text", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    good, field = builder.text(), builder.root.get_by_test_id("kw-text")
    field.fill(good.replace("units: 10", "units: many"))
    builder.press("Use this")
    builder.until(lambda: builder.root.get_by_test_id("kw-text-error").count() == 1)
    line = good[: good.index("units: 10")].count("\n") + 1
    assert f"Line {line}" in builder.root.get_by_test_id("kw-text-error").inner_text()
    field.fill(good.replace("units: 10", "units: 25"))
    builder.press("Use this")
    builder.go("Build")
    builder.until(lambda: builder.shape("dense_1@0") == "25")
    # A draft outlives another page and a change of the graph.
    builder.go("Code")
    builder.until(lambda: "units: 25" in builder.text())
    mine = builder.text() + "# mine\n"
    field.fill(mine)
    builder.go("Build")
    assert builder.root.locator(".kw-unsent").count() == 1
    builder.add("Dropout")
    builder.go("Code")
    assert builder.text() == mine
    builder.press("Keep mine")
    assert builder.text() == mine


def test_a_model_is_opened_by_its_path_and_weights_are_taken_from_a_file(open_builder, light, tmp_path):
    model = Sequential([Dense(4, activation="relu", input_dim=3, name="first"), Dense(1, name="last")])
    model.compile("sgd", "mse")
    model.save(tmp_path / "small.h5")
    model.save_weights(tmp_path / "weights.h5")
    builder = open_builder(light, "by_path", EMPTY)
    path = builder.root.get_by_test_id("kw-model-path")
    # What is not there is said, and what was typed stays.
    path.fill(str(tmp_path / "none.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "No such file" in builder.root.locator(".kw-path-refused").inner_text())
    assert path.input_value().endswith("none.h5")
    path.fill(str(tmp_path / "small.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: {"first@0", "last@0"} <= set(builder.nodes()))
    about = builder.root.get_by_test_id("kw-first-weights")
    builder.until(lambda: "the weights of small.h5" in about.inner_text())
    # A change of the graph takes them away; undone, another file's can be loaded.
    builder.node("first@0").click()
    builder.set("units", "5")
    builder.page.mouse.click(*builder.free_point())
    builder.until(lambda: "new weights" in about.inner_text())
    weights = builder.root.get_by_test_id("kw-weights-path")
    weights.fill(str(tmp_path / "weights.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "first" in builder.root.locator(".kw-path-refused").inner_text())
    builder.root.locator(".kw-canvas").focus()
    builder.undo()
    weights.fill(str(tmp_path / "weights.h5"))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "the weights of weights.h5" in about.inner_text())
