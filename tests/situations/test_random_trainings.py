"""What must hold anywhere, for models, forms of data and entry points drawn at random: 2016 combinations.

The laws stand in random_trainings.py; `python -m tests.long trainings` draws as many as wanted.
"""

from __future__ import annotations

import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .random_trainings import FORMS, KEEP, REFUSED, TRAIN, check

CHOICE = st.tuples(st.sampled_from(sorted(TRAIN)), st.sampled_from(sorted(FORMS)), st.booleans())
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=21, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    number=st.integers(0, 100_000),
    choices=st.lists(CHOICE, min_size=16, max_size=16),
    keep=st.sampled_from(sorted(KEEP)),
    refusal=st.sampled_from(sorted(REFUSED)),
)
def test_every_way_to_train_measure_keep_and_refuse_agrees(part, number, choices, keep, refusal):
    # Hypothesis repeats numbers while it varies the rest: half of all examples would have a model that was there before.
    number = PARTS * (number + zlib.crc32(repr(choices).encode())) + part
    assert check(number, choices, keep, refusal, collect=number % 8 == 0) == 16
