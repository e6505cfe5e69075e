"""Classes under the names that a table has for them."""

from __future__ import annotations

import numpy as np

from kwidgets.session.array_facts import described
from kwidgets.session.table_classes import with_classes


def test_numbers_of_classes_get_their_names_and_others_stay() -> None:
    facts = described(np.array([0, 1, 1, 2]))
    named = with_classes(facts, ["Bonn", "Ulm"])
    assert named["classes"] == [{"name": "Bonn", "count": 1}, {"name": "Ulm", "count": 2}, {"name": "2", "count": 1}]
    assert named["samples"] == ["Bonn", "Ulm", "Ulm", "2"] and facts["samples"] == ["0", "1", "1", "2"]
    assert with_classes(facts, None) is facts
    numbers = described(np.random.default_rng(0).normal(size=40))
    assert with_classes(numbers, ["Bonn"]) is numbers
