"""The Code page: three languages that can be typed, marks both ways, offers and help, dialects, several models of a program."""

from tests.e2e.cells import DIGITS, EMPTY
from tests.e2e.test_saved_notebook import dropped

OLD = """# digits, as of March
from keras.models import Sequential
from keras.layers import Convolution2D, Flatten, Dense
open("SENTINEL", "w")
model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode='same', input_shape=(8, 8, 1)))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))  # ten digits
model.compile(loss='categorical_crossentropy', optimizer='sgd')
"""
SEVERAL = """from keras.models import Sequential
from keras.layers import Dense
small = Sequential([Dense(1, input_shape=(3,))])
large = Sequential([Dense(4, input_shape=(3,)), Dense(2), Dense(1)])
"""


def area(builder):
    """The field with the text."""
    return builder.root.get_by_test_id("kw-text")


def language(builder, name):
    """Show a language."""
    builder.root.get_by_role("radio", name=name).click()


def fault(builder):
    """What is said to be wrong; nothing where nothing is."""
    return " ".join(builder.root.get_by_test_id("kw-text-error").all_inner_texts())


def put_caret(builder, text):
    """Set the caret behind a part of the text."""
    area(builder).evaluate(
        """(field, text) => {
          const at = field.value.indexOf(text) + text.length;
          field.focus();
          field.setSelectionRange(at, at);
        }""",
        text,
    )


def marked(builder):
    """The lines of the chosen card."""
    return builder.root.locator(".kw-code-marked").all_inner_texts()


def pressed(builder):
    """Titles of the chosen layers beside the text."""
    return builder.root.locator('.kw-code-layer[aria-pressed="true"] .kw-code-layer-title').all_inner_texts()


def test_python_is_typed_read_without_being_run_and_used_as_one_step(open_builder, light, tmp_path):
    builder = open_builder(light, "code_python", EMPTY)
    builder.go("Code")
    language(builder, "Python")
    program = OLD.replace("SENTINEL", str(tmp_path / "ran"))
    # Half a line: it is marked where it is wrong, before anything is used.
    area(builder).fill("from keras.models import Sequential\nmodel = Sequential([\n")
    builder.until(lambda: "Line" in fault(builder))
    area(builder).fill(program)
    builder.until(lambda: fault(builder) == "")
    builder.until(lambda: builder.root.get_by_text("nothing is run").count() == 1)
    builder.until(lambda: builder.root.get_by_text("Convolution2D is Conv2D today.").count() > 0)
    builder.press("Use this")
    builder.until(lambda: builder.root.locator(".kw-code-layer").count() == 4)
    assert builder.text() == program and not (tmp_path / "ran").exists()
    # A setting that is changed on the canvas touches its own line; undo takes both back.
    builder.go("Build")
    builder.node("dense_1@0").click()
    builder.set("units", "12")
    builder.go("Code")
    builder.until(lambda: builder.text() == program.replace("Dense(10", "Dense(12"))
    builder.go("Build")
    builder.root.locator(".kw-canvas").focus()
    builder.undo()
    assert "paste" in builder.undo()
    builder.until(lambda: builder.nodes() == [])
    builder.check_clean()


def test_cards_mark_their_lines_and_the_caret_marks_its_card_in_each_language(open_builder, light):
    builder = open_builder(light, "code_marks", DIGITS)
    builder.go("Code")
    for name, line in (("YAML", "name: dense_1"), ("JSON", '"name": "dense_1"'), ("Python", "Dense(64")):
        language(builder, name)
        builder.until(lambda line=line: line in builder.text())
        builder.root.locator(".kw-code-layer", has_text="Dropout").click()
        builder.until(lambda: any("ropout" in line for line in marked(builder)))
        put_caret(builder, line)
        builder.page.keyboard.press("ArrowLeft")
        builder.until(lambda: pressed(builder) == ["Dense"])
        builder.until(lambda line=line: any(line in one for one in marked(builder)))


def test_settings_and_classes_are_offered_and_explained_in_each_language(open_builder, light):
    builder = open_builder(light, "code_offers", DIGITS)
    page = builder.page
    builder.go("Code")
    offers = builder.root.get_by_test_id("kw-code-offers")
    for name, behind, typed, offered, written in (
        ("YAML", "name: dense_1\n        units: 64", "\n        use_b", "use_bias", "use_bias: "),
        ("JSON", '"name": "dense_1",', '\n          "use_b', "use_bias", '"use_bias'),
        ("Python", "Dense(64", ", use_b", "use_bias", "Dense(64, use_bias="),
    ):
        language(builder, name)
        builder.until(lambda behind=behind: behind in builder.text())
        put_caret(builder, behind)
        page.keyboard.type(typed)
        builder.until(lambda offered=offered: offered in " ".join(offers.all_inner_texts()))
        page.keyboard.press("Tab")
        builder.until(lambda written=written: written in builder.text())
        assert offers.count() == 0
        builder.press("Revert")
    # The word under the mouse is explained.
    builder.until(lambda: "filters" not in builder.text() and "Conv2D(16" in builder.text())
    line = builder.root.locator(".kw-code-line", has_text="padding").first.bounding_box()
    gutter = builder.root.locator(".kw-code-gutter").first.bounding_box()
    text = next(one for one in builder.text().split("\n") if "padding" in one)
    letter = 12.5 * 0.602
    x = gutter["x"] + gutter["width"] + letter * (text.index("padding") + 2.5)
    page.mouse.move(x, line["y"] + 10)
    page.mouse.move(x + 1, line["y"] + 11)
    builder.until(lambda: builder.root.get_by_test_id("kw-code-meaning").count() == 1)
    assert "padding" in builder.root.get_by_test_id("kw-code-meaning").inner_text().lower()
    builder.check_clean()


def test_comments_quotes_and_order_of_yaml_outlive_edits_on_the_canvas(open_builder, light):
    builder = open_builder(light, "code_comments", DIGITS)
    builder.go("Code")
    builder.until(lambda: "dense_1" in builder.text())
    mine = "# mine\n" + builder.text().replace("activation: softmax", 'activation: "softmax"  # ten digits')
    area(builder).fill(mine)
    builder.press("Use this")
    builder.until(lambda: builder.root.get_by_role("button", name="Use this").count() == 0)
    builder.go("Build")
    builder.node("dense_1@0").click()
    builder.set("units", "65")
    builder.go("Code")
    builder.until(lambda: builder.text() == mine.replace("units: 64", "units: 65"))


def test_a_program_is_shown_in_four_dialects_and_says_what_one_lacks(open_builder, light):
    builder = open_builder(light, "code_dialects", DIGITS)
    builder.go("Code")
    language(builder, "Python")
    chooser = builder.root.get_by_test_id("kw-dialect")
    for name, line in (
        ("Keras 2", "from keras.models import Sequential"),
        ("tf.keras", "from tensorflow.keras.models import Sequential"),
        ("Keras 3", "from keras.utils import set_random_seed"),
        ("engine", "from engine.models import Sequential"),
    ):
        chooser.select_option(label=name)
        builder.until(lambda line=line: line in builder.text())
    area(builder).fill("model = Sequential([ThresholdedReLU(0.5, input_shape=(3,))])\n")
    builder.press("Use this")
    builder.until(lambda: chooser.is_enabled() and chooser.evaluate("one => one.value") == "")
    chooser.select_option(label="Keras 3")
    builder.until(lambda: "has no ThresholdedReLU" in builder.root.get_by_test_id("kw-code-remarks").inner_text())


def test_another_model_of_a_dropped_program_is_one_choice_away(open_builder, light, tmp_path):
    program = tmp_path / "two.py"
    program.write_text(SEVERAL)
    builder = open_builder(light, "code_models", EMPTY)
    dropped(builder, program, ".kw-drop")
    chooser = builder.root.get_by_test_id("kw-models")
    builder.until(lambda: len(builder.nodes()) == 4)
    builder.until(lambda: chooser.count() == 1)
    assert chooser.locator("option").all_inner_texts() == ["small · 1 layer · line 3", "large · 3 layers · line 4"]
    chooser.select_option(value="small")
    builder.until(lambda: len(builder.nodes()) == 2)
    assert builder.undo() == "take the model small"
    builder.until(lambda: len(builder.nodes()) == 4)
