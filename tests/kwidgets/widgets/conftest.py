import pytest


@pytest.fixture(autouse=True)
def _bundle(small_bundle):
    """Every test of this folder makes views."""
