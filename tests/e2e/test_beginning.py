"""How a person begins: with a layer that is typed, with a frame of the notebook, with data before there is a model."""

from tests.e2e.cells import EMPTY

FRAME = """
import numpy as np, pandas as pd
size = np.random.default_rng(0).uniform(20, 120, 80)
flats = pd.DataFrame({"size": size, "floor": np.arange(80) % 6, "rent": 9 * size})
from kwidgets import Builder
b = Builder()
b
"""


def classes(builder):
    return [name.partition("_")[0] for name in builder.nodes()]


def test_a_typed_layer_stands_behind_an_input_of_the_usual_shape_and_train_leads_to_the_data(open_builder, light):
    builder = open_builder(light, "typed", EMPTY)
    builder.page.get_by_text("What would you like to build?").click()
    builder.search("bidirectional gru 24")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: classes(builder) == ["input", "bidirectional"])
    assert builder.shape(builder.nodes()[0]) == "20×8"
    assert builder.shape(builder.nodes()[1]) == "48"
    assert "An Input of 20×8 came with it" in builder.page.get_by_test_id("kw-toast").inner_text()
    builder.page.get_by_test_id("kw-main").click()
    builder.page.get_by_test_id("kw-data-page").wait_for()
    assert "has no array yet" in builder.page.get_by_test_id("kw-toast").inner_text()


def test_a_frame_becomes_a_model_from_the_first_page_and_from_the_page_of_the_data(open_builder, light):
    builder = open_builder(light, "framed", FRAME)
    builder.root.get_by_role("button", name="flats", exact=True).click()
    table = builder.page.get_by_test_id("kw-table")
    table.wait_for()
    assert builder.page.get_by_test_id("kw-table-target").input_value() == "rent"
    builder.go("build")
    builder.until(lambda: classes(builder) == ["input", "dense", "dense"])
    builder.undo()
    builder.until(lambda: builder.nodes() == [])
    builder.go("data")
    builder.page.get_by_test_id("kw-source").select_option(label="flats (frame)")
    table.wait_for()
    begin = builder.page.get_by_test_id("kw-begin")
    assert "take x (2 a sample) and give y (1)" in begin.inner_text()
    begin.get_by_role("button").click()
    builder.until(lambda: classes(builder) == ["input", "dense", "dense"])
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")
