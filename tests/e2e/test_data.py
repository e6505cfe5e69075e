"""The Data page: what it says about arrays before anything is trained on them."""

from tests.e2e import measures

SHARED = (
    "import numpy as np\nfrom kwidgets import Builder\nrng = np.random.default_rng(0)\n"
    "x_train = rng.normal(size=(400, 8, 8, 1)).astype('float32'); y_train = np.arange(400) % 10\n"
    "x_test = rng.normal(size=(90, 8, 8, 1)).astype('float32'); y_test = np.arange(90) % 10\n"
    "x_test[[12, 77]] = x_train[[3, 5]]; x_train[399] = x_train[0]\n"
)
BUILDER = "b = Builder(template='digits_cnn')\nb.set_data(source='notebook', validation_split=0.1)\nb"


def test_the_test_set_is_shown_and_rows_that_are_trained_on_too_are_named(open_builder, light):
    builder = open_builder(light, "shared_rows", SHARED, BUILDER)
    builder.go("Data")
    test, shared = builder.root.get_by_test_id("kw-split-test"), builder.root.get_by_test_id("kw-shared-rows")
    builder.until(lambda: test.count() == 1 and shared.count() == 2)
    assert test.inner_text() == "test 90" and "x_test" in test.get_attribute("title")
    validation, tested = shared.all_inner_texts()
    assert "1 row that validates is also trained on." in validation and "Row 399." in validation
    assert "2 rows of x_test are also trained on." in tested and "Rows 12, 77." in tested
    # As wide as its share of all rows.
    bar, part = builder.root.locator(".kw-split").bounding_box(), test.bounding_box()
    assert abs(part["width"] / (part["width"] + bar["width"]) - 90 / 490) < 0.02
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    # Without validation nothing is in it.
    builder.root.get_by_test_id("kw-validation-split").fill("0")
    builder.page.keyboard.press("Enter")
    builder.until(lambda: shared.count() == 1)
    assert "x_test" in shared.inner_text()
