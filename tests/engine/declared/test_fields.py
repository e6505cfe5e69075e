"""Settings declared once: constructor, refusals, config, signature; and the rules behind them."""

import inspect
import re

import pytest

from engine._declared import rules
from engine._declared.fields import Declared, declared_fields, field
from engine.errors import EngineError, SettingError, SettingTypeError

RULES = {name: rule for name, rule in vars(rules).items() if isinstance(rule, rules.Rule)}
RULES |= {
    "int_tuple(2)": rules.int_tuple(2),
    "choice": rules.choice("a", "b"),
    "optional": rules.optional(rules.number),
}


class Base(Declared):
    name: str = field(rules.optional(rules.name), default=None, kw_only=True, config="if_set")
    secret: int = field(rules.integer, default=0, kw_only=True, config="never")


class Window(Base):
    units: int = field(rules.positive_int, help="how many")
    size: tuple = field(rules.int_tuple(2), default=(1, 1))


class OwnConstructor(Window):
    def __init__(self, units, **kwargs):
        super().__init__(units * 2, **kwargs)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_refuses_each_bad_sample_and_says_where_and_what(name):
    rule = RULES[name]
    for bad in rule.bad:
        with pytest.raises(EngineError) as refused:
            rule.check(bad, "layer 'a', setting")
        assert "layer 'a', setting" in str(refused.value)
        assert len(str(refused.value)) <= 500


@pytest.mark.parametrize("given", [3, "3", [3, 3], (3, 3), "3, 3", "(3, 3)"])
def test_tuples_are_read_as_people_write_them(given):
    assert Window(1, given).size == (3, 3)


def test_settings_keep_keras_order_and_base_settings_stand_behind():
    made = Window(4, 2, name="w")
    assert (made.units, made.size, made.name) == (4, (2, 2), "w")
    assert str(inspect.signature(Window)) == "(units, size=(1, 1), *, name=None, secret=0)"


def test_a_config_makes_an_equal_object():
    config = Window(4, name="w").get_config()
    assert config == {"name": "w", "units": 4, "size": [1, 1]}
    assert Window.from_config(config).get_config() == config
    assert "name" not in Window(4).get_config()


@pytest.mark.parametrize(
    ("arguments", "keywords", "words"),
    [
        ((), {}, "units.*how many"),
        ((1,), {"unit": 2}, "unit.*Did you mean 'units'"),
        ((1,), {"units": 2}, "twice"),
        ((1, 2, 3), {}, "at most 2"),
    ],
)
def test_wrong_arguments_are_refused_by_name(arguments, keywords, words):
    with pytest.raises(SettingTypeError, match=words):
        Window(*arguments, **keywords)
    with pytest.raises(TypeError):
        Window(*arguments, **keywords)


def test_a_wrong_value_names_class_setting_expected_and_found():
    with pytest.raises(SettingError, match=re.escape("Window, units: expected a whole number above 0, found -1")):
        Window(-1)


def test_a_subclass_in_keras_style_works():
    assert OwnConstructor(3, name="own").units == 6


def test_every_field_is_listed():
    assert list(declared_fields(Window)) == ["name", "secret", "units", "size"]


class NoConfig(Window):
    def __init__(self, units, factor, **kwargs):
        super().__init__(units, **kwargs)
        self.factor = factor


class NoName(Window):
    def __init__(self, units=2, size=(1, 1)):
        super().__init__(units, size)


class Fails(Window):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        len(3)


def test_a_class_whose_constructor_and_config_do_not_go_together_says_what_to_write():
    config = NoConfig(3, factor=2.0).get_config()
    with pytest.raises(SettingTypeError, match=r"NoConfig.*a config with factor.*Give NoConfig a get_config"):
        NoConfig.from_config(config)
    with pytest.raises(SettingTypeError, match=r"an __init__ that takes name.*take \*\*kwargs"):
        NoName.from_config({"units": 2, "name": "a"})
    with pytest.raises(TypeError, match=r"object of type 'int' has no len"):
        Fails.from_config({"units": 2})
    assert NoConfig.from_config({**config, "factor": 3}).factor == 3
