"""Which layers a word means: names of today and of Keras 1, everyday words, slips of the fingers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets import messages
from kwidgets.document.catalogue import layer_groups
from kwidgets.document.search_names import EXACT, FUZZY, OLD_PREFIX, PREFIX, WORD, meant, usual

ENTRIES = [entry for group in layer_groups() for entry in group["layers"]]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["class_name"])
def test_its_title_and_its_old_names_mean_a_layer_exactly(entry: messages.LayerEntry) -> None:
    for name in [entry["title"], *entry["old_names"]]:
        matches, used = meant([name.lower()])
        assert (matches[0][0], matches[0][1], used) == (EXACT, entry["class_name"], 1)


@pytest.mark.parametrize(
    ("words", "class_name", "tier", "used"),
    [
        (["conv2"], "Conv2D", PREFIX, 1),
        (["convolution2"], "Conv2D", OLD_PREFIX, 1),
        (["fully", "connected"], "Dense", WORD, 2),
        (["danse"], "Dense", FUZZY, 1),
        (["dense", "layer"], "Dense", EXACT, 1),
        (["max", "pooling", "2d"], "MaxPooling2D", EXACT, 3),
    ],
)
def test_words_mean_a_layer_by_how_well_they_match(words: list[str], class_name: str, tier: int, used: int) -> None:
    matches, count = meant(words)
    assert (matches[0][:2], count) == ((tier, class_name), used)


@given(st.lists(st.text(max_size=10), min_size=1, max_size=4))
def test_matches_come_best_first_and_each_class_once_a_tier(words: list[str]) -> None:
    matches, used = meant(words)
    tiers = [tier for tier, _, _ in matches]
    assert tiers == sorted(tiers)
    assert 0 <= used <= len(words)
    assert len({(tier, name) for tier, name, _ in matches}) == len(matches)


@pytest.mark.parametrize(
    ("shape", "first"), [(None, "Dense"), ((None, 8), "Dense"), ((None, 8, 8, 1), "Conv2D"), ((None, 9, 4), "LSTM")]
)
def test_without_words_all_layers_are_meant_the_most_usual_first(
    shape: tuple[int | None, ...] | None, first: str
) -> None:
    names = [name for _, name, _ in usual(shape)]
    assert first in names[:2] and len(names) == len(set(names))
    assert {entry["class_name"] for entry in ENTRIES} <= set(names)
