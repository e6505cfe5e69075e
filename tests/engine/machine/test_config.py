"""Process-wide settings: float type, fuzz factor, image layout, and the phase of layers."""

import pytest

from engine._machine import config
from engine.errors import SettingError
from engine.layers import Conv2D, Dense


@pytest.fixture(autouse=True)
def _as_before():
    before = (config.floatx(), config.epsilon(), config.image_data_format())
    yield
    for put, value in zip((config.set_floatx, config.set_epsilon, config.set_image_data_format), before, strict=True):
        put(value)


def test_new_weights_have_the_float_type_and_old_ones_keep_theirs():
    old = Dense(2)
    old.build((None, 3))
    config.set_floatx("float64")
    new = Dense(2)
    new.build((None, 3))
    assert [layer.get_weights()[0].dtype.name for layer in (old, new)] == ["float32", "float64"]
    assert config.float_dtype() == "float64"


def test_new_layers_have_the_image_layout():
    config.set_image_data_format("channels_first")
    assert Conv2D(1, 3).data_format == "channels_first"
    assert Conv2D(1, 3, data_format="channels_last").data_format == "channels_last"


@pytest.mark.parametrize(
    ("put", "values"),
    [
        (config.set_floatx, ["float128", "int32", None, 32]),
        (config.set_epsilon, [0, -1, "1e-7", True, float("nan"), None]),
        (config.set_image_data_format, ["tf", "NHWC", None]),
    ],
)
def test_other_values_are_refused_and_change_nothing(put, values):
    before = (config.floatx(), config.epsilon(), config.image_data_format())
    for value in values:
        with pytest.raises(SettingError, match=put.__name__):
            put(value)
    assert (config.floatx(), config.epsilon(), config.image_data_format()) == before
