"""Every reader under honest files changed by chance: each is read, or refused as docs/safety.md says, and never anything else.

With coverage as a guide, and for longer, by `python -m tests.long fuzz --reader NAME --minutes N`.
"""

import random
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine.backend as K
from engine.errors import EngineError
from kwidgets.refused import Refused

from .mutations import mutated
from .readers import READERS

SLOW = {
    "builder.yaml": 15,
    "builder.h5": 15,
    "builder.png": 15,
    "builder.keras": 15,
    "bundle.index": 40,
    "records.pb": 40,
    "gestures.json": 40,
}


@pytest.fixture(autouse=True)
def _little_memory():
    """A file that asks for much is refused here, not tried."""
    K.set_memory_limit(64 * 2**20)
    yield
    K.set_memory_limit(0.5)


def check(name, path, seed):
    """Read one changed file; whatever it raises that nobody documented comes out."""
    path.write_bytes(mutated(name, READERS[name].honest(), random.Random(seed)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            READERS[name].read(str(path))
        except (EngineError, Refused, OSError, ValueError) as refusal:
            assert len(str(refusal)) <= 500 and "\n" not in str(refusal).strip()


@pytest.mark.timeout(120)  # a file that holds a reader up is the fault
@pytest.mark.parametrize("name", READERS)
def test_a_file_changed_by_chance_is_read_or_refused(tmp_path, name):
    @settings(max_examples=SLOW.get(name, 100), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**64 - 1))
    def every_seed(seed):
        check(name, tmp_path / name, seed)

    every_seed()
