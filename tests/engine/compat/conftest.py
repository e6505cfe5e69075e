"""`keras` and `tensorflow` are the engine in these tests, and nowhere else."""

import pytest

from engine._compat.installer import install_as_keras, undo


@pytest.fixture
def compat():
    """The names installed, and taken back behind the test."""
    install_as_keras()
    yield
    undo()
