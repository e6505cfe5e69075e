"""Building with mouse and keyboard in JupyterLab."""

from pathlib import Path

import pytest

AXE = Path(__file__).resolve().parents[2] / "kwidgets" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
EMPTY = "from kwidgets import Builder\nb = Builder()\nb"
IMAGES = (
    "import numpy as np\nfrom kwidgets import Builder\n"
    "x = np.zeros((20, 8, 8, 1), 'float32')\ny = np.eye(3, dtype='float32')[np.arange(20) % 3]\nb = Builder()\nb"
)


def test_a_stack_is_built_by_click_drag_and_keyboard(open_builder, light):
    builder = open_builder(light, "stack", IMAGES)
    builder.add("InputLayer")
    builder.add("Flatten")
    builder.page.get_by_label("Search layers").fill("dens")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: "dense_1@0" in builder.nodes())
    builder.drag(builder.middle(builder.entry("Dropout")), builder.canvas_point(0.85, 0.5))
    builder.until(lambda: "dropout_1@0" in builder.nodes())
    builder.until(lambda: builder.state("dropout_1@0") == "wrong")
    builder.connect("dense_1@0", "dropout_1@0")
    builder.until(lambda: builder.state("dropout_1@0") == "ok")
    assert builder.shape("input_1@0") == "(None, 8, 8, 1)"
    assert builder.shape("flatten_1@0") == "(None, 64)"
    builder.until(lambda: len(builder.wires()) == 3)


def test_a_wrong_graph_is_explained_and_mended_by_a_button(open_builder, light):
    builder = open_builder(light, "mend", IMAGES)
    for class_name in ("InputLayer", "Dense", "LSTM"):
        builder.add(class_name)
    builder.until(lambda: builder.state("lstm_1@0") == "wrong")
    assert any("rank 3" in problem for problem in builder.problems())
    builder.page.locator(".kw-problem.kw-error .kw-mend").first.click()
    builder.until(lambda: builder.state("lstm_1@0") == "ok")


def test_layers_are_deleted_undone_reordered_and_selected_by_keyboard(open_builder, light):
    builder = open_builder(light, "keys", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense", "Dropout"):
        builder.add(class_name)
    builder.node("dense_1@0").click()
    builder.page.keyboard.press("Delete")
    builder.until(lambda: len(builder.nodes()) == 3)
    builder.until(lambda: len(builder.wires()) == 2)
    builder.page.keyboard.press("Control+z")
    builder.until(lambda: len(builder.nodes()) == 4)
    builder.press("Undo")
    builder.until(lambda: len(builder.nodes()) == 3)
    builder.press("Redo")
    builder.until(lambda: len(builder.nodes()) == 4)
    builder.node("dropout_1@0").click()
    builder.press("Move up")
    builder.until(lambda: any(w.startswith("dense_1@0#0") for w in builder.wires()))
    builder.node("input_1@0").focus()
    builder.page.keyboard.press("Control+a")
    builder.until(lambda: builder.page.locator(".kw-node-selected").count() == 4)
    builder.press("Arrange")


def test_two_branches_and_a_shared_layer_are_wired_by_keyboard(open_builder, light):
    builder = open_builder(light, "branches", EMPTY)
    builder.add("InputLayer")
    builder.until(lambda: builder.page.locator(".kw-mend").count() > 0)
    builder.page.get_by_role("button", name="Set shape of 'input_1' to 64").click()
    first = builder.add("Dense")
    builder.node("input_1@0").click()
    builder.drag(builder.middle(builder.entry("Dense")), builder.canvas_point(0.15, 0.6))
    builder.until(lambda: "dense_2@0" in builder.nodes())
    builder.node("input_1@0").focus()
    builder.page.keyboard.press("c")
    builder.until(lambda: "Connect input_1@0" in builder.page.locator(".kw-linking").inner_text())
    for _ in range(6):
        if "dense_2@0" in builder.page.locator(".kw-linking").inner_text():
            break
        builder.page.keyboard.press("ArrowDown")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: builder.state("dense_2@0") == "ok")
    builder.drag(builder.middle(builder.entry("Add")), builder.canvas_point(0.5, 0.9))
    builder.until(lambda: "add_1@0" in builder.nodes())
    builder.connect(first, "add_1@0")
    builder.until(lambda: "add_1@0#0" in builder.wires())
    builder.connect("dense_2@0", "add_1@0", index=1)
    builder.until(lambda: "add_1@0#1" in builder.wires() and builder.state("add_1@0") == "ok")
    assert "Model" in builder.page.get_by_test_id("kw-totals").inner_text()


def test_wires_are_taken_away_and_a_layer_is_used_twice(open_builder, light):
    builder = open_builder(light, "wires", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.settled()
    builder.page.locator('.react-flow__edge[data-id="dense_1@0#0"]').focus()
    builder.page.keyboard.press("Enter")
    builder.page.keyboard.press("Delete")
    builder.until(lambda: builder.wires() == ["flatten_1@0#0"])
    builder.until(lambda: builder.state("dense_1@0") == "wrong")
    builder.press("Undo")
    builder.until(lambda: builder.state("dense_1@0") == "ok")
    builder.node("dense_1@0").click()
    builder.press("Use again")
    builder.until(lambda: "dense_1@1" in builder.nodes())
    assert "shared" in builder.node("dense_1@1").inner_text()


def test_the_form_edits_a_layer_and_says_what_it_refuses(open_builder, light):
    builder = open_builder(light, "form", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.node("dense_1@0").click()
    builder.field("units").fill("7")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: builder.shape("dense_1@0") == "(None, 7)")
    builder.field("units").fill("-2")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: builder.page.locator(".kw-field-error").count() == 1)
    assert "above 0" in builder.page.locator(".kw-field-error").inner_text()
    assert builder.shape("dense_1@0") == "(None, 7)"
    builder.page.keyboard.press("Escape")
    builder.field("activation").select_option("tanh")
    builder.until(lambda: "tanh" in builder.node("dense_1@0").inner_text())


def test_pasted_text_becomes_the_graph_and_a_mistake_is_shown_in_its_place(open_builder, light):
    builder = open_builder(light, "text", IMAGES)
    for class_name in ("InputLayer", "Flatten", "Dense"):
        builder.add(class_name)
    builder.tab("Text")
    builder.until(lambda: "dense_1" in builder.text())
    good = builder.text()
    builder.page.get_by_test_id("kw-text").fill(good.replace("units: 10", "units: many"))
    builder.press("Apply")
    builder.until(lambda: builder.page.get_by_test_id("kw-text-error").count() == 1)
    line = good[: good.index("units: 10")].count("\n") + 1
    assert f"Line {line}," in builder.page.get_by_test_id("kw-text-error").inner_text()
    assert builder.shape("dense_1@0") == "(None, 10)"
    builder.page.get_by_test_id("kw-text").fill(good.replace("units: 10", "units: 25"))
    builder.press("Apply")
    builder.until(lambda: builder.shape("dense_1@0") == "(None, 25)")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_builder_is_accessible_and_readable_in_both_themes(open_builder, request, theme, tmp_path):
    cell = "from kwidgets import Builder\nb = Builder(template='digits_perceptron')\nb"
    builder = open_builder(request.getfixturevalue(theme), f"theme_{theme}", cell)
    builder.until(lambda: len(builder.nodes()) == 5)
    builder.node("dense_1@0").click()
    builder.until(lambda: builder.field("units").count() == 1)
    violations = []
    for tab in ("Layer", "Text", "Data", "Training"):
        builder.tab(tab)
        violations += builder.accessibility_violations(AXE.read_text())
    builder.page.screenshot(path=str(tmp_path / f"{theme}.png"))
    assert violations == []
