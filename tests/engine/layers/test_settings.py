"""What editors and type checkers show of a layer's constructor, against what runs."""

import inspect

import pytest

from engine._declared import registry
from engine._declared.fields import Field
from engine.layers import Dense, Input, Layer

LAYERS = {cls.__name__: cls for cls in registry.find_all("layer").values() if issubclass(cls, Layer)}


def positional_for_checkers(cls: type[Layer]) -> list[str]:
    """Names of the positional settings by the rules of dataclasses, which type checkers apply to declared fields."""
    keyword_only: dict[str, bool] = {}
    for base in reversed(cls.__mro__):
        behind_the_marker = False
        for name, annotation in vars(base).get("__annotations__", {}).items():
            if annotation == "KW_ONLY":
                behind_the_marker = True
            elif not annotation.startswith("ClassVar"):
                field = vars(base).get(name)
                keyword_only[name] = behind_the_marker or (isinstance(field, Field) and field.kw_only)
    return [name for name, by_name in keyword_only.items() if not by_name]


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_arguments_that_checkers_take_by_position_are_taken_so_when_it_runs(name):
    cls = LAYERS[name]
    if "__init__" not in vars(cls):  # else checkers see the constructor itself
        shown, taken = positional_for_checkers(cls), [p for p, f in cls._fields.items() if not f.kw_only]
        assert shown == taken[: len(shown)]


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_a_setting_without_default_can_be_given_by_position(name):
    cls = LAYERS[name]
    required = [
        p.name for p in inspect.signature(cls).parameters.values() if p.default is p.empty and p.kind != p.VAR_KEYWORD
    ]
    if "__init__" not in vars(cls):
        assert required == positional_for_checkers(cls)[: len(required)]


def test_a_shape_counts_as_the_only_size_of_a_sample():
    layer = Dense(2, input_dim=(3,))
    assert layer(Input((3,))).shape == (None, 2) and layer.batch_input_shape == (None, 3)
