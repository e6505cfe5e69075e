"""Words as numbers: the most frequent of the training rows, and nothing learned from others."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.data import Preparation, Tokens, columns_of
from engine.data.text_steps import words_of

TEXTS = ["good good film", "bad film", "good", None, "never seen words here"]


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({}, [[2, 2, 3], [0, 4, 3], [0, 0, 2], [0, 0, 0], [1, 1, 1]]),
        ({"padding": "after"}, [[2, 2, 3], [4, 3, 0], [2, 0, 0], [0, 0, 0], [1, 1, 1]]),
        ({"length": 1, "keep": "first"}, [[2], [4], [2], [0], [1]]),
        ({"length": 1}, [[3], [3], [2], [0], [1]]),
        ({"most": 1}, [[2, 2, 1], [0, 1, 1], [0, 0, 2], [0, 0, 0], [1, 1, 1]]),
    ],
)
def test_words_are_numbered_by_how_often_the_training_rows_have_them(
    settings: dict[str, object], rows: list[list[int]]
) -> None:
    step, columns = Tokens(columns="said", **{"length": 3, **settings}), columns_of({"said": TEXTS})
    column = step.apply(columns, step.fit(columns, np.arange(3)))["said"]
    assert column.values.tolist() == rows and column.kind == "array" and not column.missing.any()


def test_words_are_told_apart_in_any_writing() -> None:
    assert words_of("L'été, c'est 42!") == ["l'été", "c'est", "42"]
    assert words_of("猫です GPU") == ["猫", "で", "す", "gpu"]


def test_sentences_are_found_and_numbered_only_when_asked_for() -> None:
    said = [f"the film number {i} was {'good' if i % 2 else 'bad'}" for i in range(80)]
    table: dict[str, list[object]] = {
        "said": list(said),
        "stars": [1.0 + i % 5 for i in range(80)],
        "liked": [i % 2 for i in range(80)],
    }
    data = engine.data.open(table, target="liked")
    assert "tokens" not in [step.kind for step in data.steps]
    (found,) = [one for one in data.warnings if one.columns == ("said",)]
    assert found.kind == "sentences" and "6 words on average" in found.sentence
    made = data.mended(found)
    assert made.warnings == [] and set(made.x) == {"said", "features"} and made.x["said"].shape == (72, 100)
    # The steps, kept as plain data, give the same numbers for a new row.
    kept = Preparation.from_config(made.preparation.to_config())
    np.testing.assert_array_equal(kept.rows([made.sample(1)[0]])["said"], made.preparation.rows(made.sample(1))["said"])
    assert made.class_weight == {0: 1.0, 1: 1.0}


def test_a_rare_class_weighs_as_much_as_a_frequent_one() -> None:
    table = {"size": [float(i) for i in range(40)], "kind": ["rare" if i % 4 == 0 else "usual" for i in range(40)]}
    data = engine.data.open(table, target="kind", split={"validation": 0.0})
    assert data.classes == ["rare", "usual"] and data.class_weight == {0: 2.0, 1: pytest.approx(40 / 60)}
    with pytest.raises(engine.errors.SettingError, match="a target that is a class"):
        _ = engine.data.open({"size": [1.5, 2.5, 4.0], "rent": [1.5, 0.25, 9.0]}, target="rent").class_weight
