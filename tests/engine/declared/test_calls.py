"""Losses and metrics with settings as texts: what they stand for, what is refused, that nothing is run."""

from __future__ import annotations

import numpy as np
import pytest

from engine import losses, metrics
from engine._declared import registry
from engine._declared.calls import read_call, written_call
from engine.errors import SettingError, SettingTypeError, UnknownName
from engine.layers import Dense, Input
from engine.models import Sequential


@pytest.mark.parametrize("text", ["Huber(delta=2.0)", "BinaryCrossentropy(from_logits=True, label_smoothing=0.1)"])
def test_a_text_gives_an_object_whose_text_it_is(text: str) -> None:
    made = losses.get(text)

    assert type(made).__name__ == text.partition("(")[0]
    assert registry.call_text("loss", made) == text


def test_function_names_take_the_settings_of_their_class() -> None:
    assert registry.class_for("loss", "mse") is losses.MeanSquaredError
    assert registry.class_for("metric", "auc") is metrics.AUC
    assert registry.class_for("loss", "no such loss") is None


def test_a_model_is_compiled_with_such_texts() -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(20, 3)), random.integers(0, 2, (20, 1))
    by_text, by_object = (Sequential([Input((3,)), Dense(1, kernel_initializer="ones")]) for _ in range(2))
    by_text.compile("sgd", "BinaryCrossentropy(from_logits=True)", metrics=["AUC(curve='PR')"])
    by_object.compile("sgd", losses.BinaryCrossentropy(from_logits=True), metrics=[metrics.AUC(curve="PR")])

    np.testing.assert_allclose(by_text.evaluate(x, y, verbose=0), by_object.evaluate(x, y, verbose=0), rtol=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "Huber(", "Huber(2.0)", "Huber(delta=print(1))", "Huber(**{'delta': 1})", "a.Huber(delta=1)", "(lambda: 1)()",
        "Huber(delta=__import__('os'))", f"Huber(delta={'(' * 600}{')' * 600})", "Huber(delta=1)(delta=2)",
    ],
)  # fmt: skip
def test_what_is_no_name_with_plain_settings_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="a name with settings such as"):
        losses.get(text)


def test_wrong_names_and_settings_are_named() -> None:
    with pytest.raises(UnknownName, match="Huber"):
        losses.get("Hubert(delta=1.0)")
    with pytest.raises((SettingError, SettingTypeError), match="delta"):
        losses.get("Huber(delta=-1.0)")
    with pytest.raises(SettingTypeError, match="'detla'"):
        losses.get("Huber(detla=1.0)")


def test_a_text_is_read_as_it_is_written() -> None:
    settings = {"alpha": 0.3, "axis": (0, 1), "reduction": "sum", "from_logits": True, "weights": None}
    assert read_call(written_call("Tversky", settings)) == {"class_name": "Tversky", "config": settings}
