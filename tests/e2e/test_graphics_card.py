"""A graphics card (the stand-in) on the Train page: the choice of it and of the precision, a batch without room, the way on."""

from tests.e2e.measures import take_picture, violations
from tests.e2e.test_training import paste

# A card of 80 MB: of 20,000 samples the values between two layers of 1,000 units take as much.
KERNEL = """
from contextlib import ExitStack
import numpy as np
from kwidgets import Builder
from tests.gpu.using import machine_of, stand_in
stays_open = ExitStack()
machine_of(stays_open.enter_context(stand_in())).memory = 80 << 20
x_train = np.full((20_000, 10), 0.01, "float32")
y_train = np.ones((20_000, 1), "float32")
b = Builder()
b
"""
WIDE = """class_name: Sequential
config:
  name: wide
  layers:
    - class_name: Dense
      config: {name: dense_1, batch_input_shape: [null, 10], units: 1000, activation: relu}
    - class_name: Dense
      config: {name: dense_2, units: 1}
data:
  inputs: {dense_1_input: x_train}
  targets: {dense_2: y_train}
training:
  optimizer: {class_name: SGD, config: {lr: 0.001}}
  loss: mean_squared_error
  epochs: 2
  batch_size: 20000
  seed: 1
"""


def test_a_batch_without_room_is_told_and_a_button_goes_on_with_one_that_fits(open_builder, light):
    builder = open_builder(light, "card", KERNEL)
    paste(builder, WIDE)
    builder.go("Train")
    form = builder.root.get_by_test_id("kw-train-settings")
    form.locator(".kw-fold-button").click()
    device, precision = form.get_by_label("Device"), form.get_by_label("Precision")
    builder.until(lambda: "gpu:0: Stand-in card" in device.inner_text())
    assert [one.strip() for one in precision.inner_text().splitlines()][-3:] == ["float32", "tf32", "mixed_float16"]
    device.select_option("gpu:0")
    precision.select_option("tf32")
    builder.train()
    error = builder.root.get_by_test_id("kw-run-error")
    error.wait_for()
    assert "a batch of 20000 on gpu:0" in error.inner_text()
    button = error.get_by_role("button")
    assert button.inner_text().startswith("Go on with batches of")
    fitting = int("".join(filter(str.isdigit, button.inner_text())))
    assert 3000 < fitting < 20_000
    take_picture(builder, "train-card-light")
    assert not violations(builder)
    button.click()
    builder.until(lambda: builder.run_state() == "finished")
    assert error.count() == 0
    builder.go("Code")
    builder.until(lambda: f"batch_size: {fitting}" in builder.text())
    assert "device: gpu:0" in builder.text()
    assert "precision: tf32" in builder.text()
