"""Words as numbers: the most frequent of the training rows, and nothing learned from others."""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.data import Preparation, Tokens, columns_of
from engine.data.text_steps import words_of
from engine.errors import FileError

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


def test_parts_of_words_tell_words_that_were_not_seen() -> None:
    said = ["the lowest tower", "a lower tower", "newer and newest", "the widest river", "a wider river"] * 8
    table = {"said": [*said, "the newest lowest and widest", None], "y": [1.0] * 42}
    steps = [{"step": "tokens", "columns": ["said"], "by": "subwords", "most": 60, "length": 12, "padding": "after"}]
    data = engine.data.open(table, target="y", steps=steps, split={"validation": 2 / 42, "by": "order"})
    assert data.x.shape == (40, 12) and data.x.max() < 62 and not (data.x == 1).any()
    # No word is unknown whose letters are known; a missing text has no parts.
    assert not (data.validation.x == 1).any() and (data.validation.x[1] == 0).all()
    kept = Preparation.from_config(json.loads(json.dumps(data.preparation.to_config())))
    np.testing.assert_array_equal(kept.rows({"said": "The newest LOWEST and widest"}), data.validation.x[:1])
    assert (kept.rows({"said": "漢"}) == [[1] + [0] * 11]).all()
    # Rows that are only measured do not matter.
    poisoned = {**table, "said": [*said, "zzz zzz zzz", "zzz"]}
    again = engine.data.open(poisoned, target="y", steps=steps, split={"validation": 2 / 42, "by": "order"})
    assert again.preparation.to_config() == data.preparation.to_config()


NO_PARTS = [None, {}, {"parts": 3, "pairs": []}, {"parts": ["a"], "pairs": [["b", "c"]]}, {"parts": [], "pairs": ["x"]}]


@pytest.mark.parametrize("fitted", NO_PARTS, ids=str)
def test_what_are_no_parts_of_words_is_refused(fitted: object) -> None:
    step = {"step": "tokens", "columns": ["said"], "by": "subwords", "fitted": {"said": fitted}}
    kept = Preparation.from_config({"inputs": {"said": "text"}, "target": None, "steps": [step]})
    with pytest.raises(FileError, match="parts of words and their pairs"):
        kept.rows({"said": "a word"})


def test_words_of_ascii_are_those_of_any_text() -> None:
    texts = ["Don't panic, it's 42!", "a_b c-d e''f 'g' h'", "x'y'z 1'000 __ ' '' tab\tnew\nline", ""]
    for text in texts:
        assert [*words_of(text), "ß"] == words_of(f"{text} ß")


def test_the_word_of_each_number_is_known_to_the_preparation():
    table = {"said": ["yes yes", "oh no", "yes no"], "size": [1.0, 2.0, 3.0], "kind": ["a", "b", "a"]}
    steps = [{"step": "tokens", "columns": ["said"], "length": 4}, {"step": "ordinal", "columns": ["kind"]}]
    data = engine.data.open(table, target="kind", steps=steps, split={"test": 0.0, "validation": 0.0})
    (words,) = data.preparation.words.values()
    assert list(data.preparation.words) == ["said"] and words == ["", "…", "yes", "no", "oh"]
    numbers = data.preparation.rows({"said": "oh yes never", "size": 1.0})["said"][0]
    assert [words[int(number)] for number in numbers] == ["", "oh", "yes", "…"]
