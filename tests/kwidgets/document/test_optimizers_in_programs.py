"""Optimizers of later Keras in programs: how each dialect writes them, what it lacks, that reading gives the same."""

from __future__ import annotations

import pytest

from engine.types import Config
from kwidgets.document import Document
from kwidgets.document.python_code import written_program
from tests.kwidgets.document.test_reading_code import pasted

START = "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\n"
SCALED: Config = {
    "class_name": "LossScaleOptimizer",
    "config": {"inner_optimizer": {"class_name": "SGD", "config": {"lr": 0.5}}, "initial_scale": 64.0},
}


def document(optimizer: Config | str) -> Document:
    made = pasted(f"from tensorflow import keras\n{START}model.compile('adam', 'mse')")
    made.do({"do": "set_training", "optimizer": optimizer})
    return made


@pytest.mark.parametrize(
    ("optimizer", "dialect", "expected"),
    [
        ("Adafactor", "keras3", "optimizer=Adafactor()"),
        ({"class_name": "Adafactor", "config": {"clip_threshold": 0.5}}, "engine", "Adafactor(clip_threshold=0.5)"),
        (SCALED, "engine", "LossScaleOptimizer(SGD(lr=0.5), initial_scale=64.0)"),
        (SCALED, "keras3", "LossScaleOptimizer(SGD(learning_rate=0.5), initial_scale=64.0)"),
        (SCALED, "tf.keras", "from tensorflow.keras.mixed_precision import LossScaleOptimizer"),
        ("LossScaleOptimizer", "keras3", "LossScaleOptimizer(Adam())"),
        ({"class_name": "RMSprop", "config": {"momentum": 0.5, "epsilon_in_root": True}}, "keras3", "RMSprop(momentum=0.5)"),
        ({"class_name": "Adagrad", "config": {"initial_accumulator_value": 0.3}}, "tf.keras", "initial_accumulator_value=0.3"),
        ({"class_name": "Adagrad", "config": {"epsilon_in_root": True}}, "engine", "Adagrad(epsilon_in_root=True)"),
    ],
)  # fmt: skip
def test_a_program_makes_the_optimizer(optimizer: Config | str, dialect: str, expected: str) -> None:
    assert expected in written_program(document(optimizer).experiment(), dialect).text


@pytest.mark.parametrize(
    ("optimizer", "lacking"),
    [
        ("Adafactor", "Adafactor"),
        (SCALED, "LossScaleOptimizer"),
        ({"class_name": "RMSprop", "config": {"centered": True}}, "RMSprop has no centered"),
        ({"class_name": "Adagrad", "config": {"initial_accumulator_value": 0.3}}, "Adagrad has no initial_accumulator_value"),
    ],
)  # fmt: skip
def test_keras_2_says_what_it_lacks(optimizer: Config | str, lacking: str) -> None:
    program = written_program(document(optimizer).experiment(), "keras2")
    assert any(lacking in sentence for sentence in program.lacks)


@pytest.mark.parametrize(
    "written",
    [
        "keras.optimizers.Adafactor(0.01, clip_threshold=0.5)",
        "keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(0.5), initial_scale=64.0)",
        "keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(learning_rate=0.01))",
    ],
)
def test_a_program_is_read_with_its_optimizer(written: str) -> None:
    made = pasted(f"from tensorflow import keras\n{START}model.compile({written}, 'mse')")
    optimizer = made.experiment()["training"]["optimizer"]
    assert optimizer["class_name"] in written
    again = pasted(written_program(made.experiment(), "keras3").text)
    assert again.experiment()["training"]["optimizer"] == optimizer
