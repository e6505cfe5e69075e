"""Looking inside in the browser: a digits CNN while it trains, a text LSTM, a regression on a table; light and dark."""

import pytest

from tests.e2e import measures
from tests.e2e.cells import DIGITS, ENDLESS

DIGITS_WITHOUT_END = f"""
from kwidgets import Builder
b = Builder(template="digits_cnn")
b.document.do({{"do": "set_training", "epochs": {ENDLESS}}})
b
"""
TEXTS = """
import numpy as np
from kwidgets import Builder
from engine.layers import LSTM, Dense, Embedding
from engine.models import Sequential
rng = np.random.default_rng(0)
x = rng.integers(1, 200, (400, 24)); y = (x[:, :6].mean(1) > 100).astype("int64")
words = Embedding(200, 12, input_length=24, name="words")
model = Sequential([words, LSTM(16, name="lstm"), Dense(2, activation="softmax", name="classes")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
b = Builder(model, arrays={"x": x, "y": y})
b
"""
TABLE = """
import numpy as np
from kwidgets import Builder
from engine.layers import Dense
from engine.models import Sequential
rng = np.random.default_rng(0)
x = rng.normal(size=(600, 13)).astype("float32"); y = (x @ rng.normal(size=13) + 0.1 * rng.normal(size=600)).astype("float32")
model = Sequential([Dense(24, activation="relu", input_shape=(13,), name="hidden"), Dense(1, name="price")])
model.compile("adam", "mse")
b = Builder(model, arrays={"x": x, "y": y})
b
"""
DEAD = """
import numpy as np
from kwidgets import Builder
from engine.layers import Dense
from engine.models import Sequential
rng = np.random.default_rng(0)
x = rng.normal(size=(600, 13)).astype("float32"); y = (x @ rng.normal(size=13)).astype("float32")
model = Sequential([Dense(24, activation="relu", input_shape=(13,), name="hidden"), Dense(1, name="price")])
kernel, bias = model.get_layer("hidden").get_weights()
bias[[3, 7, 8]] = -100
model.get_layer("hidden").set_weights([kernel, bias])
model.compile("adam", "mse")
b = Builder(model, arrays={"x": x, "y": y})
b
"""


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


def tab_of(builder, name):
    return builder.root.get_by_test_id(f"kw-tab-{name}")


def tab(builder, name):
    tab_of(builder, name).click()
    builder.root.get_by_test_id("kw-inside").wait_for()


def pixels(builder):
    """What the tiles show, so that two moments can be told apart."""
    return builder.page.evaluate(
        "() => [...document.querySelectorAll('.kw-tile canvas')].map((one) => one.toDataURL()).join()"
    )


def train(builder):
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")
    builder.go("Build")


def test_feature_maps_of_a_network_that_learns(open_builder, request, theme):
    builder = open_builder(request.getfixturevalue(theme), f"look_{theme}", DIGITS_WITHOUT_END)
    root = builder.root
    builder.node("conv2d_2@0").click()
    tab(builder, "output")
    builder.until(lambda: root.locator(".kw-tile canvas").count() == 24)
    assert root.get_by_text("Not trained yet").count() == 1
    first = pixels(builder)
    builder.train()
    root.locator('.kw-frame[data-page="train"]').wait_for()  # a start that has been answered goes there
    builder.go("Build")
    builder.until(lambda: root.get_by_test_id("kw-wire-size").count() > 3)
    builder.until(lambda: pixels(builder) != first)
    # Another sample, one channel alone, the most active first.
    sample = root.locator(".kw-probe > button").nth(3)
    sample.click()
    assert sample.get_attribute("aria-checked") == "true"
    root.locator(".kw-tile").nth(2).click()
    builder.until(
        lambda: root.locator(".kw-tile").count() == 0 and root.locator(".kw-inside-large canvas").count() == 1
    )
    root.get_by_role("button", name="All 32 channels").click()
    root.get_by_label("By activity").check()
    builder.until(lambda: root.locator(".kw-tile canvas").count() == 24)
    builder.until(lambda: root.get_by_test_id("kw-inside-cost").count() == 1)
    builder.settled()
    measures.take_picture(builder, f"look-output-{theme}")
    root.get_by_role("radio", name="gradient").click()
    assert root.get_by_role("radio", name="gradient").get_attribute("aria-checked") == "true"
    tab(builder, "gradients")
    builder.until(lambda: root.locator(".kw-inside-table tbody tr").count() == 2)
    for name in ("weights", "units", "sample"):
        tab(builder, name)
        builder.until(lambda: root.locator(".kw-inside-large").count() > 0)
        assert measures.cut_texts(builder) == []
    assert measures.violations(builder) == []
    tab_of(builder, "settings").click()
    builder.until(lambda: builder.field("filters").count() == 1)
    builder.train()
    builder.until(lambda: root.get_by_test_id("kw-main").inner_text() != "Stop")


@pytest.mark.parametrize(
    ("name", "cell", "layer", "titles"),
    [("text", TEXTS, "lstm", ["forget gate", "cell state"]), ("table", TABLE, "hidden", ["hidden"])],
)
def test_other_kinds_of_layers(open_builder, request, theme, name, cell, layer, titles):
    builder = open_builder(request.getfixturevalue(theme), f"look_{name}_{theme}", cell)
    root = builder.root
    train(builder)
    builder.node(f"{layer}@0").click()
    tab(builder, "output")
    for title in titles:
        builder.until(lambda title=title: root.locator(".kw-inside-large", has_text=title).count() > 0)
    builder.settled()
    measures.take_picture(builder, f"look-{name}-{theme}")
    tab(builder, "weights")
    slider = root.get_by_role("slider")
    builder.until(lambda: slider.count() == 1)
    slider.focus()
    builder.page.keyboard.press("Home")
    builder.until(lambda: slider.get_attribute("aria-valuetext") != "now")
    builder.until(lambda: root.locator(".kw-inside-large").count() > 0)
    builder.page.keyboard.press("End")
    builder.until(lambda: slider.get_attribute("aria-valuetext") == "now")
    assert measures.violations(builder) == []


def test_samples_of_the_probe_are_chosen_by_their_numbers(open_builder, light):
    builder = open_builder(light, "probe", DIGITS)
    root = builder.root
    builder.node("conv2d_1@0").click()
    tab(builder, "output")
    builder.until(lambda: root.locator(".kw-probe > button").count() == 10)
    root.get_by_role("button", name="Choose …").click()
    field = root.get_by_placeholder("0-9, 12")
    field.fill("5-7, 9999999")
    assert root.get_by_role("button", name="Take").is_disabled()
    field.fill("5-7, 100")
    root.get_by_role("button", name="Take").click()
    builder.until(lambda: root.locator(".kw-probe > button").count() == 4)
    assert root.locator(".kw-probe > button").last.get_attribute("title").startswith("Sample 100")


def test_what_is_wrong_with_a_card_is_shown_and_since_when(open_builder, request, theme):
    builder = open_builder(request.getfixturevalue(theme), f"dead_{theme}", DEAD)
    root = builder.root
    train(builder)
    badge = root.get_by_test_id("kw-signal")
    builder.until(lambda: badge.count() == 1)
    assert badge.inner_text() == "3 of 24 dead"
    badge.click()
    notice = root.get_by_test_id("kw-signal-notice")
    builder.until(lambda: "3 of 24 dead" in notice.inner_text() and "no harm yet" in notice.inner_text())
    notice.get_by_role("button", name="Since when?").click()
    builder.until(lambda: root.get_by_test_id("kw-since").count() == 1)
    assert root.get_by_test_id("kw-since").inner_text() == "Before the training already."
    notice.get_by_role("button", name="Show them").click()
    builder.until(lambda: root.get_by_test_id("kw-tab-units").get_attribute("aria-selected") == "true")
    builder.until(lambda: root.get_by_test_id("kw-inside").get_by_text("3 of 24").count() == 1)
    builder.settled()
    measures.take_picture(builder, f"look-dead-{theme}")
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    notice.get_by_role("button", name="Close").click()
    builder.until(lambda: notice.count() == 0)


def test_a_batch_is_gone_through_layer_by_layer(open_builder, request, theme):
    builder = open_builder(request.getfixturevalue(theme), f"steps_{theme}", DIGITS_WITHOUT_END)
    root, here = builder.root, builder.root.get_by_test_id("kw-steps-here")
    root.get_by_test_id("kw-dock-steps").click()
    builder.until(lambda: here.count() == 1)
    chips = root.locator(".kw-steps-chip")
    count = chips.count()
    assert here.inner_text().startswith(f"1 of {count} · forward")
    root.get_by_test_id("kw-steps-next").click()
    builder.until(lambda: "conv2d_1" in here.inner_text() and root.locator(".kw-steps .kw-tile canvas").count() == 16)
    assert builder.chosen() == ["conv2d_1@0"]
    chips.nth(1).focus()
    builder.page.keyboard.press("End")
    builder.until(lambda: here.inner_text().startswith(f"{count} of {count} · back"))
    builder.page.keyboard.press("ArrowLeft")
    builder.until(lambda: root.locator(".kw-steps .kw-inside-table tbody tr").count() == 2)
    # A training that waits before each batch.
    root.locator(".kw-steps-breaks > summary").click()
    root.locator("[data-condition=each_batch]").check()
    root.get_by_role("button", name="Set", exact=True).click()
    builder.until(lambda: "1 set" in root.locator(".kw-steps-breaks > summary").inner_text())
    builder.train()
    waiting = root.get_by_test_id("kw-steps-waiting")
    builder.until(lambda: waiting.count() == 1 and "batch 1 of epoch 1" in waiting.inner_text())
    builder.go("Build")
    chips.nth(2).click()
    builder.until(lambda: "conv2d_2" in here.inner_text())
    builder.settled()
    measures.take_picture(builder, f"look-steps-{theme}")
    assert measures.violations(builder) == []
    root.get_by_role("button", name="Train on it").click()
    builder.until(lambda: waiting.count() == 1 and "batch 2 of epoch 1" in waiting.inner_text())
    builder.train()
    builder.until(lambda: root.get_by_test_id("kw-main").inner_text() != "Stop")
