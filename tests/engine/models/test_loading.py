"""What is read as a model, and what is refused."""

import pytest

from engine.errors import EngineError
from engine.models import model_from_config


@pytest.mark.parametrize(
    "config",
    [
        None,
        [],
        {"class_name": "Dense", "config": {"units": 2}},
        {"class_name": "Model"},
        {"class_name": "Model", "config": []},
        {"class_name": "Sequential", "config": 3},
    ],
)
def test_what_is_no_model_is_refused(config):
    with pytest.raises(EngineError):
        model_from_config(config)
